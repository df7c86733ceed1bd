import { type Address, type Hex, keccak256, toBytes } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";

/** Who acts on a test chain: those of the market, and those who hold the deployment's roles. */
export const testAccountNames = [
  "owner",
  "operator",
  "renter",
  "investor",
  "matcher",
  "treasury",
  "timelock",
  "guardian",
  "verifier",
] as const;

/** Name of an account of the test chain. */
export type TestAccountName = (typeof testAccountNames)[number];

/** An account of the test chain. Its key is a function of its name and known to all. */
export type TestAccount = {
  readonly name: string;
  readonly address: Address;
  readonly key: Hex;
  /** Signs with the key. */
  readonly account: PrivateKeyAccount;
};

/**
 * The account of a name: its key is the hash of the name, so it is the same on every machine, and worth nothing elsewhere.
 *
 * @param name - any name; those of {@link testAccountNames} are funded
 *
 * @example
 * testAccount("verifier").address; // "0x908023DDE410AAbDbf10872417a5DCD5Cd01fa99"
 */
export const testAccount = (name: string): TestAccount => {
  const key = keccak256(toBytes(`cardflow demo: ${name}`));
  const account = privateKeyToAccount(key);
  return { name, key, address: account.address, account };
};
