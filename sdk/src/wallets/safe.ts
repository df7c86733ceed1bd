import { type Address, encodeFunctionData, encodePacked, type Hex, parseAbi, size } from "viem";
import type { ContractCall } from "../client/types.ts";
import { toBatchCalls } from "./batch.ts";

/** A batch as the Transaction Builder of Safe loads it. */
export type SafeBatch = {
  readonly version: "1.0";
  /** EIP-155 id, as text. */
  readonly chainId: string;
  /** Milliseconds (Unix time). */
  readonly createdAt: number;
  readonly meta: { readonly name: string; readonly description: string; readonly createdFromSafeAddress: Address | "" };
  readonly transactions: readonly { readonly to: Address; readonly value: "0"; readonly data: Hex }[];
};

/** Arguments of {@link safeBatch}. */
export type SafeBatchArgs = {
  /** What `…Call` functions returned, in order. */
  readonly calls: readonly ContractCall[];
  readonly chainId: number;
  /** The Safe that it is for. Default: any. */
  readonly safe?: Address | undefined;
  /** Name of the batch, shown to signers. Default: `Cardflow`. */
  readonly name?: string | undefined;
  /** What it does, shown to signers. Default: the functions that are called. */
  readonly description?: string | undefined;
  /** Milliseconds (Unix time). Default: 0, so that equal calls give an equal file. */
  readonly createdAt?: number | undefined;
};

/**
 * Calls as a file for Safe's Transaction Builder: its signers load it, see every call and sign once.
 *
 * @param args - see {@link SafeBatchArgs}
 * @returns JSON as data; amounts are text in it
 * @throws InvalidInputError if an argument does not fit its type
 *
 * @example
 * const file = JSON.stringify(safeBatch({ calls: [retireCardCall({ deployment, cardId: 7n })], chainId }), null, 2);
 */
export const safeBatch = ({
  calls,
  chainId,
  safe = undefined,
  name = "Cardflow",
  description = calls.map(({ functionName }) => functionName).join(", "),
  createdAt = 0,
}: SafeBatchArgs): SafeBatch => ({
  version: "1.0",
  chainId: String(chainId),
  createdAt,
  meta: { name, description, createdFromSafeAddress: safe ?? "" },
  transactions: toBatchCalls(calls).map(({ to, data }) => ({ to, value: "0", data })),
});

const multiSendAbi = parseAbi(["function multiSend(bytes transactions) payable"]);

/**
 * Calldata of Safe's `MultiSend`, which a Safe delegate-calls to make all calls or none: `operation ‖ to ‖ value ‖ length ‖ data` of each.
 *
 * @param calls - what `…Call` functions returned, in order
 * @throws InvalidInputError if an argument does not fit its type
 *
 * @example
 * const data = multiSendData([retireCardCall({ deployment, cardId: 7n })]);
 */
export const multiSendData = (calls: readonly ContractCall[]): Hex => {
  const packed = toBatchCalls(calls).map(({ to, value, data }) =>
    encodePacked(["uint8", "address", "uint256", "uint256", "bytes"], [0, to, value, BigInt(size(data)), data]),
  );
  const transactions: Hex = `0x${packed.map((bytes) => bytes.slice(2)).join("")}`;
  return encodeFunctionData({ abi: multiSendAbi, functionName: "multiSend", args: [transactions] });
};
