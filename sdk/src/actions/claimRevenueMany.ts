import { type Address, type ContractFunctionReturnType, decodeFunctionResult } from "viem";
import { claimManyAbi } from "../abis/revenueShareFactory.ts";
import { perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { claimRevenueManyReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link claimRevenueMany}. */
export type ClaimRevenueManyArgs = At<"revenueShareFactory"> & {
  /** The shares. */
  readonly shares: readonly Address[];
};

/**
 * The call of {@link claimRevenueMany} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link ClaimRevenueManyArgs}
 *
 * @example
 * const call = claimRevenueManyCall({ deployment, shares: [shareA, shareB] });
 */
export const claimRevenueManyCall = ({ deployment, shares }: ClaimRevenueManyArgs) =>
  ({
    address: deployment.addresses.revenueShareFactory,
    abi: claimManyAbi,
    functionName: "claimMany",
    args: [shares],
  }) as const;

/**
 * Claims the sender's revenue from many shares to its wallet in one transaction. Never paused.
 *
 * @param client - viem client
 * @param args - see {@link ClaimRevenueManyArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: cfUSD-wei paid in all
 * @throws RequestError if the request fails on its way
 *
 * @example
 * const { result: amount } = await claimRevenueMany(client, { deployment, shares: [shareA, shareB] });
 */
export const claimRevenueMany = (
  client: CardflowClient,
  args: ClaimRevenueManyArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof claimManyAbi, "nonpayable", "claimMany">>> => {
  const call = claimRevenueManyCall(args);
  return perform(
    client,
    call,
    (data) => decodeFunctionResult({ ...call, data }),
    claimRevenueManyReverts,
    options,
    args.deployment,
  );
};
