import type { Address } from "viem";
import type { CardflowClient } from "../client/types.ts";
import type { Deployment } from "../deployments/deployment.ts";
import { InvalidInputError } from "../errors/inputErrors.ts";
import { readTokenDomain } from "../funding/tokenDomain.ts";
import type { TokenDomain } from "../funding/typedData.ts";
import type { DollarAmount } from "../money/amounts.ts";

/** What a server asks for in its 402 answer: the `exact` scheme of x402 version 2, paid by ERC-3009. */
export type PaymentRequirements = {
  readonly scheme: "exact";
  /** CAIP-2: `eip155:` and the chain's id. */
  readonly network: `eip155:${number}`;
  /** cfUSD. */
  readonly asset: Address;
  /** cfUSD-wei as decimal text. */
  readonly amount: string;
  readonly payTo: Address;
  readonly maxTimeoutSeconds: number;
  /** Name and version of the token's EIP-712 domain. */
  readonly extra: { readonly name: string; readonly version: string; readonly assetTransferMethod: "eip3009" };
};

/** Arguments of {@link paymentRequirements}. */
export type PaymentRequirementsArgs = {
  readonly deployment: Pick<Deployment, "chainId"> & {
    readonly addresses: Pick<Deployment["addresses"], "computeDollar">;
  };
  /** cfUSD-wei. */
  readonly amount: DollarAmount;
  /** Who is paid. */
  readonly payTo: Address;
  /** Seconds within which the payment must be settled. Default: 60. */
  readonly maxTimeoutSeconds?: number | undefined;
  /** Domain of cfUSD, as `readTokenDomain` reads it. */
  readonly tokenDomain: Pick<TokenDomain, "name" | "version">;
};

/**
 * What a server asks for, for the `accepts` of its 402 answer.
 *
 * @param args - see {@link PaymentRequirementsArgs}
 * @throws InvalidInputError if the amount is not positive
 *
 * @example
 * const requirements = paymentRequirements({ deployment, amount: parseDollars("0.05"), payTo: owner, tokenDomain });
 */
export const paymentRequirements = ({
  deployment,
  amount,
  payTo,
  maxTimeoutSeconds = 60,
  tokenDomain: { name, version },
}: PaymentRequirementsArgs): PaymentRequirements => {
  if (amount <= 0n) throw new InvalidInputError("amount", "an amount in wei above 0");
  return {
    scheme: "exact",
    network: `eip155:${deployment.chainId}`,
    asset: deployment.addresses.computeDollar,
    amount: amount.toString(),
    payTo,
    maxTimeoutSeconds,
    extra: { name, version, assetTransferMethod: "eip3009" },
  };
};

/**
 * Reads what a server must ask for: {@link paymentRequirements} with the domain of cfUSD as the token says it.
 *
 * @param client - viem client
 * @param args - see {@link PaymentRequirementsArgs}, without the domain
 * @throws RequestError if the token does not answer
 *
 * @example
 * const requirements = await readPaymentRequirements(client, { deployment, amount: parseDollars("0.05"), payTo: owner });
 */
export const readPaymentRequirements = async (
  client: CardflowClient,
  args: Omit<PaymentRequirementsArgs, "tokenDomain">,
): Promise<PaymentRequirements> => {
  const tokenDomain = await readTokenDomain(client, { token: args.deployment.addresses.computeDollar });
  return paymentRequirements({ ...args, tokenDomain });
};
