import { CardflowError } from "../errors/cardflowError.ts";

/** Why payments have no yield. */
export type YieldRefusal = "NoSignChange" | "NoRate" | "OutOfRange" | "SeveralRates";

/** What to do about each. */
export const yieldRemedies = {
  NoSignChange:
    "Give at least one amount that is paid out and one that comes in: without both, no rate makes them worth nothing.",
  NoRate:
    "These amounts are worth more, or less, than nothing at every rate: change an amount, or compare net present values.",
  OutOfRange:
    "Check the amounts and their units: one side outweighs the other so far that no sensible rate balances them.",
  SeveralRates:
    "These amounts change sign more than once and have several rates of return (`rates`); compare net present values instead.",
} as const satisfies Record<YieldRefusal, string>;

/** Payments that no rate, or more than one, makes worth zero. */
export class YieldError extends CardflowError {
  override readonly name = "YieldError";
  /** Why. */
  readonly refusal: YieldRefusal;
  /** All the rates there are, ascending, as fractions. */
  readonly rates: readonly number[];

  constructor(refusal: YieldRefusal, rates: readonly number[] = []) {
    super(
      `no single rate of return: ${refusal}${rates.length === 0 ? "" : ` (${rates.join(", ")})`}`,
      yieldRemedies[refusal],
    );
    this.refusal = refusal;
    this.rates = rates;
  }
}
