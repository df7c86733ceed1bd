import { CODE, EARLIER, ENTRY, ENTRY_MAKER, HASH, LATER, NEXT, NO_ORDER, WORD } from "./figures.ts";
import { filled } from "./ladder.ts";
import { mixHash } from "./placementPool.ts";

/** Entries in a list from which on all bits of salts are hashed: chance does not put so many in one. */
const CROWD = 32;

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
  /** Whether all bits of salts are hashed: their 64 low ones do unless somebody chose them alike. */
  isWary: boolean;
  /** Drawn anew for each table, so that salts that meet in one list are hard to find. Matches do not depend on it. */
  readonly secret: number;
};

const low64 = new BigUint64Array(1);
const halves = new Int32Array(low64.buffer);

/**
 * A number of 30 bits out of the 64 low bits of a salt.
 *
 * @param seed - 32 bits
 * @param salt - of an order
 * @example
 * hashOfSalt(0, 77n);
 */
export function hashOfSalt(seed: number, salt: bigint): number {
  low64[0] = salt;
  return mixHash(mixHash(seed, halves[0] as number), halves[1] as number);
}

/**
 * @returns a table that knows of no orders
 * @example
 * const table = createOrderTable();
 */
export const createOrderTable = (): OrderTable => ({
  entries: new Int32Array(64 * ENTRY),
  lists: new Int32Array(64).fill(NO_ORDER),
  salts: [],
  newest: [],
  vacant: NO_ORDER,
  hasTwins: false,
  isWary: false,
  secret: Math.floor(Math.random() * 2 ** 30),
});

function hashOf({ secret, isWary }: OrderTable, maker: number, salt: bigint): number {
  let hash = hashOfSalt(secret ^ maker, salt);
  if (isWary) for (let rest = salt >> 64n; rest > 0n; rest >>= 64n) hash = hashOfSalt(hash, rest);
  return hash;
}

/** Entries passed over by the last look. */
let passed = 0;

/** The first entry of the maker and salt, from one of its list on. */
function alike({ entries, salts }: OrderTable, hash: number, maker: number, salt: bigint, from: number): number {
  passed = 0;
  for (let row = from * ENTRY; row >= 0; row = (entries[row + NEXT] as number) * ENTRY) {
    if (entries[row + HASH] === hash && entries[row + ENTRY_MAKER] === maker && salts[row / ENTRY] === salt)
      return row / ENTRY;
    passed += 1;
  }
  return NO_ORDER;
}

/** The first entry of the maker and salt. */
const firstOf = (table: OrderTable, hash: number, maker: number, salt: bigint): number =>
  alike(table, hash, maker, salt, table.lists[hash & (table.lists.length - 1)] as number);

/** The next entry of the same maker and salt. */
function nextOf(table: OrderTable, entry: number): number {
  const { entries, salts } = table;
  const row = entry * ENTRY;
  const [hash, maker] = [entries[row + HASH] as number, entries[row + ENTRY_MAKER] as number];
  return alike(table, hash, maker, salts[entry] as bigint, entries[row + NEXT] as number);
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
  const entry = firstOf(table, hashOf(table, maker, salt), maker, salt);
  return entry < 0 ? 0 : (table.entries[entry * ENTRY + WORD] as number);
}

/**
 * @param table - where
 * @param entry - of an open order
 * @returns its word
 * @example
 * const left = bid.quantity - wordAt(table, entry);
 */
