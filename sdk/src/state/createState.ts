import { type Address, getAddress, type Hex } from "viem";
import type { MarketParameters } from "../abis/structs.ts";
import { requireSeconds } from "../client/seconds.ts";
import { InvalidInputError } from "../errors/inputErrors.ts";
import type { MarketEvent } from "../matching/index.ts";
import type { AccountStatus } from "../reads/accountStatus.ts";
import type { BondStatus, CardStatus } from "../reads/cardStatus.ts";
import type { LeaseEnd } from "../reads/leaseEnd.ts";
import type { LeaseStatus } from "../reads/leaseStatus.ts";
import type { OrderStatus } from "../reads/orderStatus.ts";
import type { ShareStatus } from "../reads/shareStatus.ts";
import { revenueBy } from "./accrual.ts";
import {
  bondStatusIn,
  cardStatusIn,
  leaseEndIn,
  leaseStatusIn,
  type RentStatus,
  rentStatusIn,
} from "./cardQuestions.ts";
import { BlockTimeMissingError, StateStaleError, StateTimeError } from "./errors.ts";
import { type Applied, applyBatch, emittersOf, type StateBatch, type StateDeployment } from "./fold.ts";
import { createHistory, type Entry } from "./history.ts";
import type { Journal } from "./journal.ts";
import { listOf, positionOf, type StateBlock, type StateLog, timesByBlock, toNumber } from "./logs.ts";
import { type MarketOrders, marketEventsIn } from "./marketQuestions.ts";
import {
  accountStatusIn,
  type DollarStatus,
  dollarStatusIn,
  holdersIn,
  orderStatusIn,
  shareStatusIn,
} from "./moneyQuestions.ts";
import { createStore, type ModelRecord } from "./records.ts";

/** A block that is folded. */
export type StateHead = {
  readonly blockNumber: bigint;
  /** Undefined before the first block. */
  readonly blockHash: Hex | undefined;
  /** Second of the block (Unix time). */
  readonly timestamp: number;
};

/** What was asked, with how old it is: an index that stands still must not pass for live. */
export type Answer<Value> = {
  readonly value: Value;
  /** Second (Unix time) that the answer is about. */
  readonly at: number;
  /** Newest block that is folded. */
  readonly blockNumber: bigint;
  readonly blockHash: Hex | undefined;
  /** Seconds between that block and now, by this machine's clock. */
  readonly age: number;
};

/** When, and how old at most. */
export type AsOf = {
  /** Second (Unix time), not before the newest block that is folded. Default: the time of that block. */
  readonly at?: number | undefined;
  /** Oldest acceptable age of the newest block, in seconds; older throws. Default: any. */
  readonly maxAge?: number | undefined;
};

/** Arguments of {@link createState}. */
export type CreateStateArgs = {
  /** Whose events are folded; logs of other addresses are ignored. */
  readonly deployment: StateDeployment;
  /** Logs to begin with, from `startBlock` on, in the order of the chain. Default: none. */
  readonly logs?: readonly StateLog[] | undefined;
  /** Times of blocks whose logs do not say them. */
  readonly blocks?: StateBatch["blocks"];
  /** Blocks that can be rewound. Default: 256. */
  readonly depth?: number | undefined;
  /** Now, in seconds. Default: the machine's clock. */
  readonly now?: (() => number) | undefined;
};

