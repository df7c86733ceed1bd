import { encodeFunctionData, type Hex } from "viem";
import { call as callContract, getChainId, sendTransaction } from "viem/actions";
import { AccountMissingError, WrongChainError } from "../errors/inputErrors.ts";
import { toCardflowError } from "../errors/toCardflowError.ts";
import { confirm } from "./confirm.ts";
import type { CardflowClient, ContractCall, Sent, WriteOptions } from "./types.ts";

/**
 * Simulates a call, sends it if it would succeed, and waits for it if asked. Every action is this with its own call.
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
export const send = async <Result>(
  client: CardflowClient,
  call: ContractCall,
  decode: (data: Hex) => Result,
  { account = client.account, wait = false }: WriteOptions = {},
  { chainId }: { readonly chainId?: number | undefined } = {},
): Promise<Sent<Result>> => {
  if (account === undefined) throw new AccountMissingError();
  try {
    if (chainId !== undefined) await requireChain(client, chainId);
    const request = { account, to: call.address, data: encodeFunctionData(call) };
    const { data = "0x" } = await callContract(client, request);
    const result = decode(data);
    const hash = await sendTransaction(client, { ...request, chain: client.chain ?? null });
    const receipt = wait === false ? undefined : await confirm(client, hash, wait === true ? 1 : wait);
    return { hash, result, receipt };
  } catch (cause) {
    throw await toCardflowError(cause);
  }
};

/**
 * Reads the result of a function that returns nothing.
 *
 * @example
 * const { hash } = await send(client, pauseMintCall({ deployment, until: 1_763_900_000 }), decodeNothing);
 */
export const decodeNothing = (): undefined => undefined;

const requireChain = async (client: CardflowClient, expected: number): Promise<void> => {
  const actual = client.chain?.id ?? (await getChainId(client));
  if (actual !== expected) throw new WrongChainError(actual, expected);
};
