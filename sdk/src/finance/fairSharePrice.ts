import type { DollarAmount, ShareAmount, TokenAmount } from "../money/amounts.ts";
import { requireAmount, requireYearlyRate } from "./checks.ts";
import { expectedRent, holdersPayments, type RentExpectation } from "./expectedRent.ts";
import { presentValue } from "./presentValue.ts";

const one = 10n ** 18n;

/** Arguments of {@link fairSharePrice}. */
export type FairSharePriceArgs = RentExpectation & {
  /** Yearly cost of capital as a fraction: what a buyer could earn elsewhere at the same risk. */
  readonly costOfCapital: number;
  /** Share-wei of the whole sale; the holders' part of the rent is divided by it. */
  readonly supply: ShareAmount;
  /** Dollars (1e18) per CARD. Default: unknown. */
  readonly cardPrice?: DollarAmount | undefined;
};

/** What a card's cash flow for a term is worth today. */
export type FairSharePrice = {
  /** Present value of the holders' part of the expected rent, in cfUSD-wei. */
  readonly value: DollarAmount;
  /** cfUSD-wei per 1e18 share-wei, rounded down. */
  readonly perShare: DollarAmount;
  /** The same in CARD-wei, as `ShareTerms.price` wants it; undefined without a price of CARD. */
  readonly perShareInTokens: TokenAmount | undefined;
};

/**
 * Fair price of a share: the discounted cash flow of the card's expected rent over the term, 90 % of it after the fee as the protocol
 * splits it (discounted cash flow: Damodaran, "Investment Valuation", chapter 2).
 *
 * @param args - see {@link FairSharePriceArgs}
 * @throws InvalidInputError if a number is out of range
 *
 * @example
 * const { perShare } = fairSharePrice({ ratePerSecond: 583_333_333_333_333n, term: 31_536_000, utilisation: 0.6, costOfCapital: 0.2, supply: parseShares("1000") });
 */
export const fairSharePrice = ({ costOfCapital, supply, cardPrice, ...rent }: FairSharePriceArgs): FairSharePrice => {
  requireAmount("supply", supply, one);
  requireYearlyRate("costOfCapital", costOfCapital);
  const value = presentValue(holdersPayments(expectedRent(rent)), costOfCapital);
  const perShare = (value * one) / supply;
  return { value, perShare, perShareInTokens: cardPrice === undefined ? undefined : inTokens(perShare, cardPrice) };
};

/**
 * Dollars in CARD at a price, rounded down.
 *
 * @param dollars - cfUSD-wei
 * @param cardPrice - dollars (1e18) per CARD
 * @throws InvalidInputError if the price is not positive
 *
 * @example
 * inTokens(parseDollars("5"), parseDollars("0.10")); // 50000000000000000000n
 */
export const inTokens = (dollars: DollarAmount, cardPrice: DollarAmount): TokenAmount => {
  requireAmount("cardPrice", cardPrice, 1n);
  return (dollars * one) / cardPrice;
};
