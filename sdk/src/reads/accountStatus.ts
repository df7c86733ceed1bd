import { type Address, isAddressEqual } from "viem";
import { readContract } from "viem/actions";
import { balanceOfAbi } from "../abis/erc20.ts";
import { accountOfAbi, leaseAbi } from "../abis/leaseLedger.ts";
import { stakeOfAbi, tierOfAbi } from "../abis/renterStaking.ts";
import { readWith } from "../client/reading.ts";
import type { CardflowClient } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { accountStatusReverts } from "../errors/readReverts.ts";
import type { DollarAmount, TokenAmount } from "../money/amounts.ts";

/** Arguments of {@link accountStatus}. */
export type AccountStatusArgs = At<"leaseLedger" | "computeDollar" | "computeToken" | "renterStaking"> & {
  /** The account. */
  readonly account: Address;
  /** Its leases, as an index knows them; what they reserve is counted. Default: none. */
  readonly leaseIds?: readonly bigint[] | undefined;
};

/** An account as an application shows it. */
export type AccountStatus = {
  /** Balance in the ledger: free to rent with or to withdraw. */
  readonly available: DollarAmount;
  /** Paid for the leases given and not yet earned. */
  readonly reserved: DollarAmount;
  /** What stopping all the leases given would bring back now. */
  readonly refundable: DollarAmount;
  /** Earned as node, owner or holder and not yet redeemed as earnings. */
  readonly earned: DollarAmount;
  /** cfUSD-wei in the wallet. */
  readonly walletDollars: DollarAmount;
  /** CARD-wei in the wallet. */
  readonly walletTokens: TokenAmount;
  /** Tier as a renter, 0 to 3. */
  readonly tier: number;
  /** The account's stake as a renter. */
  readonly stake: {
    /** CARD-wei that count. */
    readonly active: TokenAmount;
    /** CARD-wei that do not count yet. */
    readonly pending: TokenAmount;
    /** Second (Unix time) from which the pending part counts. */
    readonly countsAt: number;
    /** CARD-wei on their way out. */
    readonly thawing: TokenAmount;
    /** Second (Unix time) from which the thawing part can be withdrawn. */
    readonly thawedAt: number;
  };
};

/**
 * The money of an account: available, reserved, earned, in the wallet. Reads ledger, tokens and staking at one block.
 *
 * @param client - viem client
 * @param args - see {@link AccountStatusArgs}
 * @throws RequestError
 *
 * @example
 * const { available, reserved, earned } = await accountStatus(client, { deployment, account: renter, leaseIds });
 */
export const accountStatus = (
  client: CardflowClient,
  { deployment: { addresses }, account, leaseIds = [] }: AccountStatusArgs,
): Promise<AccountStatus> =>
  readWith(client, accountStatusReverts, async ({ blockNumber, now }) => {
    const args = [account] as const;
    const ledger = addresses.leaseLedger;
    const staking = addresses.renterStaking;
    const wallet = { abi: balanceOfAbi, functionName: "balanceOf", args, blockNumber } as const;
    const [{ balance, earned }, walletDollars, walletTokens, tier, stake, leases] = await Promise.all([
      readContract(client, { address: ledger, abi: accountOfAbi, functionName: "accountOf", args, blockNumber }),
      readContract(client, { address: addresses.computeDollar, ...wallet }),
      readContract(client, { address: addresses.computeToken, ...wallet }),
      readContract(client, { address: staking, abi: tierOfAbi, functionName: "tierOf", args, blockNumber }),
      readContract(client, { address: staking, abi: stakeOfAbi, functionName: "stakeOf", args, blockNumber }),
      Promise.all(
        [...new Set(leaseIds)].map((id) =>
          readContract(client, { address: ledger, abi: leaseAbi, functionName: "lease", args: [id], blockNumber }),
        ),
      ),
    ]);
    const own = leases.filter(({ start, renter }) => start !== 0 && isAddressEqual(renter, account));
    const sum = (from: (start: number, minDuration: number) => number): bigint =>
      own.reduce(
        (total, { rate, start, end, minDuration }) =>
          total + rate * BigInt(Math.max(0, end - from(start, minDuration))),
        0n,
      );
    return {
      available: balance,
      reserved: sum(() => now),
      refundable: sum((start, minDuration) => Math.max(now, start + minDuration)),
      earned,
      walletDollars,
      walletTokens,
      tier,
      stake: {
        active: stake.active,
        pending: stake.pending,
        countsAt: stake.countsAt,
        thawing: stake.thawing,
        thawedAt: stake.thawedAt,
      },
    };
  });
