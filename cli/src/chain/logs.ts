import { toCardflowError } from "@cardflow/sdk";
import { getBlockNumber } from "viem/actions";
import type { Network } from "./network.ts";

/** Blocks per request to begin with, and the fewest before giving up: nodes limit what they search in one go. */
const widest = 50_000n;
const narrowest = 500n;

/**
 * Reads events from the deployment's first block to the latest, range by range. A node that refuses a range is asked for half of it.
 *
 * @param read - the events of a range of blocks
 * @throws RequestError if the node refuses small ranges too
 */
export const readAllLogs = async <Log>(
  { client, deployment }: Network,
  read: (range: { readonly fromBlock: bigint; readonly toBlock: bigint }) => Promise<readonly Log[]>,
): Promise<readonly Log[]> => {
  const logs: Log[] = [];
  let width = widest;
  let fromBlock = deployment.startBlock;
  try {
    const last = await getBlockNumber(client);
    while (fromBlock <= last) {
      const end = fromBlock + width - 1n;
      const toBlock = end < last ? end : last;
      try {
        logs.push(...(await read({ fromBlock, toBlock })));
        fromBlock = toBlock + 1n;
      } catch (cause) {
        if (width <= narrowest) throw cause;
        width /= 2n;
      }
    }
    return logs;
  } catch (cause) {
    throw await toCardflowError(cause);
  }
};
