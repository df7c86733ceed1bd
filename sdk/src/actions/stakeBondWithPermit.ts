import { stakeWithPermitAbi } from "../abis/supplierStaking.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { stakeBondWithPermitReverts } from "../errors/actionReverts.ts";
import type { PermitSignature } from "../funding/permit.ts";
import type { TokenAmount } from "../money/amounts.ts";

/** Arguments of {@link stakeBondWithPermit}. */
export type StakeBondWithPermitArgs = At<"supplierStaking"> & {
  /** The card. */
  readonly cardId: bigint;
  /** CARD-wei to add. */
  readonly amount: TokenAmount;
  /** A signed ERC-2612 permit: what `signPermit` returned. */
  readonly permit: PermitSignature;
};

/**
 * The call of {@link stakeBondWithPermit} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link StakeBondWithPermitArgs}
 *
 * @example
 * const call = stakeBondWithPermitCall({ deployment, cardId: 7n, amount, permit });
 */
export const stakeBondWithPermitCall = ({ deployment, cardId, amount, permit }: StakeBondWithPermitArgs) =>
  ({
    address: deployment.addresses.supplierStaking,
    abi: stakeWithPermitAbi,
    functionName: "stakeWithPermit",
    args: [cardId, amount, permit.deadline, permit.v, permit.r, permit.s],
  }) as const;

/**
 * Adds to the sender's bond on a card, with a permit of CARD for the staking contract instead of an allowance.
 *
 * @param client - viem client
 * @param args - see {@link StakeBondWithPermitArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `StakeZero`, `ERC20InsufficientAllowance`, `ERC20InsufficientBalance`; RequestError
 * if the request fails on its way
 *
 * @example
 * await stakeBondWithPermit(client, { deployment, cardId: 7n, amount, permit });
 */
export const stakeBondWithPermit = (
  client: CardflowClient,
  args: StakeBondWithPermitArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, stakeBondWithPermitCall(args), decodeNothing, stakeBondWithPermitReverts, options, args.deployment);
