import { type ContractFunctionReturnType, decodeFunctionResult } from "viem";
import { burnFeesAbi } from "../abis/dollarMinter.ts";
import { perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { burnFeesReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link burnFees}. */
export type BurnFeesArgs = At<"dollarMinter">;

/**
 * The call of {@link burnFees} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link BurnFeesArgs}
 *
 * @example
 * const call = burnFeesCall({ deployment });
 */
export const burnFeesCall = ({ deployment }: BurnFeesArgs) =>
  ({ address: deployment.addresses.dollarMinter, abi: burnFeesAbi, functionName: "burnFees", args: [] }) as const;

/**
 * Burns the state's part of the gathered protocol fees and pays the rest to the treasury. Open to anyone.
 *
 * @param client - viem client
 * @param args - see {@link BurnFeesArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: cfUSD-wei burned and paid
 * @throws RevertError with one of `FeesZero`, `LedgerUnset`; RequestError if the request fails on its way
 *
 * @example
 * const { result: [burned, paid] } = await burnFees(client, { deployment });
 */
export const burnFees = (
  client: CardflowClient,
  args: BurnFeesArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof burnFeesAbi, "nonpayable", "burnFees">>> => {
  const call = burnFeesCall(args);
  return perform(
    client,
    call,
    (data) => decodeFunctionResult({ ...call, data }),
    burnFeesReverts,
    options,
    args.deployment,
  );
};
