import { type Address, type ContractFunctionReturnType, decodeFunctionResult } from "viem";
import { handInAbi } from "../abis/revenueShare.ts";
import { perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import { handInSharesReverts } from "../errors/actionReverts.ts";
import type { ShareAmount } from "../money/amounts.ts";

/** Arguments of {@link handInShares}. */
export type HandInSharesArgs = {
  /** The revenue share. */
  readonly share: Address;
  /** Share-wei to hand in. */
  readonly shares: ShareAmount;
};

/**
 * The call of {@link handInShares} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link HandInSharesArgs}
 *
 * @example
 * const call = handInSharesCall({ share, shares: parseShares("10") });
 */
export const handInSharesCall = ({ share, shares }: HandInSharesArgs) =>
  ({ address: share, abi: handInAbi, functionName: "handIn", args: [shares] }) as const;

/**
 * Hands in the sender's sold shares after the term for their part of what did not vest. What they earned stays
 * claimable.
 *
 * @param client - viem client
 * @param args - see {@link HandInSharesArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: CARD-wei paid
 * @throws RevertError with one of `SharePhaseWrong`, `ShareAmountZero`, `ERC20InsufficientBalance`; RequestError if
 * the request fails on its way
 *
 * @example
 * const { result: amount } = await handInShares(client, { share, shares: parseShares("10") });
 */
export const handInShares = (
  client: CardflowClient,
  args: HandInSharesArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof handInAbi, "nonpayable", "handIn">>> => {
  const call = handInSharesCall(args);
  return perform(client, call, (data) => decodeFunctionResult({ ...call, data }), handInSharesReverts, options);
};
