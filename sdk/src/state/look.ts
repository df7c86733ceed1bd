import type { RpcLog } from "viem";
import { requireChain } from "../client/requireChain.ts";
import type { CardflowClient } from "../client/types.ts";
import { InvalidInputError, WrongChainError } from "../errors/inputErrors.ts";
import { fetchHeader, fetchLogs, fetchTimes, requireBloom, type Sources } from "./chain.ts";
import type { CardflowState } from "./createState.ts";
import { ProvidersDifferError, ReorganisationTooDeepError } from "./errors.ts";
import { contractsOf } from "./fold.ts";
import { agreeOnBlock, type Target } from "./quorum.ts";
import type { WatchStateOptions } from "./watchState.ts";

/** Brings a state up to the block that the providers agree on, while it is wanted. */
export type Look = (isWanted: () => boolean) => Promise<void>;

const checked = (clients: readonly CardflowClient[], options: WatchStateOptions) => {
  const { confirmations = 2, mostHeadDifference = 8, mostBlocks = 10_000, mostLogs = 10_000 } = options;
  const { quorum = Math.floor(clients.length / 2) + 1 } = options;
  const require = (holds: boolean, path: string, expected: string): void => {
    if (!holds) throw new InvalidInputError(path, expected);
  };
  require(Number.isInteger(quorum) &&
    quorum >= 1 &&
    quorum <= clients.length, "quorum", `an integer from 1 to ${clients.length}, the number of providers`);
  require(typeof confirmations === "string" ||
    (Number.isInteger(confirmations) &&
      confirmations >= 0), "confirmations", "an integer from 0, `safe` or `finalized`");
  require(mostHeadDifference >= 0, "mostHeadDifference", "a number of blocks from 0");
  require(mostLogs >= 1, "mostLogs", "a number of logs from 1");
  require(Number.isInteger(mostBlocks) && mostBlocks >= 1, "mostBlocks", "an integer from 1");
  return { confirmations, mostHeadDifference, mostBlocks, mostLogs, quorum };
};

/** A look at the chain through one provider or several. */
export const createLook = (
  clients: readonly CardflowClient[],
  state: CardflowState,
  options: WatchStateOptions,
): Look => {
  const limits = checked(clients, options);
  const { deployment, wallets = true } = options;
  const contracts = contractsOf(deployment, wallets);
  const factory = deployment.addresses.revenueShareFactory;
  const read = rangeReader(limits.mostBlocks, limits.mostLogs);

  const foldNext = async ({ block, clients: agreed }: Target, client: CardflowClient): Promise<void> => {
    const from = Number(state.head().blockNumber) + 1;
    const sources = { contracts, factory, shares: state.list().value.shares };
    const { logs, last } = await read(client, sources, from, block.number);
    for (const other of agreed.slice(1, limits.quorum)) {
      if (digest(await fetchLogs(other, sources, from, last)) !== digest(logs))
        throw new ProvidersDifferError(`they have other logs in blocks ${from} to ${last}`);
    }
    const blocks = await fetchTimes(client, logs);
    const first = await headerOf(client, from);
    const end = last === block.number ? block : await headerOf(client, last);
    for (const header of [first, end]) await requireBloom(client, header, sources, logs);
    state.apply({ fromBlock: from, to: end, parentHash: first.parentHash, logs, blocks });
  };

  let placed = deployment.chainId === undefined;
  return async (isWanted) => {
    if (!placed) placed = await areOnChain(clients, deployment.chainId ?? 0);
    const target = await agreeOnBlock(clients, limits);
    const client = target?.clients[0];
    if (target === undefined || client === undefined) return;
    const { mostHeadDifference } = limits;
    if (await rewindToChain(client, state, target.block.number, mostHeadDifference))
      options.onReorganisation?.(state.head());
    while (isWanted() && state.head().blockNumber < BigInt(target.block.number)) await foldNext(target, client);
  };
};

/**
 * Whether every provider said that it is on the chain; one that does not answer may be asked again.
 *
 * @throws WrongChainError if one is on another, where there would be no logs and nobody would know why
 */
const areOnChain = async (clients: readonly CardflowClient[], chainId: number): Promise<boolean> => {
  const asked = await Promise.allSettled(clients.map((client) => requireChain(client, chainId)));
  const failures = asked.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
  const wrong = failures.find((failure) => failure instanceof WrongChainError);
  if (wrong !== undefined) throw wrong;
  return failures.length === 0;
};

/**
 * Rewinds to the newest block that is folded and still on the chain; says whether it had to. A provider that lags by no more than
 * `mostLag` blocks does not know the newest ones yet and takes none of them back: that takes another hash.
 */
const rewindToChain = async (
  client: CardflowClient,
  state: CardflowState,
  target: number,
  mostLag: number,
): Promise<boolean> => {
  const checkpoints = state.checkpoints();
  let forked = Number(state.head().blockNumber) - target > mostLag;
  for (const { blockNumber, blockHash, timestamp } of checkpoints) {
    // Before the first block there is nothing to compare.
    const theirs = blockHash === undefined ? undefined : (await fetchHeader(client, Number(blockNumber)))?.hash;
    if (theirs === blockHash) {
      if (forked) state.rewind({ number: blockNumber, hash: blockHash ?? "0x", timestamp });
      return forked;
    }
    forked ||= theirs !== undefined;
  }
  throw new ReorganisationTooDeepError(checkpoints.at(-1)?.blockNumber ?? 0n, undefined);
};

/** Ranges read at the largest size before a larger one is tried again. */
const patience = 16;

/**
 * The size of ranges: halved, or back to what went well, when the provider refuses one or may have cut it; then grown half way
 * towards what was refused, so that few requests fail.
 */
const rangeSize = (most: number) => {
  let [size, good, limit, calm] = [most, 0, most, 0];
  return {
    get: () => size,
    went: (): void => {
      good = size;
      calm += 1;
      if (calm > patience) [limit, calm] = [most, 0];
      if (limit === most) size = Math.min(most, 2 * size);
      else if (limit - size > size / 8) size = Math.ceil((size + limit) / 2);
    },
    failed: (refused: number): void => {
      [limit, calm] = [refused - 1, 0];
      if (refused <= good) good = 0;
      size = Math.max(1, good === 0 ? Math.floor(refused / 2) : good);
    },
  };
};

/** Reads the next range, of a size that the provider allows. */
const rangeReader = (mostBlocks: number, mostLogs: number) => {
  const range = rangeSize(mostBlocks);
  return async (client: CardflowClient, sources: Sources, from: number, to: number) => {
    for (;;) {
      const size = Math.min(range.get(), to - from + 1);
      const last = from + size - 1;
      const logs = await fetchLogs(client, sources, from, last).catch((error: unknown) => {
        if (size === 1) throw error;
        return undefined;
      });
      if (logs !== undefined && (logs.length < mostLogs || size === 1)) {
        if (size === range.get()) range.went();
        return { logs, last };
      }
      range.failed(size);
    }
  };
};

const headerOf = async (client: CardflowClient, number: number) => {
  const header = await fetchHeader(client, number);
  if (header === undefined) throw new ProvidersDifferError(`block ${number} has gone while it was read`);
  return header;
};

/** Logs as one text, to compare what providers say. */
const digest = (logs: readonly RpcLog[]): string =>
  logs
    .map(({ blockHash, logIndex, address, topics, data }) => [blockHash, logIndex, address, topics, data].join())
    .join(";")
    .toLowerCase();
