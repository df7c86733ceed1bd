import { type Address, getAddress, isAddress } from "viem";
import { InvalidInputError } from "../errors/inputErrors.ts";
import type { Payment } from "./presentValue.ts";

/** Seconds of a day. */
export const secondsPerDay = 86_400;
/** Seconds of the 30 days by which rents and floors are reckoned to fall. */
export const secondsPerMonth = 30 * secondsPerDay;
/** Seconds of the 365 days to which yearly rates refer (Actual/365 Fixed, ISDA 2006 section 4.16(d)). */
export const secondsPerYear = 365 * secondsPerDay;

/** @throws InvalidInputError unless the value is a number from `least` to `most` */
export const requireNumber = (path: string, value: number, least: number, most: number): void => {
  if (typeof value !== "number" || !(value >= least && value <= most))
    throw new InvalidInputError(path, `a number from ${least} to ${most}`);
};

const mostAmount = 2n ** 256n - 1n;

/** @throws InvalidInputError unless the amount is a bigint from `least` to the largest number of a contract */
export const requireAmount = (path: string, amount: bigint, least = 0n): void => {
  if (typeof amount !== "bigint" || amount < least || amount > mostAmount)
    throw new InvalidInputError(
      path,
      `a bigint below 2^256, an amount in wei${least < 0n ? "" : ` of at least ${least}`}`,
    );
};

/** @throws InvalidInputError unless every payment is due within 100 years and no less than `least` */
export const requirePayments = (payments: readonly Payment[], least = -mostAmount): void => {
  payments.forEach(({ at, amount }, index) => {
    requireNumber(`payments[${index}].at`, at, 0, 100 * secondsPerYear);
    requireAmount(`payments[${index}].amount`, amount, least);
  });
};

/** An address with its checksum. @throws InvalidInputError unless the text is one */
export const requireAddress = (path: string, address: Address): Address => {
  if (!isAddress(address, { strict: false })) throw new InvalidInputError(path, "an address");
  return getAddress(address);
};

/** A yearly rate: effective, compounded once a year, as a fraction; 0.2 is 20 %. */
export const requireYearlyRate = (path: string, rate: number): void => requireNumber(path, rate, -0.99, 100);

const one = 10 ** 15;

/** `amount · factor`, rounded down; the factor counts to 15 digits after the point. */
export const scale = (amount: bigint, factor: number): bigint => {
  const product = amount * BigInt(Math.round(factor * one));
  const quotient = product / BigInt(one);
  return product < 0n && quotient * BigInt(one) !== product ? quotient - 1n : quotient;
};

/** `part / whole` to 18 digits after the point, also where both are above 2^53; infinite if `whole` is 0. */
export const ratio = (part: bigint, whole: bigint): number =>
  whole === 0n ? Number.POSITIVE_INFINITY : Number((part * 10n ** 18n) / whole) / 1e18;
