import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { verifyContract } from "@nomicfoundation/hardhat-verify/verify";
import { getVerificationInformation, type VerifyInfo } from "@nomicfoundation/ignition-core";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { readContract } from "viem/actions";
import { z } from "zod";
import { revenueShareFactoryAbi } from "../../sdk/src/abis/index.ts";
import { entryOfRelease } from "./deploy.ts";
import { configOf, connect, openHardhat, type Place, type Profile, root, urlOf } from "./environment.ts";
import { DeploymentError, messageOf } from "./failure.ts";
import type { Network } from "./networks.ts";
import { readRelease, releaseIdOf } from "./release.ts";

/** Where sources are shown to everybody. Sourcify is what counts; the others are tried where their variables are set. */
const OTHERS = ["blockscout", "etherscan"] as const;

/** What is known of one contract. */
export type Verified = {
  readonly contract: string;
  readonly address: string;
  /** Undefined once it is verified. */
  readonly problem?: string | undefined;
};

/**
 * Verifies the sources of a release, one contract after the other. What is verified is kept beside the release, so that another
 * run asks only for the rest.
 */
export const verify = async (
  order: {
    readonly network: Network;
    readonly release: string;
    readonly place: Place;
    readonly rpc?: string | undefined;
    readonly sourcify?: string | undefined;
  },
  say: (line: string) => void,
): Promise<Verified[]> => {
  const { network, place, release } = order;
  const id = releaseIdOf(network, release, place);
  const begun = await readRelease(id);
  if (begun === undefined)
    throw new DeploymentError(`there is no release ${release} on ${network.name} in ${place.ignition}`, [
      "deploy it first, or name the folder or the release that you deployed with: --state DIR, --release NAME",
    ]);
  if (network.kind === "local")
    throw new DeploymentError("a local chain has no explorer: there is nothing to verify it with");
  const profile = begun.compiler.profile === "default" ? "default" : "production";
  const hre = await openVerifier(order, profile);
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });

  const known = join(id.folder, "verified.json");
  const done = new Set(existsSync(known) ? doneSchema.parse(JSON.parse(await readFile(known, "utf8"))) : []);
  const results: Verified[] = [];
  for (const info of await contractsOf(hre, order)) {
    const { contract, address } = info;
    const problem = done.has(address) ? undefined : await problemOf(hre, info, "sourcify");
    results.push({ contract, address, problem });
    say(`${problem === undefined ? "✓" : "✗"} ${contract.split(":").at(-1)} ${address} ${problem ?? "sourcify"}`);
    if (problem === undefined) {
      done.add(address);
      await writeFile(known, `${JSON.stringify([...done], null, 2)}\n`);
      await tryOthers(hre, info, say);
    }
  }
  return results;
};

const doneSchema = z.array(z.string());

/** What a release deployed, and the implementation that its factory of shares brought with it. */
const contractsOf = async (
  hre: HardhatRuntimeEnvironment,
  { network, place, release, rpc }: Parameters<typeof verify>[0],
): Promise<VerifyInfo[]> => {
  const contracts: VerifyInfo[] = [];
  for await (const info of getVerificationInformation(releaseIdOf(network, release, place).folder)) {
    if (typeof info === "string") throw new DeploymentError(`the record of ${info} is not complete`);
    contracts.push(info);
  }
  const { reader } = await connect(hre, network, rpc);
  const { contracts: recorded } = await entryOfRelease(reader, network, release, place);
  const { cardRegistry, leaseLedger, computeToken, revenueShareFactory } = recorded;
  const address = await readContract(reader, {
    address: revenueShareFactory.address,
    abi: revenueShareFactoryAbi,
    functionName: "implementation",
  });
  const constructorArgs = [cardRegistry, leaseLedger, computeToken, revenueShareFactory].map((given) => given.address);
  const contract = "contracts/revenue/RevenueShare.sol:RevenueShare";
  return [
    ...contracts,
    { address, contract, constructorArgs, libraries: {}, creationTxHash: revenueShareFactory.transaction },
  ];
};

/** A Hardhat environment whose network is the one to verify on. It sends nothing, so it needs no key. */
const openVerifier = async (
  { network, place, rpc, sourcify }: Parameters<typeof verify>[0],
  profile: Profile,
): Promise<HardhatRuntimeEnvironment> => {
  const url = await urlOf(await openHardhat(profile, place.ignition), network, rpc);
  const config = configOf(profile, place.ignition);
  const networks = { ...config.networks, [network.name]: { type: "http" as const, chainId: network.chainId, url } };
  const key = process.env.ETHERSCAN_API_KEY;
  const settings = {
    sourcify: { enabled: true, ...(sourcify !== undefined && { apiUrl: sourcify }) },
    blockscout: { enabled: sourcify === undefined },
    etherscan: key === undefined ? { enabled: false as const } : { apiKey: key },
  };
  return createHardhatRuntimeEnvironment(
    { ...config, networks, verify: settings },
    { buildProfile: profile, noTypechain: true, network: network.name },
    root,
  );
};

type Explorer = "sourcify" | (typeof OTHERS)[number];

/** Why an explorer does not verify a contract; undefined if it does, or has. */
const problemOf = async (
  hre: HardhatRuntimeEnvironment,
  info: VerifyInfo,
  provider: Explorer,
): Promise<string | undefined> => {
  try {
    await verifyContract({ ...info, provider }, hre);
    return undefined;
  } catch (cause) {
    const message = messageOf(cause);
    return message.includes("already been verified") ? undefined : message;
  }
};

const tryOthers = async (
  hre: HardhatRuntimeEnvironment,
  info: VerifyInfo,
  say: (line: string) => void,
): Promise<void> => {
  for (const provider of OTHERS) {
    if (!hre.config.verify[provider].enabled) continue;
    const problem = await problemOf(hre, info, provider);
    say(problem === undefined ? `  ${provider} too` : `  not on ${provider}: ${problem}`);
  }
};
