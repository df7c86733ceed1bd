import type { LegRefusal, MatchRefusal } from "../abis/enums.ts";
import type { Ask, Bid } from "../abis/structs.ts";
import { cardRefusal, coveredRate, type OpenedTerms, openingOf } from "./cardRules.ts";
import { accountIn, CANCELLED, type MarketState } from "./marketState.ts";

const LEAST_MIN_DURATION = 600;
const LONGEST_LEASE = 366 * 86_400;
/** Seconds ahead that a bid may be exclusive to its matcher. */
const LONGEST_EXCLUSIVITY = 120;
const MOST_CARDS = 254;
/** cfUSD-wei that a mint makes at least. */
export const LEAST_MINT = 10n ** 18n;
/** The zero address. */
const NOBODY = `0x${"0".repeat(40)}`;

/** A match as it would be submitted. Signatures are checked by `verifyBid` and `verifyAsk`; here it is told how that went. */
export type MatchOrders = {
  readonly bid: Bid;
  /** Whether the bid's signature is good; true where absent. */
  readonly bidSigned?: boolean | undefined;
  /** By ascending card id. */
  readonly asks: readonly Ask[];
  /** Whether each ask's signature is good; true where absent. */
  readonly asksSigned?: readonly boolean[] | undefined;
  /** Who would send it. */
  readonly submitter: string;
};

/** What would become of one ask of a match. */
export type LegCheck = { readonly cardId: bigint } & (
  | { readonly refusal: "None"; readonly opened: OpenedTerms }
  | { readonly refusal: Exclude<LegRefusal, "None"> }
);

/** What a match would do. */
export type MatchCheck = {
  readonly refusal: MatchRefusal;
  /** One per ask, in order; empty if none was looked at. */
  readonly legs: readonly LegCheck[];
  /** Cards that would be taken. */
  readonly taken: number;
  /** cfUSD-wei, rent in advance of all leases. */
  readonly escrow: bigint;
  /** cfUSD-wei for the submitter. */
  readonly matcherFees: bigint;
  /** CARD-wei that would be burned, when paid in CARD. */
  readonly tokenIn: bigint;
  /** Protocol fee of the leases, bps. */
  readonly feeBps: number;
};

/** Operator and host that all cards of a match must share. */
export type SameHost = { readonly operator: string; readonly hostId: number };

/**
 * What speaks against a bid by itself, the first of what applies.
 *
 * @param state - the market
 * @param bid - the bid
 * @param submitter - who would send the match
 * @param signed - whether its signature is good
 * @param known - of the bid, where it has been looked up
 * @returns None if it can be matched
 *
 * @example
 * checkBid(market, bid, submitter); // "BidExpired"
 */
export const checkBid = (
  state: MarketState,
  bid: Bid,
  submitter: string,
  signed = true,
  known: KnownOrder = knownOf(state, bid),
): MatchRefusal => {
  const { now } = state;
  if (now < state.pausedUntil) return "MatchesPaused";
  if (now > bid.validUntil) return "BidExpired";
  if (!isWellFormed(bid)) return "BidInvalid";
  if (now < bid.exclusiveUntil && bid.matcher !== NOBODY) {
    if (bid.exclusiveUntil - now > LONGEST_EXCLUSIVITY) return "BidExclusivityTooLong";
    if (submitter.toLowerCase() !== bid.matcher.toLowerCase()) return "BidExclusiveToMatcher";
  }
  const { counter, filled } = known;
  if (bid.counter !== counter) return "BidCounterOld";
  if (filled === CANCELLED) return "BidCancelled";
  if (filled >= bid.quantity) return "BidFilled";
  return signed ? "None" : "BidSignatureInvalid";
};

/**
 * What speaks against a bid that comes into a book: all that `checkBid` says but that its time has not come.
 *
 * @param state - the market
 * @param bid - the bid, signed
 * @param submitter - who would send its match
 * @param known - what is known of the order
 * @returns the reason, or None
 * @example
 * checkNewBid(market, bid, submitter, { counter: 0n, filled: 0 });
 */
export function checkNewBid(state: MarketState, bid: Bid, submitter: string, known: KnownOrder): MatchRefusal {
  const against = checkBid(state, bid, submitter, true, known);
  const isEarly =
    against === "MatchesPaused" || against === "BidExclusiveToMatcher" || against === "BidExclusivityTooLong";
  if (!isEarly) return against;
  return checkBid({ ...state, pausedUntil: 0 }, { ...bid, exclusiveUntil: 0 }, submitter, true, known);
}

