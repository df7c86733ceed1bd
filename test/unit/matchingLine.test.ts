import { expect } from "chai";
import { audit, type Engine, type MarketEvent, type Match, type Outcome } from "../../sdk/src/matching/index.ts";
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
const OPERATOR = addressOf(0x100);

const pass = (engine: Engine, now: number): Outcome => engine.apply({ type: "time", now });
/** Numbers of the renters who got something, in order. */
const rentersIn = ({ matches }: Outcome): readonly number[] => matches.map(({ bid }) => Number(bid.renter) - 0x10_000);
const renter = (n: number) => addressOf(0x10_000 + n);
const only = ({ matches }: Outcome): Match => matches[0] ?? expect.fail("no match");
const limits = { ownerFloorRate: 0n, termFloorRate: 0n, longestHours: 0, saleEnd: 0, termEnd: 0, decayBps: 0 };
/** Lets a card from elsewhere, and offers what is left of it. */
const letUntil = (engine: Engine, card: number, end: number, thousandths = 1_000): void => {
  addCard(engine, card);
  const lease = { operator: OPERATOR, rate: RATE, feeBps: 500, thousandths, start: START, end };
  engine.apply({ type: "lease", cardId: BigInt(card), key: `${card}`, lease });
  engine.apply({ type: "ask", ask: askFor(card) });
};

