import type { Hex } from "viem";
import * as authorizations from "../../model/authorizations.ts";
import * as ledger from "../../model/ledger.ts";
import { DAY, ONE } from "../../model/numbers.ts";
import * as signed from "../../model/signed.ts";
import type { Account } from "../../model/state.ts";
import * as tokens from "../../model/tokens.ts";
import { partsOf, signCancellation, signWithdrawal } from "../signing.ts";
import { nonceIn, writeAuthorization, writePermit } from "./funding.ts";
import {
  ANY_256,
  ableOr,
  amountOf,
  type Generator,
  type Kind,
  operation,
  person,
  receiver,
  type Scene,
  signerFor,
} from "./scene.ts";

const withdrawBySignature: Generator = async (scene) => {
  const { random, s, world } = scene;
  const account = ableOr(scene, (one) => ledger.purseOf(s, one).balance > 0n, 1);
  const { balance } = ledger.purseOf(s, account);
  const withdrawal = {
    account,
    amount: amountOf(scene, balance / 4n, balance, ANY_256),
    to: receiver(scene, account),
    deadline: random.chance(0.95) ? s.now + random.between(0n, DAY) : s.now - 1n,
    nonce: random.chance(0.93) ? signed.nonceOf(s, account) : random.between(0n, 3n),
  };
  const signer = signerFor(scene, account, 0.95);
  const signature = await signWithdrawal(world, withdrawal, signer);
  const { amount, to, deadline } = withdrawal;
  const args = [account, amount, to, deadline, signature];
  return operation(scene, person(scene), "ledger", "withdrawBySignature", args, (m) =>
    signed.withdrawBySignature(m, withdrawal, signer),
  );
};

/** A signature as a contract takes it: in bytes, or as v, r and s. */
const formOf = ({ random }: Scene, signature: Hex): readonly unknown[] =>
  random.chance(0.5) ? [signature] : partsOf(signature);

const authorize: Generator = async (scene) => {
  const { random, s } = scene;
  const from = ableOr(scene, (one) => tokens.balanceOf(s.dollar, one) > 0n, 1);
  const held = tokens.balanceOf(s.dollar, from);
  const receives = random.chance(0.5);
  const to = receiver(scene, person(scene));
  const caller = random.chance(0.9) && to !== tokens.NOBODY ? to : person(scene);
  const amount = amountOf(scene, held / 4n, held, ANY_256);
  const { authorization, signer, signature } = await writeAuthorization(scene, from, to, amount, receives);
  const { value, validAfter, validBefore, nonce } = authorization;
  const name = receives ? "receiveWithAuthorization" : "transferWithAuthorization";
  const form = formOf(scene, signature);
  const args = [from, to, value, validAfter, validBefore, nonce, ...form];
  return operation(scene, caller, "dollar", name, args, (m) =>
    authorizations.transferByAuthorization(m, authorization, signer, receives ? caller : undefined, form.length > 1),
  );
};

const cancelAuthorization: Generator = async (scene) => {
  const { random, world } = scene;
  const account = person(scene);
  const signer = signerFor(scene, account, 0.9);
  const nonce = nonceIn(random.between(0n, 40n));
  const form = formOf(scene, await signCancellation(world, account, nonce, signer));
  const args = [account, nonce, ...form];
  return operation(scene, person(scene), "dollar", "cancelAuthorization", args, (m) =>
    authorizations.cancelAuthorization(m, account, nonce, signer, form.length > 1),
  );
};

/** A permit of CARD, cfUSD or a share, brought by anybody. */
const permit: Generator = async (scene) => {
  const { random, s } = scene;
  const which = random.one<"token" | "dollar" | Account>(["token", "dollar", ...s.shares.keys()]);
  const { ledger: dollars, minter, supplierStaking, renterStaking } = s.at;
  const spender = random.one([dollars, minter, supplierStaking, renterStaking, person(scene), tokens.NOBODY]);
  const amount = random.chance(0.3) ? ANY_256 : random.between(0n, 2_000n * ONE);
  const written = await writePermit(scene, which, person(scene), spender, amount);
  const { owner, value, deadline } = written.permit;
  const args = [owner, spender, value, deadline, ...partsOf(written.signature)];
  return operation(scene, person(scene), which, "permit", args, (m) => {
    const share = m.shares.get(which === "token" || which === "dollar" ? tokens.NOBODY : which);
    const token = share ?? (which === "token" ? m.token : m.dollar);
    tokens.permit(token, m.now, written.permit, written.signer);
  });
};

const both = (name: string, least: number): string[] => [`dollar.${name}/${least}`, `dollar.${name}/${least + 2}`];

export const SIGNATURES: readonly Kind[] = [
  [2, ["ledger.withdrawBySignature/5"], withdrawBySignature],
  [2.5, [...both("receiveWithAuthorization", 7), ...both("transferWithAuthorization", 7)], authorize],
  [0.5, both("cancelAuthorization", 3), cancelAuthorization],
  [1.5, ["token.permit/7", "dollar.permit/7", "share.permit/7"], permit],
];
