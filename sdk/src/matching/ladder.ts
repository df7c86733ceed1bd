/** Most entries of one block. */
const BLOCK = 128;

/**
 * What entries of ladders are compared by, each by the entry's id: `score`, then `order`, then the id, lowest first; and what a
 * search wants of them: two figures and a rate at most, two figures at least.
 */
export type Columns = {
  score: Float64Array;
  order: Float64Array;
  lowA: Float64Array;
  lowB: Float64Array;
  highA: Float64Array;
  highB: Float64Array;
  rate: Float64Array;
};

/** Neighbours in order, and bounds of their figures; the bounds may be wider than need be. */
type Block = { ids: Int32Array; size: number; lowA: number; lowB: number; highA: number; highB: number; rate: number };

/** Entries in order, in blocks: changes touch one block, and a search passes over blocks where nothing can fit. */
export type Ladder = { readonly blocks: Block[]; size: number };

/**
 * @param capacity - entries that there is room for
 * @returns columns of zeros
 * @example
 * const columns = createColumns(64);
 */
export function createColumns(capacity: number): Columns {
  const column = (): Float64Array => new Float64Array(capacity);
  return {
    score: column(),
    order: column(),
    lowA: column(),
    lowB: column(),
    highA: column(),
    highB: column(),
    rate: column(),
  };
}

/**
 * Makes room for more entries.
 *
 * @param columns - where
 * @param needed - entries that there must be room for
 * @example
 * growColumns(columns, 65);
 */
export function growColumns(columns: Columns, needed: number): void {
  if (needed <= columns.score.length) return;
  for (const name of ["score", "order", "lowA", "lowB", "highA", "highB", "rate"] as const) {
    const larger = new Float64Array(Math.max(needed, Math.ceil(1.5 * columns[name].length)));
    larger.set(columns[name]);
    columns[name] = larger;
  }
}

/**
 * @returns a ladder without entries
 * @example
 * const ladder = createLadder();
 */
export function createLadder(): Ladder {
  return { blocks: [], size: 0 };
}

/**
 * Puts an entry in its place.
 *
 * @param ladder - where
 * @param columns - figures of the entries; those of `id` must not change while it is in the ladder
 * @param id - not in the ladder yet
 * @example
 * insert(ladder, columns, 7);
 */
export function insert(ladder: Ladder, columns: Columns, id: number): void {
  const { blocks } = ladder;
  ladder.size += 1;
  if (blocks.length === 0) blocks.push(emptyBlock());
  const index = ladder.size === 1 ? 0 : Math.min(blockOf(blocks, columns, id), blocks.length - 1);
  let block = blocks[index] as Block;
  if (block.size === BLOCK) {
    const upper = split(block, columns);
    blocks.splice(index + 1, 0, upper);
    if (!before(columns, id, upper.ids[0] as number)) block = upper;
  }
  const position = positionOf(block, columns, id);
  if (block.size === block.ids.length) {
    const larger = new Int32Array(Math.min(BLOCK, 4 * block.size));
    larger.set(block.ids);
    block.ids = larger;
  }
  block.ids.copyWithin(position + 1, position, block.size);
  block.ids[position] = id;
  block.size += 1;
  widen(block, columns, id);
}

/**
 * Takes an entry out.
 *
 * @param ladder - where
 * @param columns - figures as they were when it was inserted
 * @param id - in the ladder
 * @example
 * remove(ladder, columns, 7);
 */
export function remove(ladder: Ladder, columns: Columns, id: number): void {
  const { blocks } = ladder;
  const index = blockOf(blocks, columns, id);
  const block = blocks[index] as Block;
  const position = positionOf(block, columns, id);
  block.ids.copyWithin(position, position + 1, block.size);
  block.size -= 1;
  ladder.size -= 1;
  if (block.size >= BLOCK / 4) return;
  const next = blocks[index + 1];
  if (block.size === 0 && blocks.length > 1) blocks.splice(index, 1);
  else if (next !== undefined && block.size + next.size <= BLOCK / 2) {
    for (let i = 0; i < next.size; i += 1) insertLast(block, columns, next.ids[i] as number);
    blocks.splice(index + 1, 1);
  }
}

