/** Most children of a node. */
const FAN = 32;
/** Figures of one entry or node, side by side, so that a look at one is one look at memory. */
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

/** Where nodes have how many children they have, and their last entry. Their other figures are bounds, maybe wider than need be. */
const SIZE = SCORE;
const LAST = ORDER;
const NONE = -1;
/** What a search finds where no later entry will do. */
const NO_MORE = -2;

/** Figures of entries by id, and the nodes of all ladders of such entries. */
export type Rows = {
  figures: Float64Array;
  /** Rows of the nodes, and their children: nodes, or entries in those of height 0. */
  nodes: Float64Array;
  children: Int32Array;
  nodeCount: number;
  readonly vacant: number[];
};

/** Entries in order, in a tree: changes touch one path, and a search passes over branches where nothing can fit. */
export type Ladder = {
  root: number;
  height: number;
  size: number;
  /** The lowest score, infinite without entries. */
  least: number;
};

/** What a search wants: entries up to a score, in bounds, that are accepted. */
export type Search = {
  /** Entries of a higher score do not count. */
  limit: number;
  /** Most that `RATE`, `LOW_A` and `LOW_B` may be. */
  rate: number;
  lowA: number;
  lowB: number;
  /** Least that `HIGH_A` and `HIGH_B` may be. */
  highA: number;
  highB: number;
  /** Whether one that is in these bounds will do. */
  accepts: (id: number) => boolean;
};

/**
 * @returns rows of zeros for a few entries
 * @example
 * const rows = createRows();
 */
export const createRows = (): Rows => ({
  figures: new Float64Array(64 * ROW),
  nodes: new Float64Array(4 * ROW),
  children: new Int32Array(4 * FAN),
  nodeCount: 0,
  vacant: [],
});

/**
 * Makes room for more entries.
 *
 * @param rows - where
 * @param needed - entries that there must be room for
 * @example
 * growRows(rows, 65);
 */
export function growRows(rows: Rows, needed: number): void {
  const { figures } = rows;
  if (needed * ROW > figures.length) rows.figures = filled(new Float64Array(roomFor(needed) * ROW), figures);
}

const roomFor = (count: number): number => Math.ceil(1.25 * count);

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
export const createLadder = (): Ladder => ({
  root: NONE,
  height: 0,
  size: 0,
  least: Number.POSITIVE_INFINITY,
});

/** Nodes and places on the way to the entry at hand, by height. */
const pathNodes = new Int32Array(16);
const pathPlaces = new Int32Array(16);

/**
 * Puts an entry in its place.
 *
 * @param ladder - where
 * @param rows - figures of the entries; those of `id` must not change while it is in the ladder
 * @param id - not in the ladder yet
 * @example
 * insert(ladder, rows, 7);
 */
