import type { Address } from "viem";
import type { Store } from "./records.ts";
import type { EventLayout } from "./words.ts";

/** What a reducer knows besides the event's arguments. */
export type Context = {
  readonly store: Store;
  /** Second of the log's block. */
  time: number;
  /** Contract that emitted the log, in lower case. */
  emitter: Address;
  /** Refuses an event that does not fit what came before it. */
  readonly miss: (what: string) => never;
};

/** Folds a log of one kind. */
export type Handler = (topics: readonly string[], data: string, context: Context) => void;

/** The handlers of a contract's events, by topic. */
export type Handlers = ReadonlyMap<string, Handler>;

/** Binds a reducer to an event. */
export const on = <Args>(
  { topic, decode }: EventLayout<Args>,
  reduce: (args: Args, context: Context) => void,
): readonly [string, Handler] => [topic, (topics, data, context) => reduce(decode(topics, data), context)];

/** What must be there already, or logs are missing. */
export const known = <Value>(value: Value | undefined, what: string, { miss }: Context): Value =>
  value === undefined ? miss(`${what} is unknown`) : value;

/** A balance after something was taken from it. */
export const less = (balance: bigint, amount: bigint, whose: string, { miss }: Context): bigint =>
  amount > balance ? miss(`${whose} is ${balance} and ${amount} are taken from it`) : balance - amount;

/** Refuses if something is not what the events before it made. */
export const agree = (ours: bigint | number, theirs: bigint | number, what: string, { miss }: Context): void => {
  if (ours !== theirs) miss(`${what} is ${ours} by the events before and ${theirs} by this one`);
};
