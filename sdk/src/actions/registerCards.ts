import { type ContractFunctionReturnType, decodeFunctionResult } from "viem";
import { registerManyAbi } from "../abis/cardRegistry.ts";
import type { Registration } from "../abis/structs.ts";
import { perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { registerCardsReverts } from "../errors/actionReverts.ts";

/** Arguments of {@link registerCards}. */
export type RegisterCardsArgs = At<"cardRegistry"> & {
  /** One per card. */
  readonly registrations: readonly Registration[];
};

/**
 * The call of {@link registerCards} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link RegisterCardsArgs}
 *
 * @example
 * const call = registerCardsCall({ deployment, registrations });
 */
export const registerCardsCall = ({ deployment, registrations }: RegisterCardsArgs) =>
  ({
    address: deployment.addresses.cardRegistry,
    abi: registerManyAbi,
    functionName: "registerMany",
    args: [registrations],
  }) as const;

/**
 * Registers many cards of one owner, the sender, in one transaction.
 *
 * @param client - viem client
 * @param args - see {@link RegisterCardsArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction; `result`: the id of the first card; ids are consecutive
 * @throws RevertError with one of `RegistrationEmpty`, `ModelUnknown`, `RegionUnknown`, `EntryPaused`; RequestError if
 * the request fails on its way
 *
 * @example
 * const { result: firstCardId } = await registerCards(client, { deployment, registrations });
 */
export const registerCards = (
  client: CardflowClient,
  args: RegisterCardsArgs,
  options?: WriteOptions,
): Promise<Sent<ContractFunctionReturnType<typeof registerManyAbi, "nonpayable", "registerMany">>> => {
  const call = registerCardsCall(args);
  return perform(
    client,
    call,
    (data) => decodeFunctionResult({ ...call, data }),
    registerCardsReverts,
    options,
    args.deployment,
  );
};
