import { expect } from "chai";
import fc from "fast-check";
import * as numpy from "financial";
import { InvalidInputError } from "../../sdk/src/errors/index.ts";
import {
  breakEvenUtilisation,
  expectedRent,
  fairSharePrice,
  holdersPayments,
  irr,
  npv,
  presentValue,
  type RentExpectation,
  rentSplit,
  runningYield,
  xirr,
  YieldError,
  yieldToTerm,
} from "../../sdk/src/finance/index.ts";

const DAY = 86_400;
const YEAR = 365 * DAY;
const WAD = 10n ** 18n;

/** The reason why amounts have no rate of return. */
const refusalOf = (run: () => unknown): YieldError => {
  try {
    run();
  } catch (error) {
    if (error instanceof YieldError) return error;
    throw error;
  }
  return expect.fail("a rate was found");
};

const amounts = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 24 });
const paid = fc.double({ min: 1, max: 1e6, noNaN: true });
const investment = fc
  .tuple(paid, fc.array(paid, { minLength: 1, maxLength: 36 }))
  .map(([price, income]) => [-price, ...income]);

describe("net present value and internal rate of return", () => {
  it("are those of the documentation of numpy-financial", () => {
    expect(npv(0.281, [-100, 39, 59, 55, 20])).to.be.closeTo(-0.0084785916384548798, 1e-12);
    expect(npv(0.08, [-40_000, 5_000, 8_000, 12_000, 30_000])).to.be.closeTo(3_065.2226681795255, 1e-8);
    expect(irr([-100, 39, 59, 55, 20])).to.be.closeTo(0.28095, 5e-6);
    expect(irr([-100, 0, 0, 74])).to.be.closeTo(-0.0955, 5e-5);
    expect(irr([-100, 100, 0, 7])).to.be.closeTo(0.06206, 5e-6);
  });

  it("is the XIRR of the documentation of Microsoft Excel: 37.34 %", () => {
    const day = (date: string): number => (Date.parse(date) - Date.parse("2008-01-01")) / 1000;
    const payments = [
      { at: day("2008-01-01"), amount: -10_000n },
      { at: day("2008-03-01"), amount: 2_750n },
      { at: day("2008-10-30"), amount: 4_250n },
      { at: day("2009-02-15"), amount: 3_250n },
      { at: day("2009-04-01"), amount: 2_750n },
    ];
    expect(xirr(payments)).to.be.closeTo(0.373362535, 5e-9);
  });

  it("npv agrees with a second library on random amounts", () => {
    fc.assert(
      fc.property(fc.double({ min: -0.5, max: 3, noNaN: true }), amounts, (rate, flows) => {
        const scale = flows.reduce((sum, flow, t) => sum + Math.abs(flow) / (1 + rate) ** t, 1);
        expect(npv(rate, flows)).to.be.closeTo(numpy.npv(rate, flows), scale * 1e-12);
      }),
    );
  });

  it("irr always balances the amounts, and agrees with a second library wherever that does, too", () => {
    let compared = 0;
    fc.assert(
      fc.property(investment, (flows) => {
        const imbalance = (rate: number): number => {
          const parts = flows.map((flow, t) => flow * (1 + rate) ** -t);
          const sum = (numbers: readonly number[]): number => numbers.reduce((total, part) => total + part, 0);
          return Math.abs(sum(parts)) / sum(parts.map(Math.abs));
        };
        const rate = irr(flows);
        expect(imbalance(rate)).to.be.at.most(1e-9);
        const other = numpy.irr(flows, 0.1, 1e-12, 200);
        // It can stop at what does not balance ([-1.81818, 1]: −0.999998), or is below −1 ([-4.2975, 1, 1]: −1.38).
        if (!(other > -1 && imbalance(other) < 1e-6)) return;
        compared++;
        expect(rate).to.be.closeTo(other, 1e-6 * Math.max(1, Math.abs(rate)));
      }),
      { numRuns: 500 },
    );
    expect(compared).to.be.greaterThan(100);
  });

  it("all rates are found where there are several, and none is picked", () => {
    // numpy-financial documents −0.0833 and 0.0886 for these and passes over the others.
    const two = refusalOf(() => irr([-100, 100, 0, -7]));
    expect(two.refusal).to.equal("SeveralRates");
    expect(two.rates.map((rate) => rate.toFixed(4))).to.deep.equal(["-0.6789", "-0.0833"]);
    expect(refusalOf(() => irr([-5, 10.5, 1, -8, 1])).rates.map((rate) => rate.toFixed(4))).to.include("0.0886");
  });

  it("polynomials made from random roots give these roots back", () => {
    const rate = fc.integer({ min: -80, max: 200 }).map((percent) => percent / 100);
    fc.assert(
      fc.property(fc.uniqueArray(rate, { minLength: 2, maxLength: 4 }), (rates) => {
        // Π (x·(1 + r) − 1) in x = 1 / (1 + rate) is zero exactly at the rates.
        const flows = rates.reduce<readonly number[]>(
          (product, r) => product.concat(0).map((_, i) => (product[i - 1] ?? 0) * (1 + r) - (product[i] ?? 0)),
          [1],
        );
        const found = refusalOf(() => irr(flows)).rates;
        expect(found).to.have.lengthOf(rates.length);
        for (const [index, r] of [...rates].sort((a, b) => a - b).entries())
          expect(found[index]).to.be.closeTo(r, 1e-4);
      }),
    );
  });

  it("a rate at which the value only touches zero is a rate, and is told once", () => {
    const rate = fc.integer({ min: -80, max: 300 }).map((percent) => percent / 100);
    // (x·(1 + r) − 1)² in x = 1 / (1 + rate), then the same with a second zero.
    fc.assert(
      fc.property(rate, rate, fc.double({ min: 1, max: 1e12, noNaN: true }), (r, other, size) => {
        const [g, h] = [1 + r, 1 + other];
        expect(irr([-size, 2 * size * g, -size * g * g])).to.be.closeTo(r, 1e-7);
        fc.pre(Math.abs(r - other) >= 0.1);
        const both = [-1, 2 * g + h, -(g * g + 2 * g * h), g * g * h].map((amount) => amount * size);
        const { rates } = refusalOf(() => irr(both));
        expect(rates).to.have.lengthOf(2);
        expect(rates[0]).to.be.closeTo(Math.min(r, other), 1e-4);
        expect(rates[1]).to.be.closeTo(Math.max(r, other), 1e-4);
      }),
    );
    expect(irr([-100, 220, -121])).to.be.closeTo(0.1, 1e-12);
  });

  it("irr takes as many amounts as there are", () => {
    const flows = [-1_000, ...Array.from({ length: 200_000 }, () => 1)];
    expect(irr(flows)).to.be.closeTo(0.001, 1e-12); // a perpetuity, near enough
  });

  it("refuses what has no rate, by name and with a remedy", () => {
    expect(refusalOf(() => irr([1, 2, 3])).refusal).to.equal("NoSignChange");
    expect(refusalOf(() => irr([])).refusal).to.equal("NoSignChange");
    expect(refusalOf(() => irr([1, -1, 1])).refusal).to.equal("NoRate");
    expect(
      refusalOf(() =>
        xirr([
          { at: 0, amount: -(10n ** 40n) },
          { at: 1, amount: 1n },
        ]),
      ).refusal,
    ).to.equal("OutOfRange");
    expect(refusalOf(() => irr([1])).remedy).to.contain("paid out");
    expect(() => irr([1, Number.NaN])).to.throw(InvalidInputError, "amounts[1]");
    expect(() => npv(-2, [1])).to.throw(InvalidInputError, "rate");
    expect(() => presentValue([{ at: -1, amount: 1n }], 0.1)).to.throw(InvalidInputError, "payments[0].at");
  });
});

