import { expect } from "chai";
import fc from "fast-check";
import { anyMask, InvalidInputError, maskOf, numbersOf, randomSalt } from "../../sdk/src/index.ts";

describe("maskOf, numbersOf", function () {
  this.timeout(60_000);

  it("are each other's inverse", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 255 })), (numbers) => {
        expect(numbersOf(maskOf(numbers))).to.deep.equal([...numbers].sort((a, b) => a - b));
      }),
    );
  });

  it("set the bit of each number", () => {
    expect(maskOf([1, 4])).to.equal(18n);
    expect(maskOf([255])).to.equal(2n ** 255n);
    expect(maskOf([])).to.equal(0n);
    expect(maskOf([3, 3])).to.equal(8n);
    expect(maskOf(Array.from({ length: 256 }, (_, number) => number))).to.equal(anyMask);
  });

  for (const number of [-1, 256, 1.5, Number.NaN]) {
    it(`refuse ${number}`, () => {
      expect(() => maskOf([number])).to.throw(InvalidInputError);
    });
  }
});

describe("randomSalt", function () {
  this.timeout(60_000);

  it("is 256 bits wide, leaves room for 32 orders in one word, and does not repeat", () => {
    const salts = Array.from({ length: 200 }, randomSalt);
    expect(new Set(salts).size).to.equal(200);
    for (const salt of salts) expect(salt % 32n).to.equal(0n);
    expect(salts.some((salt) => salt > 2n ** 250n)).to.equal(true);
    expect(salts.every((salt) => salt < 2n ** 256n)).to.equal(true);
  });
});
