import type { Address, Log } from "viem";
import { getBlockNumber, getLogs } from "viem/actions";
import type { CardflowClient } from "../../sdk/src/index.ts";

/** Blocks of which nodes give all logs at once; wider spans are halved when a node, or the size of its answer, refuses. */
const LEAST_SPAN = 100n;

/** All logs of contracts from block to block (the latest when absent), in order, however narrow the node's spans are. */
export const readLogs = async (
  reader: CardflowClient,
  address: readonly Address[],
  fromBlock: bigint,
  toBlock?: bigint,
): Promise<Log[]> => {
  const read = async (from: bigint, to: bigint): Promise<Log[]> => {
    try {
      return await getLogs(reader, { address: [...address], fromBlock: from, toBlock: to });
    } catch (cause) {
      if (to - from < LEAST_SPAN) throw cause;
      const middle = (from + to) / 2n;
      const first = await read(from, middle);
      return first.concat(await read(middle + 1n, to));
    }
  };
  return read(fromBlock, toBlock ?? (await getBlockNumber(reader)));
};
