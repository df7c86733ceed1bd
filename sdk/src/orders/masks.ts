import { InvalidInputError } from "../errors/inputErrors.ts";

/**
 * A bid's mask of the models or regions it accepts.
 *
 * @param numbers - numbers of models or regions, each 0 to 255
 * @returns a mask with these bits set
 * @throws InvalidInputError if a number is out of range
 *
 * @example
 * const models = maskOf([1, 4]); // 18n
 */
export const maskOf = (numbers: readonly number[]): bigint =>
  numbers.reduce((mask, number) => mask | bitOf(number), 0n);

/** The mask that accepts every model or region. */
export const anyMask: bigint = 2n ** 256n - 1n;

/**
 * The numbers of the models or regions in a mask, ascending.
 *
 * @param mask - 256 bits
 *
 * @example
 * numbersOf(18n); // [1, 4]
 */
export const numbersOf = (mask: bigint): readonly number[] =>
  Array.from({ length: 256 }, (_, number) => number).filter((number) => (mask & bitOf(number)) !== 0n);

const bitOf = (number: number): bigint => {
  if (!Number.isInteger(number) || number < 0 || number > 255)
    throw new InvalidInputError("number", "a number from 0 to 255");
  return 1n << BigInt(number);
};
