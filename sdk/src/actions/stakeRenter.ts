import { stakeAbi } from "../abis/renterStaking.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { stakeRenterReverts } from "../errors/actionReverts.ts";
import type { TokenAmount } from "../money/amounts.ts";

/** Arguments of {@link stakeRenter}. */
export type StakeRenterArgs = At<"renterStaking"> & {
  /** CARD-wei to add. */
  readonly amount: TokenAmount;
};

/**
 * The call of {@link stakeRenter} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link StakeRenterArgs}
 *
 * @example
 * const call = stakeRenterCall({ deployment, amount: parseTokens("20000") });
 */
export const stakeRenterCall = ({ deployment, amount }: StakeRenterArgs) =>
  ({ address: deployment.addresses.renterStaking, abi: stakeAbi, functionName: "stake", args: [amount] }) as const;

/**
 * Adds to the sender's stake as a renter; it counts after 24 hours. Needs an allowance of CARD for the staking
 * contract.
 *
 * @param client - viem client
 * @param args - see {@link StakeRenterArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `StakeZero`, `ERC20InsufficientAllowance`; RequestError if the request fails on its
 * way
 *
 * @example
 * await stakeRenter(client, { deployment, amount: parseTokens("20000") });
 */
export const stakeRenter = (
  client: CardflowClient,
  args: StakeRenterArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, stakeRenterCall(args), decodeNothing, stakeRenterReverts, options, args.deployment);
