/** Entries in ascending order of score, then of id: a binary heap in two parallel arrays. */
export type Ranking = { scores: Float64Array; ids: Int32Array; size: number };

/**
 * @returns An empty ranking.
 * @example
 * const ranking = createRanking();
 */
export function createRanking(): Ranking {
  return { scores: new Float64Array(64), ids: new Int32Array(64), size: 0 };
}

/**
 * Adds an entry, in logarithmic time.
 *
 * @param ranking Where to.
 * @param score What it is ranked by, lowest first.
 * @param id A number of 32 bits; of equal scores the lowest comes first.
 * @example
 * rank(ranking, 0.5, 7);
 */
export function rank(ranking: Ranking, score: number, id: number): void {
  if (ranking.size === ranking.ids.length) grow(ranking);
  const { scores, ids } = ranking;
  let position = ranking.size;
  ranking.size += 1;
  while (position > 0) {
    const parent = (position - 1) >> 1;
    if (!before(score, id, scores[parent] as number, ids[parent] as number)) break;
    scores[position] = scores[parent] as number;
    ids[position] = ids[parent] as number;
    position = parent;
  }
  scores[position] = score;
  ids[position] = id;
}

/**
 * Takes out the first entry, in logarithmic time.
 *
 * @param ranking Not empty.
 * @example
 * dropFirst(ranking);
 */
export function dropFirst(ranking: Ranking): void {
  const { scores, ids } = ranking;
  ranking.size -= 1;
  settle(ranking, 0, scores[ranking.size] as number, ids[ranking.size] as number);
}

/**
 * Keeps only some entries, in linear time.
 *
 * @param ranking Where.
 * @param keeps Whether to keep an id.
 * @example
 * retain(ranking, (id) => id !== 7);
 */
export function retain(ranking: Ranking, keeps: (id: number) => boolean): void {
  const { scores, ids } = ranking;
  let kept = 0;
  for (let i = 0; i < ranking.size; i += 1) {
    const id = ids[i] as number;
    if (!keeps(id)) continue;
    ids[kept] = id;
    scores[kept] = scores[i] as number;
    kept += 1;
  }
  ranking.size = kept;
  for (let i = (kept >> 1) - 1; i >= 0; i -= 1) settle(ranking, i, scores[i] as number, ids[i] as number);
}

/** Puts an entry where it belongs at or below a free position. */
function settle({ scores, ids, size }: Ranking, free: number, score: number, id: number): void {
  let position = free;
  for (;;) {
    let child = 2 * position + 1;
    if (child >= size) break;
    const right = child + 1;
    if (
      right < size &&
      before(scores[right] as number, ids[right] as number, scores[child] as number, ids[child] as number)
    ) {
      child = right;
    }
    if (!before(scores[child] as number, ids[child] as number, score, id)) break;
    scores[position] = scores[child] as number;
    ids[position] = ids[child] as number;
    position = child;
  }
  scores[position] = score;
  ids[position] = id;
}

function before(score: number, id: number, otherScore: number, otherId: number): boolean {
  return score < otherScore || (score === otherScore && id < otherId);
}

function grow(ranking: Ranking): void {
  const scores = new Float64Array(2 * ranking.size);
  scores.set(ranking.scores);
  ranking.scores = scores;
  const ids = new Int32Array(2 * ranking.size);
  ids.set(ranking.ids);
  ranking.ids = ids;
}
