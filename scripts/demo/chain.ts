import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Address, createClient, createTestClient, defineChain, http, parseEther } from "viem";
import { getBlock, getChainId } from "viem/actions";
import type { CardflowClient } from "../../sdk/src/index.ts";

/** A chain to play on, and all the control over its node that a demo needs: its clock, and gas for test keys. */
export type Chain = {
  readonly url: string;
  readonly id: number;
  /** Reads; has no account. */
  readonly reader: CardflowClient;
  /** A client that acts for a key. */
  readonly clientOf: (account: NonNullable<CardflowClient["account"]>) => CardflowClient;
  /** Time of the latest block, seconds. */
  readonly now: () => Promise<number>;
  /** Mines a block at `time` (seconds); nothing if the chain is there already. */
  readonly moveTo: (time: number) => Promise<void>;
  /** The next block will have this time (seconds). */
  readonly nextBlockAt: (time: number) => Promise<void>;
  /** Gives each account gas money. */
  readonly fund: (accounts: readonly Address[]) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Rules that a node of its own can follow: those for which contracts are compiled, and newer ones, which know EIP-7702. */
export const HARDFORKS = ["cancun", "prague", "osaka"] as const;
export type Hardfork = (typeof HARDFORKS)[number];
export const NEWEST: Hardfork = "osaka";

/** A hardfork by its name; undefined for another word. */
export const hardforkNamed = (name: string): Hardfork | undefined => HARDFORKS.find((known) => known === name);

/** Starts a node of its own on a free port; it ends with this process at the latest. */
export const startChain = async (hre: HardhatRuntimeEnvironment, hardfork: Hardfork = "cancun"): Promise<Chain> => {
  const server = await hre.network.createServer({ network: "node", override: { hardfork } }, "127.0.0.1", 0);
  const { address, port } = await server.listen();
  return chainAt(`http://${address}:${port}`, () => server.close());
};

/** Plays on a node that runs already. Its clock must be ours to move: hardhat or anvil. */
export const joinChain = (url: string): Promise<Chain> => chainAt(url, async () => {});

const chainAt = async (url: string, close: () => Promise<void>): Promise<Chain> => {
  const transport = http(url, { timeout: 60_000, retryCount: 1 });
  const probe = createClient({ transport });
  const id = await getChainId(probe);
  const version = await probe.request({ method: "web3_clientVersion" });
  const chain = defineChain({
    id,
    name: "local",
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [url] } },
    // The keys have gas in plenty, so nobody asks the node for its price before each transaction.
    fees: {
      estimateFeesPerGas: async () => ({ maxFeePerGas: parseEther("0.000001"), maxPriorityFeePerGas: 1n }),
    },
  });
  const common = { chain, transport, pollingInterval: 20, cacheTime: 0 };
  const reader = createClient(common);
  const mode = version.toLowerCase().includes("anvil") ? "anvil" : "hardhat";
  const control = createTestClient({ ...common, mode });

  const now = async (): Promise<number> => Number((await getBlock(reader)).timestamp);
  const nextBlockAt = (time: number): Promise<void> => control.setNextBlockTimestamp({ timestamp: BigInt(time) });
  return {
    url,
    id,
    reader,
    clientOf: (account) => createClient({ ...common, account }),
    now,
    nextBlockAt,
    moveTo: async (time) => {
      if (time <= (await now())) return;
      await nextBlockAt(time);
      await control.mine({ blocks: 1 });
    },
    fund: async (accounts) => {
      for (const address of accounts) await control.setBalance({ address, value: parseEther("1000") });
    },
    close,
  };
};
