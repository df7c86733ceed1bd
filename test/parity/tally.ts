import { CALLED } from "./operations/all.ts";

/** What was played and compared over one or more worlds. */
export type Tally = {
  operations: number;
  accepted: number;
  refused: Map<string, number>;
  byName: Map<string, number>;
  compared: number;
  leases: number;
  shares: number;
};

export const emptyTally = (): Tally => ({
  operations: 0,
  accepted: 0,
  refused: new Map(),
  byName: new Map(),
  compared: 0,
  leases: 0,
  shares: 0,
});

const listed = (counts: Map<string, number>): string =>
  [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([name, number]) => `${name} ${number}`)
    .join(", ");

/** Functions that were not called yet. */
export const missedBy = (tally: Tally): string[] => [...CALLED].filter((name) => !tally.byName.has(name));

/** A tally in lines. */
export const summaryOf = (tally: Tally, last: bigint, seconds: number): string[] => [
  `${tally.operations} operations in ${seconds.toFixed(1)} s (${(tally.operations / seconds).toFixed(1)}/s), last seed ${last}: ` +
    `${tally.leases} leases, ${tally.shares} shares, ${tally.compared} values compared`,
  `functions called: ${tally.byName.size} of ${CALLED.size}${missedBy(tally).length === 0 ? "" : `; not: ${missedBy(tally).join(", ")}`}`,
  `tried: ${listed(tally.byName)}`,
  `refused: ${listed(tally.refused)}`,
];
