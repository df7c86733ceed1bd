import { type Account, type Address, bytesToHex, type Hex } from "viem";
import { accountOf, addressOf } from "../client/account.ts";
import { toSeconds } from "../client/seconds.ts";
import { signTyped } from "../client/signTyped.ts";
import type { CardflowClient } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { signingReverts } from "../errors/signingReverts.ts";
import { errorFrom } from "../errors/toCardflowError.ts";
import type { DollarAmount } from "../money/amounts.ts";
import { encodeFunding } from "./encodeFunding.ts";
import { readTokenDomain } from "./tokenDomain.ts";
import { receiveAuthorizationTypedData } from "./typedData.ts";

/** Arguments of {@link authorizationFunding}. */
export type AuthorizationFundingArgs = At<"computeDollar" | "leaseLedger"> & {
  /** cfUSD-wei; all of it comes into the payer's balance, what is not spent stays there. */
  readonly value: DollarAmount;
  /** Valid before this second (Unix time). */
  readonly validBefore: number;
  /** Valid after this second (Unix time). Default: at once. */
  readonly validAfter?: number | undefined;
  /** 32 bytes that were not used before. Default: random. */
  readonly nonce?: Hex | undefined;
  /** Who signs; by default the client's account. A smart account can sign, too. */
  readonly account?: Account | Address | undefined;
};

/**
 * Signs an ERC-3009 authorization of cfUSD to the ledger and encodes it as the `funding` of `deposit`, `takeAsk`, `matchOrders` or
 * `extendLease`. Only the ledger can use it. Reads the token's EIP-712 domain.
 *
 * @param client - viem client with the account that pays
 * @param args - see {@link AuthorizationFundingArgs}
 * @returns the funding bytes
 * @throws AccountMissingError; InvalidInputError if a time is not whole seconds; RequestError if the node does not answer or the wallet refuses
 *
 * @example
 * const funding = await authorizationFunding(client, { deployment, value: parseDollars("25"), validBefore });
 */
export const authorizationFunding = async (
  client: CardflowClient,
  {
    deployment: { addresses },
    value,
    validBefore,
    validAfter = 0,
    nonce = randomNonce(),
    account,
  }: AuthorizationFundingArgs,
): Promise<Hex> => {
  const signer = accountOf(client, account);
  const message = {
    from: addressOf(signer),
    to: addresses.leaseLedger,
    value,
    validAfter: toSeconds("validAfter", validAfter),
    validBefore: toSeconds("validBefore", validBefore),
    nonce,
  };
  try {
    const domain = await readTokenDomain(client, { token: addresses.computeDollar });
    const signature = await signTyped(client, signer, receiveAuthorizationTypedData(domain, message));
    return encodeFunding({
      kind: "Authorization",
      value,
      validAfter: message.validAfter,
      validBefore: message.validBefore,
      nonce,
      signature,
    });
  } catch (cause) {
    throw errorFrom(cause, signingReverts);
  }
};

const randomNonce = (): Hex => bytesToHex(crypto.getRandomValues(new Uint8Array(32)));
