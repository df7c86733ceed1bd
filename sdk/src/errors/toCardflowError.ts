import type { Hex } from "viem";
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
  return new RequestError(failureOf(errors), messageOf(errors), { cause });
};

/** Keys under which libraries and nodes keep the error below an error. */
const inner = ["cause", "error", "info", "data"] as const;

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

/** Names of viem's errors, codes of ethers', wallets' and nodes' errors and a status of HTTP, by kind. */
const signs: readonly (readonly [RequestFailure, readonly string[]])[] = [
  ["UserRejected", ["UserRejectedRequestError", "ACTION_REJECTED", "4001"]],
  ["FundsForGas", ["InsufficientFundsError", "INSUFFICIENT_FUNDS"]],
  ["WrongChain", ["ChainMismatchError", "ChainNotFoundError"]],
  ["Nonce", ["NonceTooLowError", "NonceTooHighError", "NONCE_EXPIRED", "REPLACEMENT_UNDERPRICED"]],
  ["ReceiptTimeout", ["WaitForTransactionReceiptTimeoutError"]],
  ["TooManyRequests", ["LimitExceededRpcError", "-32005", "429"]],
  [
    "Network",
    ["HttpRequestError", "TimeoutError", "WebSocketRequestError", "SocketClosedError", "NETWORK_ERROR", "TIMEOUT"],
  ],
  [
    "ArgumentInvalid",
    [
      "InvalidAddressError",
      "IntegerOutOfRangeError",
      "AbiEncodingLengthMismatchError",
      "AbiEncodingArrayLengthMismatchError",
      "AbiEncodingBytesSizeMismatchError",
      "InvalidArrayError",
      "SizeOverflowError",
      "BytesSizeMismatchError",
      "RangeError",
      "INVALID_ARGUMENT",
    ],
  ],
  ["NoContract", ["AbiDecodingZeroDataError", "ContractFunctionZeroDataError"]],
];

const failureOf = (errors: readonly object[]): RequestFailure => {
  const seen = errors.flatMap((error) => ["name", "code", "status"].map((key) => String(Reflect.get(error, key))));
  return signs.find(([, names]) => names.some((name) => seen.includes(name)))?.[0] ?? "Other";
};

const messageOf = ([error]: readonly object[]): string => {
  if (error === undefined) return "the request failed";
  const short: unknown = Reflect.get(error, "shortMessage");
  const long: unknown = Reflect.get(error, "message");
  const said = typeof short === "string" ? short : typeof long === "string" ? long : "the request failed";
  return withoutUrlSecrets(said);
};
