import type { Hex } from "viem";
import { LogMalformedError } from "./errors.ts";

/** A whole number as a node (hex), viem (bigint or number) or a person writes it. */
export type Quantity = Hex | bigint | number;

/** A log as `eth_getLogs` answers, or as viem gives it. */
export type StateLog = {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly blockNumber: Quantity | null;
  readonly blockHash: Hex | null;
  readonly logIndex: Quantity | null;
  /** Second of its block; many nodes say it. */
  readonly blockTimestamp?: Quantity | null | undefined;
  /** True for a log that a reorganisation took back. */
  readonly removed?: boolean | undefined;
};

/** A block by number, hash and time. */
export type StateBlock = {
  readonly number: Quantity;
  readonly hash: Hex;
  /** Second (Unix time). */
  readonly timestamp: Quantity;
};

const quantities: readonly string[] = ["string", "number", "bigint"];

/** A quantity as a number. */
export const toNumber = (quantity: Quantity, what: string): number => {
  const value = quantities.includes(typeof quantity) ? Number(quantity) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < 0) throw new LogMalformedError(`${what} is ${String(quantity)}`);
  return value;
};

const isText = (value: unknown): value is string => typeof value === "string";

/** Whether a value is an object. Logs and blocks come out of JSON, whatever their types say. */
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const isLog = (log: unknown): boolean =>
  isObject(log) &&
  "address" in log &&
  isText(log.address) &&
  "data" in log &&
  isText(log.data) &&
  "topics" in log &&
  Array.isArray(log.topics) &&
  log.topics.every(isText);

/** A list, or what is none refused. */
export const listOf = <Item>(list: readonly Item[], what: string): readonly Item[] => {
  if (!Array.isArray(list)) throw new LogMalformedError(`${what} are no list`);
  return list;
};

/** The block at the end of a range, or what is none refused. */
export const blockOf = (block: StateBlock): StateBlock => {
  if (!isObject(block) || !isText(block.hash)) throw new LogMalformedError("a range ends in what is no block");
  return block;
};

/** Times of blocks by their numbers. */
export const timesByBlock = (
  blocks: readonly Pick<StateBlock, "number" | "timestamp">[] = [],
): ReadonlyMap<number, Quantity> =>
  new Map(
    listOf(blocks, "the blocks").map((block) => {
      if (!isObject(block)) throw new LogMalformedError("what should be a block is none");
      return [toNumber(block.number, "a block's number"), block.timestamp];
    }),
  );

/** Number of a log's block, its place in it and the block's hash. */
export const positionOf = (log: StateLog) => {
  if (!isLog(log)) throw new LogMalformedError("it has no address, topics and data");
  const { blockNumber, blockHash, logIndex, removed } = log;
  if (blockNumber === null || blockHash === null || logIndex === null)
    throw new LogMalformedError("it is of a pending block; fold blocks of the chain only");
  if (removed === true)
    throw new LogMalformedError("a reorganisation removed it; rewind to a block that the chain still has instead");
  if (!isText(blockHash)) throw new LogMalformedError("its block has no hash");
  return {
    block: toNumber(blockNumber, "the number of a log's block"),
    index: toNumber(logIndex, "the index of a log"),
    hash: blockHash,
  };
};
