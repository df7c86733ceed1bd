import { max, min } from "../../model/numbers.ts";
import * as oracle from "../../model/oracle.ts";
import { NOBODY } from "../../model/tokens.ts";
import type { ContractName } from "../world.ts";
import { type Generator, type Kind, type Operation, operation, person, requireRole, type Scene } from "./scene.ts";

function setRound(scene: Scene, feed: ContractName, answer: bigint, updatedAt: bigint): Operation {
  const address = scene.world.contracts[feed].address;
  return operation(scene, person(scene), feed, "setRound", [answer, updatedAt, updatedAt], (m) => {
    Object.assign(m.feeds.get(address) ?? {}, { answer, startedAt: updatedAt, updatedAt });
  });
}

const PRICE_FEEDS = ["primaryFeed", "secondFeed", "spareFeed"] as const;

const scaled = (scene: Scene, feed: ContractName, answer: bigint): bigint => {
  const decimals = scene.s.feeds.get(scene.world.contracts[feed].address)?.decimals ?? 8n;
  return decimals >= 8n ? answer * 10n ** (decimals - 8n) : answer / 10n ** (8n - decimals);
};

/** A new answer near the market's price. */
export const updateFeed =
  (feed: ContractName): Generator =>
  (scene) => {
    const { random, memory, s } = scene;
    const off = random.weighted([
      [80, random.between(-100n, 100n)],
      [14, random.between(-450n, 450n)],
      [6, random.between(-2_500n, 2_500n)],
    ]);
    return setRound(scene, feed, scaled(scene, feed, (memory.price * (10_000n + off)) / 10_000n), s.now);
  };

const movePrice: Generator = (scene) => {
  const { random, memory, s } = scene;
  const factor = random.weighted([
    [70, random.between(-300n, 300n)],
    [22, random.between(-1_500n, 1_700n)],
    [8, random.between(-6_000n, 12_000n)],
  ]);
  memory.price = min(max((memory.price * (10_000n + factor)) / 10_000n, 200_000n), 900_000_000n);
  return setRound(scene, random.one(PRICE_FEEDS), memory.price, s.now);
};

const breakFeed: Generator = (scene) => {
  const { random, s, world } = scene;
  const feed = random.one(PRICE_FEEDS);
  const address = world.contracts[feed].address;
  const change = (name: string, value: number | bigint, fields: object) =>
    operation(scene, person(scene), feed, name, [value], (m) => {
      Object.assign(m.feeds.get(address) ?? {}, fields);
    });
  return random.weighted<() => Operation>([
    [3, () => setRound(scene, feed, 0n, s.now)],
    [2, () => setRound(scene, feed, -5n, s.now)],
    [2, () => setRound(scene, feed, scaled(scene, feed, 100_000n), s.now)],
    [2, () => setRound(scene, feed, scaled(scene, feed, 10_000_000_000n), s.now)],
    [3, () => setRound(scene, feed, scaled(scene, feed, scene.memory.price), s.now + random.between(1n, 100n))],
    [
      3,
      () =>
        setRound(scene, feed, scaled(scene, feed, scene.memory.price), s.now - random.one([4_499n, 4_500n, 4_501n])),
    ],
    [3, () => change("setFault", random.one([1n, 2n, 5n, 6n]), { broken: true })],
    [1, () => change("setFault", 3n, { broken: false })],
    [2, () => change("setDecimals", 19n, { decimals: 19n })],
    [2, () => change("setDecimals", 18n, { decimals: 18n })],
    [1, () => change("setDecimals", 0n, { decimals: 0n })],
  ])();
};

/** Takes faults off a feed that has one. */
const mendFeed: Generator = (scene) => {
  const { random, s, world } = scene;
  const broken = PRICE_FEEDS.filter((name) => s.feeds.get(world.contracts[name].address)?.broken);
  const odd = PRICE_FEEDS.filter((name) => s.feeds.get(world.contracts[name].address)?.decimals !== 8n);
  const name = random.one([...broken, ...odd, "primaryFeed" as const]);
  const address = world.contracts[name].address;
  const fault = broken.includes(name);
  return operation(scene, person(scene), name, fault ? "setFault" : "setDecimals", [fault ? 0 : 8], (m) => {
    Object.assign(m.feeds.get(address) ?? {}, fault ? { broken: false } : { decimals: 8n });
  });
};

const setSource: Generator = (scene) => {
  const { random, world } = scene;
  const slot = random.one([0, 1] as const);
  const feed = random.one(PRICE_FEEDS);
  const source = {
    feed: world.contracts[feed].address,
    heartbeat: random.weighted([
      [8, 3_600n],
      [3, random.between(600n, 90_000n)],
      [1, random.one([0n, 90_001n])],
    ]),
    thresholdBps: random.weighted([
      [10, random.between(10n, 200n)],
      [1, 201n],
    ]),
    minPrice: random.weighted([
      [10, 1_000n],
      [1, 0n],
    ]),
    maxPrice: random.weighted([
      [10, 100_000_000n],
      [1, random.one([1_000n, 999n])],
    ]),
  };
  const from = random.chance(0.95) ? world.governor : person(scene);
  return operation(scene, from, "oracle", "setSource", [slot, source], (m) => {
    requireRole(from, world.governor);
    oracle.setSource(m, slot, source);
  });
};

const setSequencer: Generator = (scene) => {
  const { random, world } = scene;
  const address = random.chance(0.3) ? world.contracts.sequencerFeed.address : NOBODY;
  return operation(scene, world.governor, "oracle", "setSequencer", [address], (m) => oracle.setSequencer(m, address));
};

export const sequencerRound: Generator = (scene) => {
  const { random, s } = scene;
  const since = random.one([s.now, s.now - 3_599n, s.now - 3_600n, s.now - 9_000n, s.now - 9_000n]);
  return setRound(scene, "sequencerFeed", random.one([0n, 0n, 0n, 1n]), since);
};

const rounds = PRICE_FEEDS.map((feed) => `${feed}.setRound/3`);
const faults = PRICE_FEEDS.flatMap((feed) => [`${feed}.setFault/1`, `${feed}.setDecimals/1`]);

export const FEEDS: readonly Kind[] = [
  [5, rounds, movePrice],
  [1, [...rounds, ...faults], breakFeed],
  [2, faults, mendFeed],
  [0.6, ["oracle.setSource/2"], setSource],
  [0.15, ["oracle.setSequencer/1"], setSequencer],
  [0.5, ["sequencerFeed.setRound/3"], sequencerRound],
];
