import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DeploymentParameters, IgnitionModule } from "@nomicfoundation/ignition-core";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Address, getAddress, type Hash, isHash, keccak256, zeroAddress } from "viem";
import { getCode } from "viem/actions";
import { z } from "zod";
import cardflowModule from "../../ignition/modules/Cardflow.ts";
import faucetModule from "../../ignition/modules/Faucet.ts";
import feedsModule from "../../ignition/modules/MockFeeds.ts";
import sequencerModule from "../../ignition/modules/MockSequencer.ts";
import type { CardflowClient, ContractName } from "../../sdk/src/index.ts";
import type { Progress } from "../demo/progress.ts";
import { fundsOf, fundsProblems, problemsOnChain } from "./chainChecks.ts";
import { connectDeployer, type DeployerLink, openHardhat, type Place, type Profile } from "./environment.ts";
import { DeploymentError, messageOf, need } from "./failure.ts";
import type { Network } from "./networks.ts";
import { type Parameters, problemsOn } from "./parameters.ts";
import { planLines } from "./plan.ts";
import { isBegun, readJournal, recover } from "./recovery.ts";
import {
  contractNames,
  type Entry,
  entryOf,
  type Recorded,
  readRegistry,
  type TestContract,
  testContractNames,
  writeEntry,
} from "./registry.ts";
import {
  driftBetween,
  driftLines,
  forgetRelease,
  genesisOf,
  presentRelease,
  type Release,
  type ReleaseId,
  readRelease,
  releaseIdOf,
  writeRelease,
} from "./release.ts";

/** What is to be deployed, where, and where its state is kept. */
export type Order = {
  readonly network: Network;
  readonly release: string;
  readonly parameters: Parameters;
  /** Name of the parameter file, for what is said. */
  readonly file: string;
  readonly profile: Profile;
  readonly place: Place;
  readonly rpc?: string | undefined;
  /** Compiles and sends; by default the repository's Hardhat with the profile. */
  readonly hre?: HardhatRuntimeEnvironment | undefined;
};

/** How the deployment talks with whoever started it. */
export type Talk = {
  readonly progress: Progress;
  readonly say: (lines: readonly string[]) => void;
  /** Whether to go on with the plan that was said. */
  readonly confirm: () => Promise<boolean>;
};

/** What came of it. */
export type Outcome = {
  readonly entry: Entry;
  /** Whether the registry changed. */
  readonly changed: boolean;
};

/**
 * Deploys a release, goes on with one that was interrupted, or finds that there is nothing to do. Everything is checked before the
 * first transaction.
 */
export const deploy = async (order: Order, talk: Talk): Promise<Outcome> => {
  const { network, profile, place, rpc, parameters, file } = order;
  const hre = order.hre ?? (await openHardhat(profile, place.ignition));
  const link = await connectDeployer(hre, network, rpc);
  const id = releaseIdOf(network, order.release, place);

  const begun = await begunOn(link.reader, order, id, talk);
  refuse(file, problemsOn(network, parameters, link.deployer));
  const funds = await fundsOf(link.reader, network, link.deployer);
  if (begun === undefined) {
    refuse(file, await problemsOnChain(link.reader, network, parameters));
    refuse(network.name, fundsProblems(funds, link.deployer));
  }

  talk.progress.step(`contracts are compiled (${profile} profile)`);
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  talk.progress.end();
  const present = await presentRelease(hre, link.reader, { ...order, deployer: link.deployer });
  if (begun?.finished === true) return finished(order, begun, present, link.reader, talk);
  if (begun !== undefined) refuseDrift(order, begun, present);

  talk.say(planLines({ ...order, deployer: link.deployer, funds, resumed: begun !== undefined }));
  if (!(await talk.confirm())) throw new DeploymentError("not confirmed; nothing was sent");

  if (begun === undefined) await writeRelease(id, present);
  await run(hre, order, link, id, talk);
  const entry = await record(link.reader, id, order.release);
  await writeEntry(place.registry, network.chainId, entry);
  await writeRelease(id, { ...present, finished: true });
  return { entry, changed: true };
};

const refuse = (what: string, problems: readonly string[]): void => {
  if (problems.length > 0) throw new DeploymentError(`${what} cannot be used:`, problems);
};

/** What this release began with on this very chain. A local chain that is gone takes its release with it. */
const begunOn = async (
  reader: CardflowClient,
  { network, release }: Order,
  id: ReleaseId,
  { say }: Talk,
): Promise<Release | undefined> => {
  const begun = await readRelease(id);
  if (begun === undefined || begun.genesis === (await genesisOf(reader))) return begun;
  if (network.kind !== "local")
    throw new DeploymentError(
      `release ${release} began on another chain than the one that answers for ${network.name}`,
    );
  await forgetRelease(id);
  say([`The local chain was started anew: the release ${release} of the old one is forgotten.`]);
  return undefined;
};

