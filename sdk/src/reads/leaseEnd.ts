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
  /** cfUSD-wei that went back to the renter's balance; a lease may be stopped, extended and stopped again while it runs. */
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
    const [stop, extension] = [stopped.at(-1), extended.at(-1)];
    const isStopped = stop !== undefined && (extension === undefined || isAfter(stop, extension));
    const { end } = isStopped ? stop.args : (extension ?? started).args;
    const reason = isStopped ? stopReason(stop.args.by, started.args.renter) : "TimeRanOut";
    return {
      reason: now < end ? "Running" : reason,
      end,
      refund: stopped.reduce((sum, { args }) => sum + args.refund, 0n),
      penalty: stopped.reduce((sum, { args }) => sum + args.penalty, 0n),
    };
  });

type Logged = { readonly blockNumber: bigint; readonly logIndex: number };

const isAfter = (one: Logged, other: Logged): boolean =>
  one.blockNumber === other.blockNumber ? one.logIndex > other.logIndex : one.blockNumber > other.blockNumber;

/** Nobody but renter and operator can stop a lease. */
const stopReason = (by: Address, renter: Address): LeaseEndReason =>
  isAddressEqual(by, renter) ? "StoppedByRenter" : "StoppedByOperator";
