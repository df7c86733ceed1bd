import { requireWhole } from "../client/whole.ts";
import type { RatePerSecond } from "../money/amounts.ts";
import { requireAmount } from "./checks.ts";

/** What a second of a lease pays to whom, in cfUSD-wei; `gross = fee + node + holders`. */
export type RentSplit = {
  /** What the renter pays. */
  readonly gross: RatePerSecond;
  /** Protocol fee. */
  readonly fee: RatePerSecond;
  /** The tenth of the rest that the operating node earns. */
  readonly node: RatePerSecond;
  /** The other nine tenths, for whoever holds the card's cash flow. */
  readonly holders: RatePerSecond;
};

/** Arguments of {@link rentSplit}. */
export type RentSplitArgs = {
  /** cfUSD-wei per second of the whole card. */
  readonly ratePerSecond: RatePerSecond;
  /** Protocol fee in bps: 500 for leases paid in cfUSD, 200 in CARD, less the renter's tier discount. Default: 500. */
  readonly feeBps?: number | undefined;
  /** Part of the card that is let, 1 to 1000. Default: the whole card. */
  readonly thousandths?: number | undefined;
};

/**
 * Splits the rent of a second exactly as the ledger does: rounded down to whole wei once, at the start of a lease; from then on
 * everything is rate × seconds (protocol, section 1).
 *
 * @param args - see {@link RentSplitArgs}
 * @throws InvalidInputError if a number is out of range
 *
 * @example
 * rentSplit({ ratePerSecond: 1000n }).holders; // 855n
 */
export const rentSplit = ({ ratePerSecond, feeBps = 500, thousandths = 1_000 }: RentSplitArgs): RentSplit => {
  requireAmount("ratePerSecond", ratePerSecond);
  requireWhole("feeBps", feeBps, 0, 10_000);
  requireWhole("thousandths", thousandths, 1, 1_000);
  const gross = (ratePerSecond * BigInt(thousandths)) / 1_000n;
  const fee = (gross * BigInt(feeBps)) / 10_000n;
  const node = (gross - fee) / 10n;
  return { gross, fee, node, holders: gross - fee - node };
};
