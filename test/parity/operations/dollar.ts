import * as dollar from "../../model/dollar.ts";
import * as ledger from "../../model/ledger.ts";
import { max, min, ONE } from "../../model/numbers.ts";
import * as oracle from "../../model/oracle.ts";
import type { Account, State } from "../../model/state.ts";
import * as tokens from "../../model/tokens.ts";
import {
  ableOr,
  amountOf,
  deadlineOf,
  FAR,
  type Generator,
  type Kind,
  limitOf,
  MOST_128,
  type Operation,
  operation,
  person,
  receiver,
  type Scene,
} from "./scene.ts";

const openRoom = (s: State): bigint => dollar.status(s).openMint?.room ?? 1_000n * ONE;

const mint: Generator = (scene) => {
  const { s } = scene;
  const from = person(scene);
  const room = openRoom(s);
  const price = max(1n, oracle.peek(s).low);
  const usual = min(tokens.balanceOf(s.token, from), (room * ONE) / price / 2n);
  const tokenIn = amountOf(scene, usual, tokens.balanceOf(s.token, from));
  const minOut = limitOf(scene, 0n);
  const to = receiver(scene, from);
  const deadline = deadlineOf(scene);
  return operation(scene, from, "minter", "mint", [tokenIn, minOut, to, deadline], (m) =>
    dollar.mint(m, from, tokenIn, minOut, to, deadline),
  );
};

const mintExact: Generator = (scene) => {
  const from = person(scene);
  const room = openRoom(scene.s);
  const out = amountOf(scene, room / 3n, room);
  const maxIn = limitOf(scene, MOST_128);
  const to = receiver(scene, from);
  const deadline = deadlineOf(scene);
  return operation(scene, from, "minter", "mintExact", [out, maxIn, to, deadline], (m) =>
    dollar.mintExact(m, from, out, maxIn, to, deadline),
  );
};

/** Dollars for an account's first rents. */
export const mintFor = (scene: Scene, from: Account, out: bigint): Operation =>
  operation(scene, from, "minter", "mintExact", [out, MOST_128, from, FAR], (m) =>
    dollar.mintExact(m, from, out, MOST_128, from, FAR),
  );

const redeem =
  (lane: dollar.Lane): Generator =>
  (scene) => {
    const { s, random } = scene;
    const from = ableOr(scene, (account) =>
      lane === "Open" ? tokens.balanceOf(s.dollar, account) >= ONE : ledger.purseOf(s, account).earned >= ONE,
    );
    const held = tokens.balanceOf(s.dollar, from);
    const most = lane === "Open" ? held : min(held, ledger.purseOf(s, from).earned);
    const dollarIn = max(random.chance(0.9) ? ONE : 0n, amountOf(scene, most / 3n, most));
    const minOut = limitOf(scene, 0n);
    const to = receiver(scene, from);
    const deadline = deadlineOf(scene);
    const name = lane === "Open" ? "redeem" : "redeemEarned";
    return operation(scene, from, "minter", name, [dollarIn, minOut, to, deadline], (m) =>
      dollar.redeem(m, from, lane, dollarIn, minOut, to, deadline),
    );
  };

const recapitalise: Generator = (scene) => {
  const { random, world, s } = scene;
  const large = random.chance(0.2);
  const from = large ? world.treasury : person(scene);
  const amount = large
    ? random.between(1_000_000n, 20_000_000n) * ONE
    : amountOf(scene, 20_000n * ONE, tokens.balanceOf(s.token, from));
  return operation(scene, from, "minter", "recapitalise", [amount], (m) => dollar.recapitalise(m, from, amount));
};

const burnFees: Generator = (scene) =>
  operation(scene, person(scene), "minter", "burnFees", [], (m) => dollar.burnFees(m));

const poke: Generator = (scene) =>
  operation(scene, person(scene), "oracle", "poke", [], (m) => {
    oracle.poke(m);
  });

export const DOLLAR: readonly Kind[] = [
  [5, ["minter.mint/4"], mint],
  [2, ["minter.mintExact/4"], mintExact],
  [5, ["minter.redeem/4"], redeem("Open")],
  [3, ["minter.redeemEarned/4"], redeem("Earned")],
  [0.6, ["minter.recapitalise/1"], recapitalise],
  [2, ["minter.burnFees/0"], burnFees],
  [2, ["oracle.poke/0"], poke],
];
