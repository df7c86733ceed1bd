import { createHash } from "node:crypto";
import { appendFile, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { StateBatch, StateBlock, StateLog } from "@cardflow/sdk/state";
import { type Hex, isHex } from "viem";
import * as z from "zod/mini";
import { makeFolder } from "../folders.ts";

/** Version of the file's form; another one is read anew. */
const form = 2;
/** Lines from which on they are written as one. */
const mostLines = 200;

const hex = z.custom<Hex>((value) => typeof value === "string" && isHex(value, { strict: false }));
const logSchema = z.tuple([z.int(), hex, z.array(hex), hex]);
const lineSchema = z.object({
  form: z.literal(form),
  from: z.int(),
  /** Number, hash and second of the last block. */
  to: z.tuple([z.int(), hex, z.int()]),
  parent: z.optional(z.string()),
  /** Blocks with logs: number, hash, second, and of each log its index, address, topics and data. */
  blocks: z.array(z.tuple([z.int(), hex, z.int(), z.array(logSchema)])),
});

type Line = z.infer<typeof lineSchema>;

/** Ranges of blocks with their logs, in a file. */
export type EventCache = {
  readonly batches: () => readonly StateBatch[];
  readonly isEmpty: () => boolean;
  readonly add: (batch: StateBatch) => void;
  /** Forgets everything after a block. */
  readonly rewind: (block: StateBlock) => void;
  readonly clear: () => void;
  /** Writes what changed; a cache that cannot be written is none. */
  readonly save: () => Promise<void>;
};

/** Opens the cache in a file; an unreadable one counts as empty. Without a file nothing is kept. */
export const openCache = async (file: string | undefined): Promise<EventCache> => {
  let lines = file === undefined ? [] : await readLines(file);
  let kept = lines.length;
  return {
    batches: () => lines.map(batchOf),
    isEmpty: () => lines.length === 0,
    add: (batch) => {
      lines.push(lineOf(batch));
    },
    rewind: ({ number, hash, timestamp }) => {
      lines = lines.flatMap((line) => until(line, [Number(number), hash, Number(timestamp)]));
      kept = -1;
    },
    clear: () => {
      lines = [];
      kept = -1;
    },
    save: async () => {
      if (file === undefined || kept === lines.length) return;
      const whole = kept <= 0 || lines.length > mostLines;
      const text = (whole ? joined(lines) : lines.slice(kept)).map(textOf).join("");
      await (whole ? replace(file, text) : appendFile(file, text)).catch(() => undefined);
      kept = lines.length;
    },
  };
};

const readLines = async (file: string): Promise<Line[]> => {
  try {
    const texts = (await readFile(file, "utf8")).split("\n").filter((text) => text !== "");
    return texts.map(parseLine);
  } catch {
    return [];
  }
};

/** A line begins with the hash of the rest, so that what a disk or an editor changed is not taken for the chain's. */
const textOf = (line: Line): string => {
  const text = JSON.stringify(line);
  return `${hashOf(text)} ${text}\n`;
};

const parseLine = (line: string): Line => {
  const text = line.slice(line.indexOf(" ") + 1);
  if (line !== `${hashOf(text)} ${text}`) throw new RangeError("The line was changed: read the chain anew.");
  return lineSchema.parse(JSON.parse(text));
};

const hashOf = (text: string): string => createHash("sha256").update(text).digest("base64url");

/** All or nothing, since another process may read or write it now. */
const replace = async (file: string, text: string): Promise<void> => {
  await makeFolder(dirname(file), 0o700);
  const fresh = `${file}.${process.pid}`;
  try {
    await writeFile(fresh, text, { mode: 0o600 });
    await rename(fresh, file);
  } finally {
    await rm(fresh, { force: true });
  }
};

/** Ranges that follow each other as one; two processes may have added the same. */
const joined = (lines: readonly Line[]): readonly Line[] => {
  const [first, ...others] = lines;
  if (first === undefined) return [];
  const blocks = [...first.blocks];
  let { to } = first;
  for (const line of others) {
    for (const block of line.blocks) if (block[0] > to[0]) blocks.push(block);
    if (line.to[0] > to[0]) to = line.to;
  }
  return [{ ...first, to, blocks }];
};

/** The part of a range up to a block; nothing if it begins later. */
const until = (line: Line, to: Line["to"]): readonly Line[] => {
  const [number] = to;
  if (line.from > number) return [];
  if (line.to[0] <= number) return [line];
  return [{ ...line, to, blocks: line.blocks.filter(([block]) => block <= number) }];
};

const lineOf = ({ fromBlock, to, parentHash, logs, blocks = [] }: StateBatch): Line => {
  const times = new Map([to, ...blocks].map(({ number, timestamp }) => [Number(number), Number(timestamp)]));
  const found: Line["blocks"] = [];
  for (const { blockNumber, blockHash, blockTimestamp, logIndex, address, topics, data } of logs) {
    const number = Number(blockNumber);
    if (found.at(-1)?.[0] !== number)
      found.push([number, blockHash ?? "0x", Number(blockTimestamp ?? times.get(number)), []]);
    found
      .at(-1)?.[3]
      .push([Number(logIndex), hex.parse(address), topics.map((topic) => hex.parse(topic)), hex.parse(data)]);
  }
  const end: Line["to"] = [Number(to.number), to.hash, Number(to.timestamp)];
  return {
    form,
    from: Number(fromBlock),
    to: end,
    ...(parentHash !== undefined && { parent: parentHash }),
    blocks: found,
  };
};

const batchOf = ({ from, to, parent, blocks }: Line): StateBatch => {
  const [number, hash, timestamp] = to;
  return {
    fromBlock: from,
    to: { number, hash, timestamp },
    parentHash: parent,
    logs: blocks.flatMap(([blockNumber, blockHash, blockTimestamp, logs]) =>
      logs.map(
        ([logIndex, address, topics, data]): StateLog => ({
          ...{ blockNumber, blockHash, blockTimestamp, logIndex, address, topics, data },
        }),
      ),
    ),
  };
};
