import { expireAbi } from "../abis/cardRegistry.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { expireCardReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link expireCard}. */
export type ExpireCardArgs = At<"cardRegistry"> & {
  /** The card. */
  readonly cardId: bigint;
};

/**
 * The call of {@link expireCard} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link ExpireCardArgs}
 *
 * @example
 * const call = expireCardCall({ deployment, cardId: 7n });
 */
export const expireCardCall = ({ deployment, cardId }: ExpireCardArgs) =>
  ({ address: deployment.addresses.cardRegistry, abi: expireAbi, functionName: "expire", args: [cardId] }) as const;

/**
 * Frees a card whose term is over, so that its owner earns again. Open to anyone.
 *
 * @param client - viem client
 * @param args - see {@link ExpireCardArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `CardTermRunning`, `CardNotEncumberedBy`; RequestError if the request fails on its way
 *
 * @example
 * await expireCard(client, { deployment, cardId: 7n });
 */
export const expireCard = (
  client: CardflowClient,
  args: ExpireCardArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, expireCardCall(args), decodeNothing, expireCardReverts, options, args.deployment);
