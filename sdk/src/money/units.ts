import { formatUnits } from "viem";
import { requireWei } from "../client/wei.ts";
import { InvalidInputError } from "../errors/inputErrors.ts";
import type { DollarAmount, RatePerSecond, ShareAmount, TokenAmount } from "./amounts.ts";

const decimals = 18;
const one = 10n ** 18n;
const secondsPerHour = 3_600n;

/** Which way what does not divide is rounded. */
export type Rounding = "down" | "up";

/**
 * Reads dollars as cfUSD-wei, exactly.
 *
 * @param text - decimal digits, at most 18 of them after the point: `"12.50"`
 * @returns cfUSD-wei
 * @throws InvalidInputError for anything else, also signs, exponents, separators and more decimals than there are
 *
 * @example
 * parseDollars("12.50"); // 12500000000000000000n
 */
export const parseDollars = (text: string): DollarAmount => parse("dollars", text);

/**
 * Reads CARD as CARD-wei, exactly.
 *
 * @param text - decimal digits, at most 18 of them after the point
 * @returns CARD-wei
 * @throws InvalidInputError for anything else
 *
 * @example
 * parseTokens("5000"); // 5000000000000000000000n
 */
export const parseTokens = (text: string): TokenAmount => parse("tokens", text);

/**
 * Reads shares as share-wei, exactly.
 *
 * @param text - decimal digits, at most 18 of them after the point
 * @returns share-wei
 * @throws InvalidInputError for anything else
 *
 * @example
 * parseShares("0.5"); // 500000000000000000n
 */
export const parseShares = (text: string): ShareAmount => parse("shares", text);

/**
 * Writes cfUSD-wei as dollars.
 *
 * @param amount - cfUSD-wei
 * @param digits - digits after the point, the rest cut off; by default all there are
 * @throws InvalidInputError unless the amount is a bigint and the digits are a whole number from 0 to 100
 *
 * @example
 * formatDollars(12_500_000_000_000_000_000n, 2); // "12.50"
 */
export const formatDollars = (amount: DollarAmount, digits?: number): string => format(amount, digits);

/**
 * Writes CARD-wei as CARD.
 *
 * @param amount - CARD-wei
 * @param digits - digits after the point, the rest cut off; by default all there are
 * @throws InvalidInputError unless the amount is a bigint and the digits are a whole number from 0 to 100
 *
 * @example
 * formatTokens(1_500_000_000_000_000_000n); // "1.5"
 */
export const formatTokens = (amount: TokenAmount, digits?: number): string => format(amount, digits);

/**
 * Writes share-wei as shares.
 *
 * @param amount - share-wei
 * @param digits - digits after the point, the rest cut off; by default all there are
 * @throws InvalidInputError unless the amount is a bigint and the digits are a whole number from 0 to 100
 *
 * @example
 * formatShares(500_000_000_000_000_000n); // "0.5"
 */
export const formatShares = (amount: ShareAmount, digits?: number): string => format(amount, digits);

/**
 * The rate of a price per hour. Rates are whole cfUSD-wei per second, so an hour of the rate is at most 3 599 wei from the price.
 *
 * @param text - dollars per hour: `"2.10"`
 * @param rounding - `"down"` (default): never dearer than the price, for asks and bids; `"up"`: never below it, for floors
 * @returns cfUSD-wei per second of a whole card
 * @throws InvalidInputError if the text is no amount
 *
 * @example
 * ratePerSecondFromDollarsPerHour("2.10"); // 583333333333333n
 */
export const ratePerSecondFromDollarsPerHour = (text: string, rounding: Rounding = "down"): RatePerSecond =>
  (parse("dollarsPerHour", text) + (rounding === "up" ? secondsPerHour - 1n : 0n)) / secondsPerHour;

/**
 * The price per hour of a rate, exactly.
 *
 * @param rate - cfUSD-wei per second
 * @param digits - digits after the point, rounded to the nearest; by default all there are
 * @returns dollars per hour
 * @throws InvalidInputError unless the amount is a bigint and the digits are a whole number from 0 to 100
 *
 * @example
 * dollarsPerHourFromRate(583_333_333_333_333n, 2); // "2.10"
 */
export const dollarsPerHourFromRate = (rate: RatePerSecond, digits?: number): string => {
  requireWei("rate", rate);
  const perHour = rate * secondsPerHour;
  requireDigits(digits);
  const half = digits === undefined || digits >= decimals ? 0n : 10n ** BigInt(decimals - digits) / 2n;
  return format(perHour + half, digits);
};

const parse = (path: string, text: string): bigint => {
  const [, whole = "", fraction = ""] = /^(\d{1,40})(?:\.(\d{1,18}))?$/.exec(text) ?? [];
  if (whole === "") throw new InvalidInputError(path, "decimal digits with at most 18 after the point");
  return BigInt(whole) * one + BigInt(fraction.padEnd(decimals, "0"));
};

const requireDigits = (digits: number | undefined): void => {
  if (digits !== undefined && !(Number.isInteger(digits) && digits >= 0 && digits <= 100))
    throw new InvalidInputError("digits", "a whole number from 0 to 100");
};

const format = (amount: bigint, digits: number | undefined): string => {
  requireWei("amount", amount);
  requireDigits(digits);
  if (digits === undefined) return formatUnits(amount, decimals);
  const [whole = "0", fraction = ""] = formatUnits(amount, decimals).split(".");
  return digits === 0 ? whole : `${whole}.${fraction.slice(0, digits).padEnd(digits, "0")}`;
};
