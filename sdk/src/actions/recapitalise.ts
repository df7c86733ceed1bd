import { recapitaliseAbi } from "../abis/dollarMinter.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { recapitaliseReverts } from "../errors/actionReverts.ts";
import type { TokenAmount } from "../money/amounts.ts";

/** Arguments of {@link recapitalise}. */
export type RecapitaliseArgs = At<"dollarMinter"> & {
  /** CARD-wei to burn. */
  readonly amount: TokenAmount;
};

/**
 * The call of {@link recapitalise} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link RecapitaliseArgs}
 *
 * @example
 * const call = recapitaliseCall({ deployment, amount: parseTokens("1000") });
 */
export const recapitaliseCall = ({ deployment, amount }: RecapitaliseArgs) =>
  ({
    address: deployment.addresses.dollarMinter,
    abi: recapitaliseAbi,
    functionName: "recapitalise",
    args: [amount],
  }) as const;

/**
 * Burns CARD of the sender into the credit and mints nothing: a gift to the backing. Never paused.
 *
 * @param client - viem client
 * @param args - see {@link RecapitaliseArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `RecapitalisationZero`, `ERC20InsufficientBalance`; RequestError if the request
 * fails on its way
 *
 * @example
 * await recapitalise(client, { deployment, amount: parseTokens("1000") });
 */
export const recapitalise = (
  client: CardflowClient,
  args: RecapitaliseArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, recapitaliseCall(args), decodeNothing, recapitaliseReverts, options, args.deployment);
