import type { ContractFunctionReturnType } from "viem";
import { type LegRefusal, legRefusalNames, type MatchRefusal, matchRefusalNames } from "../abis/enums.ts";
import type { previewMatchAbi } from "../abis/rentalMarket.ts";
import type { Ask } from "../abis/structs.ts";
import { memberAt } from "../client/reading.ts";
import { legRefusalRemedies, matchRefusalRemedies } from "../errors/refusalRemedies.ts";
import type { DollarAmount, RatePerSecond, TokenAmount } from "../money/amounts.ts";
import { type Quote, quoteOf } from "./quote.ts";

/** What would happen to one ask of a match; the figures are 0 where it is refused. */
export type LegQuote = Quote<
  LegRefusal,
  {
    readonly cardId: bigint;
    /** Id that the lease would have. */
    readonly leaseId: bigint;
    /** Gross rate of the lease. */
    readonly rate: RatePerSecond;
    /** Thousandths that it would hold and pay for. */
    readonly thousandths: number;
    /** Rate times duration. */
    readonly escrow: DollarAmount;
  }
>;

/** What a match, or a direct rent, would do. */
export type MatchQuote = Quote<
  MatchRefusal,
  {
    /** One per ask, in order; empty if no ask was looked at. */
    readonly legs: readonly LegQuote[];
    /** Cards that would be taken. */
    readonly taken: number;
    /** Rent in advance of all leases. */
    readonly escrow: DollarAmount;
    /** What the submitter would earn. */
    readonly matcherFees: DollarAmount;
    /** Escrow and fees: what the renter would pay. */
    readonly total: DollarAmount;
    /** What would be burned for it, when paid in CARD. */
    readonly tokenIn: TokenAmount;
    /** Protocol fee of the leases in bps; it is part of the rent. */
    readonly feeBps: number;
  }
>;

/** A preview of the market with names for numbers and remedies for refusals. */
export const matchQuoteOf = (
  preview: ContractFunctionReturnType<typeof previewMatchAbi, "view", "previewMatch">,
  asks: readonly Ask[],
): MatchQuote => {
  const legs = preview.legs.map((leg, index): LegQuote => {
    const { leaseId = 0n, rate = 0n, thousandths = 0, escrow = 0n } = preview.opened[index] ?? {};
    const refusal = memberAt(legRefusalNames, leg, "refusal of an ask");
    const cardId = asks[index]?.cardId ?? 0n;
    return quoteOf(refusal, legRefusalRemedies, { cardId, leaseId, rate, thousandths, escrow });
  });
  const { escrow, matcherFees, tokenIn, feeBps } = preview;
  return quoteOf(memberAt(matchRefusalNames, preview.refusal, "refusal of a match"), matchRefusalRemedies, {
    legs,
    taken: Number(preview.taken),
    escrow,
    matcherFees,
    total: escrow + matcherFees,
    tokenIn,
    feeBps,
  });
};
