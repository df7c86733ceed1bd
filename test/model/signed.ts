import { withdraw } from "./ledger.ts";
import { type Account, require, type State } from "./state.ts";
import { isSignedBy } from "./wallets.ts";

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
  const valid = isSignedBy(s, w.account, signer) && w.nonce === nonceOf(s, w.account);
  require(valid, "LedgerSignatureInvalid", w.account);
  s.nonces.set(w.account, w.nonce + 1n);
  withdraw(s, w.account, w.amount, w.to);
}
