/** Most entries of one block. */
const BLOCK = 128;
/** Figures of one entry, side by side, so that a look at an entry is one look at memory. */
export const ROW = 8;

/** Where in its row an entry has each figure. Entries go by score, then order, then id, lowest first. */
export const SCORE = 0;
export const ORDER = 1;
/** What a search wants: a rate and two figures at most, and two figures at least. */
export const RATE = 2;
export const LOW_A = 3;
export const LOW_B = 4;
export const HIGH_A = 5;
export const HIGH_B = 6;
/** Of no interest to ladders. */
export const OTHER = 7;

/** Rows of figures by the entries' ids. */
export type Rows = { figures: Float64Array };

/** Neighbours in order, and bounds of their figures; the bounds may be wider than need be. */
type Block = { ids: Int32Array; size: number; lowA: number; lowB: number; highA: number; highB: number; rate: number };

/** Entries in order, in blocks: changes touch one block, and a search passes over blocks where nothing can fit. */
export type Ladder = { readonly blocks: Block[]; size: number };

/**
 * @returns rows of zeros for a few entries
 * @example
 * const rows = createRows();
 */
export const createRows = (): Rows => ({ figures: new Float64Array(64 * ROW) });

/**
 * Makes room for more entries.
 *
 * @param rows - where
 * @param needed - entries that there must be room for
 * @example
 * growRows(rows, 65);
 */
export function growRows(rows: Rows, needed: number): void {
  if (needed * ROW > rows.figures.length)
    rows.figures = filled(new Float64Array(Math.ceil(1.25 * needed) * ROW), rows.figures);
}

/**
 * @param longer - array of zeros
 * @param array - what it begins with
 * @returns the longer one
 * @example
 * ids = filled(new Int32Array(2 * ids.length), ids);
 */
export function filled<Numbers extends Float64Array | Int32Array | Uint8Array>(
  longer: Numbers,
  array: Numbers,
): Numbers {
  longer.set(array);
  return longer;
}

/**
 * @returns a ladder without entries
 * @example
 * const ladder = createLadder();
 */
export const createLadder = (): Ladder => ({ blocks: [], size: 0 });

/**
 * Puts an entry in its place.
 *
 * @param ladder - where
 * @param rows - figures of the entries; those of `id` must not change while it is in the ladder
 * @param id - not in the ladder yet
 * @example
 * insert(ladder, rows, 7);
 */
export function insert(ladder: Ladder, { figures }: Rows, id: number): void {
  const { blocks } = ladder;
  ladder.size += 1;
  if (blocks.length === 0) blocks.push(emptyBlock());
  const index = ladder.size === 1 ? 0 : Math.min(blockOf(blocks, figures, id), blocks.length - 1);
  let block = blocks[index] as Block;
  if (block.size === BLOCK) {
    const upper = split(block, figures);
    blocks.splice(index + 1, 0, upper);
    if (!isBefore(figures, id, upper.ids[0] as number)) block = upper;
  }
  insertAt(block, figures, positionOf(block, figures, id), id);
}

/**
 * Takes an entry out.
 *
 * @param ladder - where
 * @param rows - figures as they were when it was inserted
 * @param id - in the ladder
 * @example
 * remove(ladder, rows, 7);
 */
export function remove(ladder: Ladder, { figures }: Rows, id: number): void {
  const { blocks } = ladder;
  const index = blockOf(blocks, figures, id);
  const block = blocks[index] as Block;
  const { ids } = block;
  block.size -= 1;
  for (let i = positionOf(block, figures, id); i < block.size; i += 1) ids[i] = ids[i + 1] as number;
  ladder.size -= 1;
  if (block.size >= BLOCK / 4) return;
  const next = blocks[index + 1];
  if (block.size === 0 && blocks.length > 1) blocks.splice(index, 1);
  else if (next !== undefined && block.size + next.size <= BLOCK / 2) {
    for (let i = 0; i < next.size; i += 1) insertAt(block, figures, block.size, next.ids[i] as number);
    blocks.splice(index + 1, 1);
  }
}

/**
 * The first entry in order that a search accepts.
 *
 * @param ladder - where
 * @param rows - figures of the entries
 * @param lowA - most that `LOW_A` may be; `LOW_B` likewise
 * @param lowB - see `lowA`
 * @param highA - least that `HIGH_A` may be; `HIGH_B` likewise
 * @param highB - see `highA`
 * @param rate - most that `RATE` may be
 * @param limit - entries of a higher score do not count
 * @param accepts - whether one that is in these bounds will do
 * @returns its id, or -1
 * @example
 * const id = first(ladder, rows, 3_600, 500, 3_600, 500, 1e15, Number.POSITIVE_INFINITY, () => true);
 */
