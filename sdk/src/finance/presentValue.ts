import { requireNumber, requirePayments, requireYearlyRate, scale, secondsPerYear } from "./checks.ts";

/** An amount at a time. */
export type Payment = {
  /** Seconds from now, not before it. */
  readonly at: number;
  /** Wei; negative for what is paid out. */
  readonly amount: bigint;
};

/**
 * Net present value of amounts at equal distances, the first of them now: Σ amount[t] / (1 + rate)^t (Brealey, Myers and Allen,
 * "Principles of Corporate Finance", chapter 2; `npv` of numpy-financial).
 *
 * @param rate - per distance, as a fraction, above −1
 * @param amounts - at distance 0, 1, 2 …; negative for what is paid out
 * @throws InvalidInputError if a number is out of range
 *
 * @example
 * npv(0.5, [-100, 90, 90]); // 0
 */
export const npv = (rate: number, amounts: readonly number[]): number => {
  requireNumber("rate", rate, -0.999_999, 1e9);
  amounts.forEach((amount, index) => {
    requireNumber(`amounts[${index}]`, amount, -Number.MAX_VALUE, Number.MAX_VALUE);
  });
  // Horner's scheme from the last amount on.
  return amounts.reduceRight((value, amount) => amount + value / (1 + rate), 0);
};

/** What a payment is worth now as a part of its amount. */
export const discountFactor = (yearlyRate: number, at: number): number => (1 + yearlyRate) ** (-at / secondsPerYear);

/**
 * Present value of payments at any times: Σ amount · (1 + yearlyRate)^(−at / 365 days), with each factor to 15 digits after the point and
 * each product rounded down (`XNPV` of spreadsheets, Actual/365 Fixed).
 *
 * @param payments - in any order
 * @param yearlyRate - effective, as a fraction: 0.2 is 20 % a year
 * @returns wei
 * @throws InvalidInputError if a number is out of range
 *
 * @example
 * presentValue([{ at: 31_536_000, amount: 125n }], 0.25); // 100n
 */
export const presentValue = (payments: readonly Payment[], yearlyRate: number): bigint => {
  requireYearlyRate("yearlyRate", yearlyRate);
  requirePayments(payments);
  return payments.reduce((sum, { at, amount }) => sum + scale(amount, discountFactor(yearlyRate, at)), 0n);
};
