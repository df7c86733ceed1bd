import { createRanking, dropFirst, type Ranking, rank } from "./placementRanking.ts";

const NONE: readonly number[] = [];

/** When to look at orders or cards again: one time for each, the earliest asked for; `ranking` may hold more, which are passed over. */
export type Wakes = { readonly ranking: Ranking; readonly at: number[] };

/**
 * @returns nothing to look at
 * @example
 * const wakes = createWakes();
 */
export const createWakes = (): Wakes => ({ ranking: createRanking(), at: [] });

/**
 * Notes that something is to be looked at, at the latest at a time.
 *
 * @param wakes - where
 * @param time - seconds
 * @param id - what
 * @example
 * wakeAt(wakes, 1_800_000_000, 7);
 */
export function wakeAt({ ranking, at }: Wakes, time: number, id: number): void {
  if (time >= (at[id] ?? Number.POSITIVE_INFINITY)) return;
  at[id] = time;
  rank(ranking, time, id);
}

/**
 * Ids whose time has come, in the order of their times; they are to be woken again only when that is asked for.
 *
 * @param wakes - when to look at what
 * @param now - seconds
 * @example
 * for (const id of due(wakes, now)) wake(id);
 */
export function due({ ranking, at }: Wakes, now: number): readonly number[] {
  if (ranking.size === 0 || (ranking.scores[0] as number) > now) return NONE;
  const ids: number[] = [];
  while (ranking.size > 0 && (ranking.scores[0] as number) <= now) {
    const id = ranking.ids[0] as number;
    if (at[id] === ranking.scores[0]) {
      ids.push(id);
      at[id] = Number.POSITIVE_INFINITY;
    }
    dropFirst(ranking);
  }
  return ids;
}
