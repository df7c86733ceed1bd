import { max, ONE } from "../../model/numbers.ts";
import * as renters from "../../model/renters.ts";
import * as staking from "../../model/staking.ts";
import type { Account } from "../../model/state.ts";
import * as tokens from "../../model/tokens.ts";
import { partsOf } from "../signing.ts";
import { writePermit } from "./funding.ts";
import {
  ANY_256,
  addressIn,
  amountOf,
  type Generator,
  type Kind,
  operation,
  person,
  receiver,
  type Scene,
  someCard,
} from "./scene.ts";

type Stake = { readonly from: Account; readonly cardId: bigint; readonly amount: bigint };

function someStake(scene: Scene): Stake | undefined {
  const { random, s } = scene;
  const card = someCard(scene, (one) => one.state === "Verified" && one.operator !== tokens.NOBODY);
  if (card === undefined) return undefined;
  const from = random.chance(0.9) && card.operator !== tokens.NOBODY ? card.operator : person(scene);
  const minimum = (staking.minimumBondOf(s, card) * ONE) / s.bondPrice;
  const amount = random.chance(0.8)
    ? (minimum * random.between(60n, 400n)) / 100n
    : amountOf(scene, 2n * minimum, tokens.balanceOf(s.token, from), ANY_256);
  return { from, cardId: card.id, amount };
}

export const stakeBond: Generator = (scene) => {
  const stake = someStake(scene);
  if (stake === undefined) return undefined;
  const { from, cardId, amount } = stake;
  return operation(scene, from, "supplierStaking", "stake", [cardId, amount], (m) =>
    staking.stake(m, from, cardId, amount),
  );
};

/** A permit of CARD for a staking contract. */
const permitFor = async (scene: Scene, from: Account, spender: Account, amount: bigint) => {
  const { permit, signer, signature } = await writePermit(scene, "token", from, spender, amount);
  return { args: [permit.deadline, ...partsOf(signature)], permit, signer };
};

const stakeBondWithPermit: Generator = async (scene) => {
  const stake = someStake(scene);
  if (stake === undefined) return undefined;
  const { from, cardId, amount } = stake;
  const { args, permit, signer } = await permitFor(scene, from, scene.s.at.supplierStaking, amount);
  return operation(scene, from, "supplierStaking", "stakeWithPermit", [cardId, amount, ...args], (m) => {
    tokens.tryPermit(m.token, m.now, permit, signer);
    staking.stake(m, from, cardId, amount);
  });
};

const someBond = ({ random, s }: Scene, good: (key: string) => boolean) => {
  const keys = [...s.bonds.keys()].filter(good);
  if (keys.length === 0) return undefined;
  const [id, operator] = random.one(keys).split("/");
  return { cardId: BigInt(id ?? 0), operator: addressIn(operator) };
};

const requestBond: Generator = (scene) => {
  const { s } = scene;
  const bond = someBond(scene, () => true);
  if (bond === undefined) return undefined;
  const { active } = staking.bondOf(s, bond.cardId, bond.operator);
  const amount = amountOf(scene, active / 3n, active, ANY_256);
  return operation(scene, bond.operator, "supplierStaking", "requestUnstake", [bond.cardId, amount], (m) =>
    staking.requestUnstake(m, bond.operator, bond.cardId, amount),
  );
};

const withdrawBond: Generator = (scene) => {
  const { s, random } = scene;
  const ready = (key: string) => {
    const bond = s.bonds.get(key);
    return bond !== undefined && bond.thawing > 0n && (bond.thawedAt <= s.now || random.chance(0.1));
  };
  const bond = someBond(scene, ready) ?? someBond(scene, () => random.chance(0.05));
  if (bond === undefined) return undefined;
  const to = receiver(scene, bond.operator);
  return operation(scene, bond.operator, "supplierStaking", "withdraw", [bond.cardId, to], (m) =>
    staking.withdraw(m, bond.operator, bond.cardId, to),
  );
};

const refreshBondPrice: Generator = (scene) =>
  operation(scene, person(scene), "supplierStaking", "refreshPrice", [], (m) => staking.refreshPrice(m));

const renterStakeOf = (scene: Scene, from: Account): bigint => {
  const { random, s } = scene;
  const usual = (random.one([1_000n, 3_000n, 12_000n, 120_000n]) * ONE * ONE) / max(1n, s.oracle.slow);
  return amountOf(scene, usual, tokens.balanceOf(s.token, from), ANY_256);
};

