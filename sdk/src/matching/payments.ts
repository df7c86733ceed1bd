import type { Bid } from "../abis/structs.ts";
import type { Waiting } from "./book.ts";
import { CRUMB, payableRate } from "./cardRules.ts";
import { checkPayment } from "./checkMatch.ts";
import type { MatchLeg } from "./events.ts";
import type { MarketState } from "./marketState.ts";
import type { createSearch } from "./search.ts";

/** Rent in advance of one card, cfUSD-wei. */
export type Paid = Pick<MatchLeg, "escrow">;

/** How many cards a bid may still take, and must take at once. */
export type Wanted = {
  readonly leftOf: (waiting: Waiting) => number;
  readonly leastOf: (waiting: Waiting) => number;
};

/**
 * Makes the part of the engine that knows what renters can pay.
 *
 * @param state - the market, kept up to date by the engine
 * @param search - finds asks
 * @param wanted - how many cards bids want
 * @example
 * const { takeFor } = createPayments(market, search, { leftOf, leastOf });
 */
export function createPayments(
  state: MarketState,
  search: ReturnType<typeof createSearch>,
  { leftOf, leastOf }: Wanted,
) {
  /** Whether the renter can pay, as far as its funds are known. */
  function isPaid({ account: { dollars }, bid }: Waiting, legs: readonly Paid[]): boolean {
    if (dollars === undefined || bid.payInToken) return true;
    return checkPayment(state, bid, dueOf(legs, bid), legs.length).refusal === "None";
  }

  /** What a bid can take and pay now, or nothing. */
  function takeFor(waiting: Waiting): MatchLeg[] {
    const { account, bid } = waiting;
    const [least, most] = [leastOf(waiting), leftOf(waiting)];
    if (account.dollars === undefined || bid.payInToken) return search.find(waiting, least, most);
    // A lease of less than a crumb may hold a crumb, and then only a lower rate is paid.
    for (const held of bid.thousandths < CRUMB ? [bid.thousandths, CRUMB] : [bid.thousandths]) {
      const payable = payableRate(account.dollars - bid.matcherFee, bid.duration, held);
      const legs = search.find({ ...waiting, maxRate: Math.min(waiting.maxRate, payable) }, least, most);
      while (legs.length > least && !isPaid(waiting, legs)) legs.pop();
      if (legs.length > 0 && isPaid(waiting, legs)) return legs;
    }
    return [];
  }

  /** Takes what a match costs from the renter's dollars, or gives it back. */
  function pay(account: Waiting["account"], bid: Bid, legs: readonly Paid[], sign: 1n | -1n): void {
    if (account.dollars !== undefined && !bid.payInToken) account.dollars -= sign * dueOf(legs, bid);
  }

  return { isPaid, takeFor, pay };
}

/** Escrow and fees, cfUSD-wei. */
const dueOf = (legs: readonly Paid[], { matcherFee }: Bid): bigint =>
  legs.reduce((sum, { escrow }) => sum + escrow + matcherFee, 0n);
