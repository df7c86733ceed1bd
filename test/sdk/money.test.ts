import { expect } from "chai";
import fc from "fast-check";
import { parseUnits } from "viem";
import {
  type DollarAmount,
  dollarsPerHourFromRate,
  formatDollars,
  formatShares,
  formatTokens,
  InvalidInputError,
  parseDollars,
  parseShares,
  parseTokens,
  ratePerSecondFromDollarsPerHour,
  type TokenAmount,
} from "../../sdk/src/index.ts";

const amounts = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });

describe("parseDollars, parseTokens, parseShares", function () {
  this.timeout(60_000);

  it("A123 read 18 decimals, exactly", () => {
    expect(parseDollars("12.50")).to.equal(12_500_000_000_000_000_000n);
    expect(parseTokens("0.000000000000000001")).to.equal(1n);
    expect(parseShares("1000000")).to.equal(10n ** 24n);
    expect(parseDollars("0")).to.equal(0n);
  });

  it("agree with viem on any amount", () => {
    fc.assert(
      fc.property(amounts, (amount) => {
        const text = formatDollars(amount);
        expect(parseDollars(text)).to.equal(amount).and.to.equal(parseUnits(text, 18));
      }),
    );
  });

  const bad = [
    "",
    " ",
    "-1",
    "+1",
    "1e3",
    "1,5",
    "1_000",
    ".5",
    "5.",
    "0x10",
    "NaN",
    "Infinity",
    "1.0000000000000000001",
    "１",
    "1 ",
    "9".repeat(41),
  ];
  for (const text of bad) {
    it(`refuse "${text.slice(0, 24)}"`, () => {
      for (const parse of [parseDollars, parseTokens, parseShares])
        expect(() => parse(text)).to.throw(InvalidInputError, "18 after the point");
    });
  }

  it("A123 do not mix units: that does not compile", () => {
    const dollars: DollarAmount = parseDollars("1");
    // @ts-expect-error: dollars are no tokens
    const tokens: TokenAmount = dollars;
    const plain: DollarAmount = 5n;
    expect([tokens, plain]).to.deep.equal([10n ** 18n, 5n]);
  });
});

describe("formatDollars, formatTokens, formatShares", function () {
  this.timeout(60_000);

  it("refuse digits that are no number of digits", () => {
    for (const format of [formatDollars, formatTokens, formatShares, dollarsPerHourFromRate])
      for (const digits of [-1, 1.5, Number.NaN, 101])
        expect(() => format(1n, digits)).to.throw(InvalidInputError, "digits");
  });

  it("cut digits off, and never round up", () => {
    expect(formatDollars(12_999_999_999_999_999_999n, 2)).to.equal("12.99");
    expect(formatTokens(1n, 2)).to.equal("0.00");
    expect(formatShares(10n ** 18n, 2)).to.equal("1.00");
    expect(formatDollars(12_999_999_999_999_999_999n, 0)).to.equal("12");
    expect(formatTokens(1_500_000_000_000_000_000n)).to.equal("1.5");
    expect(formatDollars(2n * 10n ** 18n)).to.equal("2");
  });
});

describe("ratePerSecondFromDollarsPerHour, dollarsPerHourFromRate", function () {
  this.timeout(60_000);

  it("round down for asks and bids, up for floors", () => {
    expect(ratePerSecondFromDollarsPerHour("2.10")).to.equal(583_333_333_333_333n);
    expect(ratePerSecondFromDollarsPerHour("2.10", "up")).to.equal(583_333_333_333_334n);
    expect(ratePerSecondFromDollarsPerHour("3.6", "up")).to.equal(10n ** 15n);
    expect(ratePerSecondFromDollarsPerHour("0")).to.equal(0n);
  });

  it("are off by less than one wei per second", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 24n }), (perHour) => {
        const text = formatDollars(perHour);
        const down = ratePerSecondFromDollarsPerHour(text);
        const up = ratePerSecondFromDollarsPerHour(text, "up");
        expect(down * 3600n <= perHour && perHour < (down + 1n) * 3600n).to.equal(true);
        expect(up * 3600n >= perHour && perHour > (up - 1n) * 3600n).to.equal(true);
      }),
    );
  });

  it("show the price that was asked for", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (cents) => {
        const text = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
        expect(dollarsPerHourFromRate(ratePerSecondFromDollarsPerHour(text), 2)).to.equal(text);
      }),
    );
    expect(dollarsPerHourFromRate(583_333_333_333_333n)).to.equal("2.0999999999999988");
    expect(dollarsPerHourFromRate(10n ** 15n)).to.equal("3.6");
  });
});