/** The folded state of a deployment. */
export type CardflowState = {
  /** Newest block that is folded. */
  readonly head: () => StateHead;
  /** Blocks that can be rewound to, newest first. */
  readonly checkpoints: () => readonly StateHead[];
  /** Folds all logs of a range of blocks, or nothing if it throws. */
  readonly apply: (batch: StateBatch) => Applied;
  /** Takes back every block after one that the chain still has. */
  readonly rewind: (block: StateBlock) => void;
  /** As the read `cardStatus`. */
  readonly cardStatus: (args: AsOf & { readonly cardId: bigint }) => Answer<CardStatus>;
  /** What a card has earned, and what collecting would pay. */
  readonly rentStatus: (args: AsOf & { readonly cardId: bigint }) => Answer<RentStatus>;
  /** Revenue of holders under a number (cfUSD-wei); zero before the number has become the card's. */
  readonly revenueOf: (args: AsOf & { readonly cardId: bigint; readonly number: number }) => Answer<bigint>;
  /** An operator's bond on a card. */
  readonly bondStatus: (args: AsOf & { readonly cardId: bigint; readonly operator: Address }) => Answer<BondStatus>;
  /** As the read `leaseStatus`, for every lease there ever was. */
  readonly leaseStatus: (args: AsOf & { readonly leaseId: bigint }) => Answer<LeaseStatus | undefined>;
  /** As the read `leaseEnd`. */
  readonly leaseEnd: (args: AsOf & { readonly leaseId: bigint }) => Answer<LeaseEnd | undefined>;
  /** As the read `accountStatus`, with all leases of the account. */
  readonly accountStatus: (args: AsOf & { readonly account: Address }) => Answer<AccountStatus>;
  /** As the read `shareStatus`; undefined for an address that is no share of the deployment. */
  readonly shareStatus: (
    args: AsOf & { readonly share: Address; readonly account?: Address | undefined },
  ) => Answer<ShareStatus | undefined>;
  /** Everybody who ever held a share, with the share-wei held now. */
  readonly holdersOf: (args: AsOf & { readonly share: Address }) => Answer<ReadonlyMap<Address, bigint>>;
  /** As the read `orderStatus`. */
  readonly orderStatus: (
    args: AsOf & { readonly maker: Address; readonly salt?: bigint | undefined },
  ) => Answer<OrderStatus>;
  /** Credit, supply, fees and prices as far as events say. */
  readonly dollarStatus: (args?: AsOf) => Answer<DollarStatus>;
  /** A model of cards; undefined if there is none of this number. */
  readonly model: (args: AsOf & { readonly model: number }) => Answer<ModelRecord | undefined>;
  /** Models of cards, and names of regions, by their numbers. */
  readonly catalogue: (args?: AsOf) => Answer<{
    readonly models: ReadonlyMap<number, ModelRecord>;
    readonly regions: ReadonlyMap<number, string>;
  }>;
  /** Parameters of the market; undefined before they are set. */
  readonly marketParameters: (args?: AsOf) => Answer<MarketParameters | undefined>;
  /**
   * What an engine of `/matching` must know before it is given these orders: apply them in order to a new engine. A renter can pay what its
   * balance in the ledger holds; where a wallet pays too, tell the engine with an `account` event.
   */
  readonly marketEvents: (args: AsOf & MarketOrders) => Answer<readonly MarketEvent[]>;
  /** Everything there is, in the order in which it came. */
  readonly list: (args?: AsOf) => Answer<{
    readonly cardIds: readonly bigint[];
    readonly leaseIds: readonly bigint[];
    readonly shares: readonly Address[];
    readonly accounts: readonly Address[];
  }>;
};

const usualDepth = 256;

/** Logs that are folded at once when a state is created. */
const chunk = 4_096;

/**
 * Folds the contracts' events into cards, leases, shares, stakes and balances, as of any second from the newest block on: what time
 * makes true is computed. A reorganisation is seen by block hashes and can be rewound. Missing logs are refused where a later event does
 * not fit without them; a provider that leaves out what nothing later refers to is found by comparing providers only (`watchState`).
 *
 * @param args - see {@link CreateStateArgs}
 * @throws LogsMissingError, LogOrderError, LogMalformedError, BlockTimeMissingError; InvalidInputError if the depth is no number of blocks
 *
 * @example
 * const state = createState({ deployment, logs });
 * const { value: card, age } = state.cardStatus({ cardId: 7n, at: deadline });
 * console.log(card.rentable, `as of ${age} s ago`);
 */
