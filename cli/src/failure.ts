import {
  CardflowError,
  DeploymentUnknownError,
  InvalidInputError,
  RequestError,
  RevertError,
  toCardflowError,
  UnknownRevertError,
  WrongChainError,
} from "@cardflow/sdk";
import { decodeRevert, withoutUrlSecrets } from "@cardflow/sdk/errors";
import type { Hash } from "viem";

/** What the process ends with, and what it means; printed by `--help`. */
export const exitCodes = {
  ok: { code: 0, meaning: "done, or with --dry-run: it would be" },
  failure: { code: 1, meaning: "a node, a file or a check failed" },
  usage: { code: 2, meaning: "the command line, an input or the environment is not right" },
  refused: { code: 3, meaning: "a contract refuses, or nothing offered fits" },
  mismatch: { code: 4, meaning: "wrong chain, unknown deployment, or code that differs from the deployment's record" },
  cancelled: { code: 5, meaning: "not confirmed: by you, or there was no terminal to ask on and no --yes" },
} as const;

/** A kind of ending. */
export type Exit = keyof typeof exitCodes;

/** The command line is not right. */
export class UsageError extends CardflowError {
  override readonly name = "UsageError";
}

/** The chain does not hold what the deployment's record says. */
export class DeploymentMismatchError extends CardflowError {
  override readonly name = "DeploymentMismatchError";
}

/** What is asked for would be refused, by the contract's own preview. */
export class RefusedError extends CardflowError {
  override readonly name = "RefusedError";
  /** Names of the refusals, as the contracts call them. */
  readonly reasons: readonly string[];

  constructor(message: string, remedy: string, reasons: readonly string[] = []) {
    super(message, remedy);
    this.reasons = reasons;
  }
}

/** Nobody said yes. */
export class CancelledError extends CardflowError {
  override readonly name = "CancelledError";
}

/** A transaction by which something was sent. */
export type SentTransaction = { readonly what: string; readonly hash: Hash };

/** A command broke off after it had sent something. */
export class UnfinishedError extends CardflowError {
  override readonly name = "UnfinishedError";
  /** What broke it off. */
  override readonly cause: CardflowError;
  /** What was sent, in its order. */
  readonly transactions: readonly SentTransaction[];

  /** Whether it is not known what became of the last one. */
  readonly isOpen: boolean;

  constructor(cause: CardflowError, transactions: readonly SentTransaction[], isOpen = false) {
    const all = transactions.map(({ what, hash }) => `${what}, ${hash}`).join("; ");
    super(
      `${cause.message.replace(/\.$/, "")}; ${isOpen ? "sent, or on its way" : "sent before"}: ${all}`,
      isOpen
        ? "Look for the transaction by its hash before you run the command again: what it does may be done."
        : cause.remedy,
    );
    this.cause = cause;
    this.transactions = transactions;
    this.isOpen = isOpen;
  }
}

/** Something outside, a file or a server, does not give what is needed. */
export class SourceError extends CardflowError {
  override readonly name = "SourceError";
}

/** A failure as it is shown. */
export type Failure = {
  readonly exit: Exit;
  readonly name: string;
  readonly message: string;
  readonly remedy: string;
  /** Refusals by the contracts' names. */
  readonly reasons: readonly string[];
  /** What was sent before it failed. */
  readonly transactions: readonly SentTransaction[];
};

/** What to show of anything that was thrown; keys in the addresses of nodes and order books are not. */
export const failureOf = async (cause: unknown): Promise<Failure> => {
  if (cause instanceof UnfinishedError) {
    const { name, message, remedy, transactions } = cause;
    return { ...(await failureOf(cause.cause)), name, message: withoutUrlSecrets(message), remedy, transactions };
  }
  const error = isUsage(cause) ? new UsageError(cause.message, "See --help.") : named(await toCardflowError(cause));
  return {
    exit: exitOf(error),
    name: error.name,
    message: withoutUrlSecrets(error.message),
    remedy: error.remedy,
    reasons: error instanceof RevertError ? [error.revertName] : error instanceof RefusedError ? error.reasons : [],
    transactions: [],
  };
};

/** An action knows the errors of its own call; here all have names. */
const named = (error: CardflowError): CardflowError =>
  error instanceof UnknownRevertError ? decodeRevert(error.data, { cause: error }) : error;

/** The parser of the command line has an error class of its own, which it does not export. */
const isUsage = (cause: unknown): cause is Error => cause instanceof Error && cause.name === "CLIError";

const exitOf = (error: CardflowError): Exit => {
  if (error instanceof UsageError || error instanceof InvalidInputError) return "usage";
  if (error instanceof RevertError || error instanceof UnknownRevertError || error instanceof RefusedError)
    return "refused";
  if (
    error instanceof WrongChainError ||
    error instanceof DeploymentUnknownError ||
    error instanceof DeploymentMismatchError ||
    (error instanceof RequestError && error.failure === "WrongChain")
  )
    return "mismatch";
  return error instanceof CancelledError ? "cancelled" : "failure";
};
