import { type Address, encodeFunctionData, isAddressEqual } from "viem";
import { call as callContract, readContract } from "viem/actions";
import { authorizationStateAbi } from "../abis/computeDollar.ts";
import { balanceOfAbi } from "../abis/erc20.ts";
import { readAtLatest } from "../client/readAtLatest.ts";
import type { CardflowClient } from "../client/types.ts";
import { toCardflowError } from "../errors/toCardflowError.ts";
import { type PaymentPayload, settlePaymentCall } from "./payment.ts";
import type { PaymentRequirements } from "./paymentRequirements.ts";

/** Why a payment is not taken. */
export type PaymentRefusal =
  | "RequirementsDiffer"
  | "AmountDiffers"
  | "PayeeDiffers"
  | "NotYetValid"
  | "Expired"
  | "NonceUsed"
  | "FundsTooLow"
  | "SignatureInvalid";

/** What to do about each. */
export const paymentRemedies = {
  RequirementsDiffer: "Sign a payment for what this server asks: its scheme, network, token and its domain.",
  AmountDiffers: "Sign exactly the amount that is asked.",
  PayeeDiffers: "Sign for the payee that is asked.",
  NotYetValid: "Wait until `validAfter` has passed, or sign again.",
  Expired: "Sign again: `validBefore` is too near or has passed.",
  NonceUsed: "Sign again with a new nonce: this payment was settled or cancelled.",
  FundsTooLow: "Mint or receive cfUSD in the paying wallet, then sign again.",
  SignatureInvalid: "Sign with the key of `from`, over the domain of cfUSD on this network.",
} as const satisfies Record<PaymentRefusal, string>;

/** Whether a payment would settle now. */
export type PaymentCheck =
  | { readonly ok: true; readonly payer: Address }
  | { readonly ok: false; readonly refusal: PaymentRefusal; readonly remedy: string };

/** Arguments of {@link verifyPayment}. */
export type VerifyPaymentArgs = {
  /** What this server asked for; not what the payment says it did. */
  readonly requirements: PaymentRequirements;
  readonly payment: PaymentPayload;
  /** Seconds that must be left for the settlement. Default: 6. */
  readonly margin?: number | undefined;
};

/**
 * Whether a payment is for what was asked and would settle now. Reads the token, and simulates the transfer, so that contract accounts
 * are checked by the code that moves the money.
 *
 * @param client - viem client
 * @param args - see {@link VerifyPaymentArgs}
 * @throws RequestError if the node does not answer
 *
 * @example
 * const requirements = paymentRequirements({ deployment, amount: parseDollars("0.05"), payTo: owner, tokenDomain });
 * const check = await verifyPayment(client, { requirements, payment: decodePayment(text) });
 */
export const verifyPayment = (
  client: CardflowClient,
  { requirements, payment, margin = 6 }: VerifyPaymentArgs,
): Promise<PaymentCheck> =>
  readAtLatest(client, async ({ blockNumber, now }): Promise<PaymentCheck> => {
    const { authorization } = payment.payload;
    const early = refusalOf(requirements, payment, now, margin);
    if (early !== undefined) return refused(early);
    const { asset: address } = requirements;
    const { from, nonce } = authorization;
    const [used, balance] = await Promise.all([
      readContract(client, {
        address,
        abi: authorizationStateAbi,
        functionName: "authorizationState",
        args: [from, nonce],
        blockNumber,
      }),
      readContract(client, { address, abi: balanceOfAbi, functionName: "balanceOf", args: [from], blockNumber }),
    ]);
    if (used) return refused("NonceUsed");
    if (balance < BigInt(authorization.value)) return refused("FundsTooLow");
    return (await wouldSettle(client, payment)) ? { ok: true, payer: from } : refused("SignatureInvalid");
  });

const refused = (refusal: PaymentRefusal): PaymentCheck => ({ ok: false, refusal, remedy: paymentRemedies[refusal] });

const refusalOf = (
  asked: PaymentRequirements,
  { accepted, payload: { authorization } }: PaymentPayload,
  now: number,
  margin: number,
): PaymentRefusal | undefined => {
  const same =
    accepted.scheme === asked.scheme &&
    accepted.network === asked.network &&
    isAddressEqual(accepted.asset, asked.asset) &&
    accepted.extra.name === asked.extra.name &&
    accepted.extra.version === asked.extra.version;
  if (!same) return "RequirementsDiffer";
  if (authorization.value !== asked.amount) return "AmountDiffers";
  if (!isAddressEqual(authorization.to, asked.payTo)) return "PayeeDiffers";
  if (BigInt(authorization.validAfter) >= BigInt(now)) return "NotYetValid";
  return BigInt(authorization.validBefore) < BigInt(now + margin) ? "Expired" : undefined;
};

const wouldSettle = async (client: CardflowClient, payment: PaymentPayload): Promise<boolean> => {
  const settle = settlePaymentCall(payment);
  try {
    await callContract(client, { to: settle.address, data: encodeFunctionData(settle) });
    return true;
  } catch (cause) {
    const error = await toCardflowError(cause);
    if (error.name === "RequestError") throw error;
    return false;
  }
};
