// The chain that the examples play on: one of their own, or the node that `--rpc URL` names (anvil or Hardhat).
import { parseArgs } from "node:util";
import { startCardflow, type TestChain } from "@cardflow/sdk/testing";

/** Plays a script on a chain and ends it afterwards. */
export const play = async (script: (chain: TestChain) => Promise<void>): Promise<void> => {
  const { values } = parseArgs({ options: { rpc: { type: "string" } } });
  const chain = await startCardflow({ rpcUrl: values.rpc });
  try {
    await script(chain);
  } finally {
    await chain.stop();
  }
};
