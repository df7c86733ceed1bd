import type { Account, Address } from "viem";
import { AccountMissingError } from "../errors/inputErrors.ts";
import type { CardflowClient } from "./types.ts";

/**
 * The account to act with: the one given, else the client's.
 *
 * @throws AccountMissingError if there is neither
 */
export const accountOf = (client: CardflowClient, account: Account | Address | undefined): Account | Address => {
  const chosen = account ?? client.account;
  if (chosen === undefined) throw new AccountMissingError();
  return chosen;
};

/** Address of an account. */
export const addressOf = (account: Account | Address): Address =>
  typeof account === "string" ? account : account.address;
