import { type Address, type ContractFunctionReturnType, decodeFunctionResult } from "viem";
import { redeemAbi } from "../abis/dollarMinter.ts";
import { perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { redeemDollarReverts } from "../errors/actionReverts.ts";
import type { DollarAmount, TokenAmount } from "../money/amounts.ts";

/** Arguments of {@link redeemDollar}. */
export type RedeemDollarArgs = At<"dollarMinter"> & {
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
 * The call of {@link redeemDollar} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link RedeemDollarArgs}
 *
 * @example
 * const call = redeemDollarCall({ deployment, dollarIn: parseDollars("50"), minOut: parseTokens("95"), to: holder, deadline });
 */
export const redeemDollarCall = ({ deployment, dollarIn, minOut, to, deadline }: RedeemDollarArgs) =>
  ({
    address: deployment.addresses.dollarMinter,
    abi: redeemAbi,
    functionName: "redeem",
    args: [dollarIn, minOut, to, deadline],
  }) as const;

/**
 * Burns cfUSD of the sender and re-mints CARD out of the credit, in the open lane.
 *
 * @param client - viem client
 * @param args - see {@link RedeemDollarArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: CARD-wei minted
 * @throws RevertError with one of `OutputTooSmall`, `DeadlinePassed`, `EntryPaused`, `RedeemBelowMinimum`,
 * `RedeemAboveSupply`, `BlindNotRecorded`, `BlindTooShort`, `RedeemOutputZero`, `LaneEmpty`; RequestError if the
 * request fails on its way
 *
 * @example
 * const { result: out } = await redeemDollar(client, { deployment, dollarIn: parseDollars("50"), minOut: parseTokens("95"), to: holder, deadline });
 */
export const redeemDollar = (
  client: CardflowClient,
  args: RedeemDollarArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof redeemAbi, "nonpayable", "redeem">>> => {
  const call = redeemDollarCall(args);
  return perform(
    client,
    call,
    (data) => decodeFunctionResult({ ...call, data }),
    redeemDollarReverts,
    options,
    args.deployment,
  );
};
