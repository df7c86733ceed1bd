import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Address, isAddressEqual, parseEther } from "viem";
import { formatSignedOrder } from "../../sdk/src/orders/index.ts";
import { requireFreePort } from "../../sdk/src/testing/port.ts";
import { type Chain, type Hardfork, joinChain, NEWEST } from "../demo/chain.ts";
import { giveTokens } from "../demo/dollars.ts";
import { NODE_NAMES, OWNER_NAMES, storyHosts } from "../demo/fixtures.ts";
import { buildFleet, type FleetCard } from "../demo/fleet.ts";
import { personOf } from "../demo/people.ts";
import type { Progress } from "../demo/progress.ts";
import { refreshFeeds, type System } from "../demo/system.ts";
import { deploy } from "./deploy.ts";
import { openHardhat, type Place, placeOf, root } from "./environment.ts";
import { DeploymentError, messageOf, need } from "./failure.ts";
import { makePlace } from "./files.ts";
import { LOCALHOST } from "./networks.ts";
import { readParameters } from "./parameters.ts";
import { publish } from "./publish.ts";
import { contractNames, deploymentOf, type Entry, type LocalEntry, readRegistry, writeEntry } from "./registry.ts";

/** One host in so many of the demo's is seeded. */
const EVERY = 4;
const FAUCET_STOCK = parseEther("10000000");

/** A local stack that runs. */
export type Stack = {
  readonly system: System;
  readonly entry: Entry;
  readonly cards: readonly FleetCard[];
  /** File with the signed asks of the cards. */
  readonly asks: string;
  /** Whether the SDK's registry named other addresses and was written anew. */
  readonly published: boolean;
  readonly close: () => Promise<void>;
};

/** Starts a node with everything on it: contracts, mock feeds, a filled faucet, cards that can be rented and their asks. */
export const startStack = async (
  options: { readonly port: number; readonly release: string; readonly hardfork?: Hardfork; readonly place?: Place },
  progress: Progress,
): Promise<Stack> => {
  const place = options.place ?? placeOf(LOCALHOST);
  const hre = await openHardhat("default", place.ignition);
  progress.step("a node starts");
  const { url, close } = await startNode(hre, options.port, options.hardfork ?? NEWEST);
  try {
    const file = join(root, "ignition", "parameters", "localhost.json5");
    const { entry } = await deploy(
      {
        network: LOCALHOST,
        release: options.release,
        parameters: await readParameters(file),
        file,
        profile: "default",
        place,
        rpc: url,
      },
      { progress, say: () => {}, confirm: async () => true },
    );
    const system = await systemOf(hre, await joinChain(url), entry);
    progress.step("the faucet is filled, cards are registered, verified and bonded");
    const faucet = need(entry.testContracts.faucet, "the faucet");
    await giveTokens(system, faucet, FAUCET_STOCK);
    const cards = await buildFleet(system, await localHosts(system));
    const asks = await writeAsks(place, url, cards);
    const published = options.place === undefined && (await publishLocal(entry));
    progress.end();
    return { system, entry, cards, asks, published, close };
  } catch (cause) {
    await close();
    throw cause;
  }
};

const startNode = async (
  hre: HardhatRuntimeEnvironment,
  port: number,
  hardfork: Hardfork,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> => {
  const host = "127.0.0.1";
  await requireFreePort(host, port).catch((cause: unknown) => {
    throw new DeploymentError(`no node can listen on port ${port}: ${messageOf(cause)}`, ["another one: --port N"], {
      cause,
    });
  });
  const server = await hre.network.createServer({ network: "node", override: { hardfork } }, host, port);
  const bound = await server.listen();
  return { url: `http://${bound.address}:${bound.port}`, close: () => server.close() };
};

/** The deployment as the demo's helpers take it: with those who run it. */
const systemOf = async (hre: HardhatRuntimeEnvironment, chain: Chain, entry: Entry): Promise<System> => {
  const { primaryFeed, secondFeed } = entry.testContracts;
  const feeds: Address[] = [primaryFeed, secondFeed].map((feed) => need(feed, "a mock feed").address);
  const { abi } = await hre.artifacts.readArtifact("MockAggregator");
  const keeper = personOf(chain, "keeper");
  const system: System = {
    chain,
    deployment: deploymentOf(chain.id, entry),
    treasury: personOf(chain, "treasury"),
    verifier: personOf(chain, "verifier"),
    guardian: personOf(chain, "guardian"),
    timelock: personOf(chain, "timelock"),
    deployer: personOf(chain, "deployer"),
    keeper,
    refreshFeeds: () => refreshFeeds(keeper, feeds, abi),
  };
  await chain.fund(
    [system.treasury, system.verifier, system.guardian, system.timelock, keeper].map(({ address }) => address),
  );
  return system;
};

const localHosts = async ({ chain }: System) => {
  const [owners, nodes] = [OWNER_NAMES, NODE_NAMES].map((names) => names.map((name) => personOf(chain, name)));
  const people = [...(owners ?? []), ...(nodes ?? [])];
  await chain.fund(people.map(({ address }) => address));
  return storyHosts(owners ?? [], nodes ?? []).filter((_, index) => index % EVERY === 0);
};

/** Asks live off chain: they stand in a file of the node's port, one signed order per line of an array. */
const writeAsks = async ({ ignition }: Place, url: string, cards: readonly FleetCard[]): Promise<string> => {
  const file = join(ignition, `asks-${new URL(url).port}.json`);
  await makePlace(ignition);
  await writeFile(
    file,
    `[\n${cards.map(({ ask, signature }) => formatSignedOrder({ ask, signature })).join(",\n")}\n]\n`,
  );
  return file;
};

/** The SDK knows where a local stack is, because its addresses follow from the deployer's key and the order of the deployment. */
const publishLocal = async (entry: Entry): Promise<boolean> => {
  const registry = join(root, "sdk", "deployments.json");
  const known = (await readRegistry(registry))[LOCALHOST.chainId];
  const same =
    known !== undefined &&
    contractNames.every((name) => isAddressEqual(known.contracts[name].address, entry.contracts[name].address));
  if (same) return false;
  await writeEntry(registry, LOCALHOST.chainId, localEntryOf(entry));
  publish({ registry, ignition: join(root, "ignition") }, root);
  return true;
};

/** What of a deployment stays the same on every local chain. */
export const localEntryOf = ({ startBlock, contracts }: Entry): LocalEntry => {
  const at = (name: keyof Entry["contracts"]) => ({ address: contracts[name].address });
  return {
    startBlock,
    contracts: {
      accessManager: at("accessManager"),
      computeToken: at("computeToken"),
      computeDollar: at("computeDollar"),
      priceOracle: at("priceOracle"),
      dollarMinter: at("dollarMinter"),
      cardRegistry: at("cardRegistry"),
      supplierStaking: at("supplierStaking"),
      renterStaking: at("renterStaking"),
      leaseLedger: at("leaseLedger"),
      rentalMarket: at("rentalMarket"),
      revenueShareFactory: at("revenueShareFactory"),
    },
  };
};
