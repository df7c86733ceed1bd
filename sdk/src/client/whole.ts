import { InvalidInputError } from "../errors/inputErrors.ts";

/** @throws InvalidInputError unless the value is a whole number from `least` to `most` */
export const requireWhole = (path: string, value: number, least: number, most: number): void => {
  if (!Number.isSafeInteger(value) || value < least || value > most)
    throw new InvalidInputError(path, `a whole number from ${least} to ${most}`);
};
