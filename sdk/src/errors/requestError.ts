import type { Hash } from "viem";
import { CardflowError } from "./cardflowError.ts";

/** Kinds of failure on the way to the chain. */
export type RequestFailure =
  | "UserRejected"
  | "FundsForGas"
  | "WrongChain"
  | "Nonce"
  | "Network"
  | "TooManyRequests"
  | "ArgumentInvalid"
  | "NoContract"
  | "Unconfirmed"
  | "Other";

/** What to do about each kind of failure. */
export const requestRemedies = {
  UserRejected: "Nothing was sent. Ask again when the user is ready.",
  FundsForGas: "Fund the account with the chain's own coin for gas, or let somebody else pay the gas.",
  WrongChain: "Switch the wallet to the chain of the deployment.",
  Nonce:
    "Another transaction of the account is in the way, or this one is sent already: look for it before you send again.",
  Network: "The node did not answer. Check the transport's address and try again; nothing is lost.",
  TooManyRequests: "Wait, send fewer requests at once, or use another provider.",
  ArgumentInvalid: "An argument does not fit its type: see the message.",
  NoContract: "No contract answers there: check the address, and that the client is on the chain of the deployment.",
  Unconfirmed: "It may be sent: look for it, by `hash` if there is one, before you send again.",
  Other: "See `cause` for what the node or the wallet said.",
} as const satisfies Record<RequestFailure, string>;

/** The request did not reach a contract, or its answer did not come back. */
export class RequestError extends CardflowError {
  override readonly name = "RequestError";
  /** What kind of failure. */
  readonly failure: RequestFailure;
  /** Hash of the transaction that was sent before it failed; undefined if none was, or its hash is not known. */
  readonly hash: Hash | undefined;

  constructor(failure: RequestFailure, message: string, options?: ErrorOptions & { readonly hash?: Hash | undefined }) {
    super(message, requestRemedies[failure], options);
    this.failure = failure;
    this.hash = options?.hash;
  }
}

/** A transaction was included in a block and reverted there. */
export class TransactionRevertedError extends CardflowError {
  override readonly name = "TransactionRevertedError";
  /** Hash of the transaction. */
  readonly hash: Hash;

  constructor(hash: Hash) {
    super(
      `transaction ${hash} reverted in its block`,
      "The state changed since the simulation. Send again: the next one will say why it is refused now.",
    );
    this.hash = hash;
  }
}

/** The account sent another transaction with the same nonce, and that one was included instead. */
export class TransactionReplacedError extends CardflowError {
  override readonly name = "TransactionReplacedError";
  /** Hash of the transaction that was replaced. */
  readonly hash: Hash;

  constructor(hash: Hash) {
    super(`transaction ${hash} was replaced by another one`, "Send again if it is still wanted.");
    this.hash = hash;
  }
}