export const createState = ({
  deployment,
  logs = [],
  blocks,
  depth = usualDepth,
  now = () => Math.floor(Date.now() / 1000),
}: CreateStateArgs): CardflowState => {
  if (!(depth >= 0)) throw new InvalidInputError("depth", "a number of blocks from 0");
  const journal: Journal = { undo: [] };
  const store = createStore(journal);
  const history = createHistory(journal, Number(deployment.startBlock), depth);
  const folding = { store, history, emitters: emittersOf(deployment), startBlock: deployment.startBlock };
  const ask = <Value>({ at, maxAge }: AsOf, read: (at: number) => Value): Answer<Value> => {
    const { number, hash, time } = history.last();
    const age = Math.max(0, now() - time);
    if (maxAge !== undefined && !(age <= maxAge)) throw new StateStaleError(age, maxAge);
    if (at !== undefined && requireSeconds("at", at) < time) throw new StateTimeError(at, time);
    return { value: read(at ?? time), at: at ?? time, blockNumber: BigInt(number), blockHash: hash, age };
  };
  const apply = (batch: StateBatch): Applied => applyBatch(folding, batch);
  // If folding what it begins with fails, there is no state that anything would have to be taken back from.
  history.finalUpTo(Number(listOf(logs, "the logs").at(-1)?.blockNumber ?? 0) - depth);
  foldAll(apply, Number(deployment.startBlock), logs, blocks);
  history.finalUpTo(-1);
  return {
    head: () => headOf(history.last()),
    checkpoints: () => history.newestFirst().map(headOf),
    apply,
    rewind: ({ number, hash, timestamp }) =>
      history.rewind(toNumber(number, "number"), hash, toNumber(timestamp, "timestamp")),
    cardStatus: (args) => ask(args, (at) => cardStatusIn(store, at, args.cardId)),
    rentStatus: (args) => ask(args, (at) => rentStatusIn(store, at, args.cardId)),
    revenueOf: (args) => ask(args, (at) => revenueBy(store, args.cardId, args.number, at)),
    bondStatus: (args) => ask(args, (at) => bondStatusIn(store, at, args.cardId, lower(args.operator))),
    leaseStatus: (args) => ask(args, (at) => leaseStatusIn(store, at, args.leaseId)),
    leaseEnd: (args) => ask(args, (at) => leaseEndIn(store, at, args.leaseId)),
    accountStatus: (args) => ask(args, (at) => accountStatusIn(store, at, lower(args.account))),
    shareStatus: (args) =>
      ask(args, (at) =>
        shareStatusIn(store, at, lower(args.share), args.account === undefined ? undefined : lower(args.account)),
      ),
    holdersOf: (args) => ask(args, () => holdersIn(store, lower(args.share))),
    orderStatus: (args) => ask(args, () => orderStatusIn(store, lower(args.maker), args.salt ?? 0n)),
    dollarStatus: (args = {}) => ask(args, () => dollarStatusIn(store)),
    model: (args) => ask(args, () => store.models.get(args.model)),
    catalogue: (args = {}) =>
      ask(args, () => ({ models: new Map(store.models.entries()), regions: new Map(store.regions.entries()) })),
    marketParameters: (args = {}) => ask(args, () => store.market.get()),
    marketEvents: (args) => ask(args, (at) => marketEventsIn(store, at, args)),
    list: (args = {}) =>
      ask(args, () => ({
        cardIds: [...store.cards.keys()],
        leaseIds: [...store.leases.keys()],
        shares: [...store.shares.keys()].map((share) => getAddress(share)),
        accounts: [...store.accounts.keys()].map((account) => getAddress(account)),
      })),
  };
};

const headOf = ({ number, hash, time }: Entry): StateHead => ({
  blockNumber: BigInt(number),
  blockHash: hash,
  timestamp: time,
});

const lower = (account: Address): Address => `0x${account.slice(2).toLowerCase()}`;

/** Folds logs in pieces that end between blocks. */
const foldAll = (
  apply: CardflowState["apply"],
  start: number,
  logs: readonly StateLog[],
  blocks: StateBatch["blocks"],
): void => {
  const times = timesByBlock(blocks);
  let fromBlock = start;
  for (let from = 0; from < logs.length; ) {
    let to = Math.min(logs.length, from + chunk) - 1;
    while (to + 1 < logs.length && Number(logs[to + 1]?.blockNumber) === Number(logs[to]?.blockNumber)) to += 1;
    const last = logs[to];
    if (last === undefined) return;
    const piece = logs.slice(from, to + 1);
    const needed = times.size === 0 ? [] : [...new Set(piece.map((log) => positionOf(log).block))];
    const known = needed.flatMap((number) => {
      const timestamp = times.get(number);
      return timestamp === undefined ? [] : [{ number, timestamp }];
    });
    const { block, hash } = positionOf(last);
    const timestamp = last.blockTimestamp ?? times.get(block);
    if (timestamp === undefined) throw new BlockTimeMissingError(BigInt(block));
    apply({ fromBlock, to: { number: block, hash, timestamp }, logs: piece, blocks: known });
    fromBlock = block + 1;
    from = to + 1;
  }
};