/** A release that goes on with other code or parameters would break half-way. */
const refuseDrift = ({ network, release }: Order, begun: Release, present: Release): void => {
  const lines = driftLines(driftBetween(begun, present));
  if (lines.length === 0) return;
  throw new DeploymentError(`release ${release} on ${network.name} is half done and cannot go on as it began:`, [
    ...lines,
    "put it back to resume, or begin another with --release NAME",
  ]);
};

/** Nothing is sent; what differs from what was deployed is said. A registry that lost it gets it back. */
const finished = async (
  { network, place, release }: Order,
  begun: Release,
  present: Release,
  reader: CardflowClient,
  { say }: Talk,
): Promise<Outcome> => {
  const lines = driftLines(driftBetween(begun, present));
  say([
    `Release ${release} is on ${network.name} already; nothing is sent.`,
    ...(lines.length === 0
      ? []
      : [
          "What differs now from what was deployed:",
          ...lines.map((line) => `  ${line}`),
          "  a deployed release keeps its code; its parameters are changed by their roles, or begin another with --release NAME",
        ]),
  ]);
  const recorded = entryOf(await readRegistry(place.registry), network.chainId);
  const entry = await entryOfRelease(reader, network, release, place);
  if (recorded === undefined) {
    await writeEntry(place.registry, network.chainId, entry);
    say([`${place.registry} did not know it and does now.`]);
  } else if (recorded.release !== release)
    say([`${place.registry} names release ${recorded.release} on this chain; these are the addresses of ${release}:`]);
  return { entry, changed: recorded === undefined };
};

/** Where a release is: as the registry says if it names this one, else from the release's own journal. */
export const entryOfRelease = async (
  reader: CardflowClient,
  network: Network,
  release: string,
  place: Place,
): Promise<Entry> => {
  const recorded = entryOf(await readRegistry(place.registry), network.chainId);
  return recorded?.release === release ? recorded : record(reader, releaseIdOf(network, release, place), release);
};

/* IGNITION */

/** Milliseconds between two looks at how far the deployment is. */
const LOOK = 500;

/** Deploys one module and gives all addresses so far. */
type Send = (module: IgnitionModule, parameters: DeploymentParameters) => Promise<Addresses>;
type Addresses = Readonly<Record<string, Address>>;

/** Sends the modules; what an interruption left open is settled first. */
const run = async (
  hre: HardhatRuntimeEnvironment,
  { network, parameters }: Order,
  { url, key, reader, deployer }: DeployerLink,
  { id, folder }: ReleaseId,
  { progress, say }: Talk,
): Promise<void> => {
  const test = await isTestNode(reader);
  const connection = await hre.network.create({
    network: network.name,
    override: { url, accounts: [key] },
  });
  const waits = {
    requiredConfirmations: network.confirmations,
    // A node for tests mines when it gets a transaction, so more blocks would never come.
    ...(test && { requiredConfirmations: 1, blockPollingInterval: 20, disableFeeBumping: true }),
  };
  try {
    const settled = await recover({
      hre,
      folder,
      reader,
      deployer,
      confirmations: waits.requiredConfirmations,
      provider: connection.provider,
    });
    if (settled.length > 0) say(settled);
    await sendModules(parameters, async (module, given) => {
      if (await isOver(folder, module)) return addressesOf(folder);
      progress.step(`${module.id} is deployed`);
      const following = setInterval(
        async () => progress.at(await confirmedOf(folder, module.id), module.futures.size),
        LOOK,
      );
      try {
        await connection.ignition.deploy(module, { config: waits, parameters: given, deploymentId: id });
      } catch (cause) {
        throw new DeploymentError(
          `${module.id} could not be deployed; run the same command to go on:`,
          [messageOf(cause)],
          {
            cause,
          },
        );
      } finally {
        clearInterval(following);
        progress.end();
      }
      return addressesOf(folder);
    });
  } finally {
    await connection.close();
  }
};

/** Whether a node is Hardhat's or anvil, under whatever chain id. */
const isTestNode = async (reader: CardflowClient): Promise<boolean> => {
  const version = await reader.request({ method: "web3_clientVersion" }).catch(() => "");
  return /anvil|hardhat/i.test(version);
};

/** All modules as they follow each other. */
const ORDER: readonly IgnitionModule[] = [feedsModule, sequencerModule, cardflowModule, faucetModule];

/** Whether a later module was begun. Ignition cannot look at a module again while another one of the deployment is half done. */
const isOver = async (folder: string, module: IgnitionModule): Promise<boolean> => {
  for (const { id } of ORDER.slice(ORDER.indexOf(module) + 1)) if (await isBegun(folder, id)) return true;
  return false;
};

