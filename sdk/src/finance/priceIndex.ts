import { requireWhole } from "../client/whole.ts";
import type { RatePerSecond } from "../money/amounts.ts";
import { requireAmount, requireNumber, secondsPerDay, secondsPerYear } from "./checks.ts";
import type { SettledRent } from "./settledRents.ts";

/** How an index looks at its leases. */
export type PriceIndexOptions = {
  /** Seconds that a lease counts after its end. Default: 7 days. */
  readonly window?: number | undefined;
  /** Robust standard deviations from the median beyond which a lease is discarded. Default: 3. */
  readonly clip?: number | undefined;
  /** Least standard deviation as a part of the median, so that prices are not discarded for a cent where most are equal. Default: 0.05. */
  readonly leastSpread?: number | undefined;
};

/** Price of a model. */
export type PriceReading = {
  /** The index: cfUSD-wei per second of a whole card, weighted with what was paid for, without outliers. */
  readonly ratePerSecond: RatePerSecond;
  /** Weighted median of all leases in the window. */
  readonly median: RatePerSecond;
  /** 1.4826 × weighted median of the distances from it: the standard deviation, if prices were normal. */
  readonly spread: RatePerSecond;
  /** Seconds of whole cards that the index stands on. */
  readonly cardSeconds: number;
  /** Leases that it stands on. */
  readonly leases: number;
  /** Leases that were discarded as outliers. */
  readonly discarded: number;
};

/** A price index per model that is kept as leases settle. */
export type PriceIndex = {
  /** Takes a settled lease, in any order. */
  readonly add: (rent: SettledRent) => void;
  /** Price of a model at a second (Unix time); undefined if no lease of it ended in the window. */
  readonly read: (model: number, now: number) => PriceReading | undefined;
  /** Lets go of leases that ended before a second (Unix time), so that an index can be kept for years. */
  readonly forget: (before: number) => void;
};

/** A lease: its rate to reckon with, and to the wei. */
type Observation = { readonly rate: number; readonly exact: bigint; readonly weight: number; readonly end: number };

/** Leases of a model: by rate, and those that have come since. */
type Observations = { sorted: readonly Observation[]; fresh: Observation[] };

/**
 * Real-time price index per model from settled leases: the volume-weighted mean of those whose price is within `clip` robust standard
 * deviations of the weighted median (median and MAD: Hampel 1974, "The Influence Curve and its Role in Robust Estimation"; Leys et al.
 * 2013, "Detecting outliers"). Who rents for less than half of the card seconds in the window cannot bring the median out of the range of
 * the others' prices; the index is a mean and can be drawn away from it, by `clip` times the spread at most, so compare the two. A
 * reading is one pass over the leases by price, into which those that came since the last reading are merged.
 *
 * @param options - see {@link PriceIndexOptions}
 * @throws InvalidInputError if a number is out of range; `add`, `read` and `forget` likewise
 *
 * @example
 * const index = createPriceIndex();
 * for (const rent of settledRents(readRentBook({ deployment, logs }), { now: 1_763_790_000 })) index.add(rent);
 * const price = index.read(12, 1_763_790_000);
 */
export const createPriceIndex = ({
  window = 7 * secondsPerDay,
  clip = 3,
  leastSpread = 0.05,
}: PriceIndexOptions = {}): PriceIndex => {
  requireWhole("window", window, 1, 10 * secondsPerYear);
  requireNumber("clip", clip, 0, 1e6);
  requireNumber("leastSpread", leastSpread, 0, 1);
  const byModel = new Map<number, Observations>();
  return {
    add: (rent) => {
      requireAmount("ratePerSecond", rent.ratePerSecond, 1n);
      requireNumber("cardSeconds", rent.cardSeconds, Number.MIN_VALUE, 1e12);
      requireWhole("end", rent.end, 0, 2 ** 40);
      const observations = byModel.get(rent.model) ?? { sorted: [], fresh: [] };
      byModel.set(rent.model, observations);
      const { ratePerSecond: exact, cardSeconds: weight, end } = rent;
      observations.fresh.push({ rate: Number(exact), exact, weight, end });
    },
    read: (model, now) => {
      requireWhole("now", now, 0, 2 ** 40);
      const inWindow = sortedOf(byModel.get(model)).filter(({ end }) => end <= now && end > now - window);
      return inWindow.length === 0 ? undefined : priceOf(inWindow, clip, leastSpread);
    },
    forget: (before) => {
      requireWhole("before", before, 0, 2 ** 40);
      for (const [model, observations] of byModel)
        byModel.set(model, { sorted: sortedOf(observations).filter(({ end }) => end >= before), fresh: [] });
    },
  };
};

/** By rate; numbers above 2^53 can be equal where the rates are not. */
const byRate = (a: Observation, b: Observation): number =>
  a.rate - b.rate || (a.rate > Number.MAX_SAFE_INTEGER ? Number(a.exact - b.exact) : 0);

/** All leases of a model by rate; those that have come since are merged into the others. */
const sortedOf = (observations: Observations | undefined): readonly Observation[] => {
  if (observations === undefined) return [];
  const { sorted, fresh } = observations;
  if (fresh.length > 0) {
    fresh.sort(byRate);
    // Two runs that are sorted: the sort only merges them.
    observations.sorted = [...sorted, ...fresh].sort(byRate);
    observations.fresh = [];
  }
  return observations.sorted;
};

/** How many observations are cheaper; they are sorted by rate. */
const placeOf = (observations: readonly Observation[], rate: number): number => {
  let [low, high] = [0, observations.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((observations[middle]?.rate ?? rate) < rate) low = middle + 1;
    else high = middle;
  }
  return low;
};

const priceOf = (sorted: readonly Observation[], clip: number, leastSpread: number): PriceReading => {
  const { rate: median = 0, exact = 0n } = sorted[weightedMedian(sorted)] ?? {};
  const distances = distancesFrom(sorted, median);
  const spread = 1.4826 * (distances[weightedMedian(distances)]?.value ?? 0);
  const reach = clip * Math.max(spread, leastSpread * median);
  const kept = sorted.filter(({ rate }) => Math.abs(rate - median) <= reach);
  const cardSeconds = kept.reduce((sum, { weight }) => sum + weight, 0);
  const aside = kept.reduce((sum, { rate, weight }) => sum + (rate - median) * (weight / cardSeconds), 0);
  return {
    ratePerSecond: exact + BigInt(Math.round(aside)),
    median: exact,
    spread: BigInt(Math.round(spread)),
    cardSeconds,
    leases: kept.length,
    discarded: sorted.length - kept.length,
  };
};

type Weighted = { readonly value: number; readonly weight: number };

/** Place of the least value such that half of the weight is not above it. */
const weightedMedian = (ascending: readonly Pick<Weighted, "weight">[]): number => {
  const half = ascending.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let [reached, index] = [0, -1];
  while (reached < half && index + 1 < ascending.length) reached += ascending[++index]?.weight ?? 0;
  return index;
};

/** Distances from a value, ascending: merged from both sides of it, as the rates are sorted already. */
const distancesFrom = (sorted: readonly Observation[], value: number): readonly Weighted[] => {
  let above = placeOf(sorted, value);
  let below = above - 1;
  return sorted.map(() => {
    const [low, high] = [sorted[below], sorted[above]];
    const takeLow = high === undefined || (low !== undefined && value - low.rate < high.rate - value);
    const next = takeLow ? low : high;
    if (takeLow) below--;
    else above++;
    return { value: Math.abs((next?.rate ?? value) - value), weight: next?.weight ?? 0 };
  });
};
