const ONE = 10n ** 18n;

/** What decides about a mint, as the minter's `status` tells it. */
export type MintTerms = {
  readonly mintHalted: boolean;
  /** Fraction charged, of 10^18. */
  readonly mintFee: bigint;
  /** Dollars (1e18) per CARD: the lower source, and the slow price. */
  readonly price: { readonly low: bigint; readonly slow: bigint };
};

/**
 * The rate at which the minter burns CARD for leases, as an engine is told it.
 *
 * @param terms - what the minter's `status` answers
 * @returns cfUSD-wei for 10^36 CARD-wei; 0 while mints are halted
 * @example
 * leaseMintRate({ mintHalted: false, mintFee: 10n ** 16n, price: { low: 5n, slow: 5n } }); // 495n * 10n ** 16n
 */
export function leaseMintRate({ mintHalted, mintFee, price: { low, slow } }: MintTerms): bigint {
  const highest = (slow * 5n) / 4n;
  return mintHalted ? 0n : (low < highest ? low : highest) * (ONE - mintFee);
}

/**
 * @param rate - of `leaseMintRate`
 * @param out - cfUSD-wei
 * @returns the least CARD-wei that give so many, or undefined at no rate
 * @example
 * tokensFor(10n ** 35n, 10n ** 18n); // 10 CARD
 */
export const tokensFor = (rate: bigint, out: bigint): bigint | undefined =>
  rate === 0n ? undefined : (out * ONE * ONE + rate - 1n) / rate;

/**
 * @param rate - of `leaseMintRate`
 * @param tokens - CARD-wei
 * @returns the most cfUSD-wei that they give
 * @example
 * dollarsFor(10n ** 35n, 10n ** 19n); // 1 cfUSD
 */
export const dollarsFor = (rate: bigint, tokens: bigint): bigint => (tokens * rate) / (ONE * ONE);