export function insert(ladder: Ladder, rows: Rows, id: number): void {
  if (ladder.root === NONE) ladder.root = createNode(rows);
  ladder.size += 1;
  ladder.least = Math.min(ladder.least, rows.figures[id * ROW + SCORE] as number);
  let node = ladder.root;
  for (let height = ladder.height; ; height -= 1) {
    const at = positionOf(rows, node, height, id);
    const isLast = at === sizeOf(rows, node);
    if (isLast) rows.nodes[node * ROW + LAST] = id;
    pathNodes[height] = node;
    pathPlaces[height] = at;
    if (height === 0) break;
    widen(rows.nodes, node * ROW, rows.figures, id * ROW);
    // What comes behind all belongs to the last child.
    node = rows.children[node * FAN + (isLast ? at - 1 : at)] as number;
    if (isLast) pathPlaces[height] = at - 1;
  }
  let child = id;
  for (let height = 0; height <= ladder.height; height += 1) {
    const at = (pathPlaces[height] as number) + (height > 0 ? 1 : 0);
    node = pathNodes[height] as number;
    if (sizeOf(rows, node) < FAN) {
      addChild(rows, node, height, at, child);
      return;
    }
    const right = part(rows, node, height);
    if (at > FAN / 2) addChild(rows, right, height, at - FAN / 2, child);
    else addChild(rows, node, height, at, child);
    setLast(rows, node, height);
    setLast(rows, right, height);
    child = right;
  }
  const root = createNode(rows);
  ladder.height += 1;
  addChild(rows, root, ladder.height, 0, ladder.root);
  addChild(rows, root, ladder.height, 1, child);
  setLast(rows, root, ladder.height);
  ladder.root = root;
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
export function remove(ladder: Ladder, rows: Rows, id: number): void {
  let node = ladder.root;
  for (let height = ladder.height; height >= 0; height -= 1) {
    const at = positionOf(rows, node, height, id);
    pathNodes[height] = node;
    pathPlaces[height] = at;
    if (height > 0) node = rows.children[node * FAN + at] as number;
  }
  dropChild(rows, node, pathPlaces[0] as number);
  setLast(rows, node, 0);
  for (let height = 1; height <= ladder.height; height += 1) {
    const parent = pathNodes[height] as number;
    if (sizeOf(rows, node) < FAN / 4) merge(rows, parent, height, pathPlaces[height] as number);
    setLast(rows, parent, height);
    node = parent;
  }
  ladder.size -= 1;
  if (ladder.size === 0) {
    rows.vacant.push(ladder.root);
    ladder.root = NONE;
    ladder.height = 0;
  }
  while (ladder.height > 0 && sizeOf(rows, ladder.root) === 1) {
    rows.vacant.push(ladder.root);
    ladder.root = rows.children[ladder.root * FAN] as number;
    ladder.height -= 1;
  }
  if (rows.figures[id * ROW + SCORE] === ladder.least) ladder.least = leastScore(ladder, rows);
}

function leastScore({ root, height, size }: Ladder, { figures, children }: Rows): number {
  if (size === 0) return Number.POSITIVE_INFINITY;
  let child = root;
  for (let i = height; i >= 0; i -= 1) child = children[child * FAN] as number;
  return figures[child * ROW + SCORE] as number;
}

/** Drops a child without children; one with few takes in those of the next, if there is room for more. */
function merge(rows: Rows, node: number, height: number, at: number): void {
  const child = rows.children[node * FAN + at] as number;
  const size = sizeOf(rows, child);
  const next = at + 1 < sizeOf(rows, node) ? (rows.children[node * FAN + at + 1] as number) : NONE;
  if (size === 0) {
    rows.vacant.push(child);
    dropChild(rows, node, at);
  } else if (next !== NONE && size + sizeOf(rows, next) <= FAN / 2) {
    for (let i = 0; i < sizeOf(rows, next); i += 1)
      addChild(rows, child, height - 1, size + i, rows.children[next * FAN + i] as number);
    setLast(rows, child, height - 1);
    rows.vacant.push(next);
    dropChild(rows, node, at + 1);
  }
}

/**
 * The first entry in order that a search wants.
 *
 * @param ladder - where
 * @param rows - figures of the entries
 * @param search - limit, bounds and whether one in them will do
 * @returns its id, or -1
 * @example
 * const bounds = { rate: 1e15, lowA: 3_600, lowB: 500, highA: 3_600, highB: 500 };
 * const id = first(ladder, rows, { ...bounds, limit: Number.POSITIVE_INFINITY, accepts: () => true });
 */
export const first = ({ root, height, size }: Ladder, rows: Rows, search: Search): number =>
  size === 0 ? NONE : Math.max(NONE, firstIn(rows, root, height, search));

function firstIn(rows: Rows, node: number, height: number, search: Search): number {
  const { children, nodes } = rows;
  const figures = height > 0 ? nodes : rows.figures;
  const { limit, rate, lowA, lowB, highA, highB } = search;
  const begin = node * FAN;
  const end = begin + (nodes[node * ROW + SIZE] as number);
  let any = false;
  for (let i = begin; i < end; i += 1) {
    const child = children[i] as number;
    const row = child * ROW;
    if (height === 0 && (figures[row + SCORE] as number) > limit) return NO_MORE;
    if (
      (figures[row + RATE] as number) > rate ||
      (figures[row + LOW_A] as number) > lowA ||
      (figures[row + LOW_B] as number) > lowB ||
      (figures[row + HIGH_A] as number) < highA ||
      (figures[row + HIGH_B] as number) < highB
    )
      continue;
    any = true;
    if (height > 0) {
      const found = firstIn(rows, child, height - 1, search);
      if (found !== NONE) return found;
    } else if (search.accepts(child)) return child;
  }
  if (!any) tighten(rows, node, height);
  return NONE;
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
export const before = ({ figures }: Rows, a: number, b: number): boolean =>
  comesBefore(figures, a, figures[b * ROW + SCORE] as number, figures[b * ROW + ORDER] as number, b);

/** Whether entry `a` comes before an entry of such figures. */
function comesBefore(figures: Float64Array, a: number, score: number, order: number, id: number): boolean {
  const own = figures[a * ROW + SCORE] as number;
  if (own !== score) return own < score;
  const rank = figures[a * ROW + ORDER] as number;
  return rank < order || (rank === order && a < id);
}

const sizeOf = ({ nodes }: Rows, node: number): number => nodes[node * ROW + SIZE] as number;

/** The first child whose last entry is not before the id; behind all if there is none. */
function positionOf({ figures, nodes, children }: Rows, node: number, height: number, id: number): number {
  const score = figures[id * ROW + SCORE] as number;
  const order = figures[id * ROW + ORDER] as number;
  let low = 0;
  let high = nodes[node * ROW + SIZE] as number;
  while (low < high) {
    const middle = (low + high) >> 1;
    const child = children[node * FAN + middle] as number;
    const last = height > 0 ? (nodes[child * ROW + LAST] as number) : child;
    if (comesBefore(figures, last, score, order, id)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function createNode(rows: Rows): number {
  const node = rows.vacant.pop() ?? rows.nodeCount;
  if (node === rows.nodeCount) rows.nodeCount += 1;
  if (node * ROW === rows.nodes.length) {
    rows.nodes = filled(new Float64Array(roomFor(node) * ROW), rows.nodes);
    rows.children = filled(new Int32Array(roomFor(node) * FAN), rows.children);
  }
  rows.nodes[node * ROW + SIZE] = 0;
  loosen(rows.nodes, node * ROW);
  return node;
}

function part(rows: Rows, node: number, height: number): number {
  const right = createNode(rows);
  for (let i = 0; i < FAN / 2; i += 1)
    addChild(rows, right, height, i, rows.children[node * FAN + FAN / 2 + i] as number);
  rows.nodes[node * ROW + SIZE] = FAN / 2;
  return right;
}

function addChild({ nodes, children, figures }: Rows, node: number, height: number, at: number, child: number): void {
  const begin = node * FAN + at;
  const size = nodes[node * ROW + SIZE] as number;
  for (let i = node * FAN + size; i > begin; i -= 1) children[i] = children[i - 1] as number;
  children[begin] = child;
  nodes[node * ROW + SIZE] = size + 1;
  widen(nodes, node * ROW, height > 0 ? nodes : figures, child * ROW);
}

function dropChild({ nodes, children }: Rows, node: number, at: number): void {
  const size = (nodes[node * ROW + SIZE] as number) - 1;
  nodes[node * ROW + SIZE] = size;
  for (let i = node * FAN + at; i < node * FAN + size; i += 1) children[i] = children[i + 1] as number;
}

function setLast({ nodes, children }: Rows, node: number, height: number): void {
  const child = children[node * FAN + (nodes[node * ROW + SIZE] as number) - 1] as number;
  nodes[node * ROW + LAST] = height > 0 ? (nodes[child * ROW + LAST] as number) : child;
}

/** Sets bounds that hold nothing. */
function loosen(nodes: Float64Array, row: number): void {
  nodes[row + RATE] = nodes[row + LOW_A] = nodes[row + LOW_B] = Number.POSITIVE_INFINITY;
  nodes[row + HIGH_A] = nodes[row + HIGH_B] = Number.NEGATIVE_INFINITY;
}

/** Makes bounds hold a child too. */
function widen(nodes: Float64Array, row: number, figures: Float64Array, child: number): void {
  for (let i = RATE; i <= LOW_B; i += 1) {
    const figure = figures[child + i] as number;
    if (figure < (nodes[row + i] as number)) nodes[row + i] = figure;
  }
  for (let i = HIGH_A; i <= HIGH_B; i += 1) {
    const figure = figures[child + i] as number;
    if (figure > (nodes[row + i] as number)) nodes[row + i] = figure;
  }
}

function tighten({ nodes, children, figures }: Rows, node: number, height: number): void {
  loosen(nodes, node * ROW);
  const end = node * FAN + (nodes[node * ROW + SIZE] as number);
  for (let i = node * FAN; i < end; i += 1)
    widen(nodes, node * ROW, height > 0 ? nodes : figures, (children[i] as number) * ROW);
}
