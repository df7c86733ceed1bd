import { pauseMatchesAbi } from "../abis/rentalMarket.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { pauseMatchesReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link pauseMatches}. */
export type PauseMatchesArgs = At<"rentalMarket"> & {
  /** Second (Unix time) at which the entry opens by itself. */
  readonly until: number;
};

/**
 * The call of {@link pauseMatches} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link PauseMatchesArgs}
 *
 * @example
 * const call = pauseMatchesCall({ deployment, until: Math.floor(Date.now() / 1000) + 86_400 });
 */
export const pauseMatchesCall = ({ deployment, until }: PauseMatchesArgs) =>
  ({
    address: deployment.addresses.rentalMarket,
    abi: pauseMatchesAbi,
    functionName: "pauseMatches",
    args: [until],
  }) as const;

/**
 * Closes new leases; running ones can still be extended and stopped, until a second that is at most 7 days ahead, when
 * it opens by itself. The sender has the guardian's role.
 *
 * @param client - viem client
 * @param args - see {@link PauseMatchesArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `PauseEndOutOfRange`, `PauseTooSoon`, `AccessManagedUnauthorized`; RequestError if
 * the request fails on its way
 *
 * @example
 * await pauseMatches(client, { deployment, until: Math.floor(Date.now() / 1000) + 86_400 });
 */
export const pauseMatches = (
  client: CardflowClient,
  args: PauseMatchesArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, pauseMatchesCall(args), decodeNothing, pauseMatchesReverts, options, args.deployment);
