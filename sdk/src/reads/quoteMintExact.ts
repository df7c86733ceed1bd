import { readContract } from "viem/actions";
import { quoteLeaseMintAbi, quoteMintExactAbi } from "../abis/dollarMinter.ts";
import { type MintRefusal, mintRefusalNames } from "../abis/enums.ts";
import { memberAt, readWith } from "../client/reading.ts";
import type { CardflowClient } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { quoteMintExactReverts } from "../errors/readReverts.ts";
import { mintRefusalRemedies } from "../errors/refusalRemedies.ts";
import type { DollarAmount, TokenAmount } from "../money/amounts.ts";
import { type Quote, quoteOf } from "./quote.ts";

/** Arguments of {@link quoteMintExact}. */
export type QuoteMintExactArgs = At<"dollarMinter"> & {
  /** cfUSD-wei to mint. */
  readonly out: DollarAmount;
  /** Whether it pays for a lease, which has a bucket of its own. Default: no. */
  readonly forLease?: boolean | undefined;
};

/** What `mintDollarExact`, or a lease paid in CARD, would burn. */
export type MintExactQuote = Quote<MintRefusal, { /** CARD-wei; 0 where refused. */ readonly tokenIn: TokenAmount }>;

/**
 * What `mintDollarExact`, or a lease paid in CARD, would burn now, or why it would fail. Reads the minter, by the code that mints.
 *
 * @param client - viem client
 * @param args - see {@link QuoteMintExactArgs}
 * @throws RevertError, RequestError
 *
 * @example
 * const quote = await quoteMintExact(client, { deployment, out: parseDollars("50") });
 */
export const quoteMintExact = (
  client: CardflowClient,
  { deployment, out, forLease = false }: QuoteMintExactArgs,
): Promise<MintExactQuote> =>
  readWith(client, quoteMintExactReverts, async ({ blockNumber }) => {
    const at = { address: deployment.addresses.dollarMinter, args: [out], blockNumber } as const;
    const [refusal, tokenIn] = await (forLease
      ? readContract(client, { ...at, abi: quoteLeaseMintAbi, functionName: "quoteLeaseMint" })
      : readContract(client, { ...at, abi: quoteMintExactAbi, functionName: "quoteMintExact" }));
    return quoteOf(memberAt(mintRefusalNames, refusal, "refusal of a mint"), mintRefusalRemedies, { tokenIn });
  });
