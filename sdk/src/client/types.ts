import type { Abi, Account, Address, Chain, Client, Hash, TransactionReceipt, Transport } from "viem";

/** Any viem client; one without an account can read, and write with `account` in the options. */
export type CardflowClient = Client<Transport, Chain | undefined, Account | undefined>;

/** A call of a contract as plain data: what every `…Call` function returns. */
export type ContractCall = {
  readonly address: Address;
  readonly abi: Abi;
  readonly functionName: string;
  readonly args: readonly unknown[];
};

/** How an action is sent. */
export type WriteOptions = {
  /** Sender; by default the client's account. */
  readonly account?: Account | Address | undefined;
  /** Wait for the receipt and throw if the transaction reverted: `true` for one confirmation, or how many. Default: do not wait. */
  readonly wait?: boolean | number | undefined;
};

/** A transaction that was simulated and sent. */
export type Sent<Result> = {
  /** Hash of the transaction. */
  readonly hash: Hash;
  /** What the function returned in the simulation; the events of the receipt say what happened in the end. */
  readonly result: Result;
  /** The receipt, if it was waited for. */
  readonly receipt: TransactionReceipt | undefined;
};
