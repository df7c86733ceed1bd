import { type ContractFunctionReturnType, decodeFunctionResult } from "viem";
import { stopAbi } from "../abis/leaseLedger.ts";
import { perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { stopLeaseReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link stopLease}. */
export type StopLeaseArgs = At<"leaseLedger"> & {
  /** The lease. */
  readonly leaseId: bigint;
};

/**
 * The call of {@link stopLease} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link StopLeaseArgs}
 *
 * @example
 * const call = stopLeaseCall({ deployment, leaseId });
 */
export const stopLeaseCall = ({ deployment, leaseId }: StopLeaseArgs) =>
  ({ address: deployment.addresses.leaseLedger, abi: stopAbi, functionName: "stop", args: [leaseId] }) as const;

/**
 * Ends a running lease. By its renter: at once, but not before the minimum billing is over. By its operator: at once,
 * and the renter is paid from the operator's bond. The unused escrow goes to the renter's balance. Never paused.
 *
 * @param client - viem client
 * @param args - see {@link StopLeaseArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: the new end (seconds) and the cfUSD-wei credited to the renter
 * @throws RevertError with one of `LeaseNotRunning`, `LeaseCallerNotParty`; RequestError if the request fails on its
 * way
 *
 * @example
 * const { result: [end, refund] } = await stopLease(client, { deployment, leaseId });
 */
export const stopLease = (
  client: CardflowClient,
  args: StopLeaseArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof stopAbi, "nonpayable", "stop">>> => {
  const call = stopLeaseCall(args);
  return perform(
    client,
    call,
    (data) => decodeFunctionResult({ ...call, data }),
    stopLeaseReverts,
    options,
    args.deployment,
  );
};
