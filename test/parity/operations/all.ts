import { CARDS } from "./cards.ts";
import { CLOSED } from "./closed.ts";
import { DOLLAR } from "./dollar.ts";
import { FEEDS } from "./feeds.ts";
import { GOVERNANCE } from "./governance.ts";
import { HOLDERS } from "./holders.ts";
import { LEASES } from "./leases.ts";
import { MATCHES } from "./matches.ts";
import { SALES } from "./sales.ts";
import type { Kind, Operation, Scene } from "./scene.ts";
import { SIGNATURES } from "./signatures.ts";
import { STAKES } from "./stakes.ts";
import { TOKENS } from "./tokens.ts";
import { WALLETS } from "./wallets.ts";

const KINDS: readonly Kind[] = [
  ...DOLLAR,
  ...FEEDS,
  ...GOVERNANCE,
  ...TOKENS,
  ...CARDS,
  ...STAKES,
  ...MATCHES,
  ...LEASES,
  ...SALES,
  ...HOLDERS,
  ...SIGNATURES,
  ...WALLETS,
  ...CLOSED,
];

/** Every function that some operation calls, as in `Operation.name`. */
export const CALLED: ReadonlySet<string> = new Set(KINDS.flatMap(([, calls]) => calls));

const WEIGHTED = KINDS.map((kind) => [kind[0], kind] as const);

/** The next operation of anybody; things that nobody can try now are passed over. */
export async function nextOperation(scene: Scene): Promise<Operation> {
  for (;;) {
    const [, calls, generate] = scene.random.weighted(WEIGHTED);
    const found = await generate(scene);
    if (found === undefined) continue;
    if (!calls.includes(found.name)) throw new RangeError(`${found.name} is not among ${calls.join(", ")}`);
    return found;
  }
}
