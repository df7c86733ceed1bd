import type { Hex } from "viem";
import * as registry from "../../model/registry.ts";
import { Refusal } from "../../model/state.ts";
import { NOBODY } from "../../model/tokens.ts";
import { type Generator, type Kind, operation, person, requireRole, someCard, ZERO_HASH } from "./scene.ts";

/** A usual rate of a whole card, cfUSD-wei per second. */
export const RATE = 10n ** 15n;

export const register: Generator = (scene) => {
  const { random } = scene;
  const from = person(scene);
  const one = () => ({
    model: random.chance(0.97) ? random.between(0n, 17n) : 200n,
    region: random.chance(0.97) ? random.between(0n, 5n) : 99n,
    hostId: random.between(1n, 2n),
    operator: random.chance(0.9) ? person(scene) : NOBODY,
    floorRate: random.chance(0.7) ? 0n : random.between(1n, RATE / 4n),
    longestHours: random.chance(0.7) ? 0n : random.between(1n, 400n),
  });
  const list = Array.from({ length: Number(random.between(random.chance(0.05) ? 0n : 1n, 3n)) }, one);
  return operation(scene, from, "registry", "registerMany", [list], (m) => registry.registerMany(m, from, list));
};

export const verify: Generator = (scene) => {
  const { random, world, s } = scene;
  const card = someCard(scene, ({ state }) => state === "Registered");
  if (card === undefined) return undefined;
  const taken = [...s.devices.keys()];
  const fresh = `0x${(BigInt(card.id) * 1_000_003n + random.between(1n, 10n ** 30n)).toString(16).padStart(64, "0")}`;
  const device = random.weighted([
    [92, fresh],
    [4, taken.length > 0 ? random.one(taken) : fresh],
    [4, ZERO_HASH],
  ]);
  const from = random.chance(0.97) ? world.verifier : person(scene);
  return operation(scene, from, "registry", "verify", [card.id, device], (m) => {
    requireRole(from, world.verifier);
    registry.verify(m, card.id, device);
  });
};

const setOperator: Generator = (scene) => {
  const { random } = scene;
  const card = someCard(scene);
  if (card === undefined) return undefined;
  const from = random.chance(0.93) ? card.owner : person(scene);
  const operator = random.chance(0.95) ? person(scene) : NOBODY;
  const hostId = random.between(1n, 2n);
  const floor = random.chance(0.6) ? 0n : random.between(1n, RATE / 3n);
  const hours = random.chance(0.6) ? 0n : random.between(1n, 400n);
  return operation(scene, from, "registry", "setOperator", [card.id, operator, hostId, floor, hours], (m) =>
    registry.setOperator(m, from, card.id, operator, hostId, floor, hours),
  );
};

const transferCard: Generator = (scene) => {
  const { random, s } = scene;
  const card = someCard(scene);
  if (card === undefined) return undefined;
  const movers = scene.world.people.filter((one) => card.approved === one || s.movers.has(`${card.owner}>${one}`));
  const from = random.weighted([
    [80, card.owner],
    [13, movers.length > 0 ? random.one(movers) : card.owner],
    [7, person(scene)],
  ]);
  const held = random.chance(0.97) ? card.owner : person(scene);
  const to = random.chance(0.98) ? person(scene) : NOBODY;
  const id = random.chance(0.98) ? card.id : 10_000n;
  const [name, ...data] = random.weighted<readonly ["transferFrom" | "safeTransferFrom", ...Hex[]]>([
    [2, ["transferFrom"]],
    [1, ["safeTransferFrom"]],
    [1, ["safeTransferFrom", "0x1234"]],
  ]);
  return operation(scene, from, "registry", name, [held, to, id, ...data], (m) =>
    registry.transferCard(m, from, held, to, id, name === "safeTransferFrom"),
  );
};

/** Lets others move one card, or all of an owner's. */
const approveCards: Generator = (scene) => {
  const { random, s } = scene;
  const card = someCard(scene);
  if (card === undefined) return undefined;
  const movers = scene.world.people.filter((one) => s.movers.has(`${card.owner}>${one}`));
  const from = random.weighted([
    [80, card.owner],
    [10, movers.length > 0 ? random.one(movers) : card.owner],
    [10, person(scene)],
  ]);
  const to = random.chance(0.9) ? person(scene) : NOBODY;
  if (random.chance(0.5)) {
    const allowed = random.chance(0.7);
    return operation(scene, from, "registry", "setApprovalForAll", [to, allowed], (m) =>
      registry.approveAllCards(m, from, to, allowed),
    );
  }
  const id = random.chance(0.97) ? card.id : 10_000n;
  return operation(scene, from, "registry", "approve", [to, id], (m) => registry.approveCard(m, from, to, id));
};

const retire: Generator = (scene) => {
  const card = someCard(scene);
  if (card === undefined) return undefined;
  const from = scene.random.chance(0.9) ? card.owner : person(scene);
  return operation(scene, from, "registry", "retire", [card.id], (m) => registry.retire(m, from, card.id));
};

const expire: Generator = (scene) => {
  const card = someCard(scene, (one) => one.encumbrance !== undefined);
  if (card === undefined) return undefined;
  const id = scene.random.chance(0.97) ? card.id : 10_000n;
  return operation(scene, person(scene), "registry", "expire", [id], (m) => registry.expire(m, id));
};

const verifyMany: Generator = (scene) => {
  const { random, s, world } = scene;
  const ids = [...s.cards.values()].flatMap(({ id, state }) =>
    state === "Registered" || random.chance(0.03) ? [id] : [],
  );
  if (ids.length === 0) return undefined;
  const devices = ids.map(
    (): Hex =>
      `0x${random
        .between(1n, 10n ** 40n)
        .toString(16)
        .padStart(64, "0")}`,
  );
  if (random.chance(0.05)) devices.pop();
  const from = random.chance(0.95) ? world.verifier : person(scene);
  return operation(scene, from, "registry", "verifyMany", [ids, devices], (m) => {
    requireRole(from, world.verifier);
    if (ids.length !== devices.length)
      throw new Refusal("DeviceArraysDiffer", [BigInt(ids.length), BigInt(devices.length)]);
    for (const [index, id] of ids.entries()) registry.verify(m, id, devices[index] ?? ZERO_HASH);
  });
};

const registerOne: Generator = (scene) => {
  const { random } = scene;
  const from = person(scene);
  const one = {
    model: random.between(0n, 18n),
    region: random.between(0n, 6n),
    hostId: 1n,
    operator: person(scene),
    floorRate: 0n,
    longestHours: random.between(0n, 400n),
  };
  return operation(scene, from, "registry", "register", [one], (m) => registry.registerMany(m, from, [one]));
};

export const CARDS: readonly Kind[] = [
  [1, ["registry.registerMany/1"], register],
  [0.3, ["registry.register/1"], registerOne],
  [1.5, ["registry.verify/2"], verify],
  [0.6, ["registry.verifyMany/2"], verifyMany],
  [1, ["registry.setOperator/5"], setOperator],
  [1.2, ["registry.transferFrom/3", "registry.safeTransferFrom/3", "registry.safeTransferFrom/4"], transferCard],
  [0.6, ["registry.approve/2", "registry.setApprovalForAll/2"], approveCards],
  [0.25, ["registry.retire/1"], retire],
  [1, ["registry.expire/1"], expire],
];
