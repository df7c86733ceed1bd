import { collectAbi } from "../abis/leaseLedger.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { collectCardReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link collectCard}. */
export type CollectCardArgs = At<"leaseLedger"> & {
  /** The card. */
  readonly cardId: bigint;
};

/**
 * The call of {@link collectCard} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link CollectCardArgs}
 *
 * @example
 * const call = collectCardCall({ deployment, cardId: 7n });
 */
export const collectCardCall = ({ deployment, cardId }: CollectCardArgs) =>
  ({ address: deployment.addresses.leaseLedger, abi: collectAbi, functionName: "collect", args: [cardId] }) as const;

/**
 * Credits fee, node and (while the owner holds the cash flow) owner of a card up to now. Open to anyone, benefits only
 * the payees. Never paused.
 *
 * @param client - viem client
 * @param args - see {@link CollectCardArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RequestError if the request fails on its way
 *
 * @example
 * await collectCard(client, { deployment, cardId: 7n });
 */
export const collectCard = (
  client: CardflowClient,
  args: CollectCardArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, collectCardCall(args), decodeNothing, collectCardReverts, options, args.deployment);
