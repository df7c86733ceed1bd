import type { Address } from "viem";
import { safeTransferFromAbi } from "../abis/cardRegistry.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { transferCardReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link transferCard}. */
export type TransferCardArgs = At<"cardRegistry"> & {
  /** The present owner. */
  readonly from: Address;
  /** The new owner; it must be able to hold an ERC-721 token. */
  readonly to: Address;
  /** The card. */
  readonly cardId: bigint;
};

/**
 * The call of {@link transferCard} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link TransferCardArgs}
 *
 * @example
 * const call = transferCardCall({ deployment, from: owner, to: buyer, cardId: 7n });
 */
export const transferCardCall = ({ deployment, from, to, cardId }: TransferCardArgs) =>
  ({
    address: deployment.addresses.cardRegistry,
    abi: safeTransferFromAbi,
    functionName: "safeTransferFrom",
    args: [from, to, cardId],
  }) as const;

/**
 * Moves a card to a new owner. What it earned so far stays the old owner's, and its operator is cleared; floor and longest
 * lease bind extensions until the new owner names others. The sender is the owner or approved by it.
 *
 * @param client - viem client
 * @param args - see {@link TransferCardArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `ERC721InsufficientApproval`, `ERC721IncorrectOwner`, `ERC721InvalidReceiver`;
 * RequestError if the request fails on its way
 *
 * @example
 * await transferCard(client, { deployment, from: owner, to: buyer, cardId: 7n });
 */
export const transferCard = (
  client: CardflowClient,
  args: TransferCardArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, transferCardCall(args), decodeNothing, transferCardReverts, options, args.deployment);
