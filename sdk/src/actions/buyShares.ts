import { type Address, type ContractFunctionReturnType, decodeFunctionResult } from "viem";
import { buyAbi } from "../abis/revenueShare.ts";
import { perform } from "../client/perform.ts";
import { toSeconds } from "../client/seconds.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import { buySharesReverts } from "../errors/actionReverts.ts";
import type { ShareAmount, TokenAmount } from "../money/amounts.ts";

/** Arguments of {@link buyShares}. */
export type BuySharesArgs = {
  /** The revenue share. */
  readonly share: Address;
  /** Share-wei to buy. */
  readonly shares: ShareAmount;
  /** Most CARD-wei to pay. */
  readonly maxCost: TokenAmount;
  /** Last second (Unix time) at which the call may run. */
  readonly deadline: number;
};

/**
 * The call of {@link buyShares} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link BuySharesArgs}
 * @throws InvalidInputError if the deadline is not whole seconds
 *
 * @example
 * const call = buySharesCall({ share, shares: parseShares("10"), maxCost: parseTokens("500"), deadline });
 */
export const buySharesCall = ({ share, shares, maxCost, deadline }: BuySharesArgs) =>
  ({
    address: share,
    abi: buyAbi,
    functionName: "buy",
    args: [shares, maxCost, toSeconds("deadline", deadline)],
  }) as const;

/**
 * Buys shares in their sale with CARD of the sender; needs an allowance of CARD for the share.
 *
 * @param client - viem client
 * @param args - see {@link BuySharesArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: CARD-wei paid
 * @throws RevertError with one of `ShareSoldOut`, `ShareCostAboveLimit`, `ShareDeadlinePassed`, `SharePhaseWrong`,
 * `ShareSalesPaused`, `ERC20InsufficientAllowance`; InvalidInputError if the deadline is not whole seconds; RequestError if the request fails on its way
 *
 * @example
 * const { result: cost } = await buyShares(client, { share, shares: parseShares("10"), maxCost: parseTokens("500"), deadline });
 */
export const buyShares = async (
  client: CardflowClient,
  args: BuySharesArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof buyAbi, "nonpayable", "buy">>> => {
  const call = buySharesCall(args);
  return perform(client, call, (data) => decodeFunctionResult({ ...call, data }), buySharesReverts, options);
};
