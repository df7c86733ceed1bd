import { getChainId } from "viem/actions";
import { WrongChainError } from "../errors/inputErrors.ts";
import type { CardflowClient } from "./types.ts";

/** @throws WrongChainError if the client is on another chain */
export const requireChain = async (client: CardflowClient, expected: number): Promise<void> => {
  const actual = client.chain?.id ?? (await getChainId(client));
  if (actual !== expected) throw new WrongChainError(actual, expected);
};
