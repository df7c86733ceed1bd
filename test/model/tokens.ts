import { type Account, require, type Token } from "./state.ts";

export const NOBODY: Account = "0x0000000000000000000000000000000000000000";
export const UNLIMITED = 2n ** 256n - 1n;

export const balanceOf = (token: Token, account: Account): bigint => token.balances.get(account) ?? 0n;

export const allowanceOf = (token: Token, holder: Account, spender: Account): bigint =>
  token.allowances.get(`${holder}>${spender}`) ?? 0n;

export function approve(token: Token, holder: Account, spender: Account, amount: bigint): void {
  token.allowances.set(`${holder}>${spender}`, amount);
}

export function transfer(token: Token, from: Account, to: Account, amount: bigint): void {
  require(to !== NOBODY, "ERC20InvalidReceiver", NOBODY);
  const held = balanceOf(token, from);
  require(held >= amount, "ERC20InsufficientBalance", from, held, amount);
  token.balances.set(from, held - amount);
  token.balances.set(to, balanceOf(token, to) + amount);
}

/** Lowers what `spender` may still take; an unlimited allowance stays. */
export function spend(token: Token, holder: Account, spender: Account, amount: bigint): void {
  const allowed = allowanceOf(token, holder, spender);
  if (allowed === UNLIMITED) return;
  require(allowed >= amount, "ERC20InsufficientAllowance", spender, allowed, amount);
  approve(token, holder, spender, allowed - amount);
}

export function transferFrom(token: Token, spender: Account, from: Account, to: Account, amount: bigint): void {
  spend(token, from, spender, amount);
  transfer(token, from, to, amount);
}

export function create(token: Token, to: Account, amount: bigint): void {
  require(to !== NOBODY, "ERC20InvalidReceiver", NOBODY);
  token.supply += amount;
  token.balances.set(to, balanceOf(token, to) + amount);
}

export function destroy(token: Token, from: Account, amount: bigint): void {
  const held = balanceOf(token, from);
  require(held >= amount, "ERC20InsufficientBalance", from, held, amount);
  token.balances.set(from, held - amount);
  token.supply -= amount;
}
