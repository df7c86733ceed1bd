import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { z } from "zod";

/** Time of the first block that a benchmark sends a transaction into: 2100-01-01, in seconds. */
export const EPOCH = 4_102_444_800;

const SENDS = new Set(["eth_sendRawTransaction", "eth_sendTransaction"]);
const Block = z.object({ timestamp: z.string() });

/**
 * Makes each block of our own node come exactly one second after the one before, from `EPOCH` on, whatever the wall clock says. So
 * every timestamp, signature and address is the same in each run, and gas is the same to the unit.
 */
export const steadyClock = (hre: HardhatRuntimeEnvironment): void => {
  let turn: Promise<unknown> = Promise.resolve();
  hre.hooks.registerHandlers("network", {
    onRequest: (context, connection, request, next) => {
      if (connection.networkName !== "node" || !SENDS.has(request.method)) return next(context, connection, request);
      const send = async () => {
        const latest = await connection.provider.request({ method: "eth_getBlockByNumber", params: ["latest", false] });
        const time = Math.max(EPOCH, Number(Block.parse(latest).timestamp) + 1);
        await connection.provider.request({ method: "evm_setNextBlockTimestamp", params: [time] });
        return next(context, connection, request);
      };
      const sent = turn.then(send);
      turn = sent.catch(() => {});
      return sent;
    },
  });
};
