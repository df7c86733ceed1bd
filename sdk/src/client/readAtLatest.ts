import { everyRevert } from "../errors/reverts.ts";
import { type ReadBlock, readWith } from "./reading.ts";
import type { CardflowClient } from "./types.ts";

/**
 * Reads at the latest block whatever contracts it takes.
 *
 * @throws RevertError, RequestError
 */
export const readAtLatest = <Result>(
  client: CardflowClient,
  read: (block: ReadBlock) => Promise<Result>,
): Promise<Result> => readWith(client, everyRevert, read);
