import type { Hex } from "viem";
import { everyRevert } from "../errors/reverts.ts";
import { perform } from "./perform.ts";
import type { CardflowClient, ContractCall, Sent, WriteOptions } from "./types.ts";

/**
 * Simulates a call, sends it if it would succeed, and waits for it if asked.
 *
 * @param client - viem client
 * @param call - what to call, as returned by a `…Call` function
 * @param decode - reads the result out of what the simulation returned
 * @param options - sender, and whether to wait
 * @param deployment - if it names a chain, the client must be on it
 * @returns the transaction's hash and the simulated result
 * @throws RevertError with the contract's reason and its remedy; AccountMissingError; WrongChainError; RequestError
 *
 * @example
 * const { hash } = await send(client, retireCardCall({ deployment, cardId: 7n }), decodeNothing);
 */
export const send = <Result>(
  client: CardflowClient,
  call: ContractCall,
  decode: (data: Hex) => Result,
  options?: WriteOptions,
  deployment?: { readonly chainId?: number | undefined },
): Promise<Sent<Result>> => perform(client, call, decode, everyRevert, options, deployment);
