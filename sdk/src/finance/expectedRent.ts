import { requireWhole } from "../client/whole.ts";
import type { DollarAmount, RatePerSecond } from "../money/amounts.ts";
import { requireNumber, scale, secondsPerDay, secondsPerMonth } from "./checks.ts";
import type { Payment } from "./presentValue.ts";
import { type RentSplit, rentSplit } from "./rentSplit.ts";

/** What is assumed about a card's rent. */
export type RentExpectation = {
  /** cfUSD-wei per second of the whole card at the beginning: what the model's index says, or the ask. */
  readonly ratePerSecond: RatePerSecond;
  /** Seconds for which it is let out, one day to three years. */
  readonly term: number;
  /** Part of the time in which the whole card is let, 0 to 1. */
  readonly utilisation: number;
  /** Part by which the rent falls every 30 days, 0 to 1. Default: 0. */
  readonly decay?: number | undefined;
  /** Protocol fee in bps. Default: 500. */
  readonly feeBps?: number | undefined;
};

/** 30 days of expected rent, or what is left of them at the end of the term; amounts in cfUSD-wei. */
export type RentPeriod = {
  /** First second, counted from the beginning of the term. */
  readonly from: number;
  /** The second after the last one. */
  readonly until: number;
  /** Of the whole card in this period. */
  readonly ratePerSecond: RatePerSecond;
  /** Seconds in which the card is let. */
  readonly letSeconds: number;
  /** What renters pay. */
  readonly gross: DollarAmount;
  /** Protocol fee. */
  readonly fee: DollarAmount;
  /** For the operating node. */
  readonly node: DollarAmount;
  /** For whoever holds the card's cash flow. */
  readonly holders: DollarAmount;
};

/**
 * What a card is expected to earn in a term, in periods of 30 days and split as the ledger splits it. The rent is constant in a
 * period and falls from one to the next; whole seconds are let, so every sum is exact.
 *
 * @param expectation - see {@link RentExpectation}
 * @returns one entry per 30 days begun
 * @throws InvalidInputError if a number is out of range
 *
 * @example
 * expectedRent({ ratePerSecond: 1000n, term: 86_400, utilisation: 0.5 }).map(({ holders }) => holders); // [36936000n]
 */
export const expectedRent = ({
  ratePerSecond,
  term,
  utilisation,
  decay = 0,
  feeBps,
}: RentExpectation): readonly RentPeriod[] => {
  requireWhole("term", term, secondsPerDay, 3 * 366 * secondsPerDay);
  requireNumber("utilisation", utilisation, 0, 1);
  requireNumber("decay", decay, 0, 1);
  return Array.from({ length: Math.ceil(term / secondsPerMonth) }, (_, month) => {
    const from = month * secondsPerMonth;
    const until = Math.min(term, from + secondsPerMonth);
    const rate = scale(ratePerSecond, (1 - decay) ** month);
    const letSeconds = Math.round((until - from) * utilisation);
    return {
      from,
      until,
      ratePerSecond: rate,
      letSeconds,
      ...timesSeconds(rentSplit({ ratePerSecond: rate, feeBps }), letSeconds),
    };
  });
};

const timesSeconds = ({ gross, fee, node, holders }: RentSplit, seconds: number): Pick<RentPeriod, keyof RentSplit> => {
  const factor = BigInt(seconds);
  return { gross: gross * factor, fee: fee * factor, node: node * factor, holders: holders * factor };
};

/**
 * The holders' part of expected rent as payments. Rent streams by the second; each period counts as paid in its middle (mid-period
 * convention, Rosenbaum and Pearl, "Investment Banking", chapter 3).
 *
 * @param periods - what {@link expectedRent} returned
 *
 * @example
 * holdersPayments(expectedRent({ ratePerSecond: 1000n, term: 86_400, utilisation: 1 })); // [{ at: 43200, amount: 73872000n }]
 */
export const holdersPayments = (periods: readonly RentPeriod[]): readonly Payment[] =>
  periods.map(({ from, until, holders }) => ({ at: (from + until) / 2, amount: holders }));
