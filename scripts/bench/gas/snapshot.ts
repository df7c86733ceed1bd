import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { DemoError } from "../../demo/failure.ts";
import { type Measured, operations } from "./operations.ts";
import { type PeerGas, peerKeys } from "./peers/known.ts";

const FOLDER = join(import.meta.dirname, "../../../snapshots");
const OURS = join(FOLDER, "gas.json");
const PEERS = join(FOLDER, "gas-peers.json");

const Figures = z.record(z.string(), z.number().int().positive());

const figuresOf = (file: string): ReadonlyMap<string, number> => {
  try {
    return new Map(Object.entries(Figures.parse(JSON.parse(readFileSync(file, "utf8")))));
  } catch (cause) {
    throw new DemoError(`${file} is not a snapshot of gas; write it with npm run bench:gas -- --update`, { cause });
  }
};

const picked = <Key extends string>(keys: readonly Key[], file: string): ReadonlyMap<Key, number> => {
  const figures = figuresOf(file);
  return new Map(
    keys.flatMap((key) => {
      const gas = figures.get(key);
      return gas === undefined ? [] : [[key, gas] as const];
    }),
  );
};

/** Gas of our operations as committed. */
export const committed = (): Measured =>
  picked(
    operations.map(([name]) => name),
    OURS,
  );

/** Gas of peers as recorded by an earlier run, if there was one. */
export const recordedPeers = (): PeerGas => (existsSync(PEERS) ? picked(peerKeys, PEERS) : new Map());

/** What differs from the committed figures, a line each. Gas is exact here, so any difference counts. */
export const differences = (measured: Measured): string[] => {
  const before: ReadonlyMap<string, number> = figuresOf(OURS);
  const names = new Set<string>([...before.keys(), ...measured.keys()]);
  const after: ReadonlyMap<string, number> = measured;
  return [...names].flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    if (was === is) return [];
    const change = was === undefined || is === undefined ? "" : ` (${is > was ? "+" : ""}${is - was})`;
    return [`${name}: committed ${was ?? "nothing"}, measured ${is ?? "nothing"}${change}`];
  });
};

/** Writes what was measured; peers only where they were. */
export const writeSnapshots = (ours: Measured, peers: PeerGas): void => {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(OURS, `${JSON.stringify(Object.fromEntries(ours), null, 2)}\n`);
  if (peers.size !== 0) writeFileSync(PEERS, `${JSON.stringify(Object.fromEntries(peers), null, 2)}\n`);
};
