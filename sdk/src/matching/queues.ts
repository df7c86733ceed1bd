import type { Bid } from "../abis/structs.ts";
import type { Market, Queue } from "./book.ts";
import { createLadder } from "./ladder.ts";

/** Queues without bids that are remembered. */
const SPARE_QUEUES = 1024;

const takes = (
  { models: accepted, regions }: Pick<Queue, "models" | "regions">,
  model: number,
  region: number,
): boolean => ((accepted >> BigInt(model)) & 1n) === 1n && ((regions >> BigInt(region)) & 1n) === 1n;

/**
 * Markets by model and region, and queues by the models and regions that bids accept; each knows the others that concern it.
 *
 * @returns the market of a model and region, the queue of a bid, all markets by their numbers, and all queues
 * @example
 * const { marketOf, queueOf, markets } = createQueues();
 */
export function createQueues() {
  const markets = new Map<number, Market>();
  const byId: Market[] = [];
  let queues = new Map<bigint, Queue[]>();
  let queueCount = 0;
  /** Queues from which on those without bids are dropped. */
  let most = 2 * SPARE_QUEUES;
  let lastQueue: Queue | undefined;

  function marketOf(model: number, region: number): Market {
    const known = markets.get(model * 256 + region);
    if (known !== undefined) return known;
    const accepting = [...queues.values()].flat().filter((queue) => takes(queue, model, region));
    const id = byId.length;
    const ladders = { ladders: [], hosts: createLadder(), spares: createLadder() };
    const market: Market = { id, model, region, cards: 0, gated: 0, queues: accepting, ...ladders };
    byId.push(market);
    for (const queue of accepting) queue.markets.push(market);
    markets.set(model * 256 + region, market);
    return market;
  }

  function queueOf({ models: accepted, regions }: Bid): Queue {
    if (lastQueue?.models === accepted && lastQueue.regions === regions) return lastQueue;
    const alike = queues.get(accepted) ?? [];
    lastQueue = alike.find((queue) => queue.regions === regions);
    if (lastQueue !== undefined) return lastQueue;
    const own = byId.filter(({ model, region }) => takes({ models: accepted, regions }, model, region));
    const waiting = createLadder();
    const queue: Queue = { models: accepted, regions, markets: own, waiting, kinds: new Map(), bids: 0 };
    for (const market of own) market.queues.push(queue);
    queues.set(accepted, [...alike, queue]);
    queueCount += 1;
    if (queueCount >= most) forgetQueues(queue);
    return queue;
  }

  /** Drops queues without bids but for the newest, so that memory stays bounded. */
  function forgetQueues(newest: Queue): void {
    const kept = [...queues.values()].flat().filter((queue) => queue.bids > 0 || queue === newest);
    queueCount = kept.length;
    most = Math.max(2 * SPARE_QUEUES, 2 * queueCount);
    queues = new Map();
    for (const queue of kept) queues.set(queue.models, [...(queues.get(queue.models) ?? []), queue]);
    for (const market of byId) {
      market.queues.splice(
        0,
        market.queues.length,
        ...kept.filter((queue) => takes(queue, market.model, market.region)),
      );
    }
  }

  return { marketOf, queueOf, markets: byId, all: (): readonly Queue[] => [...queues.values()].flat() };
}
