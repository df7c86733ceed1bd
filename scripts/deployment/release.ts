import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Address, type Hash, isHex, keccak256 } from "viem";
import { getBlock } from "viem/actions";
import { z } from "zod";
import type { CardflowClient } from "../../sdk/src/index.ts";
import type { Place, Profile } from "./environment.ts";
import { DeploymentError } from "./failure.ts";
import { makePlace, readJson, writeWhole } from "./files.ts";
import type { Network } from "./networks.ts";
import type { Parameters } from "./parameters.ts";

/** What a deployment began with, so that it goes on with the same or not at all. Leaves are text, by dotted path. */
const releaseSchema = z.strictObject({
  network: z.string(),
  chainId: z.int(),
  genesis: z.string(),
  release: z.string(),
  deployer: z.string(),
  /** Compiler settings. */
  compiler: z.record(z.string(), z.string()),
  /** Hashes of creation code, by contract. */
  code: z.record(z.string(), z.string()),
  parameters: z.record(z.string(), z.string()),
  finished: z.boolean(),
});

export type Release = z.infer<typeof releaseSchema>;

/** A release on a network: its name, and the id that Ignition knows it by. */
export type ReleaseId = { readonly release: string; readonly id: string; readonly folder: string };

export const releaseIdOf = (network: Network, release: string, { ignition }: Place): ReleaseId => {
  const id = `${network.name}-${release.replaceAll(/[^0-9a-zA-Z]+/g, "-")}`;
  return { release, id, folder: join(ignition, "deployments", id) };
};

const fileOf = ({ folder }: ReleaseId): string => join(folder, "release.json");

const another = "put the last good one back, or begin another release with --release NAME";

/** What a release began with; undefined if it never did. */
export const readRelease = async (id: ReleaseId): Promise<Release | undefined> => {
  if (!existsSync(fileOf(id))) return undefined;
  const parsed = releaseSchema.safeParse(await readJson(fileOf(id), another));
  if (!parsed.success)
    throw new DeploymentError(`${fileOf(id)} cannot be read:`, [z.prettifyError(parsed.error), another]);
  if (parsed.data.release === id.release) return parsed.data;
  throw new DeploymentError(`release ${id.release} would be kept where release ${parsed.data.release} is:`, [
    "give it a name that differs in letters or digits: --release NAME",
  ]);
};

export const writeRelease = async (id: ReleaseId, release: Release): Promise<void> => {
  await makePlace(id.folder);
  await writeWhole(fileOf(id), `${JSON.stringify(release, null, 2)}\n`);
};

/** Forgets a release of a local chain that is gone. */
export const forgetRelease = ({ folder }: ReleaseId): Promise<void> => rm(folder, { recursive: true, force: true });

/** Contracts of the modules by their artifacts. */
const ARTIFACTS = [
  "AccessManager",
  "ComputeToken",
  "ComputeDollar",
  "PriceOracle",
  "DollarMinter",
  "CardRegistry",
  "SupplierStaking",
  "RenterStaking",
  "LeaseLedger",
  "RentalMarket",
  "RevenueShareFactory",
  "MockAggregator",
  "Faucet",
] as const;

/** What a deployment would begin with now. */
export const presentRelease = async (
  hre: HardhatRuntimeEnvironment,
  reader: CardflowClient,
  what: {
    readonly network: Network;
    readonly release: string;
    readonly profile: Profile;
    readonly deployer: Address;
    readonly parameters: Parameters;
  },
): Promise<Release> => {
  const { network, release, profile, deployer, parameters } = what;
  const code = await Promise.all(ARTIFACTS.map(async (name) => [name, await creationHash(hre, name)] as const));
  return {
    network: network.name,
    chainId: network.chainId,
    genesis: await genesisOf(reader),
    release,
    deployer,
    compiler: { profile, ...leavesOf(compilerOf(hre, profile)) },
    code: Object.fromEntries(code),
    parameters: leavesOf(parameters),
    finished: false,
  };
};

/** Hash of a chain's first block, which tells two chains of one id apart. */
export const genesisOf = async (reader: CardflowClient): Promise<Hash> =>
  (await getBlock(reader, { blockNumber: 0n })).hash;

const creationHash = async (hre: HardhatRuntimeEnvironment, name: string): Promise<Hash> => {
  const { bytecode } = await hre.artifacts.readArtifact(name);
  if (!isHex(bytecode)) throw new DeploymentError(`the artifact of ${name} holds no code`);
  return keccak256(bytecode);
};

const compilerOf = (hre: HardhatRuntimeEnvironment, profile: Profile): unknown => {
  const [compiler] = hre.config.solidity.profiles[profile]?.compilers ?? [];
  if (compiler === undefined) throw new DeploymentError(`the build profile ${profile} names no compiler`);
  return { version: compiler.version, settings: { ...compiler.settings, outputSelection: undefined } };
};

/** Leaves of a value as text, by dotted path. */
export const leavesOf = (value: unknown, path = ""): Record<string, string> => {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null) return { [path]: String(value) };
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, inner]) => leavesOf(inner, path === "" ? key : `${path}.${key}`)),
  );
};

/** Leaves that differ, in words. */
const differences = (before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((path) =>
    before[path] === now[path] ? [] : [`${path}: was ${before[path] ?? "not set"}, is ${now[path] ?? "not set"}`],
  );

/** What changed since a release began, so that it could not go on as the same. Parameters alone matter only until it is finished. */
export type Drift = {
  readonly compiler: readonly string[];
  readonly code: readonly string[];
  readonly parameters: readonly string[];
  readonly deployer: readonly string[];
};

export const driftBetween = (before: Release, now: Release): Drift => ({
  compiler: differences(before.compiler, now.compiler),
  code: Object.keys(now.code).filter((name) => before.code[name] !== now.code[name]),
  parameters: differences(before.parameters, now.parameters),
  deployer: before.deployer === now.deployer ? [] : [`deployer: was ${before.deployer}, is ${now.deployer}`],
});

/** A drift in words, by cause. */
export const driftLines = ({ compiler, code, parameters, deployer }: Drift): string[] => [
  ...compiler.map((line) => `compiler setting ${line}`),
  ...(code.length === 0
    ? []
    : [`${compiler.length > 0 ? "so other code" : "sources changed, so other code"} of ${code.join(", ")}`]),
  ...parameters.map((line) => `parameter ${line}`),
  ...deployer,
];
