import { type ContractFunctionReturnType, decodeFunctionResult } from "viem";
import { refreshPriceAbi } from "../abis/supplierStaking.ts";
import { perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { refreshBondPriceReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link refreshBondPrice}. */
export type RefreshBondPriceArgs = At<"supplierStaking">;

/**
 * The call of {@link refreshBondPrice} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link RefreshBondPriceArgs}
 *
 * @example
 * const call = refreshBondPriceCall({ deployment });
 */
export const refreshBondPriceCall = ({ deployment }: RefreshBondPriceArgs) =>
  ({
    address: deployment.addresses.supplierStaking,
    abi: refreshPriceAbi,
    functionName: "refreshPrice",
    args: [],
  }) as const;

/**
 * Copies the oracle's slow price to the staking contract. Open to anyone.
 *
 * @param client - viem client
 * @param args - see {@link RefreshBondPriceArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: dollars (1e18) per CARD
 * @throws RevertError with one of `OracleGasTooLow`; RequestError if the request fails on its way
 *
 * @example
 * const { result: price } = await refreshBondPrice(client, { deployment });
 */
export const refreshBondPrice = (
  client: CardflowClient,
  args: RefreshBondPriceArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof refreshPriceAbi, "nonpayable", "refreshPrice">>> => {
  const call = refreshBondPriceCall(args);
  return perform(
    client,
    call,
    (data) => decodeFunctionResult({ ...call, data }),
    refreshBondPriceReverts,
    options,
    args.deployment,
  );
};
