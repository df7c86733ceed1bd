import { getAddress, type Hex, isAddress, isHex } from "viem";
import * as z from "zod/mini";
import { requireText } from "../client/text.ts";
import { InvalidInputError } from "../errors/inputErrors.ts";
import type { PaymentPayload } from "./payment.ts";

/**
 * A payment as the text of its header: JSON in base64.
 *
 * @param payment - what {@link signPayment} returned
 *
 * @example
 * const requirements = paymentRequirements({ deployment, amount: parseDollars("0.05"), payTo: owner, tokenDomain });
 * const header = encodePayment(await signPayment(client, { deployment, requirements, now: 1_763_790_000, most: parseDollars("0.10") }));
 */
export const encodePayment = (payment: PaymentPayload): string => {
  const bytes = new TextEncoder().encode(JSON.stringify(payment));
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
};

const address = z.pipe(
  z.string("an address").check(z.refine((text) => isAddress(text, { strict: false }), "an address")),
  z.transform((text) => getAddress(text)),
);
const uintSays = { error: "a decimal string below 2^256", abort: true } as const;
const uint = z.string(uintSays).check(
  z.regex(/^(0|[1-9][0-9]{0,77})$/, uintSays),
  z.refine((text) => BigInt(text) < 1n << 256n, uintSays),
);
const bytes = z.custom<Hex>((value) => isHex(value) && value.length <= 8_194 && value.length % 2 === 0, "hex");
const word = z.custom<Hex>((value) => isHex(value) && value.length === 66, "0x and 64 hex digits");
const network = z.custom<`eip155:${number}`>(
  (value) => typeof value === "string" && /^eip155:[1-9]\d{0,15}$/.test(value),
  "eip155:<chain id>",
);

const secondsSays = { error: "whole seconds above 0", abort: true } as const;
const seconds = z.number(secondsSays).check(z.int(secondsSays), z.positive(secondsSays));
const object = "a JSON object";

const paymentSchema = z.object(
  {
    x402Version: z.literal(2, "2"),
    accepted: z.object(
      {
        scheme: z.literal("exact", "exact"),
        network,
        asset: address,
        amount: uint,
        payTo: address,
        maxTimeoutSeconds: seconds,
        extra: z.object(
          {
            name: z.string("text"),
            version: z.string("text"),
            assetTransferMethod: z._default(z.literal("eip3009", "eip3009"), "eip3009"),
          },
          object,
        ),
      },
      object,
    ),
    payload: z.object(
      {
        signature: bytes,
        authorization: z.object(
          { from: address, to: address, value: uint, validAfter: uint, validBefore: uint, nonce: word },
          object,
        ),
      },
      object,
    ),
  },
  object,
);

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
  requireText("payment", header);
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
