import { expect } from "chai";
import { zeroHash } from "viem";
import { takeOf } from "../../sdk/src/index.ts";
import { ask } from "./support/orders.ts";

describe("takeOf", () => {
  const usual = {
    thousandths: 1000,
    duration: 3_600,
    maxRatePerSecond: ask.ratePerSecond,
    payInToken: false,
    maxTokenIn: 0n,
    accessKeyHash: zeroHash,
  };

  it("takes the whole card at the ask's price in cfUSD, but for what is wished", () => {
    expect(takeOf(ask, { duration: 3_600 })).to.deep.equal(usual);
    expect(takeOf(ask, { duration: 60, thousandths: 250, payInToken: true, maxTokenIn: 5n })).to.deep.equal({
      ...usual,
      ...{ duration: 60, thousandths: 250, payInToken: true, maxTokenIn: 5n },
    });
  });

  it("takes what is undefined for what is not wished", () => {
    const wish = { duration: 3_600, thousandths: undefined, maxRatePerSecond: undefined, accessKeyHash: undefined };
    expect(takeOf(ask, wish)).to.deep.equal(usual);
  });
});
