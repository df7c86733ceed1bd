import { type Address, type Hex, keccak256, type LocalAccount, toBytes } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { CardflowClient } from "../../sdk/src/index.ts";
import type { Chain } from "./chain.ts";

/** Somebody of the story: a name and a key. The key is a function of the name and known to all, for test chains only. */
export type Person = {
  readonly name: string;
  readonly address: Address;
  readonly account: LocalAccount;
  readonly key: Hex;
  readonly client: CardflowClient;
};

/** Makes the person of a name. */
export const personOf = (chain: Chain, name: string): Person => {
  const key = keccak256(toBytes(`cardflow demo: ${name}`));
  const account = privateKeyToAccount(key);
  return { name, address: account.address, account, key, client: chain.clientOf(account) };
};

/** Makes `count` people called `title 1`, `title 2` … */
export const crowdOf = (chain: Chain, title: string, count: number): Person[] =>
  Array.from({ length: count }, (_, index) => personOf(chain, `${title} ${index + 1}`));
