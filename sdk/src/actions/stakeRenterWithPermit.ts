import { stakeWithPermitAbi } from "../abis/renterStaking.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { stakeRenterWithPermitReverts } from "../errors/actionReverts.ts";
import type { PermitSignature } from "../funding/permit.ts";
import type { TokenAmount } from "../money/amounts.ts";

/** Arguments of {@link stakeRenterWithPermit}. */
export type StakeRenterWithPermitArgs = At<"renterStaking"> & {
  /** CARD-wei to add. */
  readonly amount: TokenAmount;
  /** A signed ERC-2612 permit: what `signPermit` returned. */
  readonly permit: PermitSignature;
};

/**
 * The call of {@link stakeRenterWithPermit} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link StakeRenterWithPermitArgs}
 *
 * @example
 * const call = stakeRenterWithPermitCall({ deployment, amount, permit });
 */
export const stakeRenterWithPermitCall = ({ deployment, amount, permit }: StakeRenterWithPermitArgs) =>
  ({
    address: deployment.addresses.renterStaking,
    abi: stakeWithPermitAbi,
    functionName: "stakeWithPermit",
    args: [amount, permit.deadline, permit.v, permit.r, permit.s],
  }) as const;

/**
 * Adds to the sender's stake as a renter, with a permit of CARD for the staking contract instead of an allowance.
 *
 * @param client - viem client
 * @param args - see {@link StakeRenterWithPermitArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `StakeZero`, `ERC20InsufficientAllowance`; RequestError if the request fails on its
 * way
 *
 * @example
 * await stakeRenterWithPermit(client, { deployment, amount, permit });
 */
export const stakeRenterWithPermit = (
  client: CardflowClient,
  args: StakeRenterWithPermitArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(
    client,
    stakeRenterWithPermitCall(args),
    decodeNothing,
    stakeRenterWithPermitReverts,
    options,
    args.deployment,
  );
