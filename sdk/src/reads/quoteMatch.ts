import type { Address, Hex } from "viem";
import { readContract } from "viem/actions";
import { previewMatchAbi } from "../abis/rentalMarket.ts";
import type { Ask, Bid } from "../abis/structs.ts";
import { readWith } from "../client/reading.ts";
import type { CardflowClient } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { quoteMatchReverts } from "../errors/readReverts.ts";
import { type MatchQuote, matchQuoteOf } from "./matchPreview.ts";

/** Arguments of {@link quoteMatch}. */
export type QuoteMatchArgs = At<"rentalMarket"> & {
  /** The renter's bid. */
  readonly bid: Bid;
  /** The renter's signature. */
  readonly bidSignature: Hex;
  /** Asks by ascending card id. */
  readonly asks: readonly Ask[];
  /** Signature of each ask, in the same order. */
  readonly askSignatures: readonly Hex[];
  /** Who would send the match. */
  readonly submitter: Address;
};

/**
 * What `matchOrders` would do now, or why it would fail, ask by ask. Reads the market, by the code that matches; permits are taken as
 * given.
 *
 * @param client - viem client
 * @param args - see {@link QuoteMatchArgs}
 * @throws RevertError, RequestError
 *
 * @example
 * const quote = await quoteMatch(client, { deployment, bid, bidSignature, asks: [ask], askSignatures: [askSignature], submitter });
 * if (!quote.ok) console.log(quote.refusal, quote.remedy, quote.legs);
 */
export const quoteMatch = (
  client: CardflowClient,
  { deployment, bid, bidSignature, asks, askSignatures, submitter }: QuoteMatchArgs,
): Promise<MatchQuote> =>
  readWith(client, quoteMatchReverts, async ({ blockNumber }) => {
    const preview = await readContract(client, {
      address: deployment.addresses.rentalMarket,
      abi: previewMatchAbi,
      functionName: "previewMatch",
      args: [bid, bidSignature, asks, askSignatures, submitter],
      blockNumber,
    });
    return matchQuoteOf(preview, asks);
  });
