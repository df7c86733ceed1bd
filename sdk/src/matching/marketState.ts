import type { CardState } from "../abis/enums.ts";
import type { MarketParameters } from "../abis/structs.ts";

/** A lease that may run on a card. */
export type LeaseTerms = {
  /** Operator that it began with. */
  readonly operator: string;
  /** Gross, cfUSD-wei per second. */
  readonly rate: bigint;
  /** Protocol fee in bps. */
  readonly feeBps: number;
  readonly thousandths: number;
  /** Seconds; it runs from `start` up to but not in `end`. */
  readonly start: number;
  readonly end: number;
};

/** Limits of a card's owner and of its term, as `CardRegistry.limits` tells them. */
export type CardLimits = {
  /** cfUSD-wei per second of the whole card. */
  readonly ownerFloorRate: bigint;
  readonly termFloorRate: bigint;
  /** 0: no limit. */
  readonly longestHours: number;
  /** Seconds. */
  readonly saleEnd: number;
  /** Seconds; 0 while the card is free. */
  readonly termEnd: number;
  /** Fall of the term's floor at every full 30 days after the end of the sale. */
  readonly decayBps: number;
};

/** What a match must know of a card. */
export type CardTerms = {
  readonly operator: string;
  readonly hostId: number;
  readonly epoch: number;
  readonly model: number;
  readonly region: number;
  readonly state: CardState;
  /** Absent where there are none. */
  readonly limits?: CardLimits | undefined;
  /** Active bond of the card's operator, CARD-wei. */
  readonly bond: bigint;
  /** Holders' revenue of the card's current number up to a second; absent: none, and `leases` are all there ever were. */
  readonly revenue?: { readonly amount: bigint; readonly at: number } | undefined;
  /** Whether the current number is that of a share or bond, not of the owner. */
  readonly encumbered?: boolean | undefined;
  /** At least those that run; those that are over count for revenue since `revenue.at`. */
  readonly leases: readonly LeaseTerms[];
};

/** What a match must know of a model. */
export type ModelTerms = {
  /** Dollars (1e18). */
  readonly minimumBond: bigint;
  /** Dollars (1e18) of a new card; target of the bond is a tenth of it. */
  readonly referenceValue: bigint;
  /** Of one card. */
  readonly memoryMiB: number;
};

/** A map, or whatever answers like one. */
export type Lookup<Key, Value> = Pick<ReadonlyMap<Key, Value>, "get">;

/** What a match must know of a maker of orders. */
export type AccountTerms = {
  readonly counter: bigint;
  readonly tier: number;
  /** By salt: cards taken, or 255 once cancelled; 0 where absent. */
  readonly orders: Lookup<bigint, number>;
  /** cfUSD-wei in ledger and wallet; absent: enough. */
  readonly dollars?: bigint | undefined;
  /** CARD-wei in the wallet; absent: enough. */
  readonly tokens?: bigint | undefined;
};

/** Everything that decides about matches at one second. Keys and addresses are lower case. */
export type MarketState = {
  /** Seconds. */
  readonly now: number;
  /** Seconds; matches are open from then on. */
  readonly pausedUntil: number;
  readonly parameters: MarketParameters;
  /** The staking contract's copy of the slow price, 1e18 USD per CARD. */
  readonly bondPrice: bigint;
  readonly models: ReadonlyMap<number, ModelTerms>;
  readonly cards: Lookup<bigint, CardTerms>;
  readonly accounts: Lookup<string, AccountTerms>;
  /** CARD-wei that mint so many cfUSD-wei for a lease, or undefined while the minter refuses; absent: free. */
  readonly leaseMint?: ((out: bigint) => bigint | undefined) | undefined;
};

/** On-chain word of a cancelled order. */
export const CANCELLED = 255;

const unknown: AccountTerms = { counter: 0n, tier: 0, orders: new Map() };

/**
 * What is known of a maker of orders.
 *
 * @param state - the market
 * @param address - lower or mixed case
 * @returns counter 0, tier 0 and no orders for one that nothing is known of
 *
 * @example
 * const { tier } = accountIn(market, bid.renter);
 */
export const accountIn = ({ accounts }: Pick<MarketState, "accounts">, address: string): AccountTerms =>
  accounts.get(address) ?? accounts.get(address.toLowerCase()) ?? unknown;
