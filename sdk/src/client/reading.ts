import { getBlock } from "viem/actions";
import { UnexpectedAnswerError } from "../errors/inputErrors.ts";
import { toCardflowError } from "../errors/toCardflowError.ts";
import type { CardflowClient } from "./types.ts";

/** The block that a read is about. */
export type ReadBlock = {
  readonly blockNumber: bigint;
  /** Its time in seconds (Unix time): the now of everything that was read. */
  readonly now: number;
};

/**
 * Reads at the latest block, so that everything fits together however many calls it takes.
 *
 * @throws RevertError, RequestError
 */
export const readAtLatest = async <Result>(
  client: CardflowClient,
  read: (block: ReadBlock) => Promise<Result>,
): Promise<Result> => {
  try {
    const { number, timestamp } = await getBlock(client);
    return await read({ blockNumber: number, now: Number(timestamp) });
  } catch (cause) {
    throw await toCardflowError(cause);
  }
};

/**
 * Name of an enum's member by its number.
 *
 * @throws UnexpectedAnswerError if this package does not know the number
 */
export const memberAt = <Name extends string>(names: readonly Name[], index: number, what: string): Name => {
  const name = names[index];
  if (name === undefined) throw new UnexpectedAnswerError(what, String(index));
  return name;
};
