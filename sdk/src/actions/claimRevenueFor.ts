import { type Address, type ContractFunctionReturnType, decodeFunctionResult } from "viem";
import { claimForAbi } from "../abis/revenueShare.ts";
import { perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import { claimRevenueForReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link claimRevenueFor}. */
export type ClaimRevenueForArgs = {
  /** The revenue share. */
  readonly share: Address;
  /** Whose revenue. */
  readonly account: Address;
};

/**
 * The call of {@link claimRevenueFor} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link ClaimRevenueForArgs}
 *
 * @example
 * const call = claimRevenueForCall({ share, account: holder });
 */
export const claimRevenueForCall = ({ share, account }: ClaimRevenueForArgs) =>
  ({ address: share, abi: claimForAbi, functionName: "claimFor", args: [account] }) as const;

/**
 * Credits an account's revenue of a share to its balance in the ledger. Open to anyone, benefits only the account.
 * Never paused.
 *
 * @param client - viem client
 * @param args - see {@link ClaimRevenueForArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: cfUSD-wei credited
 * @throws RequestError if the request fails on its way
 *
 * @example
 * const { result: amount } = await claimRevenueFor(client, { share, account: holder });
 */
export const claimRevenueFor = (
  client: CardflowClient,
  args: ClaimRevenueForArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof claimForAbi, "nonpayable", "claimFor">>> => {
  const call = claimRevenueForCall(args);
  return perform(client, call, (data) => decodeFunctionResult({ ...call, data }), claimRevenueForReverts, options);
};
