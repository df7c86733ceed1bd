import { requireNumber, requirePayments, secondsPerYear } from "./checks.ts";
import type { Payment } from "./presentValue.ts";
import { rootsOf, type Term } from "./roots.ts";
import { YieldError } from "./yieldError.ts";

/**
 * Internal rate of return of amounts at equal distances: the rate at which {@link npv} is zero (Brealey, Myers and Allen, chapter 5).
 *
 * @param amounts - at distance 0, 1, 2 …; negative for what is paid out
 * @returns per distance, as a fraction
 * @throws YieldError if no rate does it, or several do; InvalidInputError if an amount is no number
 *
 * @example
 * irr([-100, 0, 0, 74]).toFixed(4); // "-0.0955"
 */
export const irr = (amounts: readonly number[]): number => {
  amounts.forEach((amount, index) => {
    requireNumber(`amounts[${index}]`, amount, -Number.MAX_VALUE, Number.MAX_VALUE);
  });
  return onlyRate(amounts.map((amount, time) => ({ time, amount })));
};

/**
 * Internal rate of return of payments at any times: the rate at which {@link presentValue} is zero, but for its rounding (`XIRR` of
 * spreadsheets, Actual/365 Fixed).
 *
 * @param payments - in any order; negative for what is paid out
 * @returns effective per year, as a fraction
 * @throws YieldError if no rate does it, or several do; InvalidInputError if a time or amount is out of range
 *
 * @example
 * xirr([{ at: 0, amount: -100n }, { at: 31_536_000, amount: 110n }]).toFixed(4); // "0.1000"
 */
export const xirr = (payments: readonly Payment[]): number => {
  requirePayments(payments);
  return onlyRate(payments.map(({ at, amount }) => ({ time: at / secondsPerYear, amount: Number(amount) })));
};

const onlyRate = (terms: readonly Term[]): number => {
  const { roots, unbracketed } = rootsOf(terms);
  const rates = roots.map((root) => Math.expm1(root));
  const [rate] = rates;
  if (rates.length > 1) throw new YieldError("SeveralRates", rates);
  if (rate !== undefined && Number.isFinite(rate) && rate > -1) return rate;
  const flows = terms.filter(({ amount }) => amount !== 0);
  const oneSided = flows.every(({ amount }) => amount > 0) || flows.every(({ amount }) => amount < 0);
  throw new YieldError(oneSided ? "NoSignChange" : unbracketed || rate !== undefined ? "OutOfRange" : "NoRate", rates);
};