describe("The line of those who wait", () => {
  describe("is kept", () => {
    it("when a pause ends: by time and tier, not by who came last", () => {
      const engine = newEngine();
      place(engine, bidFor(1));
      engine.apply({ type: "pause", until: START + 500 });
      pass(engine, START + 100);
      offer(engine, 1);
      place(engine, bidFor(2));
      engine.apply({ type: "account", address: renter(3), tier: 3 });
      place(engine, bidFor(3));
      expect(rentersIn(pass(engine, START + 500))).to.deep.equal([3]);
      engine.apply({ type: "account", address: renter(3), tier: 0 });
      addCard(engine, 2);
      expect(rentersIn(engine.apply({ type: "ask", ask: askFor(2) }))).to.deep.equal([1]);
    });

    it("when a pause ends before its time", () => {
      const engine = newEngine();
      engine.apply({ type: "pause", until: START + 500 });
      offer(engine, 1);
      place(engine, bidFor(1));
      expect(rentersIn(engine.apply({ type: "pause", until: 0 }))).to.deep.equal([1]);
    });

    it("when a card comes free in the second in which a bid is its matcher's alone no more", () => {
      const engine = newEngine({ patience: 10 * HOUR });
      letUntil(engine, 1, START + HOUR);
      place(engine, bidFor(1));
      pass(engine, START + HOUR - 50);
      place(engine, bidFor(2, { matcher: addressOf(5), exclusiveUntil: START + HOUR }));
      expect(rentersIn(pass(engine, START + HOUR))).to.deep.equal([1]);
    });

    it("over all cards that come free at once, few or many, though a later bid may take any of them", () => {
      for (const count of [1, 20]) {
        const engine = newEngine();
        for (let card = 1; card <= count; card += 1) letUntil(engine, card, START + 100);
        addCard(engine, 100, { model: 1 });
        engine.apply({
          type: "lease",
          cardId: 100n,
          key: "100",
          lease: { operator: OPERATOR, rate: RATE, feeBps: 0, thousandths: 1_000, start: START, end: START + 100 },
        });
        engine.apply({ type: "ask", ask: askFor(100, { ratePerSecond: RATE / 2n }) });
        place(engine, bidFor(1, { models: 2n }));
        pass(engine, START + 10);
        place(engine, bidFor(2, { models: 3n }));
        const freed = pass(engine, START + 100);
        expect(rentersIn(freed)).to.deep.equal([1, 2]);
        expect(cardsIn(freed)[0]).to.equal(100);
      }
    });

    it("by a bid whose match was not executed, which comes neither later nor before its betters", () => {
      const engine = newEngine();
      place(engine, bidFor(1));
      pass(engine, START + 100);
      const match = only(offer(engine, 1));
      pass(engine, START + 200);
      engine.apply({ type: "account", address: renter(2), tier: 3 });
      place(engine, bidFor(2));
      expect(rentersIn(engine.apply({ type: "failed", match }))).to.deep.equal([2]);
      addCard(engine, 2);
      const again = only(engine.apply({ type: "ask", ask: askFor(2) }));
      expect(again.bid.renter).to.equal(renter(1));
      expect(again.priority.since).to.equal(START);
    });

    it("by a bid that takes less once another of its salt was served, before those behind it", () => {
      for (const others of [0, 8]) {
        const engine = newEngine();
        for (const card of [1, 2]) offer(engine, card);
        offer(engine, 3, { model: 1 });
        for (let card = 10; card < 10 + others; card += 1) offer(engine, card, { model: 2 });
        engine.apply({ type: "pause", until: START + 100 });
        const bids = [
          bidFor(1, { quantity: 3, minQuantity: 3, salt: 7n }),
          bidFor(1, { models: 2n, salt: 7n }),
          bidFor(2),
        ] as const;
        bids.forEach((bid, second) => {
          pass(engine, START + second);
          place(engine, bid);
        });
        const { matches } = pass(engine, START + 100);
        expect(
          matches.map(({ bid }) => bid),
          `${others} others`,
        ).to.deep.equal([bids[1], bids[0]]);
      }
    });

    it("by a bid that takes more once less is left to take", () => {
      const engine = newEngine();
      offer(engine, 1);
      addCard(engine, 2);
      const lease = { operator: OPERATOR, rate: RATE, feeBps: 0, thousandths: 500, start: START, end: START + HOUR };
      engine.apply({ type: "lease", cardId: 2n, key: "2", lease });
      place(engine, bidFor(1, { thousandths: 500, quantity: 3, minQuantity: 2 }));
      const { matches } = engine.apply({ type: "ask", ask: askFor(2) });
      expect(matches.map(({ legs }) => legs.length)).to.deep.equal([2, 1]);
      expect(engine.stats().bids).to.equal(0);
    });
  });

  describe("forgets nobody", () => {
    it("who may lease for longer once a term is over", () => {
      const engine = newEngine();
      offer(engine, 1, { limits: { ...limits, saleEnd: START - 100, termEnd: START + 100 } });
      expect(place(engine, bidFor(1)).matches).to.have.length(0);
      expect(rentersIn(pass(engine, START + 100))).to.deep.equal([1]);
    });

    it("who needs what a lease on another card of the host gives back", () => {
      const engine = newEngine({ patience: 10 * HOUR });
      engine.apply({ type: "host", operator: OPERATOR, hostId: 1, cpuMilli: 8_000 });
      offer(engine, 1);
      engine.apply({ type: "bid", bid: bidFor(1), needs: { cpuMilli: 8_000 } });
      offer(engine, 2, { model: 1 });
      engine.apply({ type: "bid", bid: bidFor(2, { models: 2n }), needs: { cpuMilli: 8_000 } });
      expect(rentersIn(pass(engine, START + HOUR))).to.deep.equal([2]);
    });

    it("whose bond comes late, at rates beyond what doubles hold", () => {
      const engine = newEngine();
      engine.apply({ type: "model", model: 0, terms: { minimumBond: 0n, referenceValue: 0n, memoryMiB: 0 } });
      const ratePerSecond = 2n ** 54n;
      offer(engine, 1, { bond: 1_000n * ONE }, { ratePerSecond });
      expect(place(engine, bidFor(1, { maxRatePerSecond: ratePerSecond })).matches).to.have.length(0);
      expect(rentersIn(engine.apply({ type: "bond", cardId: 1n, bond: 10n ** 6n * ONE }))).to.deep.equal([1]);
      // The ask is ranked anew, too, where the bond changes its weight.
      engine.apply({
        type: "model",
        model: 0,
        terms: { minimumBond: 0n, referenceValue: 10n ** 6n * ONE, memoryMiB: 0 },
      });
      offer(engine, 2, { bond: 1_000n * ONE }, { ratePerSecond });
      expect(place(engine, bidFor(2, { maxRatePerSecond: ratePerSecond })).matches).to.have.length(0);
      expect(rentersIn(engine.apply({ type: "bond", cardId: 2n, bond: 10n ** 6n * ONE }))).to.deep.equal([2]);
    });

    it("who waits for what the bond covers once leases beyond what doubles hold are over", () => {
      const engine = newEngine({ patience: 10 * HOUR });
      offer(engine, 1, { bond: 46n * ONE });
      const lease = { operator: OPERATOR, feeBps: 500, start: START, end: START + HOUR };
      const [cover, huge] = [(2n * ONE) / 86_400n, 2n ** 54n];
      engine.apply({ type: "lease", cardId: 1n, key: "own", lease: { ...lease, rate: cover, thousandths: 1 } });
      const other = { ...lease, operator: renter(9), rate: huge, thousandths: 1 };
      engine.apply({ type: "lease", cardId: 1n, key: "huge", lease: other });
      expect(place(engine, bidFor(1, { thousandths: 200 })).matches).to.have.length(0);
      expect(rentersIn(pass(engine, START + HOUR))).to.deep.equal([1]);
    });

    it("who accepts what nobody did lately, after thousands of others who did", () => {
      const engine = newEngine();
      const { id } = offer(engine, 1);
      engine.apply({ type: "withdraw", ask: id });
      for (let models = 1n; models < 2_048n; models += 1n) {
        const parts = models === 1n ? { regions: 1n << 9n } : {};
        engine.apply({ type: "withdraw", bid: place(engine, bidFor(1, { models, ...parts })).id });
      }
      place(engine, bidFor(1, { regions: 3n }));
      expect(rentersIn(engine.apply({ type: "ask", ask: askFor(1) }))).to.deep.equal([1]);
    });

    it("who can pay for some of the cards, or for a cheaper one than the best", () => {
      const engine = newEngine();
      for (const card of [1, 2, 3]) offer(engine, card);
      engine.apply({ type: "account", address: renter(1), dollars: 2n * RATE * 3_600n });
      expect(cardsIn(place(engine, bidFor(1, { quantity: 3 })))).to.have.length(2);
      const ranked = newEngine();
      offer(ranked, 1, { bond: 60n * ONE });
      offer(ranked, 2, { bond: 220n * ONE }, { ratePerSecond: (RATE * 101n) / 100n });
      ranked.apply({ type: "account", address: renter(1), dollars: RATE * 3_600n });
      expect(cardsIn(place(ranked, bidFor(1)))).to.deep.equal([1]);
    });
  });

  describe("counts what is told once", () => {
    it("though a match is told twice not to have been executed, in a log that was read anew", () => {
      const engine = newEngine();
      for (const card of [1, 2]) offer(engine, card);
      engine.apply({ type: "account", address: renter(1), dollars: ONE });
      const match = only(place(engine, bidFor(1, { quantity: 3 })));
      for (const id of [0, 1]) engine.apply({ type: "withdraw", ask: id });
      for (let told = 0; told < 2; told += 1) engine.apply({ type: "failed", match: structuredClone(match) });
      engine.apply({ type: "failed", match: { ...match, id: 99 } });
      expect(engine.state().accounts.get(renter(1))?.dollars).to.equal(ONE);
      expect(engine.stats().bids).to.equal(1);
    });

    it("and opens no bid again that is withdrawn with its match, filled or not", () => {
      for (const quantity of [1, 2]) {
        const engine = newEngine();
        offer(engine, 1);
        const match = only(place(engine, bidFor(1, { quantity })));
        expect(engine.apply({ type: "failed", match, withdraw: true })).to.include({ id: -1 });
        expect(engine.stats()).to.include({ asks: 1, bids: 0 });
        expect(cardsIn(place(engine, bidFor(2)))).to.deep.equal([1]);
      }
    });

    it("though a lease is told twice, or when it is over", () => {
      const engine = newEngine();
      letUntil(engine, 1, START + HOUR, 500);
      const lease = { operator: OPERATOR, rate: RATE, feeBps: 500, thousandths: 500, start: START, end: START + HOUR };
      engine.apply({ type: "lease", cardId: 1n, key: "1", lease });
      engine.apply({ type: "lease", cardId: 1n, key: "2", lease: { ...lease, start: START - 10, end: START } });
      expect(place(engine, bidFor(1, { thousandths: 500 })).matches).to.have.length(1);
    });

    it("and takes no bid that the market refuses whenever its time comes", () => {
      const engine = newEngine();
      engine.apply({ type: "pause", until: START + 500 });
      const exclusive = { matcher: addressOf(5), exclusiveUntil: START + 600 };
      expect(place(engine, bidFor(1, { counter: 5n })).refusal).to.equal("BidCounterOld");
      expect(place(engine, bidFor(1, { quantity: 0, minQuantity: 0, ...exclusive })).refusal).to.equal("BidInvalid");
      expect(place(engine, bidFor(1, exclusive)).refusal).to.equal(undefined);
    });

    it("but no time that goes back, or is none", () => {
      const engine = newEngine();
      pass(engine, START - 1);
      pass(engine, Number.NaN);
      expect(engine.state().now).to.equal(START);
    });
  });
});

