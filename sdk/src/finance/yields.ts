import { requireWhole } from "../client/whole.ts";
import type { DollarAmount } from "../money/amounts.ts";
import { ratio, requireAmount, secondsPerYear } from "./checks.ts";
import { expectedRent, holdersPayments, type RentExpectation } from "./expectedRent.ts";
import { xirr } from "./irr.ts";

/** Arguments of {@link yieldToTerm}. */
export type YieldToTermArgs = RentExpectation & {
  /** cfUSD-wei for the whole cash flow of what is left of the term: price per share × supply / 1e18. */
  readonly price: DollarAmount;
};

/**
 * Yield to term of a cash flow bought today: the yearly rate at which the expected rent is worth the price. A share pays nothing back
 * at the end, so this is the whole return (yield to maturity without redemption: Fabozzi, "Bond Markets, Analysis and Strategies", chapter 3).
 *
 * @param args - see {@link YieldToTermArgs}
 * @returns effective per year, as a fraction; negative where the rent does not bring the price back
 * @throws YieldError if no rate does it; InvalidInputError if a number is out of range
 *
 * @example
 * const rate = yieldToTerm({ ratePerSecond: 583_333_333_333_333n, term: 31_536_000, utilisation: 0.6, price: parseDollars("7000") });
 */
export const yieldToTerm = ({ price, ...rent }: YieldToTermArgs): number => {
  requireAmount("price", price, 1n);
  return xirr([{ at: 0, amount: -price }, ...holdersPayments(expectedRent(rent))]);
};

/** Arguments of {@link runningYield}. */
export type RunningYieldArgs = {
  /** cfUSD-wei that accrued to all holders. */
  readonly revenue: DollarAmount;
  /** Seconds in which it accrued. */
  readonly seconds: number;
  /** cfUSD-wei for all shares. */
  readonly price: DollarAmount;
};

/**
 * Running yield: a year of revenue at the pace of a period just past, as a part of the price (current yield: Fabozzi, chapter 3). It counts no
 * repayment: a share is worth nothing at the end of its term, so see {@link yieldToTerm}, too.
 *
 * @param args - see {@link RunningYieldArgs}
 * @returns per year, as a fraction
 * @throws InvalidInputError if a number is out of range
 *
 * @example
 * runningYield({ revenue: parseDollars("10"), seconds: 2_628_000, price: parseDollars("1000") }); // 0.12
 */
export const runningYield = ({ revenue, seconds, price }: RunningYieldArgs): number => {
  requireAmount("revenue", revenue);
  requireWhole("seconds", seconds, 1, 100 * secondsPerYear);
  requireAmount("price", price, 1n);
  return ratio(revenue * BigInt(secondsPerYear), price * BigInt(seconds));
};
