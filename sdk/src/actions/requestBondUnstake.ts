import { requestUnstakeAbi } from "../abis/supplierStaking.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { requestBondUnstakeReverts } from "../errors/actionReverts.ts";
import type { TokenAmount } from "../money/amounts.ts";

/** Arguments of {@link requestBondUnstake}. */
export type RequestBondUnstakeArgs = At<"supplierStaking"> & {
  /** The card. */
  readonly cardId: bigint;
  /** CARD-wei to take out. */
  readonly amount: TokenAmount;
};

/**
 * The call of {@link requestBondUnstake} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link RequestBondUnstakeArgs}
 *
 * @example
 * const call = requestBondUnstakeCall({ deployment, cardId: 7n, amount: parseTokens("100") });
 */
export const requestBondUnstakeCall = ({ deployment, cardId, amount }: RequestBondUnstakeArgs) =>
  ({
    address: deployment.addresses.supplierStaking,
    abi: requestUnstakeAbi,
    functionName: "requestUnstake",
    args: [cardId, amount],
  }) as const;

/**
 * Begins to thaw a part of the sender's bond for 14 days; a new request adds and restarts the clock.
 *
 * @param client - viem client
 * @param args - see {@link RequestBondUnstakeArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `StakeBelowRequest`, `StakeZero`; RequestError if the request fails on its way
 *
 * @example
 * await requestBondUnstake(client, { deployment, cardId: 7n, amount: parseTokens("100") });
 */
export const requestBondUnstake = (
  client: CardflowClient,
  args: RequestBondUnstakeArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, requestBondUnstakeCall(args), decodeNothing, requestBondUnstakeReverts, options, args.deployment);
