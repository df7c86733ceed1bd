import { InvalidInputError } from "../errors/inputErrors.ts";
import type { CardflowClient } from "./types.ts";

/** @throws InvalidInputError unless it is a viem client; programs without types pass nothing, or another library's signer */
export const requireClient = (client: CardflowClient | undefined): void => {
  if (typeof client?.request !== "function") throw new InvalidInputError("client", "a viem client");
};
