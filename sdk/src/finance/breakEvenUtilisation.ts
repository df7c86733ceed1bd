import type { DollarAmount } from "../money/amounts.ts";
import { ratio, requireAmount, requireYearlyRate, secondsPerMonth } from "./checks.ts";
import { expectedRent, holdersPayments, type RentExpectation } from "./expectedRent.ts";
import { presentValue } from "./presentValue.ts";

/** Arguments of {@link breakEvenUtilisation}. */
export type BreakEvenUtilisationArgs = Omit<RentExpectation, "utilisation"> & {
  /** Yearly cost of capital as a fraction. */
  readonly costOfCapital: number;
  /** cfUSD-wei paid today: the price of all shares, or of the card. Default: 0. */
  readonly price?: DollarAmount | undefined;
  /** cfUSD-wei per 30 days of power, hosting and the like. Default: 0. */
  readonly monthlyCosts?: DollarAmount | undefined;
};

/**
 * Break-even utilisation: the part of the time that a card must be let for the holders' rent to bring back price and costs with the cost of
 * capital (break-even analysis on present values: Brealey, Myers and Allen, chapter 10).
 *
 * @param args - see {@link BreakEvenUtilisationArgs}
 * @returns as a fraction; above 1 where not even a card that is always let does it, infinite where the rent is nothing
 * @throws InvalidInputError if a number is out of range
 *
 * @example
 * const part = breakEvenUtilisation({ ratePerSecond: 583_333_333_333_333n, term: 31_536_000, costOfCapital: 0.2, price: parseDollars("7000") });
 */
export const breakEvenUtilisation = ({
  costOfCapital,
  price = 0n,
  monthlyCosts = 0n,
  ...rent
}: BreakEvenUtilisationArgs): number => {
  requireYearlyRate("costOfCapital", costOfCapital);
  requireAmount("price", price);
  requireAmount("monthlyCosts", monthlyCosts);
  const periods = expectedRent({ ...rent, utilisation: 1 });
  const costs = periods.map(({ from, until }) => ({
    at: (from + until) / 2,
    amount: (monthlyCosts * BigInt(until - from)) / BigInt(secondsPerMonth),
  }));
  const needed = price + presentValue(costs, costOfCapital);
  const most = presentValue(holdersPayments(periods), costOfCapital);
  return needed === 0n ? 0 : ratio(needed, most);
};