/**
 * The first entry in order that a search accepts.
 *
 * @param ladder - where
 * @param columns - figures of the entries
 * @param lowA - most that `lowA` may be; `lowB` likewise
 * @param lowB - see `lowA`
 * @param highA - least that `highA` may be; `highB` likewise
 * @param highB - see `highA`
 * @param rate - most that `rate` may be
 * @param limit - entries of a higher score do not count
 * @param accepts - whether one that is in these bounds will do
 * @returns its id, or -1
 * @example
 * const id = first(ladder, columns, 3_600, 500, 3_600, 500, 1e15, Number.POSITIVE_INFINITY, () => true);
 */
export function first(
  ladder: Ladder,
  columns: Columns,
  lowA: number,
  lowB: number,
  highA: number,
  highB: number,
  rate: number,
  limit: number,
  accepts: (id: number) => boolean,
): number {
  const { score } = columns;
  const { blocks } = ladder;
  if (ladder.size === 0) return -1;
  for (let b = 0; b < blocks.length; b += 1) {
    const block = blocks[b] as Block;
    if ((score[block.ids[0] as number] as number) > limit) return -1;
    if (block.lowA > lowA || block.lowB > lowB || block.highA < highA || block.highB < highB || block.rate > rate)
      continue;
    let any = false;
    for (let i = 0; i < block.size; i += 1) {
      const id = block.ids[i] as number;
      if ((score[id] as number) > limit) return -1;
      if ((columns.lowA[id] as number) > lowA || (columns.lowB[id] as number) > lowB) continue;
      if ((columns.highA[id] as number) < highA || (columns.highB[id] as number) < highB) continue;
      if ((columns.rate[id] as number) > rate) continue;
      any = true;
      if (accepts(id)) return id;
    }
    if (!any) tighten(block, columns);
  }
  return -1;
}

/**
 * @param ladder - where
 * @param columns - figures of the entries
 * @returns the lowest score, infinite without entries
 * @example
 * const least = leastScore(ladder, columns);
 */
export function leastScore({ blocks, size }: Ladder, { score }: Columns): number {
  const block = blocks[0];
  return block === undefined || size === 0 ? Number.POSITIVE_INFINITY : (score[block.ids[0] as number] as number);
}

/**
 * Whether one entry comes before another.
 *
 * @param columns - figures of the entries
 * @param a - id of the one
 * @param b - id of the other
 * @example
 * before(columns, 7, 8);
 */
export function before({ score, order }: Columns, a: number, b: number): boolean {
  const first = score[a] as number;
  const second = score[b] as number;
  if (first !== second) return first < second;
  const early = order[a] as number;
  const late = order[b] as number;
  return early < late || (early === late && a < b);
}

const emptyBlock = (): Block => ({
  ids: new Int32Array(8),
  size: 0,
  lowA: Number.POSITIVE_INFINITY,
  lowB: Number.POSITIVE_INFINITY,
  highA: Number.NEGATIVE_INFINITY,
  highB: Number.NEGATIVE_INFINITY,
  rate: Number.POSITIVE_INFINITY,
});

/** The first block whose last entry is not before the id; the number of blocks if there is none. */
function blockOf(blocks: readonly Block[], columns: Columns, id: number): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const block = blocks[middle] as Block;
    if (before(columns, block.ids[block.size - 1] as number, id)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where in a block the id is or belongs. */
function positionOf({ ids, size }: Block, columns: Columns, id: number): number {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before(columns, ids[middle] as number, id)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function split(block: Block, columns: Columns): Block {
  const upper = { ...emptyBlock(), ids: new Int32Array(BLOCK) };
  for (let i = BLOCK / 2; i < BLOCK; i += 1) insertLast(upper, columns, block.ids[i] as number);
  block.size = BLOCK / 2;
  return upper;
}

function insertLast(block: Block, columns: Columns, id: number): void {
  if (block.size === block.ids.length) {
    const larger = new Int32Array(BLOCK);
    larger.set(block.ids);
    block.ids = larger;
  }
  block.ids[block.size] = id;
  block.size += 1;
  widen(block, columns, id);
}

function widen(block: Block, columns: Columns, id: number): void {
  block.lowA = Math.min(block.lowA, columns.lowA[id] as number);
  block.lowB = Math.min(block.lowB, columns.lowB[id] as number);
  block.highA = Math.max(block.highA, columns.highA[id] as number);
  block.highB = Math.max(block.highB, columns.highB[id] as number);
  block.rate = Math.min(block.rate, columns.rate[id] as number);
}

function tighten(block: Block, columns: Columns): void {
  const { ids, size } = block;
  block.lowA = block.lowB = block.rate = Number.POSITIVE_INFINITY;
  block.highA = block.highB = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < size; i += 1) widen(block, columns, ids[i] as number);
}
