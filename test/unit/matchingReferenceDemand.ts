import type { HostNeeds } from "../../sdk/src/matching/index.ts";
import { type FleetValue, fleetValue } from "../../sdk/src/matching/placementValue.ts";
import type { Bid } from "../../sdk/src/orders/index.ts";

const EVERY = 2n ** 256n - 1n;

/** What was let, to those who accept some models in some regions. */
type Let = Pick<Bid, "models" | "regions"> & {
  readonly gpus: number;
  readonly milli: number;
  readonly weight: number;
  readonly cpuMilli: number;
  readonly memoryMib: number;
};

/** What a match let, and the market at that time: every model and region that there ever was, and the cards. */
type Lesson = {
  readonly bid: Bid;
  readonly needs: HostNeeds | undefined;
  readonly count: number;
  readonly markets: ReadonlySet<string>;
  readonly cards: Iterable<{ readonly model: number }>;
};

/** What is likely to be asked for, from all that was let; every match is kept, and all of them are gone through at every lesson. */
export class ReferenceDemand {
  value: FleetValue | undefined;
  #matches = 0;
  /** Before the first match, whole cards and shares of all sizes. */
  readonly #let: Let[] = [125, 250, 375, 500, 625, 750, 875, 1000, 1000, 1000, 1000, 1000].map((milli) => {
    return { models: EVERY, regions: EVERY, gpus: 1, milli, weight: 1, cpuMilli: 0, memoryMib: 0 };
  });

  /** Learns from a match; judges what was let after 32 of them, and whenever there are twice as many. */
  learn({ bid, needs, count, markets, cards }: Lesson): void {
    const { models, regions, thousandths: milli } = bid;
    const gpus = bid.sameHost && milli === 1000 ? count : 1;
    const [cpuMilli, memoryMib] = [count * (needs?.cpuMilli ?? 0), count * (needs?.memoryMib ?? 0)];
    this.#let.push({ models, regions, gpus, milli, weight: count / gpus, cpuMilli, memoryMib });
    this.#matches += 1;
    if (this.#matches >= 32 && Number.isInteger(Math.log2(this.#matches)))
      this.value = this.#judge(markets, [...cards]);
  }

  #judge(markets: ReadonlySet<string>, cards: readonly { readonly model: number }[]): FleetValue {
    const known = [...markets].map((market) => market.split("/").map(BigInt) as [bigint, bigint]);
    const modelsOf = (models: bigint, regions: bigint): readonly number[] => {
      const own = known.filter(([model, region]) => ((models >> model) & (regions >> region) & 1n) === 1n);
      return [...new Set(own.map(([model]) => Number(model)))].sort((a, b) => a - b);
    };
    const every = modelsOf(EVERY, EVERY);
    const kinds = new Map<string, Omit<Let, "models" | "regions"> & { readonly key: string }>();
    for (const { models, regions, ...kind } of this.#let) {
      const key = modelsOf(models, regions).join();
      const name = [key, kind.gpus, kind.milli].join("|");
      const before = kinds.get(name);
      kinds.set(name, {
        ...kind,
        key,
        weight: kind.weight + (before?.weight ?? 0),
        cpuMilli: kind.cpuMilli + (before?.cpuMilli ?? 0),
        memoryMib: kind.memoryMib + (before?.memoryMib ?? 0),
      });
    }
    const sorted = [...kinds.values()].sort(
      (a, b) => b.weight - a.weight || a.gpus - b.gpus || a.milli - b.milli || (a.key < b.key ? -1 : 1),
    );
    const count = Array.from(
      { length: Math.max(...every) + 1 },
      (_, model) => cards.filter((card) => card.model === model).length,
    );
    const classes = sorted.map((kind) => ({
      ...kind,
      accepts: kind.key === every.join() ? undefined : kind.key.split(",").map(Number),
    }));
    return fleetValue(classes, count, 125);
  }
}
