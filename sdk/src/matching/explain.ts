import type { LegRefusal, MatchRefusal } from "../abis/enums.ts";
import type { Ask, Bid } from "../abis/structs.ts";
import { checkBid, checkLeg } from "./checkMatch.ts";
import type { MarketState } from "./marketState.ts";

/** What would make a bid and an ask meet: a term of the bid, or the second from which on they do. */
export type Change = {
  readonly field: "maxRatePerSecond" | "duration" | "thousandths" | "models" | "regions" | "now";
  readonly to: number | bigint;
};

/** Why a bid waits. */
export type Explanation = {
  /** What speaks against the bid by itself, else against its payment if there are cards that the renter cannot pay for, else CardsTooFew. */
  readonly refusal: MatchRefusal;
  /**
   * Asks by what speaks against them; `NeedsNotMet`: card or host have not what the bid needs; `None`: could be taken, but are too
   * few, not on one host, not paid for, or on cards kept for those who waited longer.
   */
  readonly counts: Readonly<Partial<Record<LegRefusal | "NeedsNotMet", number>>>;
  /** The ask that the fewest and smallest changes would reach, with these changes. */
  readonly nearest?:
    | { readonly ask: Ask; readonly refusal: LegRefusal; readonly changes: readonly Change[] }
    | undefined;
};

/**
 * Why a bid is not filled: counts of asks by reason, the nearest miss and what to change.
 *
 * @param state - the market
 * @param bid - the bid
 * @param asks - open asks; places without one are passed over
 * @param submitter - who would send the match
 * @param lacks - whether the card of an ask, or its host, has not what the bid needs beside the contract's terms
 *
 * @example
 * const { counts, nearest } = explainBid(market, bid, [ask], submitter);
 */
export function explainBid(
  state: MarketState,
  bid: Bid,
  asks: readonly (Ask | undefined)[],
  submitter: string,
  lacks: (ask: Ask) => boolean = () => false,
): Explanation {
  const refusal = checkBid(state, bid, submitter);
  const counts: Partial<Record<LegRefusal | "NeedsNotMet", number>> = {};
  let nearest: Explanation["nearest"];
  let least = Number.POSITIVE_INFINITY;
  for (const ask of asks) {
    if (ask === undefined) continue;
    const reason = checkLeg(state, bid, ask).refusal;
    const told = reason === "None" && lacks(ask) ? "NeedsNotMet" : reason;
    counts[told] = (counts[told] ?? 0) + 1;
    if (reason === "None") continue;
    const { changes, effort } = changesFor(state, bid, ask);
    if (effort >= least) continue;
    least = effort;
    nearest = { ask, refusal: reason, changes };
  }
  return { refusal: refusal === "None" ? "CardsTooFew" : refusal, counts, nearest };
}

/** Changes that make an ask good for a bid, and how far they go: one for each, and by how much it changes. */
function changesFor(
  state: MarketState,
  bid: Bid,
  ask: Ask,
): { readonly changes: readonly Change[]; readonly effort: number } {
  const found = new Map<Change["field"], Change>();
  let [market, wish] = [state, bid];
  for (;;) {
    const reason = checkLeg(market, wish, ask).refusal;
    const changes = [...found.values()];
    if (reason === "None") return { changes, effort: changes.reduce((sum, one) => sum + effortOf(one, state, bid), 0) };
    const change = changeFor(market, ask, reason);
    if (change === undefined || isVain(change, wish, bid)) return { changes, effort: Infinity };
    found.set(change.field, change);
    const { field, to } = change;
    if (field === "now") market = { ...market, now: Number(to) };
    else if (field === "models" || field === "regions") wish = { ...wish, [field]: wish[field] | BigInt(to) };
    else wish = { ...wish, [field]: to };
  }
}

/** Whether a change does not help: to a second at which the bid is over, or of a duration that would have to be both more and less. */
const isVain = ({ field, to }: Change, wish: Bid, bid: Bid): boolean =>
  (field === "now" && to > bid.validUntil) ||
  (field === "duration" && wish.duration !== bid.duration && to > wish.duration !== wish.duration > bid.duration);

/** How far a change goes: one, and a part by how much it changes; days of time. */
function effortOf({ field, to }: Change, { now }: MarketState, bid: Bid): number {
  if (field === "models" || field === "regions") return 2;
  if (field === "now") return 1 + (Number(to) - now) / 86_400;
  const [from, goal] = [Number(bid[field]), Number(to)];
  return 1 + Math.abs(goal - from) / Math.max(from, goal, 1);
}

/** The one change that meets a reason; of masks, the bit to add. */
function changeFor(state: MarketState, ask: Ask, reason: LegRefusal): Change | undefined {
  const card = state.cards.get(ask.cardId);
  const ends = card?.leases.map(({ end }) => end).filter((end) => end > state.now) ?? [];
  switch (reason) {
    case "RateAboveBid":
      return { field: "maxRatePerSecond", to: ask.ratePerSecond };
    case "DurationBelowAsk":
      return { field: "duration", to: ask.minDuration };
    case "DurationAboveAsk":
      return { field: "duration", to: ask.maxDuration };
    case "DurationAboveOwnerLimit":
      return { field: "duration", to: (card?.limits?.longestHours ?? 0) * 3600 };
    case "TermEndPassed":
      return { field: "duration", to: (card?.limits?.termEnd ?? 0) - state.now };
    case "ThousandthsBelowAsk":
      return ask.minThousandths > 1000 ? undefined : { field: "thousandths", to: ask.minThousandths };
    case "ModelNotAccepted":
      return { field: "models", to: 1n << BigInt(card?.model ?? 0) };
    case "RegionNotAccepted":
      return { field: "regions", to: 1n << BigInt(card?.region ?? 0) };
    case "AskNotOpenYet":
      return { field: "now", to: ask.openFrom };
    case "CardFull":
    case "ThousandthsNotFree":
    case "BondTooSmall":
      return ends.length === 0 ? undefined : { field: "now", to: Math.min(...ends) };
    default:
      return undefined;
  }
}
