import type { Hash, Hex } from "viem";
import { CardflowError } from "./cardflowError.ts";
import { RequestError, type RequestFailure } from "./requestError.ts";
import type { RevertEntry } from "./revertEntry.ts";
import { revertIn } from "./revertIn.ts";
import { everyRevert } from "./reverts.ts";
import { withoutUrlSecrets } from "./withoutUrlSecrets.ts";

/**
 * Turns anything that a viem or ethers call threw into an error of this package: a contract's refusal into a `RevertError` with
 * its remedy, everything else into a `RequestError` that says what kind of failure it was. The original is kept as `cause`.
 *
 * @param cause - what was caught
 *
 * @example
 * try {
 *   await client.writeContract({ ...retireCardCall({ deployment, cardId: 7n }), chain: null });
 * } catch (cause) {
 *   throw await toCardflowError(cause);
 * }
 */
export const toCardflowError = async (cause: unknown): Promise<CardflowError> => errorFrom(cause, everyRevert);

/** What {@link toCardflowError} does, for a call that can end with certain errors only: no text of any other is carried along. */
export const errorFrom = (cause: unknown, known: readonly RevertEntry[]): CardflowError => {
  if (cause instanceof CardflowError) return cause;
  const errors = chainOf(cause);
  const data = errors.map(revertDataOf).find((found) => found !== undefined);
  const reverted =
    data !== undefined || errors.some((error) => Reflect.get(error, "name") === "ExecutionRevertedError");
  return reverted ? revertIn(data ?? "0x", known, { cause }) : toRequestError(cause);
};

/**
 * The part of {@link toCardflowError} for errors that no contract raised.
 *
 * @param cause - what was caught
 *
 * @example
 * throw toRequestError(cause);
 */
export const toRequestError = (cause: unknown): CardflowError => {
  if (cause instanceof CardflowError) return cause;
  const errors = chainOf(cause);
  const failure = failureOf(errors);
  return new RequestError(failure, messageOf(errors, failure), { cause });
};

/**
 * The part of {@link toCardflowError} for what failed while a transaction was being sent, or later: without an answer it may be on its way.
 *
 * @param error - what it failed with
 * @param hash - the transaction's, once it was accepted
 */
export const unconfirmed = (error: CardflowError, hash?: Hash): CardflowError => {
  const { message, cause } = error;
  return error instanceof RequestError && (hash !== undefined || error.failure === "Network")
    ? new RequestError("Unconfirmed", message, { cause, hash })
    : error;
};

/** Keys under which libraries and nodes keep the error below an error. */
const inner = ["cause", "error", "info", "data", "originalError"] as const;

/** An error and all below it, outermost first. */
const chainOf = (error: unknown, depth = 0): readonly object[] => {
  if (typeof error !== "object" || error === null || depth > 12) return [];
  const below = inner.flatMap((key) => (key in error ? chainOf(Reflect.get(error, key), depth + 1) : []));
  return [error, ...below];
};

const revertDataOf = (error: object): Hex | undefined => {
  const data: unknown = Reflect.get(error, "data");
  return isHex(data) && !String(Reflect.get(error, "name")).startsWith("Abi") ? data : undefined;
};

const isHex = (value: unknown): value is Hex => typeof value === "string" && /^0x([0-9a-f]{2})*$/i.test(value);

/** Names of viem's and wagmi's errors, codes of ethers', wallets' and nodes' errors and a status of HTTP, by kind. */
const signs: readonly (readonly [RequestFailure, RegExp])[] = [
  ["UserRejected", /^(4001|5750|ACTION_REJECTED)$/],
  ["FundsForGas", /^(InsufficientFundsError|INSUFFICIENT_FUNDS)$/],
  ["WrongChain", /^(490[12]|5710)$|Chain(Mismatch|NotFound)Error$/],
  ["Nonce", /^(NonceToo(Low|High)Error|NONCE_EXPIRED|REPLACEMENT_UNDERPRICED)$/],
  ["Unconfirmed", /^WaitFor\w+TimeoutError$/],
  ["TooManyRequests", /^(-32005|429)$/],
  ["Network", /^(((Http|WebSocket)Request|Timeout|SocketClosed)Error|NETWORK_ERROR|TIMEOUT)$/],
  ["ArgumentInvalid", /(Invalid(Address|Array)|Mismatch|Overflow|Range)Error$|^INVALID_ARGUMENT$/],
  ["NoContract", /^(AbiDecoding|ContractFunction)ZeroDataError$/],
];

const failureOf = (errors: readonly object[]): RequestFailure => {
  const seen = errors.flatMap((error) => ["name", "code", "status"].map((key) => String(Reflect.get(error, key))));
  return signs.find(([, sign]) => seen.some((name) => sign.test(name)))?.[0] ?? "Other";
};

const textOf = (error: object, key: string): string | undefined => {
  const text: unknown = Reflect.get(error, key);
  return typeof text === "string" ? text : undefined;
};

/** What the outermost error says; where its kind is not known, the words of the node or the wallet besides. */
const messageOf = ([error = {}]: readonly object[], failure: RequestFailure): string => {
  const said = textOf(error, "shortMessage") ?? textOf(error, "message") ?? "the request failed";
  const details = failure === "Other" && textOf(error, "details");
  return withoutUrlSecrets(details ? `${said} (${details})` : said);
};
