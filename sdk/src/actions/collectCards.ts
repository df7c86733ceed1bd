import { collectManyAbi } from "../abis/leaseLedger.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { collectCardsReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link collectCards}. */
export type CollectCardsArgs = At<"leaseLedger"> & {
  /** The cards. */
  readonly cardIds: readonly bigint[];
};

/**
 * The call of {@link collectCards} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link CollectCardsArgs}
 *
 * @example
 * const call = collectCardsCall({ deployment, cardIds: [7n, 8n] });
 */
export const collectCardsCall = ({ deployment, cardIds }: CollectCardsArgs) =>
  ({
    address: deployment.addresses.leaseLedger,
    abi: collectManyAbi,
    functionName: "collectMany",
    args: [cardIds],
  }) as const;

/**
 * Collects many cards in one transaction. Open to anyone, benefits only the payees. Never paused.
 *
 * @param client - viem client
 * @param args - see {@link CollectCardsArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RequestError if the request fails on its way
 *
 * @example
 * await collectCards(client, { deployment, cardIds: [7n, 8n] });
 */
export const collectCards = (
  client: CardflowClient,
  args: CollectCardsArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, collectCardsCall(args), decodeNothing, collectCardsReverts, options, args.deployment);
