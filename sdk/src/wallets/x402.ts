import { type Account, type Address, bytesToHex, getAddress, type Hex, isAddress, isAddressEqual, isHex } from "viem";
import { call as callContract, readContract, signTypedData } from "viem/actions";
import { encodeFunctionData } from "viem/utils";
import * as z from "zod/mini";
import { authorizationStateAbi, transferWithAuthorizationAbi } from "../abis/computeDollar.ts";
import { balanceOfAbi } from "../abis/erc20.ts";
import { accountOf, addressOf } from "../client/account.ts";
import { readAtLatest } from "../client/reading.ts";
import type { CardflowClient } from "../client/types.ts";
import type { Deployment } from "../deployments/deployment.ts";
import { InvalidInputError } from "../errors/inputErrors.ts";
import { toCardflowError } from "../errors/toCardflowError.ts";
import { readTokenDomain } from "../funding/tokenDomain.ts";
import { type ReceiveAuthorization, receiveAuthorizationFields, type TokenDomain } from "../funding/typedData.ts";
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
 * A payment as the text of its header: JSON in base64.
 *
 * @param payment - what {@link signPayment} returned
 *
 * @example
 * const requirements = paymentRequirements({ deployment, amount: parseDollars("0.05"), payTo: owner, tokenDomain });
 * const header = encodePayment(await signPayment(client, { requirements, now: 1_763_790_000, most: parseDollars("0.10") }));
 */
export const encodePayment = (payment: PaymentPayload): string => {
  const bytes = new TextEncoder().encode(JSON.stringify(payment));
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
};

const address = z.pipe(
  z.string().check(z.refine((text) => isAddress(text, { strict: false }), "an address")),
  z.transform((text) => getAddress(text)),
);
const uint = z.string().check(z.regex(/^(0|[1-9][0-9]{0,77})$/, "a decimal string"));
const bytes = z.custom<Hex>((value) => isHex(value) && value.length <= 8_194 && value.length % 2 === 0, "hex");
const network = z.custom<`eip155:${number}`>(
  (value) => typeof value === "string" && /^eip155:[1-9]\d{0,15}$/.test(value),
  "eip155:<chain id>",
);

const paymentSchema = z.object({
  x402Version: z.literal(2),
  accepted: z.object({
    scheme: z.literal("exact"),
    network,
    asset: address,
    amount: uint,
    payTo: address,
    maxTimeoutSeconds: z.number().check(z.int(), z.positive()),
    extra: z.object({
      name: z.string(),
      version: z.string(),
      assetTransferMethod: z._default(z.literal("eip3009"), "eip3009"),
    }),
  }),
  payload: z.object({
    signature: bytes,
    authorization: z.object({
      from: address,
      to: address,
      value: uint,
      validAfter: uint,
      validBefore: uint,
      nonce: bytes,
    }),
  }),
});

const longestHeader = 32_768;

/**
 * Reads the header of a payment from a stranger.
 *
 * @param header - text of `PAYMENT-SIGNATURE`
 * @throws InvalidInputError with the path of what is not as it should be
 *
 * @example
 * const payment = decodePayment(text);
 */
export const decodePayment = (header: string): PaymentPayload => {
  if (header.length > longestHeader) throw new InvalidInputError("payment", `at most ${longestHeader} characters`);
  const result = paymentSchema.safeParse(jsonOf(header));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new InvalidInputError(["payment", ...(issue?.path ?? [])].join("."), issue?.message ?? "a payment");
};

const jsonOf = (header: string): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(header), (character) => character.charCodeAt(0))));
  } catch (cause) {
    throw new InvalidInputError("payment", "JSON in base64", { cause });
  }
};

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