describe("Cards that are kept for those who waited long", () => {
  it("are as many as are still wanted, and let before the bid is over or not at all", () => {
    const engine = newEngine({ patience: 100 });
    for (const card of [1, 2]) letUntil(engine, card, START + 1_000);
    place(engine, bidFor(1, { quantity: 3, minQuantity: 2 }));
    pass(engine, START + 100);
    offer(engine, 3);
    expect(cardsIn(offer(engine, 4))).to.deep.equal([3, 4]);
    expect(cardsIn(pass(engine, START + 1_000))).to.have.length(1);

    const late = newEngine({ patience: 100 });
    letUntil(late, 1, START + 1_000);
    place(late, bidFor(1, { validUntil: START + 1_005 }));
    pass(late, START + 100);
    expect(late.stats().kept).to.equal(1);
    expect(pass(late, START + 1_010).matches).to.have.length(0);
  });

  it("are none where the bid ends first, its renter cannot pay, or no host has what it needs", () => {
    for (const [parts, needs, dollars] of [
      [{ validUntil: START + 500 }, {}, ONE],
      [{}, {}, 0n],
      [{}, { cpuMilli: 16_000 }, ONE],
    ] as const) {
      const engine = newEngine({ patience: 100 });
      engine.apply({ type: "host", operator: OPERATOR, hostId: 1, cpuMilli: 8_000 });
      letUntil(engine, 1, START + 1_000, 125);
      engine.apply({ type: "account", address: renter(1), dollars });
      engine.apply({ type: "bid", bid: bidFor(1, parts), needs });
      pass(engine, START + 100);
      expect(engine.stats().kept).to.equal(0);
      expect(place(engine, bidFor(2, { thousandths: 500 })).matches).to.have.length(1);
    }
  });

  it("are those of which enough comes free in time: of a part when the first lease ends, of a whole card when the last does", () => {
    for (const [thousandths, validUntil, kept] of [
      [400, START + 999, 0],
      [400, START + 1_000, 1],
      [1_000, START + 1_999, 0],
      [1_000, START + 2_000, 1],
    ] as const) {
      const engine = newEngine({ patience: 100 });
      letUntil(engine, 1, START + 1_000, 500);
      const lease = { operator: OPERATOR, rate: RATE, feeBps: 500, thousandths: 500, start: START, end: START + 2_000 };
      engine.apply({ type: "lease", cardId: 1n, key: "second", lease });
      place(engine, bidFor(1, { thousandths, validUntil }));
      pass(engine, START + 100);
      expect(engine.stats().kept, `${thousandths} until ${validUntil}`).to.equal(kept);
      expect(rentersIn(pass(engine, validUntil))).to.have.length(kept);
    }
  });

  it("are looked for less often where all cards are many", function () {
    this.timeout(20_000);
    const engine = newEngine({ patience: 100 });
    for (const card of [1, 2, 3]) letUntil(engine, card, START + 1_000);
    for (let card = 4; card <= 200_001; card += 1) addCard(engine, card);
    for (const renterId of [1, 2]) place(engine, bidFor(renterId));
    const keptAt = (second: number): number => {
      pass(engine, START + second);
      return engine.stats().kept;
    };
    expect([100, 101, 102, 103, 104].map(keptAt)).to.deep.equal([1, 1, 1, 2, 2]);
  });

  it("come with what the bid needs of their host, for all of them together", () => {
    const engine = newEngine({ patience: 100 });
    engine.apply({ type: "host", operator: OPERATOR, hostId: 1, cpuMilli: 8_000 });
    for (const card of [1, 2, 3]) offer(engine, card);
    const bid = (renterId: number, cpuMilli: number, parts = {}): Outcome =>
      engine.apply({ type: "bid", bid: bidFor(renterId, parts), needs: { cpuMilli } });
    bid(1, 5_000);
    bid(2, 6_000, { quantity: 2, minQuantity: 2 });
    bid(3, 4_000, { quantity: 2, minQuantity: 2 });
    pass(engine, START + 100);
    pass(engine, START + 200);
    expect(engine.stats().kept).to.equal(1);
    expect(bid(4, 1_000).matches).to.have.length(0);
    expect(
      pass(engine, START + HOUR).matches.map(({ bid: { renter: who }, legs }) => [who, legs.length]),
    ).to.deep.equal([[renter(3), 2]]);
  });

  it("go to the first in line, though those behind it keep all of them", () => {
    const engine = newEngine({ patience: 100 });
    for (const card of [1, 2]) letUntil(engine, card, START + 1_000);
    for (const n of [2, 3]) place(engine, bidFor(n));
    pass(engine, START + 10);
    engine.apply({ type: "account", address: renter(1), tier: 3 });
    place(engine, bidFor(1, { quantity: 2, minQuantity: 2, sameHost: true }));
    for (let now = START + 100; now < START + 1_000; now += 1) pass(engine, now);
    expect(rentersIn(pass(engine, START + 1_000))).to.deep.equal([1]);
  });
});

