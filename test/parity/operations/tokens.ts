import { min, ONE } from "../../model/numbers.ts";
import type { Account } from "../../model/state.ts";
import * as tokens from "../../model/tokens.ts";
import {
  ANY_256,
  amountOf,
  type Generator,
  type Kind,
  type Operation,
  operation,
  person,
  receiver,
  type Scene,
} from "./scene.ts";

const transferToken: Generator = (scene) => {
  const { random, s, world } = scene;
  const which = random.one(["token", "dollar"] as const);
  const from = which === "token" && random.chance(0.3) ? world.treasury : person(scene);
  const held = tokens.balanceOf(s[which], from);
  const amount = amountOf(scene, min(held, 100_000n * ONE), held, 2n ** 256n - 1n);
  const to = receiver(scene, person(scene));
  return operation(scene, from, which, "transfer", [to, amount], (m) => tokens.transfer(m[which], from, to, amount));
};

export const approveAll = (
  scene: Scene,
  from: Account,
  which: "token" | "dollar",
  spender: Account,
  amount: bigint,
): Operation =>
  operation(scene, from, which, "approve", [spender, amount], (m) => tokens.approve(m[which], from, spender, amount));

const approve: Generator = (scene) => {
  const { random, world } = scene;
  const { minter, ledger: ledgerContract, supplierStaking, renterStaking } = world.contracts;
  const [which, spender] = random.one([
    ["token", minter.address],
    ["token", supplierStaking.address],
    ["token", renterStaking.address],
    ["dollar", ledgerContract.address],
  ] as const);
  const amount = random.chance(0.7) ? tokens.UNLIMITED : random.between(0n, 200n * ONE);
  return approveAll(scene, person(scene), which, spender, amount);
};

const burnTokens: Generator = (scene) => {
  const from = person(scene);
  const held = tokens.balanceOf(scene.s.token, from);
  const amount = amountOf(scene, held / 1_000n, held, ANY_256);
  if (amount === held) return undefined;
  return operation(scene, from, "token", "burn", [amount], (m) => {
    tokens.destroy(m.token, from, amount);
    m.burned += amount;
  });
};

const spendTokens: Generator = (scene) => {
  const { random, s } = scene;
  const which = random.one(["token", "dollar"] as const);
  const [spender, from] = [person(scene), person(scene)];
  const held = tokens.balanceOf(s[which], from);
  const amount = amountOf(scene, min(held, 1_000n * ONE), held, ANY_256);
  if (tokens.allowanceOf(s[which], from, spender) === 0n && random.chance(0.7))
    return operation(scene, from, which, "approve", [spender, amount], (m) =>
      tokens.approve(m[which], from, spender, amount),
    );
  if (which === "token" && random.chance(0.3))
    return operation(scene, spender, which, "burnFrom", [from, amount], (m) => {
      tokens.spend(m.token, from, spender, amount);
      tokens.destroy(m.token, from, amount);
      m.burned += amount;
    });
  const to = receiver(scene, person(scene));
  return operation(scene, spender, which, "transferFrom", [from, to, amount], (m) =>
    tokens.transferFrom(m[which], spender, from, to, amount),
  );
};

export const TOKENS: readonly Kind[] = [
  [2, ["token.transfer/2", "dollar.transfer/2"], transferToken],
  [1, ["token.approve/2", "dollar.approve/2"], approve],
  [0.5, ["token.burn/1"], burnTokens],
  [
    2,
    ["token.approve/2", "dollar.approve/2", "token.burnFrom/2", "token.transferFrom/3", "dollar.transferFrom/3"],
    spendTokens,
  ],
];
