import { expect } from "chai";
import fc from "fast-check";
import { decodeLeaseId, encodeLeaseId, InvalidInputError } from "../../sdk/src/index.ts";

describe("encodeLeaseId, decodeLeaseId", function () {
  this.timeout(60_000);

  it("are each other's inverse", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 208n - 1n }),
        fc.integer({ min: 0, max: 7 }),
        fc.maxSafeNat().map((n) => n % 2 ** 40),
        (cardId, place, start) => {
          const leaseId = encodeLeaseId({ cardId, place, start });
          expect(leaseId).to.equal(cardId * 2n ** 48n + BigInt(place) * 2n ** 40n + BigInt(start));
          expect(decodeLeaseId(leaseId)).to.deep.equal({ cardId, place, start });
        },
      ),
    );
  });

  const wrong = [
    { cardId: -1n, place: 0, start: 1 },
    { cardId: 2n ** 208n, place: 0, start: 1 },
    { cardId: 1n, place: 8, start: 1 },
    { cardId: 1n, place: -1, start: 1 },
    { cardId: 1n, place: 0.5, start: 1 },
    { cardId: 1n, place: 0, start: 2 ** 40 },
    { cardId: 1n, place: 0, start: -1 },
    { cardId: 1n, place: 0, start: Number.NaN },
  ];
  for (const parts of wrong) {
    it(`refuse card ${parts.cardId}, place ${parts.place}, start ${parts.start}`, () => {
      expect(() => encodeLeaseId(parts)).to.throw(InvalidInputError);
    });
  }
});
