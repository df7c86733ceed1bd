import { pauseSalesAbi } from "../abis/revenueShareFactory.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { pauseSalesReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link pauseSales}. */
export type PauseSalesArgs = At<"revenueShareFactory"> & {
  /** Second (Unix time) at which the entry opens by itself. */
  readonly until: number;
};

/**
 * The call of {@link pauseSales} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link PauseSalesArgs}
 *
 * @example
 * const call = pauseSalesCall({ deployment, until: Math.floor(Date.now() / 1000) + 86_400 });
 */
export const pauseSalesCall = ({ deployment, until }: PauseSalesArgs) =>
  ({
    address: deployment.addresses.revenueShareFactory,
    abi: pauseSalesAbi,
    functionName: "pauseSales",
    args: [until],
  }) as const;

/**
 * Closes new sales of shares and purchases in them, until a second that is at most 7 days ahead, when it opens by
 * itself. The sender has the guardian's role.
 *
 * @param client - viem client
 * @param args - see {@link PauseSalesArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `PauseEndOutOfRange`, `PauseTooSoon`, `AccessManagedUnauthorized`; RequestError if
 * the request fails on its way
 *
 * @example
 * await pauseSales(client, { deployment, until: Math.floor(Date.now() / 1000) + 86_400 });
 */
export const pauseSales = (
  client: CardflowClient,
  args: PauseSalesArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, pauseSalesCall(args), decodeNothing, pauseSalesReverts, options, args.deployment);
