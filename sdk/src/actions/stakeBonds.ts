import { stakeManyAbi } from "../abis/supplierStaking.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { stakeBondsReverts } from "../errors/actionReverts.ts";
import type { TokenAmount } from "../money/amounts.ts";

/** Arguments of {@link stakeBonds}. */
export type StakeBondsArgs = At<"supplierStaking"> & {
  /** The cards. */
  readonly cardIds: readonly bigint[];
  /** CARD-wei to add to each, in the same order. */
  readonly amounts: readonly TokenAmount[];
};

/**
 * The call of {@link stakeBonds} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link StakeBondsArgs}
 *
 * @example
 * const call = stakeBondsCall({ deployment, cardIds: [7n, 8n], amounts: [amount, amount] });
 */
export const stakeBondsCall = ({ deployment, cardIds, amounts }: StakeBondsArgs) =>
  ({
    address: deployment.addresses.supplierStaking,
    abi: stakeManyAbi,
    functionName: "stakeMany",
    args: [cardIds, amounts],
  }) as const;

/**
 * Adds to the sender's bonds on many cards; needs an allowance of CARD for the staking contract.
 *
 * @param client - viem client
 * @param args - see {@link StakeBondsArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `BondArraysDiffer`, `StakeZero`, `ERC20InsufficientAllowance`; RequestError if the
 * request fails on its way
 *
 * @example
 * await stakeBonds(client, { deployment, cardIds: [7n, 8n], amounts: [amount, amount] });
 */
export const stakeBonds = (
  client: CardflowClient,
  args: StakeBondsArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, stakeBondsCall(args), decodeNothing, stakeBondsReverts, options, args.deployment);
