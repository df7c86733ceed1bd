import { fileURLToPath } from "node:url";
import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";
import { LIVE_NETWORKS } from "./scripts/deployment/networks.ts";

// The compiler comes from the npm registry, so that compiling needs no other network.
const compiler = {
  version: "0.8.37",
  path: fileURLToPath(import.meta.resolve("solc/soljson.js")),
};
const metadata = { bytecodeHash: "none" as const };

// Variables come from the environment or the keystore, and are asked for only by what needs them.
const liveNetworks = Object.fromEntries(
  LIVE_NETWORKS.flatMap(({ name, chainId, variables }) =>
    variables === undefined
      ? []
      : [
          [
            name,
            {
              type: "http" as const,
              chainId,
              url: configVariable(variables.url),
              accounts: [configVariable(variables.key)],
            },
          ],
        ],
  ),
);

export default defineConfig({
  plugins: [toolbox],
  solidity: {
    npmFilesToBuild: ["@openzeppelin/contracts/access/manager/AccessManager.sol"],
    profiles: {
      default: {
        ...compiler,
        settings: { evmVersion: "cancun", optimizer: { enabled: true, runs: 200 }, metadata },
      },
      production: {
        ...compiler,
        // One compilation for all: a job of its own per contract takes four times as long.
        isolated: false,
        settings: { evmVersion: "cancun", viaIR: true, optimizer: { enabled: true, runs: 20_000 }, metadata },
      },
    },
  },
  paths: {
    sources: ["./contracts"],
    tests: { mocha: "./test/integration", solidity: "./test/contracts" },
  },
  networks: {
    node: { type: "edr-simulated", chainType: "l1", chainId: 31337, hardfork: "cancun" },
    ...liveNetworks,
  },
  test: {
    mocha: { timeout: 600_000 },
    solidity: { fuzz: { runs: 256 }, invariant: { runs: 24, depth: 60, failOnRevert: true } },
  },
  typechain: { outDir: "test/types" },
});
