import { expect } from "chai";
import { createAccounts } from "../../sdk/src/matching/accounts.ts";
import { ENTRY, NEXT } from "../../sdk/src/matching/figures.ts";
import {
  closeOrder,
  createOrderTable,
  openOrder,
  ordersOf,
  setCode,
  setWord,
  setWordAt,
  wordAt,
  wordOf,
} from "../../sdk/src/matching/orderTable.ts";
import { randomOf } from "../parity/random.ts";

/** Salts that differ in high bits alone, in low bits alone, and small ones. */
const salts = [...Array(24).keys()].map((i) => [BigInt(i) << 200n, BigInt(i) << 40n, BigInt(i)][i % 3] ?? 0n);

describe("The table of orders", () => {
  it("knows words and open orders as plain maps would, though makers use salts twice", function () {
    this.timeout(30_000);
    const { between, chance, one } = randomOf(9n);
    const table = createOrderTable();
    const words = new Map<string, number>();
    const open: { readonly maker: number; readonly salt: bigint; readonly code: number; readonly entry: number }[] = [];
    let twins = 0;
    for (let step = 0; step < 20_000; step += 1) {
      const [maker, salt] = [Number(between(0n, 5n)), one(salts)];
      const key = `${maker}/${salt}`;
      const word = Number(between(0n, 3n));
      if (chance(0.4) && open.length < 300) {
        const entry = openOrder(table, maker, salt, 0);
        expect(wordAt(table, entry)).to.equal(words.get(key) ?? 0);
        setCode(table, entry, step);
        open.push({ maker, salt, code: step, entry });
      } else if (chance(0.6) && open.length > 0) {
        const [order] = open.splice(Number(between(0n, BigInt(open.length - 1))), 1);
        if (order !== undefined) closeOrder(table, order.entry);
      } else if (chance(0.5) && open.length > 0) {
        const order = one(open);
        setWordAt(table, order.entry, word);
        words.set(`${order.maker}/${order.salt}`, word);
      } else {
        setWord(table, maker, salt, word);
        words.set(key, word);
      }
      expect(wordOf(table, maker, salt)).to.equal(words.get(key) ?? 0);
      const own = open.filter((order) => order.maker === maker);
      const sorted = (codes: readonly number[]): readonly number[] => [...codes].sort((a, b) => a - b);
      expect(sorted(ordersOf(table, maker))).to.deep.equal(sorted(own.map(({ code }) => code)));
      const alike = own.filter((order) => order.salt === salt);
      expect(sorted(ordersOf(table, maker, salt))).to.deep.equal(sorted(alike.map(({ code }) => code)));
      if (alike.length > 1) twins += 1;
    }
    expect(twins).to.be.greaterThan(1_000);
  });

  it("stays quick where somebody chose salts that are alike in their low bits", function () {
    this.timeout(10_000);
    const table = createOrderTable();
    const entries = [...Array(50_000).keys()].map((i) => openOrder(table, 1, BigInt(i) << 64n, i));
    const longest = (): number => {
      const lengths = [...table.lists].map((first) => {
        let length = 0;
        for (let entry = first; entry >= 0; entry = table.entries[entry * ENTRY + NEXT] as number) length += 1;
        return length;
      });
      return Math.max(...lengths);
    };
    expect(longest()).to.be.lessThan(32);
    for (const [i, entry] of entries.entries()) {
      expect(ordersOf(table, 1, BigInt(i) << 64n)).to.deep.equal([i]);
      if (i % 2 === 0) closeOrder(table, entry);
    }
    expect(ordersOf(table, 1).length).to.equal(25_000);
  });

  it("tells orders in the same order whatever its secret, wary or not", () => {
    const told = [1, 2, 3, 4, 5, 6, 7, 8].map((secret) => {
      const { between, chance, one } = randomOf(21n);
      const table = { ...createOrderTable(), secret, isWary: secret % 2 === 0 };
      const open: number[] = [];
      const answers: (readonly number[])[] = [];
      for (let step = 0; step < 2_000; step += 1) {
        // Alike in their low bits, so that the others grow wary on the way.
        const salt = BigInt(between(0n, 60n)) << 64n;
        if (chance(0.6) || open.length === 0) {
          const entry = openOrder(table, 1, salt, 0);
          setCode(table, entry, step);
          open.push(entry);
        } else closeOrder(table, open.splice(open.indexOf(one(open)), 1)[0] as number);
        answers.push(ordersOf(table, 1, salt), ordersOf(table, 1));
      }
      return answers;
    });
    for (const answers of told) expect(answers).to.deep.equal(told[0]);
  });
});

describe("The accounts of makers", () => {
  it("are found by any spelling of an address, and a thousand spellings take the room of one", () => {
    const { accounts, accountOf } = createAccounts(createOrderTable());
    const digits = "abcdef".repeat(6).slice(0, 34);
    const spellings = [...Array(1_000).keys()].map((i) => {
      const letters = [...digits].map((letter, at) => (at < 10 && (i >> at) % 2 === 1 ? letter.toUpperCase() : letter));
      return `0x${letters.join("")}123456`;
    });
    const found = new Set(spellings.map((address) => accountOf(address)));
    expect(new Set(spellings).size).to.equal(1_000);
    expect(found.size).to.equal(1);
    expect(accounts.size).to.equal(2);
  });
});
