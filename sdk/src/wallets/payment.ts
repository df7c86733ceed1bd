import { type Account, type Address, bytesToHex, type Hex } from "viem";
import { signTypedData } from "viem/actions";
import { transferWithAuthorizationAbi } from "../abis/computeDollar.ts";
import { accountOf, addressOf } from "../client/account.ts";
import type { CardflowClient } from "../client/types.ts";
import { InvalidInputError } from "../errors/inputErrors.ts";
import { toCardflowError } from "../errors/toCardflowError.ts";
import { type ReceiveAuthorization, receiveAuthorizationFields } from "../funding/typedData.ts";
import type { DollarAmount } from "../money/amounts.ts";
import type { PaymentRequirements } from "./paymentRequirements.ts";

/** A signed payment, as it travels in the `PAYMENT-SIGNATURE` header. */
export type PaymentPayload = {
  readonly x402Version: 2;
  readonly accepted: PaymentRequirements;
  readonly payload: {
    readonly signature: Hex;
    readonly authorization: {
      readonly [Field in keyof ReceiveAuthorization]: Field extends "from" | "to"
        ? Address
        : Field extends "nonce"
          ? Hex
          : string;
    };
  };
};

/** Arguments of {@link signPayment}. */
export type SignPaymentArgs = {
  /** What the server asked for. */
  readonly requirements: PaymentRequirements;
  /** Now (Unix time), by the chain's clock; the payment is valid from ten minutes before it for `maxTimeoutSeconds`. */
  readonly now: number;
  /** Most cfUSD-wei to pay: what a server asks is not what a client must give. */
  readonly most: DollarAmount;
  /** 32 bytes that were not used before. Default: random. */
  readonly nonce?: Hex | undefined;
  /** Who pays; by default the client's account. */
  readonly account?: Account | Address | undefined;
};

/**
 * Signs a payment for a 402 answer: an ERC-3009 `transferWithAuthorization` of exactly what was asked, that anybody may settle.
 *
 * @param client - viem client with the account that pays
 * @param args - see {@link SignPaymentArgs}
 * @throws InvalidInputError if more than `most` is asked; AccountMissingError; RequestError if the wallet refuses
 *
 * @example
 * const requirements = paymentRequirements({ deployment, amount: parseDollars("0.05"), payTo: owner, tokenDomain });
 * const header = encodePayment(await signPayment(client, { requirements, now: 1_763_790_000, most: parseDollars("0.10") }));
 */
export const signPayment = async (
  client: CardflowClient,
  { requirements, now, most, nonce = bytesToHex(crypto.getRandomValues(new Uint8Array(32))), account }: SignPaymentArgs,
): Promise<PaymentPayload> => {
  const payer = accountOf(client, account);
  const value = BigInt(requirements.amount);
  if (value > most)
    throw new InvalidInputError("requirements.amount", `at most ${most} cfUSD-wei, as the payer allows`);
  const message = {
    from: addressOf(payer),
    to: requirements.payTo,
    value,
    validAfter: BigInt(now - clockSkew),
    validBefore: BigInt(now + requirements.maxTimeoutSeconds),
    nonce,
  };
  try {
    const signature = await signTypedData(client, { account: payer, ...transferTypedData(requirements, message) });
    const [validAfter, validBefore] = [message.validAfter.toString(), message.validBefore.toString()];
    const authorization = { ...message, value: requirements.amount, validAfter, validBefore };
    return { x402Version: 2, accepted: requirements, payload: { signature, authorization } };
  } catch (cause) {
    throw await toCardflowError(cause);
  }
};

/** Clocks of payer and chain may differ by this much, in seconds; as other x402 clients allow. */
const clockSkew = 600;

const transferTypedData = ({ asset, network, extra }: PaymentRequirements, message: ReceiveAuthorization) =>
  ({
    domain: { name: extra.name, version: extra.version, chainId: chainOf(network), verifyingContract: asset },
    types: { TransferWithAuthorization: receiveAuthorizationFields },
    primaryType: "TransferWithAuthorization",
    message,
  }) as const;

const chainOf = (network: string): number => Number(network.slice("eip155:".length));

/**
 * The call that settles a payment; anybody may send it, and only the payee gets the money. Verify first: it moves what the payment says, which
 * need not be what was asked.
 *
 * @param payment - what {@link decodePayment} returned
 *
 * @example
 * const { hash } = await send(client, settlePaymentCall(decodePayment(text)), decodeNothing, { wait: true });
 */
export const settlePaymentCall = ({ accepted, payload: { authorization, signature } }: PaymentPayload) => {
  const { from, to, value, validAfter, validBefore, nonce } = authorization;
  return {
    address: accepted.asset,
    abi: transferWithAuthorizationAbi,
    functionName: "transferWithAuthorization",
    args: [from, to, BigInt(value), BigInt(validAfter), BigInt(validBefore), nonce, signature],
  } as const;
};