describe("An audit", () => {
  const options = { submitter: MATCHER, now: START };
  const logOf = (tamper: (match: Match) => Match) => {
    const engine = newEngine();
    const events: MarketEvent[] = [
      { type: "bondPrice", price: ONE },
      { type: "model", model: 0, terms: { minimumBond: 44n * ONE, referenceValue: 2_200n * ONE, memoryMiB: 24_576 } },
    ];
    const steps: { event: MarketEvent; matches: readonly Match[] }[] = events.map((event) => ({ event, matches: [] }));
    const tell = (event: MarketEvent): Outcome => {
      const outcome = engine.apply(event);
      steps.push({ event, matches: outcome.matches });
      return outcome;
    };
    const { operator, ...rest } = { operator: OPERATOR, hostId: 1, epoch: 0, model: 0, region: 0, bond: 100n * ONE };
    tell({ type: "card", cardId: 1n, terms: { operator, state: "Verified", ...rest } });
    tell({ type: "ask", ask: askFor(1) });
    const match = only(tell({ type: "bid", bid: bidFor(1, { quantity: 2 }) }));
    tell({ type: "failed", match: tamper(match) });
    return { options, steps };
  };

  it("finds a log fair that was written out and read again", () => {
    const { steps } = logOf((match) => match);
    expect(audit({ options, steps: steps.map((step) => structuredClone(step)) })).to.equal(undefined);
  });

  it("names a match that is said to have failed, but was not made", () => {
    const favours = logOf((match) => ({ ...match, priority: { ...match.priority, since: 0 } }));
    expect(audit(favours)).to.include({ step: 5, fault: "WrongFigures" });
    expect(audit(logOf((match) => ({ ...match, id: 7 })))).to.include({ step: 5, fault: "WrongFigures" });
  });
});

