import type { Address } from "viem";
import type { ContractName, Deployment } from "../deployments/deployment.ts";
import { dollarHandlers, minterHandlers, oracleHandlers, tokenHandlers } from "./dollarHandlers.ts";
import {
  type BlockRange,
  BlockTimeMissingError,
  ForkError,
  LogOrderError,
  LogsMissingError,
  StateGapError,
} from "./errors.ts";
import type { Context, Handlers } from "./handlers.ts";
import type { History } from "./history.ts";
import { ledgerHandlers } from "./ledgerHandlers.ts";
import {
  blockOf,
  listOf,
  positionOf,
  type Quantity,
  type StateBlock,
  type StateLog,
  timesByBlock,
  toNumber,
} from "./logs.ts";
import { marketHandlers } from "./marketHandlers.ts";
import type { Store } from "./records.ts";
import { registryHandlers } from "./registryHandlers.ts";
import { factoryHandlers, shareHandlers } from "./shareHandlers.ts";
import { bondHandlers, renterHandlers } from "./stakingHandlers.ts";

/** All logs of a range of blocks. */
export type StateBatch = {
  /** First block of the range: at most one after the newest that is folded. What is folded already is skipped. */
  readonly fromBlock: Quantity;
  /** Last block of the range. */
  readonly to: StateBlock;
  /** Hash of the block before the first, to be compared with what is folded. */
  readonly parentHash?: string | undefined;
  /** Every log of the deployment's contracts and shares in the range, in the order of the chain. */
  readonly logs: readonly StateLog[];
  /** Times of blocks whose logs do not say them. */
  readonly blocks?: readonly Pick<StateBlock, "number" | "timestamp">[] | undefined;
};

/** What became of the logs of a batch. */
export type Applied = {
  /** Logs that were folded. */
  readonly applied: number;
  /** Logs that had been folded before. */
  readonly duplicates: number;
  /** Logs of strangers, and events that change nothing that is kept. */
  readonly ignored: number;
};

const handlersOf = {
  computeToken: tokenHandlers,
  computeDollar: dollarHandlers,
  priceOracle: oracleHandlers,
  dollarMinter: minterHandlers,
  cardRegistry: registryHandlers,
  supplierStaking: bondHandlers,
  renterStaking: renterHandlers,
  leaseLedger: ledgerHandlers,
  rentalMarket: marketHandlers,
  revenueShareFactory: factoryHandlers,
} as const satisfies { readonly [Name in ContractName]?: Handlers };

/** A contract whose events are folded. */
export type FoldedContract = keyof typeof handlersOf;

/** The part of a deployment that folding needs: pass a whole `Deployment`. */
export type StateDeployment = Pick<Deployment, "startBlock"> & {
  /** EIP-155 id of the chain; with it, a watcher makes sure that its providers are on it. */
  readonly chainId?: number | undefined;
  readonly addresses: { readonly [Name in FoldedContract]: Address };
};

const isFolded = (name: string): name is FoldedContract => name in handlersOf;

/** The handlers of each address of a deployment. */
export const emittersOf = ({ addresses }: Pick<StateDeployment, "addresses">): ReadonlyMap<string, Handlers> =>
  new Map(
    Object.entries(addresses).flatMap(([name, address]) =>
      isFolded(name) ? [[address.toLowerCase(), handlersOf[name]] as const] : [],
    ),
  );

/** Contracts whose logs have to be fetched, with those of the tokens or without. */
export const contractsOf = ({ addresses }: Pick<StateDeployment, "addresses">, wallets: boolean): readonly Address[] =>
  Object.entries(addresses).flatMap(([name, address]) =>
    isFolded(name) && (wallets || (name !== "computeToken" && name !== "computeDollar")) ? [address] : [],
  );

/** What folding works on. */
export type Folding = {
  readonly store: Store;
  readonly history: History;
  readonly emitters: ReadonlyMap<string, Handlers>;
  readonly startBlock: bigint;
};

/** Folds a batch, all of it or nothing. What is wrong with the batch is said by errors of this package; any other is a fault of its own. */
export const applyBatch = (folding: Folding, batch: StateBatch): Applied => {
  const { history } = folding;
  const length = history.length();
  try {
    return applyLogs(folding, batch);
  } catch (error) {
    history.backTo(length);
    throw error;
  }
};

/** The block that is being folded, and the newest log of it. */
type Open = { readonly block: number; readonly hash: string; readonly indexes: number[]; index: number };

