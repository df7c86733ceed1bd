import { InvalidInputError, ratePerSecondFromDollarsPerHour } from "@cardflow/sdk";
import {
  type Address,
  getAddress,
  type Hash,
  isAddress,
  isHash,
  keccak256,
  maxUint64,
  maxUint128,
  maxUint256,
  toBytes,
} from "viem";
import { UsageError } from "./failure.ts";

/** Seconds of a day. */
export const DAY = 86_400;
/** Seconds of an hour. */
export const HOUR = 3_600;

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: HOUR, d: DAY, w: 7 * DAY };

/** Reads a duration in seconds: `90m`, `24h`, `365d`, `1d12h`. */
export const parseDuration = (option: string, text: string): number => {
  const parts = [...text.matchAll(/(\d{1,9})([smhdw])/g)];
  const seconds = parts.reduce((sum, [, count = "0", unit = "s"]) => sum + Number(count) * (units[unit] ?? 0), 0);
  if (parts.map(([part]) => part).join("") !== text || seconds === 0)
    throw new UsageError(`--${option}: ${quoted(text)} is no duration`, "Write it as 90m, 24h, 365d or 1d12h.");
  return seconds;
};

/** Reads a number of hours in whole seconds: `24`, `0.5`. */
export const parseHours = (option: string, text: string): number => {
  const seconds = /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Math.round(Number(text) * HOUR) : 0;
  if (seconds === 0)
    throw new UsageError(`--${option}: ${quoted(text)} is no number of hours`, "Write it as 24 or 0.5.");
  return seconds;
};

/** Reads an integer between two bounds. */
export const parseCount = (option: string, text: string, least: number, most: number): number => {
  const count = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(count >= least && count <= most))
    throw new UsageError(
      `--${option}: ${quoted(text)} is not a number from ${least} to ${most}`,
      `Give a whole number from ${least} to ${most}.`,
    );
  return count;
};

/** Reads a part in percent as bps: `20%`, `0.5%`. */
export const parsePercent = (option: string, text: string, mostBps: number): number => {
  const [, percent = ""] = /^(\d{1,3}(?:\.\d{1,2})?)%?$/.exec(text) ?? [];
  const bps = percent === "" ? Number.NaN : Math.round(Number(percent) * 100);
  if (!(bps <= mostBps))
    throw new UsageError(
      `--${option}: ${quoted(text)} is not a part from 0% to ${mostBps / 100}%`,
      "Write it as 20% or 0.5%.",
    );
  return bps;
};

/** Reads an amount as the SDK writes it, between two bounds in wei; the largest that fits a contract's field by default. */
export const parseAmount = (
  option: string,
  text: string,
  read: (text: string) => bigint,
  { least = 0n, most = maxUint128 }: { readonly least?: bigint; readonly most?: bigint } = {},
): bigint => {
  const amount = digitsOf(option, text, read);
  if (amount >= least && amount <= most) return amount;
  throw new UsageError(
    `--${option}: ${quoted(text)} is too ${amount < least ? "little" : "much"}`,
    `Give ${amount < least ? "more" : "less"}.`,
  );
};

const digitsOf = (option: string, text: string, read: (text: string) => bigint): bigint => {
  try {
    return read(text);
  } catch (cause) {
    if (!(cause instanceof InvalidInputError)) throw cause;
    throw new UsageError(
      `--${option}: ${quoted(text)} is no amount`,
      "Write it as 25 or 25.50, with at most 18 digits after the point.",
      { cause },
    );
  }
};

/** Reads a rent in dollars per hour as wei per second of a whole card. */
export const parseRate = (option: string, text: string, rounding: "down" | "up" = "down", least = 0n): bigint =>
  parseAmount(option, text, (digits) => ratePerSecondFromDollarsPerHour(digits, rounding), { least, most: maxUint64 });

/** Reads the longest lease that an owner accepts in whole hours, as cards keep it: 0 is no limit. */
export const parseLongest = (text: string): number => {
  const hours = Math.floor(parseDuration("longest", text) / HOUR);
  if (hours >= 1 && hours <= longestHours) return hours;
  throw new UsageError(
    `--longest: ${quoted(text)} is not from 1h to ${longestHours}h`,
    "Give whole hours: cards keep no shorter limit. Without --longest there is none.",
  );
};

/** Hours that a card can keep. */
const longestHours = 2 ** 16 - 1;

/** Reads salts of orders: 256 random bits, in decimal digits, with commas between. */
export const parseSalts = (text: string): readonly bigint[] => {
  const salts = text.split(",").map((part) => {
    const salt = /^(0|[1-9]\d{0,77})$/.test(part) ? BigInt(part) : undefined;
    if (salt === undefined || salt > maxUint256)
      throw new UsageError(`salts: ${quoted(part)} is no salt`, "Give the decimal `salt` of the order.");
    return salt;
  });
  return [...new Set(salts)];
};

/** Reads an address. */
export const parseAddress = (what: string, text: string): Address => {
  if (!isAddress(text))
    throw new UsageError(
      `${what}: ${quoted(text)} is no address`,
      "Give 0x and 40 hex digits, with the right checksum if the case is mixed.",
    );
  return getAddress(text);
};

/** Reads the id of a card or a lease. */
export const parseId = (what: string, text: string): bigint => {
  if (!/^(0|[1-9]\d{0,76})$/.test(text))
    throw new UsageError(
      `${what}: ${quoted(text)} is no id`,
      "Give the number that `cardflow card list` or `cardflow lease list` shows.",
    );
  return BigInt(text);
};

const mostIds = 1_000n;

/** Reads ids of cards: `7`, `1,2,5`, `1-8`. */
export const parseIds = (what: string, text: string): readonly bigint[] => {
  const ids = text.split(",").flatMap((part) => {
    const [first = "", last = first, ...more] = part.split("-");
    const [from, to] = [parseId(what, first), parseId(what, last)];
    if (more.length > 0 || to < from || to - from >= mostIds)
      throw new UsageError(`${what}: ${quoted(part)} is no range of ids`, `Write it as 1-8, ${mostIds} ids at most.`);
    return Array.from({ length: Number(to - from) + 1 }, (_, index) => from + BigInt(index));
  });
  return [...new Set(ids)];
};

/** Reads a GPU's device id: the hash of its `UUID:SERIAL`, or that hash itself. */
export const parseDevice = (text: string): Hash => {
  if (isHash(text)) return text;
  if (/^[\w.-]+:[^\s,:]+$/.test(text)) return keccak256(toBytes(text));
  throw new UsageError(
    `--device: ${quoted(text)} is no GPU's UUID and serial`,
    "Give UUID:SERIAL as `nvidia-smi --query-gpu=uuid,serial --format=csv` tells them, or their hash of 32 bytes.",
  );
};

/** A text from outside as it is shown in a message: short, and without control characters. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text).replaceAll("\u007f", "");
