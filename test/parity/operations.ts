import { type Hex, parseEventLogs } from "viem";
import * as dollar from "../model/dollar.ts";
import * as ledger from "../model/ledger.ts";
import * as market from "../model/market.ts";
import { DAY, HOUR, max, min, ONE } from "../model/numbers.ts";
import * as oracle from "../model/oracle.ts";
import type { Ask, Bid, Take } from "../model/orders.ts";
import { pause } from "../model/pauses.ts";
import * as registry from "../model/registry.ts";
import * as renters from "../model/renters.ts";
import * as shares from "../model/shares.ts";
import * as staking from "../model/staking.ts";
import {
  type Card,
  type Lease,
  type PauseKind,
  Refusal,
  type Share,
  type ShareTerms,
  type Signed,
  type State,
} from "../model/state.ts";
import * as tokens from "../model/tokens.ts";
import type { Call, Log } from "./chain.ts";
import type { Random } from "./random.ts";
import { signAsk, signBid } from "./signing.ts";
import type { ContractName, World } from "./world.ts";

/** One thing somebody does: on the chain by a call, and on the model. */
export type Operation = {
  readonly name: string;
  readonly from: Hex;
  readonly call: Call;
  /** Runs on the model; `logs` are those of the chain, for ids and addresses that nobody can foresee. */
  readonly run: (s: State, logs: readonly Log[]) => unknown;
};

