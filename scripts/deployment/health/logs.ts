import type { Address, Log } from "viem";
import { readLogs as readSpans } from "../../lib/logs.ts";
import type { Look } from "./finding.ts";

/** All logs of contracts from their deployment to the block of the look, in order. */
export const readLogs = ({ reader, deployment, block }: Look, address: readonly Address[]): Promise<Log[]> =>
  readSpans(reader, address, deployment.startBlock, block.number);
