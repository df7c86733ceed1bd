import { type Account, require, type State } from "./state.ts";
import { transfer } from "./tokens.ts";
import { isSignedBy } from "./wallets.ts";

/** ERC-3009: a transfer of cfUSD by signature, between two seconds and once, in any order. */
export type Authorization = {
  readonly from: Account;
  readonly to: Account;
  readonly value: bigint;
  readonly validAfter: bigint;
  readonly validBefore: bigint;
  readonly nonce: `0x${string}`;
};

function requireUnused(s: State, account: Account, nonce: string): void {
  require(!s.authorizations.has(`${account}/${nonce}`), "ERC3009UsedAuthorization", account, nonce);
}

/** A signature in parts (v, r, s) can only be the account's own key's. */
const isSigned = (s: State, account: Account, signer: Account, inParts: boolean): boolean =>
  inParts ? signer === account : isSignedBy(s, account, signer);

/** `receiver` is the caller where only the receiver may bring it; a signature in parts is looked at before the receiver. */
export function transferByAuthorization(
  s: State,
  a: Authorization,
  signer: Account,
  receiver?: Account,
  inParts = false,
): void {
  const signed = isSigned(s, a.from, signer, inParts);
  if (inParts) require(signed, "ERC3009InvalidSignature");
  if (receiver !== undefined) require(a.to === receiver, "ERC20InvalidReceiver", a.to);
  require(signed, "ERC3009InvalidSignature");
  const inTime = s.now > a.validAfter && s.now < a.validBefore;
  require(inTime, "ERC3009InvalidAuthorizationTime", a.validAfter, a.validBefore);
  requireUnused(s, a.from, a.nonce);
  transfer(s.dollar, a.from, a.to, a.value);
  s.authorizations.add(`${a.from}/${a.nonce}`);
}

export function cancelAuthorization(
  s: State,
  account: Account,
  nonce: string,
  signer: Account,
  inParts: boolean,
): void {
  require(isSigned(s, account, signer, inParts), "ERC3009InvalidSignature");
  requireUnused(s, account, nonce);
  s.authorizations.add(`${account}/${nonce}`);
}
