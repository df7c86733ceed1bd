import type { Address, Log } from "viem";
import { getLogs } from "viem/actions";
import type { Look } from "./finding.ts";

/** Blocks of which nodes give all logs at once; wider spans are halved when a node refuses. */
const LEAST_SPAN = 100n;

/** All logs of contracts from their deployment to the block of the look, in order, however narrow the node's spans are. */
export const readLogs = async ({ reader, deployment, block }: Look, address: readonly Address[]): Promise<Log[]> => {
  const read = async (fromBlock: bigint, toBlock: bigint): Promise<Log[]> => {
    try {
      return await getLogs(reader, { address: [...address], fromBlock, toBlock });
    } catch (cause) {
      if (toBlock - fromBlock < LEAST_SPAN) throw cause;
      const middle = (fromBlock + toBlock) / 2n;
      return [...(await read(fromBlock, middle)), ...(await read(middle + 1n, toBlock))];
    }
  };
  return read(deployment.startBlock, block.number);
};
