import type { Hex } from "viem";
import { takeAskAbi } from "../abis/rentalMarket.ts";
import type { Ask, Take } from "../abis/structs.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { takeAskReverts } from "../errors/actionReverts.ts";
import { startedLeases } from "../leases/startedLeases.ts";

/** Arguments of {@link takeAsk}. */
export type TakeAskArgs = At<"rentalMarket" | "leaseLedger"> & {
  /** The operator's ask. */
  readonly ask: Ask;
  /** The operator's signature. */
  readonly signature: Hex;
  /** Thousandths, duration and limits of the lease. */
  readonly take: Take;
  /** Money besides balance and allowance: what `permitFunding` or `authorizationFunding` returned. Default: none. */
  readonly funding?: Hex | undefined;
};

/**
 * The call of {@link takeAsk} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link TakeAskArgs}
 *
 * @example
 * const call = takeAskCall({ deployment, ask, signature, take, funding });
 */
export const takeAskCall = ({ deployment, ask, signature, take, funding = "0x" }: TakeAskArgs) =>
  ({
    address: deployment.addresses.rentalMarket,
    abi: takeAskAbi,
    functionName: "takeAsk",
    args: [ask, signature, take, funding],
  }) as const;

/**
 * Rents by one ask directly, without a bid; the sender is the renter.
 *
 * @param client - viem client
 * @param args - see {@link TakeAskArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: id of the lease, out of the receipt, so undefined unless waited
 * for (an id says the second in which the lease began, which is known only then)
 * @throws RevertError with one of `AskRefused` with the reason, `EntryPaused`, `TakeInvalid`, `FundingUnusable`, `InputTooLarge`,
 * `ERC20InsufficientAllowance`, `ERC20InsufficientBalance`; RequestError if the request fails on its way
 *
 * @example
 * const { result: leaseId } = await takeAsk(client, { deployment, ask, signature, take, funding }, { wait: true });
 */
export const takeAsk = async (
  client: CardflowClient,
  args: TakeAskArgs,
  options?: WriteOptions,
): Promise<Sent<bigint | undefined>> => {
  const { deployment } = args;
  const sent = await perform(client, takeAskCall(args), decodeNothing, takeAskReverts, options, deployment);
  const leases = sent.receipt === undefined ? undefined : startedLeases({ deployment, receipt: sent.receipt });
  return { ...sent, result: leases?.[0]?.leaseId };
};
