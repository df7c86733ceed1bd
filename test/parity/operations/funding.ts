import { type Hex, size, slice } from "viem";
import { encodeFunding } from "../../../sdk/src/funding/encodeFunding.ts";
import type { Authorization } from "../../model/authorizations.ts";
import type { Funding } from "../../model/funding.ts";
import { DAY, max, ONE } from "../../model/numbers.ts";
import type { Account } from "../../model/state.ts";
import * as tokens from "../../model/tokens.ts";
import { signAuthorization, signPermit } from "../signing.ts";
import { ANY_256, MOST_128, person, type Scene, signerFor, ZERO_HASH } from "./scene.ts";

export type WrittenPermit = { readonly permit: tokens.Permit; readonly signer: Account; readonly signature: Hex };

/** A permit of CARD, cfUSD or a share; mostly as it should be, now and then with another's key, too late or out of order. */
export async function writePermit(
  scene: Scene,
  which: "token" | "dollar" | Account,
  owner: Account,
  spender: Account,
  value: bigint,
  deadline = scene.random.chance(0.95) ? scene.s.now + scene.random.between(0n, DAY) : scene.s.now - 1n,
): Promise<WrittenPermit> {
  const { world, s, memory, random } = scene;
  const share = which === "token" || which === "dollar" ? undefined : s.shares.get(which);
  const nonce = tokens.nonceOf(share ?? (which === "token" ? s.token : s.dollar), owner);
  const permit = { owner, spender, value, nonce: random.chance(0.95) ? nonce : nonce + 1n, deadline };
  const signer = signerFor(scene, owner, 0.95);
  const contract = which === "token" || which === "dollar" ? which : "share";
  const address = share === undefined ? undefined : memory.shareAddresses.get(share.id);
  return { permit, signer, signature: await signPermit(world, contract, permit, signer, address) };
}

/** An ERC-3009 authorization to be brought by anybody, or by its receiver alone. */
export async function writeAuthorization(
  scene: Scene,
  from: Account,
  to: Account,
  value: bigint,
  receives: boolean,
): Promise<{ readonly authorization: Authorization; readonly signer: Account; readonly signature: Hex }> {
  const { world, s, random } = scene;
  const authorization = {
    from,
    to,
    value,
    validAfter: random.chance(0.95) ? s.now - random.between(1n, DAY) : s.now,
    validBefore: random.chance(0.95) ? s.now + random.between(1n, DAY) : s.now,
    nonce: nonceIn(random.between(0n, 40n)),
  };
  const signer = signerFor(scene, from, 0.95);
  return { authorization, signer, signature: await signAuthorization(world, authorization, signer, receives) };
}

export const nonceIn = (number: bigint): Hex => `0x${number.toString(16).padStart(64, "0")}`;

/** The bytes of a call, and what they are to the model. */
export type WrittenFunding = { readonly bytes: Hex; readonly funding: Funding | undefined };

const NONE: WrittenFunding = { bytes: "0x", funding: undefined };

/** What a payer brings along with a payment of about `due`: mostly nothing, and mostly something where its allowance is too low. */
export async function writeFunding(
  scene: Scene,
  payer: Account,
  payInToken: boolean,
  due: bigint,
): Promise<WrittenFunding> {
  const { s, random } = scene;
  const { ledger, minter } = s.at;
  const which = payInToken ? "token" : "dollar";
  const short = tokens.allowanceOf(s[which], payer, payInToken ? minter : ledger) < due;
  if (!random.chance(short ? 0.75 : 0.12)) return NONE;
  const kind = random.weighted<"Permit" | "Authorization" | "Malformed">([
    [60, "Permit"],
    [payInToken ? 3 : 40, "Authorization"],
    [3, "Malformed"],
  ]);
  if (kind === "Authorization") return authorizationBytes(scene, payer, due);
  const written = await permitBytes(scene, payer, random.chance(0.95) === payInToken ? "token" : "dollar");
  return kind === "Permit" ? written : malformed(scene, written.bytes);
}

async function permitBytes(scene: Scene, payer: Account, which: "token" | "dollar"): Promise<WrittenFunding> {
  const { s, random } = scene;
  const right = which === "token" ? s.at.minter : s.at.ledger;
  const spender = random.chance(0.97) ? right : random.one([s.at.minter, s.at.ledger, person(scene)]);
  const owner = random.chance(0.97) ? payer : person(scene);
  const value = random.weighted([
    [60, MOST_128],
    [30, random.between(1n, 1_000n * ONE)],
    [10, ANY_256],
  ]);
  const { permit, signer, signature } = await writePermit(scene, which, owner, spender, value);
  const length = random.chance(0.97) ? 65 : 64;
  const bytes = encodeFunding({
    kind: "Permit",
    value,
    validAfter: 0n,
    validBefore: permit.deadline,
    nonce: ZERO_HASH,
    signature: slice(signature, 0, length),
  });
  return { bytes, funding: { kind: "Permit", of: which, permit, signer, length: BigInt(length) } };
}

async function authorizationBytes(scene: Scene, payer: Account, due: bigint): Promise<WrittenFunding> {
  const { s, random } = scene;
  const from = random.chance(0.97) ? payer : person(scene);
  const to = random.chance(0.97) ? s.at.ledger : person(scene);
  const value = random.weighted([
    [40, due],
    [30, random.between(1n, max(1n, 2n * due))],
    [30, random.between(1n, max(1n, tokens.balanceOf(s.dollar, from)))],
  ]);
  const written = await writeAuthorization(scene, from, to, value, true);
  const { authorization, signer, signature } = written;
  const bytes = encodeFunding({ kind: "Authorization", ...authorization, signature });
  return { bytes, funding: { kind: "Authorization", authorization, signer, length: BigInt(size(signature)) } };
}

/** Good bytes cut short, or noise. */
function malformed({ random }: Scene, good: Hex): WrittenFunding {
  const bytes = random.chance(0.5) ? slice(good, 0, 32 * 7) : nonceIn(random.between(1n, ANY_256));
  return { bytes, funding: { kind: "Malformed", length: BigInt(size(bytes)) } };
}
