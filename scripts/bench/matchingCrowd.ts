import type * as Matching from "../../sdk/src/matching/index.ts";
import { anyMask, type Bid } from "../../sdk/src/orders/index.ts";
import { round } from "./figures.ts";
import { askOf, bidOf, cardEvent, newEngine, saltOf, TICK } from "./matchingMarket.ts";

/** Bids that wait, and cards on one host that are offered one after the other; the second half is measured. */
const BIDS = 20_000;
const CARDS = 200;

/** Bids that accept all of these cards, and yet take none. */
const CROWDS: Readonly<Record<string, { readonly parts: Partial<Bid>; readonly needs?: Matching.HostNeeds }>> = {
  "20 000 cannot pay": { parts: {} },
  "20 000 need more of a host": { parts: {}, needs: { cpuMilli: 1_000_000 } },
  "20 000 want 254 cards": { parts: { quantity: 254, minQuantity: 254 } },
  "20 000 want 254 on one host": { parts: { quantity: 254, minQuantity: 254, sameHost: true } },
};

/**
 * Time of an ask that nobody takes, while nobody waits and while many do: orders cost nothing, so a crowd of them must not hold up others.
 *
 * @param createEngine - as it is published
 * @param median - of some figures
 * @returns microseconds by who waits, the median
 * @example
 * const { "nobody waits": least } = measureCrowds(createEngine, median);
 */
export function measureCrowds(
  createEngine: typeof Matching.createEngine,
  median: (figures: readonly number[]) => number,
): Readonly<Record<string, number>> {
  const measure = (crowd: (engine: Matching.Engine) => void): number => {
    const engine = newEngine(createEngine, 1);
    const { terms } = cardEvent(0, 1, 1);
    engine.apply({ type: "host", operator: terms.operator, hostId: 0, cpuMilli: 64_000, memoryMib: 524_288 });
    crowd(engine);
    const times = Array.from({ length: CARDS }, (_, card) => {
      const cardId = BigInt(card + 1);
      engine.apply({ type: "card", cardId, terms });
      const ask = { ...askOf(0, 100n * TICK), cardId, salt: saltOf(card) };
      const before = performance.now();
      const { matches } = engine.apply({ type: "ask", ask });
      const time = performance.now() - before;
      if (matches.length > 0) throw new RangeError("a card was let");
      return time;
    });
    return round(1e3 * median(times.slice(CARDS / 2)));
  };
  const figures: [string, number][] = [["nobody waits", measure(() => undefined)]];
  for (const [name, { parts, needs }] of Object.entries(CROWDS)) {
    const crowd = (engine: Matching.Engine): void => {
      for (let i = 0; i < BIDS; i += 1) {
        const bid = { ...bidOf(i, anyMask, 200n * TICK), ...parts };
        if (name.endsWith("pay")) engine.apply({ type: "account", address: bid.renter, dollars: 0n });
        engine.apply({ type: "bid", bid, needs });
      }
    };
    figures.push([name, measure(crowd)]);
  }
  return Object.fromEntries(figures);
}
