import type { Deployment } from "@cardflow/sdk";
import {
  canonicalSignature,
  hashAsk,
  hashBid,
  orderDomain,
  type SignedAsk,
  type SignedBid,
  signedAskSchema,
  signedBidSchema,
} from "@cardflow/sdk/orders";
import * as z from "zod/mini";
import { inParts } from "./chain/inParts.ts";
import { textOf } from "./chain/signer.ts";
import { SourceError } from "./failure.ts";
import { quoted } from "./input.ts";
import type { Io } from "./terminal/io.ts";

/** Most characters of signed orders that are read: about 50 000 of them. */
const longest = 50_000_000;

/**
 * Reads signed asks: a JSON array, one ask, or one ask a line. They live off chain, so they come from a file, from standard input (`-`) or
 * from a URL.
 *
 * @throws SourceError if there are none, or one is not of the right form; it says which and why
 */
export const readAsks = async (io: Io, from: string, deployment: Deployment): Promise<readonly SignedAsk[]> => {
  const values = await readValues(io, from);
  if (values.length === 0)
    throw new SourceError(
      `${from} holds no asks`,
      "Ask an operator for signed asks, or sign some with `cardflow ask sign`.",
    );
  const { asks } = await canonical(deployment, {
    asks: values.map((value, index) =>
      orderOf(signedAskSchema, "ask", value, `${from}: ask ${index + 1} of ${values.length}`),
    ),
    bids: [],
  });
  return asks;
};

/** Signed orders of both kinds, in their order. */
export type Orders = { readonly asks: readonly SignedAsk[]; readonly bids: readonly SignedBid[] };

/**
 * Reads signed asks and bids, mixed or not, of several sources.
 *
 * @throws SourceError if one is not of the right form
 */
export const readOrders = async (io: Io, sources: readonly string[], deployment: Deployment): Promise<Orders> => {
  const asks: SignedAsk[] = [];
  const bids: SignedBid[] = [];
  for (const from of sources) {
    const values = await readValues(io, from);
    for (const [index, value] of values.entries()) {
      const where = `${from}: order ${index + 1} of ${values.length}`;
      if (typeof value === "object" && value !== null && "bid" in value)
        bids.push(orderOf(signedBidSchema, "bid", value, where));
      else asks.push(orderOf(signedAskSchema, "ask", value, where));
    }
  }
  return canonical(deployment, { asks, bids });
};

/** The same orders; what keys signed is written as the market takes it, however a wallet gave it. */
const canonical = async ({ chainId, addresses }: Deployment, { asks, bids }: Orders): Promise<Orders> => {
  const domain = orderDomain({ chainId, market: addresses.rentalMarket });
  return {
    asks: await inParts(asks, async ({ ask, signature }) => ({
      ask,
      signature: await canonicalSignature(ask.operator, () => hashAsk(domain, ask), signature),
    })),
    bids: await inParts(bids, async ({ bid, signature }) => ({
      bid,
      signature: await canonicalSignature(bid.renter, () => hashBid(domain, bid), signature),
    })),
  };
};

const readValues = async (io: Io, from: string): Promise<readonly unknown[]> =>
  valuesIn(from, from === "-" ? await io.input() : /^https?:/.test(from) ? await download(from) : await textOf(from));

const orderOf = <Order>(schema: z.ZodMiniType<Order>, kind: "ask" | "bid", value: unknown, where: string): Order => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new SourceError(
    `${where}: ${issue?.path.join(".") || "it"}: expected ${issue?.message ?? `a signed ${kind}`}`,
    `Give ${kind}s as \`cardflow ${kind} sign\` writes them.`,
  );
};

const download = async (url: string): Promise<string> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(30_000), headers: { accept: "application/json" } });
    if (!response.ok)
      throw new SourceError(`${url} answers ${response.status}`, "Check the address of the order book.");
    return await response.text();
  } catch (cause) {
    if (cause instanceof SourceError) throw cause;
    throw new SourceError(`${url} does not answer`, "Check the address of the order book.", { cause });
  }
};

const listSchema = z.array(z.unknown());
const namedSchema = z.object({ asks: z.optional(listSchema), bids: z.optional(listSchema) });

const valuesIn = (from: string, text: string): readonly unknown[] => {
  if (text.length > longest)
    throw new SourceError(`${from} is longer than ${longest} characters`, "Give fewer orders.");
  const whole = parsed(text);
  if (whole === undefined) {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    return lines.map((line, index) => {
      const value = parsed(line);
      if (value === undefined)
        throw new SourceError(
          `${from}: line ${index + 1} is not JSON: ${quoted(line)}`,
          "Give an array of signed orders, or one a line.",
        );
      return value;
    });
  }
  const list = listSchema.safeParse(whole);
  if (list.success) return list.data;
  const { asks, bids } = namedSchema.safeParse(whole).data ?? {};
  return asks === undefined && bids === undefined ? [whole] : [...(asks ?? []), ...(bids ?? [])];
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
