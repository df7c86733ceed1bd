import { type Address, type ContractFunctionReturnType, decodeFunctionResult } from "viem";
import { refreshAbi } from "../abis/renterStaking.ts";
import { perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { refreshRenterTierReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link refreshRenterTier}. */
export type RefreshRenterTierArgs = At<"renterStaking"> & {
  /** Whose tier. */
  readonly renter: Address;
};

/**
 * The call of {@link refreshRenterTier} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link RefreshRenterTierArgs}
 *
 * @example
 * const call = refreshRenterTierCall({ deployment, renter });
 */
export const refreshRenterTierCall = ({ deployment, renter }: RefreshRenterTierArgs) =>
  ({ address: deployment.addresses.renterStaking, abi: refreshAbi, functionName: "refresh", args: [renter] }) as const;

/**
 * Recomputes a renter's tier at the slow price: it may rise if the renter sends this, and fall whoever does.
 *
 * @param client - viem client
 * @param args - see {@link RefreshRenterTierArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: the tier, 0 to 3
 * @throws RequestError if the request fails on its way
 *
 * @example
 * const { result: tier } = await refreshRenterTier(client, { deployment, renter });
 */
export const refreshRenterTier = (
  client: CardflowClient,
  args: RefreshRenterTierArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof refreshAbi, "nonpayable", "refresh">>> => {
  const call = refreshRenterTierCall(args);
  return perform(
    client,
    call,
    (data) => decodeFunctionResult({ ...call, data }),
    refreshRenterTierReverts,
    options,
    args.deployment,
  );
};
