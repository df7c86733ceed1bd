import type { Address } from "viem";
import { setOperatorAbi } from "../abis/cardRegistry.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { setOperatorReverts } from "../errors/actionReverts.ts";
import type { RatePerSecond } from "../money/amounts.ts";

/** Arguments of {@link setOperator}. */
export type SetOperatorArgs = At<"cardRegistry"> & {
  /** The card. */
  readonly cardId: bigint;
  /** The node that runs the card; the zero address for none. */
  readonly operator: Address;
  /** Number of the host; a host is operator and host id together. */
  readonly hostId: number;
  /** Lowest rate that asks may name, cfUSD-wei per second of the whole card. Default: none. */
  readonly floorRate?: RatePerSecond | undefined;
  /** Longest lease in hours. Default: no limit. */
  readonly longestHours?: number | undefined;
};

/**
 * The call of {@link setOperator} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link SetOperatorArgs}
 *
 * @example
 * const call = setOperatorCall({ deployment, cardId: 7n, operator, hostId: 1 });
 */
export const setOperatorCall = ({
  deployment,
  cardId,
  operator,
  hostId,
  floorRate = 0n,
  longestHours = 0,
}: SetOperatorArgs) =>
  ({
    address: deployment.addresses.cardRegistry,
    abi: setOperatorAbi,
    functionName: "setOperator",
    args: [cardId, operator, hostId, floorRate, longestHours],
  }) as const;

/**
 * Names the node that runs a card and the limits that its asks must keep. The sender is the card's owner. Every ask
 * signed before is void; running leases go on.
 *
 * @param client - viem client
 * @param args - see {@link SetOperatorArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `CardNotOwnedByCaller`, `CardUnknown`; RequestError if the request fails on its way
 *
 * @example
 * await setOperator(client, { deployment, cardId: 7n, operator, hostId: 1 });
 */
export const setOperator = (
  client: CardflowClient,
  args: SetOperatorArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, setOperatorCall(args), decodeNothing, setOperatorReverts, options, args.deployment);
