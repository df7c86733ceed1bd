import type { DemandClass } from "./placementValue.ts";

/** Tasks seen before demand is judged for the first time; then whenever this many times as many have been seen … */
const FIRST_LESSON = 32;
const LESSON_GROWTH = 2;
/** … but at the latest after so many more, which also halve the weight of what was seen before. */
const LONGEST_LESSON = 65_536;
/** Demand assumed before any was seen: whole cards and shares of all sizes. */
const PRIOR_MILLI = [125, 250, 375, 500, 625, 750, 875, 1000, 1000, 1000, 1000, 1000];
/** Weight below which a kind is forgotten. */
const LEAST_WEIGHT = 0.01;

/** Tasks of one kind, whatever models they accept. */
export type Kind = Omit<DemandClass, "accepts">;

/** What is asked for by those who accept the same models, by cards and share. */
export type Kinds = Map<number, { -readonly [Key in keyof Kind]: Kind[Key] }>;

/**
 * Counts tasks of one kind among what is asked for.
 *
 * @param kinds - of those who accept the same models; changed
 * @param kind - cards, share and weight of the tasks; their CPU and memory are summed over them
 * @example
 * countKind(kinds, { gpus: 1, milli: 500, weight: 2, cpuMilli: 8_000, memoryMib: 0 });
 */
export function countKind(kinds: Kinds, kind: Kind): void {
  const key = 1001 * kind.gpus + kind.milli;
  const known = kinds.get(key);
  if (known === undefined) {
    kinds.set(key, { ...kind });
    return;
  }
  known.weight += kind.weight;
  known.cpuMilli += kind.cpuMilli;
  known.memoryMib += kind.memoryMib;
}

/**
 * @returns demand assumed before any was seen, of those who accept every model
 * @example
 * const kinds = priorKinds();
 */
export function priorKinds(): Kinds {
  const kinds: Kinds = new Map();
  for (const milli of PRIOR_MILLI) countKind(kinds, { gpus: 1, milli, weight: 1, cpuMilli: 0, memoryMib: 0 });
  return kinds;
}

/**
 * Halves the weight of what was asked for so far, and forgets what hardly counts any more.
 *
 * @param kinds - of those who accept the same models; changed
 * @example
 * fadeKinds(kinds);
 */
export function fadeKinds(kinds: Kinds): void {
  for (const [key, kind] of kinds) {
    if (kind.weight < LEAST_WEIGHT) kinds.delete(key);
    kind.weight /= 2;
    kind.cpuMilli /= 2;
    kind.memoryMib /= 2;
  }
}

/**
 * Says when to judge demand anew: the more has been seen, the more seldom.
 *
 * @returns counts a task that was seen; whether it is time to judge anew, and whether what was seen before fades then
 * @example
 * const lessons = createLessons();
 * if (lessons.isDue()) judge();
 */
export function createLessons() {
  let seen = 0;
  let next = FIRST_LESSON;

  function isDue(): boolean {
    seen += 1;
    if (seen < next) return false;
    next = Math.min(LESSON_GROWTH * seen, seen + LONGEST_LESSON);
    return true;
  }

  return { isDue, fades: (): boolean => seen >= LONGEST_LESSON };
}
