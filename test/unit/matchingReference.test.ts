import { expect } from "chai";
import { play } from "./matchingMarkets.ts";

const RUNS = 60n;

describe("The matching engine and a plain reference of its rules", () => {
  it(`make the same matches in ${RUNS} random markets, and each log is fair`, function () {
    this.timeout(0);
    let [matched, waited, weighed] = [0, 0, 0];
    for (let seed = 1n; seed <= RUNS; seed += 1n) {
      const played = play(seed);
      matched += played.matched;
      waited += played.waited;
      weighed += played.weighed;
    }
    expect(Math.min(matched, waited, weighed)).to.be.greaterThan(Number(RUNS));
  });
});
