import type { Host, Market, Queue, Want } from "./book.ts";
import { CRUMB, heldThousandths } from "./cardRules.ts";
import { countKind, createLessons, fadeKinds, type Kinds, priorKinds } from "./placementDemand.ts";
import { cardWaste, type FleetValue, fleetValue, hostWaste, type ModelValue } from "./placementValue.ts";

/** Kinds that demand is judged by, the most frequent; more would only take time. */
const MOST_KINDS = 512;

/**
 * Makes the part of the engine that knows what was let so far, and so what is likely to be asked for: what of a card or host would be
 * left over for which nobody comes. It learns from matches alone, since bids cost nothing.
 *
 * @param markets - by their numbers
 * @param queues - all that there are
 * @example
 * const demand = createDemand(markets, queues);
 */
export function createDemand(markets: readonly Market[], queues: () => readonly Queue[]) {
  const prior = priorKinds();
  const lessons = createLessons();
  /** Without models until something was learned: then nothing is a waste. */
  let fleet = fleetValue([], [], CRUMB);

  function judge(): FleetValue {
    const cards: number[] = [];
    for (const { model, cards: count } of markets) {
      while (cards.length <= model) cards.push(0);
      cards[model] = (cards[model] as number) + count;
    }
    const every = [...new Set(markets.map(({ model }) => model))].sort((a, b) => a - b).join();
    const groups = new Map<string, { readonly models: readonly number[]; readonly kinds: Kinds }>();
    for (const { markets: own, kinds } of [...queues(), { markets, kinds: prior }]) {
      const models = [...new Set(own.map(({ model }) => model))].sort((a, b) => a - b);
      const group = groups.get(models.join()) ?? { models, kinds: new Map() };
      groups.set(models.join(), group);
      for (const kind of kinds.values()) countKind(group.kinds, kind);
    }
    const classes = [...groups].flatMap(([key, { models, kinds }]) =>
      [...kinds].map(([order, kind]) => ({ ...kind, key, order, accepts: key === every ? undefined : models })),
    );
    classes.sort((a, b) => b.weight - a.weight || a.order - b.order || (a.key < b.key ? -1 : 1));
    return fleetValue(classes.slice(0, MOST_KINDS), cards, CRUMB);
  }

  /** Learns from what was let for a bid: so many cards, in one match. */
  function learn({ bid: { sameHost, thousandths: milli }, needs, queue }: Want, count: number): void {
    const gpus = sameHost && milli === 1000 ? count : 1;
    const [cpuMilli, memoryMib] = [count * (needs?.cpuMilli ?? 0), count * (needs?.memoryMib ?? 0)];
    countKind(queue.kinds, { gpus, milli, weight: count / gpus, cpuMilli, memoryMib });
    if (!lessons.isDue()) return;
    fleet = judge();
    if (!lessons.fades()) return;
    for (const { kinds } of queues()) fadeKinds(kinds);
    fadeKinds(prior);
  }

  /** The rest of a host that cards of a model share, as far as nobody is expected to use it; thousandths. */
  function restOf(
    model: ModelValue,
    { freeMilli, whole, cpuMilli, memoryMib }: Omit<Host, "id" | "cards" | "busy">,
  ): number {
    return hostWaste(fleet, model, freeMilli, whole, Math.max(0, cpuMilli), Math.max(0, memoryMib));
  }

  /**
   * How much more is expected to be left unused in the end, thousandths of a card, if a bid holds so much of each of some cards of a host.
   *
   * @param wanted - the bid
   * @param host - of the cards
   * @param model - of the cards
   * @param gaps - what is free of each, thousandths
   */
  function wasteOf(
    { bid, needs }: Pick<Want, "bid" | "needs">,
    host: Host,
    model: number,
    gaps: readonly number[],
  ): number {
    const value = fleet.models[model];
    if (value === undefined) return 0;
    let { freeMilli, whole } = host;
    let waste = -restOf(value, host);
    for (const gap of gaps) {
      const held = heldThousandths(bid.thousandths, gap);
      freeMilli -= held;
      if (gap === 1000) whole -= 1;
      waste += cardWaste(value, gap - held) - cardWaste(value, gap);
    }
    const cpuMilli = host.cpuMilli - gaps.length * (needs?.cpuMilli ?? 0);
    const memoryMib = host.memoryMib - gaps.length * (needs?.memoryMib ?? 0);
    return waste + restOf(value, { freeMilli, whole, cpuMilli, memoryMib });
  }

  return { learn, wasteOf };
}
