import { retireAbi } from "../abis/cardRegistry.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { retireCardReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link retireCard}. */
export type RetireCardArgs = At<"cardRegistry"> & {
  /** The card. */
  readonly cardId: bigint;
};

/**
 * The call of {@link retireCard} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link RetireCardArgs}
 *
 * @example
 * const call = retireCardCall({ deployment, cardId: 7n });
 */
export const retireCardCall = ({ deployment, cardId }: RetireCardArgs) =>
  ({ address: deployment.addresses.cardRegistry, abi: retireAbi, functionName: "retire", args: [cardId] }) as const;

/**
 * Takes a card out of service for ever. The sender is the card's owner; no lease and no encumbrance may run.
 *
 * @param client - viem client
 * @param args - see {@link RetireCardArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `CardNotOwnedByCaller`, `CardHasRunningLeases`, `CardEncumbered`; RequestError if
 * the request fails on its way
 *
 * @example
 * await retireCard(client, { deployment, cardId: 7n });
 */
export const retireCard = (
  client: CardflowClient,
  args: RetireCardArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, retireCardCall(args), decodeNothing, retireCardReverts, options, args.deployment);
