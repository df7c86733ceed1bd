import { type ContractFunctionReturnType, decodeFunctionResult } from "viem";
import { tokenizeAbi } from "../abis/revenueShareFactory.ts";
import type { ShareTerms } from "../abis/structs.ts";
import { perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { tokenizeCardReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link tokenizeCard}. */
export type TokenizeCardArgs = At<"revenueShareFactory"> & {
  /** The card. */
  readonly cardId: bigint;
  /** What is offered. */
  readonly terms: ShareTerms;
};

/**
 * The call of {@link tokenizeCard} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link TokenizeCardArgs}
 *
 * @example
 * const call = tokenizeCardCall({ deployment, cardId: 7n, terms });
 */
export const tokenizeCardCall = ({ deployment, cardId, terms }: TokenizeCardArgs) =>
  ({
    address: deployment.addresses.revenueShareFactory,
    abi: tokenizeAbi,
    functionName: "tokenize",
    args: [cardId, terms],
  }) as const;

/**
 * Offers a card's 90 % for a term as shares sold in CARD. The sender owns the card, which is verified and whose
 * operator's bond covers the model's minimum.
 *
 * @param client - viem client
 * @param args - see {@link TokenizeCardArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: address of the share
 * @throws RevertError with one of `TokenizeCallerNotOwner`, `TokenizeCardNotVerified`, `TokenizeBondBelowMinimum`,
 * `TokenizeLeaseInTheWay`, `CardEncumbered`, `Terms…`; RequestError if the request fails on its way
 *
 * @example
 * const { result: share } = await tokenizeCard(client, { deployment, cardId: 7n, terms });
 */
export const tokenizeCard = (
  client: CardflowClient,
  args: TokenizeCardArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof tokenizeAbi, "nonpayable", "tokenize">>> => {
  const call = tokenizeCardCall(args);
  return perform(
    client,
    call,
    (data) => decodeFunctionResult({ ...call, data }),
    tokenizeCardReverts,
    options,
    args.deployment,
  );
};
