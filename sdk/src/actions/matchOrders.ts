import type { Hex } from "viem";
import { matchOrdersAbi } from "../abis/rentalMarket.ts";
import type { Ask, Bid } from "../abis/structs.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { matchOrdersReverts } from "../errors/actionReverts.ts";
import { startedLeases } from "../leases/startedLeases.ts";

/** Arguments of {@link matchOrders}. */
export type MatchOrdersArgs = At<"rentalMarket" | "leaseLedger"> & {
  /** The renter's bid. */
  readonly bid: Bid;
  /** The renter's signature. */
  readonly bidSignature: Hex;
  /** Asks by ascending card id. */
  readonly asks: readonly Ask[];
  /** Signature of each ask, in the same order. */
  readonly askSignatures: readonly Hex[];
  /** Money besides balance and allowance: what `permitFunding` or `authorizationFunding` returned. Default: none. */
  readonly funding?: Hex | undefined;
};

/**
 * The call of {@link matchOrders} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link MatchOrdersArgs}
 *
 * @example
 * const call = matchOrdersCall({ deployment, bid, bidSignature, asks: [ask], askSignatures: [askSignature] });
 */
export const matchOrdersCall = ({
  deployment,
  bid,
  bidSignature,
  asks,
  askSignatures,
  funding = "0x",
}: MatchOrdersArgs) =>
  ({
    address: deployment.addresses.rentalMarket,
    abi: matchOrdersAbi,
    functionName: "matchOrders",
    args: [bid, bidSignature, asks, askSignatures, funding],
  }) as const;

/**
 * Matches a bid with asks and starts a lease per card taken. Open to anyone; the sender earns the bid's matcher fee.
 * Asks that cannot be taken are skipped.
 *
 * @param client - viem client
 * @param args - see {@link MatchOrdersArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: ids of the leases, one per card taken, out of the receipt, so undefined unless waited
 * for (an id says the second in which the lease began, which is known only then)
 * @throws RevertError with one of `MatchRefused` with the reason, and the reason of every ask; `MatchArraysDiffer`;
 * RequestError if the request fails on its way
 *
 * @example
 * const { result: leaseIds } = await matchOrders(client, { deployment, bid, bidSignature, asks: [ask], askSignatures: [askSignature] }, { wait: true });
 */
export const matchOrders = async (
  client: CardflowClient,
  args: MatchOrdersArgs,
  options?: WriteOptions,
): Promise<Sent<readonly bigint[] | undefined>> => {
  const { deployment } = args;
  const sent = await perform(client, matchOrdersCall(args), decodeNothing, matchOrdersReverts, options, deployment);
  const leases = sent.receipt === undefined ? undefined : startedLeases({ deployment, receipt: sent.receipt });
  return { ...sent, result: leases?.map((lease) => lease.leaseId) };
};