/** The modules in their order: feeds first, because the system is made with their addresses; the faucet last. */
const sendModules = async ({ Cardflow, MockFeeds, MockSequencer, Faucet }: Parameters, send: Send): Promise<void> => {
  const feeds: Addresses = MockFeeds === undefined ? {} : await send(feedsModule, { MockFeeds });
  const sequencer: Addresses = MockSequencer === undefined ? {} : await send(sequencerModule, {});
  const { primarySource, secondSource, sequencerFeed, ...rest } = Cardflow;
  const deployed = await send(cardflowModule, {
    Cardflow: {
      ...rest,
      primarySource: { ...primarySource, feed: primarySource.feed ?? need(feeds[FUTURES.primaryFeed], "a mock feed") },
      secondSource: { ...secondSource, feed: secondSource.feed ?? need(feeds[FUTURES.secondFeed], "a mock feed") },
      sequencerFeed: sequencerFeed ?? sequencer[FUTURES.sequencerFeed] ?? zeroAddress,
    },
  });
  if (Faucet === undefined) return;
  const token = need(deployed[FUTURES.computeToken], "the token");
  await send(faucetModule, { Faucet: { ...Faucet, token } });
};

const confirmedOf = async (folder: string, module: string): Promise<number> => {
  const journal = await readJournal(folder);
  return journal.filter(({ type, futureId }) => type === "TRANSACTION_CONFIRM" && futureId.startsWith(`${module}#`))
    .length;
};

const addressesOf = async (folder: string): Promise<Addresses> =>
  addressesSchema.parse(JSON.parse(await readFile(join(folder, "deployed_addresses.json"), "utf8")));

const addressesSchema = z.record(
  z.string(),
  z.string().transform((text) => getAddress(text)),
);

/* RECORD */

/** What Ignition calls the contracts. */
const FUTURES = {
  accessManager: "Cardflow#AccessManager",
  computeToken: "Cardflow#ComputeToken",
  computeDollar: "Cardflow#ComputeDollar",
  priceOracle: "Cardflow#PriceOracle",
  dollarMinter: "Cardflow#DollarMinter",
  cardRegistry: "Cardflow#CardRegistry",
  supplierStaking: "Cardflow#SupplierStaking",
  renterStaking: "Cardflow#RenterStaking",
  leaseLedger: "Cardflow#LeaseLedger",
  rentalMarket: "Cardflow#RentalMarket",
  revenueShareFactory: "Cardflow#RevenueShareFactory",
  primaryFeed: "MockFeeds#PrimaryFeed",
  secondFeed: "MockFeeds#SecondFeed",
  sequencerFeed: "MockSequencer#SequencerFeed",
  faucet: "Faucet#Faucet",
} as const satisfies Record<ContractName | TestContract, string>;

/** Reads back what was deployed: addresses and transactions from the journal, code from the chain. */
const record = async (reader: CardflowClient, { folder }: ReleaseId, release: string): Promise<Entry> => {
  const addresses = await addressesOf(folder);
  const journal = await readJournal(folder);
  const recordedOf = async (name: ContractName | TestContract): Promise<Recorded | undefined> => {
    const future = FUTURES[name];
    const address = addresses[future];
    if (address === undefined) return undefined;
    const confirmed = journal.find((message) => message.type === "TRANSACTION_CONFIRM" && message.futureId === future);
    if (confirmed?.type !== "TRANSACTION_CONFIRM") throw new DeploymentError(`no transaction deployed ${future}`);
    return {
      address,
      block: `${confirmed.receipt.blockNumber}`,
      transaction: hashOf(confirmed.hash),
      codeHash: await codeHashOf(reader, address),
    };
  };
  const found = async (name: ContractName): Promise<Recorded> => need(await recordedOf(name), FUTURES[name]);
  const contracts = {
    accessManager: await found("accessManager"),
    computeToken: await found("computeToken"),
    computeDollar: await found("computeDollar"),
    priceOracle: await found("priceOracle"),
    dollarMinter: await found("dollarMinter"),
    cardRegistry: await found("cardRegistry"),
    supplierStaking: await found("supplierStaking"),
    renterStaking: await found("renterStaking"),
    leaseLedger: await found("leaseLedger"),
    rentalMarket: await found("rentalMarket"),
    revenueShareFactory: await found("revenueShareFactory"),
  };
  const testContracts: Entry["testContracts"] = {};
  for (const name of testContractNames) {
    const recorded = await recordedOf(name);
    if (recorded !== undefined) testContracts[name] = recorded;
  }
  const startBlock = Math.min(...contractNames.map((name) => Number(contracts[name].block)));
  return { release, startBlock: `${startBlock}`, contracts, testContracts };
};

const hashOf = (text: string): Hash => {
  if (isHash(text)) return text;
  throw new DeploymentError(`a transaction hash is expected, found ${text}`);
};

/** Hash of the code at an address; of nothing if there is none. */
export const codeHashOf = async (reader: CardflowClient, address: Address, blockNumber?: bigint): Promise<Hash> =>
  keccak256((await getCode(reader, { address, ...(blockNumber !== undefined && { blockNumber }) })) ?? "0x");
