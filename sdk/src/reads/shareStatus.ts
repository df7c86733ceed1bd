import type { Address } from "viem";
import { readContract } from "viem/actions";
import { type SharePhase, sharePhaseNames } from "../abis/enums.ts";
import {
  balanceOfAbi,
  cardIdAbi,
  claimableAbi,
  numberAbi,
  paidByAbi,
  phaseAbi,
  previewHandInAbi,
  proceedsAbi,
  revenueAbi,
  soldAbi,
  termEndAbi,
  termsAbi,
  unsoldAbi,
  vestedAbi,
} from "../abis/revenueShare.ts";
import type { ShareTerms } from "../abis/structs.ts";
import { memberAt, readWith } from "../client/reading.ts";
import type { CardflowClient } from "../client/types.ts";
import { shareStatusReverts } from "../errors/readReverts.ts";
import type { DollarAmount, ShareAmount, TokenAmount } from "../money/amounts.ts";

/** Arguments of {@link shareStatus}. */
export type ShareStatusArgs = {
  /** The revenue share. */
  readonly share: Address;
  /** Whose part to look at. Default: nobody's. */
  readonly account?: Address | undefined;
};

/** An account's part of a share. */
export type ShareHolding = {
  /** Share-wei held. */
  readonly balance: ShareAmount;
  /** cfUSD-wei that can be claimed now. */
  readonly claimable: DollarAmount;
  /** CARD-wei paid in the sale and not given back. */
  readonly paid: TokenAmount;
  /** CARD-wei that handing in all its sold shares would pay if no more vests; final once the term is over. */
  readonly handInValue: TokenAmount;
};

/** A revenue share as an application shows it. */
export type ShareStatus = {
  readonly cardId: bigint;
  /** The revenue number of the share in the ledger. */
  readonly number: number;
  readonly phase: SharePhase;
  readonly terms: ShareTerms;
  /** End of the term (Unix time). */
  readonly termEnd: number;
  /** Share-wei sold. */
  readonly sold: ShareAmount;
  /** Share-wei not sold, which the owner keeps. */
  readonly unsold: ShareAmount;
  /** CARD-wei paid by buyers. */
  readonly proceeds: TokenAmount;
  /** Revenue of all holders so far, to the second. */
  readonly accrued: DollarAmount;
  /** Part of the promised revenue that has accrued, 1e18 for all of it; it may be more. */
  readonly accruedPart: bigint;
  /** CARD-wei of the proceeds that have vested, without the upfront part. */
  readonly vested: TokenAmount;
  /** CARD-wei that `releaseProceeds` would pay now. */
  readonly releasable: TokenAmount;
  /** The account's part; undefined if none was asked for. */
  readonly holding: ShareHolding | undefined;
};

/**
 * A revenue share: phase, what accrued, what vested, and an account's part of it. Reads the share at one block.
 *
 * @param client - viem client
 * @param args - see {@link ShareStatusArgs}
 * @throws RevertError, RequestError
 *
 * @example
 * const { phase, accrued, holding } = await shareStatus(client, { share, account: holder });
 */
export const shareStatus = (
  client: CardflowClient,
  { share: address, account }: ShareStatusArgs,
): Promise<ShareStatus> =>
  readWith(client, shareStatusReverts, async ({ blockNumber }) => {
    const at = { address, blockNumber } as const;
    const [cardId, number, phase, terms, termEnd, sold, [, unsold], proceeds, accrued, [vested, released], holding] =
      await Promise.all([
        readContract(client, { ...at, abi: cardIdAbi, functionName: "cardId" }),
        readContract(client, { ...at, abi: numberAbi, functionName: "number" }),
        readContract(client, { ...at, abi: phaseAbi, functionName: "phase" }),
        readContract(client, { ...at, abi: termsAbi, functionName: "terms" }),
        readContract(client, { ...at, abi: termEndAbi, functionName: "termEnd" }),
        readContract(client, { ...at, abi: soldAbi, functionName: "sold" }),
        readContract(client, { ...at, abi: unsoldAbi, functionName: "unsold" }),
        readContract(client, { ...at, abi: proceedsAbi, functionName: "proceeds" }),
        readContract(client, { ...at, abi: revenueAbi, functionName: "revenue" }),
        readContract(client, { ...at, abi: vestedAbi, functionName: "vested" }),
        account === undefined ? undefined : readHolding(client, at, account),
      ]);
    return {
      cardId,
      number,
      phase: memberAt(sharePhaseNames, phase, "phase of a share"),
      terms,
      termEnd,
      sold,
      unsold,
      proceeds,
      accrued,
      accruedPart: terms.promisedRevenue === 0n ? 0n : (accrued * 10n ** 18n) / terms.promisedRevenue,
      vested,
      releasable: vested - released,
      holding,
    };
  });

const readHolding = async (
  client: CardflowClient,
  at: { readonly address: Address; readonly blockNumber: bigint },
  account: Address,
): Promise<ShareHolding> => {
  const args = [account] as const;
  const [balance, claimable, paid, [unsoldOwner, unsold]] = await Promise.all([
    readContract(client, { ...at, abi: balanceOfAbi, functionName: "balanceOf", args }),
    readContract(client, { ...at, abi: claimableAbi, functionName: "claimable", args }),
    readContract(client, { ...at, abi: paidByAbi, functionName: "paidBy", args }),
    readContract(client, { ...at, abi: unsoldAbi, functionName: "unsold" }),
  ]);
  const movable = unsoldOwner.toLowerCase() === account.toLowerCase() ? balance - unsold : balance;
  const handInValue =
    movable === 0n
      ? 0n
      : await readContract(client, { ...at, abi: previewHandInAbi, functionName: "previewHandIn", args: [movable] });
  return { balance, claimable, paid, handInValue };
};
