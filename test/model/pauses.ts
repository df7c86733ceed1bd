import { DAY, HOUR } from "./numbers.ts";
import { type PauseKind, require, type State } from "./state.ts";

const LONGEST: Record<PauseKind, bigint> = {
  mint: 7n * DAY,
  redeem: 72n * HOUR,
  matches: 7n * DAY,
  registration: 7n * DAY,
  sales: 7n * DAY,
};

/** By the guardian: closes one kind of entry until a second. */
export function pause(s: State, kind: PauseKind, until: bigint): void {
  const { began } = s.pauses[kind];
  const allowedFrom = began === 0n ? 0n : began + 30n * DAY;
  require(s.now >= allowedFrom, "PauseTooSoon", undefined, allowedFrom);
  require(until > s.now && until <= s.now + LONGEST[kind], "PauseEndOutOfRange", undefined, until, s.now +
    LONGEST[kind]);
  s.pauses[kind] = { began: s.now, until };
}

export const isPaused = (s: State, kind: PauseKind): boolean => s.now < s.pauses[kind].until;

export function requireOpen(s: State, kind: PauseKind): void {
  require(!isPaused(s, kind), "EntryPaused", undefined, s.pauses[kind].until);
}
