import { InvalidInputError } from "../errors/inputErrors.ts";

/**
 * A time or duration as contracts and typed data take it.
 *
 * @throws InvalidInputError unless it is whole seconds, not negative
 */
export const toSeconds = (path: string, seconds: number): bigint => {
  if (!Number.isSafeInteger(seconds) || seconds < 0) throw new InvalidInputError(path, "whole seconds, not negative");
  return BigInt(seconds);
};
