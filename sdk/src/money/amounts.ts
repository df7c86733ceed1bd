declare const unit: unique symbol;

/**
 * cfUSD-wei: 1e18 is one dollar. A plain `bigint` is accepted where this is wanted, an amount of another unit is not.
 *
 * @example
 * const amount: DollarAmount = parseDollars("12.50");
 */
export type DollarAmount = bigint & { readonly [unit]?: "cfUSD-wei" };

/** CARD-wei: 1e18 is one CARD. */
export type TokenAmount = bigint & { readonly [unit]?: "CARD-wei" };

/** Share-wei of a revenue share: 1e18 is one share. */
export type ShareAmount = bigint & { readonly [unit]?: "share-wei" };

/** cfUSD-wei per second of a whole card. */
export type RatePerSecond = bigint & { readonly [unit]?: "cfUSD-wei per second" };
