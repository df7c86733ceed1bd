import { type Address, type ContractFunctionReturnType, decodeFunctionResult } from "viem";
import { withdrawAbi } from "../abis/renterStaking.ts";
import { perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { withdrawRenterStakeReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link withdrawRenterStake}. */
export type WithdrawRenterStakeArgs = At<"renterStaking"> & {
  /** Receiver. */
  readonly to: Address;
};

/**
 * The call of {@link withdrawRenterStake} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link WithdrawRenterStakeArgs}
 *
 * @example
 * const call = withdrawRenterStakeCall({ deployment, to: renter });
 */
export const withdrawRenterStakeCall = ({ deployment, to }: WithdrawRenterStakeArgs) =>
  ({ address: deployment.addresses.renterStaking, abi: withdrawAbi, functionName: "withdraw", args: [to] }) as const;

/**
 * Pays out the thawed part of the sender's stake as a renter.
 *
 * @param client - viem client
 * @param args - see {@link WithdrawRenterStakeArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: CARD-wei paid
 * @throws RevertError with one of `StakeNothingThawing`, `StakeStillThawing`, `StakeReceiverZero`; RequestError if the
 * request fails on its way
 *
 * @example
 * const { result: amount } = await withdrawRenterStake(client, { deployment, to: renter });
 */
export const withdrawRenterStake = (
  client: CardflowClient,
  args: WithdrawRenterStakeArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof withdrawAbi, "nonpayable", "withdraw">>> => {
  const call = withdrawRenterStakeCall(args);
  return perform(
    client,
    call,
    (data) => decodeFunctionResult({ ...call, data }),
    withdrawRenterStakeReverts,
    options,
    args.deployment,
  );
};
