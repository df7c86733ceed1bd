import { type Hash, isHash, type TransactionReceipt } from "viem";
import { waitForTransactionReceipt } from "viem/actions";
import { InvalidInputError } from "../errors/inputErrors.ts";
import { TransactionReplacedError, TransactionRevertedError } from "../errors/requestError.ts";
import { toRequestError, unconfirmed } from "../errors/toCardflowError.ts";
import { requireClient } from "./requireClient.ts";
import type { CardflowClient } from "./types.ts";

/**
 * Waits until a transaction is in a block and has succeeded there.
 *
 * @param client - viem client
 * @param hash - hash of the transaction
 * @param confirmations - blocks to wait for, the one that includes it counted
 * @returns the receipt
 * @throws TransactionRevertedError if it reverted in its block; TransactionReplacedError if the account sent another one in its
 * place; RequestError with the hash if it is not included in time, or the node does not answer; InvalidInputError if the hash is none
 *
 * @example
 * const receipt = await confirm(client, hash);
 */
export const confirm = async (client: CardflowClient, hash: Hash, confirmations = 1): Promise<TransactionReceipt> => {
  requireClient(client);
  if (!isHash(hash)) throw new InvalidInputError("hash", "a transaction's hash");
  const replaced: string[] = [];
  try {
    const receipt = await waitForTransactionReceipt(client, {
      hash,
      confirmations,
      onReplaced: ({ reason }) => replaced.push(reason),
    });
    if (replaced.some((reason) => reason !== "repriced")) throw new TransactionReplacedError(hash);
    if (receipt.status === "reverted") throw new TransactionRevertedError(hash);
    return receipt;
  } catch (cause) {
    throw unconfirmed(toRequestError(cause), hash);
  }
};
