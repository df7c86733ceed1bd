import { withoutUrlSecrets } from "../../sdk/src/errors/index.ts";
import { parseTokens } from "../../sdk/src/index.ts";
import { giveTokens } from "./dollars.ts";
import { inTurn } from "./each.ts";
import { crowdOf, type Person } from "./people.ts";
import type { System } from "./system.ts";

const DEVELOPERS = 3;
const TOKENS = "50000";
/** How often the feeds answer while the node is kept, milliseconds. */
const FEED_INTERVAL = 600_000;

/** Gives developers funded keys, and says where everything is. */
export const introduce = async (system: System): Promise<string[]> => {
  const developers = crowdOf(system.chain, "developer", DEVELOPERS);
  await system.chain.fund(developers.map(({ address }) => address));
  await inTurn(developers, (developer) => giveTokens(system, developer, parseTokens(TOKENS)));
  const { verifier, keeper, guardian } = system;
  return [
    "",
    `THE NODE STAYS UP  ${withoutUrlSecrets(system.chain.url)}  (chain ${system.chain.id}; end it with Ctrl-C)`,
    ...Object.entries(system.deployment.addresses).map(([name, address]) => `  ${name.padEnd(20)} ${address}`),
    `  keys for test chains only; developers have ETH and ${TOKENS} CARD each:`,
    ...[...developers, verifier, guardian, keeper].map(keyLine),
  ];
};

const keyLine = ({ name, address, key }: Person): string => `  ${name.padEnd(20)} ${address}  ${key}`;

/** Keeps the price feeds fresh until somebody ends the process. */
export const holdOn = (system: System): Promise<void> =>
  new Promise((resolve) => {
    const feeding = setInterval(() => void system.refreshFeeds().catch(() => undefined), FEED_INTERVAL);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
      process.once(signal, () => {
        clearInterval(feeding);
        resolve();
      });
    }
  });
