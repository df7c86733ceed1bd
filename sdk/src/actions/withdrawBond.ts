import { type Address, type ContractFunctionReturnType, decodeFunctionResult } from "viem";
import { withdrawAbi } from "../abis/supplierStaking.ts";
import { perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { withdrawBondReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link withdrawBond}. */
export type WithdrawBondArgs = At<"supplierStaking"> & {
  /** The card. */
  readonly cardId: bigint;
  /** Receiver. */
  readonly to: Address;
};

/**
 * The call of {@link withdrawBond} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link WithdrawBondArgs}
 *
 * @example
 * const call = withdrawBondCall({ deployment, cardId: 7n, to: operator });
 */
export const withdrawBondCall = ({ deployment, cardId, to }: WithdrawBondArgs) =>
  ({
    address: deployment.addresses.supplierStaking,
    abi: withdrawAbi,
    functionName: "withdraw",
    args: [cardId, to],
  }) as const;

/**
 * Pays out the thawed part of the sender's bond, less what its running leases on the card still require.
 *
 * @param client - viem client
 * @param args - see {@link WithdrawBondArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: CARD-wei paid
 * @throws RevertError with one of `StakeNothingThawing`, `StakeStillThawing`, `BondStillRequired`,
 * `StakeReceiverZero`; RequestError if the request fails on its way
 *
 * @example
 * const { result: amount } = await withdrawBond(client, { deployment, cardId: 7n, to: operator });
 */
export const withdrawBond = (
  client: CardflowClient,
  args: WithdrawBondArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof withdrawAbi, "nonpayable", "withdraw">>> => {
  const call = withdrawBondCall(args);
  return perform(
    client,
    call,
    (data) => decodeFunctionResult({ ...call, data }),
    withdrawBondReverts,
    options,
    args.deployment,
  );
};
