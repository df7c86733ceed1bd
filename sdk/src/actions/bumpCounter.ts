import { type ContractFunctionReturnType, decodeFunctionResult } from "viem";
import { bumpAbi } from "../abis/rentalMarket.ts";
import { perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { bumpCounterReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link bumpCounter}. */
export type BumpCounterArgs = At<"rentalMarket">;

/**
 * The call of {@link bumpCounter} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link BumpCounterArgs}
 *
 * @example
 * const call = bumpCounterCall({ deployment });
 */
export const bumpCounterCall = ({ deployment }: BumpCounterArgs) =>
  ({ address: deployment.addresses.rentalMarket, abi: bumpAbi, functionName: "bump", args: [] }) as const;

/**
 * Voids all of the sender's orders; the counter jumps by an amount that nobody can predict.
 *
 * @param client - viem client
 * @param args - see {@link BumpCounterArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: the new counter, for the next orders
 * @throws RequestError if the request fails on its way
 *
 * @example
 * const { result: counter } = await bumpCounter(client, { deployment });
 */
export const bumpCounter = (
  client: CardflowClient,
  args: BumpCounterArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof bumpAbi, "nonpayable", "bump">>> => {
  const call = bumpCounterCall(args);
  return perform(
    client,
    call,
    (data) => decodeFunctionResult({ ...call, data }),
    bumpCounterReverts,
    options,
    args.deployment,
  );
};
