import type { Address } from "viem";
import { readContract } from "viem/actions";
import { quoteRedeemAbi } from "../abis/dollarMinter.ts";
import { type RedeemLane, type RedeemRefusal, redeemLaneNames, redeemRefusalNames } from "../abis/enums.ts";
import { memberAt, readWith } from "../client/reading.ts";
import type { CardflowClient } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { quoteRedeemReverts } from "../errors/readReverts.ts";
import { redeemRefusalRemedies } from "../errors/refusalRemedies.ts";
import type { DollarAmount, TokenAmount } from "../money/amounts.ts";
import { type Quote, quoteOf } from "./quote.ts";

/** Arguments of {@link quoteRedeem}. */
export type QuoteRedeemArgs = At<"dollarMinter"> & {
  /** cfUSD-wei to burn. */
  readonly dollarIn: DollarAmount;
  /** `Open` for `redeemDollar`, `Earned` for `redeemEarned`. */
  readonly lane: RedeemLane;
  /** Who redeems; its earnings bound the lane of the earned. */
  readonly account: Address;
};

/** What a redemption would give. */
export type RedeemQuote = Quote<RedeemRefusal, { /** CARD-wei; 0 where refused. */ readonly out: TokenAmount }>;

/**
 * What `redeemDollar` or `redeemEarned` would give now, or why it would fail. Reads the minter, by the code that redeems; the account's
 * balance is not looked at.
 *
 * @param client - viem client
 * @param args - see {@link QuoteRedeemArgs}
 * @throws RevertError, RequestError
 *
 * @example
 * const quote = await quoteRedeem(client, { deployment, dollarIn: parseDollars("50"), lane: "Open", account: holder });
 */
export const quoteRedeem = (
  client: CardflowClient,
  { deployment, dollarIn, lane, account }: QuoteRedeemArgs,
): Promise<RedeemQuote> =>
  readWith(client, quoteRedeemReverts, async ({ blockNumber }) => {
    const [refusal, out] = await readContract(client, {
      address: deployment.addresses.dollarMinter,
      abi: quoteRedeemAbi,
      functionName: "quoteRedeem",
      args: [dollarIn, redeemLaneNames.indexOf(lane), account],
      blockNumber,
    });
    return quoteOf(memberAt(redeemRefusalNames, refusal, "refusal of a redemption"), redeemRefusalRemedies, { out });
  });
