import { type Account, type Address, bytesToHex, type Hex, isAddress, isAddressEqual } from "viem";
import { transferWithAuthorizationAbi } from "../abis/computeDollar.ts";
import { accountOf, addressOf } from "../client/account.ts";
import { toSeconds } from "../client/seconds.ts";
import { signTyped } from "../client/signTyped.ts";
import type { CardflowClient } from "../client/types.ts";
import { InvalidInputError } from "../errors/inputErrors.ts";
import { toCardflowError } from "../errors/toCardflowError.ts";
import { type ReceiveAuthorization, receiveAuthorizationFields } from "../funding/typedData.ts";
import type { DollarAmount } from "../money/amounts.ts";
import type { PaymentRequirements, PaymentRequirementsArgs } from "./paymentRequirements.ts";

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
export type SignPaymentArgs = Pick<PaymentRequirementsArgs, "deployment"> & {
  /** What the server asked for; it must be cfUSD of the deployment, as `most` counts nothing else. */
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
 * Signs a payment for a 402 answer: an ERC-3009 `transferWithAuthorization` of exactly what was asked, that anybody may settle. Another
 * token, chain or scheme than cfUSD of the deployment is refused, whatever its amount.
 *
 * @param client - viem client with the account that pays
 * @param args - see {@link SignPaymentArgs}
 * @throws InvalidInputError if more than `most`, or anything but cfUSD of the deployment, is asked; AccountMissingError; RequestError if the wallet refuses
 *
 * @example
 * const requirements = paymentRequirements({ deployment, amount: parseDollars("0.05"), payTo: owner, tokenDomain });
 * const header = encodePayment(await signPayment(client, { deployment, requirements, now: 1_763_790_000, most: parseDollars("0.10") }));
 */
export const signPayment = async (
  client: CardflowClient,
  {
    deployment,
    requirements,
    now,
    most,
    nonce = bytesToHex(crypto.getRandomValues(new Uint8Array(32))),
    account,
  }: SignPaymentArgs,
): Promise<PaymentPayload> => {
  const payer = accountOf(client, account);
  const value = amountOf(requirements, deployment);
  if (value > most)
    throw new InvalidInputError("requirements.amount", `at most ${most} cfUSD-wei, as the payer allows`);
  const timeout = toSeconds("requirements.maxTimeoutSeconds", requirements.maxTimeoutSeconds);
  const message = {
    from: addressOf(payer),
    to: requirements.payTo,
    value,
    validAfter: toSeconds("now", Math.max(0, now - clockSkew)),
    validBefore: toSeconds("now", now) + timeout,
    nonce,
  };
  try {
    const signature = await signTyped(client, payer, transferTypedData(requirements, message));
    const [validAfter, validBefore] = [message.validAfter.toString(), message.validBefore.toString()];
    const authorization = { ...message, value: requirements.amount, validAfter, validBefore };
    return { x402Version: 2, accepted: requirements, payload: { signature, authorization } };
  } catch (cause) {
    throw await toCardflowError(cause);
  }
};

/** The amount that is asked, if it is one of the deployment's cfUSD; a server may ask for anything. */
const amountOf = (
  { scheme, network, asset, amount }: PaymentRequirements,
  { chainId, addresses: { computeDollar } }: SignPaymentArgs["deployment"],
): DollarAmount => {
  const require = (holds: boolean, path: string, expected: string): void => {
    if (!holds) throw new InvalidInputError(`requirements.${path}`, expected);
  };
  require(scheme === "exact", "scheme", "exact");
  require(network === `eip155:${chainId}`, "network", `eip155:${chainId}, the chain of the deployment`);
  require(isAddress(asset) &&
    isAddressEqual(asset, computeDollar), "asset", `${computeDollar}, cfUSD of the deployment`);
  require(/^[0-9]{1,78}$/.test(amount), "amount", "cfUSD-wei as decimal digits");
  return BigInt(amount);
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
