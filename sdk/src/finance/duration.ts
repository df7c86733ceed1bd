import { requireWhole } from "../client/whole.ts";
import { InvalidInputError } from "../errors/inputErrors.ts";
import { requireNumber, requirePayments, secondsPerYear } from "./checks.ts";
import type { Payment } from "./presentValue.ts";

/** Arguments of {@link duration}. */
export type DurationArgs = {
  /** What is still to be paid, in any order; nothing negative. */
  readonly payments: readonly Payment[];
  /** Yearly yield as a fraction, compounded `perYear` times. */
  readonly yearlyYield: number;
  /** How often a year the yield compounds: 1 for effective yields as `yieldToTerm` returns them, 2 for bond-equivalent ones. Default: 1. */
  readonly perYear?: number | undefined;
};

/** How a value answers to its yield. */
export type Duration = {
  /** Macaulay duration: the average time of the payments in years, weighted with their present values. */
  readonly macaulay: number;
  /** Modified duration: the part of the value that is lost per unit of yield; at 2, a point more of yield costs about 2 %. */
  readonly modified: number;
  /** Convexity in years²: the value changes by −modified · Δ + convexity / 2 · Δ². */
  readonly convexity: number;
};

/**
 * Duration and convexity of payments (Macaulay 1938; Fabozzi, "Bond Markets, Analysis and Strategies", chapter 4).
 *
 * @param args - see {@link DurationArgs}
 * @throws InvalidInputError if a number is out of range, a payment is negative, or none is worth anything
 *
 * @example
 * duration({ payments: [{ at: 63_072_000, amount: 121n }], yearlyYield: 0.25 }).macaulay; // 2
 */
export const duration = ({ payments, yearlyYield, perYear = 1 }: DurationArgs): Duration => {
  requireWhole("perYear", perYear, 1, 365);
  requireNumber("yearlyYield", yearlyYield, -0.9 * perYear, 100);
  requirePayments(payments, 0n);
  const due = payments.filter(({ amount }) => amount > 0n);
  if (due.length === 0) throw new InvalidInputError("payments", "at least one payment above 0");
  const step = 1 + yearlyYield / perYear;
  // Discounted to the payment that the yield weighs most, so that no power runs out of numbers.
  const anchor = due.reduce((time, { at }) => (step < 1 ? Math.max(time, at) : Math.min(time, at)), due[0]?.at ?? 0);
  let [value, first, second] = [0, 0, 0];
  for (const { at, amount } of due) {
    const years = at / secondsPerYear;
    const worth = Number(amount) * step ** (((anchor - at) / secondsPerYear) * perYear);
    value += worth;
    first += years * worth;
    second += years * (years + 1 / perYear) * worth;
  }
  const macaulay = first / value;
  return { macaulay, modified: macaulay / step, convexity: second / value / step ** 2 };
};
