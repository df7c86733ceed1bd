/** Thousandths of a card per step of the gap grid. */
export const GAP_STEP = 10;
/** Steps of a whole card. */
export const GAP_LEVELS = 1000 / GAP_STEP;

/** Shares of one card that are asked for: a size in thousandths and how often it is asked, in any unit. */
export type ShareDemand = { readonly milli: number; readonly weight: number };

/** Sharpness with which a task prefers the gap where it wastes less, per thousandth. */
const CHOICE = 0.1;
/** Rate at which an open gap reaches the end of time, per arrival of as many tasks as fill the fleet once. */
const CLOSING = 0.3;
/** Cards not yet begun, per card, on average over a filling. */
const FRESH = 0.5;
/** Damping of the iteration, its length, the steps in which the choice sharpens, and the change (thousandths) that ends it. */
const DAMPING = 0.2;
const MAX_ROUNDS = 150;
const SHARPENING_ROUNDS = 30;
const TOLERANCE = 0.3;

/**
 * What will be left unused in the end of a gap that is open now, for every size of gap.
 *
 * Open gaps and arriving tasks are a market in equilibrium. A task takes a gap with a probability that falls with the waste
 * it causes there, relative to what it causes elsewhere (its price); a gap passes on to what remains of it, at the rate at
 * which tasks take it, or ends unfilled; prices are such that every task is placed once. Gaps in stock, prices and expected
 * waste determine each other and are iterated to a fixed point. Nothing here knows any size in advance: that 190 of a card
 * beside 810 are as good as lost where nobody asks for less, or that two halves belong together, comes out.
 *
 * @param demand Shares asked for; whole cards are 1000 thousandths.
 * @param leastMilli A share takes at least this much of a gap, or all of a smaller gap, in thousandths.
 * @returns Expected final waste in thousandths, by size of the gap in steps of {@link GAP_STEP}, from 0 to a whole card.
 * @example
 * const waste = expectedGapWaste([{ milli: 810, weight: 1 }, { milli: 1000, weight: 3 }], 0);
 * waste[19]; // almost all of 190: nobody asks for so little
 */
export function expectedGapWaste(demand: readonly ShareDemand[], leastMilli: number): Float64Array {
  const waste = Float64Array.from({ length: GAP_LEVELS + 1 }, (_, level) => level * GAP_STEP);
  const sizes = sizesOf(demand);
  if (sizes.length === 0) return waste;

  const total = sizes.reduce((sum, { level, weight }) => sum + (weight * level) / GAP_LEVELS, 0);
  const least = Math.ceil(leastMilli / GAP_STEP);
  const count = sizes.length;
  // Tasks of each size that arrive while the fleet is asked for once, per card; the same times their willingness to pay.
  const arrivals = Float64Array.from(sizes, ({ weight }) => weight / total);
  const rates = Float64Array.from(arrivals);
  const placed = new Float64Array(count);
  const appeal = new Float64Array(GAP_LEVELS + 1);
  const inflow = new Float64Array(GAP_LEVELS + 1);
  // By level: how many of the sizes fit; what each of them leaves, and how strongly it is drawn there.
  const fitting = Array.from(waste, (_, level) => sizes.filter((size) => size.level <= level).length);
  const rests = Array.from(waste, (_, level) =>
    Uint8Array.from(sizes, (size) => level - Math.min(level, Math.max(size.level, least))),
  );
  const draws = Array.from(waste, () => new Float64Array(count));
  for (let level = 0; level <= GAP_LEVELS; level += 1) waste[level] = level * GAP_STEP * 0.3;

  /** Gaps in stock at given prices, from whole cards downwards, and with them how often each size is placed. */
  const balanceStock = (): void => {
    inflow.fill(0);
    placed.fill(0);
    for (let level = GAP_LEVELS; level > 0; level -= 1) {
      const fit = fitting[level] as number;
      const rest = rests[level] as Uint8Array;
      const draw = draws[level] as Float64Array;
      let taken = 0;
      for (let i = 0; i < fit; i += 1) {
        const strength = (rates[i] as number) * (appeal[rest[i] as number] as number);
        draw[i] = strength;
        taken += strength;
      }
      const own = appeal[level] as number;
      const stock = level === GAP_LEVELS ? FRESH : (inflow[level] as number) / (CLOSING + taken / own);
      if (stock === 0) continue;
      for (let i = 0; i < fit; i += 1) {
        const flow = (stock / own) * (draw[i] as number);
        placed[i] = (placed[i] as number) + flow;
        inflow[rest[i] as number] = (inflow[rest[i] as number] as number) + flow;
      }
    }
  };

  /** Sizes that are placed less often than they arrive have to pay more. */
  const balancePrices = (): void => {
    for (let i = 0; i < count; i += 1) {
      const scarce = (arrivals[i] as number) / Math.max(placed[i] as number, Number.MIN_VALUE);
      rates[i] = (rates[i] as number) * scarce ** DAMPING;
    }
  };

  /** Waste of a gap from the waste of what the next task leaves of it; returns the largest change. */
  const updateWaste = (): number => {
    let change = 0;
    for (let level = 1; level <= GAP_LEVELS; level += 1) {
      const fit = fitting[level] as number;
      const rest = rests[level] as Uint8Array;
      const draw = draws[level] as Float64Array;
      // A card that nobody has begun is not a gap: it does not end unfilled.
      let weights = level === GAP_LEVELS ? 0 : CLOSING * (appeal[level] as number);
      let sum = weights * level * GAP_STEP;
      for (let i = 0; i < fit; i += 1) {
        weights += draw[i] as number;
        sum += (draw[i] as number) * (waste[rest[i] as number] as number);
      }
      const before = waste[level] as number;
      const step = (weights > 0 ? sum / weights : level * GAP_STEP) - before;
      waste[level] = before + DAMPING * step;
      change = Math.max(change, Math.abs(step));
    }
    return change;
  };

  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const choice = CHOICE * Math.min(1, round / SHARPENING_ROUNDS);
    for (let level = 0; level <= GAP_LEVELS; level += 1) appeal[level] = Math.exp(-choice * (waste[level] as number));
    balanceStock();
    balancePrices();
    if (updateWaste() < TOLERANCE && round > SHARPENING_ROUNDS) break;
  }
  return waste;
}

/** Sizes on the grid, rounded up so that what the model lets fit does fit, each once, in ascending order. */
function sizesOf(demand: readonly ShareDemand[]): readonly { readonly level: number; readonly weight: number }[] {
  const weights = new Map<number, number>();
  for (const { milli, weight } of demand) {
    if (weight <= 0) continue;
    const level = Math.ceil(milli / GAP_STEP);
    weights.set(level, (weights.get(level) ?? 0) + weight);
  }
  return [...weights].sort(([a], [b]) => a - b).map(([level, weight]) => ({ level, weight }));
}
