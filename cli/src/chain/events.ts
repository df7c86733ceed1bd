import { homedir } from "node:os";
import { join } from "node:path";
import { type CardflowClient, type CardflowError, RequestError } from "@cardflow/sdk";
import { type CardflowState, createState, type StateDeployment, watchState } from "@cardflow/sdk/state";
import { keccak256, toHex } from "viem";
import type { Io } from "../terminal/io.ts";
import { type EventCache, openCache } from "./eventCache.ts";
import type { Network } from "./network.ts";

/** Milliseconds after which the user is told what takes so long. */
const patience = 1_000;

/**
 * The contracts' events as one state, up to the latest block. What was read before comes from a file under the user's cache folder, so
 * that only new blocks are read; what the chain took back meanwhile is rewound and read again. Balances of wallets are not folded.
 */
export const readState = async (
  io: Io,
  { client, deployment }: Pick<Network, "client" | "deployment">,
): Promise<CardflowState> => {
  const cache = await openCache(fileFor(io, deployment));
  let ended = (): void => clearTimeout(waiting);
  const waiting = setTimeout(() => {
    const done = io.progress("reading the contracts' events …");
    ended = () => done("the contracts' events are read");
  }, patience);
  try {
    const state = await followed(client, deployment, cache);
    await cache.save();
    return state;
  } finally {
    ended();
  }
};

const followed = async (
  client: CardflowClient,
  deployment: StateDeployment,
  cache: EventCache,
): Promise<CardflowState> => {
  const isFresh = cache.isEmpty();
  const state = recording(restored(deployment, cache), cache);
  try {
    await look(client, deployment, state);
    return state;
  } catch (cause) {
    if (cause instanceof RequestError || isFresh) throw cause;
    // What was kept is of another chain, or not whole: all is read anew, once.
    cache.clear();
    return followed(client, deployment, cache);
  }
};

/** What the cache holds, folded; nothing if it does not fold. */
const restored = (deployment: StateDeployment, cache: EventCache): CardflowState => {
  const state = createState({ deployment });
  try {
    for (const batch of cache.batches()) state.apply(batch);
    return state;
  } catch {
    cache.clear();
    return createState({ deployment });
  }
};

/** A state that writes down in the cache what it folds and takes back. */
const recording = (state: CardflowState, cache: EventCache): CardflowState => ({
  ...state,
  apply: (batch) => {
    const applied = state.apply(batch);
    cache.add(batch);
    return applied;
  },
  rewind: (block) => {
    state.rewind(block);
    cache.rewind(block);
  },
});

/** Folds what the chain has beyond a state. */
const look = async (client: CardflowClient, deployment: StateDeployment, state: CardflowState): Promise<void> => {
  const failures: CardflowError[] = [];
  const watcher = watchState(client, {
    // What is shown is what the node says now, without what it took back.
    mostHeadDifference: 0,
    ...{ deployment, state, confirmations: 0, wallets: false, pollingInterval: 2 ** 30 },
    onError: (error) => {
      failures.push(error);
      void watcher.stop();
    },
  });
  await watcher.ready;
  await watcher.stop();
  const [failure] = failures;
  if (failure !== undefined) throw failure;
};

/** Where the events of a deployment are kept; undefined if nowhere. */
const fileFor = ({ env }: Io, { chainId, startBlock, addresses }: Network["deployment"]): string | undefined => {
  const named = env.CARDFLOW_CACHE;
  const folder = named === undefined || named === "" ? join(usersCache(env), "cardflow") : named;
  if (folder === "off") return undefined;
  const key = keccak256(toHex(JSON.stringify([`${startBlock}`, addresses])));
  return join(folder, `events-${chainId}-${key.slice(2, 18)}.jsonl`);
};

const usersCache = ({ XDG_CACHE_HOME, LOCALAPPDATA }: Io["env"]): string => {
  if (XDG_CACHE_HOME !== undefined && XDG_CACHE_HOME !== "") return XDG_CACHE_HOME;
  if (process.platform === "win32" && LOCALAPPDATA !== undefined) return LOCALAPPDATA;
  return join(homedir(), process.platform === "darwin" ? "Library/Caches" : ".cache");
};
