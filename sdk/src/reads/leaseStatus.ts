import type { Address, ContractFunctionReturnType } from "viem";
import { readContract } from "viem/actions";
import { leaseAbi } from "../abis/leaseLedger.ts";
import { readWith } from "../client/reading.ts";
import type { CardflowClient } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { leaseStatusReverts } from "../errors/readReverts.ts";
import type { DollarAmount, RatePerSecond } from "../money/amounts.ts";

/** Arguments of {@link leaseStatus}. */
export type LeaseStatusArgs = At<"leaseLedger"> & {
  /** The lease. */
  readonly leaseId: bigint;
};

/** A lease as an application shows it. */
export type LeaseStatus = {
  readonly leaseId: bigint;
  readonly cardId: bigint;
  readonly renter: Address;
  /** The node that serves it. */
  readonly operator: Address;
  /** Gross rate of this lease. */
  readonly rate: RatePerSecond;
  /** Parts of the rate: protocol fee, node, holders of the cash flow. */
  readonly split: { readonly fee: RatePerSecond; readonly node: RatePerSecond; readonly holders: RatePerSecond };
  /** Thousandths of the card that it holds. */
  readonly thousandths: number;
  readonly paidInToken: boolean;
  readonly running: boolean;
  /** First second (Unix time). */
  readonly start: number;
  /** Over from this second on (Unix time). */
  readonly end: number;
  /** Seconds until its end, 0 once over. */
  readonly secondsLeft: number;
  /** Earned by fee, node and holders so far. */
  readonly accrued: DollarAmount;
  /** Not yet earned. */
  readonly moneyLeft: DollarAmount;
  /** What the renter would get back by stopping now: less than what is left while the minimum billing runs. */
  readonly refundable: DollarAmount;
  /** Seconds of minimum billing. */
  readonly minDuration: number;
  /** Seconds by which the ask lets it be extended still; the card's owner or term may allow less. */
  readonly extendableBy: number;
};

/**
 * A lease with its time and money left. Reads the ledger at one block.
 *
 * @param client - viem client
 * @param args - see {@link LeaseStatusArgs}
 * @returns the lease; undefined if there never was one of this id, or its place on the card is taken by a later one
 * @throws RequestError
 *
 * @example
 * const lease = await leaseStatus(client, { deployment, leaseId });
 * if (lease !== undefined) console.log(lease.secondsLeft, formatDollars(lease.refundable, 2));
 */
export const leaseStatus = (
  client: CardflowClient,
  { deployment, leaseId }: LeaseStatusArgs,
): Promise<LeaseStatus | undefined> =>
  readWith(client, leaseStatusReverts, async ({ blockNumber, now }) => {
    const address = deployment.addresses.leaseLedger;
    const lease = await readContract(client, {
      address,
      abi: leaseAbi,
      functionName: "lease",
      args: [leaseId],
      blockNumber,
    });
    if (lease.start === 0) return undefined;
    return leaseStatusOf(leaseId, lease, now);
  });

/** A lease as the ledger keeps it. */
type RawLease = Omit<ContractFunctionReturnType<typeof leaseAbi, "view", "lease">, "feeBps">;

/** What a lease is at a second. */
export const leaseStatusOf = (leaseId: bigint, lease: RawLease, now: number): LeaseStatus => {
  const { rate, start, end, minDuration } = lease;
  const stoppedAt = Math.min(end, Math.max(now, start + minDuration));
  const secondsLeft = Math.max(0, end - now);
  return {
    leaseId,
    cardId: lease.cardId,
    renter: lease.renter,
    operator: lease.operator,
    rate,
    split: { fee: lease.feeRate, node: lease.nodeRate, holders: lease.holdersRate },
    thousandths: lease.thousandths,
    paidInToken: lease.paidInToken,
    running: secondsLeft > 0,
    start,
    end,
    secondsLeft,
    accrued: rate * BigInt(Math.min(now, end) - start),
    moneyLeft: rate * BigInt(secondsLeft),
    refundable: rate * BigInt(end - stoppedAt),
    minDuration,
    extendableBy: secondsLeft > 0 ? Math.max(0, start + lease.maxDuration - end) : 0,
  };
};
