import type { Hex } from "viem";
import { call as callContract, sendTransaction } from "viem/actions";
import type { RevertEntry } from "../errors/revertEntry.ts";
import { errorFrom, unconfirmed } from "../errors/toCardflowError.ts";
import { accountOf } from "./account.ts";
import { confirm } from "./confirm.ts";
import { encodeCall } from "./encodeCall.ts";
import { requireChain } from "./requireChain.ts";
import type { CardflowClient, ContractCall, Sent, WriteOptions } from "./types.ts";

/** What `send` does, for a call that can end with certain errors only. Every action is this with its own call and its own errors. */
export const perform = async <Result>(
  client: CardflowClient,
  call: ContractCall,
  decode: (data: Hex) => Result,
  reverts: readonly RevertEntry[],
  { account: given, wait = false }: WriteOptions = {},
  { chainId }: { readonly chainId?: number | undefined } = {},
): Promise<Sent<Result>> => {
  const account = accountOf(client, given);
  try {
    if (chainId !== undefined) await requireChain(client, chainId);
    const request = { account, to: call.address, data: encodeCall(call) };
    const { data = "0x" } = await callContract(client, request);
    const result = decode(data);
    const hash = await sendTransaction(client, { ...request, chain: client.chain ?? null }).catch((cause: unknown) => {
      throw unconfirmed(errorFrom(cause, reverts));
    });
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
