import { type Account, type Allowing, Refusal, require, type Token } from "./state.ts";

export const NOBODY: Account = "0x0000000000000000000000000000000000000000";
export const UNLIMITED = 2n ** 256n - 1n;

export const balanceOf = (token: Token, account: Account): bigint => token.balances.get(account) ?? 0n;

export const allowanceOf = (token: Allowing, holder: Account, spender: Account): bigint =>
  token.allowances.get(`${holder}>${spender}`) ?? 0n;

export function approve(token: Allowing, holder: Account, spender: Account, amount: bigint): void {
  require(spender !== NOBODY, "ERC20InvalidSpender", NOBODY);
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
export function spend(token: Allowing, holder: Account, spender: Account, amount: bigint): void {
  const allowed = allowanceOf(token, holder, spender);
  if (allowed === UNLIMITED) return;
  require(allowed >= amount, "ERC20InsufficientAllowance", spender, allowed, amount);
  approve(token, holder, spender, allowed - amount);
}

/** An ERC-2612 permit as it was signed. */
export type Permit = {
  readonly owner: Account;
  readonly spender: Account;
  readonly value: bigint;
  readonly nonce: bigint;
  readonly deadline: bigint;
};

export const nonceOf = (token: Allowing, account: Account): bigint => token.nonces.get(account) ?? 0n;

/** Anyone may bring it; it counts once, in the order of the owner's nonces. `signer` is whose key made it. */
export function permit(token: Allowing, now: bigint, p: Permit, signer: Account): void {
  require(now <= p.deadline, "ERC2612ExpiredSignature", p.deadline);
  const nonce = nonceOf(token, p.owner);
  const found = p.nonce === nonce ? signer : undefined;
  require(found === p.owner, "ERC2612InvalidSigner", found, p.owner);
  token.nonces.set(p.owner, nonce + 1n);
  approve(token, p.owner, p.spender, p.value);
}

/** A permit that comes with a payment: one that fails is ignored, and the allowance decides. */
export function tryPermit(token: Allowing, now: bigint, p: Permit, signer: Account): void {
  try {
    permit(token, now, p, signer);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
  }
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
