import type { Address } from "viem";
import { finaliseAbi } from "../abis/revenueShare.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import { finaliseSaleReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link finaliseSale}. */
export type FinaliseSaleArgs = {
  /** The revenue share. */
  readonly share: Address;
};

/**
 * The call of {@link finaliseSale} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link FinaliseSaleArgs}
 *
 * @example
 * const call = finaliseSaleCall({ share });
 */
export const finaliseSaleCall = ({ share }: FinaliseSaleArgs) =>
  ({ address: share, abi: finaliseAbi, functionName: "finalise", args: [] }) as const;

/**
 * Ends a sale that is sold out or over: success gives the card's 90 % to the shares from this second, else everyone
 * gets the money back. Open to anyone.
 *
 * @param client - viem client
 * @param args - see {@link FinaliseSaleArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `ShareSaleRunning`, `SharePhaseWrong`; RequestError if the request fails on its way
 *
 * @example
 * await finaliseSale(client, { share });
 */
export const finaliseSale = (
  client: CardflowClient,
  args: FinaliseSaleArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> => perform(client, finaliseSaleCall(args), decodeNothing, finaliseSaleReverts, options);
