import { expect } from "chai";
import type { Engine, HostNeeds } from "../../sdk/src/matching/index.ts";
import type { Bid } from "../../sdk/src/orders/index.ts";
import { addCard, addressOf, bidFor, type CardParts, cardsIn, newEngine, offer, START } from "./matchingWorld.ts";

const OWNER = addressOf(0x100);

/** Lets a card of its own for each of some bids, so that the engine learns what is asked for; it judges after 32 and 64. */
function teach(engine: Engine, bids: readonly Partial<Bid>[], needs?: HostNeeds): void {
  bids.forEach((terms, i) => {
    const card = 1_000 + i;
    const { id } = offer(engine, card, { hostId: card });
    const { matches } = engine.apply({ type: "bid", bid: bidFor(card, terms), needs });
    expect(matches).to.have.length(1);
    engine.apply({ type: "withdraw", ask: id });
  });
}

const many = <T>(count: number, item: T): readonly T[] => Array.from({ length: count }, () => item);

/** Offers a card of which something is let. */
function offerRest(engine: Engine, card: number, thousandths: number, parts: CardParts = {}): void {
  const lease = { operator: OWNER, rate: 1n, feeBps: 500, thousandths, start: START, end: START + 1_000_000 };
  offer(engine, card, { hostId: card, ...parts });
  if (thousandths > 0) engine.apply({ type: "lease", cardId: BigInt(card), key: `other ${card}`, lease });
}

describe("The matching engine learns from what it let", () => {
  const shares = [
    ...many(30, { thousandths: 600 }),
    ...many(30, { thousandths: 400 }),
    ...many(4, { thousandths: 200 }),
  ];

  /** Where a fifth of a card goes if two fifths of one and three fifths of another are free. */
  const cardForAFifth = (engine: Engine): readonly number[] => {
    offerRest(engine, 1, 400);
    offerRest(engine, 2, 600);
    return cardsIn(engine.apply({ type: "bid", bid: bidFor(1, { thousandths: 200 }) }));
  };

  it("what will be left over: a fifth leaves two fifths where those are asked for, though it fits more tightly elsewhere", () => {
    expect(cardForAFifth(newEngine())).to.deep.equal([2]);
    const engine = newEngine();
    teach(engine, shares);
    expect(cardForAFifth(engine)).to.deep.equal([1]);
  });

  it("from matches alone: bids that take nothing teach nothing", () => {
    const engine = newEngine();
    for (const terms of shares) engine.apply({ type: "bid", bid: bidFor(1, { ...terms, maxRatePerSecond: 1n }) });
    expect(cardForAFifth(engine)).to.deep.equal([2]);
  });

  it("and shows with a match what it is expected to waste", () => {
    const engine = newEngine();
    teach(engine, shares);
    offerRest(engine, 1, 600);
    const wasteOf = (thousandths: number): number | undefined =>
      engine.apply({ type: "bid", bid: bidFor(1, { thousandths }) }).matches[0]?.legs[0]?.score.waste;
    // A gap that was sure to be filled is left with half of it, which few want.
    expect(wasteOf(200)).to.be.within(1, 200);
    offerRest(engine, 2, 0);
    expect(wasteOf(1_000)).to.equal(0);
  });

  it("in figures, though more leases are told on a host than its cards hold", () => {
    const engine = newEngine();
    teach(engine, shares, { cpuMilli: 8_000 });
    engine.apply({ type: "host", operator: OWNER, hostId: 1, cpuMilli: 64_000 });
    offerRest(engine, 1, 600, { hostId: 1 });
    addCard(engine, 2, { hostId: 1 });
    const lease = { operator: OWNER, rate: 1n, feeBps: 500, start: START, end: START + 1_000_000 };
    for (const thousandths of [1_000, 601])
      engine.apply({ type: "lease", cardId: 2n, key: `${thousandths}`, lease: { ...lease, thousandths } });
    const [match] = engine.apply({ type: "bid", bid: bidFor(1, { thousandths: 200 }) }).matches;
    expect(match?.legs[0]?.score.waste).to.be.within(-2_000, 2_000);
  });

  it("how much CPU is wanted beside a card: what needs much goes where much is left", () => {
    const winner = (isTaught: boolean): readonly number[] => {
      const engine = newEngine();
      if (isTaught) teach(engine, many(64, { thousandths: 500 }), { cpuMilli: 8_000 });
      for (const [hostId, cpuMilli] of [
        [1, 16_000],
        [2, 64_000],
      ] as const) {
        engine.apply({ type: "host", operator: OWNER, hostId, cpuMilli });
        offerRest(engine, hostId, 0, { hostId });
      }
      const bid = bidFor(1, { thousandths: 500 });
      return cardsIn(engine.apply({ type: "bid", bid, needs: { cpuMilli: 12_000 } }));
    };
    expect(winner(false)).to.deep.equal([1]);
    expect(winner(true)).to.deep.equal([2]);
  });

  it("which models others insist on: who takes any is given another", () => {
    const winner = (isTaught: boolean): readonly number[] => {
      const engine = newEngine();
      for (let card = 1; card <= 100; card += 1) addCard(engine, card, { model: 1, hostId: card });
      if (isTaught) teach(engine, [...many(50, { models: 1n }), ...many(14, { models: 3n })], {});
      offerRest(engine, 101, 0);
      offerRest(engine, 102, 0, { model: 1 });
      return cardsIn(engine.apply({ type: "bid", bid: bidFor(1, { models: 3n, thousandths: 500 }) }));
    };
    expect(winner(false)).to.deep.equal([101]);
    expect(winner(true)).to.deep.equal([102]);
  });

  it("the same, whoever asks it meanwhile why a bid waits", () => {
    const wastes = (asks: boolean): readonly number[] => {
      const engine = newEngine();
      const { id } = engine.apply({ type: "bid", bid: bidFor(1, { maxRatePerSecond: 1n, thousandths: 300 }) });
      return shares.flatMap((terms, i) => {
        offerRest(engine, i + 1, 0);
        if (asks) engine.explain(id);
        const { matches } = engine.apply({ type: "bid", bid: bidFor(i + 2, terms) });
        return matches.flatMap(({ legs }) => legs.map(({ score }) => score.waste));
      });
    };
    expect(wastes(true)).to.deep.equal(wastes(false));
    expect(wastes(true).some((waste) => waste !== 0)).to.equal(true);
  });
});
