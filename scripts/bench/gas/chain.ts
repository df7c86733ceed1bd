import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Chain, joinChain } from "../../demo/chain.ts";
import { openHardhat } from "../../demo/system.ts";
import { steadyClock } from "./clock.ts";

/** Runs `work` on a chain of its own, with the production build of the contracts, where each run is like every other. */
export const onSteadyChain = async <Result>(
  work: (hre: HardhatRuntimeEnvironment, chain: Chain) => Promise<Result>,
): Promise<Result> => {
  const { hre, dispose } = await openHardhat();
  try {
    await hre.tasks.getTask("build").run({ noTests: true, defaultBuildProfile: "production", quiet: true });
    steadyClock(hre);
    // Some peers are larger than a contract may be, which changes no figure but their own deployment's.
    const override = { allowUnlimitedContractSize: true };
    const server = await hre.network.createServer({ network: "node", override }, "127.0.0.1", 0);
    const { address, port } = await server.listen();
    try {
      return await work(hre, await joinChain(`http://${address}:${port}`));
    } finally {
      await server.close();
    }
  } finally {
    await dispose();
  }
};
