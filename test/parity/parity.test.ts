import { randomInt } from "node:crypto";
import { expect } from "chai";
import { SOME_APPROVE, Stage } from "./run.ts";
import { emptyTally, summaryOf } from "./tally.ts";
import { deploy } from "./world.ts";

/** Operations in all, and per seed. A seed given by CARDFLOW_SEED is replayed; further runs take the seeds after it. */
const OPERATIONS = Number(process.env.CARDFLOW_OPERATIONS ?? 500);
const PER_RUN = Math.min(OPERATIONS, Number(process.env.CARDFLOW_RUN ?? 500));
const EVERY = Number(process.env.CARDFLOW_EVERY ?? 20);
const SEED = BigInt(process.env.CARDFLOW_SEED ?? randomInt(2 ** 40));

describe("The contracts and the model of the protocol page", () => {
  it(`agree to the wei over ${OPERATIONS} random operations`, async function () {
    this.timeout(0);
    console.log(`      CARDFLOW_SEED=${SEED}`);
    const stage = new Stage(await deploy(), SOME_APPROVE);
    const tally = emptyTally();
    const start = Date.now();
    let seed = SEED;
    for (; tally.operations < OPERATIONS; seed += 1n) {
      await stage.run(seed, Math.min(PER_RUN, OPERATIONS - tally.operations), EVERY, tally);
      const seconds = (Date.now() - start) / 1000;
      if (OPERATIONS > PER_RUN) {
        console.log(`      seed ${seed}: ${tally.operations} operations, ${(tally.operations / seconds).toFixed(1)}/s`);
      }
    }
    // What was called and refused matters where much was played.
    const lines = summaryOf(tally, seed - 1n, (Date.now() - start) / 1000);
    for (const line of OPERATIONS > PER_RUN ? lines : lines.slice(0, 1)) console.log(`      ${line}`);
    expect(tally.operations).to.equal(OPERATIONS);
    expect(tally.accepted).to.be.greaterThan(OPERATIONS / 3);
  });
});
