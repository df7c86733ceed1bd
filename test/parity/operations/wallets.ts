import { MOODS, type Mood, type State } from "../../model/state.ts";
import * as wallets from "../../model/wallets.ts";
import { dataOf } from "../chain.ts";
import { hasOnlyCode, type World } from "../world.ts";
import { type Generator, type Kind, keyOf, type Operation, operation } from "./scene.ts";

/** The transaction that an operation is: what a wallet does, its key has it do. */
export function transactionOf(world: World, s: State, { from, call }: Operation): Pick<Operation, "from" | "call"> {
  const wallet = s.wallets.get(from);
  if (wallet === undefined || !hasOnlyCode(world, from)) return { from, call };
  const { abi } = world.contracts.wallet;
  return { from: wallet.key, call: { to: from, abi, name: "perform", args: [call.to, dataOf(call)] } };
}

/** Puts another key behind a wallet: what the old one signed counts no longer, and what the new one did counts again. */
const rotate: Generator = (scene) => {
  const { random, s, world } = scene;
  const account = random.one([...s.wallets.keys()]);
  const key = random.one(world.keys);
  return operation(scene, keyOf(scene, account), account, "rotate", [key], (m) => wallets.change(m, account, { key }));
};

/** Lets a wallet answer otherwise; one that is not as it should be is so again soon, so that its orders fill. */
const behave: Generator = (scene) => {
  const { random, s } = scene;
  const [account, { mood: before }] = random.one([...s.wallets]);
  const mood: Mood = before !== "Fair" && random.chance(0.6) ? "Fair" : random.one(MOODS);
  const refusesCards = random.chance(0.3);
  const args = [MOODS.indexOf(mood), refusesCards];
  return operation(scene, keyOf(scene, account), account, "behave", args, (m) =>
    wallets.change(m, account, { mood, refusesCards }),
  );
};

export const WALLETS: readonly Kind[] = [
  [1, ["wallet.rotate/1"], rotate],
  [3, ["wallet.behave/2"], behave],
];
