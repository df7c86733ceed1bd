import * as dollar from "../../model/dollar.ts";
import * as market from "../../model/market.ts";
import { DAY, HOUR, ONE } from "../../model/numbers.ts";
import { pause } from "../../model/pauses.ts";
import * as registry from "../../model/registry.ts";
import type { PauseKind } from "../../model/state.ts";
import type { ContractName } from "../world.ts";
import { type Generator, type Kind, operation, person, requireRole } from "./scene.ts";

const setMinterParameters: Generator = (scene) => {
  const { random, world, s } = scene;
  const wild = random.chance(0.25);
  const some = (least: bigint, most: bigint) =>
    wild && random.chance(0.2) ? random.between(0n, 2n * most) : random.between(least, most);
  const p = {
    feeBps: some(25n, 200n),
    gateBps: some(11_000n, 20_000n),
    ceilingBps: some(100n, 1_500n),
    openMintBps: some(50n, 500n),
    leaseMintBps: some(50n, 500n),
    openLaneBps: some(100n, 300n),
    earnedLaneBps: random.chance(0.3) ? random.between(0n, 3n) : some(0n, 200n),
    hardCeiling: random.weighted([
      [6, 50_000_000n],
      [2, random.between(0n, 200_000n)],
      [wild ? 1 : 0, 3_000_000_001n],
    ]),
  };
  const calm = random.chance(0.5)
    ? { ...s.minter.parameters, feeBps: p.feeBps, gateBps: random.between(11_000n, 13_000n) }
    : p;
  return operation(scene, world.governor, "minter", "setParameters", [calm], (m) => dollar.setParameters(m, calm));
};

const setMarketParameters: Generator = (scene) => {
  const { random, world } = scene;
  const feeBps = random.between(0n, 1_050n);
  const p = {
    feeBps,
    tokenFeeBps: random.chance(0.9) ? random.between(0n, feeBps) : feeBps + 1n,
    longestMinDuration: random.weighted([
      [6, 3_600n],
      [3, random.between(600n, 86_400n)],
      [1, random.one([599n, 86_401n])],
    ]),
  };
  return operation(scene, world.governor, "market", "setParameters", [p], (m) => market.setParameters(m, p));
};

const PAUSES: readonly (readonly [ContractName, string, PauseKind, bigint])[] = [
  ["minter", "pauseMint", "mint", 7n],
  ["minter", "pauseRedeem", "redeem", 3n],
  ["market", "pauseMatches", "matches", 7n],
  ["registry", "pauseRegistration", "registration", 7n],
  ["shareFactory", "pauseSales", "sales", 7n],
];

const pauseEntry: Generator = (scene) => {
  const { random, world, s } = scene;
  const [contract, name, kind, days] = random.one(PAUSES);
  const until = random.weighted([
    [6, s.now + random.between(1n, 6n * HOUR)],
    [2, s.now + days * DAY],
    [1, s.now + days * DAY + 1n],
    [1, s.now],
  ]);
  const from = random.chance(0.95) ? world.guardian : person(scene);
  return operation(scene, from, contract, name, [until], (m) => {
    requireRole(from, world.guardian);
    pause(m, kind, until);
  });
};

const setModel: Generator = (scene) => {
  const { random, world, s } = scene;
  const id = random.between(0n, 19n);
  const was = s.models.get(id) ?? { minimumBond: 100n * ONE, referenceValue: 5_000n * ONE };
  const near = (value: bigint): bigint => (random.chance(0.95) ? (value * random.between(90n, 110n)) / 100n : 0n);
  const { minimumBond, referenceValue } = {
    minimumBond: near(was.minimumBond),
    referenceValue: near(was.referenceValue),
  };
  const name = random.chance(0.95) ? "a model" : "";
  const from = random.chance(0.95) ? world.governor : person(scene);
  return operation(scene, from, "registry", "setModel", [id, name, 8_192, referenceValue, minimumBond], (m) => {
    requireRole(from, world.governor);
    registry.setModel(m, id, name, minimumBond, referenceValue);
  });
};

const setRegion: Generator = (scene) => {
  const { random, world } = scene;
  const id = random.between(0n, 7n);
  const name = random.chance(0.9) ? "a region" : "";
  return operation(scene, world.governor, "registry", "setRegion", [id, name], (m) => registry.setRegion(m, id, name));
};

export const GOVERNANCE: readonly Kind[] = [
  [0.6, ["minter.setParameters/1"], setMinterParameters],
  [0.4, ["market.setParameters/1"], setMarketParameters],
  [0.3, ["registry.setModel/5"], setModel],
  [0.1, ["registry.setRegion/2"], setRegion],
  [0.8, PAUSES.map(([contract, name]) => `${contract}.${name}/1`), pauseEntry],
];
