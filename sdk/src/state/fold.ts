import type { Address } from "viem";
import type { ContractName, Deployment } from "../deployments/deployment.ts";
import { dollarHandlers, minterHandlers, oracleHandlers, tokenHandlers } from "./dollarHandlers.ts";
import { BlockTimeMissingError, ForkError, LogOrderError, LogsMissingError, StateGapError } from "./errors.ts";
import type { Context, Handlers } from "./handlers.ts";
import type { History } from "./history.ts";
import { ledgerHandlers } from "./ledgerHandlers.ts";
import { positionOf, type Quantity, type StateBlock, type StateLog, toNumber } from "./logs.ts";
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

const handlersOf: { readonly [Name in Exclude<ContractName, "accessManager">]: Handlers } = {
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
};

/** The handlers of each address of a deployment. */
export const emittersOf = ({ addresses }: Pick<Deployment, "addresses">): ReadonlyMap<string, Handlers> =>
  new Map(
    Object.entries(addresses).flatMap(([name, address]) => {
      const handlers: unknown = Reflect.get(handlersOf, name);
      return handlers instanceof Map ? [[address.toLowerCase(), handlers] as const] : [];
    }),
  );

/** What folding works on. */
export type Folding = {
  readonly store: Store;
  readonly history: History;
  readonly emitters: ReadonlyMap<string, Handlers>;
  readonly startBlock: bigint;
};

/** Folds a batch, all of it or nothing. */
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

const applyLogs = (folding: Folding, batch: StateBatch): Applied => {
  const { history, store } = folding;
  const from = toNumber(batch.fromBlock, "fromBlock");
  const to = toNumber(batch.to.number, "to.number");
  const range = { from: BigInt(from), to: BigInt(Math.max(from, to)) };
  const { number: newest } = history.last();
  if (to < from) throw new LogOrderError(`the range begins at block ${from} and ends at block ${to}`, range);
  if (from > newest + 1) throw new StateGapError({ from: BigInt(newest + 1), to: BigInt(from - 1) });
  requireBranch(history, from - 1, batch.parentHash);
  requireBranch(history, to, to <= newest ? batch.to.hash : undefined);

  const timeOf = timesOf(batch);
  const context = contextOf(folding, newest + 1);
  let [applied, duplicates, ignored] = [0, 0, 0];
  let [block, index, indexes, hash] = [newest, -1, [] as number[], "" as string];
  for (const log of batch.logs) {
    const position = positionOf(log);
    if (position.block < from || position.block > to)
      throw new LogOrderError(`a log of block ${position.block} in a batch of blocks ${from} to ${to}`, range);
    if (position.block <= newest) {
      requireSeen(history, position);
      duplicates += 1;
      continue;
    }
    if (position.block < block || (position.block === block && position.index < index))
      throw new LogOrderError(`log ${position.index} of block ${position.block} comes after a later one`, range);
    if (position.block !== block) {
      context.time = timeOf(log, position.block);
      if (context.time < history.last().time)
        throw new LogOrderError(`block ${position.block} is older than the one before it`, range);
      [block, index, hash] = [position.block, -1, position.hash];
      indexes = history.begin(block, position.hash, context.time);
    } else if (position.hash !== hash) throw new ForkError(BigInt(block), hash, position.hash);
    if (position.index === index) {
      duplicates += 1;
      continue;
    }
    index = position.index;
    indexes.push(index);
    const emitter = log.address.toLowerCase();
    const known = folding.emitters.get(emitter);
    context.emitter = `0x${emitter.slice(2)}`;
    const handlers = known ?? (store.shares.get(context.emitter) === undefined ? undefined : shareHandlers);
    const handler = handlers?.get(log.topics[0] ?? "");
    if (handler === undefined) ignored += 1;
    else {
      handler(log.topics, log.data, context);
      applied += 1;
    }
  }
  closeRange(history, batch.to, to);
  history.prune();
  return { applied, duplicates, ignored };
};

const closeRange = (history: History, end: StateBlock, to: number): void => {
  const last = history.last();
  const time = toNumber(end.timestamp, "to.timestamp");
  if (last.number < to) history.begin(to, end.hash, Math.max(time, last.time));
  else if (last.number === to) requireBranch(history, to, end.hash);
};

/** Refuses another branch than the one that is folded, as far as the block is kept. */
const requireBranch = (history: History, number: number, hash: string | undefined): void => {
  const ours = history.find(number)?.hash;
  if (ours !== undefined && hash !== undefined && hash.toLowerCase() !== ours)
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
  const times = new Map([to, ...blocks].map(({ number, timestamp }) => [Number(number), Number(timestamp)]));
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
