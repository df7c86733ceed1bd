import { filled } from "./ladder.ts";
import { mixHash } from "./placementPool.ts";

/** Where lists end, and the code of an entry without an open order. */
export const NO_ORDER = -1;

/** Figures of an entry: the next of its list, its maker, code and word, and its neighbours among the entries of its maker. */
const SIZE = 6;
const [NEXT, MAKER, CODE, WORD, EARLIER, LATER] = [0, 1, 2, 3, 4, 5];

/**
 * What is known of orders by maker and salt: the word on chain, and a code of the open order. There is an entry for each open order, as
 * a maker may use a salt twice, and one for each word but 0 without one.
 */
export type OrderTable = {
  entries: Int32Array;
  /** First entry of each list of entries alike in hash; a power of two of them. */
  lists: Int32Array;
  /** By entry. */
  readonly salts: bigint[];
  /** Newest entry by maker. */
  readonly newest: number[];
  vacant: number;
  /** Whether there ever were two open orders of one maker and salt. */
  hasTwins: boolean;
  /** Drawn anew for each table, so that salts that meet in one list are hard to find. Matches do not depend on it. */
  readonly secret: number;
};

const low64 = new BigUint64Array(1);
const halves = new Int32Array(low64.buffer);

/**
 * A number of 30 bits out of all of a salt.
 *
 * @param seed - 32 bits
 * @param salt - of an order
 * @example
 * hashOfSalt(0, 77n);
 */
export function hashOfSalt(seed: number, salt: bigint): number {
  let hash = seed;
  let rest = salt;
  do {
    low64[0] = rest;
    hash = mixHash(mixHash(hash, halves[0] as number), halves[1] as number);
    rest >>= 64n;
  } while (rest > 0n);
  return hash;
}

/**
 * @returns a table that knows of no orders
 * @example
 * const table = createOrderTable();
 */
export const createOrderTable = (): OrderTable => ({
  entries: new Int32Array(64 * SIZE),
  lists: new Int32Array(64).fill(NO_ORDER),
  salts: [],
  newest: [],
  vacant: NO_ORDER,
  hasTwins: false,
  secret: Math.floor(Math.random() * 2 ** 30),
});

const listOf = ({ lists, secret }: OrderTable, maker: number, salt: bigint): number =>
  hashOfSalt(secret ^ maker, salt) & (lists.length - 1);

/** The first entry of the maker and salt, from one of its list on. */
function alike({ entries, salts }: OrderTable, maker: number, salt: bigint, from: number): number {
  let entry = from;
  while (entry >= 0 && (entries[entry * SIZE + MAKER] !== maker || salts[entry] !== salt))
    entry = entries[entry * SIZE + NEXT] as number;
  return entry;
}

/**
 * The word of an order.
 *
 * @param table - where
 * @param maker - number of the maker
 * @param salt - of the order
 * @returns cards taken, or 255; 0 if nothing is known
 * @example
 * wordOf(table, 3, 77n);
 */
export function wordOf(table: OrderTable, maker: number, salt: bigint): number {
  const entry = alike(table, maker, salt, table.lists[listOf(table, maker, salt)] as number);
  return entry < 0 ? 0 : (table.entries[entry * SIZE + WORD] as number);
}

/**
 * @param table - where
 * @param entry - of an open order
 * @returns its word
 * @example
 * const left = bid.quantity - wordAt(table, entry);
 */
export const wordAt = ({ entries }: OrderTable, entry: number): number => entries[entry * SIZE + WORD] as number;

/**
 * Sets the word of an open order, and of others of its maker and salt.
 *
 * @param table - where
 * @param entry - of an open order
 * @param word - cards taken, or 255
 * @example
 * setWordAt(table, entry, 2);
 */
export function setWordAt(table: OrderTable, entry: number, word: number): void {
  if (table.hasTwins) setWord(table, table.entries[entry * SIZE + MAKER] as number, table.salts[entry] as bigint, word);
  else table.entries[entry * SIZE + WORD] = word;
}

/**
 * Notes an open order.
 *
 * @param table - where
 * @param maker - number of the maker
 * @param salt - of the order
 * @param code - of the order, at least 0
 * @returns its entry
 * @example
 * const entry = openOrder(table, 3, 77n, 12);
 */
export function openOrder(table: OrderTable, maker: number, salt: bigint, code: number): number {
  const known = alike(table, maker, salt, table.lists[listOf(table, maker, salt)] as number);
  if (known >= 0 && table.entries[known * SIZE + CODE] === NO_ORDER) {
    table.entries[known * SIZE + CODE] = code;
    return known;
  }
  if (known >= 0) table.hasTwins = true;
  return addEntry(table, maker, salt, code, known < 0 ? 0 : (table.entries[known * SIZE + WORD] as number));
}

