import { type Address, type ContractFunctionReturnType, decodeFunctionResult } from "viem";
import { redeemEarnedAbi } from "../abis/dollarMinter.ts";
import { perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { redeemEarnedReverts } from "../errors/actionReverts.ts";
import type { DollarAmount, TokenAmount } from "../money/amounts.ts";

/** Arguments of {@link redeemEarned}. */
export type RedeemEarnedArgs = At<"dollarMinter"> & {
  /** cfUSD-wei to burn, at least 1e18. */
  readonly dollarIn: DollarAmount;
  /** Least CARD-wei accepted. */
  readonly minOut: TokenAmount;
  /** Receiver of the CARD. */
  readonly to: Address;
  /** Last second (Unix time) at which the call may run. */
  readonly deadline: number;
};

/**
 * The call of {@link redeemEarned} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link RedeemEarnedArgs}
 *
 * @example
 * const call = redeemEarnedCall({ deployment, dollarIn: parseDollars("50"), minOut: parseTokens("95"), to: operator, deadline });
 */
export const redeemEarnedCall = ({ deployment, dollarIn, minOut, to, deadline }: RedeemEarnedArgs) =>
  ({
    address: deployment.addresses.dollarMinter,
    abi: redeemEarnedAbi,
    functionName: "redeemEarned",
    args: [dollarIn, minOut, to, deadline],
  }) as const;

/**
 * Burns cfUSD that the sender has earned and re-mints CARD, in the lane for those who earned: without the base rate.
 *
 * @param client - viem client
 * @param args - see {@link RedeemEarnedArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: CARD-wei minted
 * @throws RevertError with one of `EarnedTooLow`, `LedgerUnset`, and those of `redeemDollar`; RequestError if the
 * request fails on its way
 *
 * @example
 * const { result: out } = await redeemEarned(client, { deployment, dollarIn: parseDollars("50"), minOut: parseTokens("95"), to: operator, deadline });
 */
export const redeemEarned = (
  client: CardflowClient,
  args: RedeemEarnedArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof redeemEarnedAbi, "nonpayable", "redeemEarned">>> => {
  const call = redeemEarnedCall(args);
  return perform(
    client,
    call,
    (data) => decodeFunctionResult({ ...call, data }),
    redeemEarnedReverts,
    options,
    args.deployment,
  );
};