export const wordAt = ({ entries }: OrderTable, entry: number): number => entries[entry * ENTRY + WORD] as number;

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
  if (table.hasTwins)
    setWord(table, table.entries[entry * ENTRY + ENTRY_MAKER] as number, table.salts[entry] as bigint, word);
  else table.entries[entry * ENTRY + WORD] = word;
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
  const hash = hashOf(table, maker, salt);
  const known = firstOf(table, hash, maker, salt);
  if (known < 0) return addEntry(table, hash, maker, salt, code, 0);
  const row = known * ENTRY;
  if (table.entries[row + CODE] === NO_ORDER) {
    table.entries[row + CODE] = code;
    return known;
  }
  table.hasTwins = true;
  return addEntry(table, hash, maker, salt, code, table.entries[row + WORD] as number);
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
  entries[entry * ENTRY + CODE] = code;
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
  const { entries, lists, newest } = table;
  const row = entry * ENTRY;
  const maker = entries[row + ENTRY_MAKER] as number;
  entries[row + CODE] = NO_ORDER;
  if (entries[row + WORD] !== 0) return;
  const list = (entries[row + HASH] as number) & (lists.length - 1);
  let at = lists[list] as number;
  if (at === entry) lists[list] = entries[row + NEXT] as number;
  else {
    while (entries[at * ENTRY + NEXT] !== entry) at = entries[at * ENTRY + NEXT] as number;
    entries[at * ENTRY + NEXT] = entries[row + NEXT] as number;
  }
  const [earlier, later] = [entries[row + EARLIER] as number, entries[row + LATER] as number];
  if (earlier >= 0) entries[earlier * ENTRY + LATER] = later;
  if (later >= 0) entries[later * ENTRY + EARLIER] = earlier;
  else newest[maker] = earlier;
  entries[row + ENTRY_MAKER] = NO_ORDER;
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
  const hash = hashOf(table, maker, salt);
  let entry = firstOf(table, hash, maker, salt);
  if (entry < 0 && word !== 0) addEntry(table, hash, maker, salt, NO_ORDER, word);
  for (; entry >= 0; entry = nextOf(table, entry)) table.entries[entry * ENTRY + WORD] = word;
}

/**
 * @param table - where
 * @param maker - number of the maker
 * @param salt - of the order; all where absent
 * @returns codes of its open orders, the oldest first; of one salt, by ascending code, whatever lists they are in
 * @example
 * for (const code of ordersOf(table, 3)) close(code);
 */
export function ordersOf(table: OrderTable, maker: number, salt?: bigint): readonly number[] {
  const { entries, newest } = table;
  const codes: number[] = [];
  let entry =
    salt === undefined ? (newest[maker] ?? NO_ORDER) : firstOf(table, hashOf(table, maker, salt), maker, salt);
  while (entry >= 0) {
    const row = entry * ENTRY;
    if (entries[row + CODE] !== NO_ORDER) codes.push(entries[row + CODE] as number);
    entry = salt === undefined ? (entries[row + EARLIER] as number) : nextOf(table, entry);
  }
  return salt === undefined ? codes.reverse() : codes.sort((a, b) => a - b);
}

/** Adds an entry whose maker and salt have just been looked for. */
function addEntry(table: OrderTable, hash: number, maker: number, salt: bigint, code: number, word: number): number {
  let entry = table.vacant;
  if (entry >= 0) table.vacant = table.entries[entry * ENTRY + NEXT] as number;
  else {
    entry = table.salts.length;
    if ((entry + 1) * ENTRY > table.entries.length)
      table.entries = filled(new Int32Array(Math.ceil(1.25 * entry) * ENTRY + ENTRY), table.entries);
  }
  const { entries, newest } = table;
  table.salts[entry] = salt;
  const row = entry * ENTRY;
  const earlier = newest[maker] ?? NO_ORDER;
  entries[row + ENTRY_MAKER] = maker;
  entries[row + CODE] = code;
  entries[row + WORD] = word;
  entries[row + EARLIER] = earlier;
  entries[row + LATER] = NO_ORDER;
  entries[row + HASH] = hash;
  if (earlier >= 0) entries[earlier * ENTRY + LATER] = entry;
  newest[maker] = entry;
  enlist(table, entry);
  if (passed > CROWD && !table.isWary) {
    table.isWary = true;
    relist(table, table.lists.length);
  } else if (entry === table.lists.length) relist(table, 2 * table.lists.length);
  return entry;
}

function enlist({ entries, lists }: OrderTable, entry: number): void {
  const row = entry * ENTRY;
  const list = (entries[row + HASH] as number) & (lists.length - 1);
  entries[row + NEXT] = lists[list] as number;
  lists[list] = entry;
}

/** Puts all entries in so many lists, by hashes worked out anew. */
function relist(table: OrderTable, count: number): void {
  const { entries, salts } = table;
  table.lists = new Int32Array(count).fill(NO_ORDER);
  for (let entry = 0; entry < salts.length; entry += 1) {
    const maker = entries[entry * ENTRY + ENTRY_MAKER] as number;
    if (maker === NO_ORDER) continue;
    entries[entry * ENTRY + HASH] = hashOf(table, maker, salts[entry] as bigint);
    enlist(table, entry);
  }
}
