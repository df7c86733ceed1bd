import type { Address } from "viem";
import { approveAbi } from "../abis/erc20.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import { approveTokenReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link approveToken}. */
export type ApproveTokenArgs = {
  /** CARD, cfUSD, a share or any ERC-20. */
  readonly token: Address;
  /** Who may spend. */
  readonly spender: Address;
  /** Amount in wei; name what is needed, no more. */
  readonly amount: bigint;
};

/**
 * The call of {@link approveToken} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link ApproveTokenArgs}
 *
 * @example
 * const call = approveTokenCall({ token: deployment.addresses.computeToken, spender: deployment.addresses.supplierStaking, amount });
 */
export const approveTokenCall = ({ token, spender, amount }: ApproveTokenArgs) =>
  ({ address: token, abi: approveAbi, functionName: "approve", args: [spender, amount] }) as const;

/**
 * Lets a spender take up to an amount of the sender's tokens. A permit or a signed funding does without this
 * transaction.
 *
 * @param client - viem client
 * @param args - see {@link ApproveTokenArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `ERC20InvalidSpender`; RequestError if the request fails on its way
 *
 * @example
 * await approveToken(client, { token: deployment.addresses.computeToken, spender: deployment.addresses.supplierStaking, amount });
 */
export const approveToken = (
  client: CardflowClient,
  args: ApproveTokenArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> => perform(client, approveTokenCall(args), decodeNothing, approveTokenReverts, options);
