import type { Address } from "viem";
import { readContract } from "viem/actions";
import { type LegRefusal, legRefusalNames, type PaymentRefusal, paymentRefusalNames } from "../abis/enums.ts";
import { previewExtendAbi } from "../abis/leaseLedger.ts";
import { memberAt, readWith } from "../client/reading.ts";
import type { CardflowClient } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { quoteExtendReverts } from "../errors/readReverts.ts";
import { legRefusalRemedies, paymentRefusalRemedies } from "../errors/refusalRemedies.ts";
import type { DollarAmount, TokenAmount } from "../money/amounts.ts";
import { type Quote, quoteOf } from "./quote.ts";

/** Arguments of {@link quoteExtend}. */
export type QuoteExtendArgs = At<"leaseLedger"> & {
  /** The lease. */
  readonly leaseId: bigint;
  /** Seconds to add, at least 60. */
  readonly added: number;
  /** Who would pay: whoever sends the extension. */
  readonly payer: Address;
};

/** What an extension would cost. It is refused for what speaks against the lease, or else against the payment. */
export type ExtendQuote = Quote<
  LegRefusal | PaymentRefusal,
  {
    /** Rent of the added time. */
    readonly paid: DollarAmount;
    /** What would be burned for it, for a lease paid in CARD while the mint is open; else 0, and it is paid in cfUSD. */
    readonly tokenIn: TokenAmount;
  }
>;

/**
 * What `extendLease` would cost now, or why it would fail. Reads the ledger, by the code that extends; permits are taken as given.
 *
 * @param client - viem client
 * @param args - see {@link QuoteExtendArgs}
 * @throws RevertError with `LeaseNotRunning` or `ExtensionTooShort`; RequestError
 *
 * @example
 * const quote = await quoteExtend(client, { deployment, leaseId, added: 3600, payer: renter });
 */
export const quoteExtend = (
  client: CardflowClient,
  { deployment, leaseId, added, payer }: QuoteExtendArgs,
): Promise<ExtendQuote> =>
  readWith(client, quoteExtendReverts, async ({ blockNumber }) => {
    const [leg, payment, paid, tokenIn] = await readContract(client, {
      address: deployment.addresses.leaseLedger,
      abi: previewExtendAbi,
      functionName: "previewExtend",
      args: [leaseId, added, payer],
      blockNumber,
    });
    const refusal = memberAt(legRefusalNames, leg, "refusal of an extension");
    const refusedPayment = memberAt(paymentRefusalNames, payment, "refusal of a payment");
    const remedies = { ...legRefusalRemedies, ...paymentRefusalRemedies };
    return quoteOf(refusal === "None" ? refusedPayment : refusal, remedies, { paid, tokenIn });
  });
