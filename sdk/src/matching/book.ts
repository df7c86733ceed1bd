import type { Bid } from "../abis/structs.ts";
import type { HostNeeds } from "./events.ts";
import type { Ladder } from "./ladder.ts";
import type { AccountTerms, CardTerms, LeaseTerms } from "./marketState.ts";
import type { Kinds } from "./placementDemand.ts";

/** A lease as the engine keeps it. */
export type Lease = LeaseTerms & { readonly key: string | number; end: number; readonly needs: HostNeeds | undefined };

/** A host: cards of one operator that share CPU and memory. */
export type Host = {
  readonly id: number;
  /** Indexes of its cards. */
  readonly cards: number[];
  /** Cards on which a lease runs. */
  busy: number;
  /** Thousandths that are free of its cards, and how many of them are wholly free. */
  freeMilli: number;
  whole: number;
  /** Left of what the host states. */
  cpuMilli: number;
  memoryMib: number;
};

/** Terms of a card; figures that matches ask for are beside them, see `Cards`. What a match reads comes first. */
export type Card = {
  leases: readonly Lease[];
  readonly id: bigint;
  floor: bigint;
} & {
  -readonly [Key in keyof Omit<CardTerms, "leases">]: CardTerms[Key];
};

/** All asks for cards of one model in one region. */
export type Market = {
  readonly id: number;
  readonly model: number;
  readonly region: number;
  cards: number;
  /** By gate and fit. */
  readonly ladders: (Ladder | undefined)[];
  gated: number;
  /** Hosts with open asks; and those of them with whole cards that can be let without breaking up a host out of use. */
  readonly hosts: Ladder;
  readonly spares: Ladder;
  /** Where bids wait that accept this model and region. */
  readonly queues: Queue[];
};

/** Bids that accept the same models and regions. */
export type Queue = {
  readonly models: bigint;
  readonly regions: bigint;
  readonly markets: Market[];
  readonly waiting: Ladder;
  /** What such bids were let. */
  readonly kinds: Kinds;
  /** Open bids, waiting in the ladder or for their window. */
  bids: number;
};

/** What one bid wants of every card. */
export type Want = {
  readonly bid: Bid;
  readonly tier: number;
  readonly maxRate: number;
  readonly needs: HostNeeds | undefined;
  readonly queue: Queue;
};

/** What an ask is ranked by. `effective` = rate · (1 − 0.1 · (weight − 1)): the bond is worth at most 5 % of the price. */
export type Score = {
  readonly rate: number;
  readonly weight: number;
  readonly effective: number;
  /** The best effective price that the bid could have had for this card. */
  readonly cheapest: number;
  /** How tightly the lease fits: eighths free of the card before; 8: whole, on a host in use; 9: on a host out of use. */
  readonly fit: number;
  /**
   * What the lease is expected to leave unused in the end, thousandths of a card: of its card, and of its host for want of CPU, memory or
   * cards side by side, by what has been let so far. 0 for whole cards that need nothing of their host, for
   * cards that were kept for the bid, and as long as fewer than 32 matches were seen.
   */
  readonly waste: number;
  /** Second and seeded number that rank asks of equal price. */
  readonly since: number;
  readonly tie: number;
};

/** Bits of the seeded number in the order of equal scores. */
export const TIES = 2 ** 20;

/** A maker of orders. */
export type Account = {
  readonly address: string;
  /** Whether it is known by another spelling too. */
  isSpelt: boolean;
  readonly index: number;
  counter: bigint;
  tier: number;
  readonly orders: AccountTerms["orders"];
  dollars: bigint | undefined;
  tokens: bigint | undefined;
  readonly hosts: Map<number, Host>;
};

/** An open bid. */
export type Waiting = Want & {
  readonly account: Account;
  /** Among the orders by maker and salt. */
  readonly entry: number;
  readonly since: number;
  queued: boolean;
  kept: readonly number[] | undefined;
  /** Asks that it could take and that must be offered anew, at least, before it can find as many cards as it must have. */
  lacking: number;
};

/**
 * Whether two bids, maybe read from different logs, are the same order.
 *
 * @param a - the one
 * @param b - the other
 * @example
 * isSameBid(bid, structuredClone(bid)); // true
 */
export const isSameBid = (a: Bid, b: Bid): boolean =>
  (Object.keys(a) as readonly (keyof Bid)[]).every((field) => a[field] === b[field]);