describe("What the engine says of a bid that waits", () => {
  it("names the renter's funds, and needs of the host that are not met", () => {
    const engine = newEngine();
    engine.apply({ type: "host", operator: OPERATOR, hostId: 1, cpuMilli: 1_000 });
    offer(engine, 1);
    engine.apply({ type: "account", address: renter(1), dollars: 1n });
    expect(engine.explain(place(engine, bidFor(1)).id)).to.deep.include({
      refusal: "FundsTooLow",
      counts: { None: 1 },
    });
    const { id } = engine.apply({ type: "bid", bid: bidFor(2), needs: { cpuMilli: 2_000 } });
    expect(engine.explain(id)).to.deep.include({ refusal: "CardsTooFew", counts: { NeedsNotMet: 1 } });
  });

  it("follows changes of one term as far as they go, but not beyond the bid's end", () => {
    const nearest = (engine: Engine, parts: Parameters<typeof bidFor>[1]) =>
      engine.explain(place(engine, bidFor(1, parts)).id)?.nearest?.changes;
    const bounded = newEngine();
    offer(bounded, 1, { limits: { ...limits, longestHours: 5 } }, { maxDuration: 10 * HOUR });
    expect(nearest(bounded, { duration: 20 * HOUR })).to.deep.equal([{ field: "duration", to: 5 * HOUR }]);
    const shared = newEngine();
    letUntil(shared, 1, START + 200, 500);
    const lease = { operator: OPERATOR, rate: RATE, feeBps: 500, thousandths: 500, start: START, end: START + 100 };
    shared.apply({ type: "lease", cardId: 1n, key: "b", lease });
    expect(nearest(shared, {})).to.deep.equal([{ field: "now", to: START + 200 }]);
    expect(nearest(shared, { validUntil: START + 150 })).to.equal(undefined);
  });
});
