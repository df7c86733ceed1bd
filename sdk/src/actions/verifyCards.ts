import type { Hex } from "viem";
import { verifyManyAbi } from "../abis/cardRegistry.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { verifyCardsReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link verifyCards}. */
export type VerifyCardsArgs = At<"cardRegistry"> & {
  /** The cards. */
  readonly cardIds: readonly bigint[];
  /** Hash of UUID and serial of each, in the same order. */
  readonly deviceIds: readonly Hex[];
};

/**
 * The call of {@link verifyCards} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link VerifyCardsArgs}
 *
 * @example
 * const call = verifyCardsCall({ deployment, cardIds: [7n, 8n], deviceIds });
 */
export const verifyCardsCall = ({ deployment, cardIds, deviceIds }: VerifyCardsArgs) =>
  ({
    address: deployment.addresses.cardRegistry,
    abi: verifyManyAbi,
    functionName: "verifyMany",
    args: [cardIds, deviceIds],
  }) as const;

/**
 * Marks many cards as existing. The sender has the verifier's role.
 *
 * @param client - viem client
 * @param args - see {@link VerifyCardsArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `DeviceTaken`, `DeviceZero`, `CardStateUnsuitable`, `AccessManagedUnauthorized`;
 * RequestError if the request fails on its way
 *
 * @example
 * await verifyCards(client, { deployment, cardIds: [7n, 8n], deviceIds });
 */
export const verifyCards = (
  client: CardflowClient,
  args: VerifyCardsArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, verifyCardsCall(args), decodeNothing, verifyCardsReverts, options, args.deployment);
