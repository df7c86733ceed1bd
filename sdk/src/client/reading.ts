import { getBlock } from "viem/actions";
import { UnexpectedAnswerError } from "../errors/inputErrors.ts";
import type { RevertEntry } from "../errors/revertEntry.ts";
import { errorFrom } from "../errors/toCardflowError.ts";
import { requireClient } from "./requireClient.ts";
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
 * @param reverts - errors that the calls can end with
 *
 * @throws RevertError, RequestError
 */
export const readWith = async <Result>(
  client: CardflowClient,
  reverts: readonly RevertEntry[],
  read: (block: ReadBlock) => Promise<Result>,
): Promise<Result> => {
  requireClient(client);
  try {
    const { number, timestamp } = await getBlock(client);
    return await read({ blockNumber: number, now: Number(timestamp) });
  } catch (cause) {
    throw errorFrom(cause, reverts);
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