export function first(
  { blocks, size }: Ladder,
  { figures }: Rows,
  lowA: number,
  lowB: number,
  highA: number,
  highB: number,
  rate: number,
  limit: number,
  accepts: (id: number) => boolean,
): number {
  if (size === 0) return -1;
  for (let b = 0; b < blocks.length; b += 1) {
    const block = blocks[b] as Block;
    const { ids } = block;
    if ((figures[(ids[0] as number) * ROW] as number) > limit) return -1;
    if (block.lowA > lowA || block.lowB > lowB || block.highA < highA || block.highB < highB || block.rate > rate)
      continue;
    let any = false;
    for (let i = 0; i < block.size; i += 1) {
      const id = ids[i] as number;
      const row = id * ROW;
      if ((figures[row] as number) > limit) return -1;
      if (
        (figures[row + RATE] as number) > rate ||
        (figures[row + LOW_A] as number) > lowA ||
        (figures[row + LOW_B] as number) > lowB ||
        (figures[row + HIGH_A] as number) < highA ||
        (figures[row + HIGH_B] as number) < highB
      )
        continue;
      any = true;
      if (accepts(id)) return id;
    }
    if (!any) tighten(block, figures);
  }
  return -1;
}

/**
 * @param ladder - where
 * @param rows - figures of the entries
 * @returns the lowest score, infinite without entries
 * @example
 * const least = leastScore(ladder, rows);
 */
export function leastScore({ blocks, size }: Ladder, { figures }: Rows): number {
  return size === 0 ? Number.POSITIVE_INFINITY : (figures[((blocks[0] as Block).ids[0] as number) * ROW] as number);
}

/**
 * Whether one entry comes before another.
 *
 * @param rows - figures of the entries
 * @param a - id of the one
 * @param b - id of the other
 * @example
 * before(rows, 7, 8);
 */
export const before = ({ figures }: Rows, a: number, b: number): boolean => isBefore(figures, a, b);

function isBefore(figures: Float64Array, a: number, b: number): boolean {
  return comesBefore(figures, a, figures[b * ROW] as number, figures[b * ROW + ORDER] as number, b);
}

/** Whether entry `a` comes before an entry of such figures. */
function comesBefore(figures: Float64Array, a: number, score: number, order: number, id: number): boolean {
  const own = figures[a * ROW] as number;
  if (own !== score) return own < score;
  const rank = figures[a * ROW + ORDER] as number;
  return rank < order || (rank === order && a < id);
}

const emptyBlock = (): Block => ({ ids: new Int32Array(8), size: 0, ...WIDEST });

const WIDEST = {
  lowA: Number.POSITIVE_INFINITY,
  lowB: Number.POSITIVE_INFINITY,
  highA: Number.NEGATIVE_INFINITY,
  highB: Number.NEGATIVE_INFINITY,
  rate: Number.POSITIVE_INFINITY,
};

/** The first block whose last entry is not before the id; the number of blocks if there is none. */
function blockOf(blocks: readonly Block[], figures: Float64Array, id: number): number {
  const score = figures[id * ROW] as number;
  const order = figures[id * ROW + ORDER] as number;
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const { ids, size } = blocks[middle] as Block;
    if (comesBefore(figures, ids[size - 1] as number, score, order, id)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where in a block the id is or belongs. */
function positionOf({ ids, size }: Block, figures: Float64Array, id: number): number {
  const score = figures[id * ROW] as number;
  const order = figures[id * ROW + ORDER] as number;
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comesBefore(figures, ids[middle] as number, score, order, id)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function split(block: Block, figures: Float64Array): Block {
  const upper = emptyBlock();
  for (let i = BLOCK / 2; i < BLOCK; i += 1) insertAt(upper, figures, upper.size, block.ids[i] as number);
  block.size = BLOCK / 2;
  return upper;
}

function insertAt(block: Block, figures: Float64Array, position: number, id: number): void {
  if (block.size === block.ids.length) block.ids = filled(new Int32Array(Math.min(BLOCK, 4 * block.size)), block.ids);
  const { ids } = block;
  for (let i = block.size; i > position; i -= 1) ids[i] = ids[i - 1] as number;
  ids[position] = id;
  block.size += 1;
  widen(block, figures, id * ROW);
}

function widen(block: Block, figures: Float64Array, row: number): void {
  block.lowA = Math.min(block.lowA, figures[row + LOW_A] as number);
  block.lowB = Math.min(block.lowB, figures[row + LOW_B] as number);
  block.highA = Math.max(block.highA, figures[row + HIGH_A] as number);
  block.highB = Math.max(block.highB, figures[row + HIGH_B] as number);
  block.rate = Math.min(block.rate, figures[row + RATE] as number);
}

function tighten(block: Block, figures: Float64Array): void {
  Object.assign(block, WIDEST);
  for (let i = 0; i < block.size; i += 1) widen(block, figures, (block.ids[i] as number) * ROW);
}