const applyLogs = (folding: Folding, batch: StateBatch): Applied => {
  const { history } = folding;
  const newest = history.last().number;
  const range = requireRange(history, batch);
  const timeOf = timesOf(batch);
  const context = contextOf(folding, newest + 1);
  const count = { applied: 0, duplicates: 0, ignored: 0 };
  let open: Open | undefined;
  for (const log of listOf(batch.logs, "the logs")) {
    const position = positionOf(log);
    requireOrder(position, open, range);
    if (position.block <= newest) requireSeen(history, position);
    const isNew = position.block > newest && (position.block !== open?.block || position.index !== open.index);
    if (!isNew) {
      count.duplicates += 1;
      continue;
    }
    if (position.block !== open?.block) {
      context.time = timeOf(log, position.block);
      requireLater(context.time, position.block, history, range);
      const indexes = history.begin(position.block, position.hash, context.time);
      open = { block: position.block, hash: position.hash, index: position.index, indexes };
    }
    open.index = position.index;
    open.indexes.push(position.index);
    const handler = handlersAt(folding, log.address, context)?.get(log.topics[0] ?? "");
    handler?.(log.topics, log.data, context);
    count[handler === undefined ? "ignored" : "applied"] += 1;
  }
  closeRange(history, batch.to, range);
  history.prune();
  return count;
};

/** The range of a batch; refuses one that leaves a gap or is of another branch. */
const requireRange = (history: History, { fromBlock, to, parentHash }: StateBatch): BlockRange => {
  const first = toNumber(fromBlock, "fromBlock");
  const last = toNumber(blockOf(to).number, "to.number");
  const newest = history.last().number;
  const range = { from: BigInt(first), to: BigInt(last) };
  if (last < first)
    throw new LogOrderError(`the range begins at block ${first} and ends at block ${last}`, {
      ...range,
      to: range.from,
    });
  if (first > newest + 1) throw new StateGapError({ from: BigInt(newest + 1), to: BigInt(first - 1) });
  requireBranch(history, first - 1, parentHash);
  if (last <= newest) requireBranch(history, last, to.hash);
  return range;
};

/** Refuses a log outside the range, before the one before it, or of another branch than its block's logs before it. */
const requireOrder = (position: ReturnType<typeof positionOf>, open: Open | undefined, range: BlockRange): void => {
  const { block, index, hash } = position;
  if (block < Number(range.from) || block > Number(range.to))
    throw new LogOrderError(`a log of block ${block} in a batch of blocks ${range.from} to ${range.to}`, range);
  if (open === undefined || block > open.block) return;
  if (block < open.block || index < open.index)
    throw new LogOrderError(`log ${index} of block ${block} comes after a later one`, range);
  if (hash !== open.hash) throw new ForkError(BigInt(block), open.hash, hash);
};

/** The handlers of an address: of the deployment's contracts, or of a share that the factory made. */
const handlersAt = ({ emitters, store }: Folding, address: string, context: Context): Handlers | undefined => {
  const known = emitters.get(address);
  if (known !== undefined) return known;
  context.emitter = `0x${address.slice(2).toLowerCase()}`;
  return emitters.get(context.emitter) ?? (store.shares.get(context.emitter) === undefined ? undefined : shareHandlers);
};

const closeRange = (history: History, end: StateBlock, range: BlockRange): void => {
  const last = history.last();
  const to = Number(range.to);
  const time = toNumber(end.timestamp, "to.timestamp");
  if (last.number < to) {
    requireLater(time, to, history, range);
    history.begin(to, end.hash, time);
  } else if (last.number === to) requireBranch(history, to, end.hash);
};

/** Refuses a block that is older than the one before it. */
const requireLater = (time: number, block: number, history: History, range: BlockRange): void => {
  if (time < history.last().time) throw new LogOrderError(`block ${block} is older than the one before it`, range);
};

/** Refuses another branch than the one that is folded, as far as the block is kept. */
const requireBranch = (history: History, number: number, hash: string | undefined): void => {
  const ours = history.find(number)?.hash;
  if (ours !== undefined && typeof hash === "string" && hash.toLowerCase() !== ours)
    throw new ForkError(BigInt(number), ours, hash);
};

/** Refuses a log of a folded block that was not among the logs it was folded with. */
const requireSeen = (history: History, { block, index, hash }: ReturnType<typeof positionOf>): void => {
  if (block <= history.oldest()) return;
  requireBranch(history, block, hash);
  if (history.find(block)?.indexes.includes(index) !== true)
    throw new LogOrderError(`log ${index} of block ${block} was missing when the block was folded: rewind below it`, {
      from: BigInt(block),
      to: BigInt(history.last().number),
    });
};

const timesOf = ({ to, blocks = [] }: StateBatch): ((log: StateLog, block: number) => number) => {
  const times = timesByBlock([to, ...listOf(blocks, "the blocks")]);
  return ({ blockTimestamp }, block) => {
    const time = blockTimestamp ?? times.get(block);
    if (time === undefined) throw new BlockTimeMissingError(BigInt(block));
    return toNumber(time, "the time of a block");
  };
};

const nowhere: Address = "0x";

const contextOf = ({ store, history, startBlock }: Folding, first: number): Context => ({
  store,
  time: 0,
  emitter: nowhere,
  miss: (what) => {
    throw new LogsMissingError(what, { from: startBlock, to: BigInt(Math.max(first, history.last().number)) });
  },
});
