import { expect } from "chai";
import fc from "fast-check";
import * as numpy from "financial";
import { InvalidInputError } from "../../sdk/src/errors/index.ts";
import { bondPayments, bondSchedule, duration, type Payment, presentValue, xirr } from "../../sdk/src/finance/index.ts";

const DAY = 86_400;
const YEAR = 365 * DAY;
const MONTH = 30 * DAY;

/** A bond of 100 with half-yearly coupons, in millionths so that coupons are whole. */
const halfYearly = (couponPercent: number, years: number): readonly Payment[] =>
  Array.from({ length: 2 * years }, (_, index) => ({
    at: ((index + 1) * YEAR) / 2,
    amount: BigInt(Math.round(couponPercent * 500_000)) + (index + 1 === 2 * years ? 100_000_000n : 0n),
  }));

describe("duration", () => {
  it("is that of six bonds in Fabozzi's Bond Markets, Analysis and Strategies, chapter 4 (yield 9 %)", () => {
    const book = [
      { coupon: 9, years: 5, price: 100, macaulay: 4.13, modified: 3.96, convexity: 19.45 },
      { coupon: 9, years: 25, price: 100, macaulay: 10.33, modified: 9.88, convexity: 160.72 },
      { coupon: 6, years: 5, price: 88.1309, macaulay: 4.35, modified: 4.16, convexity: 20.85 },
      { coupon: 6, years: 25, price: 70.357, macaulay: 11.1, modified: 10.62, convexity: 182.92 },
      { coupon: 0, years: 5, price: 64.3928, macaulay: 5, modified: 4.78, convexity: 25.18 },
      { coupon: 0, years: 25, price: 11.071, macaulay: 25, modified: 23.92, convexity: 583.78 },
    ];
    for (const { coupon, years, price, macaulay, modified, convexity } of book) {
      const payments = halfYearly(coupon, years);
      const found = duration({ payments, yearlyYield: 0.09, perYear: 2 });
      expect(found.macaulay, `${coupon} % ${years} years`).to.be.closeTo(macaulay, 0.005);
      expect(found.modified, `${coupon} % ${years} years`).to.be.closeTo(modified, 0.006);
      expect(found.convexity, `${coupon} % ${years} years`).to.be.closeTo(convexity, 0.02);
      expect(Number(presentValue(payments, 1.045 ** 2 - 1)) / 1e6).to.be.closeTo(price, 5e-5);
    }
  });

  it("is DURATION and MDURATION of the documentation of Microsoft Excel: 5.99377 and 5.73567 years", () => {
    const { macaulay, modified } = duration({ payments: halfYearly(8, 8), yearlyYield: 0.09, perYear: 2 });
    expect(macaulay).to.be.closeTo(5.993774956, 5e-8);
    expect(modified).to.be.closeTo(5.73566981, 5e-8);
  });

  it("foretells how a value answers to its yield", () => {
    const payments = fc.array(
      fc.record({ at: fc.integer({ min: 0, max: 5 * YEAR }), amount: fc.bigInt(10n ** 15n, 10n ** 24n) }),
      {
        minLength: 1,
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(payments, fc.double({ min: 0, max: 1, noNaN: true }), (flows, yearlyYield) => {
        const { modified, convexity } = duration({ payments: flows, yearlyYield });
        const change = 1e-3;
        const value = Number(presentValue(flows, yearlyYield));
        const after = Number(presentValue(flows, yearlyYield + change));
        expect(after / value - 1).to.be.closeTo(-modified * change + (convexity / 2) * change ** 2, 1e-6);
      }),
    );
  });

  it("is the time of a single payment, however far it is and whatever it yields", () => {
    const payments = [{ at: 100 * 365 * 86_400, amount: 1n }];
    for (const [yearlyYield, perYear] of [
      [-0.9, 1],
      [-0.9 * 365, 365],
      [100, 1],
      [100, 365],
    ] as const) {
      const step = 1 + yearlyYield / perYear;
      const { macaulay, modified, convexity } = duration({ payments, yearlyYield, perYear });
      expect(macaulay).to.be.closeTo(100, 1e-9);
      expect(modified).to.be.closeTo(100 / step, 1e-9);
      expect(convexity / ((100 * (100 + 1 / perYear)) / step ** 2)).to.be.closeTo(1, 1e-9);
    }
  });

  it("refuses what has none", () => {
    expect(() => duration({ payments: [{ at: 1, amount: 0n }], yearlyYield: 0.1 })).to.throw(
      InvalidInputError,
      "above 0",
    );
    expect(() => duration({ payments: [{ at: 1, amount: 10n ** 400n }], yearlyYield: 0.1 })).to.throw(
      InvalidInputError,
      "payments[0].amount",
    );
    expect(() => duration({ payments: [], yearlyYield: 0.1 })).to.throw(InvalidInputError, "payments");
    expect(() => duration({ payments: [{ at: 0, amount: -1n }], yearlyYield: 0.1 })).to.throw(
      InvalidInputError,
      "payments[0].amount",
    );
    expect(() => duration({ payments: [{ at: -1, amount: 1n }], yearlyYield: 0.1 })).to.throw(
      InvalidInputError,
      "payments[0].at",
    );
    expect(() => duration({ payments: [{ at: 1, amount: 1n }], yearlyYield: Number.NaN })).to.throw(
      InvalidInputError,
      "yearlyYield",
    );
    expect(() => duration({ payments: [{ at: 1, amount: 1n }], yearlyYield: 0, perYear: 0 })).to.throw(
      InvalidInputError,
      "perYear",
    );
  });
});

const bond = fc.record({
  principal: fc.bigInt({ min: 1n, max: 10n ** 26n }),
  couponBps: fc.integer({ min: 0, max: 5_000 }),
  months: fc.integer({ min: 12, max: 36 }),
});

describe("schedule of a bond", () => {
  it("repays the principal to the wei, in parts that differ by at most one", () => {
    fc.assert(
      fc.property(bond, (args) => {
        const schedule = bondSchedule(args);
        expect(schedule.reduce((sum, { principal }) => sum + principal, 0n)).to.equal(args.principal);
        expect(schedule.at(-1)).to.deep.include({ outstanding: 0n, month: args.months, at: args.months * MONTH });
        const parts = schedule.map(({ principal }) => principal);
        for (const part of parts) expect(part - args.principal / BigInt(args.months)).to.be.oneOf([0n, 1n]);
        for (const [index, { outstanding, principal }] of schedule.entries()) {
          expect(outstanding + principal).to.equal(schedule[index - 1]?.outstanding ?? args.principal);
        }
      }),
    );
  });

  it("pays in coupons what a loan of that size costs, as an independent sum says", () => {
    fc.assert(
      fc.property(bond, ({ principal, couponBps, months }) => {
        // Equal parts: on average (n + 1) / 2 of n parts are outstanding, for n months of 30 days.
        const paid = bondSchedule({ principal, couponBps, months }).reduce((sum, { coupon }) => sum + coupon, 0n);
        const exact = (Number(principal) * (couponBps / 10_000) * (30 / 365) * (months + 1)) / 2;
        expect(Number(paid)).to.be.within(exact * (1 - 1e-9) - 2 * months, exact * (1 + 1e-9) + 2 * months);
      }),
    );
  });

  it("yields its coupon, compounded, at par", () => {
    fc.assert(
      fc.property(bond, (args) => {
        fc.pre(args.principal > 10n ** 15n);
        const payments = bondPayments(bondSchedule(args));
        const effective = (1 + (args.couponBps / 10_000) * (30 / 365)) ** (365 / 30) - 1;
        expect(xirr([{ at: 0, amount: -args.principal }, ...payments])).to.be.closeTo(effective, 1e-8);
      }),
    );
  });

  it("has the interest of a second library in its first month", () => {
    const { coupon } = bondSchedule({ principal: 10n ** 22n, couponBps: 1_200, months: 24 })[0] ?? { coupon: 0n };
    expect(Number(coupon)).to.be.closeTo(-numpy.ipmt(0.12 * (30 / 365), 1, 24, 1e22), 1e8);
  });

  it("refuses numbers out of range", () => {
    const args = { principal: 1n, couponBps: 100, months: 12 };
    expect(() => bondSchedule({ ...args, principal: 0n })).to.throw(InvalidInputError, "principal");
    expect(() => bondSchedule({ ...args, couponBps: -1 })).to.throw(InvalidInputError, "couponBps");
    expect(() => bondSchedule({ ...args, months: 11 })).to.throw(InvalidInputError, "months");
    expect(() => bondSchedule({ ...args, months: 12.5 })).to.throw(InvalidInputError, "months");
  });
});