/** What the generator remembers, and how the model's names map to the chain's. */
export type Memory = {
  readonly leaseIds: Map<number, bigint>;
  readonly shareAddresses: Map<string, Hex>;
  readonly asks: (Signed<Ask> & { readonly signature: Hex })[];
  readonly bids: (Signed<Bid> & { readonly signature: Hex })[];
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

type Maybe = Operation | undefined | Promise<Operation | undefined>;
export type Generator = (scene: Scene) => Maybe;

const MOST_128 = 2n ** 128n - 1n;
const FAR = 2n ** 40n - 1n;
const ZERO_HASH = `0x${"0".repeat(64)}`;

export const person = ({ world, random }: Scene): Hex => random.one(world.people);

/** A receiver: mostly the caller or another, now and then nobody. */
export const receiver = (scene: Scene, caller: Hex): Hex =>
  scene.random.weighted([
    [70, caller],
    [28, person(scene)],
    [2, tokens.NOBODY as Hex],
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

const deadlineOf = ({ s, random }: Scene): bigint =>
  random.weighted([
    [90, FAR],
    [6, s.now],
    [4, s.now - 1n],
  ]);

/** A least or a greatest amount that a caller accepts. */
const limitOf = ({ random }: Scene, usual: bigint): bigint =>
  random.weighted([
    [90, usual],
    [10, random.sized(90)],
  ]);

const call = ({ world, memory }: Scene, to: ContractName | string, name: string, args: readonly unknown[]): Call => {
  const share = memory.shareAddresses.get(to);
  if (share !== undefined) return { to: share, abi: world.contracts.share.abi, name, args };
  const contract = world.contracts[to as ContractName];
  return { to: contract.address, abi: contract.abi, name, args };
};

export const operation = (
  scene: Scene,
  from: Hex,
  to: ContractName | string,
  name: string,
  args: readonly unknown[],
  run: Operation["run"],
): Operation => ({ name: `${to}.${name}`, from, call: call(scene, to, name, args), run });

/* DOLLAR */

const openRoom = (s: State): bigint => dollar.status(s).openMint?.room ?? 1_000n * ONE;

const mint: Generator = (scene) => {
  const { s } = scene;
  const from = person(scene);
  const room = openRoom(s);
  const price = max(1n, oracle.peek(s).low);
  const usual = min(tokens.balanceOf(s.token, from), (room * ONE) / price / 2n);
  const tokenIn = amountOf(scene, usual, tokens.balanceOf(s.token, from));
  const minOut = limitOf(scene, 0n);
  const to = receiver(scene, from);
  const deadline = deadlineOf(scene);
  return operation(scene, from, "minter", "mint", [tokenIn, minOut, to, deadline], (m) =>
    dollar.mint(m, from, tokenIn, minOut, to, deadline),
  );
};

const mintExact: Generator = (scene) => {
  const from = person(scene);
  const room = openRoom(scene.s);
  const out = amountOf(scene, room / 3n, room);
  const maxIn = limitOf(scene, MOST_128);
  const to = receiver(scene, from);
  const deadline = deadlineOf(scene);
  return operation(scene, from, "minter", "mintExact", [out, maxIn, to, deadline], (m) =>
    dollar.mintExact(m, from, out, maxIn, to, deadline),
  );
};

/** Dollars for an account's first rents. */
export const mintFor = (scene: Scene, from: Hex, out: bigint): Operation =>
  operation(scene, from, "minter", "mintExact", [out, MOST_128, from, FAR], (m) =>
    dollar.mintExact(m, from, out, MOST_128, from, FAR),
  );

const redeem =
  (lane: dollar.Lane): Generator =>
  (scene) => {
    const { s, world, random } = scene;
    const able = world.people.filter((account) =>
      lane === "Open" ? tokens.balanceOf(s.dollar, account) >= ONE : ledger.purseOf(s, account).earned >= ONE,
    );
    const from = able.length > 0 && random.chance(0.95) ? random.one(able) : person(scene);
    const held = tokens.balanceOf(s.dollar, from);
    const most = lane === "Open" ? held : min(held, ledger.purseOf(s, from).earned);
    const dollarIn = max(random.chance(0.9) ? ONE : 0n, amountOf(scene, most / 3n, most));
    const minOut = limitOf(scene, 0n);
    const to = receiver(scene, from);
    const deadline = deadlineOf(scene);
    const name = lane === "Open" ? "redeem" : "redeemEarned";
    return operation(scene, from, "minter", name, [dollarIn, minOut, to, deadline], (m) =>
      dollar.redeem(m, from, lane, dollarIn, minOut, to, deadline),
    );
  };

const recapitalise: Generator = (scene) => {
  const { random, world, s } = scene;
  const large = random.chance(0.2);
  const from = large ? world.treasury : person(scene);
  const amount = large
    ? random.between(1_000_000n, 20_000_000n) * ONE
    : amountOf(scene, 20_000n * ONE, tokens.balanceOf(s.token, from));
  return operation(scene, from, "minter", "recapitalise", [amount], (m) => dollar.recapitalise(m, from, amount));
};

const burnFees: Generator = (scene) =>
  operation(scene, person(scene), "minter", "burnFees", [], (m) => dollar.burnFees(m));

const poke: Generator = (scene) =>
  operation(scene, person(scene), "oracle", "poke", [], (m) => {
    oracle.poke(m);
  });

/* FEEDS */

function setRound(scene: Scene, feed: ContractName, answer: bigint, updatedAt: bigint): Operation {
  const address = scene.world.contracts[feed].address;
  return operation(scene, person(scene), feed, "setRound", [answer, updatedAt, updatedAt], (m) => {
    Object.assign(m.feeds.get(address) ?? {}, { answer, startedAt: updatedAt, updatedAt });
  });
}

const PRICE_FEEDS = ["primaryFeed", "secondFeed", "spareFeed"] as const;

const scaled = (scene: Scene, feed: ContractName, answer: bigint): bigint => {
  const decimals = scene.s.feeds.get(scene.world.contracts[feed].address)?.decimals ?? 8n;
  return decimals >= 8n ? answer * 10n ** (decimals - 8n) : answer / 10n ** (8n - decimals);
};

/** A new answer near the market's price. */
export const updateFeed =
  (feed: ContractName): Generator =>
  (scene) => {
    const { random, memory, s } = scene;
    const off = random.weighted([
      [80, random.between(-100n, 100n)],
      [14, random.between(-450n, 450n)],
      [6, random.between(-2_500n, 2_500n)],
    ]);
    return setRound(scene, feed, scaled(scene, feed, (memory.price * (10_000n + off)) / 10_000n), s.now);
  };

const movePrice: Generator = (scene) => {
  const { random, memory, s } = scene;
  const factor = random.weighted([
    [70, random.between(-300n, 300n)],
    [22, random.between(-1_500n, 1_700n)],
    [8, random.between(-6_000n, 12_000n)],
  ]);
  memory.price = min(max((memory.price * (10_000n + factor)) / 10_000n, 200_000n), 900_000_000n);
  return setRound(scene, random.one(PRICE_FEEDS), memory.price, s.now);
};

const breakFeed: Generator = (scene) => {
  const { random, s, world } = scene;
  const feed = random.one(PRICE_FEEDS);
  const address = world.contracts[feed].address;
  const change = (name: string, value: number | bigint, fields: object) =>
    operation(scene, person(scene), feed, name, [value], (m) => {
      Object.assign(m.feeds.get(address) ?? {}, fields);
    });
  return random.weighted<() => Operation>([
    [3, () => setRound(scene, feed, 0n, s.now)],
    [2, () => setRound(scene, feed, -5n, s.now)],
    [2, () => setRound(scene, feed, scaled(scene, feed, 100_000n), s.now)],
    [2, () => setRound(scene, feed, scaled(scene, feed, 10_000_000_000n), s.now)],
    [3, () => setRound(scene, feed, scaled(scene, feed, scene.memory.price), s.now + random.between(1n, 100n))],
    [
      3,
      () =>
        setRound(scene, feed, scaled(scene, feed, scene.memory.price), s.now - random.one([4_499n, 4_500n, 4_501n])),
    ],
    [3, () => change("setFault", random.one([1n, 2n, 5n, 6n]), { broken: true })],
    [1, () => change("setFault", 3n, { broken: false })],
    [2, () => change("setDecimals", 19n, { decimals: 19n })],
    [2, () => change("setDecimals", 18n, { decimals: 18n })],
    [1, () => change("setDecimals", 0n, { decimals: 0n })],
  ])();
};

/** Takes faults off a feed that has one. */
const mendFeed: Generator = (scene) => {
  const { random, s, world } = scene;
  const broken = PRICE_FEEDS.filter((name) => s.feeds.get(world.contracts[name].address)?.broken);
  const odd = PRICE_FEEDS.filter((name) => s.feeds.get(world.contracts[name].address)?.decimals !== 8n);
  const name = random.one([...broken, ...odd, "primaryFeed" as const]);
  const address = world.contracts[name].address;
  const fault = broken.includes(name);
  return operation(scene, person(scene), name, fault ? "setFault" : "setDecimals", [fault ? 0 : 8], (m) => {
    Object.assign(m.feeds.get(address) ?? {}, fault ? { broken: false } : { decimals: 8n });
  });
};

const setSource: Generator = (scene) => {
  const { random, world } = scene;
  const slot = random.one([0, 1] as const);
  const feed = random.one(PRICE_FEEDS);
  const source = {
    feed: world.contracts[feed].address,
    heartbeat: random.weighted([
      [8, 3_600n],
      [3, random.between(600n, 90_000n)],
      [1, random.one([0n, 90_001n])],
    ]),
    thresholdBps: random.weighted([
      [10, random.between(10n, 200n)],
      [1, 201n],
    ]),
    minPrice: random.weighted([
      [10, 1_000n],
      [1, 0n],
    ]),
    maxPrice: random.weighted([
      [10, 100_000_000n],
      [1, random.one([1_000n, 999n])],
    ]),
  };
  const from = random.chance(0.95) ? world.governor : person(scene);
  return operation(scene, from, "oracle", "setSource", [slot, source], (m) => {
    requireRole(from, world.governor);
    oracle.setSource(m, slot, source);
  });
};

const setSequencer: Generator = (scene) => {
  const { random, world } = scene;
  const address = random.chance(0.3) ? world.contracts.sequencerFeed.address : (tokens.NOBODY as Hex);
  return operation(scene, world.governor, "oracle", "setSequencer", [address], (m) => oracle.setSequencer(m, address));
};

export const sequencerRound: Generator = (scene) => {
  const { random, s } = scene;
  const since = random.one([s.now, s.now - 3_599n, s.now - 3_600n, s.now - 9_000n, s.now - 9_000n]);
  return setRound(scene, "sequencerFeed", random.one([0n, 0n, 0n, 1n]), since);
};

/* GOVERNANCE AND GUARDIAN */

export function requireRole(caller: Hex, holder: Hex): void {
  if (caller !== holder) throw new Refusal("AccessManagedUnauthorized", [caller]);
}

const setMinterParameters: Generator = (scene) => {
  const { random, world, s } = scene;
  const wild = random.chance(0.25);
  const some = (least: bigint, most: bigint) =>
    wild && random.chance(0.2) ? random.between(0n, 2n * most) : random.between(least, most);
  const p = {
    feeBps: some(25n, 200n),
    gateBps: some(11_000n, 20_000n),
    ceilingBps: some(100n, 1_500n),
    openMintBps: some(50n, 500n),
    leaseMintBps: some(50n, 500n),
    openLaneBps: some(100n, 300n),
    earnedLaneBps: random.chance(0.3) ? random.between(0n, 3n) : some(0n, 200n),
    hardCeiling: random.weighted([
      [6, 50_000_000n],
      [2, random.between(0n, 200_000n)],
      [wild ? 1 : 0, 3_000_000_001n],
    ]),
  };
  const calm = random.chance(0.5)
    ? { ...s.minter.parameters, feeBps: p.feeBps, gateBps: random.between(11_000n, 13_000n) }
    : p;
  return operation(scene, world.governor, "minter", "setParameters", [calm], (m) => dollar.setParameters(m, calm));
};

const setMarketParameters: Generator = (scene) => {
  const { random, world } = scene;
  const feeBps = random.between(0n, 1_050n);
  const p = {
    feeBps,
    tokenFeeBps: random.chance(0.9) ? random.between(0n, feeBps) : feeBps + 1n,
    longestMinDuration: random.weighted([
      [6, 3_600n],
      [3, random.between(600n, 86_400n)],
      [1, random.one([599n, 86_401n])],
    ]),
  };
  return operation(scene, world.governor, "market", "setParameters", [p], (m) => market.setParameters(m, p));
};

const PAUSES: readonly (readonly [ContractName, string, PauseKind, bigint])[] = [
  ["minter", "pauseMint", "mint", 7n],
  ["minter", "pauseRedeem", "redeem", 3n],
  ["market", "pauseMatches", "matches", 7n],
  ["registry", "pauseRegistration", "registration", 7n],
  ["shareFactory", "pauseSales", "sales", 7n],
];

const pauseEntry: Generator = (scene) => {
  const { random, world, s } = scene;
  const [contract, name, kind, days] = random.one(PAUSES);
  const until = random.weighted([
    [6, s.now + random.between(1n, 6n * HOUR)],
    [2, s.now + days * DAY],
    [1, s.now + days * DAY + 1n],
    [1, s.now],
  ]);
  const from = random.chance(0.95) ? world.guardian : person(scene);
  return operation(scene, from, contract, name, [until], (m) => {
    requireRole(from, world.guardian);
    pause(m, kind, until);
  });
};

/* TOKENS */

const transferToken: Generator = (scene) => {
  const { random, s, world } = scene;
  const which = random.one(["token", "dollar"] as const);
  const from = which === "token" && random.chance(0.3) ? world.treasury : person(scene);
  const held = tokens.balanceOf(s[which], from);
  const amount = amountOf(scene, min(held, 100_000n * ONE), held, 2n ** 256n - 1n);
  const to = receiver(scene, person(scene));
  return operation(scene, from, which, "transfer", [to, amount], (m) => tokens.transfer(m[which], from, to, amount));
};

export const approveAll = (
  scene: Scene,
  from: Hex,
  which: "token" | "dollar",
  spender: Hex,
  amount: bigint,
): Operation =>
  operation(scene, from, which, "approve", [spender, amount], (m) => tokens.approve(m[which], from, spender, amount));

const approve: Generator = (scene) => {
  const { random, world } = scene;
  const { minter, ledger: ledgerContract, supplierStaking, renterStaking } = world.contracts;
  const [which, spender] = random.one([
    ["token", minter.address],
    ["token", supplierStaking.address],
    ["token", renterStaking.address],
    ["dollar", ledgerContract.address],
  ] as const);
  const amount = random.chance(0.7) ? tokens.UNLIMITED : random.between(0n, 200n * ONE);
  return approveAll(scene, person(scene), which, spender, amount);
};

/* CARDS */

const RATE = 10n ** 15n;

export const register: Generator = (scene) => {
  const { random } = scene;
  const from = person(scene);
  const one = () => ({
    model: random.chance(0.97) ? random.between(0n, 17n) : 200n,
    region: random.chance(0.97) ? random.between(0n, 5n) : 99n,
    hostId: random.between(1n, 2n),
    operator: random.chance(0.9) ? person(scene) : (tokens.NOBODY as Hex),
    floorRate: random.chance(0.7) ? 0n : random.between(1n, RATE / 4n),
    longestHours: random.chance(0.7) ? 0n : random.between(1n, 400n),
  });
  const list = Array.from({ length: Number(random.between(random.chance(0.05) ? 0n : 1n, 3n)) }, one);
  return operation(scene, from, "registry", "registerMany", [list], (m) => registry.registerMany(m, from, list));
};

export const someCard = ({ random, s }: Scene, good: (card: Card) => boolean = () => true): Card | undefined => {
  const cards = [...s.cards.values()];
  const fitting = cards.filter(good);
  // One card is asked for more often than the others, so that its leases overlap.
  if (fitting.length > 0 && random.chance(0.95)) return random.chance(0.4) ? fitting[0] : random.one(fitting);
  return cards.length > 0 ? random.one(cards) : undefined;
};

export const verify: Generator = (scene) => {
  const { random, world, s } = scene;
  const card = someCard(scene, ({ state }) => state === "Registered");
  if (card === undefined) return undefined;
  const taken = [...s.devices.keys()];
  const fresh = `0x${(BigInt(card.id) * 1_000_003n + random.between(1n, 10n ** 30n)).toString(16).padStart(64, "0")}`;
  const device = random.weighted([
    [92, fresh],
    [4, taken.length > 0 ? random.one(taken) : fresh],
    [4, ZERO_HASH],
  ]) as Hex;
  const from = random.chance(0.97) ? world.verifier : person(scene);
  return operation(scene, from, "registry", "verify", [card.id, device], (m) => {
    requireRole(from, world.verifier);
    registry.verify(m, card.id, device);
  });
};

const setOperator: Generator = (scene) => {
  const { random } = scene;
  const card = someCard(scene);
  if (card === undefined) return undefined;
  const from = random.chance(0.93) ? (card.owner as Hex) : person(scene);
  const operator = random.chance(0.95) ? person(scene) : (tokens.NOBODY as Hex);
  const hostId = random.between(1n, 2n);
  const floor = random.chance(0.6) ? 0n : random.between(1n, RATE / 3n);
  const hours = random.chance(0.6) ? 0n : random.between(1n, 400n);
  return operation(scene, from, "registry", "setOperator", [card.id, operator, hostId, floor, hours], (m) =>
    registry.setOperator(m, from, card.id, operator, hostId, floor, hours),
  );
};

const transferCard: Generator = (scene) => {
  const { random } = scene;
  const card = someCard(scene);
  if (card === undefined) return undefined;
  const owner = card.owner as Hex;
  const from = random.chance(0.93) ? owner : person(scene);
  const held = random.chance(0.97) ? owner : person(scene);
  const to = random.chance(0.98) ? person(scene) : (tokens.NOBODY as Hex);
  const id = random.chance(0.98) ? card.id : 10_000n;
  return operation(scene, from, "registry", "transferFrom", [held, to, id], (m) =>
    registry.transferCard(m, from, held, to, id),
  );
};

const retire: Generator = (scene) => {
  const card = someCard(scene);
  if (card === undefined) return undefined;
  const from = scene.random.chance(0.9) ? (card.owner as Hex) : person(scene);
  return operation(scene, from, "registry", "retire", [card.id], (m) => registry.retire(m, from, card.id));
};

const expire: Generator = (scene) => {
  const card = someCard(scene, (one) => one.encumbrance !== undefined);
  if (card === undefined) return undefined;
  const id = scene.random.chance(0.97) ? card.id : 10_000n;
  return operation(scene, person(scene), "registry", "expire", [id], (m) => registry.expire(m, id));
};

/* BONDS OF OPERATORS */

export const stakeBond: Generator = (scene) => {
  const { random, s } = scene;
  const card = someCard(scene, (one) => one.state === "Verified" && one.operator !== tokens.NOBODY);
  if (card === undefined) return undefined;
  const from = random.chance(0.9) && card.operator !== tokens.NOBODY ? (card.operator as Hex) : person(scene);
  const minimum = (staking.minimumBondOf(s, card) * ONE) / s.bondPrice;
  const amount = random.chance(0.8)
    ? (minimum * random.between(60n, 400n)) / 100n
    : amountOf(scene, 2n * minimum, tokens.balanceOf(s.token, from), 2n ** 256n - 1n);
  return operation(scene, from, "supplierStaking", "stake", [card.id, amount], (m) =>
    staking.stake(m, from, card.id, amount),
  );
};

const someBond = ({ random, s }: Scene, good: (key: string) => boolean) => {
  const keys = [...s.bonds.keys()].filter(good);
  if (keys.length === 0) return undefined;
  const [id, operator] = random.one(keys).split("/");
  return { cardId: BigInt(id ?? 0), operator: operator as Hex };
};

const requestBond: Generator = (scene) => {
  const { s } = scene;
  const bond = someBond(scene, () => true);
  if (bond === undefined) return undefined;
  const { active } = staking.bondOf(s, bond.cardId, bond.operator);
  const amount = amountOf(scene, active / 3n, active, 2n ** 256n - 1n);
  return operation(scene, bond.operator, "supplierStaking", "requestUnstake", [bond.cardId, amount], (m) =>
    staking.requestUnstake(m, bond.operator, bond.cardId, amount),
  );
};

const withdrawBond: Generator = (scene) => {
  const { s, random } = scene;
  const ready = (key: string) => {
    const bond = s.bonds.get(key);
    return bond !== undefined && bond.thawing > 0n && (bond.thawedAt <= s.now || random.chance(0.1));
  };
  const bond = someBond(scene, ready) ?? someBond(scene, () => random.chance(0.05));
  if (bond === undefined) return undefined;
  const to = receiver(scene, bond.operator);
  return operation(scene, bond.operator, "supplierStaking", "withdraw", [bond.cardId, to], (m) =>
    staking.withdraw(m, bond.operator, bond.cardId, to),
  );
};

const refreshBondPrice: Generator = (scene) =>
  operation(scene, person(scene), "supplierStaking", "refreshPrice", [], (m) => staking.refreshPrice(m));

/* STAKES OF RENTERS */

const stakeRenter: Generator = (scene) => {
  const { random, s } = scene;
  const from = person(scene);
  const usual = (random.one([1_000n, 3_000n, 12_000n, 120_000n]) * ONE * ONE) / max(1n, s.oracle.slow);
  const amount = amountOf(scene, usual, tokens.balanceOf(s.token, from), 2n ** 256n - 1n);
  return operation(scene, from, "renterStaking", "stake", [amount], (m) => renters.stake(m, from, amount));
};

const someRenter = (scene: Scene): Hex => {
  const staked = [...scene.s.renters.keys()] as Hex[];
  return staked.length > 0 && scene.random.chance(0.95) ? scene.random.one(staked) : person(scene);
};

const requestRenter: Generator = (scene) => {
  const from = someRenter(scene);
  const { active, pending } = renters.stakeOf(scene.s, from);
  const amount = amountOf(scene, (active + pending) / 3n, active + pending, 2n ** 256n - 1n);
  return operation(scene, from, "renterStaking", "requestUnstake", [amount], (m) =>
    renters.requestUnstake(m, from, amount),
  );
};

const withdrawRenter: Generator = (scene) => {
  const from = someRenter(scene);
  const to = receiver(scene, from);
  return operation(scene, from, "renterStaking", "withdraw", [to], (m) => renters.withdraw(m, from, to));
};

const refreshRenter: Generator = (scene) => {
  const renter = someRenter(scene);
  const from = scene.random.chance(0.6) ? renter : person(scene);
  return operation(scene, from, "renterStaking", "refresh", [renter], (m) => renters.refresh(m, from, renter));
};

/* ORDERS */

async function makeAsk(scene: Scene, card: Card): Promise<Signed<Ask> & { signature: Hex }> {
  const { random, s, memory, world } = scene;
  const floor = registry.floorOf(s, card);
  const worth = (staking.bondOf(s, card.id, card.operator).active * s.bondPrice) / ONE;
  const spare = max(1_000n, (worth - staking.minimumBondOf(s, card)) / DAY);
  const rate = max(floor, random.between(1n + spare / 20n, (spare * 3n) / 5n));
  memory.salt += 1n;
  const ask: Ask = {
    operator: card.operator,
    cardId: card.id,
    epoch: card.epoch,
    ratePerSecond: random.chance(0.97) ? min(rate, 2n ** 64n - 1n) : random.between(0n, 9n),
    minThousandths: random.chance(0.7) ? 1n : random.between(1n, 1_000n),
    minDuration: random.weighted([
      [70, 600n],
      [25, random.between(10n, 60n) * 60n],
      [2, random.between(0n, 90_000n)],
    ]),
    maxDuration: random.weighted([
      [93, random.between(1n, 24n * 60n) * HOUR],
      [3, 366n * DAY],
      [4, random.between(0n, 33_000_000n)],
    ]),
    priorityTier: random.between(0n, 4n),
    openFrom: random.chance(0.85) ? 0n : s.now + random.between(0n, 2n * DAY),
    validUntil: random.weighted([
      [60, FAR],
      [36, s.now + random.between(0n, 5n * DAY)],
      [4, s.now - 1n],
    ]),
    counter: random.chance(0.97) ? (s.counters.get(card.operator) ?? 0n) : 12n,
    salt: memory.salt,
  };
  const strange = random.weighted<Partial<Ask>>([
    [93, {}],
    [2, { operator: person(scene) }],
    [2, { epoch: card.epoch + 1n }],
    [1, { cardId: card.id + 1n }],
    [2, { salt: random.between(1n, memory.salt) }],
  ]);
  const order = { ...ask, ...strange };
  const signer = random.chance(0.97) ? (order.operator as Hex) : person(scene);
  const signed = { order, signer, signature: await signAsk(world, order, signer) };
  memory.asks.push(signed);
  return signed;
}

/** A standing ask, or a new one. */
async function someAsk(scene: Scene, card: Card): Promise<Signed<Ask> & { signature: Hex }> {
  const { random, memory, s } = scene;
  const standing = memory.asks.filter(
    ({ order }) =>
      order.cardId === card.id && (order.epoch === card.epoch || random.chance(0.2)) && order.validUntil >= s.now,
  );
  return standing.length > 0 && random.chance(0.5) ? random.one(standing) : makeAsk(scene, card);
}

const rentable =
  ({ s }: Scene) =>
  (card: Card): boolean =>
    card.state === "Verified" &&
    card.operator !== tokens.NOBODY &&
    staking.cover(s, card.id, card.operator, staking.minimumBondOf(s, card)).meetsMinimum;

const tokenLimit = ({ random }: Scene): bigint => (random.chance(0.93) ? MOST_128 : random.between(0n, 100n * ONE));

/** Notes the chain's ids of the leases that a call opened; they come in the order of the model's. */
function noteLeases({ world, memory }: Scene, logs: readonly Log[], opened: readonly Lease[]): void {
  const started = parseEventLogs({ abi: world.contracts.ledger.abi, logs: logs as never, eventName: "LeaseStarted" });
  started.forEach((event, index) => {
    const lease = opened[index];
    if (lease !== undefined)
      memory.leaseIds.set(lease.id, (event as unknown as { args: { leaseId: bigint } }).args.leaseId);
  });
}

const durationFor = ({ random }: Scene, ask: Ask): bigint => {
  const longest = max(ask.minDuration, min(ask.maxDuration, 40n * DAY));
  return random.weighted([
    [45, random.between(ask.minDuration, min(longest, ask.minDuration + 6n * HOUR))],
    [43, random.between(ask.minDuration, longest)],
    [4, ask.maxDuration],
    [4, ask.minDuration],
    [4, random.between(0n, 2n ** 32n - 1n)],
  ]);
};

const thousandthsFor = ({ random, s }: Scene, card: Card): bigint => {
  const held = ledger.runningOn(s, card.id).reduce((sum, lease) => sum + lease.thousandths, 0n);
  return random.weighted([
    [25, 1_000n],
    [30, random.between(1n, 130n)],
    [30, random.between(1n, max(1n, 1_000n - held))],
    [12, random.between(1n, 1_000n)],
    [3, random.one([0n, 1_001n])],
  ]);
};

const takeAsk: Generator = async (scene) => {
  const { random } = scene;
  const card = someCard(scene, rentable(scene));
  if (card === undefined) return undefined;
  const signed = await someAsk(scene, card);
  const from = person(scene);
  const take: Take = {
    thousandths: max(thousandthsFor(scene, card), random.chance(0.8) ? min(signed.order.minThousandths, 1_000n) : 0n),
    duration: min(durationFor(scene, signed.order), 2n ** 32n - 1n),
    maxRatePerSecond: random.chance(0.95)
      ? 2n ** 64n - 1n
      : signed.order.ratePerSecond - min(1n, signed.order.ratePerSecond),
    payInToken: random.chance(0.35),
    maxTokenIn: tokenLimit(scene),
    accessKeyHash: ZERO_HASH,
  };
  return operation(scene, from, "market", "takeAsk", [signed.order, signed.signature, take, "0x"], (m, logs) => {
    const { lease } = market.takeAsk(m, from, signed, take);
    noteLeases(scene, logs, [lease]);
  });
};

const matchOrders: Generator = async (scene) => {
  const { random, s, memory } = scene;
  const cards = [...s.cards.values()].filter(rentable(scene));
  if (cards.length === 0) return undefined;
  const asks: (Signed<Ask> & { signature: Hex })[] = [];
  const count = Number(random.between(1n, 4n));
  for (let i = 0; i < count; i += 1) asks.push(await someAsk(scene, random.one(cards)));
  if (random.chance(0.95)) asks.sort((a, b) => Number(a.order.cardId - b.order.cardId));
  const unique = random.chance(0.9)
    ? asks.filter(({ order }, i) => i === 0 || asks[i - 1]?.order.cardId !== order.cardId)
    : asks;
  const first = unique[0]?.order as Ask;
  const submitter = person(scene);
  const open = memory.bids.filter(
    ({ order }) =>
      market.orderState(s, order.renter, order.salt) < order.quantity &&
      (order.validUntil >= s.now || random.chance(0.1)),
  );
  const bid =
    open.length > 0 && random.chance(0.25) ? random.one(open) : await makeBid(scene, first, unique.length, submitter);
  const by = random.chance(0.9) && bid.order.matcher !== tokens.NOBODY ? (bid.order.matcher as Hex) : submitter;
  const signatures = unique.map(({ signature }) => signature);
  if (random.chance(0.01)) signatures.pop();
  const args = [bid.order, bid.signature, unique.map(({ order }) => order), signatures, "0x"];
  return operation(scene, by, "market", "matchOrders", args, (m, logs) => {
    const { leases, legs } = market.matchOrders(m, by, bid, unique, signatures.length);
    noteLeases(scene, logs, leases);
    return legs;
  });
};

async function makeBid(
  scene: Scene,
  ask: Ask,
  legs: number,
  submitter: Hex,
): Promise<Signed<Bid> & { signature: Hex }> {
  const { random, s, memory, world } = scene;
  const renter = person(scene);
  const card = s.cards.get(ask.cardId) as Card | undefined;
  const quantity = random.weighted([
    [60, BigInt(legs)],
    [30, random.between(1n, 5n)],
    [4, random.one([0n, 254n, 255n])],
  ]);
  const sameHost = random.chance(0.15);
  const everything = 2n ** 256n - 1n;
  memory.salt += 1n;
  const bid: Bid = {
    renter,
    models: random.chance(0.9) ? everything : 1n << (card?.model ?? 0n),
    regions: random.chance(0.9) ? everything : 1n << (card?.region ?? 0n),
    thousandths: card === undefined ? 100n : thousandthsFor(scene, card),
    quantity,
    minQuantity:
      sameHost && random.chance(0.95)
        ? quantity
        : random.weighted([
            [80, 1n],
            [15, quantity],
            [3, quantity + 1n > 255n ? 255n : quantity + 1n],
            [2, 0n],
          ]),
    sameHost,
    maxRatePerSecond: random.chance(0.8) ? 2n ** 64n - 1n : ask.ratePerSecond,
    duration: min(durationFor(scene, ask), 2n ** 32n - 1n),
    payInToken: random.chance(0.35),
    maxTokenIn: tokenLimit(scene),
    matcher: random.chance(0.75) ? tokens.NOBODY : submitter,
    exclusiveUntil: random.weighted([
      [8, s.now + random.between(0n, 120n)],
      [1, s.now + 121n],
      [2, 0n],
    ]),
    matcherFee: random.chance(0.5) ? 0n : random.between(1n, ONE / 2n),
    accessKeyHash: ZERO_HASH,
    validUntil: random.chance(0.95) ? s.now + random.between(0n, 10n * DAY) : s.now - 1n,
    counter: random.chance(0.97) ? (s.counters.get(renter) ?? 0n) : 7n,
    salt: random.chance(0.98) ? memory.salt : random.between(1n, memory.salt),
  };
  const signer = random.chance(0.97) ? renter : person(scene);
  const signed = { order: bid, signer, signature: await signBid(world, bid, signer) };
  memory.bids.push(signed);
  return signed;
}

const cancel: Generator = (scene) => {
  const { random, memory, world } = scene;
  const orders = [
    ...memory.asks.map(({ order }) => [order.operator, order.salt] as const),
    ...memory.bids.map(({ order }) => [order.renter, order.salt] as const),
  ];
  if (orders.length === 0) return undefined;
  const [maker, salt] = random.one(orders.slice(-60));
  const from = world.people.includes(maker as Hex) ? (maker as Hex) : person(scene);
  const salts = random.weighted([
    [90, [salt]],
    [5, [salt, random.between(1n, memory.salt)]],
    [3, []],
    [2, [salt, salt]],
  ]);
  return operation(scene, from, "market", "cancel", [salts], (m) => market.cancel(m, from, salts));
};

const bump: Generator = (scene) => {
  const from = person(scene);
  return operation(scene, from, "market", "bump", [], (m, logs) => {
    const abi = scene.world.contracts.market.abi;
    const [event] = parseEventLogs({ abi, logs: logs as never, eventName: "CounterBumped" });
    market.bump(m, from, (event as unknown as { args: { counter: bigint } }).args.counter);
  });
};

/* LEASES */

const someLease = ({ random, s }: Scene): Lease | undefined => {
  const running = s.leases.filter((lease) => ledger.isRunning(s, lease));
  if (running.length > 0 && random.chance(0.95)) return random.one(running);
  return s.leases.length > 0 && random.chance(0.15) ? random.one(s.leases) : undefined;
};

const stop: Generator = (scene) => {
  const { random, memory } = scene;
  const lease = someLease(scene);
  if (lease === undefined) return undefined;
  const from = random.weighted([
    [60, lease.renter as Hex],
    [33, lease.operator as Hex],
    [7, person(scene)],
  ]);
  return operation(scene, from, "ledger", "stop", [memory.leaseIds.get(lease.id) ?? 0n], (m) =>
    ledger.stop(m, from, lease.id),
  );
};

const extend: Generator = (scene) => {
  const { random, memory } = scene;
  const lease = someLease(scene);
  if (lease === undefined) return undefined;
  const from = random.chance(0.8) ? (lease.renter as Hex) : person(scene);
  const room = max(60n, lease.start + lease.maxDuration - lease.end);
  const added = random.weighted([
    [60, random.between(60n, min(room, 8n * HOUR))],
    [20, random.between(60n, room)],
    [8, room],
    [4, room + 1n],
    [4, random.between(0n, 59n)],
    [4, min(random.sized(32), 2n ** 32n - 1n)],
  ]);
  const maxTokenIn = random.chance(0.95) ? 2n ** 200n : random.between(0n, ONE);
  const id = memory.leaseIds.get(lease.id) ?? 0n;
  return operation(scene, from, "market", "extend", [id, added, maxTokenIn, "0x"], (m) =>
    market.extend(m, from, lease.id, added, maxTokenIn),
  );
};

const collect: Generator = (scene) => {
  const card = someCard(scene, (one) => ledger.leasesOf(scene.s, one.id).length > 0);
  if (card === undefined) return undefined;
  const id = scene.random.chance(0.98) ? card.id : 10_000n;
  return operation(scene, person(scene), "ledger", "collect", [id], (m) => ledger.collect(m, id));
};

const deposit: Generator = (scene) => {
  const { s, random, world } = scene;
  const rich = world.people.filter((account) => tokens.balanceOf(s.dollar, account) > 0n);
  const from = rich.length > 0 && random.chance(0.95) ? random.one(rich) : person(scene);
  const held = tokens.balanceOf(s.dollar, from);
  const amount = amountOf(scene, held / 3n, held, 2n ** 256n - 1n);
  const account = receiver(scene, from);
  return operation(scene, from, "ledger", "deposit", [account, amount, "0x"], (m) =>
    ledger.deposit(m, from, account, amount),
  );
};

const withdraw: Generator = (scene) => {
  const { s, random, world } = scene;
  const rich = world.people.filter((account) => ledger.purseOf(s, account).balance > 0n);
  const from = rich.length > 0 && random.chance(0.95) ? random.one(rich) : person(scene);
  const { balance } = ledger.purseOf(s, from);
  const amount = amountOf(scene, balance / 2n, balance, 2n ** 256n - 1n);
  const to = receiver(scene, from);
  return operation(scene, from, "ledger", "withdraw", [amount, to], (m) => ledger.withdraw(m, from, amount, to));
};

/* SHARES */

const tokenize: Generator = (scene) => {
  const { random, s, world, memory } = scene;
  const offered = (card: Card) =>
    rentable(scene)(card) && (card.encumbrance === undefined || registry.isTermOver(s, card));
  const card = someCard(scene, offered);
  if (card === undefined) return undefined;
  const from = random.chance(0.95) ? (card.owner as Hex) : person(scene);
  const supply = random.weighted([
    [60, random.between(1n, 5_000n) * ONE],
    [34, random.between(ONE, 2n ** 80n - 1n)],
    [3, 2n ** 80n - 1n],
    [3, random.one([ONE - 1n, 2n ** 80n])],
  ]);
  const price = random.weighted([
    [90, (100n * ONE * ONE * random.between(1n, 100n)) / supply + 1n],
    [8, random.between(1n, 100n)],
    [2, 0n],
  ]);
  const whole = (supply * price + ONE - 1n) / ONE;
  const terms: ShareTerms = {
    supply,
    price,
    minimumRaise: random.weighted([
      [90, max(price, random.between(1n, max(1n, whole / 2n)))],
      [5, whole],
      [5, random.one([0n, whole + 1n])],
    ]),
    promisedRevenue: random.weighted([
      [95, random.between(ONE / 100n, 50n * ONE)],
      [3, 1n],
      [2, 0n],
    ]),
    floorRate: random.chance(0.5) ? 0n : random.between(1n, RATE / 5n),
    floorDecayBps: random.chance(0.95) ? random.between(0n, 3_000n) : random.one([10_000n, 10_001n]),
    upfrontBps: random.chance(0.95) ? random.between(0n, 5_000n) : 5_001n,
    saleEnd:
      s.now +
      random.weighted([
        [70, random.between(60n, DAY)],
        [25, random.between(1n, 30n * DAY)],
        [3, 30n * DAY],
        [2, random.one([0n, 30n * DAY + 1n])],
      ]),
    term: random.weighted([
      [80, random.between(DAY, 20n * DAY)],
      [14, random.between(DAY, 3n * 365n * DAY)],
      [3, 3n * 365n * DAY],
      [3, random.one([DAY - 1n, 3n * 365n * DAY + 1n])],
    ]),
  };
  return operation(scene, from, "shareFactory", "tokenize", [card.id, terms], (m, logs) => {
    const share = shares.tokenize(m, from, card.id, terms);
    const abi = world.contracts.shareFactory.abi;
    const [event] = parseEventLogs({ abi, logs: logs as never, eventName: "CardTokenized" });
    const address = (event as unknown as { args: { share: Hex } } | undefined)?.args.share.toLowerCase() as Hex;
    if (address !== undefined) memory.shareAddresses.set(share.id, address);
  });
};

const someShare = ({ random, s }: Scene, phase: shares.Phase): Share | undefined => {
  const all = [...s.shares.values()];
  const fitting = all.filter((share) => shares.phaseOf(s, share) === phase);
  if (fitting.length > 0 && random.chance(0.93)) return random.one(fitting);
  return all.length > 0 && random.chance(0.5) ? random.one(all) : undefined;
};

const holderOf = ({ random, world }: Scene, share: Share): Hex => {
  const held = world.people.filter((account) => shares.balanceOf(share, account) > 0n);
  return held.length > 0 && random.chance(0.9) ? random.one(held) : random.one(world.people);
};

const approveShare: Generator = (scene) => {
  const { s, memory, world, random } = scene;
  const wanting: Operation[] = [];
  for (const share of s.shares.values()) {
    const address = memory.shareAddresses.get(share.id);
    if (address === undefined || shares.phaseOf(s, share) !== "Sale") continue;
    for (const account of world.people) {
      if (tokens.allowanceOf(s.token, account, share.id) > 0n) continue;
      const amount = random.chance(0.9) ? tokens.UNLIMITED : random.between(1n, 1_000n * ONE);
      wanting.push(
        operation(scene, account, "token", "approve", [address, amount], (m) =>
          tokens.approve(m.token, account, share.id, amount),
        ),
      );
    }
  }
  return wanting.length > 0 ? random.one(wanting) : undefined;
};

const buy: Generator = (scene) => {
  const { random, s, world } = scene;
  const share = someShare(scene, "Sale");
  if (share === undefined) return undefined;
  const allowed = world.people.filter((account) => tokens.allowanceOf(s.token, account, share.id) > 0n);
  if (allowed.length === 0 && random.chance(0.8)) return approveShare(scene);
  const from = allowed.length > 0 && random.chance(0.9) ? random.one(allowed) : person(scene);
  const left = share.terms.supply - share.sold;
  const amount = amountOf(scene, left / 2n, left, 2n ** 256n - 1n);
  const maxCost = random.chance(0.95) ? tokens.UNLIMITED : random.between(0n, ONE);
  const deadline = random.chance(0.97) ? FAR : s.now - 1n;
  return operation(scene, from, share.id, "buy", [amount, maxCost, deadline], (m) =>
    shares.buy(m, from, share.id, amount, maxCost, deadline),
  );
};

const finalise: Generator = (scene) => {
  const share = someShare(scene, "Ended");
  if (share === undefined) return undefined;
  return operation(scene, person(scene), share.id, "finalise", [], (m) => shares.finalise(m, share.id));
};

const transferShares: Generator = (scene) => {
  const { random } = scene;
  const share = someShare(scene, random.chance(0.9) ? "Running" : "Over");
  if (share === undefined) return undefined;
  const from = holderOf(scene, share);
  const to = receiver(scene, person(scene));
  const can = shares.movable(share, from);
  const amount = amountOf(scene, can / 2n, can, 2n ** 256n - 1n);
  return operation(scene, from, share.id, "transfer", [to, amount], (m) =>
    shares.transferShares(m, from, share.id, to, amount),
  );
};

const claim: Generator = (scene) => {
  const { random, memory, s } = scene;
  const share = someShare(scene, random.chance(0.8) ? "Running" : "Over");
  if (share === undefined) return undefined;
  const from = holderOf(scene, share);
  const way = random.one(["claim", "claimFor", "claimMany"] as const);
  if (way === "claim") {
    return operation(scene, from, share.id, "claim", [], (m) => shares.claim(m, share.id, from, true));
  }
  if (way === "claimFor") {
    return operation(scene, person(scene), share.id, "claimFor", [from], (m) => shares.claim(m, share.id, from, false));
  }
  const ids = [...s.shares.keys()].filter((id) => id === share.id || random.chance(0.4));
  const addresses = ids.map((id) => memory.shareAddresses.get(id));
  return operation(scene, from, "shareFactory", "claimMany", [addresses], (m) => shares.claimMany(m, from, ids));
};

const releaseProceeds: Generator = (scene) => {
  const share = someShare(scene, scene.random.chance(0.7) ? "Running" : "Over");
  if (share === undefined) return undefined;
  return operation(scene, person(scene), share.id, "release", [], (m) => shares.release(m, share.id));
};

const refund: Generator = (scene) => {
  const share = someShare(scene, "Failed");
  if (share === undefined) return undefined;
  const payers = [...share.paid.keys()] as Hex[];
  const account = payers.length > 0 && scene.random.chance(0.9) ? scene.random.one(payers) : person(scene);
  return operation(scene, person(scene), share.id, "refund", [account], (m) => shares.refund(m, share.id, account));
};

const handIn: Generator = (scene) => {
  const share = someShare(scene, "Over");
  if (share === undefined) return undefined;
  const from = holderOf(scene, share);
  const can = shares.movable(share, from);
  const amount = amountOf(scene, can / 2n, can, 2n ** 256n - 1n);
  return operation(scene, from, share.id, "handIn", [amount], (m) => shares.handIn(m, from, share.id, amount));
};

/* EVERYTHING */

/** Each as often as its weight says; those of others.ts come on top. */
export const WEIGHTS: readonly (readonly [number, Generator])[] = [
  [5, mint],
  [2, mintExact],
  [5, redeem("Open")],
  [3, redeem("Earned")],
  [0.6, recapitalise],
  [2, burnFees],
  [2, poke],
  [5, movePrice],
  [1, breakFeed],
  [2, mendFeed],
  [0.6, setSource],
  [0.15, setSequencer],
  [0.5, sequencerRound],
  [0.6, setMinterParameters],
  [0.4, setMarketParameters],
  [0.8, pauseEntry],
  [2, transferToken],
  [1, approve],
  [1, register],
  [1.5, verify],
  [1, setOperator],
  [1.2, transferCard],
  [0.25, retire],
  [1, expire],
  [5, stakeBond],
  [1.5, requestBond],
  [1.5, withdrawBond],
  [1.5, refreshBondPrice],
  [2, stakeRenter],
  [1, requestRenter],
  [1, withdrawRenter],
  [2, refreshRenter],
  [11, takeAsk],
  [9, matchOrders],
  [0.8, cancel],
  [0.2, bump],
  [5, stop],
  [5, extend],
  [5, collect],
  [3, deposit],
  [3, withdraw],
  [2.5, tokenize],
  [1, approveShare],
  [6, buy],
  [3, finalise],
  [4, transferShares],
  [5, claim],
  [2, releaseProceeds],
  [1, refund],
  [2.5, handIn],
];
