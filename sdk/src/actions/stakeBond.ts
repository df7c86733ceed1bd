import { stakeAbi } from "../abis/supplierStaking.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { stakeBondReverts } from "../errors/actionReverts.ts";
import type { TokenAmount } from "../money/amounts.ts";

/** Arguments of {@link stakeBond}. */
export type StakeBondArgs = At<"supplierStaking"> & {
  /** The card. */
  readonly cardId: bigint;
  /** CARD-wei to add. */
  readonly amount: TokenAmount;
};

/**
 * The call of {@link stakeBond} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link StakeBondArgs}
 *
 * @example
 * const call = stakeBondCall({ deployment, cardId: 7n, amount: parseTokens("5000") });
 */
export const stakeBondCall = ({ deployment, cardId, amount }: StakeBondArgs) =>
  ({
    address: deployment.addresses.supplierStaking,
    abi: stakeAbi,
    functionName: "stake",
    args: [cardId, amount],
  }) as const;

/**
 * Adds to the sender's bond on a card; needs an allowance of CARD for the staking contract.
 *
 * @param client - viem client
 * @param args - see {@link StakeBondArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `StakeZero`, `ERC20InsufficientAllowance`, `ERC20InsufficientBalance`; RequestError
 * if the request fails on its way
 *
 * @example
 * await stakeBond(client, { deployment, cardId: 7n, amount: parseTokens("5000") });
 */
export const stakeBond = (
  client: CardflowClient,
  args: StakeBondArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, stakeBondCall(args), decodeNothing, stakeBondReverts, options, args.deployment);
