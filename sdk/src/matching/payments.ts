import type { Bid } from "../abis/structs.ts";
import type { Waiting } from "./book.ts";
import { CRUMB, payableRate } from "./cardRules.ts";
import { checkPayment, LEAST_MINT } from "./checkMatch.ts";
import type { Match, MatchLeg } from "./events.ts";
import { dollarsFor } from "./leaseMint.ts";
import type { MarketState } from "./marketState.ts";
import type { createSearch } from "./search.ts";

/** Asks of which each is looked at before a bid is tried; of more it is taken to suit any. */
const MANY = 64;

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
  state: MarketState & { readonly mintRate: bigint | undefined },
  search: ReturnType<typeof createSearch>,
  { leftOf, leastOf }: Wanted,
) {
  /** What a renter has for all cards of a bid, cfUSD-wei, or undefined if that is not known. Less than can be minted is nothing. */
  function fundsOf(waiting: Waiting, rate = state.mintRate): bigint | undefined {
    const { account, bid } = waiting;
    if (!bid.payInToken) return account.dollars;
    if (rate === undefined) return undefined;
    const most = bid.maxTokenIn * BigInt(leftOf(waiting));
    const { tokens = most } = account;
    const funds = dollarsFor(rate, tokens < most ? tokens : most);
    return funds < LEAST_MINT ? -1n : funds;
  }

  /** Whether a bid that pays in CARD could pay more at another rate, of what it can cost at most. */
  function paysMoreAt(waiting: Waiting, rate: bigint): boolean {
    const { maxRatePerSecond, duration, thousandths, matcherFee } = waiting.bid;
    const card = (maxRatePerSecond * BigInt(duration) * BigInt(Math.max(thousandths, CRUMB))) / 1000n + matcherFee;
    const [now, then] = [fundsOf(waiting), fundsOf(waiting, rate)];
    if (now === undefined || then === undefined || now >= then) return false;
    return now < LEAST_MINT || now < card * BigInt(leftOf(waiting));
  }

  const isLimited = (waiting: Waiting): boolean => fundsOf(waiting) !== undefined;

  /** Whether the renter of a bid can pay, as far as its funds are known, and the CARD-wei that it burns. */
  const paymentOf = (bid: Bid, legs: readonly Paid[]): ReturnType<typeof checkPayment> =>
    checkPayment(state, bid, dueOf(legs, bid), legs.length);

  const isPaid = (waiting: Waiting, legs: readonly Paid[]): boolean =>
    !isLimited(waiting) || paymentOf(waiting.bid, legs).refusal === "None";

  /** The most that a bid can pay for a card of which it holds so many thousandths, cfUSD-wei per second. */
  function payable(waiting: Waiting, held = waiting.bid.thousandths): number {
    const { bid, maxRate } = waiting;
    const funds = fundsOf(waiting);
    return funds === undefined ? maxRate : Math.min(maxRate, payableRate(funds - bid.matcherFee, bid.duration, held));
  }

  /** What a bid can take and pay now, or nothing; then the bid knows how many cards it lacks. */
  function takeFor(waiting: Waiting): MatchLeg[] {
    const { thousandths, sameHost } = waiting.bid;
    const least = leastOf(waiting);
    const isOpen = !isLimited(waiting);
    let legs = isOpen ? search.find(waiting, leftOf(waiting)) : findPayable(waiting, thousandths);
    let found = legs.length;
    if (found >= least && found > 0 && (isOpen || isPaidFor(waiting, legs, least))) return legs;
    // A lease of less than a crumb may hold a crumb, and then only a lower rate is paid.
    if (!isOpen && thousandths < CRUMB) {
      legs = findPayable(waiting, CRUMB);
      found = Math.max(found, legs.length);
      if (legs.length >= least && legs.length > 0 && isPaidFor(waiting, legs, least)) return legs;
    }
    waiting.lacking = sameHost ? 0 : least - found;
    return [];
  }

  const findPayable = (waiting: Waiting, held: number): MatchLeg[] =>
    search.find({ ...waiting, maxRate: payable(waiting, held) }, leftOf(waiting));

  /** Whether at least so many legs can be paid; drops the last that cannot. */
  function isPaidFor(waiting: Waiting, legs: MatchLeg[], least: number): boolean {
    while (legs.length > least && !isPaid(waiting, legs)) legs.pop();
    return isPaid(waiting, legs);
  }

  /** Whether trying a bid may be of use now that these asks are offered anew. */
  function mayTake(waiting: Waiting, offered: readonly number[]): boolean {
    const [most, needed] = [leftOf(waiting), Math.max(1, waiting.lacking)];
    const isMany = offered.length > MANY;
    let good = 0;
    for (let i = 0; i < offered.length && good < needed; i += 1)
      if (isMany || search.suits(waiting, offered[i] as number, most)) good += 1;
    if (good < needed) waiting.lacking -= good;
    return good === needed;
  }

  /** Takes what a match costs from what the renter has, or gives it back. */
  function pay({ account }: Pick<Waiting, "account">, { bid, legs, tokenIn }: Match, sign: 1n | -1n): void {
    if (account.tokens !== undefined) account.tokens -= sign * tokenIn;
    if (account.dollars !== undefined && !bid.payInToken) account.dollars -= sign * dueOf(legs, bid);
  }

  return { isPaid, payable, takeFor, mayTake, paymentOf, paysMoreAt, pay };
}

/** Escrow and fees, cfUSD-wei. */
const dueOf = (legs: readonly Paid[], { matcherFee }: Bid): bigint =>
  legs.reduce((sum, { escrow }) => sum + escrow + matcherFee, 0n);
