import { type Address, type ContractFunctionReturnType, decodeFunctionResult } from "viem";
import { claimAbi } from "../abis/revenueShare.ts";
import { perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import { claimRevenueReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link claimRevenue}. */
export type ClaimRevenueArgs = {
  /** The revenue share. */
  readonly share: Address;
};

/**
 * The call of {@link claimRevenue} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link ClaimRevenueArgs}
 *
 * @example
 * const call = claimRevenueCall({ share });
 */
export const claimRevenueCall = ({ share }: ClaimRevenueArgs) =>
  ({ address: share, abi: claimAbi, functionName: "claim", args: [] }) as const;

/**
 * Claims the sender's revenue of a share to its wallet. Never paused.
 *
 * @param client - viem client
 * @param args - see {@link ClaimRevenueArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: cfUSD-wei paid
 * @throws RequestError if the request fails on its way
 *
 * @example
 * const { result: amount } = await claimRevenue(client, { share });
 */
export const claimRevenue = (
  client: CardflowClient,
  args: ClaimRevenueArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof claimAbi, "nonpayable", "claim">>> => {
  const call = claimRevenueCall(args);
  return perform(client, call, (data) => decodeFunctionResult({ ...call, data }), claimRevenueReverts, options);
};