const stakeRenter: Generator = (scene) => {
  const from = person(scene);
  const amount = renterStakeOf(scene, from);
  return operation(scene, from, "renterStaking", "stake", [amount], (m) => renters.stake(m, from, amount));
};

const stakeRenterWithPermit: Generator = async (scene) => {
  const from = person(scene);
  const amount = renterStakeOf(scene, from);
  const { args, permit, signer } = await permitFor(scene, from, scene.s.at.renterStaking, amount);
  return operation(scene, from, "renterStaking", "stakeWithPermit", [amount, ...args], (m) => {
    tokens.tryPermit(m.token, m.now, permit, signer);
    renters.stake(m, from, amount);
  });
};

const someRenter = (scene: Scene): Account => {
  const staked = [...scene.s.renters.keys()];
  return staked.length > 0 && scene.random.chance(0.95) ? scene.random.one(staked) : person(scene);
};

const requestRenter: Generator = (scene) => {
  const from = someRenter(scene);
  const { active, pending } = renters.stakeOf(scene.s, from);
  const amount = amountOf(scene, (active + pending) / 3n, active + pending, ANY_256);
  return operation(scene, from, "renterStaking", "requestUnstake", [amount], (m) =>
    renters.requestUnstake(m, from, amount),
  );
};

const withdrawRenter: Generator = (scene) => {
  const from = someRenter(scene);
  const to = receiver(scene, from);
  return operation(scene, from, "renterStaking", "withdraw", [to], (m) => renters.withdraw(m, from, to));
};

const refreshRenter: Generator = (scene) => {
  const renter = someRenter(scene);
  const from = scene.random.chance(0.6) ? renter : person(scene);
  return operation(scene, from, "renterStaking", "refresh", [renter], (m) => renters.refresh(m, from, renter));
};

const stakeMany: Generator = (scene) => {
  const { random, s } = scene;
  const from = person(scene);
  const ids = [...s.cards.keys()].filter(() => random.chance(0.3));
  const amounts = ids.map(() => (random.chance(0.95) ? random.between(1n, 20_000n) * ONE : 0n));
  if (random.chance(0.05)) amounts.push(ONE);
  return operation(scene, from, "supplierStaking", "stakeMany", [ids, amounts], (m) =>
    staking.stakeMany(m, from, ids, amounts),
  );
};

/** Takes from a bond: mostly by the slasher, a part of it. */
const slash: Generator = (scene) => {
  const { s, random, world } = scene;
  const bond = someBond(scene, () => true);
  if (bond === undefined) return undefined;
  const { cardId, operator } = bond;
  const { active, thawing } = staking.bondOf(s, cardId, operator);
  const held = active + thawing;
  const amount = amountOf(scene, held / 5n, held, ANY_256);
  const victim = random.chance(0.8) ? person(scene) : tokens.NOBODY;
  const loss = random.chance(0.95) ? random.between(0n, 2n * amount) : ANY_256;
  const finder = random.chance(0.8) ? person(scene) : tokens.NOBODY;
  const from = random.chance(0.93) ? world.slasher : person(scene);
  const args = [cardId, operator, amount, victim, loss, finder];
  return operation(scene, from, "supplierStaking", "slash", args, (m) =>
    staking.slash(m, from, cardId, operator, amount, victim, loss, finder),
  );
};

export const STAKES: readonly Kind[] = [
  [5, ["supplierStaking.stake/2"], stakeBond],
  [1.5, ["supplierStaking.stakeWithPermit/6"], stakeBondWithPermit],
  [1, ["supplierStaking.stakeMany/2"], stakeMany],
  [1.5, ["supplierStaking.requestUnstake/2"], requestBond],
  [1.5, ["supplierStaking.withdraw/2"], withdrawBond],
  [1.5, ["supplierStaking.refreshPrice/0"], refreshBondPrice],
  [1, ["supplierStaking.slash/6"], slash],
  [2, ["renterStaking.stake/1"], stakeRenter],
  [1, ["renterStaking.stakeWithPermit/5"], stakeRenterWithPermit],
  [1, ["renterStaking.requestUnstake/1"], requestRenter],
  [1, ["renterStaking.withdraw/1"], withdrawRenter],
  [2, ["renterStaking.refresh/1"], refreshRenter],
];
