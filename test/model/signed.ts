import { withdraw } from "./ledger.ts";
import { type Account, require, type State } from "./state.ts";
import { transfer } from "./tokens.ts";

/** What an account allowed by a signature; `signer` is whose key made it. */
export type Withdrawal = {
  readonly account: Account;
  readonly amount: bigint;
  readonly to: Account;
  readonly deadline: bigint;
  readonly nonce: bigint;
};

export const nonceOf = (s: State, account: Account): bigint => s.nonces.get(account) ?? 0n;

/** Anyone may bring it; it counts once, in the order of the account's nonces. */
export function withdrawBySignature(s: State, w: Withdrawal, signer: Account): void {
  require(s.now <= w.deadline, "LedgerSignatureExpired", w.deadline);
  const valid = signer === w.account && w.nonce === nonceOf(s, w.account);
  require(valid, "LedgerSignatureInvalid", w.account);
  s.nonces.set(w.account, w.nonce + 1n);
  withdraw(s, w.account, w.amount, w.to);
}

/** ERC-3009: a transfer of cfUSD by signature, between two seconds and once, in any order. */
export type Authorization = {
  readonly from: Account;
  readonly to: Account;
  readonly value: bigint;
  readonly validAfter: bigint;
  readonly validBefore: bigint;
  readonly nonce: string;
};

function use(s: State, account: Account, nonce: string): void {
  const key = `${account}/${nonce}`;
  require(!s.authorizations.has(key), "ERC3009UsedAuthorization", account, nonce);
  s.authorizations.add(key);
}

/** `receiver` is the caller where only the receiver may bring it. */
export function transferByAuthorization(s: State, a: Authorization, signer: Account, receiver?: Account): void {
  if (receiver !== undefined) require(a.to === receiver, "ERC20InvalidReceiver", a.to);
  require(signer === a.from, "ERC3009InvalidSignature");
  const inTime = s.now > a.validAfter && s.now < a.validBefore;
  require(inTime, "ERC3009InvalidAuthorizationTime", a.validAfter, a.validBefore);
  use(s, a.from, a.nonce);
  transfer(s.dollar, a.from, a.to, a.value);
}

export function cancelAuthorization(s: State, account: Account, nonce: string, signer: Account): void {
  require(signer === account, "ERC3009InvalidSignature");
  use(s, account, nonce);
}
