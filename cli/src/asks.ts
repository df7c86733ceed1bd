import { type SignedAsk, signedAskSchema } from "@cardflow/sdk/orders";
import * as z from "zod/mini";
import { textOf } from "./chain/signer.ts";
import { SourceError } from "./failure.ts";
import { quoted } from "./input.ts";
import type { Io } from "./terminal/io.ts";

/** Most characters of signed asks that are read: about 50 000 of them. */
const longest = 50_000_000;

/**
 * Reads signed asks: a JSON array, one ask, or one ask a line. They live off chain, so they come from a file, from standard input (`-`) or
 * from a URL.
 *
 * @throws SourceError if there are none, or one is not of the right form; it says which and why
 */
export const readAsks = async (io: Io, from: string): Promise<readonly SignedAsk[]> => {
  const text = from === "-" ? await io.input() : /^https?:/.test(from) ? await download(from) : await textOf(from);
  const values = valuesIn(from, text);
  if (values.length === 0)
    throw new SourceError(`${from} holds no asks`, "Ask an operator for signed asks, or sign some with `ask sign`.");
  return values.map((value, index) => {
    const parsed = signedAskSchema["~standard"].validate(value);
    if (parsed instanceof Promise || parsed.issues !== undefined) {
      const [issue] = parsed instanceof Promise ? [] : (parsed.issues ?? []);
      const path = (issue?.path ?? []).map((key) => String(typeof key === "object" ? key.key : key)).join(".");
      throw new SourceError(
        `${from}: ask ${index + 1} of ${values.length}: ${path || "it"}: expected ${issue?.message ?? "a signed ask"}`,
        "Give asks as `ask sign` writes them.",
      );
    }
    return parsed.value;
  });
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

const listSchema = z.union([z.array(z.unknown()), z.object({ asks: z.array(z.unknown()) })]);

const valuesIn = (from: string, text: string): readonly unknown[] => {
  if (text.length > longest) throw new SourceError(`${from} is longer than ${longest} characters`, "Give fewer asks.");
  const whole = parsed(text);
  if (whole === undefined) {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    return lines.map((line, index) => {
      const value = parsed(line);
      if (value === undefined)
        throw new SourceError(
          `${from}: line ${index + 1} is not JSON: ${quoted(line)}`,
          "Give an array of signed asks, or one a line.",
        );
      return value;
    });
  }
  const list = listSchema.safeParse(whole);
  if (!list.success) return [whole];
  return Array.isArray(list.data) ? list.data : list.data.asks;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
