import * as ledger from "../../model/ledger.ts";
import { DAY, HOUR, max, min, ONE } from "../../model/numbers.ts";
import type { Ask } from "../../model/orders.ts";
import * as registry from "../../model/registry.ts";
import * as staking from "../../model/staking.ts";
import type { Card } from "../../model/state.ts";
import * as tokens from "../../model/tokens.ts";
import { signAsk } from "../signing.ts";
import { FAR, person, type Scene, signerFor, type Written } from "./scene.ts";

async function makeAsk(scene: Scene, card: Card): Promise<Written<Ask>> {
  const { random, s, memory, world } = scene;
  const floor = registry.floorOf(s, card);
  const worth = (staking.bondOf(s, card.id, card.operator).active * s.bondPrice) / ONE;
  const spare = max(1_000n, (worth - staking.minimumBondOf(s, card)) / DAY);
  const rate = max(floor, random.between(1n + spare / 20n, (spare * 3n) / 5n));
  memory.salt += 1n;
  const ask: Ask = {
    operator: card.operator,
    cardId: card.id,
    epoch: card.epoch,
    ratePerSecond: random.chance(0.97) ? min(rate, 2n ** 64n - 1n) : random.between(0n, 9n),
    minThousandths: random.chance(0.7) ? 1n : random.between(1n, 1_000n),
    minDuration: random.weighted([
      [70, 600n],
      [25, random.between(10n, 60n) * 60n],
      [2, random.between(0n, 90_000n)],
    ]),
    maxDuration: random.weighted([
      [93, random.between(1n, 24n * 60n) * HOUR],
      [3, 366n * DAY],
      [4, random.between(0n, 33_000_000n)],
    ]),
    priorityTier: random.between(0n, 4n),
    openFrom: random.chance(0.85) ? 0n : s.now + random.between(0n, 2n * DAY),
    validUntil: random.weighted([
      [60, FAR],
      [36, s.now + random.between(0n, 5n * DAY)],
      [4, s.now - 1n],
    ]),
    counter: random.chance(0.97) ? (s.counters.get(card.operator) ?? 0n) : 12n,
    salt: memory.salt,
  };
  const strange = random.weighted<Partial<Ask>>([
    [93, {}],
    [2, { operator: person(scene) }],
    [2, { epoch: card.epoch + 1n }],
    [1, { cardId: card.id + 1n }],
    [2, { salt: random.between(1n, memory.salt) }],
  ]);
  const order = { ...ask, ...strange };
  const signer = signerFor(scene, order.operator, 0.97);
  const signed = { order, signer, signature: await signAsk(world, order, signer) };
  memory.asks.push(signed);
  return signed;
}

/** A standing ask, or a new one. */
export async function someAsk(scene: Scene, card: Card): Promise<Written<Ask>> {
  const { random, memory, s } = scene;
  const standing = memory.asks.filter(
    ({ order }) =>
      order.cardId === card.id && (order.epoch === card.epoch || random.chance(0.2)) && order.validUntil >= s.now,
  );
  return standing.length > 0 && random.chance(0.5) ? random.one(standing) : makeAsk(scene, card);
}

export const rentable =
  ({ s }: Scene) =>
  (card: Card): boolean =>
    card.state === "Verified" &&
    card.operator !== tokens.NOBODY &&
    staking.cover(s, card.id, card.operator, staking.minimumBondOf(s, card)).meetsMinimum;

export const durationFor = ({ random }: Scene, ask: Ask): bigint => {
  const longest = max(ask.minDuration, min(ask.maxDuration, 40n * DAY));
  return random.weighted([
    [45, random.between(ask.minDuration, min(longest, ask.minDuration + 6n * HOUR))],
    [43, random.between(ask.minDuration, longest)],
    [4, ask.maxDuration],
    [4, ask.minDuration],
    [4, random.between(0n, 2n ** 32n - 1n)],
  ]);
};

export const thousandthsFor = ({ random, s }: Scene, card: Card): bigint => {
  const held = ledger.runningOn(s, card.id).reduce((sum, lease) => sum + lease.thousandths, 0n);
  return random.weighted([
    [25, 1_000n],
    [30, random.between(1n, 130n)],
    [30, random.between(1n, max(1n, 1_000n - held))],
    [12, random.between(1n, 1_000n)],
    [3, random.one([0n, 1_001n])],
  ]);
};