/**
 * Second from which a submitter may match a bid.
 *
 * @param state - the market
 * @param bid - the bid
 * @param submitter - who would send the match
 * @returns a second that may be past
 * @example
 * const waits = opensAt(market, bid, submitter) > market.now;
 */
export function opensAt(
  { now, pausedUntil }: MarketState,
  { matcher, exclusiveUntil }: Bid,
  submitter: string,
): number {
  const open = now < pausedUntil ? pausedUntil : 0;
  if (now >= exclusiveUntil || matcher === NOBODY) return open;
  const own = matcher.toLowerCase() === submitter.toLowerCase();
  return Math.max(open, own ? exclusiveUntil - LONGEST_EXCLUSIVITY : exclusiveUntil);
}

/** Counter of a maker, and the word of its order. */
type KnownOrder = { readonly counter: bigint; readonly filled: number };

const knownOf = (state: MarketState, { renter, salt }: Bid): KnownOrder => {
  const { counter, orders } = accountIn(state, renter);
  return { counter, filled: orders.get(salt) ?? 0 };
};

const isWellFormed = (bid: Bid): boolean =>
  bid.renter !== NOBODY &&
  bid.quantity >= 1 &&
  bid.quantity <= MOST_CARDS &&
  bid.minQuantity >= 1 &&
  bid.minQuantity <= bid.quantity &&
  (!bid.sameHost || bid.minQuantity === bid.quantity) &&
  bid.thousandths >= 1 &&
  bid.thousandths <= 1000;

/**
 * What speaks against an ask by itself and for a renter, the first of what applies.
 *
 * @param state - the market
 * @param ask - the ask
 * @param wish - what the renter wants of each card
 * @param tier - of the renter
 *
 * @example
 * checkAsk(market, ask, bid, 0); // "RateAboveBid"
 */
export const checkAsk = (
  state: MarketState,
  ask: Ask,
  wish: Pick<Bid, "duration" | "thousandths" | "maxRatePerSecond">,
  tier: number,
): LegRefusal => {
  if (state.now > ask.validUntil) return "AskExpired";
  if (state.now < ask.openFrom && tier < ask.priorityTier) return "AskNotOpenYet";
  if (!hasGoodDurations(state, ask)) return "AskDurationsInvalid";
  if (wish.duration < ask.minDuration) return "DurationBelowAsk";
  if (wish.duration > ask.maxDuration) return "DurationAboveAsk";
  if (wish.thousandths < ask.minThousandths) return "ThousandthsBelowAsk";
  if (ask.ratePerSecond > wish.maxRatePerSecond) return "RateAboveBid";
  const { counter, orders } = accountIn(state, ask.operator);
  if (ask.counter !== counter) return "AskCounterOld";
  return orders.get(ask.salt) === CANCELLED ? "AskCancelled" : "None";
};

/**
 * Whether an ask's durations are ones that the market takes.
 *
 * @param state - the market
 * @param ask - the ask
 *
 * @example
 * hasGoodDurations(market, ask);
 */
export const hasGoodDurations = (
  { parameters }: Pick<MarketState, "parameters">,
  { minDuration, maxDuration }: Pick<Ask, "minDuration" | "maxDuration">,
): boolean =>
  minDuration % 60 === 0 &&
  minDuration >= LEAST_MIN_DURATION &&
  minDuration <= parameters.longestMinDuration &&
  maxDuration % 3600 === 0 &&
  maxDuration <= LONGEST_LEASE;

/**
 * Protocol fee of a renter's leases in bps: each tier takes 5 % off, rounded down.
 *
 * @param state - the market
 * @param tier - of the renter, 0 to 3
 * @param payInToken - whether the rent is paid in CARD
 *
 * @example
 * feeBpsOf(market, 1, false); // 475
 */
export const feeBpsOf = ({ parameters }: Pick<MarketState, "parameters">, tier: number, payInToken: boolean): number =>
  Math.floor(((payInToken ? parameters.tokenFeeBps : parameters.feeBps) * (100 - 5 * tier)) / 100);

/**
 * What would become of one ask of a match, but for its order among the others.
 *
 * @param state - the market
 * @param bid - the bid
 * @param ask - the ask
 * @param host - what the cards taken so far fix, for a bid that wants one host
 * @param signed - whether the ask's signature is good
 *
 * @example
 * const { refusal } = checkLeg(market, bid, ask);
 */
