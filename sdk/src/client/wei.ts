import { InvalidInputError } from "../errors/inputErrors.ts";

/** @throws InvalidInputError unless it is a bigint: 5 would be 5 wei where 5 dollars are meant */
export const requireWei = (path: string, amount: bigint): void => {
  if (typeof amount !== "bigint") throw new InvalidInputError(path, "a bigint in wei");
};
