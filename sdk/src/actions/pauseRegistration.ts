import { pauseRegistrationAbi } from "../abis/cardRegistry.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { pauseRegistrationReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link pauseRegistration}. */
export type PauseRegistrationArgs = At<"cardRegistry"> & {
  /** Second (Unix time) at which the entry opens by itself. */
  readonly until: number;
};

/**
 * The call of {@link pauseRegistration} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link PauseRegistrationArgs}
 *
 * @example
 * const call = pauseRegistrationCall({ deployment, until: Math.floor(Date.now() / 1000) + 86_400 });
 */
export const pauseRegistrationCall = ({ deployment, until }: PauseRegistrationArgs) =>
  ({
    address: deployment.addresses.cardRegistry,
    abi: pauseRegistrationAbi,
    functionName: "pauseRegistration",
    args: [until],
  }) as const;

/**
 * Closes registration of cards, until a second that is at most 7 days ahead, when it opens by itself. The sender has
 * the guardian's role.
 *
 * @param client - viem client
 * @param args - see {@link PauseRegistrationArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `PauseEndOutOfRange`, `PauseTooSoon`, `AccessManagedUnauthorized`; RequestError if
 * the request fails on its way
 *
 * @example
 * await pauseRegistration(client, { deployment, until: Math.floor(Date.now() / 1000) + 86_400 });
 */
export const pauseRegistration = (
  client: CardflowClient,
  args: PauseRegistrationArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, pauseRegistrationCall(args), decodeNothing, pauseRegistrationReverts, options, args.deployment);
