import {
  type CardflowClient,
  type ContractName,
  DeploymentUnknownError,
  RequestError,
  toCardflowError,
} from "@cardflow/sdk";
import { withoutUrlSecrets } from "@cardflow/sdk/errors";
import type { CardflowState } from "@cardflow/sdk/state";
import { createClient, defineChain, type Hash, http, keccak256, type LocalAccount } from "viem";
import { getBlock, getChainId, getCode } from "viem/actions";
import { DeploymentMismatchError, SourceError, UsageError } from "../failure.ts";
import type { Io } from "../terminal/io.ts";
import { readState } from "./events.ts";
import { contractNames, type DeploymentRecord, readRecords } from "./record.ts";

/** A chain with Cardflow on it. */
export type Network = DeploymentRecord & {
  readonly url: string;
  /** Reads; has no account. */
  readonly client: CardflowClient;
  /** Time of the latest block, seconds: the now of everything that is read. */
  readonly now: () => Promise<number>;
  /** Time of the next block, seconds: on a chain that stands still between transactions it is far from that of the latest. */
  readonly soon: () => Promise<number>;
  /** Everything that the contracts' events say, up to the latest block when it is first asked for. */
  readonly state: () => Promise<CardflowState>;
};

/** Where the chain is and what should be on it. */
export type NetworkOptions = { readonly rpc: string | undefined; readonly deployment: string | undefined };

const defaultUrl = "http://127.0.0.1:8545";

/** The node's address, checked. What is none may hold a key all the same, so it is not shown. */
export const urlOf = (io: Io, { rpc }: NetworkOptions): string => {
  const url = rpc ?? io.env.CARDFLOW_RPC_URL ?? defaultUrl;
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new UsageError(
      `${rpc === undefined ? "CARDFLOW_RPC_URL" : "--rpc"} is no http address`,
      "Write it as http://127.0.0.1:8545.",
    );
  return url;
};

/** The records to look in. */
export const recordsOf = (io: Io, { deployment }: NetworkOptions): Promise<readonly DeploymentRecord[]> =>
  readRecords(deployment ?? io.env.CARDFLOW_DEPLOYMENT);

/** A client of a node whose chain is known; with an account it can act. */
export const clientOf = (url: string, id: number, account?: LocalAccount): CardflowClient =>
  createClient({
    account,
    chain: defineChain({
      id,
      name: `chain ${id}`,
      nativeCurrency: { name: "coin", symbol: "ETH", decimals: 18 },
      rpcUrls: { default: { http: [url] } },
    }),
    transport: http(url, { timeout: 30_000, retryCount: 2 }),
    // The first look at a receipt comes soon; local chains have it at once.
    pollingInterval: 500,
    cacheTime: 0,
  });

/** EIP-155 id of a node's chain. */
export const chainIdAt = async (url: string): Promise<number> => {
  try {
    return await getChainId(createClient({ transport: http(url, { timeout: 10_000, retryCount: 0 }) }));
  } catch (cause) {
    const error = await toCardflowError(cause);
    if (!(error instanceof RequestError) || error.failure !== "Network") throw error;
    throw new SourceError(
      `no node answers at ${withoutUrlSecrets(url)}`,
      "Check --rpc or CARDFLOW_RPC_URL. In the repository, `npm run local` starts a node with everything on it.",
      { cause },
    );
  }
};

/**
 * Connects, and checks before anything else that this is a chain of the records and that the code is what they say.
 *
 * @throws DeploymentUnknownError, DeploymentMismatchError, RequestError
 */
export const openNetwork = async (io: Io, options: NetworkOptions): Promise<Network> => {
  const url = urlOf(io, options);
  const [records, chainId] = await Promise.all([recordsOf(io, options), chainIdAt(url)]);
  const record = recordOf(records, chainId);
  const network = networkOf(io, url, record);
  const [wrong] = (await codeOf(network)).filter(({ right }) => !right);
  if (wrong === undefined) return network;
  throw new DeploymentMismatchError(
    wrong.found === undefined
      ? `there is no ${wrong.name} at ${record.deployment.addresses[wrong.name]} on chain ${chainId}`
      : `the code of ${wrong.name} has the hash ${wrong.found}; the record of the deployment says ${wrong.expected}`,
    "Nothing was signed. Check --rpc and --deployment; if both are right, do not use this deployment.",
  );
};

/** The record of a chain. */
export const recordOf = (records: readonly DeploymentRecord[], chainId: number): DeploymentRecord => {
  const record = records.find(({ deployment }) => deployment.chainId === chainId);
  if (record !== undefined) return record;
  throw new DeploymentUnknownError(
    chainId,
    records.map(({ deployment }) => deployment.chainId),
  );
};

/** A chain whose code is not checked yet. */
export const networkOf = (io: Io, url: string, record: DeploymentRecord): Network => {
  const client = clientOf(url, record.deployment.chainId);
  const now = async (): Promise<number> => Number((await getBlock(client)).timestamp);
  const soon = async (): Promise<number> => {
    // Not every node has a pending block; where there is none, the latest is young.
    const pending = getBlock(client, { blockTag: "pending" }).then(
      ({ timestamp }) => Number(timestamp),
      () => 0,
    );
    return Math.max(await pending, await now());
  };
  let state: Promise<CardflowState> | undefined;
  return {
    ...record,
    url,
    client,
    now,
    soon,
    state: () => {
      state ??= readState(io, { client, deployment: record.deployment });
      return state;
    },
  };
};

/** Code of one contract: what is there and what should be. */
export type CodeFinding = {
  readonly name: ContractName;
  readonly expected: Hash | undefined;
  /** Undefined if there is no code. */
  readonly found: Hash | undefined;
  /** Without an expectation, some code is enough. */
  readonly right: boolean;
};

/** Compares the code of every contract with the record. */
export const codeOf = async ({ client, deployment, codeHashes }: Network): Promise<readonly CodeFinding[]> => {
  try {
    return await Promise.all(
      contractNames.map(async (name) => {
        const code = await getCode(client, { address: deployment.addresses[name] });
        const found = code === undefined ? undefined : keccak256(code);
        const expected = codeHashes[name];
        return { name, expected, found, right: found !== undefined && (expected === undefined || found === expected) };
      }),
    );
  } catch (cause) {
    throw await toCardflowError(cause);
  }
};
