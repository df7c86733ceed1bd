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

/** A quantity as a number. */
export const toNumber = (quantity: Quantity, what: string): number => {
  const value = Number(quantity);
  if (!Number.isSafeInteger(value) || value < 0) throw new LogMalformedError(`${what} is ${String(quantity)}`);
  return value;
};

/** Number of a log's block, its place in it and the block's hash. */
export const positionOf = ({ blockNumber, blockHash, logIndex, removed }: StateLog) => {
  if (blockNumber === null || blockHash === null || logIndex === null)
    throw new LogMalformedError("it is of a pending block; fold blocks of the chain only");
  if (removed === true)
    throw new LogMalformedError("a reorganisation removed it; rewind to a block that the chain still has instead");
  return {
    block: toNumber(blockNumber, "the number of a log's block"),
    index: toNumber(logIndex, "the index of a log"),
    hash: blockHash,
  };
};
