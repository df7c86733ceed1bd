import { expect } from "chai";
import { audit, checkMatch, type MarketEvent, matchWeight } from "../../sdk/src/matching/index.ts";
import {
  addCard,
  addressOf,
  askFor,
  bidFor,
  cardsIn,
  HOUR,
  MATCHER,
  newEngine,
  offer,
  place,
  RATE,
  START,
} from "./matchingWorld.ts";

const ONE = 10n ** 18n;

describe("The matching engine", () => {
  describe("ranks asks", () => {
    it("by price first", () => {
      const engine = newEngine();
      offer(engine, 1, {}, { ratePerSecond: RATE });
      offer(engine, 2, {}, { ratePerSecond: (RATE * 9n) / 10n });
      expect(cardsIn(place(engine, bidFor(1)))).to.deep.equal([2]);
    });

    it("then by the bond, worth at most 5 % of the price", () => {
      const target = 220n * ONE;
      const winner = (dearer: bigint): readonly number[] => {
        const engine = newEngine({ toleranceBps: 0 });
        offer(engine, 1, { bond: 60n * ONE });
        offer(engine, 2, { bond: target }, { ratePerSecond: (RATE * dearer) / 1000n });
        return cardsIn(place(engine, bidFor(1)));
      };
      const weight = matchWeight(60n * ONE, 2_200n * ONE);
      expect(weight).to.be.closeTo(1 + 0.5 * Math.sqrt(60 / 220), 1e-12);
      expect(matchWeight(10n * target, 2_200n * ONE)).to.equal(1.5);
      const even = Math.floor((1000 * (1 - 0.1 * (weight - 1))) / 0.95);
      expect(winner(BigInt(even))).to.deep.equal([2]);
      expect(winner(BigInt(even + 1))).to.deep.equal([1]);
    });

    it("then by time, and of one second by the seed", () => {
      const first = newEngine();
      offer(first, 2);
      first.apply({ type: "time", now: START + 1 });
      offer(first, 1);
      expect(cardsIn(place(first, bidFor(1)))).to.deep.equal([2]);
      const winners = new Set<number>();
      for (let seed = 0; seed < 20; seed += 1) {
        const engine = newEngine({ seed });
        for (const card of [1, 2]) offer(engine, card, {}, { salt: BigInt(card) });
        for (const card of cardsIn(place(engine, bidFor(1)))) winners.add(card);
      }
      expect(winners.size).to.equal(2);
    });

    it("and shows the score and its inputs with every match", () => {
      const engine = newEngine();
      offer(engine, 1, { bond: 220n * ONE });
      const [match] = place(engine, bidFor(1, { thousandths: 500 })).matches;
      const [leg] = match?.legs ?? [];
      expect(leg?.score).to.include({ rate: Number(RATE), weight: 1.5, fit: 8, since: START });
      expect(leg?.score.effective).to.be.closeTo(0.95 * Number(RATE), 1);
      expect(leg?.rate).to.equal(RATE / 2n);
      expect(leg?.escrow).to.equal((RATE / 2n) * 3_600n);
      expect(match?.priority).to.include({ since: START, tier: 0 });
    });
  });

  describe("places leases", () => {
    it("slices on cards in use, so that whole cards stay free", () => {
      const engine = newEngine();
      for (const card of [1, 2, 3, 4]) offer(engine, card);
      const taken = Array.from({ length: 4 }, (_, i) => cardsIn(place(engine, bidFor(i, { thousandths: 250 })))).flat();
      expect(new Set(taken).size).to.equal(1);
    });

    it("whole cards on hosts in use, so that clusters still find a whole host", () => {
      const engine = newEngine();
      for (let card = 1; card <= 16; card += 1) offer(engine, card, { hostId: card <= 8 ? 1 : 2 });
      const singles = Array.from({ length: 8 }, (_, i) => cardsIn(place(engine, bidFor(i)))).flat();
      expect(new Set(singles.map((card) => (card <= 8 ? 1 : 2))).size).to.equal(1);
      const cluster = place(engine, bidFor(99, { quantity: 8, minQuantity: 8, sameHost: true }));
      expect(cardsIn(cluster)).to.have.length(8);
    });

    it("on hosts in use before others though prices differ a little, as far as there are any", () => {
      const engine = newEngine();
      const hostOf = (card: number): number => 1 + ((card * 37) % 50);
      for (let card = 1; card <= 400; card += 1) {
        const ratePerSecond = RATE + (RATE * BigInt((card * 7919) % 400)) / 100_000n;
        offer(engine, card, { hostId: hostOf(card) }, { ratePerSecond });
      }
      const singles = Array.from({ length: 200 }, (_, i) => cardsIn(place(engine, bidFor(i)))).flat();
      expect(singles).to.have.length(200);
      expect(new Set(singles.map(hostOf)).size).to.equal(25);
      const clusters = Array.from({ length: 26 }, (_, i) =>
        cardsIn(place(engine, bidFor(1_000 + i, { quantity: 8, minQuantity: 8, sameHost: true }))),
      );
      expect(clusters.filter((cards) => cards.length === 8)).to.have.length(25);
    });

    it("never dearer than the tolerance for the sake of a tighter fit", () => {
      const winner = (toleranceBps: number): readonly number[] => {
        const engine = newEngine({ toleranceBps });
        offer(engine, 1, {}, { ratePerSecond: (RATE * 1009n) / 1000n });
        expect(cardsIn(place(engine, bidFor(1, { thousandths: 500 })))).to.deep.equal([1]);
        offer(engine, 2);
        return cardsIn(place(engine, bidFor(2, { thousandths: 500 })));
      };
      expect(winner(100)).to.deep.equal([1]);
      expect(winner(80)).to.deep.equal([2]);
    });

    it("a cluster on the host with the least to spare", () => {
      const engine = newEngine();
      for (let card = 1; card <= 12; card += 1) offer(engine, card, { hostId: card <= 8 ? 1 : 2 });
      const cluster = place(engine, bidFor(1, { quantity: 4, minQuantity: 4, sameHost: true }));
      expect(cardsIn(cluster)).to.deep.equal([9, 10, 11, 12]);
    });

    it("only where the host has the CPU and memory, and the card the memory, that are needed", () => {
      const engine = newEngine();
      const operator = addressOf(0x100);
      engine.apply({ type: "host", operator, hostId: 1, cpuMilli: 8_000, memoryMib: 65_536 });
      for (const card of [1, 2]) offer(engine, card);
      const needs = { cpuMilli: 6_000, memoryMib: 32_768 };
      const ask = (renter: number, more = {}) =>
        engine.apply({ type: "bid", bid: bidFor(renter), needs: { ...needs, ...more } });
      expect(ask(1, { cardMemoryMib: 40_000 }).matches).to.have.length(0);
      expect(ask(2).matches).to.have.length(1);
      const waits = ask(3);
      expect(waits.matches).to.have.length(0);
      const { matches } = engine.apply({ type: "time", now: START + HOUR });
      expect(matches.map(({ bidId }) => bidId)).to.deep.equal([waits.id]);
    });
  });

  describe("orders bids", () => {
    it("by waiting time, with a head start for each tier", () => {
      const engine = newEngine({ headStart: 600 });
      const early = place(engine, bidFor(1)).id;
      engine.apply({ type: "account", address: addressOf(0x10_002), tier: 1 });
      engine.apply({ type: "time", now: START + 599 });
      const tiered = place(engine, bidFor(2)).id;
      engine.apply({ type: "time", now: START + 700 });
      const late = place(engine, bidFor(2)).id;
      const order = [1, 2, 3].flatMap((card) => offer(engine, card).matches.map(({ bidId }) => bidId));
      expect(order).to.deep.equal([tiered, early, late]);
    });

    it("tells of no bid that could have been filled and was not", () => {
      const engine = newEngine();
      offer(engine, 1, {}, { ratePerSecond: 3n * RATE });
      const { id } = place(engine, bidFor(1));
      const explained = engine.explain(id);
      expect(explained?.counts).to.deep.equal({ RateAboveBid: 1 });
      expect(explained?.nearest?.changes).to.deep.equal([{ field: "maxRatePerSecond", to: 3n * RATE }]);
    });

    it("once, where two of one maker share a salt", () => {
      const engine = newEngine({ patience: HOUR });
      const large = place(engine, bidFor(1, { salt: 77n, quantity: 3, minQuantity: 3 })).id;
      const small = place(engine, bidFor(1, { salt: 77n })).id;
      for (const card of [1, 2, 3]) offer(engine, card, {}, { minDuration: 2 * HOUR });
      expect([large, small].map((id) => engine.explain(id)?.refusal)).to.deep.equal(["CardsTooFew", "CardsTooFew"]);
      const { matches } = offer(engine, 4);
      expect(matches.map(({ bidId }) => bidId)).to.deep.equal([small]);
      expect(engine.explain(small)).to.equal(undefined);
      // One of three is taken: two are left, and no more than two may be.
      offer(engine, 5);
      expect(offer(engine, 6).matches.map(({ bidId, legs }) => [bidId, legs.length])).to.deep.equal([[large, 2]]);
      expect(engine.stats().bids).to.equal(0);
    });

    it("not at all, where another of the same salt has left nothing", () => {
      const engine = newEngine({ patience: HOUR });
      const [large, small] = [3, 1].map((quantity) => place(engine, bidFor(1, { salt: 78n, quantity })).id);
      expect(offer(engine, 1).matches.map(({ bidId }) => bidId)).to.have.length(1);
      for (const card of [2, 3, 4]) offer(engine, card);
      for (let hours = 1; hours < 5; hours += 1) engine.apply({ type: "time", now: START + hours * 2 * HOUR });
      expect([large, small].map((id) => engine.explain(id ?? -1))).to.deep.equal([undefined, undefined]);
      expect(engine.stats()).to.include({ bids: 0, kept: 0 });
      expect(place(engine, bidFor(1, { salt: 78n, quantity: 3 })).refusal).to.equal("BidFilled");
    });

    it("fills a large bid in parts where it allows it", () => {
      const engine = newEngine();
      offer(engine, 1);
      const { id, matches } = place(engine, bidFor(1, { quantity: 3 }));
      expect(matches[0]?.legs).to.have.length(1);
      expect(offer(engine, 2).matches.map(({ bidId }) => bidId)).to.deep.equal([id]);
      expect(offer(engine, 3).matches.map(({ bidId }) => bidId)).to.deep.equal([id]);
      expect(offer(engine, 4).matches).to.have.length(0);
    });
  });

  describe("lets nobody wait for ever", () => {
    it("a cluster gets its host though single cards are asked for without end", () => {
      const engine = newEngine({ patience: HOUR });
      for (let card = 1; card <= 4; card += 1) offer(engine, card);
      for (let card = 1; card <= 4; card += 1) {
        place(engine, bidFor(card, { duration: 1_000 + 500 * card }));
      }
      const cluster = place(engine, bidFor(100, { quantity: 4, minQuantity: 4, sameHost: true })).id;
      let got: number | undefined;
      let others = 0;
      for (let second = 100; second <= 10 * HOUR && got === undefined; second += 100) {
        const { matches } = engine.apply({ type: "time", now: START + second });
        const flood = [1, 2, 3].flatMap((n) => place(engine, bidFor(1_000 + second + n, { duration: 2_000 })).matches);
        for (const { bidId } of [...matches, ...flood]) {
          if (bidId === cluster) got = second;
          else others += 1;
        }
      }
      expect(others).to.be.greaterThan(4);
      expect(got).to.be.at.most(HOUR + 2_100);
    });

    it("a whole card is kept from slices", () => {
      const engine = newEngine({ patience: HOUR });
      offer(engine, 1);
      place(engine, bidFor(1, { thousandths: 125, duration: 2 * HOUR }));
      const whole = place(engine, bidFor(2)).id;
      let got: number | undefined;
      for (let second = 600; second <= 10 * HOUR && got === undefined; second += 600) {
        const { matches } = engine.apply({ type: "time", now: START + second });
        place(engine, bidFor(1_000 + second, { thousandths: 125, duration: 2 * HOUR }));
        if (matches.some(({ bidId }) => bidId === whole)) got = second;
      }
      expect(got).to.be.at.most(4 * HOUR);
    });
  });

  describe("follows what happens", () => {
    it("leases end, hosts leave, orders are withdrawn and cancelled, counters are bumped", () => {
      const engine = newEngine();
      const asks = [1, 2, 3].map((card) => offer(engine, card, { operator: addressOf(0x100 + card) }).id);
      engine.apply({ type: "withdraw", ask: asks[0] ?? -1 });
      engine.apply({ type: "account", address: addressOf(0x102), counter: 7n });
      expect(engine.stats().asks).to.equal(1);
      expect(cardsIn(place(engine, bidFor(1)))).to.deep.equal([3]);
      const waits = place(engine, bidFor(2)).id;
      expect(engine.apply({ type: "time", now: START + HOUR - 1 }).matches).to.have.length(0);
      expect(engine.apply({ type: "time", now: START + HOUR }).matches.map(({ bidId }) => bidId)).to.deep.equal([
        waits,
      ]);
      const ask = askFor(3, { operator: addressOf(0x103), salt: 77n });
      engine.apply({ type: "ask", ask });
      engine.apply({ type: "order", maker: ask.operator, salt: 77n, word: 255 });
      expect(engine.apply({ type: "ask", ask }).refusal).to.equal("AskCancelled");
    });

    it("asks open to all after their window, and before it to the tier", () => {
      const engine = newEngine();
      offer(engine, 1, {}, { priorityTier: 2, openFrom: START + 100 });
      const low = place(engine, bidFor(1)).id;
      expect(engine.stats()).to.include({ asks: 1, bids: 1 });
      engine.apply({ type: "account", address: addressOf(0x10_002), tier: 2 });
      expect(place(engine, bidFor(2, { thousandths: 400 })).matches).to.have.length(1);
      expect(engine.apply({ type: "time", now: START + 99 }).matches).to.have.length(0);
      engine.apply({ type: "time", now: START + HOUR });
      expect(engine.stats().bids).to.equal(0);
      expect(low).to.be.at.least(0);
    });

    it("a bid is its matcher's alone until its window is over", () => {
      const engine = newEngine();
      offer(engine, 1);
      const exclusive = bidFor(1, { matcher: addressOf(5), exclusiveUntil: START + 60 });
      expect(place(engine, exclusive).matches).to.have.length(0);
      expect(engine.apply({ type: "time", now: START + 59 }).matches).to.have.length(0);
      expect(engine.apply({ type: "time", now: START + 60 }).matches).to.have.length(1);
    });

    it("a pause stops matches, and they go on by themselves", () => {
      const engine = newEngine();
      offer(engine, 1);
      engine.apply({ type: "pause", until: START + 500 });
      expect(place(engine, bidFor(1)).matches).to.have.length(0);
      expect(engine.apply({ type: "time", now: START + 500 }).matches).to.have.length(1);
    });

    it("a match that was not executed gives everything back", () => {
      const engine = newEngine();
      offer(engine, 1);
      engine.apply({ type: "account", address: addressOf(0x10_001), dollars: ONE });
      const [match] = place(engine, bidFor(1)).matches;
      if (match === undefined) throw new RangeError("no match");
      const again = engine.apply({ type: "failed", match });
      expect(cardsIn(again)).to.deep.equal([1]);
      expect(engine.state().accounts.get(match.bid.renter.toLowerCase())?.dollars).to.equal(ONE - RATE * 3_600n);
    });

    it("a lease is not proposed to a renter that cannot pay", () => {
      const engine = newEngine();
      offer(engine, 1);
      const address = addressOf(0x10_001);
      engine.apply({ type: "account", address, dollars: RATE * 3_599n });
      expect(place(engine, bidFor(1)).matches).to.have.length(0);
      expect(engine.apply({ type: "account", address, dollars: RATE * 3_600n }).matches).to.have.length(1);
    });

    it("asks of others for a card cost its own nothing, and count once their maker runs it", function () {
      this.timeout(20_000);
      const engine = newEngine();
      const stranger = addressOf(0x999);
      offer(engine, 1);
      const others = Array.from({ length: 50_000 }, (_, i) =>
        askFor(1, { operator: stranger, ratePerSecond: RATE / 2n + BigInt(i) }),
      );
      for (const ask of others) engine.apply({ type: "ask", ask });
      const begun = performance.now();
      for (let i = 0; i < 2_000; i += 1) {
        const [match] = place(engine, bidFor(1)).matches;
        expect(match?.legs[0]?.ask.operator).to.equal(addressOf(0x100));
        engine.apply({ type: "leaseEnd", cardId: 1n, key: match?.id ?? -1, end: START });
      }
      // Walking past 50 000 asks at each of 4 000 changes would take half a minute.
      expect(performance.now() - begun).to.be.lessThan(5_000);
      addCard(engine, 1, { operator: stranger });
      expect(place(engine, bidFor(2)).matches[0]?.legs[0]?.ask).to.equal(others[0]);
      addCard(engine, 1);
      // Of the stranger's the first 64 stayed.
      expect(engine.stats().asks).to.equal(65);
    });

    it("limits that a card has no more bind it no more", () => {
      const engine = newEngine();
      const limits = {
        ownerFloorRate: 2n * RATE,
        termFloorRate: 0n,
        longestHours: 1,
        saleEnd: 0,
        termEnd: 0,
        decayBps: 0,
      };
      offer(engine, 1, { limits });
      expect(place(engine, bidFor(1, { duration: 2 * HOUR })).matches).to.have.length(0);
      expect(addCard(engine, 1).matches).to.have.length(1);
    });

    it("a card that is unknown yet is let once it is verified and bonded", () => {
      const engine = newEngine();
      engine.apply({ type: "ask", ask: askFor(1) });
      place(engine, bidFor(1));
      expect(addCard(engine, 1, { bond: 0n }).matches).to.have.length(0);
      expect(engine.apply({ type: "bond", cardId: 1n, bond: 60n * ONE }).matches).to.have.length(1);
    });
  });

  describe("can be audited", () => {
    const events: readonly MarketEvent[] = [
      { type: "bondPrice", price: ONE },
      { type: "model", model: 0, terms: { minimumBond: 44n * ONE, referenceValue: 2_200n * ONE, memoryMiB: 24_576 } },
      ...[1, 2, 3].map(
        (card): MarketEvent => ({
          type: "card",
          cardId: BigInt(card),
          terms: {
            operator: addressOf(0x100),
            hostId: 1,
            epoch: 0,
            model: 0,
            region: 0,
            state: "Verified",
            bond: 100n * ONE,
          },
        }),
      ),
      { type: "ask", ask: askFor(1, { ratePerSecond: RATE }) },
      { type: "ask", ask: askFor(2, { ratePerSecond: RATE * 2n }) },
      { type: "bid", bid: bidFor(1) },
      { type: "bid", bid: bidFor(2) },
      { type: "bid", bid: bidFor(3) },
      { type: "time", now: START + 1 },
      { type: "bid", bid: bidFor(4) },
      { type: "ask", ask: askFor(3) },
    ];
    const options = { submitter: MATCHER, now: START, seed: 3 };
    const honest = () => {
      const engine = newEngine(options);
      return events.map((event) => ({ event, matches: engine.apply(event).matches }));
    };

    it("an honest log is fair", () => {
      const steps = honest();
      expect(steps.flatMap(({ matches }) => matches)).to.have.length(3);
      expect(audit({ options, steps })).to.equal(undefined);
    });

    it("and the first unfair step is named", () => {
      const withheld = honest();
      const bidStep = events.findIndex(({ type }) => type === "bid");
      withheld[bidStep] = { event: events[bidStep] as MarketEvent, matches: [] };
      expect(audit({ options, steps: withheld })).to.include({ step: bidStep, fault: "Withheld" });

      const worse = honest();
      const [good] = worse[bidStep]?.matches ?? [];
      const [other] = worse[bidStep + 1]?.matches ?? [];
      if (good === undefined || other === undefined) throw new RangeError("no match");
      worse[bidStep] = { event: events[bidStep] as MarketEvent, matches: [{ ...good, legs: other.legs }] };
      expect(audit({ options, steps: worse })).to.include({ step: bidStep, fault: "WorseCards" });

      const passed = honest();
      const last = passed.at(-1)?.matches[0];
      if (last === undefined) throw new RangeError("no match");
      const later = { ...last, bidId: last.bidId + 1, bid: (events.at(-2) as { bid: typeof last.bid }).bid };
      passed[passed.length - 1] = { event: events.at(-1) as MarketEvent, matches: [later] };
      expect(audit({ options, steps: passed })).to.include({ step: events.length - 1, fault: "PassedOver" });
    });
  });

  it("agrees with checkMatch about its own matches", () => {
    const engine = newEngine();
    for (const card of [1, 2, 3]) offer(engine, card, { hostId: card });
    const [match] = place(engine, bidFor(1, { quantity: 3, minQuantity: 2, thousandths: 300 })).matches;
    if (match === undefined) throw new RangeError("no match");
    const fresh = newEngine();
    for (const { ask } of match.legs) addCard(fresh, Number(ask.cardId), { hostId: Number(ask.cardId) });
    const asks = match.legs.map(({ ask }) => ask);
    const check = checkMatch(fresh.state(), { bid: match.bid, asks, submitter: MATCHER });
    expect(check).to.include({
      refusal: "None",
      taken: 3,
      escrow: match.legs.reduce((sum, { escrow }) => sum + escrow, 0n),
    });
  });
});
