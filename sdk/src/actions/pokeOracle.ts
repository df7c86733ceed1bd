import { type ContractFunctionReturnType, decodeFunctionResult } from "viem";
import { pokeAbi } from "../abis/priceOracle.ts";
import { perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { pokeOracleReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link pokeOracle}. */
export type PokeOracleArgs = At<"priceOracle">;

/**
 * The call of {@link pokeOracle} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link PokeOracleArgs}
 *
 * @example
 * const call = pokeOracleCall({ deployment });
 */
export const pokeOracleCall = ({ deployment }: PokeOracleArgs) =>
  ({ address: deployment.addresses.priceOracle, abi: pokeAbi, functionName: "poke", args: [] }) as const;

/**
 * Looks at the price sources, moves the slow price and records whether a source fails. Open to anyone.
 *
 * @param client - viem client
 * @param args - see {@link PokeOracleArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: the reading: prices (1e18 dollars per CARD), health as the number of its member
 * @throws RevertError with one of `OracleGasTooLow`; RequestError if the request fails on its way
 *
 * @example
 * const { result: reading } = await pokeOracle(client, { deployment });
 */
export const pokeOracle = (
  client: CardflowClient,
  args: PokeOracleArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof pokeAbi, "nonpayable", "poke">>> => {
  const call = pokeOracleCall(args);
  return perform(
    client,
    call,
    (data) => decodeFunctionResult({ ...call, data }),
    pokeOracleReverts,
    options,
    args.deployment,
  );
};
