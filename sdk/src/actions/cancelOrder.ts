import { cancelAbi } from "../abis/rentalMarket.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { cancelOrderReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link cancelOrder}. */
export type CancelOrderArgs = At<"rentalMarket"> & {
  /** Salt of the order. */
  readonly salt: bigint;
};

/**
 * The call of {@link cancelOrder} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link CancelOrderArgs}
 *
 * @example
 * const call = cancelOrderCall({ deployment, salt: ask.salt });
 */
export const cancelOrderCall = ({ deployment, salt }: CancelOrderArgs) =>
  ({ address: deployment.addresses.rentalMarket, abi: cancelAbi, functionName: "cancel", args: [salt] }) as const;

/**
 * Cancels the sender's orders of this salt for ever.
 *
 * @param client - viem client
 * @param args - see {@link CancelOrderArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with `OrderAlreadyCancelled`; RequestError if the request fails on its way
 *
 * @example
 * await cancelOrder(client, { deployment, salt: ask.salt });
 */
export const cancelOrder = (
  client: CardflowClient,
  args: CancelOrderArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, cancelOrderCall(args), decodeNothing, cancelOrderReverts, options, args.deployment);
