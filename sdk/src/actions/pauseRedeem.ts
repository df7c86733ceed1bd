import { pauseRedeemAbi } from "../abis/dollarMinter.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { pauseRedeemReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link pauseRedeem}. */
export type PauseRedeemArgs = At<"dollarMinter"> & {
  /** Second (Unix time) at which the entry opens by itself. */
  readonly until: number;
};

/**
 * The call of {@link pauseRedeem} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link PauseRedeemArgs}
 *
 * @example
 * const call = pauseRedeemCall({ deployment, until: Math.floor(Date.now() / 1000) + 86_400 });
 */
export const pauseRedeemCall = ({ deployment, until }: PauseRedeemArgs) =>
  ({
    address: deployment.addresses.dollarMinter,
    abi: pauseRedeemAbi,
    functionName: "pauseRedeem",
    args: [until],
  }) as const;

/**
 * Closes redemption of cfUSD, until a second that is at most 72 hours ahead, when it opens by itself. The sender has
 * the guardian's role.
 *
 * @param client - viem client
 * @param args - see {@link PauseRedeemArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `PauseEndOutOfRange`, `PauseTooSoon`, `AccessManagedUnauthorized`; RequestError if
 * the request fails on its way
 *
 * @example
 * await pauseRedeem(client, { deployment, until: Math.floor(Date.now() / 1000) + 86_400 });
 */
export const pauseRedeem = (
  client: CardflowClient,
  args: PauseRedeemArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, pauseRedeemCall(args), decodeNothing, pauseRedeemReverts, options, args.deployment);
