import { DAY, min, ONE } from "../../model/numbers.ts";
import type { Ask, Bid } from "../../model/orders.ts";
import type { Account } from "../../model/state.ts";
import { NOBODY } from "../../model/tokens.ts";
import { signBid } from "../signing.ts";
import { durationFor, thousandthsFor } from "./asks.ts";
import { MOST_128, person, type Scene, signerFor, type Written, ZERO_HASH } from "./scene.ts";

export const tokenLimit = ({ random }: Scene): bigint =>
  random.chance(0.93) ? MOST_128 : random.between(0n, 100n * ONE);

export async function makeBid(scene: Scene, ask: Ask, legs: number, submitter: Account): Promise<Written<Bid>> {
  const { random, s, memory, world } = scene;
  const renter = person(scene);
  const card = s.cards.get(ask.cardId);
  const quantity = random.weighted([
    [60, BigInt(legs)],
    [30, random.between(1n, 5n)],
    [4, random.one([0n, 254n, 255n])],
  ]);
  const sameHost = random.chance(0.15);
  const everything = 2n ** 256n - 1n;
  memory.salt += 1n;
  const bid: Bid = {
    renter,
    models: random.chance(0.9) ? everything : 1n << (card?.model ?? 0n),
    regions: random.chance(0.9) ? everything : 1n << (card?.region ?? 0n),
    thousandths: card === undefined ? 100n : thousandthsFor(scene, card),
    quantity,
    minQuantity:
      sameHost && random.chance(0.95)
        ? quantity
        : random.weighted([
            [80, 1n],
            [15, quantity],
            [3, quantity + 1n > 255n ? 255n : quantity + 1n],
            [2, 0n],
          ]),
    sameHost,
    maxRatePerSecond: random.chance(0.8) ? 2n ** 64n - 1n : ask.ratePerSecond,
    duration: min(durationFor(scene, ask), 2n ** 32n - 1n),
    payInToken: random.chance(0.35),
    maxTokenIn: tokenLimit(scene),
    matcher: random.chance(0.75) ? NOBODY : submitter,
    exclusiveUntil: random.weighted([
      [8, s.now + random.between(0n, 120n)],
      [1, s.now + 121n],
      [2, 0n],
    ]),
    matcherFee: random.chance(0.5) ? 0n : random.between(1n, ONE / 2n),
    accessKeyHash: ZERO_HASH,
    validUntil: random.chance(0.95) ? s.now + random.between(0n, 10n * DAY) : s.now - 1n,
    counter: random.chance(0.97) ? (s.counters.get(renter) ?? 0n) : 7n,
    salt: random.chance(0.98) ? memory.salt : random.between(1n, memory.salt),
  };
  const signer = signerFor(scene, renter, 0.97);
  const signed = { order: bid, signer, signature: await signBid(world, bid, signer) };
  memory.bids.push(signed);
  return signed;
}
