import { expect } from "chai";
import { type Engine, leaseMintRate } from "../../sdk/src/matching/index.ts";
import type { Bid } from "../../sdk/src/orders/index.ts";
import { addressOf, bidFor, cardsIn, newEngine, offer, place, RATE } from "./matchingWorld.ts";

const ONE = 10n ** 18n;
const renter = (n: number) => addressOf(0x10_000 + n);
/** A CARD is worth 10 cents: ten of them make a dollar. */
const TEN_CENTS = ONE * (ONE / 10n);
/** Ten hours of a card cost 3.6 dollars. */
const HOURS = { duration: 36_000 };
const COST = 36n * ONE;

/** Bids of renter 1 that pay in CARD. */
const tokenBid = (parts: Partial<Bid> = {}): Bid =>
  bidFor(1, { ...HOURS, payInToken: true, maxTokenIn: 100n * ONE, ...parts });

/** An engine with some cards on offer, that knows what CARD is worth. */
const marketOf = (cards: number, rate = TEN_CENTS): Engine => {
  const engine = newEngine();
  for (let card = 1; card <= cards; card += 1) offer(engine, card);
  engine.apply({ type: "leaseMint", rate });
  return engine;
};

const tokensOf = (engine: Engine): bigint | undefined => engine.state().accounts.get(renter(1).toLowerCase())?.tokens;

describe("The matching engine and who pays in CARD", () => {
  it("takes everybody for able to pay until the minter's rate is told", () => {
    const engine = newEngine();
    offer(engine, 1);
    engine.apply({ type: "account", address: renter(1), tokens: 0n });
    const [match] = place(engine, tokenBid({ maxTokenIn: 0n })).matches;
    expect(match).to.deep.include({ tokenIn: 0n });
  });

  it("takes from the renter what a match burns, and gives it back where it was not executed", () => {
    const engine = marketOf(1);
    engine.apply({ type: "account", address: renter(1), tokens: 40n * ONE, dollars: 0n });
    const [match] = place(engine, tokenBid()).matches;
    if (match === undefined) throw new RangeError("no match");
    expect(match.tokenIn).to.equal(COST);
    expect(tokensOf(engine)).to.equal(4n * ONE);
    engine.apply({ type: "leaseMint", rate: TEN_CENTS / 2n });
    engine.apply({ type: "failed", match, withdraw: true });
    expect(tokensOf(engine)).to.equal(40n * ONE);
  });

  it("burns for at least one dollar, and a wei more where the rate leaves a rest", () => {
    const engine = marketOf(2, TEN_CENTS + 1n);
    expect(place(engine, tokenBid({ duration: 600 })).matches[0]?.tokenIn).to.equal(
      (ONE ** 3n + TEN_CENTS) / (TEN_CENTS + 1n),
    );
    engine.apply({ type: "account", address: renter(1), tokens: 10n * ONE - 1n });
    engine.apply({ type: "leaseMint", rate: TEN_CENTS });
    const poor = place(engine, tokenBid({ duration: 600 }));
    expect(poor.matches).to.have.length(0);
    expect(engine.explain(poor.id)?.refusal).to.equal("FundsTooLow");
  });

  it("lets cards cost together what the bid lets each cost, and leaves those off that would cost more", () => {
    const engine = marketOf(1);
    offer(engine, 2, {}, { ratePerSecond: (RATE * 3n) / 2n });
    offer(engine, 3, {}, { ratePerSecond: 2n * RATE });
    const taken = place(engine, tokenBid({ quantity: 3, maxTokenIn: (COST * 5n) / 4n }));
    expect(cardsIn(taken)).to.deep.equal([1, 2]);
    expect(taken.matches[0]?.tokenIn).to.equal((COST * 5n) / 2n);
  });

  it("says that the bid lets CARD cost too little, or that the minter refuses", () => {
    const engine = marketOf(1);
    const { id } = place(engine, tokenBid({ maxTokenIn: COST - 1n }));
    expect(engine.explain(id)?.refusal).to.equal("TokenCostTooHigh");
    engine.apply({ type: "leaseMint", rate: 0n });
    expect(engine.explain(id)?.refusal).to.equal("TokenMintRefused");
  });

  it("tries again once CARD is worth more, the minter mints again, or the renter has more", () => {
    for (const [rate, tokens] of [
      [TEN_CENTS / 2n, 40n * ONE],
      [0n, 40n * ONE],
      [TEN_CENTS, COST - 1n],
    ] as const) {
      const engine = marketOf(1, rate);
      engine.apply({ type: "account", address: renter(1), tokens });
      expect(place(engine, tokenBid()).matches).to.have.length(0);
      const { matches } =
        rate === TEN_CENTS
          ? engine.apply({ type: "account", address: renter(1), tokens: COST })
          : engine.apply({ type: "leaseMint", rate: TEN_CENTS });
      expect(matches.map(({ tokenIn }) => tokenIn)).to.deep.equal([COST]);
    }
  });

  it("leaves those alone who pay in dollars, and passes over who cannot pay", () => {
    const engine = marketOf(1, 0n);
    place(engine, tokenBid());
    expect(cardsIn(place(engine, bidFor(2)))).to.deep.equal([1]);
  });

  it("keeps no card for who can no longer pay", () => {
    const engine = newEngine({ patience: 60 });
    engine.apply({ type: "leaseMint", rate: TEN_CENTS });
    offer(engine, 1);
    place(engine, bidFor(3));
    place(engine, tokenBid());
    const { now } = engine.state();
    engine.apply({ type: "time", now: now + 120 });
    expect(engine.stats().kept).to.equal(1);
    engine.apply({ type: "leaseMint", rate: TEN_CENTS / 10n });
    expect(engine.stats().kept).to.equal(0);
  });
});

describe("leaseMintRate", () => {
  const status = { mintHalted: false, mintFee: ONE / 100n, price: { low: ONE / 10n, slow: ONE / 10n } };

  it("is the lower source less the fee, and never more than 5/4 of the slow price", () => {
    expect(leaseMintRate(status)).to.equal((ONE / 10n) * ((ONE * 99n) / 100n));
    expect(leaseMintRate({ ...status, price: { low: ONE, slow: ONE / 10n } })).to.equal(
      (ONE / 8n) * ((ONE * 99n) / 100n),
    );
  });

  it("is nothing while mints are halted", () => {
    expect(leaseMintRate({ ...status, mintHalted: true })).to.equal(0n);
  });
});
