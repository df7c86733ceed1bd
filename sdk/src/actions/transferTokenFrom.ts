import type { Address } from "viem";
import { transferFromAbi } from "../abis/erc20.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import { transferTokenFromReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link transferTokenFrom}. */
export type TransferTokenFromArgs = {
  /** CARD, cfUSD, a share or any ERC-20. */
  readonly token: Address;
  /** Whose tokens. */
  readonly from: Address;
  /** Receiver. */
  readonly to: Address;
  /** Amount in wei. */
  readonly amount: bigint;
};

/**
 * The call of {@link transferTokenFrom} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link TransferTokenFromArgs}
 *
 * @example
 * const call = transferTokenFromCall({ token: share, from: holder, to: buyer, amount });
 */
export const transferTokenFromCall = ({ token, from, to, amount }: TransferTokenFromArgs) =>
  ({ address: token, abi: transferFromAbi, functionName: "transferFrom", args: [from, to, amount] }) as const;

/**
 * Sends tokens of another account by its allowance to the sender.
 *
 * @param client - viem client
 * @param args - see {@link TransferTokenFromArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `ERC20InsufficientAllowance`, `ERC20InsufficientBalance`, `ShareNotTransferableYet`;
 * RequestError if the request fails on its way
 *
 * @example
 * await transferTokenFrom(client, { token: share, from: holder, to: buyer, amount });
 */
export const transferTokenFrom = (
  client: CardflowClient,
  args: TransferTokenFromArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, transferTokenFromCall(args), decodeNothing, transferTokenFromReverts, options);
