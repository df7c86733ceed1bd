import { expectedGapWaste, GAP_LEVELS, GAP_STEP, type ShareDemand } from "./placementGaps.ts";

/** Weight of the shortage of CPU, and of memory, beside free cards; how fast it fades as more is left per free card. */
const CPU_WEIGHT = 1;
const MEMORY_WEIGHT = 0.3;
const SHORTAGE_FADING = 3;
/** Price of breaking up whole cards that clusters ask for, per free card and root of the clusters' share of demand. */
const CLUSTER_WEIGHT = 0.03;
/** Price of the scarcest model, as a fraction of the card. */
const SCARCITY_WEIGHT = 0.3;
/** Spread of demand over models of unequal price, and the iteration that finds the prices. */
const SCARCITY_SPREAD = 0.2;
const SCARCITY_ROUNDS = 300;
const SCARCITY_STEP = 0.05;

/** Tasks of one kind that are expected. `accepts` lists indices of models, or is undefined when every model will do. */
export type DemandClass = {
  readonly accepts: readonly number[] | undefined;
  readonly gpus: number;
  /** Share of each card, in thousandths. */
  readonly milli: number;
  /** Tasks, and their CPU (thousandths of a core) and memory (MiB), summed over them. */
  readonly weight: number;
  readonly cpuMilli: number;
  readonly memoryMib: number;
};

/** What the cards of one model are worth; see {@link hostWaste}. */
export type ModelValue = {
  /** Expected final waste of a card in thousandths, by its free share in steps of the gap grid. */
  readonly gapWaste: Float64Array;
  /** Penalty per free thousandth of a host on which no cluster fits. */
  readonly cluster: number;
  /** Part of that penalty that is spared on n whole cards together, by n; the last entry holds for more. */
  readonly clusterSpared: Float64Array;
  /** Price of using a thousandth of this model rather than of one that fewer tasks insist on. */
  readonly price: number;
};

/** What is expected of the future: one value per model, and what an average task leaves in need of CPU and memory. */
export type FleetValue = {
  readonly models: readonly ModelValue[];
  /** CPU (thousandths of a core) and memory (MiB) that tasks ask per thousandth of a card, divided by the fading. */
  readonly cpuScale: number;
  readonly memoryScale: number;
};

/**
 * Derives from expected demand what free shares, CPU, memory and models are worth.
 *
 * @param demand Expected tasks; those without a card say nothing about cards and are passed over.
 * @param cards Cards of the fleet, by index of model.
 * @param leastMilli A share takes at least this much of a card, or all that is free of it, in thousandths.
 * @returns Tables for {@link hostWaste}.
 * @example
 * const task = { accepts: undefined, gpus: 1, milli: 500, weight: 10, cpuMilli: 40_000, memoryMib: 0 };
 * const value = fleetValue([task], [8], 0);
 */
export function fleetValue(demand: readonly DemandClass[], cards: readonly number[], leastMilli: number): FleetValue {
  const classes = demand.filter(({ gpus, weight }) => gpus > 0 && weight > 0);
  const { prices, shares } = scarcity(classes, cards);
  const known = new Map<string, Float64Array>();
  const models = cards.map((_, model): ModelValue => {
    const local = classes.map((kind, index) => ({ ...kind, weight: kind.weight * (shares[index]?.[model] ?? 0) }));
    return { ...clusterPenalty(local), gapWaste: gapWasteOnce(known, local, leastMilli), price: prices[model] ?? 0 };
  });
  const milli = sum(classes, (kind) => kind.weight * kind.gpus * kind.milli);
  return {
    models,
    cpuScale: milli === 0 ? 0 : sum(classes, ({ cpuMilli }) => cpuMilli) / milli / SHORTAGE_FADING,
    memoryScale: milli === 0 ? 0 : sum(classes, ({ memoryMib }) => memoryMib) / milli / SHORTAGE_FADING,
  };
}

/**
 * The part of a host's expected waste that its cards share: free thousandths that will be stranded for want of CPU or
 * memory, or are of no use to clusters, less the price of the model for what is free.
 *
 * @param fleet Expected demand.
 * @param model Value of the host's model.
 * @param freeMilli Free thousandths of all of the host's cards; below 0 where more leases are told than they hold.
 * @param whole Cards of the host that are wholly free.
 * @param cpuMilli Free CPU in thousandths of a core.
 * @param memoryMib Free memory in MiB.
 * @returns Thousandths of a card.
 * @example
 * const waste = hostWaste(fleet, fleet.models[0], 3_500, 3, 40_000, 120_000);
 */
export function hostWaste(
  fleet: FleetValue,
  model: ModelValue,
  freeMilli: number,
  whole: number,
  cpuMilli: number,
  memoryMib: number,
): number {
  if (freeMilli <= 0) return 0;
  const cpu = fleet.cpuScale === 0 ? 0 : CPU_WEIGHT * Math.exp(-cpuMilli / (freeMilli * fleet.cpuScale));
  const memory = fleet.memoryScale === 0 ? 0 : MEMORY_WEIGHT * Math.exp(-memoryMib / (freeMilli * fleet.memoryScale));
  const spared = model.clusterSpared[Math.min(whole, model.clusterSpared.length - 1)] as number;
  return freeMilli * (cpu + memory + model.cluster - model.price) - spared * whole * 1000;
}

