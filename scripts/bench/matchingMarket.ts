import type { Address } from "viem";
import type * as Matching from "../../sdk/src/matching/index.ts";
import { type Ask, anyMask, type Bid } from "../../sdk/src/orders/index.ts";

/** First second of the benches' clock, and seconds that outlast them. */
export const START = 1_800_000_000;
export const LONG = 8_000 * 3_600;
const ONE = 10n ** 18n;
/** cfUSD-wei per second. */
export const TICK = 10n ** 12n;
const NOBODY: Address = `0x${"0".repeat(40)}`;
const HASH = `0x${"0".repeat(64)}` as const;

const addresses: Address[] = [];
/** The n-th address. */
export const addressOf = (n: number): Address => (addresses[n] ??= `0x${n.toString(16).padStart(40, "0")}`);

/**
 * An engine of which nobody loses patience, with models of 24 GiB at a bond price of a dollar.
 *
 * @param createEngine - as it is published
 * @param models - how many
 * @example
 * const engine = newEngine(createEngine, 2);
 */
export function newEngine(createEngine: typeof Matching.createEngine, models: number): Matching.Engine {
  const engine = createEngine({ submitter: addressOf(1), now: START, patience: LONG });
  engine.apply({ type: "bondPrice", price: ONE });
  for (let model = 0; model < models; model += 1) {
    engine.apply({
      type: "model",
      model,
      terms: { minimumBond: 44n * ONE, referenceValue: 2_200n * ONE, memoryMiB: 24_576 },
    });
  }
  return engine;
}

/** A verified, bonded card; 4 000 have one number of a host, so each of 500 operators has 8 cards there. */
export const cardEvent = (
  card: number,
  models: number,
  regions: number,
): Extract<Matching.MarketEvent, { type: "card" }> => ({
  type: "card",
  cardId: BigInt(card + 1),
  terms: {
    operator: addressOf(0x1000 + (card % 500)),
    hostId: Math.floor(card / 4_000),
    epoch: 0,
    model: card % models,
    region: Math.floor(card / models) % regions,
    state: "Verified",
    bond: 100n * ONE,
  },
});

/** An ask for a whole card that stands for years. */
export const askOf = (card: number, ratePerSecond: bigint): Ask => ({
  operator: addressOf(0x1000 + (card % 500)),
  cardId: BigInt(card + 1),
  epoch: 0,
  ratePerSecond,
  minThousandths: 1,
  minDuration: 600,
  maxDuration: LONG,
  priorityTier: 0,
  openFrom: 0,
  validUntil: START + 10 * LONG,
  counter: 0n,
  salt: saltOf(card),
});

/** A bid of one of 5 000 renters for a whole card. */
export const bidOf = (
  renter: number,
  models: bigint,
  maxRatePerSecond: bigint,
  salt = saltOf(renter + 2 ** 31),
): Bid => ({
  renter: addressOf(0x1_0000 + (renter % 5_000)),
  models,
  regions: anyMask,
  thousandths: 1_000,
  quantity: 1,
  minQuantity: 1,
  sameHost: false,
  maxRatePerSecond,
  duration: LONG,
  payInToken: false,
  maxTokenIn: 0n,
  matcher: NOBODY,
  exclusiveUntil: 0,
  matcherFee: 0n,
  accessKeyHash: HASH,
  validUntil: START + 10 * LONG,
  counter: 0n,
  salt,
});

/** Spread over 256 bits, as random salts are. */
export const saltOf = (n: number): bigint =>
  (BigInt(n) * 0x9e3779b97f4a7c15f39cc0605cedc8341082276bf3a27251f86c6a11d0c18e95n) & anyMask;
