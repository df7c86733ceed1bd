import { readContract } from "viem/actions";
import { quoteMintAbi } from "../abis/dollarMinter.ts";
import { type MintRefusal, mintRefusalNames } from "../abis/enums.ts";
import { memberAt, readWith } from "../client/reading.ts";
import type { CardflowClient } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { quoteMintReverts } from "../errors/readReverts.ts";
import { mintRefusalRemedies } from "../errors/refusalRemedies.ts";
import type { DollarAmount, TokenAmount } from "../money/amounts.ts";
import { type Quote, quoteOf } from "./quote.ts";

/** Arguments of {@link quoteMint}. */
export type QuoteMintArgs = At<"dollarMinter"> & {
  /** CARD-wei to burn. */
  readonly tokenIn: TokenAmount;
};

/** What `mintDollar` would give. */
export type MintQuote = Quote<MintRefusal, { /** cfUSD-wei; 0 where refused. */ readonly out: DollarAmount }>;

/**
 * What `mintDollar` would give now, or why it would fail. Reads the minter, by the code that mints.
 *
 * @param client - viem client
 * @param args - see {@link QuoteMintArgs}
 * @throws RevertError, RequestError
 *
 * @example
 * const quote = await quoteMint(client, { deployment, tokenIn: parseTokens("100") });
 * console.log(quote.ok ? formatDollars(quote.out) : quote.remedy);
 */
export const quoteMint = (client: CardflowClient, { deployment, tokenIn }: QuoteMintArgs): Promise<MintQuote> =>
  readWith(client, quoteMintReverts, async ({ blockNumber }) => {
    const [refusal, out] = await readContract(client, {
      address: deployment.addresses.dollarMinter,
      abi: quoteMintAbi,
      functionName: "quoteMint",
      args: [tokenIn],
      blockNumber,
    });
    return quoteOf(memberAt(mintRefusalNames, refusal, "refusal of a mint"), mintRefusalRemedies, { out });
  });
