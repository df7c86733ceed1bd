import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Abi, type Address, getAddress, parseEther } from "viem";
import { getBlockNumber, readContract, waitForTransactionReceipt, writeContract } from "viem/actions";
import config from "../../hardhat.config.ts";
import cardflowModule from "../../ignition/modules/Cardflow.ts";
import feedsModule from "../../ignition/modules/MockFeeds.ts";
import type { Deployment } from "../../sdk/src/index.ts";
import type { Chain } from "./chain.ts";
import { type Person, personOf } from "./people.ts";

/** Price of CARD in the demo, in dollars and as its feeds answer it (8 decimals). */
export const CARD_PRICE = "0.10";
const FEED_ANSWER = 10_000_000n;
/** Seconds between updates that the feeds promise. */
const HEARTBEAT = 86_400;

/** Cardflow on a chain, with those who run it. */
export type System = {
  readonly chain: Chain;
  readonly deployment: Deployment;
  readonly treasury: Person;
  readonly verifier: Person;
  readonly guardian: Person;
  readonly timelock: Person;
  readonly deployer: Person;
  /** Keeps the price feeds fresh. */
  readonly keeper: Person;
  readonly refreshFeeds: () => Promise<void>;
};

/** A Hardhat environment whose record of deployments is temporary, so that one demo never continues another. */
export const openHardhat = async (): Promise<{
  readonly hre: HardhatRuntimeEnvironment;
  readonly dispose: () => Promise<void>;
}> => {
  const ignition = await mkdtemp(join(tmpdir(), "cardflow-"));
  const root = join(import.meta.dirname, "../..");
  const hre = await createHardhatRuntimeEnvironment({ ...config, paths: { ...config.paths, ignition } }, {}, root);
  return { hre, dispose: () => rm(ignition, { recursive: true, force: true }) };
};

/** Deploys the whole system with Ignition and hands its roles over. */
export const deploySystem = async (hre: HardhatRuntimeEnvironment, chain: Chain): Promise<System> => {
  const person = (name: string): Person => personOf(chain, name);
  const [deployer, treasury, timelock, guardian, verifier, keeper] = [
    person("deployer"),
    person("treasury"),
    person("timelock"),
    person("guardian"),
    person("verifier"),
    person("keeper"),
  ];
  await chain.fund([deployer, treasury, timelock, guardian, verifier, keeper].map(({ address }) => address));
  const startBlock = await getBlockNumber(chain.reader);
  const connection = await hre.network.create({
    network: "localhost",
    override: { url: chain.url, accounts: [deployer.key] },
  });
  try {
    const ignition = connection.ignition;
    const waits = { blockPollingInterval: 20, requiredConfirmations: 1, disableFeeBumping: true };
    const { primaryFeed, secondFeed } = await ignition.deploy(feedsModule, {
      config: waits,
      parameters: { MockFeeds: { answer: FEED_ANSWER } },
    });
    const feeds = [await primaryFeed.getAddress(), await secondFeed.getAddress()].map((feed) => getAddress(feed));
    const source = (feed: Address | undefined) => ({
      feed: feed ?? "",
      heartbeat: HEARTBEAT,
      thresholdBps: 50,
      minPrice: 1_000,
      maxPrice: 100_000_000,
    });
    const deployed = await ignition.deploy(cardflowModule, {
      config: waits,
      parameters: {
        Cardflow: {
          treasury: treasury.address,
          timelock: timelock.address,
          guardian: guardian.address,
          verifier: verifier.address,
          primarySource: source(feeds[0]),
          secondSource: source(feeds[1]),
          initialSlowPrice: parseEther(CARD_PRICE),
        },
      },
    });
    const addressOf = async (name: keyof typeof deployed): Promise<Address> =>
      getAddress(await deployed[name].getAddress());
    const { abi } = await hre.artifacts.readArtifact("MockAggregator");
    return {
      chain,
      deployment: {
        chainId: chain.id,
        startBlock,
        addresses: {
          accessManager: await addressOf("manager"),
          computeToken: await addressOf("token"),
          computeDollar: await addressOf("dollar"),
          priceOracle: await addressOf("oracle"),
          dollarMinter: await addressOf("minter"),
          cardRegistry: await addressOf("registry"),
          supplierStaking: await addressOf("supplierStaking"),
          renterStaking: await addressOf("renterStaking"),
          leaseLedger: await addressOf("ledger"),
          rentalMarket: await addressOf("market"),
          revenueShareFactory: await addressOf("shareFactory"),
        },
      },
      treasury,
      verifier,
      guardian,
      timelock,
      deployer,
      keeper,
      refreshFeeds: () => refreshFeeds(keeper, feeds, abi),
    };
  } finally {
    await connection.close();
  }
};

/** A feed that says nothing for longer than its heartbeat is not believed; so after the clock moved it answers again. */
export const refreshFeeds = async ({ client, account }: Person, feeds: readonly Address[], abi: Abi): Promise<void> => {
  for (const address of feeds) {
    const answer = await readContract(client, { address, abi, functionName: "latestRoundData" });
    const price = Array.isArray(answer) ? answer[1] : FEED_ANSWER;
    const chain = client.chain ?? null;
    const hash = await writeContract(client, {
      address,
      abi,
      functionName: "setAnswer",
      args: [price],
      account,
      chain,
    });
    await waitForTransactionReceipt(client, { hash });
  }
};
