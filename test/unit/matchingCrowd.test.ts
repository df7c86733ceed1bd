import { expect } from "chai";
import type { Engine, HostNeeds } from "../../sdk/src/matching/index.ts";
import type { Ask, Bid } from "../../sdk/src/orders/index.ts";
import { addCard, addressOf, askFor, bidFor, cardsIn, newEngine, offer, place, RATE, START } from "./matchingWorld.ts";

const ONE = 10n ** 18n;
const HOUR_OF_A_CARD = RATE * 3_600n;
const OPERATOR = addressOf(0x100);

/** A bid that counts how often the engine works out what its renter can pay. */
function counted(bid: Bid, counts: { tries: number }): Bid {
  const { matcherFee } = bid;
  return Object.defineProperty({ ...bid }, "matcherFee", {
    enumerable: true,
    get: () => {
      counts.tries += 1;
      return matcherFee;
    },
  });
}

/** Tells how many dollars a renter has, and that it bids. */
const bidWith = (engine: Engine, dollars: bigint, bid: Bid): void => {
  engine.apply({ type: "account", address: bid.renter, dollars });
  place(engine, bid);
};

const askAgain = (engine: Engine, card: number, parts: Partial<Ask> = {}) =>
  engine.apply({ type: "ask", ask: askFor(card, parts) });

const host = (engine: Engine, has: Omit<HostNeeds, "cardMemoryMib">) =>
  engine.apply({ type: "host", operator: OPERATOR, hostId: 1, ...has });

describe("The matching engine in a crowd of bids that take nothing", () => {
  it("does not ask again who cannot pay, but once money has come", () => {
    const engine = newEngine();
    const counts = { tries: 0 };
    bidWith(engine, HOUR_OF_A_CARD - 1n, counted(bidFor(1), counts));
    for (let card = 1; card <= 50; card += 1) expect(offer(engine, card).matches).to.have.length(0);
    expect(counts.tries).to.be.below(5);
    const { renter } = bidFor(1);
    expect(engine.apply({ type: "account", address: renter, dollars: HOUR_OF_A_CARD - 2n }).matches).to.have.length(0);
    expect(cardsIn(engine.apply({ type: "account", address: renter, dollars: HOUR_OF_A_CARD }))).to.have.length(1);
  });

  it("but asks who can pay for a cheaper card than the last", () => {
    const engine = newEngine();
    bidWith(engine, HOUR_OF_A_CARD / 2n, bidFor(1));
    offer(engine, 1);
    expect(cardsIn(offer(engine, 2, {}, { ratePerSecond: RATE / 2n }))).to.deep.equal([2]);
  });

  it("does not look for many cards before there can be as many", () => {
    const engine = newEngine();
    const counts = { tries: 0 };
    bidWith(engine, ONE * ONE, counted(bidFor(1, { quantity: 60, minQuantity: 60 }), counts));
    for (let card = 1; card < 60; card += 1) expect(offer(engine, card).matches).to.have.length(0);
    expect(counts.tries).to.be.below(5);
    expect(cardsIn(offer(engine, 60))).to.have.length(60);
  });

  it("but finds them at once, though asks go and come again, many together or none that suits", () => {
    const engine = newEngine();
    const own = [1, 2].map((card) => offer(engine, card).id);
    place(engine, bidFor(1, { quantity: 4, minQuantity: 4 }));
    for (const ask of own) engine.apply({ type: "withdraw", ask });
    for (const card of [1, 2, 3]) expect(offer(engine, card).matches).to.have.length(0);
    for (let card = 10; card < 20; card += 1)
      expect(offer(engine, card, {}, { ratePerSecond: 3n * RATE }).matches).to.have.length(0);
    engine.apply({ type: "pause", until: START + 100 });
    expect(offer(engine, 4).matches).to.have.length(0);
    expect(cardsIn(engine.apply({ type: "time", now: START + 100 }))).to.deep.equal([1, 2, 3, 4]);
  });

  it("finds cards on one host, whatever was offered elsewhere", () => {
    const engine = newEngine();
    place(engine, bidFor(1, { quantity: 3, minQuantity: 3, sameHost: true }));
    for (const card of [1, 2]) offer(engine, card);
    for (const card of [3, 4]) expect(offer(engine, card, { hostId: 2 }).matches).to.have.length(0);
    expect(cardsIn(offer(engine, 5))).to.deep.equal([1, 2, 5]);
  });

  it("finds a host that has more now, and cards that its bond covers now", () => {
    const engine = newEngine();
    host(engine, { cpuMilli: 4_000, memoryMib: 8_192 });
    offer(engine, 1);
    engine.apply({ type: "bid", bid: bidFor(1), needs: { cpuMilli: 8_000 } });
    engine.apply({ type: "bid", bid: bidFor(2), needs: { memoryMib: 16_384 } });
    expect(host(engine, { cpuMilli: 4_000, memoryMib: 16_384 }).matches.map(({ bid }) => bid.renter)).to.deep.equal([
      bidFor(2).renter,
    ]);
    offer(engine, 2);
    expect(cardsIn(host(engine, { cpuMilli: 8_000, memoryMib: 16_384 }))).to.deep.equal([2]);
  });

  it("finds clusters on hosts that have all they need", () => {
    const engine = newEngine();
    host(engine, { cpuMilli: 8_000, memoryMib: 8_192 });
    for (const card of [1, 2]) offer(engine, card);
    const cluster = bidFor(1, { quantity: 2, minQuantity: 2, sameHost: true });
    engine.apply({ type: "bid", bid: cluster, needs: { cpuMilli: 4_000, memoryMib: 4_097 } });
    expect(engine.stats().bids).to.equal(1);
    expect(cardsIn(host(engine, { cpuMilli: 8_000, memoryMib: 8_194 }))).to.deep.equal([1, 2]);
  });

  it("takes no more than 64 asks of an operator for a card, and as many of another for the time when it has it", () => {
    const engine = newEngine();
    addCard(engine, 1);
    const ids = Array.from({ length: 64 }, () => askAgain(engine, 1).id);
    expect(askAgain(engine, 1)).to.include({ id: -1, refusal: "AskTooMany" });
    expect(askAgain(engine, 1, { operator: addressOf(0x101) }).refusal).to.equal(undefined);
    engine.apply({ type: "withdraw", ask: ids[0] as number });
    expect(askAgain(engine, 1).refusal).to.equal(undefined);

    const early = newEngine();
    for (let i = 0; i < 70; i += 1) askAgain(early, 1, { ratePerSecond: RATE - BigInt(i) });
    expect(early.stats().asks).to.equal(70);
    addCard(early, 1);
    expect(early.stats().asks).to.equal(64);
    expect(place(early, bidFor(1)).matches[0]?.legs[0]?.rate).to.equal(RATE - 63n);
  });
});
