import { type Address, type ContractFunctionReturnType, decodeFunctionResult } from "viem";
import { buyWithPermitAbi } from "../abis/revenueShare.ts";
import { perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import { buySharesWithPermitReverts } from "../errors/actionReverts.ts";
import type { PermitSignature } from "../funding/permit.ts";
import type { ShareAmount, TokenAmount } from "../money/amounts.ts";

/** Arguments of {@link buySharesWithPermit}. */
export type BuySharesWithPermitArgs = {
  /** The revenue share. */
  readonly share: Address;
  /** Share-wei to buy. */
  readonly shares: ShareAmount;
  /** Most CARD-wei to pay. */
  readonly maxCost: TokenAmount;
  /** A signed ERC-2612 permit: what `signPermit` returned. */
  readonly permit: PermitSignature;
};

/**
 * The call of {@link buySharesWithPermit} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link BuySharesWithPermitArgs}
 *
 * @example
 * const call = buySharesWithPermitCall({ share, shares: parseShares("10"), maxCost, permit });
 */
export const buySharesWithPermitCall = ({ share, shares, maxCost, permit }: BuySharesWithPermitArgs) =>
  ({
    address: share,
    abi: buyWithPermitAbi,
    functionName: "buyWithPermit",
    args: [shares, maxCost, permit.deadline, permit.v, permit.r, permit.s],
  }) as const;

/**
 * Buys shares in their sale with CARD of the sender, with a permit over `maxCost` for the share instead of an
 * allowance. The permit's deadline is the purchase's.
 *
 * @param client - viem client
 * @param args - see {@link BuySharesWithPermitArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: CARD-wei paid
 * @throws RevertError with one of `ShareSoldOut`, `ShareCostAboveLimit`, `ShareDeadlinePassed`, `SharePhaseWrong`,
 * `ShareSalesPaused`, `ERC20InsufficientAllowance`; RequestError if the request fails on its way
 *
 * @example
 * const { result: cost } = await buySharesWithPermit(client, { share, shares: parseShares("10"), maxCost, permit });
 */
export const buySharesWithPermit = (
  client: CardflowClient,
  args: BuySharesWithPermitArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof buyWithPermitAbi, "nonpayable", "buyWithPermit">>> => {
  const call = buySharesWithPermitCall(args);
  return perform(client, call, (data) => decodeFunctionResult({ ...call, data }), buySharesWithPermitReverts, options);
};
