import { type Address, isAddressEqual } from "viem";
import { getContractEvents } from "viem/actions";
import { leaseExtendedEventAbi, leaseStartedEventAbi, leaseStoppedEventAbi } from "../abis/leaseLedger.ts";
import { readWith } from "../client/reading.ts";
import type { CardflowClient } from "../client/types.ts";
import type { At, Deployment } from "../deployments/deployment.ts";
import { leaseEndReverts } from "../errors/readReverts.ts";
import type { DollarAmount, TokenAmount } from "../money/amounts.ts";

/** Arguments of {@link leaseEnd}. */
export type LeaseEndArgs = At<"leaseLedger"> & {
  readonly deployment: Pick<Deployment, "startBlock">;
  /** The lease. */
  readonly leaseId: bigint;
};

/** Why a lease ended, or that it has not. */
export type LeaseEndReason = "Running" | "TimeRanOut" | "StoppedByRenter" | "StoppedByOperator";

/** How a lease ended. */
export type LeaseEnd = {
  readonly reason: LeaseEndReason;
  /** Over from this second on (Unix time). */
  readonly end: number;
  /** cfUSD-wei that went back to the renter's balance. */
  readonly refund: DollarAmount;
  /** CARD-wei that the operator's bond paid to the renter's wallet for the stop. */
  readonly penalty: TokenAmount;
};

/**
 * Why a lease ended. Reads the ledger's events from the deployment's first block on, so it knows leases whose place on the card
 * is long taken by others.
 *
 * @param client - viem client whose node keeps the logs
 * @param args - see {@link LeaseEndArgs}
 * @returns how it ended; undefined if there never was one of this id
 * @throws RequestError
 *
 * @example
 * const ended = await leaseEnd(client, { deployment, leaseId });
 * console.log(ended?.reason);
 */
export const leaseEnd = (
  client: CardflowClient,
  { deployment, leaseId }: LeaseEndArgs,
): Promise<LeaseEnd | undefined> =>
  readWith(client, leaseEndReverts, async ({ blockNumber, now }) => {
    const range = {
      address: deployment.addresses.leaseLedger,
      args: { leaseId },
      fromBlock: deployment.startBlock,
      toBlock: blockNumber,
      strict: true,
    } as const;
    const [[started], extended, stopped] = await Promise.all([
      getContractEvents(client, { ...range, abi: leaseStartedEventAbi, eventName: "LeaseStarted" }),
      getContractEvents(client, { ...range, abi: leaseExtendedEventAbi, eventName: "LeaseExtended" }),
      getContractEvents(client, { ...range, abi: leaseStoppedEventAbi, eventName: "LeaseStopped" }),
    ]);
    if (started === undefined) return undefined;
    const stop = stopped[0]?.args;
    const end = stop?.end ?? extended.at(-1)?.args.end ?? started.args.end;
    const reason = stop === undefined ? "TimeRanOut" : stopReason(stop.by, started.args.renter);
    return { reason: now < end ? "Running" : reason, end, refund: stop?.refund ?? 0n, penalty: stop?.penalty ?? 0n };
  });

/** Nobody but renter and operator can stop a lease. */
const stopReason = (by: Address, renter: Address): LeaseEndReason =>
  isAddressEqual(by, renter) ? "StoppedByRenter" : "StoppedByOperator";
