import { requestUnstakeAbi } from "../abis/renterStaking.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { requestRenterUnstakeReverts } from "../errors/actionReverts.ts";
import type { TokenAmount } from "../money/amounts.ts";

/** Arguments of {@link requestRenterUnstake}. */
export type RequestRenterUnstakeArgs = At<"renterStaking"> & {
  /** CARD-wei to take out. */
  readonly amount: TokenAmount;
};

/**
 * The call of {@link requestRenterUnstake} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link RequestRenterUnstakeArgs}
 *
 * @example
 * const call = requestRenterUnstakeCall({ deployment, amount: parseTokens("20000") });
 */
export const requestRenterUnstakeCall = ({ deployment, amount }: RequestRenterUnstakeArgs) =>
  ({
    address: deployment.addresses.renterStaking,
    abi: requestUnstakeAbi,
    functionName: "requestUnstake",
    args: [amount],
  }) as const;

/**
 * Begins to thaw a part of the sender's stake as a renter for 14 days; what thaws no longer counts for the tier.
 *
 * @param client - viem client
 * @param args - see {@link RequestRenterUnstakeArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `StakeBelowRequest`, `StakeZero`; RequestError if the request fails on its way
 *
 * @example
 * await requestRenterUnstake(client, { deployment, amount: parseTokens("20000") });
 */
export const requestRenterUnstake = (
  client: CardflowClient,
  args: RequestRenterUnstakeArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, requestRenterUnstakeCall(args), decodeNothing, requestRenterUnstakeReverts, options, args.deployment);
