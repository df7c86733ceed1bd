import { type Address, type ContractFunctionReturnType, decodeFunctionResult } from "viem";
import { refundAbi } from "../abis/revenueShare.ts";
import { perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import { refundPurchaseReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link refundPurchase}. */
export type RefundPurchaseArgs = {
  /** The revenue share. */
  readonly share: Address;
  /** Who paid. */
  readonly account: Address;
};

/**
 * The call of {@link refundPurchase} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link RefundPurchaseArgs}
 *
 * @example
 * const call = refundPurchaseCall({ share, account: buyer });
 */
export const refundPurchaseCall = ({ share, account }: RefundPurchaseArgs) =>
  ({ address: share, abi: refundAbi, functionName: "refund", args: [account] }) as const;

/**
 * Pays an account back after a sale that failed. Open to anyone, benefits only the account. Never paused.
 *
 * @param client - viem client
 * @param args - see {@link RefundPurchaseArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: CARD-wei paid back
 * @throws RevertError with one of `ShareNothingToRefund`, `SharePhaseWrong`; RequestError if the request fails on its
 * way
 *
 * @example
 * const { result: paid } = await refundPurchase(client, { share, account: buyer });
 */
export const refundPurchase = (
  client: CardflowClient,
  args: RefundPurchaseArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof refundAbi, "nonpayable", "refund">>> => {
  const call = refundPurchaseCall(args);
  return perform(client, call, (data) => decodeFunctionResult({ ...call, data }), refundPurchaseReverts, options);
};
