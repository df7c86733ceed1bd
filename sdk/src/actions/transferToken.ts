import type { Address } from "viem";
import { transferAbi } from "../abis/erc20.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import { transferTokenReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link transferToken}. */
export type TransferTokenArgs = {
  /** CARD, cfUSD, a share or any ERC-20. */
  readonly token: Address;
  /** Receiver. */
  readonly to: Address;
  /** Amount in wei. */
  readonly amount: bigint;
};

/**
 * The call of {@link transferToken} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link TransferTokenArgs}
 *
 * @example
 * const call = transferTokenCall({ token: share, to: buyer, amount: parseShares("5") });
 */
export const transferTokenCall = ({ token, to, amount }: TransferTokenArgs) =>
  ({ address: token, abi: transferAbi, functionName: "transfer", args: [to, amount] }) as const;

/**
 * Sends tokens of the sender; shares too, once their sale is finalised: who holds them earns from then on, to the
 * second.
 *
 * @param client - viem client
 * @param args - see {@link TransferTokenArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `ERC20InsufficientBalance`, `ERC20InvalidReceiver`, `ShareNotTransferableYet`;
 * RequestError if the request fails on its way
 *
 * @example
 * await transferToken(client, { token: share, to: buyer, amount: parseShares("5") });
 */
export const transferToken = (
  client: CardflowClient,
  args: TransferTokenArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> => perform(client, transferTokenCall(args), decodeNothing, transferTokenReverts, options);
