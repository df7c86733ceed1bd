import { pauseMintAbi } from "../abis/dollarMinter.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { pauseMintReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link pauseMint}. */
export type PauseMintArgs = At<"dollarMinter"> & {
  /** Second (Unix time) at which the entry opens by itself. */
  readonly until: number;
};

/**
 * The call of {@link pauseMint} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link PauseMintArgs}
 *
 * @example
 * const call = pauseMintCall({ deployment, until: Math.floor(Date.now() / 1000) + 86_400 });
 */
export const pauseMintCall = ({ deployment, until }: PauseMintArgs) =>
  ({
    address: deployment.addresses.dollarMinter,
    abi: pauseMintAbi,
    functionName: "pauseMint",
    args: [until],
  }) as const;

/**
 * Closes every mint of cfUSD, until a second that is at most 7 days ahead, when it opens by itself. The sender has the
 * guardian's role.
 *
 * @param client - viem client
 * @param args - see {@link PauseMintArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `PauseEndOutOfRange`, `PauseTooSoon`, `AccessManagedUnauthorized`; RequestError if
 * the request fails on its way
 *
 * @example
 * await pauseMint(client, { deployment, until: Math.floor(Date.now() / 1000) + 86_400 });
 */
export const pauseMint = (
  client: CardflowClient,
  args: PauseMintArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, pauseMintCall(args), decodeNothing, pauseMintReverts, options, args.deployment);
