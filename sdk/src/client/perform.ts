import { encodeFunctionData, type Hex } from "viem";
import { call as callContract, getChainId, sendTransaction } from "viem/actions";
import { AccountMissingError, WrongChainError } from "../errors/inputErrors.ts";
import type { RevertEntry } from "../errors/revertEntry.ts";
import { errorFrom } from "../errors/toCardflowError.ts";
import { confirm } from "./confirm.ts";
import type { CardflowClient, ContractCall, Sent, WriteOptions } from "./types.ts";

/** What `send` does, for a call that can end with certain errors only. Every action is this with its own call and its own errors. */
export const perform = async <Result>(
  client: CardflowClient,
  call: ContractCall,
  decode: (data: Hex) => Result,
  reverts: readonly RevertEntry[],
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
    throw errorFrom(cause, reverts);
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
