import type { Hex } from "viem";
import { ForkError, LogOrderError, ReorganisationTooDeepError, StateGapError } from "./errors.ts";
import { type Journal, takeBack, type Undo } from "./journal.ts";

/** A block that is folded, what takes it back, and the indexes of the logs it gave. */
export type Entry = {
  readonly number: number;
  /** Undefined before the first block. */
  readonly hash: Hex | undefined;
  readonly time: number;
  readonly undo: readonly Undo[];
  readonly indexes: readonly number[];
};

const lower = (hash: Hex): Hex => `0x${hash.slice(2).toLowerCase()}`;

/** The newest blocks that are folded, with what takes them back; bounded by `depth`. */
export type History = ReturnType<typeof createHistory>;

/** A history that begins before `start` and keeps what it takes to rewind by `depth` blocks. */
export const createHistory = (journal: Journal, start: number, depth: number) => {
  const genesis: Entry = { number: start - 1, hash: undefined, time: 0, undo: [], indexes: [] };
  const entries: Entry[] = [genesis];
  let final = -1;
  const last = (): Entry => entries[entries.length - 1] ?? genesis;
  const find = (number: number): Entry | undefined => {
    for (let at = entries.length - 1; at >= 0; at -= 1) if (entries[at]?.number === number) return entries[at];
    return undefined;
  };
  const backTo = (length: number): void => {
    while (entries.length > length) takeBack(entries.pop()?.undo ?? []);
  };
  return {
    last,
    find,
    length: () => entries.length,
    oldest: (): number => (entries[0] ?? genesis).number,
    /** Blocks that can be rewound to, newest first. */
    newestFirst: (): readonly Entry[] => entries.toReversed(),
    /** Blocks up to a number are never taken back: nothing is kept of them. */
    finalUpTo: (number: number): void => {
      final = number;
    },
    /** Begins a block; what the journal collects from now on belongs to it. */
    begin: (number: number, hash: Hex, time: number): number[] => {
      const indexes: number[] = [];
      const undo: Undo[] = [];
      if (number <= final) entries.length = 0;
      journal.undo = number <= final ? undefined : undo;
      entries.push({ number, hash: lower(hash), time, undo, indexes });
      return indexes;
    },
    backTo,
    /** Takes back everything after a block. */
    rewind: (number: number, hash: Hex, time: number): void => {
      const oldest = (entries[0] ?? genesis).number;
      const newest = last().number;
      if (number < oldest) throw new ReorganisationTooDeepError(BigInt(oldest), BigInt(number));
      if (number > newest) throw new StateGapError({ from: BigInt(newest + 1), to: BigInt(number) });
      const same = find(number);
      if (same?.hash !== undefined && same.hash !== lower(hash)) throw new ForkError(BigInt(number), same.hash, hash);
      const kept = entries.findLastIndex((entry) => entry.number <= number) + 1;
      const [before, after] = [entries[kept - 1], entries[kept]];
      if (same === undefined && !(time >= (before?.time ?? 0) && time <= (after?.time ?? time)))
        throw new LogOrderError(`the time of block ${number}, ${time}, is not between those of the blocks around it`, {
          from: BigInt(number),
          to: BigInt(number),
        });
      backTo(kept);
      if (same === undefined) entries.push({ number, hash: lower(hash), time, undo: [], indexes: [] });
    },
    /** Forgets what is deeper than `depth` below the newest block. */
    prune: (): void => {
      const least = last().number - depth;
      const first = entries.findLastIndex((entry) => entry.number <= least);
      if (first > 0) entries.splice(0, first);
    },
  };
};
