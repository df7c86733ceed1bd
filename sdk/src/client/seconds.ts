import { InvalidInputError } from "../errors/inputErrors.ts";

/** @throws InvalidInputError unless a time or duration is whole seconds, not negative */
export const requireSeconds = (path: string, seconds: number): number => {
  if (!Number.isSafeInteger(seconds) || seconds < 0) throw new InvalidInputError(path, "whole seconds, not negative");
  return seconds;
};

/**
 * A time or duration as contracts and typed data take it.
 *
 * @throws InvalidInputError unless it is whole seconds, not negative
 */
export const toSeconds = (path: string, seconds: number): bigint => BigInt(requireSeconds(path, seconds));