export const checkLeg = (state: MarketState, bid: Bid, ask: Ask, host?: SameHost, signed = true): LegCheck => {
  const { cardId } = ask;
  const refused = (refusal: Exclude<LegRefusal, "None">): LegCheck => ({ cardId, refusal });
  const { tier } = accountIn(state, bid.renter);
  const byAsk = checkAsk(state, ask, bid, tier);
  if (byAsk !== "None") return refused(byAsk);
  const card = state.cards.get(cardId);
  const byCard = cardRefusal(card, ask, bid, state.now);
  if (byCard !== "None") return refused(byCard);
  if (card === undefined) return refused("CardNotVerified");
  if (host !== undefined && (ask.operator.toLowerCase() !== host.operator || card.hostId !== host.hostId)) {
    return refused("HostDiffers");
  }
  if (!signed) return refused("AskSignatureInvalid");
  const covered = coveredRate(state, card);
  if (covered === undefined) return refused("BondBelowMinimum");
  const feeBps = feeBpsOf(state, tier, bid.payInToken);
  const opened = openingOf(card, { ...bid, rate: ask.ratePerSecond, feeBps, covered }, state.now);
  return typeof opened === "string" ? refused(opened) : { cardId, refusal: "None", opened };
};

/**
 * Whether the renter can pay, and what it burns.
 *
 * @param state - the market
 * @param bid - the bid
 * @param due - escrow and fees, cfUSD-wei
 * @param taken - cards
 *
 * @example
 * const { refusal, tokenIn } = checkPayment(market, bid, 10n ** 18n, 1);
 */
export const checkPayment = (
  state: MarketState,
  bid: Bid,
  due: bigint,
  taken: number,
): { readonly refusal: MatchRefusal; readonly tokenIn: bigint } => {
  const { dollars, tokens } = accountIn(state, bid.renter);
  if (!bid.payInToken) return { refusal: dollars !== undefined && dollars < due ? "FundsTooLow" : "None", tokenIn: 0n };
  if (state.leaseMint === undefined) return { refusal: "None", tokenIn: 0n };
  const tokenIn = state.leaseMint(due > LEAST_MINT ? due : LEAST_MINT);
  if (tokenIn === undefined) return { refusal: "TokenMintRefused", tokenIn: 0n };
  if (tokenIn > bid.maxTokenIn * BigInt(taken)) return { refusal: "TokenCostTooHigh", tokenIn };
  return { refusal: tokens !== undefined && tokens < tokenIn ? "FundsTooLow" : "None", tokenIn };
};

/**
 * What `matchOrders` would do at the state's second: the same answers as `previewMatch` of the market, without a chain.
 *
 * @param state - everything that decides about matches
 * @param orders - bid, asks and who would send them
 * @returns refusals by the contracts' names, and what each card taken would be let as
 *
 * @example
 * const { refusal, legs, taken } = checkMatch(market, { bid, asks: [ask], submitter });
 */
export const checkMatch = (state: MarketState, orders: MatchOrders): MatchCheck => {
  const { bid, asks, asksSigned, submitter } = orders;
  const refusal = checkBid(state, bid, submitter, orders.bidSigned);
  const nothing = { legs: [], taken: 0, escrow: 0n, matcherFees: 0n, tokenIn: 0n, feeBps: 0 };
  if (refusal !== "None") return { refusal, ...nothing };

  const { tier, orders: words } = accountIn(state, bid.renter);
  const most = bid.quantity - (words.get(bid.salt) ?? 0);
  let taken = 0;
  let escrow = 0n;
  let lastCard = 0n;
  let host: SameHost | undefined;
  const legs = asks.map((ask, index): LegCheck => {
    const { cardId } = ask;
    if (taken === most) return { cardId, refusal: "QuantityReached" };
    if (cardId <= lastCard) return { cardId, refusal: "CardOutOfOrder" };
    const leg = checkLeg(state, bid, ask, host, asksSigned?.[index]);
    if (leg.refusal !== "None") return leg;
    taken += 1;
    escrow += leg.opened.escrow;
    lastCard = cardId;
    const { hostId = 0 } = state.cards.get(cardId) ?? {};
    if (bid.sameHost) host = { operator: ask.operator.toLowerCase(), hostId };
    return leg;
  });
  const matcherFees = bid.matcherFee * BigInt(taken);
  const feeBps = feeBpsOf(state, tier, bid.payInToken);
  const payment =
    taken === 0 ? ({ refusal: "None", tokenIn: 0n } as const) : checkPayment(state, bid, escrow + matcherFees, taken);
  const tooFew = taken < Math.min(bid.minQuantity, most);
  return {
    refusal: tooFew ? "CardsTooFew" : payment.refusal,
    legs,
    taken,
    escrow,
    matcherFees,
    tokenIn: payment.tokenIn,
    feeBps,
  };
};
