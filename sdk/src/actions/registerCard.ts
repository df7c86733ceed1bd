import { type ContractFunctionReturnType, decodeFunctionResult } from "viem";
import { registerAbi } from "../abis/cardRegistry.ts";
import type { Registration } from "../abis/structs.ts";
import { perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { registerCardReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link registerCard}. */
export type RegisterCardArgs = At<"cardRegistry"> & {
  /** Model, region, host, operator and limits of the card. */
  readonly registration: Registration;
};

/**
 * The call of {@link registerCard} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link RegisterCardArgs}
 *
 * @example
 * const call = registerCardCall({ deployment, registration: { model: 1, region: 2, hostId: 1, operator, floorRate: 0n, longestHours: 0 } });
 */
export const registerCardCall = ({ deployment, registration }: RegisterCardArgs) =>
  ({
    address: deployment.addresses.cardRegistry,
    abi: registerAbi,
    functionName: "register",
    args: [registration],
  }) as const;

/**
 * Registers a card; the sender becomes its owner.
 *
 * @param client - viem client
 * @param args - see {@link RegisterCardArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: the id of the card
 * @throws RevertError with one of `ModelUnknown`, `RegionUnknown`, `EntryPaused`; RequestError if the request fails on
 * its way
 *
 * @example
 * const { result: cardId } = await registerCard(client, { deployment, registration: { model: 1, region: 2, hostId: 1, operator, floorRate: 0n, longestHours: 0 } });
 */
export const registerCard = (
  client: CardflowClient,
  args: RegisterCardArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof registerAbi, "nonpayable", "register">>> => {
  const call = registerCardCall(args);
  return perform(
    client,
    call,
    (data) => decodeFunctionResult({ ...call, data }),
    registerCardReverts,
    options,
    args.deployment,
  );
};
