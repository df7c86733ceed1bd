import type { Account } from "./book.ts";
import { type OrderTable, wordOf } from "./orderTable.ts";

/**
 * Makes the part of the engine that knows makers of orders, by their addresses in any case.
 *
 * @param orders - their orders
 * @example
 * const { accountOf } = createAccounts(orders);
 */
export function createAccounts(orders: OrderTable) {
  /** By lower case, and by one other spelling of each, so that the usual one is found at once and no number of others takes room. */
  const accounts = new Map<string, Account>();
  let count = 0;

  /** The account of an address, made where there is none. */
  function accountOf(address: string): Account {
    const known = accounts.get(address);
    if (known !== undefined) return known;
    const lower = address.toLowerCase();
    const account = accounts.get(lower) ?? create(lower);
    if (!account.isSpelt && address !== lower) {
      account.isSpelt = true;
      accounts.set(address, account);
    }
    return account;
  }

  function create(address: string): Account {
    const index = count;
    count += 1;
    const account = {
      address,
      isSpelt: false,
      index,
      counter: 0n,
      tier: 0,
      orders: { get: (salt: bigint) => wordOf(orders, index, salt) },
      dollars: undefined,
      tokens: undefined,
      hosts: new Map(),
    };
    accounts.set(address, account);
    return account;
  }

  return { accounts, accountOf };
}
