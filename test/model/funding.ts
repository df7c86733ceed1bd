import { type Authorization, transferByAuthorization } from "./authorizations.ts";
import { type Account, Refusal, require, type State } from "./state.ts";
import { type Permit, tryPermit } from "./tokens.ts";

/** What a payer brings along with a call, as it was signed; `signer` is whose key made it, `length` that of the signature in bytes. */
export type Funding =
  | { readonly kind: "Malformed"; readonly length: bigint }
  | {
      readonly kind: "Permit";
      /** Of which token it was signed. */
      readonly of: "token" | "dollar";
      readonly permit: Permit;
      readonly signer: Account;
      readonly length: bigint;
    }
  | {
      readonly kind: "Authorization";
      readonly authorization: Authorization;
      readonly signer: Account;
      readonly length: bigint;
    };

const SIGNATURE = 65n;

/** A permit of `payer` for `spender`, or nothing if another was signed. */
function bringPermit(s: State, which: "token" | "dollar", payer: Account, spender: Account, funding: Funding): void {
  if (funding.kind !== "Permit") return;
  require(funding.length === SIGNATURE, "FundingUnusable", 0n, funding.length);
  const { of, permit, signer } = funding;
  if (of === which && permit.owner === payer && permit.spender === spender) tryPermit(s[which], s.now, permit, signer);
}

function requireWellFormed(funding: Funding): void {
  if (funding.kind === "Malformed") throw new Refusal("FundingMalformed", [funding.length]);
}

/** For a payment in CARD: only a permit for the minter. */
export function bringTokens(s: State, payer: Account, funding: Funding | undefined): void {
  if (funding === undefined) return;
  requireWellFormed(funding);
  if (funding.kind === "Authorization") throw new Refusal("FundingUnusable", [1n, funding.length]);
  bringPermit(s, "token", payer, s.at.minter, funding);
}

/** For a payment in cfUSD: a permit for the ledger, or an authorization to it, of which the received dollars are told. */
export function bringDollars(s: State, payer: Account, funding: Funding | undefined): bigint {
  if (funding === undefined) return 0n;
  requireWellFormed(funding);
  bringPermit(s, "dollar", payer, s.at.ledger, funding);
  if (funding.kind !== "Authorization") return 0n;
  const { authorization, signer } = funding;
  if (authorization.from !== payer || authorization.to !== s.at.ledger) return 0n;
  try {
    transferByAuthorization(s, authorization, signer, s.at.ledger);
    return authorization.value;
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return 0n;
  }
}
