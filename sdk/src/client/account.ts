import type { Account, Address } from "viem";
import { AccountMissingError } from "../errors/inputErrors.ts";
import { requireClient } from "./requireClient.ts";
import type { CardflowClient } from "./types.ts";

/**
 * The account to act with: the one given, else the client's.
 *
 * @throws AccountMissingError if there is neither; InvalidInputError if there is no client
 */
export const accountOf = (client: CardflowClient, account: Account | Address | undefined): Account | Address => {
  requireClient(client);
  const chosen = account ?? client.account;
  if (chosen === undefined) throw new AccountMissingError();
  return chosen;
};

/** Address of an account. */
export const addressOf = (account: Account | Address): Address =>
  typeof account === "string" ? account : account.address;
