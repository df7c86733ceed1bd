import { type Address, type ContractFunctionReturnType, decodeFunctionResult } from "viem";
import { mintExactAbi } from "../abis/dollarMinter.ts";
import { perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { mintDollarExactReverts } from "../errors/actionReverts.ts";
import type { DollarAmount, TokenAmount } from "../money/amounts.ts";

/** Arguments of {@link mintDollarExact}. */
export type MintDollarExactArgs = At<"dollarMinter"> & {
  /** cfUSD-wei to mint. */
  readonly out: DollarAmount;
  /** Most CARD-wei to burn. */
  readonly maxIn: TokenAmount;
  /** Receiver of the cfUSD. */
  readonly to: Address;
  /** Last second (Unix time) at which the call may run. */
  readonly deadline: number;
};

/**
 * The call of {@link mintDollarExact} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link MintDollarExactArgs}
 *
 * @example
 * const call = mintDollarExactCall({ deployment, out: parseDollars("50"), maxIn: parseTokens("120"), to: renter, deadline });
 */
export const mintDollarExactCall = ({ deployment, out, maxIn, to, deadline }: MintDollarExactArgs) =>
  ({
    address: deployment.addresses.dollarMinter,
    abi: mintExactAbi,
    functionName: "mintExact",
    args: [out, maxIn, to, deadline],
  }) as const;

/**
 * Mints an exact amount of cfUSD for the least CARD of the sender that gives it.
 *
 * @param client - viem client
 * @param args - see {@link MintDollarExactArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: CARD-wei burned
 * @throws RevertError with one of `InputTooLarge`, and those of `mintDollar`; RequestError if the request fails on its
 * way
 *
 * @example
 * const { result: tokenIn } = await mintDollarExact(client, { deployment, out: parseDollars("50"), maxIn: parseTokens("120"), to: renter, deadline });
 */
export const mintDollarExact = (
  client: CardflowClient,
  args: MintDollarExactArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof mintExactAbi, "nonpayable", "mintExact">>> => {
  const call = mintDollarExactCall(args);
  return perform(
    client,
    call,
    (data) => decodeFunctionResult({ ...call, data }),
    mintDollarExactReverts,
    options,
    args.deployment,
  );
};
