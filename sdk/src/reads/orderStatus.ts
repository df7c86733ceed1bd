import type { Address } from "viem";
import { readContract } from "viem/actions";
import { counterOfAbi, orderStateAbi } from "../abis/rentalMarket.ts";
import { readWith } from "../client/reading.ts";
import type { CardflowClient } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { orderStatusReverts } from "../errors/readReverts.ts";

/** Arguments of {@link orderStatus}. */
export type OrderStatusArgs = At<"rentalMarket"> & {
  /** Who signed, or will sign: an ask's operator or a bid's renter. */
  readonly maker: Address;
  /** Salt of the order. Default: 0, where only the counter matters. */
  readonly salt?: bigint | undefined;
};

/** What the market knows of a maker and one of its orders. */
export type OrderStatus = {
  /** Counter that valid orders of the maker carry. */
  readonly counter: bigint;
  /** Whether orders of this maker and salt are cancelled for ever. */
  readonly cancelled: boolean;
  /** Cards that bids of this maker and salt have taken. */
  readonly taken: number;
};

const cancelledState = 255;

/**
 * The counter to sign orders with, and what became of one. Reads the market at one block.
 *
 * @param client - viem client
 * @param args - see {@link OrderStatusArgs}
 * @throws RequestError
 *
 * @example
 * const { counter } = await orderStatus(client, { deployment, maker: operator });
 */
export const orderStatus = (
  client: CardflowClient,
  { deployment, maker, salt = 0n }: OrderStatusArgs,
): Promise<OrderStatus> =>
  readWith(client, orderStatusReverts, async ({ blockNumber }) => {
    const at = { address: deployment.addresses.rentalMarket, blockNumber } as const;
    const [counter, state] = await Promise.all([
      readContract(client, { ...at, abi: counterOfAbi, functionName: "counterOf", args: [maker] }),
      readContract(client, { ...at, abi: orderStateAbi, functionName: "orderState", args: [maker, salt] }),
    ]);
    const cancelled = state === cancelledState;
    return { counter, cancelled, taken: cancelled ? 0 : state };
  });
