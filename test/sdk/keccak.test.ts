import { expect } from "chai";
import { keccak256 as ethersKeccak } from "ethers";
import fc from "fast-check";
import { bytesToHex, keccak256 } from "viem";
import { hashAsk, hashBid, orderDomain } from "../../sdk/src/index.ts";
import { fastKeccak } from "../../sdk/src/orders/index.ts";
import { deployment } from "./support/deployment.ts";
import { anyAsk, anyBid } from "./support/orders.ts";

describe("fastKeccak", function () {
  this.timeout(60_000);

  it("gives the hash of nothing that everybody knows", () => {
    expect(bytesToHex(fastKeccak(new Uint8Array()))).to.equal(
      "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
    );
  });

  it("A57 equals viem's and ethers' at every length up to five blocks", () => {
    for (let length = 0; length <= 5 * 136; length += 1) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 37 + length) % 256);
      const hash = bytesToHex(fastKeccak(bytes));
      expect(hash, `${length} bytes`).to.equal(keccak256(bytes)).and.to.equal(ethersKeccak(bytes));
    }
  });

  it("equals viem's on any bytes, and leaves them as they are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), (bytes) => {
        const before = bytesToHex(bytes);
        expect(bytesToHex(fastKeccak(bytes))).to.equal(keccak256(bytes));
        expect(bytesToHex(bytes)).to.equal(before);
      }),
    );
  });

  it("hashes orders alike", () => {
    const where = { chainId: deployment.chainId, market: deployment.addresses.rentalMarket };
    const [plain, fast] = [orderDomain(where), orderDomain({ ...where, keccak: fastKeccak })];
    expect(fast.separator).to.deep.equal(plain.separator);
    fc.assert(
      fc.property(anyAsk, anyBid, (ask, bid) => {
        expect(hashAsk(fast, ask)).to.equal(hashAsk(plain, ask));
        expect(hashBid(fast, bid)).to.equal(hashBid(plain, bid));
      }),
      { numRuns: 50 },
    );
  });
});