/**
 * Expected final waste of one card, in thousandths.
 *
 * @param model Value of the card's model.
 * @param freeMilli Free thousandths of the card.
 * @returns Thousandths of the card.
 * @example
 * const lost = cardWaste(model, 190);
 */
export function cardWaste(model: ModelValue, freeMilli: number): number {
  return model.gapWaste[(freeMilli / GAP_STEP) | 0] as number;
}

/** Models with the same mix of demand share one table. */
function gapWasteOnce(
  known: Map<string, Float64Array>,
  classes: readonly DemandClass[],
  leastMilli: number,
): Float64Array {
  const weights = new Float64Array(GAP_LEVELS + 1);
  for (const { gpus, milli, weight } of classes) {
    const level = Math.ceil(milli / GAP_STEP);
    weights[level] = (weights[level] as number) + gpus * weight;
  }
  const total = weights.reduce((a, b) => a + b, 0);
  const shares: ShareDemand[] = [];
  weights.forEach((weight, level) => {
    if (weight > 0) shares.push({ milli: level * GAP_STEP, weight: weight / total });
  });
  const key = shares.map(({ milli, weight }) => `${milli}:${weight.toFixed(6)}`).join();
  const table = known.get(key) ?? expectedGapWaste(shares, leastMilli);
  known.set(key, table);
  return table;
}

/**
 * Whole cards side by side are kept for clusters as stock is kept for orders that come at random: in proportion to the
 * square root of demand.
 */
function clusterPenalty(classes: readonly DemandClass[]): Pick<ModelValue, "cluster" | "clusterSpared"> {
  const clusters = classes.filter(({ gpus, weight }) => gpus > 1 && weight > 0);
  const total = sum(classes, ({ gpus, milli, weight }) => gpus * milli * weight);
  const bySize = new Map<number, number>();
  for (const { gpus, weight } of clusters) bySize.set(gpus, (bySize.get(gpus) ?? 0) + (gpus * 1000 * weight) / total);
  const largest = Math.max(0, ...bySize.keys());
  const clusterSpared = new Float64Array(largest + 1);
  for (const [gpus, share] of bySize) {
    for (let whole = gpus; whole <= largest; whole += 1) {
      clusterSpared[whole] = (clusterSpared[whole] as number) + CLUSTER_WEIGHT * Math.sqrt(share);
    }
  }
  return { cluster: clusterSpared[largest] as number, clusterSpared };
}

/**
 * Prices of models and the share of each class of demand that goes to each model, when as much is asked as the fleet has:
 * tasks avoid dear models as far as they may, and a model gets dearer while more is asked of it than there is.
 */
function scarcity(
  classes: readonly DemandClass[],
  cards: readonly number[],
): { readonly prices: readonly number[]; readonly shares: readonly Float64Array[] } {
  const fleet = sum(cards, (count) => count);
  const everywhere = Float64Array.from(cards, () => 1);
  if (classes.every(({ accepts }) => accepts === undefined)) {
    return { prices: cards.map(() => 0), shares: classes.map(() => everywhere) };
  }
  const all = cards.map((_, model) => model);
  const total = sum(classes, ({ gpus, milli, weight }) => gpus * milli * weight);
  const groups = new Map<string, { accepts: readonly number[]; asked: number; share: Float64Array }>();
  const groupOf = classes.map(({ accepts, gpus, milli, weight }) => {
    const key = accepts?.join() ?? "any";
    const group = groups.get(key) ?? { accepts: accepts ?? all, asked: 0, share: new Float64Array(cards.length) };
    group.asked += (fleet * gpus * milli * weight) / total;
    groups.set(key, group);
    return group;
  });

  const prices = new Float64Array(cards.length);
  for (let round = 0; round < SCARCITY_ROUNDS; round += 1) {
    const pull = cards.map((count, model) => count * Math.exp(-(prices[model] as number) / SCARCITY_SPREAD));
    const asked = new Float64Array(cards.length);
    for (const { accepts, asked: amount, share } of groups.values()) {
      const places = sum(accepts, (model) => pull[model] as number);
      for (const model of accepts) {
        share[model] = places === 0 ? 0 : (pull[model] as number) / places;
        asked[model] = (asked[model] as number) + amount * (share[model] as number);
      }
    }
    cards.forEach((count, model) => {
      const excess = count === 0 ? 0 : (asked[model] as number) / count - 1;
      prices[model] = Math.min(1, Math.max(0, (prices[model] as number) + SCARCITY_STEP * excess));
    });
  }
  return {
    prices: [...prices].map((price) => SCARCITY_WEIGHT * price),
    shares: groupOf.map(({ share }) => share),
  };
}

function sum<T>(items: readonly T[], amount: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += amount(item);
  return total;
}
