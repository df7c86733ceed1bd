import { InvalidInputError } from "../errors/inputErrors.ts";

/** @throws InvalidInputError unless it is text: there is none where a field or header is missing, or what was text is parsed already */
export const requireText = (path: string, text: string): void => {
  if (typeof text !== "string") throw new InvalidInputError(path, "text");
};
