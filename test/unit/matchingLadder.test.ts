import { expect } from "chai";
import {
  before,
  createLadder,
  createRows,
  first,
  growRows,
  HIGH_A,
  HIGH_B,
  insert,
  LOW_A,
  LOW_B,
  ORDER,
  RATE,
  ROW,
  remove,
  SCORE,
  type Search,
} from "../../sdk/src/matching/ladder.ts";
import { randomOf } from "../parity/random.ts";

const ENTRIES = 3_000;

describe("A ladder", () => {
  it("finds what a sorted list finds, as hundreds of entries come and go", function () {
    this.timeout(30_000);
    const { between, chance } = randomOf(5n);
    const count = (most: number): number => Number(between(0n, BigInt(most)));
    const rows = createRows();
    growRows(rows, ENTRIES);
    const figure = (id: number, which: number): number => rows.figures[id * ROW + which] ?? Number.NaN;
    const ladders = [createLadder(), createLadder()];
    const lists: number[][] = [[], []];
    const idle = Array.from({ length: ENTRIES }, (_, id) => id);
    let found = 0;
    let highest = 0;
    for (let step = 0; step < 12_000; step += 1) {
      const side = count(1);
      const ladder = ladders[side] ?? createLadder();
      const list = lists[side] ?? [];
      // Grows to thousands, then shrinks to nothing, over and over.
      const grows = Math.floor(step / 3_000) % 2 === 0;
      if (chance(grows ? 0.75 : 0.2) && idle.length > 0) {
        const id = idle.pop() ?? 0;
        for (const [which, most] of [
          [SCORE, 40],
          [ORDER, 3],
          [RATE, 500],
          [LOW_A, 9],
          [LOW_B, 9],
          [HIGH_A, 9],
          [HIGH_B, 9],
        ] as const)
          rows.figures[id * ROW + which] = count(most);
        insert(ladder, rows, id);
        const at = list.findIndex((other) => before(rows, id, other));
        list.splice(at < 0 ? list.length : at, 0, id);
      } else if (list.length > 0) {
        const [id = 0] = list.splice(count(list.length - 1), 1);
        remove(ladder, rows, id);
        idle.push(id);
      }
      highest = Math.max(highest, ladder.height);
      expect(ladder.size).to.equal(list.length);
      expect(ladder.least).to.equal(list.length === 0 ? Number.POSITIVE_INFINITY : figure(list[0] ?? 0, SCORE));
      const skipped = count(2);
      let seen = 0;
      const bounds = { limit: count(50), rate: count(40), lowA: count(9), lowB: 9, highA: count(9), highB: count(9) };
      const search: Search = {
        ...bounds,
        accepts: () => {
          seen += 1;
          return seen > skipped;
        },
      };
      const fitting = list.filter(
        (id) =>
          figure(id, SCORE) <= bounds.limit &&
          figure(id, RATE) <= bounds.rate &&
          figure(id, LOW_A) <= bounds.lowA &&
          figure(id, LOW_B) <= bounds.lowB &&
          figure(id, HIGH_A) >= bounds.highA &&
          figure(id, HIGH_B) >= bounds.highB,
      );
      expect(first(ladder, rows, search)).to.equal(fitting[skipped] ?? -1);
      if (fitting.length > skipped) found += 1;
    }
    expect(found).to.be.greaterThan(500);
    expect(highest).to.be.at.least(2);
    expect(ladders.some(({ size }) => size === 0)).to.equal(true);
  });
});
