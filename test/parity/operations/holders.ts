import * as shares from "../../model/shares.ts";
import type { Account, Share } from "../../model/state.ts";
import * as tokens from "../../model/tokens.ts";
import { someShare } from "./sales.ts";
import { ANY_256, amountOf, type Generator, type Kind, operation, person, receiver, type Scene } from "./scene.ts";

const holderOf = ({ random, world }: Scene, share: Share): Account => {
  const held = world.people.filter((account) => shares.balanceOf(share, account) > 0n);
  return held.length > 0 && random.chance(0.9) ? random.one(held) : random.one(world.people);
};

const transferShares: Generator = (scene) => {
  const { random } = scene;
  const share = someShare(scene, random.chance(0.9) ? "Running" : "Over");
  if (share === undefined) return undefined;
  const from = holderOf(scene, share);
  const to = receiver(scene, person(scene));
  const can = shares.movable(share, from);
  const amount = amountOf(scene, can / 2n, can, ANY_256);
  return operation(scene, from, share.id, "transfer", [to, amount], (m) =>
    shares.transferShares(m, from, share.id, to, amount),
  );
};

const claim: Generator = (scene) => {
  const { random, memory, s } = scene;
  const share = someShare(scene, random.chance(0.8) ? "Running" : "Over");
  if (share === undefined) return undefined;
  const from = holderOf(scene, share);
  const way = random.one(["claim", "claimFor", "claimMany"] as const);
  if (way === "claim") {
    return operation(scene, from, share.id, "claim", [], (m) => shares.claim(m, share.id, from, true));
  }
  if (way === "claimFor") {
    return operation(scene, person(scene), share.id, "claimFor", [from], (m) => shares.claim(m, share.id, from, false));
  }
  const ids = [...s.shares.keys()].filter((id) => id === share.id || random.chance(0.4));
  const addresses = ids.map((id) => memory.shareAddresses.get(id));
  return operation(scene, from, "shareFactory", "claimMany", [addresses], (m) => shares.claimMany(m, from, ids));
};

const releaseProceeds: Generator = (scene) => {
  const share = someShare(scene, scene.random.chance(0.7) ? "Running" : "Over");
  if (share === undefined) return undefined;
  return operation(scene, person(scene), share.id, "release", [], (m) => shares.release(m, share.id));
};

const handIn: Generator = (scene) => {
  const share = someShare(scene, "Over");
  if (share === undefined) return undefined;
  const from = holderOf(scene, share);
  const can = shares.movable(share, from);
  const amount = amountOf(scene, can / 2n, can, ANY_256);
  return operation(scene, from, share.id, "handIn", [amount], (m) => shares.handIn(m, from, share.id, amount));
};

/** Lets another spend shares, or spends those of another. */
const spendShares: Generator = (scene) => {
  const { random } = scene;
  const share = someShare(scene, random.chance(0.9) ? "Running" : "Over");
  if (share === undefined) return undefined;
  const holder = holderOf(scene, share);
  const spenders = scene.world.people.filter((one) => tokens.allowanceOf(share, holder, one) > 0n);
  const can = shares.movable(share, holder);
  const amount = amountOf(scene, can / 2n, can, ANY_256);
  if (spenders.length === 0 || random.chance(0.4)) {
    const spender = receiver(scene, person(scene));
    const allowed = random.chance(0.8) ? amount : ANY_256;
    return operation(scene, holder, share.id, "approve", [spender, allowed], (m) =>
      tokens.approve(shares.shareBy(m, share.id), holder, spender, allowed),
    );
  }
  const spender = random.chance(0.9) ? random.one(spenders) : person(scene);
  const to = receiver(scene, spender);
  return operation(scene, spender, share.id, "transferFrom", [holder, to, amount], (m) =>
    shares.transferSharesFrom(m, spender, share.id, holder, to, amount),
  );
};

export const HOLDERS: readonly Kind[] = [
  [4, ["share.transfer/2"], transferShares],
  [1.5, ["share.approve/2", "share.transferFrom/3"], spendShares],
  [5, ["share.claim/0", "share.claimFor/1", "shareFactory.claimMany/1"], claim],
  [2, ["share.release/0"], releaseProceeds],
  [2.5, ["share.handIn/1"], handIn],
];
