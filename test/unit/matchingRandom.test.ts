import { expect } from "chai";
import { checkMatch, matchWeight } from "../../sdk/src/matching/index.ts";
import type { Ask, Bid } from "../../sdk/src/orders/index.ts";
import { randomOf } from "../parity/random.ts";
import { addCard, addressOf, askFor, bidFor, HOUR, MATCHER, newEngine, RATE, START } from "./matchingWorld.ts";

const ONE = 10n ** 18n;
const TOLERANCE = 0.01;

/** A random market: 12 cards of 3 models and 2 regions on 3 hosts, asks and one-card bids that come, go and expire. */
function play(seed: bigint, steps: number): { matched: number; waited: number } {
  const { between, chance, one } = randomOf(seed);
  const count = (least: number, most: number): number => Number(between(BigInt(least), BigInt(most)));
  const engine = newEngine({ toleranceBps: TOLERANCE * 10_000, seed: count(0, 1_000), patience: 10 ** 9 });
  const asks = new Map<number, Ask>();
  const bids = new Map<number, Bid>();
  let now = START;
  const bonds = new Map(Array.from({ length: 12 }, (_, card) => [card + 1, ONE * between(40n, 300n)]));
  for (const [card, bond] of bonds)
    addCard(engine, card, { hostId: card % 3, model: card % 3, region: card % 2, bond });

  const takes = (bid: Bid, ask: Ask): boolean =>
    checkMatch(engine.state(), { bid, asks: [ask], submitter: MATCHER }).refusal === "None";
  const effective = ({ ratePerSecond, cardId }: Ask): number =>
    Number(ratePerSecond) * (1 - 0.1 * (matchWeight(bonds.get(Number(cardId)) ?? 0n, 2_200n * ONE) - 1));
  let matched = 0;
  for (let step = 0; step < steps; step += 1) {
    if (chance(0.3)) {
      now += count(1, 2_000);
      engine.apply({ type: "time", now });
    }
    if (chance(0.45)) {
      const ask = askFor(count(1, 12), {
        ratePerSecond: (RATE * between(50n, 150n)) / 100n,
        minThousandths: one([1, 1, 300, 1_000]),
        maxDuration: HOUR * count(1, 5),
        priorityTier: count(0, 3),
        openFrom: chance(0.2) ? now + 1_500 : 0,
        validUntil: now + count(0, 20_000),
      });
      const { id } = engine.apply({ type: "ask", ask });
      if (id >= 0) asks.set(id, ask);
    } else if (chance(0.1) && asks.size > 0) {
      engine.apply({ type: "withdraw", ask: one([...asks.keys()]) });
    } else {
      const bid = bidFor(count(1, 5), {
        models: between(1n, 7n),
        regions: between(1n, 3n),
        thousandths: one([50, 125, 333, 500, 1_000]),
        maxRatePerSecond: (RATE * between(50n, 150n)) / 100n,
        duration: count(600, 4 * HOUR),
        validUntil: now + count(0, 9_000),
      });
      const open = [...engine.asks()];
      const prices = open.filter((ask) => takes(bid, ask)).map(effective);
      const { id, matches } = engine.apply({ type: "bid", bid });
      const [own] = matches;
      expect(own !== undefined, `a bid is matched if and only if some ask takes it, seed ${seed}`).to.equal(
        prices.length > 0,
      );
      if (own === undefined) bids.set(id, bid);
      else {
        matched += 1;
        const [leg] = own.legs;
        expect(leg?.score.effective).to.be.at.most(Math.min(...prices) * (1 + TOLERANCE) * (1 + 1e-12));
        expect(leg?.score.cheapest).to.be.closeTo(Math.min(...prices), 1e-3 * Number(RATE));
      }
    }
    // Nobody waits who could be served.
    for (const bid of engine.bids()) {
      expect([...engine.asks()].filter((ask) => takes(bid, ask))).to.deep.equal([]);
    }
  }
  return { matched, waited: bids.size };
}

describe("The matching engine on random markets", () => {
  it("matches a bid exactly when the market would, at the best price, and leaves nobody waiting who could be served", () => {
    let matched = 0;
    let waited = 0;
    for (let seed = 1n; seed <= 40n; seed += 1n) {
      const run = play(seed, 120);
      matched += run.matched;
      waited += run.waited;
    }
    expect(matched).to.be.greaterThan(300);
    expect(waited).to.be.greaterThan(300);
  });

  it("comes to the same matches from the same events and seed", () => {
    expect(play(99n, 200)).to.deep.equal(play(99n, 200));
  });

  it("keeps lower and mixed case addresses apart from nobody", () => {
    const engine = newEngine();
    addCard(engine, 1, { operator: addressOf(0xabcdef) });
    const operator = addressOf(0xabcdef);
    const { id } = engine.apply({ type: "ask", ask: askFor(1, { operator }) });
    expect(id).to.be.at.least(0);
    engine.apply({ type: "order", maker: operator.toLowerCase(), salt: [...engine.asks()][0]?.salt ?? 0n, word: 255 });
    expect(engine.stats().asks).to.equal(0);
  });
});
