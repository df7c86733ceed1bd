import { type Address, getAddress, type Hex, isAddress } from "viem";
import * as z from "zod/mini";
import type { Ask, Bid } from "../abis/structs.ts";
import { requireText } from "../client/text.ts";
import { InvalidInputError } from "../errors/inputErrors.ts";

/** Longest text of one signed order that is looked at, in UTF-16 code units. */
export const longestOrderText = 16_384;

/** Longest signature in bytes; those of smart accounts can be long. */
export const longestSignature = 4_096;

/** An ask with its signature. */
export type SignedAsk = { readonly ask: Ask; readonly signature: Hex };

/** A bid with its signature. */
export type SignedBid = { readonly bid: Bid; readonly signature: Hex };

/* FIELDS */

/** The checks of one field, each of which says what is expected and ends the look at the field. */
export const saying = (expected: string) => ({ error: expected, abort: true }) as const;

const integerText = (bits: number) => {
  const says = saying(`a decimal string from 0 to 2^${bits} - 1`);
  return z.string(says).check(
    z.regex(/^(0|[1-9][0-9]{0,77})$/, says),
    z.refine((text) => BigInt(text) < 1n << BigInt(bits), says),
  );
};

const bigUint = (bits: number) =>
  z.pipe(
    integerText(bits),
    z.transform((text) => BigInt(text)),
  );

const smallUint = (bits: number) =>
  z.pipe(
    integerText(bits),
    z.transform((text) => Number(text)),
  );

const flag = z.boolean(saying("true or false"));

const addressSays = saying("an address: 0x and 40 hex digits, in lower case or with a right checksum");

export const address = z.pipe(
  z.string(addressSays).check(
    z.maxLength(42, addressSays),
    z.refine((text) => isAddress(text), addressSays),
  ),
  z.transform((text): Address => getAddress(text)),
);

const isHexOf = (value: unknown, fewest: number, most: number): value is Hex =>
  typeof value === "string" &&
  value.length <= 2 + 2 * most &&
  value.length >= 2 + 2 * fewest &&
  value.length % 2 === 0 &&
  /^0x[0-9a-fA-F]*$/.test(value);

const word = z.custom<Hex>((value) => isHexOf(value, 32, 32), saying("0x and 64 hex digits"));

const signature = z.custom<Hex>(
  (value) => isHexOf(value, 1, longestSignature),
  saying(`0x and hex digits of 1 to ${longestSignature} bytes`),
);

/* ORDERS */

/** How the integers of an order are written. */
export type Integers = {
  readonly big: (bits: number) => z.ZodMiniType<bigint>;
  readonly small: (bits: number) => z.ZodMiniType<number>;
};

export const askOf = ({ big, small }: Integers) =>
  z.strictObject(
    {
      operator: address,
      cardId: big(256),
      epoch: small(32),
      ratePerSecond: big(64),
      minThousandths: small(16),
      minDuration: small(32),
      maxDuration: small(32),
      priorityTier: small(8),
      openFrom: small(40),
      validUntil: small(40),
      counter: big(256),
      salt: big(256),
    },
    "a JSON object",
  );

export const bidOf = ({ big, small }: Integers) =>
  z.strictObject(
    {
      renter: address,
      models: big(256),
      regions: big(256),
      thousandths: small(16),
      quantity: small(8),
      minQuantity: small(8),
      sameHost: flag,
      maxRatePerSecond: big(64),
      duration: small(32),
      payInToken: flag,
      maxTokenIn: big(128),
      matcher: address,
      exclusiveUntil: small(40),
      matcherFee: big(96),
      accessKeyHash: word,
      validUntil: small(40),
      counter: big(256),
      salt: big(256),
    },
    "a JSON object",
  );

const texts: Integers = { big: bigUint, small: smallUint };
const askShape = askOf(texts);
const bidShape = bidOf(texts);

/** Schema of an ask as JSON: every integer a decimal string, no other keys. Its output is an {@link Ask}. */
export const askSchema: z.ZodMiniType<Ask> = askShape;

/** Schema of a bid as JSON: every integer a decimal string, no other keys. Its output is a {@link Bid}. */
export const bidSchema: z.ZodMiniType<Bid> = bidShape;

/** Schema of `{ ask, signature }` as JSON. */
export const signedAskSchema: z.ZodMiniType<SignedAsk> = z.strictObject(
  { ask: askShape, signature },
  "{ ask, signature }",
);

/** Schema of `{ bid, signature }` as JSON. */
export const signedBidSchema: z.ZodMiniType<SignedBid> = z.strictObject(
  { bid: bidShape, signature },
  "{ bid, signature }",
);

/**
 * Reads a signed ask out of JSON text from a stranger. Says nothing about who signed: see {@link verifyAsk}.
 *
 * @param text - at most {@link longestOrderText} long
 * @throws InvalidInputError with the path of the first value that is wrong, and what is expected there
 *
 * @example
 * const { ask, signature } = parseSignedAsk(body);
 */
export const parseSignedAsk = (text: string): SignedAsk => parse(signedAskSchema, text);

/**
 * Reads a signed bid out of JSON text from a stranger. Says nothing about who signed: see {@link verifyBid}.
 *
 * @param text - at most {@link longestOrderText} long
 * @throws InvalidInputError with the path of the first value that is wrong, and what is expected there
 *
 * @example
 * const { bid, signature } = parseSignedBid(body);
 */
export const parseSignedBid = (text: string): SignedBid => parse(signedBidSchema, text);

/**
 * A signed ask or bid as JSON text that {@link parseSignedAsk} and {@link parseSignedBid} read: integers as decimal strings.
 *
 * @param order - `{ ask, signature }` or `{ bid, signature }`
 *
 * @example
 * const body = formatSignedOrder({ ask, signature });
 */
export const formatSignedOrder = (order: SignedAsk | SignedBid): string =>
  JSON.stringify(order, (_, value: unknown) =>
    typeof value === "bigint" || typeof value === "number" ? value.toString() : value,
  );

const parse = <Output>(schema: z.ZodMiniType<Output>, text: string): Output => {
  requireText("order", text);
  if (text.length > longestOrderText) throw new InvalidInputError("order", `at most ${longestOrderText} characters`);
  return read(schema, parseJson("order", text), "order", "a signed order");
};

/**
 * What a schema makes of a value.
 *
 * @param root - what the path of an error begins with
 * @param what - expected where the schema does not say it
 * @param found - shows the value that is wrong, if it shall be shown
 * @throws InvalidInputError with the path of the first value that is wrong, and what is expected there
 */
export const read = <Output>(
  schema: z.ZodMiniType<Output>,
  value: unknown,
  root: string,
  what: string,
  found?: (path: readonly PropertyKey[]) => string,
): Output => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const extra = issue?.code === "unrecognized_keys" ? issue.keys : [];
  const keys = [...(issue?.path ?? []), ...extra.slice(0, 1)];
  const path = [root, ...keys].map((key) => String(key).slice(0, 64)).join(".");
  const expected = extra.length > 0 ? "no such key" : (issue?.message ?? what);
  throw new InvalidInputError(path, expected, found && { found: found(keys) });
};

/** @throws InvalidInputError if a text is not JSON */
export const parseJson = (root: string, text: string): unknown => {
  requireText(root, text);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidInputError(root, "JSON", { cause });
  }
};