const expectation: fc.Arbitrary<RentExpectation> = fc.record({
  ratePerSecond: fc.bigInt({ min: 1n, max: 10n ** 16n }),
  term: fc.integer({ min: DAY, max: 3 * YEAR }),
  utilisation: fc.double({ min: 0, max: 1, noNaN: true }),
  decay: fc.double({ min: 0, max: 0.2, noNaN: true }),
  feeBps: fc.integer({ min: 0, max: 1_000 }),
});

describe("expected rent of a card", () => {
  it("is split as the ledger splits it: 5 % fee, a tenth of the rest, nine tenths for the holders", () => {
    expect(rentSplit({ ratePerSecond: 1_000n })).to.deep.equal({ gross: 1_000n, fee: 50n, node: 95n, holders: 855n });
    expect(rentSplit({ ratePerSecond: 1_009n, feeBps: 200, thousandths: 125 })).to.deep.equal({
      gross: 126n,
      fee: 2n,
      node: 12n,
      holders: 112n,
    });
  });

  it("sums exactly, covers the term, falls by the decay and never lets more seconds than there are", () => {
    fc.assert(
      fc.property(expectation, (rent) => {
        const periods = expectedRent(rent);
        for (const [
          index,
          { from, until, ratePerSecond, letSeconds, gross, fee, node, holders },
        ] of periods.entries()) {
          expect(gross).to.equal(fee + node + holders);
          expect(gross).to.equal(ratePerSecond * BigInt(letSeconds));
          expect(letSeconds).to.be.within(0, until - from);
          expect(from).to.equal(index === 0 ? 0 : periods[index - 1]?.until);
          const falling = Number(rent.ratePerSecond) * (1 - (rent.decay ?? 0)) ** index;
          expect(Number(ratePerSecond)).to.be.within(falling * (1 - 1e-9) - 1, falling * (1 + 1e-9) + 1);
        }
        expect(periods.at(-1)?.until).to.equal(rent.term);
      }),
    );
  });

  it("that does not fall is worth an annuity", () => {
    // Twelve months of 30 days, each paid in its middle: the annuity formula, half a month compounded forward.
    const rent = { ratePerSecond: 10n ** 15n, term: 360 * DAY, utilisation: 1 };
    const month = 1.2 ** (30 / 365) - 1;
    const payment = 855e12 * 30 * DAY;
    const expected = -numpy.pv(month, 12, payment, 0) * Math.sqrt(1 + month);
    const { value, perShare } = fairSharePrice({ ...rent, costOfCapital: 0.2, supply: 100n * WAD });
    expect(Number(value)).to.be.closeTo(expected, expected * 1e-12);
    expect(perShare).to.equal(value / 100n);
  });

  it("has the cost of capital as its yield at the fair price", () => {
    const capital = fc.double({ min: 0, max: 2, noNaN: true });
    fc.assert(
      fc.property(expectation, capital, (rent, costOfCapital) => {
        fc.pre(rent.utilisation > 0.05 && rent.ratePerSecond > 10n ** 9n);
        const { value } = fairSharePrice({ ...rent, costOfCapital, supply: WAD });
        expect(yieldToTerm({ ...rent, price: value })).to.be.closeTo(costOfCapital, 1e-6);
      }),
    );
  });

  it("breaks even exactly at the break-even utilisation", () => {
    fc.assert(
      fc.property(expectation, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (rent, part) => {
        fc.pre(rent.ratePerSecond > 10n ** 9n);
        const value = presentValue(holdersPayments(expectedRent({ ...rent, utilisation: part })), 0.2);
        expect(breakEvenUtilisation({ ...rent, costOfCapital: 0.2, price: value })).to.be.closeTo(part, 1e-4);
      }),
    );
    const rent = { ratePerSecond: 10n ** 15n, term: 30 * DAY, costOfCapital: 0 };
    // 855e12 a second for 30 days is 2216.16 dollars.
    expect(breakEvenUtilisation({ ...rent, monthlyCosts: 110_808n * 10n ** 16n })).to.equal(0.5);
    expect(breakEvenUtilisation({ ...rent, price: 443_232n * 10n ** 16n })).to.equal(2);
    expect(breakEvenUtilisation({ ...rent, ratePerSecond: 0n, price: 1n })).to.equal(Number.POSITIVE_INFINITY);
  });

  it("gives CARD at its price, and a running yield per year", () => {
    const rent = { ratePerSecond: 10n ** 15n, term: YEAR, utilisation: 0.5, costOfCapital: 0.1, supply: 1_000n * WAD };
    const { perShare, perShareInTokens } = fairSharePrice({ ...rent, cardPrice: WAD / 10n });
    expect(perShareInTokens).to.equal(perShare * 10n);
    expect(fairSharePrice(rent).perShareInTokens).to.equal(undefined);
    expect(runningYield({ revenue: 30n * WAD, seconds: 73 * DAY, price: 1_000n * WAD })).to.equal(0.15);
  });

  it("refuses numbers out of range, by their names", () => {
    const rent = { ratePerSecond: 1n, term: YEAR, utilisation: 0.5 };
    expect(() => expectedRent({ ...rent, term: 3_600 })).to.throw(InvalidInputError, "term");
    expect(() => expectedRent({ ...rent, utilisation: 1.01 })).to.throw(InvalidInputError, "utilisation");
    expect(() => expectedRent({ ...rent, decay: Number.NaN })).to.throw(InvalidInputError, "decay");
    expect(() => expectedRent({ ...rent, feeBps: 5.5 })).to.throw(InvalidInputError, "feeBps");
    expect(() => expectedRent({ ...rent, ratePerSecond: -1n })).to.throw(InvalidInputError, "ratePerSecond");
    expect(() => yieldToTerm({ ...rent, price: 0n })).to.throw(InvalidInputError, "price");
    expect(() => fairSharePrice({ ...rent, costOfCapital: 0.1, supply: 1n })).to.throw(InvalidInputError, "supply");
  });

  it("refuses numbers where amounts are wanted and the other way round, as a caller without types may give them", () => {
    const amount: bigint = JSON.parse("1000");
    const text: number = JSON.parse('"0.5"');
    const rent = { ratePerSecond: 1n, term: YEAR, utilisation: 0.5 };
    expect(() => rentSplit({ ratePerSecond: amount })).to.throw(InvalidInputError, "ratePerSecond");
    expect(() => rentSplit({ ratePerSecond: 2n ** 256n })).to.throw(InvalidInputError, "ratePerSecond");
    expect(() => expectedRent({ ...rent, utilisation: text })).to.throw(InvalidInputError, "utilisation");
    expect(() => yieldToTerm({ ...rent, price: amount })).to.throw(InvalidInputError, "price");
    expect(() => breakEvenUtilisation({ ...rent, costOfCapital: text })).to.throw(InvalidInputError, "costOfCapital");
    expect(() => npv(text, [1])).to.throw(InvalidInputError, "rate");
    expect(() => irr([-1, text])).to.throw(InvalidInputError, "amounts[1]");
    for (const price of [presentValue, xirr]) {
      expect(() => price([{ at: 0, amount }], 0.1)).to.throw(InvalidInputError, "payments[0].amount");
      expect(() => price([{ at: 0, amount: -(10n ** 400n) }], 0.1)).to.throw(InvalidInputError, "payments[0].amount");
    }
  });
});
