import { cancelManyAbi } from "../abis/rentalMarket.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { cancelOrdersReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link cancelOrders}. */
export type CancelOrdersArgs = At<"rentalMarket"> & {
  /** Salts of the orders. */
  readonly salts: readonly bigint[];
};

/**
 * The call of {@link cancelOrders} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link CancelOrdersArgs}
 *
 * @example
 * const call = cancelOrdersCall({ deployment, salts: [ask.salt, bid.salt] });
 */
export const cancelOrdersCall = ({ deployment, salts }: CancelOrdersArgs) =>
  ({
    address: deployment.addresses.rentalMarket,
    abi: cancelManyAbi,
    functionName: "cancelMany",
    args: [salts],
  }) as const;

/**
 * Cancels the sender's orders of these salts for ever. For one order `cancelOrder` costs less.
 *
 * @param client - viem client
 * @param args - see {@link CancelOrdersArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `OrderAlreadyCancelled`, `OrderSaltsEmpty`; RequestError if the request fails on its
 * way
 *
 * @example
 * await cancelOrders(client, { deployment, salts: [ask.salt, bid.salt] });
 */
export const cancelOrders = (
  client: CardflowClient,
  args: CancelOrdersArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, cancelOrdersCall(args), decodeNothing, cancelOrdersReverts, options, args.deployment);
