import { type ContractFunctionReturnType, decodeFunctionResult, type Hex } from "viem";
import { extendByAbi } from "../abis/leaseLedger.ts";
import { perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { extendLeaseReverts } from "../errors/actionReverts.ts";
import type { TokenAmount } from "../money/amounts.ts";

/** Arguments of {@link extendLease}. */
export type ExtendLeaseArgs = At<"leaseLedger"> & {
  /** The lease. */
  readonly leaseId: bigint;
  /** Seconds to add, at least 60. */
  readonly added: number;
  /** Most CARD-wei to burn, for a lease paid in CARD. Default: none. */
  readonly maxTokenIn?: TokenAmount | undefined;
  /** Money besides balance and allowance: what `permitFunding` or `authorizationFunding` returned. Default: none. */
  readonly funding?: Hex | undefined;
};

/**
 * The call of {@link extendLease} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link ExtendLeaseArgs}
 *
 * @example
 * const call = extendLeaseCall({ deployment, leaseId, added: 3600 });
 */
export const extendLeaseCall = ({ deployment, leaseId, added, maxTokenIn = 0n, funding = "0x" }: ExtendLeaseArgs) =>
  ({
    address: deployment.addresses.leaseLedger,
    abi: extendByAbi,
    functionName: "extendBy",
    args: [leaseId, added, maxTokenIn, funding],
  }) as const;

/**
 * Lets a running lease end later, paid by the sender; for another's lease that is a gift. Never paused.
 *
 * @param client - viem client
 * @param args - see {@link ExtendLeaseArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: the new end (seconds)
 * @throws RevertError with one of `ExtensionRefused` with the reason, `ExtensionTooShort`, `LeaseNotRunning`, `FundingUnusable`,
 * `InputTooLarge`, `ERC20InsufficientAllowance`, `ERC20InsufficientBalance`; RequestError if the request fails on its way
 *
 * @example
 * const { result: end } = await extendLease(client, { deployment, leaseId, added: 3600 });
 */
export const extendLease = (
  client: CardflowClient,
  args: ExtendLeaseArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof extendByAbi, "nonpayable", "extendBy">>> => {
  const call = extendLeaseCall(args);
  return perform(
    client,
    call,
    (data) => decodeFunctionResult({ ...call, data }),
    extendLeaseReverts,
    options,
    args.deployment,
  );
};
