import type { Hex } from "viem";
import { verifyAbi } from "../abis/cardRegistry.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { verifyCardReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link verifyCard}. */
export type VerifyCardArgs = At<"cardRegistry"> & {
  /** The card. */
  readonly cardId: bigint;
  /** Hash of the vendor's UUID and serial, 32 bytes; taken by one card, ever. */
  readonly deviceId: Hex;
};

/**
 * The call of {@link verifyCard} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link VerifyCardArgs}
 *
 * @example
 * const call = verifyCardCall({ deployment, cardId: 7n, deviceId: keccak256(toHex("GPU-5f2c:1320921034")) });
 */
export const verifyCardCall = ({ deployment, cardId, deviceId }: VerifyCardArgs) =>
  ({
    address: deployment.addresses.cardRegistry,
    abi: verifyAbi,
    functionName: "verify",
    args: [cardId, deviceId],
  }) as const;

/**
 * Marks a card as existing. The sender has the verifier's role.
 *
 * @param client - viem client
 * @param args - see {@link VerifyCardArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `DeviceTaken`, `DeviceZero`, `CardStateUnsuitable`, `AccessManagedUnauthorized`;
 * RequestError if the request fails on its way
 *
 * @example
 * await verifyCard(client, { deployment, cardId: 7n, deviceId: keccak256(toHex("GPU-5f2c:1320921034")) });
 */
export const verifyCard = (
  client: CardflowClient,
  args: VerifyCardArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, verifyCardCall(args), decodeNothing, verifyCardReverts, options, args.deployment);