/**
 * Changes the code of an open order.
 *
 * @param table - where
 * @param entry - of the order
 * @param code - at least 0
 * @example
 * setCode(table, entry, 12);
 */
export function setCode({ entries }: OrderTable, entry: number, code: number): void {
  entries[entry * SIZE + CODE] = code;
}

/**
 * Notes that an order is not open any more; its word is remembered.
 *
 * @param table - where
 * @param entry - of the order
 * @example
 * closeOrder(table, entry);
 */
export function closeOrder(table: OrderTable, entry: number): void {
  const { entries, lists, salts, newest } = table;
  const row = entry * SIZE;
  const maker = entries[row + MAKER] as number;
  entries[row + CODE] = NO_ORDER;
  if (entries[row + WORD] !== 0) return;
  const list = listOf(table, maker, salts[entry] as bigint);
  let at = lists[list] as number;
  if (at === entry) lists[list] = entries[row + NEXT] as number;
  else {
    while (entries[at * SIZE + NEXT] !== entry) at = entries[at * SIZE + NEXT] as number;
    entries[at * SIZE + NEXT] = entries[row + NEXT] as number;
  }
  const [earlier, later] = [entries[row + EARLIER] as number, entries[row + LATER] as number];
  if (earlier >= 0) entries[earlier * SIZE + LATER] = later;
  if (later >= 0) entries[later * SIZE + EARLIER] = earlier;
  else newest[maker] = earlier;
  entries[row + NEXT] = table.vacant;
  table.vacant = entry;
}

/**
 * Sets the word of an order.
 *
 * @param table - where
 * @param maker - number of the maker
 * @param salt - of the order
 * @param word - cards taken, or 255
 * @example
 * setWord(table, 3, 77n, 255);
 */
export function setWord(table: OrderTable, maker: number, salt: bigint, word: number): void {
  const { entries } = table;
  let entry = alike(table, maker, salt, table.lists[listOf(table, maker, salt)] as number);
  if (entry < 0 && word !== 0) addEntry(table, maker, salt, NO_ORDER, word);
  for (; entry >= 0; entry = alike(table, maker, salt, entries[entry * SIZE + NEXT] as number))
    entries[entry * SIZE + WORD] = word;
}

/**
 * @param table - where
 * @param maker - number of the maker
 * @param salt - of the order; all where absent
 * @returns codes of its open orders, the oldest first
 * @example
 * for (const code of ordersOf(table, 3)) close(code);
 */
export function ordersOf(table: OrderTable, maker: number, salt?: bigint): readonly number[] {
  const { entries, newest, lists } = table;
  const codes: number[] = [];
  const first =
    salt === undefined ? newest[maker] : alike(table, maker, salt, lists[listOf(table, maker, salt)] as number);
  let entry = first ?? NO_ORDER;
  while (entry >= 0) {
    if (entries[entry * SIZE + CODE] !== NO_ORDER) codes.push(entries[entry * SIZE + CODE] as number);
    entry =
      salt === undefined
        ? (entries[entry * SIZE + EARLIER] as number)
        : alike(table, maker, salt, entries[entry * SIZE + NEXT] as number);
  }
  return codes.reverse();
}

function addEntry(table: OrderTable, maker: number, salt: bigint, code: number, word: number): number {
  let entry = table.vacant;
  if (entry >= 0) table.vacant = table.entries[entry * SIZE + NEXT] as number;
  else {
    entry = table.salts.length;
    if (entry === table.lists.length) lengthen(table);
    if ((entry + 1) * SIZE > table.entries.length)
      table.entries = filled(new Int32Array(Math.ceil(1.25 * entry) * SIZE + SIZE), table.entries);
  }
  const { entries, lists, newest } = table;
  table.salts[entry] = salt;
  const row = entry * SIZE;
  const list = listOf(table, maker, salt);
  const earlier = newest[maker] ?? NO_ORDER;
  entries[row + NEXT] = lists[list] as number;
  entries[row + MAKER] = maker;
  entries[row + CODE] = code;
  entries[row + WORD] = word;
  entries[row + EARLIER] = earlier;
  entries[row + LATER] = NO_ORDER;
  if (earlier >= 0) entries[earlier * SIZE + LATER] = entry;
  newest[maker] = entry;
  lists[list] = entry;
  return entry;
}

/** Doubles the lists: none is vacant then, so every entry is in one. */
function lengthen(table: OrderTable): void {
  const { entries, salts } = table;
  table.lists = new Int32Array(2 * table.lists.length).fill(NO_ORDER);
  for (let entry = 0; entry < salts.length; entry += 1) {
    const list = listOf(table, entries[entry * SIZE + MAKER] as number, salts[entry] as bigint);
    entries[entry * SIZE + NEXT] = table.lists[list] as number;
    table.lists[list] = entry;
  }
}
