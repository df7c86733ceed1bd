import { type Account, type Mood, require, type State, type Wallet } from "./state.ts";
import { NOBODY } from "./tokens.ts";

/** Whether the yes of a wallet in such a mood counts: it must come within 150 000 gas, as a word that is the magic value and nothing else. */
const COUNTS: Readonly<Record<Mood, boolean>> = {
  Fair: true,
  Slow: true,
  LongWinded: true,
  Refusing: false,
  Dirty: false,
  Short: false,
  Reverting: false,
  TooSlow: false,
  Burning: false,
};

/** Whether a signature that `signer`'s key made is an account's: its own key's, or one that its code says yes to now (ERC-1271). */
export function isSignedBy(s: State, account: Account, signer: Account): boolean {
  if (signer === NOBODY) return false;
  const wallet = s.wallets.get(account);
  return signer === account || (wallet !== undefined && wallet.key === signer && COUNTS[wallet.mood]);
}

/** ERC-721: a card that is sent safely is for those who take it. */
export function requireTaken(s: State, to: Account): void {
  require(s.wallets.get(to)?.refusesCards !== true, "ERC721InvalidReceiver", to);
}

/** Changes what is behind the wallet of an account. */
export function change(s: State, account: Account, changed: Partial<Wallet>): void {
  const wallet = s.wallets.get(account);
  if (wallet !== undefined) Object.assign(wallet, changed);
}
