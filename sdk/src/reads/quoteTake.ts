import type { Address, Hex } from "viem";
import { readContract } from "viem/actions";
import { previewTakeAbi } from "../abis/rentalMarket.ts";
import type { Ask, Take } from "../abis/structs.ts";
import { readWith } from "../client/reading.ts";
import type { CardflowClient } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { quoteTakeReverts } from "../errors/readReverts.ts";
import { type MatchQuote, matchQuoteOf } from "./matchPreview.ts";

/** Arguments of {@link quoteTake}. */
export type QuoteTakeArgs = At<"rentalMarket"> & {
  /** The operator's ask. */
  readonly ask: Ask;
  /** The operator's signature. */
  readonly signature: Hex;
  /** Thousandths, duration and limits of the lease. */
  readonly take: Take;
  /** Who would rent. */
  readonly renter: Address;
};

/**
 * What `takeAsk` would do now, or why it would fail. Reads the market, by the code that rents; permits are taken as given.
 *
 * @param client - viem client
 * @param args - see {@link QuoteTakeArgs}
 * @throws RevertError, RequestError
 *
 * @example
 * const quote = await quoteTake(client, { deployment, ask, signature, take, renter });
 * console.log(quote.ok ? formatDollars(quote.total, 2) : quote.remedy);
 */
export const quoteTake = (
  client: CardflowClient,
  { deployment, ask, signature, take, renter }: QuoteTakeArgs,
): Promise<MatchQuote> =>
  readWith(client, quoteTakeReverts, async ({ blockNumber }) => {
    const preview = await readContract(client, {
      address: deployment.addresses.rentalMarket,
      abi: previewTakeAbi,
      functionName: "previewTake",
      args: [ask, signature, take, renter],
      blockNumber,
    });
    return matchQuoteOf(preview, [ask]);
  });
