import { type Hex, isHex, zeroHash } from "viem";
import { max, min } from "../../model/numbers.ts";
import type { Ask, Bid } from "../../model/orders.ts";
import { type Account, type Card, Refusal, type Signed, type State } from "../../model/state.ts";
import * as tokens from "../../model/tokens.ts";
import type { Call, Log } from "../chain.ts";
import type { Random } from "../random.ts";
import type { Contract, ContractName, World } from "../world.ts";

/** One thing somebody does: on the chain by a call, and on the model. */
export type Operation = {
  /** `contract.function/number of arguments`, which tells overloads apart. */
  readonly name: string;
  readonly from: Account;
  readonly call: Call;
  /** Runs on the model; `logs` are those of the chain, for ids and addresses that nobody can foresee. */
  readonly run: (s: State, logs: readonly Log[]) => unknown;
};

export type Written<T extends Ask | Bid> = Signed<T> & { readonly signature: Hex };

/** What the generator remembers, and how the model's names map to the chain's. */
export type Memory = {
  readonly leaseIds: Map<number, bigint>;
  readonly shareAddresses: Map<Account, Hex>;
  readonly asks: Written<Ask>[];
  readonly bids: Written<Bid>[];
  salt: bigint;
  price: bigint;
};

export const emptyMemory = (): Memory => ({
  leaseIds: new Map(),
  shareAddresses: new Map(),
  asks: [],
  bids: [],
  salt: 0n,
  price: 10_000_000n,
});

export type Scene = { readonly world: World; readonly s: State; readonly memory: Memory; readonly random: Random };

export type Generator = (scene: Scene) => Operation | undefined | Promise<Operation | undefined>;

/** How often something is done, which functions it may call (as in `Operation.name`), and how. */
export type Kind = readonly [weight: number, calls: readonly string[], generate: Generator];

export const MOST_128 = 2n ** 128n - 1n;
export const ANY_256 = 2n ** 256n - 1n;
export const FAR = 2n ** 40n - 1n;
export const ZERO_HASH = zeroHash;

/** An address out of a text that holds one. */
export function addressIn(text: string | undefined): Account {
  if (!isHex(text, { strict: false })) throw new RangeError(`${text} is no address`);
  return text;
}

export const person = ({ world, random }: Scene): Account => random.one(world.people);

/** Whose key signs for an account: its own, its wallet's, or of one that has both either. */
export function keyOf({ world, s, random }: Scene, account: Account): Account {
  const wallet = s.wallets.get(account);
  if (wallet === undefined || (account === world.delegator && random.chance(0.5))) return account;
  return wallet.key;
}

/** Whose key signs in an account's name: mostly the right one's, now and then anybody's. */
export const signerFor = (scene: Scene, account: Account, chance: number): Account =>
  keyOf(scene, scene.random.chance(chance) ? account : person(scene));

/** Mostly one that is able, now and then anybody. */
export const ableOr = (scene: Scene, able: (account: Account) => boolean, chance = 0.95): Account => {
  const fitting = scene.world.people.filter(able);
  return fitting.length > 0 && scene.random.chance(chance) ? scene.random.one(fitting) : person(scene);
};

/** A receiver: mostly the caller or another, now and then nobody. */
export const receiver = (scene: Scene, caller: Account): Account =>
  scene.random.weighted([
    [70, caller],
    [28, person(scene)],
    [2, tokens.NOBODY],
  ]);

/** An amount: mostly usual, now and then nothing, tiny, all of it, or far too much. */
export function amountOf({ random }: Scene, usual: bigint, all: bigint, most = MOST_128): bigint {
  const value = random.weighted<bigint>([
    [62, random.between(1n, max(1n, usual))],
    [14, random.between(1n, max(1n, all))],
    [8, all],
    [5, all + 1n],
    [4, random.sized(100)],
    [3, random.between(0n, 3n)],
    [2, 0n],
    [2, most],
  ]);
  return min(value, most);
}

export const deadlineOf = ({ s, random }: Scene): bigint =>
  random.weighted([
    [90, FAR],
    [6, s.now],
    [4, s.now - 1n],
  ]);

/** A least or a greatest amount that a caller accepts. */
export const limitOf = ({ random }: Scene, usual: bigint): bigint =>
  random.weighted([
    [90, usual],
    [10, random.sized(90)],
  ]);

export const someCard = ({ random, s }: Scene, good: (card: Card) => boolean = () => true): Card | undefined => {
  const cards = [...s.cards.values()];
  const fitting = cards.filter(good);
  // One card is asked for more often than the others, so that its leases overlap.
  if (fitting.length > 0 && random.chance(0.95)) return random.chance(0.4) ? fitting[0] : random.one(fitting);
  return cards.length > 0 ? random.one(cards) : undefined;
};

const isAccount = (to: ContractName | Account): to is Account => to.startsWith("0x");

/** What kind of contract a name stands for: one of the deployment, the model's name of a share, or a wallet's address. */
const kindOf = ({ wallets }: World, to: ContractName | Account): ContractName => {
  if (!isAccount(to)) return to;
  return wallets.has(to) ? "wallet" : "share";
};

/** Where it is, and its ABI. */
export function contractOf(world: World, memory: Memory, to: ContractName | Account): Contract {
  const contract = world.contracts[kindOf(world, to)];
  if (!isAccount(to)) return contract;
  return { ...contract, address: world.wallets.has(to) ? to : (memory.shareAddresses.get(to) ?? tokens.NOBODY) };
}

export function operation(
  { world, memory }: Scene,
  from: Account,
  to: ContractName | Account,
  name: string,
  args: readonly unknown[],
  run: Operation["run"],
): Operation {
  const { address, abi } = contractOf(world, memory, to);
  const title = `${kindOf(world, to)}.${name}/${args.length}`;
  return { name: title, from, call: { to: address, abi, name, args }, run };
}

export function requireRole(caller: Account, holder: Account): void {
  if (caller !== holder) throw new Refusal("AccessManagedUnauthorized", [caller]);
}
