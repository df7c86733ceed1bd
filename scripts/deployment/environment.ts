import { join } from "node:path";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatUserConfig } from "hardhat/types/config";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Address, createClient, type Hex, http, isHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { getChainId } from "viem/actions";
import config from "../../hardhat.config.ts";
import { withoutUrlSecrets } from "../../sdk/src/errors/index.ts";
import type { CardflowClient } from "../../sdk/src/index.ts";
import { joinChain } from "../demo/chain.ts";
import { personOf } from "../demo/people.ts";
import { DeploymentError, messageOf } from "./failure.ts";
import { KEY_VARIABLE, type Network } from "./networks.ts";

export const root = join(import.meta.dirname, "../..");

/** How the contracts are compiled: production is what is deployed to live chains, default compiles fast. */
export type Profile = "default" | "production";

/** Where a deployment's state is kept: Ignition's folder, and the registry of addresses. */
export type Place = { readonly ignition: string; readonly registry: string };

/** State of live chains belongs to the repository, that of local ones to the cache; or both to a folder that is named. */
export const placeOf = ({ kind }: Network, folder?: string): Place => {
  const own = folder ?? (kind === "local" ? join(root, "cache", "local") : undefined);
  return own === undefined
    ? { ignition: join(root, "ignition"), registry: join(root, "sdk", "deployments.json") }
    : { ignition: own, registry: join(own, "deployments.json") };
};

/** The configuration of one profile. Production has artifacts of its own, so that tests and deployments do not overwrite each other's. */
export const configOf = (profile: Profile, ignition: string): HardhatUserConfig => {
  const own = join(root, "cache", "production");
  const folders = profile === "production" ? { artifacts: join(own, "artifacts"), cache: join(own, "cache") } : {};
  return { ...config, paths: { ...config.paths, ...folders, ignition } };
};

/** A Hardhat environment of one profile. */
export const openHardhat = (profile: Profile, ignition = join(root, "ignition")): Promise<HardhatRuntimeEnvironment> =>
  createHardhatRuntimeEnvironment(
    configOf(profile, ignition),
    { buildProfile: profile, noTypechain: profile === "production" },
    root,
  );

/** A node's address and a client that reads from it. */
export type Link = { readonly url: string; readonly reader: CardflowClient };

/** The same with the key that deploys. */
export type DeployerLink = Link & { readonly key: Hex; readonly deployer: Address };

const DEFAULT_RPC = "http://127.0.0.1:8545";

/** Connects to a network for reading. */
export const connect = async (hre: HardhatRuntimeEnvironment, network: Network, rpc?: string): Promise<Link> => {
  const missing: string[] = [];
  const url = await urlOf(hre, network, rpc).catch(collect(missing));
  if (url === undefined) throw variablesMissing(network, missing);
  return link(network, url);
};

/** Connects to a network with the deployer's key. On a local chain that is a key known to all, which is given gas. */
export const connectDeployer = async (
  hre: HardhatRuntimeEnvironment,
  network: Network,
  rpc?: string,
): Promise<DeployerLink> => {
  if (network.kind === "local") {
    const { url, reader } = await connect(hre, network, rpc);
    const chain = await joinChain(url);
    const { key, address } = personOf(chain, "deployer");
    await chain.fund([address]);
    return { url, reader, key, deployer: address };
  }
  const missing: string[] = [];
  const url = await urlOf(hre, network, rpc).catch(collect(missing));
  const key = await keyOf(hre, network).catch(collect(missing));
  if (url === undefined || key === undefined) throw variablesMissing(network, missing);
  return { ...(await link(network, url)), key, deployer: addressOf(key) };
};

const link = async ({ name, chainId, variables }: Network, url: string): Promise<Link> => {
  const reader = createClient({ transport: http(url, { timeout: 60_000 }), pollingInterval: 100, cacheTime: 0 });
  const found = await getChainId(reader).catch((cause: unknown) => {
    const remedy =
      variables === undefined
        ? `at ${withoutUrlSecrets(url)}: start one with \`npm run local\`, or name another with --rpc URL`
        : `check ${variables.url}, or name another node with --rpc URL`;
    throw new DeploymentError(`no node of ${name} answers: ${messageOf(cause)}`, [remedy], { cause });
  });
  if (found !== chainId)
    throw new DeploymentError(`${name} is chain ${chainId}, but the node answers for chain ${found}`);
  return { url, reader };
};

/** A configuration variable that has no value. */
class VariableMissing extends Error {
  override readonly name = "VariableMissing";
}

const collect =
  (missing: string[]) =>
  (cause: unknown): undefined => {
    if (!(cause instanceof VariableMissing)) throw cause;
    missing.push(cause.message);
    return undefined;
  };

const variablesMissing = ({ name }: Network, missing: readonly string[]): DeploymentError =>
  new DeploymentError(
    `${name} needs what is not set:`,
    missing.map((variable) => `${variable}: put it into the environment, or \`hardhat keystore set ${variable}\``),
  );

/** Hardhat's error numbers of a variable without a value: at large, and in tests. */
const MISSING = [7, 50_002] as const;

const resolved = async (name: string, read: () => Promise<string>): Promise<string> => {
  try {
    return await read();
  } catch (cause) {
    const missing = cause instanceof Error && "number" in cause && MISSING.some((number) => number === cause.number);
    throw missing ? new VariableMissing(name, { cause }) : new DeploymentError(`${name}: ${messageOf(cause)}`);
  }
};

/** URL of a network's node: given, or from its variable. What is none may hold a key all the same, so it is not shown. */
export const urlOf = async (hre: HardhatRuntimeEnvironment, network: Network, rpc?: string): Promise<string> => {
  const url = rpc ?? (network.kind === "local" ? DEFAULT_RPC : await configuredUrlOf(hre, network));
  if (URL.canParse(url) && /^https?:/.test(url)) return url;
  throw new DeploymentError(`${rpc === undefined ? network.variables?.url : "--rpc"} is no http address`);
};

const configuredUrlOf = (hre: HardhatRuntimeEnvironment, network: Network): Promise<string> => {
  const settings = hre.config.networks[network.name];
  if (settings?.type !== "http") throw new DeploymentError(`${network.name} is not a network of the configuration`);
  return resolved(network.variables?.url ?? network.name, () => settings.url.get());
};

const keyOf = async (hre: HardhatRuntimeEnvironment, network: Network): Promise<Hex> => {
  const settings = hre.config.networks[network.name];
  const accounts = settings?.type === "http" && Array.isArray(settings.accounts) ? settings.accounts : [];
  const text = await resolved(network.variables?.key ?? KEY_VARIABLE, async () => (await accounts[0]?.get()) ?? "");
  const key = text.startsWith("0x") ? text : `0x${text}`;
  if (!isHex(key) || key.length !== 66) throw noKey();
  return key;
};

/** Libraries repeat what they refuse. It may be a key with a slip in it, so it is neither shown nor kept. */
const addressOf = (key: Hex): Address => {
  try {
    return privateKeyToAccount(key).address;
  } catch {
    throw noKey();
  }
};

const noKey = (): DeploymentError => new DeploymentError(`${KEY_VARIABLE} is not a private key of 32 bytes in hex`);
