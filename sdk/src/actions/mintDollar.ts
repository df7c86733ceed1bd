import { type Address, type ContractFunctionReturnType, decodeFunctionResult } from "viem";
import { mintAbi } from "../abis/dollarMinter.ts";
import { perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { mintDollarReverts } from "../errors/actionReverts.ts";
import type { DollarAmount, TokenAmount } from "../money/amounts.ts";

/** Arguments of {@link mintDollar}. */
export type MintDollarArgs = At<"dollarMinter"> & {
  /** CARD-wei to burn. */
  readonly tokenIn: TokenAmount;
  /** Least cfUSD-wei accepted. */
  readonly minOut: DollarAmount;
  /** Receiver of the cfUSD. */
  readonly to: Address;
  /** Last second (Unix time) at which the call may run. */
  readonly deadline: number;
};

/**
 * The call of {@link mintDollar} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link MintDollarArgs}
 *
 * @example
 * const call = mintDollarCall({ deployment, tokenIn: parseTokens("100"), minOut: parseDollars("45"), to: renter, deadline });
 */
export const mintDollarCall = ({ deployment, tokenIn, minOut, to, deadline }: MintDollarArgs) =>
  ({
    address: deployment.addresses.dollarMinter,
    abi: mintAbi,
    functionName: "mint",
    args: [tokenIn, minOut, to, deadline],
  }) as const;

/**
 * Burns CARD of the sender and mints cfUSD for it.
 *
 * @param client - viem client
 * @param args - see {@link MintDollarArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: cfUSD-wei minted
 * @throws RevertError with one of `OutputTooSmall`, `DeadlinePassed`, `EntryPaused`, `MintHaltedInBlind`,
 * `MintHaltedInSkew`, `MintHaltedInRed`, `MintHaltedInOrange`, `MintBelowMinimum`, `CeilingExceeded`, `GateBroken`,
 * `MintBucketEmpty`; RequestError if the request fails on its way
 *
 * @example
 * const { result: out } = await mintDollar(client, { deployment, tokenIn: parseTokens("100"), minOut: parseDollars("45"), to: renter, deadline });
 */
export const mintDollar = (
  client: CardflowClient,
  args: MintDollarArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof mintAbi, "nonpayable", "mint">>> => {
  const call = mintDollarCall(args);
  return perform(
    client,
    call,
    (data) => decodeFunctionResult({ ...call, data }),
    mintDollarReverts,
    options,
    args.deployment,
  );
};
