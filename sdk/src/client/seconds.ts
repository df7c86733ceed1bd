import { InvalidInputError } from "../errors/inputErrors.ts";

/** Contracts hold times in 40 bits; a time in milliseconds does not fit. */
const limit = 2 ** 40;

/** @throws InvalidInputError unless a time or duration is whole seconds, not negative and below 2^40 */
export const requireSeconds = (path: string, seconds: number): number => {
  if (!Number.isInteger(seconds) || seconds < 0 || seconds >= limit)
    throw new InvalidInputError(path, "whole seconds, not negative, and no milliseconds");
  return seconds;
};

/**
 * A time or duration as contracts and typed data take it.
 *
 * @throws InvalidInputError unless it is whole seconds, not negative
 */
export const toSeconds = (path: string, seconds: number): bigint => BigInt(requireSeconds(path, seconds));
