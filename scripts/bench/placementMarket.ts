import type { Address } from "viem";
import { createEngine, type PlacementHost, type PlacementTask } from "../../sdk/src/matching/index.ts";
import { type Ask, anyMask, type Bid } from "../../sdk/src/orders/index.ts";

const START = 1_800_000_000;
const LONG = 8_000 * 3_600;
const RATE = 10n ** 14n;
const ONE = 10n ** 18n;
const NOBODY: Address = `0x${"0".repeat(40)}`;

const addressOf = (n: number): Address => `0x${n.toString(16).padStart(40, "0")}`;

/**
 * A fleet on offer on the matching engine: an ask for every card, all at one price, so that only waste tells them apart. Each task that
 * needs cards is a bid for as many on one host, with its needs of CPU and memory; it is withdrawn where it is not matched at once.
 *
 * @param hosts - the fleet
 * @returns what places a task, and the thousandths of cards that are let
 * @example
 * const { place, usedMilli } = createMarket([{ model: "T4", gpus: 2, cpuMilli: 64_000 }]);
 */
export function createMarket(hosts: readonly PlacementHost[]) {
  const models = [...new Set(hosts.map(({ model }) => model))].sort();
  const engine = createEngine({ submitter: addressOf(1), now: START, patience: LONG });
  let used = 0;
  let bids = 0;

  engine.apply({ type: "bondPrice", price: ONE });
  models.forEach((_, model) => {
    engine.apply({
      type: "model",
      model,
      terms: { minimumBond: ONE, referenceValue: 1_000n * ONE, memoryMiB: 24_576 },
    });
  });
  let cards = 0;
  hosts.forEach(({ model, gpus, cpuMilli, memoryMib }, host) => {
    const operator = addressOf(0x1_0000 + host);
    engine.apply({ type: "host", operator, hostId: 0, cpuMilli, memoryMib });
    for (let card = 0; card < gpus; card += 1) {
      cards += 1;
      offer(operator, BigInt(cards), models.indexOf(model));
    }
  });

  function offer(operator: Address, cardId: bigint, model: number): void {
    const terms = {
      operator,
      hostId: 0,
      epoch: 0,
      model,
      region: 0,
      state: "Verified",
      bond: 1_000_000n * ONE,
    } as const;
    engine.apply({ type: "card", cardId, terms });
    const ask: Ask = {
      operator,
      cardId,
      epoch: 0,
      ratePerSecond: RATE,
      minThousandths: 1,
      minDuration: 600,
      maxDuration: LONG,
      priorityTier: 0,
      openFrom: 0,
      validUntil: START + LONG,
      counter: 0n,
      salt: cardId,
    };
    engine.apply({ type: "ask", ask });
  }

  /** Places a task, if there is room; one without cards is none of the market's. */
  function place(task: PlacementTask): void {
    if (task.gpus === 0) return;
    bids += 1;
    const { gpus, cpuMilli = 0, memoryMib = 0 } = task;
    const needs = { cpuMilli: cpuMilli / gpus, memoryMib: memoryMib / gpus };
    const { id, matches } = engine.apply({ type: "bid", bid: bidFor(task, bids), needs });
    for (const { legs } of matches) for (const { thousandths } of legs) used += thousandths;
    if (matches.length === 0 && id >= 0) engine.apply({ type: "withdraw", bid: id });
  }

  function bidFor({ gpus, gpuMilli = 1000, models: names = [] }: PlacementTask, salt: number): Bid {
    const accepted = names.map((name) => models.indexOf(name)).filter((model) => model >= 0);
    return {
      renter: addressOf(2),
      models: names.length === 0 ? anyMask : accepted.reduce((mask, model) => mask | (1n << BigInt(model)), 0n),
      regions: anyMask,
      thousandths: gpus === 1 ? gpuMilli : 1000,
      quantity: gpus,
      minQuantity: gpus,
      sameHost: gpus > 1,
      maxRatePerSecond: RATE,
      duration: 3_600,
      payInToken: false,
      maxTokenIn: 0n,
      matcher: NOBODY,
      exclusiveUntil: 0,
      matcherFee: 0n,
      accessKeyHash: `0x${"0".repeat(64)}`,
      validUntil: START + LONG,
      counter: 0n,
      salt: BigInt(salt),
    };
  }

  return { place, usedMilli: (): number => used };
}
