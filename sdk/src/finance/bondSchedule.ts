import { requireWhole } from "../client/whole.ts";
import type { DollarAmount } from "../money/amounts.ts";
import { requireAmount, secondsPerMonth, secondsPerYear } from "./checks.ts";
import type { Payment } from "./presentValue.ts";

/** Arguments of {@link bondSchedule}. */
export type BondScheduleArgs = {
  /** cfUSD-wei raised. */
  readonly principal: DollarAmount;
  /** Fixed coupon in bps of the outstanding principal per year of 365 days. */
  readonly couponBps: number;
  /** How many months of 30 days it is repaid in, 12 to 36. */
  readonly months: number;
};

/** What is due at the end of a month; amounts in cfUSD-wei. */
export type BondInstalment = {
  /** 1 for the first month. */
  readonly month: number;
  /** When it is due, in seconds from the beginning. */
  readonly at: number;
  /** Coupon on what was outstanding in the month, rounded down. */
  readonly coupon: DollarAmount;
  /** Part of the principal that is repaid. */
  readonly principal: DollarAmount;
  /** Principal that is left afterwards. */
  readonly outstanding: DollarAmount;
};

/**
 * Schedule of a bond with a fixed coupon and linear amortisation (protocol, section 7; "constant amortization", Fabozzi, "Handbook of Fixed Income
 * Securities"). After month k exactly floor(principal · k / months) is repaid, so the principal parts sum to the principal, to the wei.
 *
 * @param args - see {@link BondScheduleArgs}
 * @returns one entry per month
 * @throws InvalidInputError if a number is out of range
 *
 * @example
 * bondSchedule({ principal: 36_500n, couponBps: 1200, months: 12 }).map(({ coupon }) => coupon).slice(0, 3); // [360n, 330n, 300n]
 */
export const bondSchedule = ({ principal, couponBps, months }: BondScheduleArgs): readonly BondInstalment[] => {
  requireAmount("principal", principal, 1n);
  requireWhole("couponBps", couponBps, 0, 10_000);
  requireWhole("months", months, 12, 36);
  const repaidAfter = (month: number): bigint => (principal * BigInt(month)) / BigInt(months);
  const [rate, base] = [BigInt(couponBps) * BigInt(secondsPerMonth), 10_000n * BigInt(secondsPerYear)];
  return Array.from({ length: months }, (_, index) => {
    const [before, after] = [repaidAfter(index), repaidAfter(index + 1)];
    return {
      month: index + 1,
      at: (index + 1) * secondsPerMonth,
      coupon: ((principal - before) * rate) / base,
      principal: after - before,
      outstanding: principal - after,
    };
  });
};

/**
 * A bond's instalments as payments, for {@link presentValue}, {@link xirr} and {@link duration}.
 *
 * @param schedule - what {@link bondSchedule} returned
 *
 * @example
 * const value = presentValue(bondPayments(bondSchedule({ principal: parseDollars("50000"), couponBps: 1200, months: 24 })), 0.1);
 */
export const bondPayments = (schedule: readonly BondInstalment[]): readonly Payment[] =>
  schedule.map(({ at, coupon, principal }) => ({ at, amount: coupon + principal }));
