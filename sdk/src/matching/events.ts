import type { Address } from "viem";
import type { MatchRefusal } from "../abis/enums.ts";
import type { Ask, Bid, MarketParameters } from "../abis/structs.ts";
import type { Score } from "./book.ts";
import type { Explanation } from "./explain.ts";
import type { CardTerms, LeaseTerms, MarketState, ModelTerms } from "./marketState.ts";

/** What a bid needs beside the contract's terms, for each card. Kept off chain. */
export type HostNeeds = {
  /** CPU of the host, in thousandths of a core. */
  readonly cpuMilli?: number | undefined;
  /** Memory of the host in MiB. */
  readonly memoryMib?: number | undefined;
  /** Memory of the card in MiB. */
  readonly cardMemoryMib?: number | undefined;
};

/** What happens to a market: on chain, off chain, or by the clock. Everything an engine knows comes by events. */
export type MarketEvent =
  /** Time has come to `now`, seconds. */
  | { readonly type: "time"; readonly now: number }
  | { readonly type: "pause"; readonly until: number }
  | { readonly type: "parameters"; readonly parameters: MarketParameters }
  | { readonly type: "bondPrice"; readonly price: bigint }
  /** What the minter gives for CARD that pays rent, see `leaseMintRate`: cfUSD-wei for 10^36 CARD-wei, or 0 while it refuses. */
  | { readonly type: "leaseMint"; readonly rate: bigint }
  | { readonly type: "model"; readonly model: number; readonly terms: ModelTerms }
  /** What a host has in all; must come before its cards. Absent figures are not limited. */
  | ({ readonly type: "host"; readonly operator: string; readonly hostId: number } & Omit<HostNeeds, "cardMemoryMib">)
  /** A card is new or has changed; its leases stay as they are. */
  | { readonly type: "card"; readonly cardId: bigint; readonly terms: Omit<CardTerms, "leases"> }
  | { readonly type: "bond"; readonly cardId: bigint; readonly bond: bigint }
  /** Counter, tier or funds of a maker of orders. */
  | {
      readonly type: "account";
      readonly address: string;
      readonly counter?: bigint | undefined;
      readonly tier?: number | undefined;
      readonly dollars?: bigint | undefined;
      readonly tokens?: bigint | undefined;
    }
  /** The word of an order on chain: cards taken so far, or 255 once cancelled. */
  | { readonly type: "order"; readonly maker: string; readonly salt: bigint; readonly word: number }
  | { readonly type: "ask"; readonly ask: Ask }
  | { readonly type: "bid"; readonly bid: Bid; readonly needs?: HostNeeds | undefined }
  /** The maker takes an order back, off chain. Numbers of orders that are closed are given to new ones. */
  | { readonly type: "withdraw"; readonly ask: number }
  | { readonly type: "withdraw"; readonly bid: number }
  /** A lease that did not come of a match of this engine; one told again under its key is as told last. */
  | { readonly type: "lease"; readonly cardId: bigint; readonly key: string; readonly lease: LeaseTerms }
  /** A lease now ends at `end`: stopped, or extended. */
  | { readonly type: "leaseEnd"; readonly cardId: bigint; readonly key: string | number; readonly end: number }
  /**
   * A match was not executed: its leases never were, and its bid is open again, as long in line as before, or leaves the book where
   * `withdraw` says so. Told again, it does nothing.
   */
  | { readonly type: "failed"; readonly match: Match; readonly withdraw?: boolean | undefined };

/** A card of a match. */
export type MatchLeg = {
  readonly askId: number;
  readonly ask: Ask;
  /** Gross, cfUSD-wei per second. */
  readonly rate: bigint;
  /** Held and paid for. */
  readonly thousandths: number;
  /** Rate times duration. */
  readonly escrow: bigint;
  readonly score: Score;
};

/** Who gets what: the orders of one `matchOrders`. Its leases are known by its `id` as their key. */
export type Match = {
  readonly id: number;
  /** Seconds. */
  readonly time: number;
  readonly bidId: number;
  readonly bid: Bid;
  readonly needs: HostNeeds | undefined;
  /** What ordered the bid among others: second of arrival less the head start of its tier. */
  readonly priority: { readonly since: number; readonly tier: number; readonly tie: number; readonly at: number };
  /** CARD-wei that it burns; 0 where rent is paid in cfUSD, and as long as no `leaseMint` was told. */
  readonly tokenIn: bigint;
  /** By ascending card id. */
  readonly legs: readonly MatchLeg[];
};

/** What an event led to. */
export type Outcome = {
  /** Number of the order that the event brought, or -1. */
  readonly id: number;
  /** Why the order was not taken into the book; `AskTooMany`: 64 asks of its maker are open for the card. Of more that were
   * there before the card had this operator, the last are closed. */
  readonly refusal?:
    | MatchRefusal
    | "AskExpired"
    | "AskCounterOld"
    | "AskCancelled"
    | "AskDurationsInvalid"
    | "AskTooMany"
    | undefined;
  readonly matches: readonly Match[];
};

/** Settings of an engine. */
export type EngineOptions = {
  /** Who submits the matches. */
  readonly submitter: Address;
  /** Second at which it begins; 0 when absent. */
  readonly now?: number | undefined;
  /** Orders of equal rank from one second go by a number drawn from this seed; 0 when absent. */
  readonly seed?: number | undefined;
  /** How much dearer than the best, in bps of the effective price, a card may be on which less is wasted; 100 when absent. */
  readonly toleranceBps?: number | undefined;
  /** Seconds by which each tier of a renter comes before others; 600 when absent. */
  readonly headStart?: number | undefined;
  /** Seconds after which cards are kept for a waiting bid; 3600 when absent. */
  readonly patience?: number | undefined;
};

/** An engine: the market in memory, changed only by events. */
export type Engine = {
  /**
   * Takes in what happened and matches what can be matched now.
   *
   * @param event - what happened
   * @returns number of the order that came, and the matches to submit
   * @example
   * const { id, matches } = engine.apply({ type: "bid", bid });
   */
  readonly apply: (event: MarketEvent) => Outcome;
  /**
   * Says why a waiting bid was not filled: how many asks there are by reason, the nearest miss and what to change.
   *
   * @param bidId - number of the bid
   * @returns undefined if no such bid waits
   * @example
   * engine.explain(id)?.nearest?.changes[0]; // { field: "maxRatePerSecond", to: 120_000_000_000_000n }
   */
  readonly explain: (bidId: number) => Explanation | undefined;
  /**
   * @returns the market as of now, for `checkMatch`; it changes with the next event
   * @example
   * checkMatch(engine.state(), { bid, asks, submitter });
   */
  readonly state: () => MarketState;
  /**
   * @returns open asks, by number
   * @example
   * for (const ask of engine.asks()) console.log(ask.cardId);
   */
  readonly asks: () => Iterable<Ask>;
  /**
   * @returns waiting bids, by number
   * @example
   * for (const bid of engine.bids()) console.log(bid.renter);
   */
  readonly bids: () => Iterable<Bid>;
  /**
   * @returns how many asks and bids are open, and for how many bids cards are kept
   * @example
   * const { asks, bids } = engine.stats();
   */
  readonly stats: () => { readonly asks: number; readonly bids: number; readonly kept: number };
};
