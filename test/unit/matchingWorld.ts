import { type Address, getAddress, pad, toHex, zeroAddress, zeroHash } from "viem";
import {
  type CardLimits,
  createEngine,
  type Engine,
  type EngineOptions,
  type Outcome,
} from "../../sdk/src/matching/index.ts";
import type { Ask, Bid } from "../../sdk/src/orders/index.ts";

/** First second of the tests' clock. */
export const START = 1_800_000_000;
export const HOUR = 3_600;
/** cfUSD-wei per second: a usual rate, about 0.36 dollars an hour. */
export const RATE = 10n ** 14n;
const ONE = 10n ** 18n;

/** The n-th address. */
export const addressOf = (n: number): Address => getAddress(pad(toHex(n), { size: 20 }));
export const MATCHER = addressOf(0xaaaa);

let salts = 0n;

/** An ask that the market takes, but for what is given. */
export const askFor = (cardId: number, parts: Partial<Ask> = {}): Ask => {
  salts += 1n;
  return {
    operator: addressOf(0x100),
    cardId: BigInt(cardId),
    epoch: 0,
    ratePerSecond: RATE,
    minThousandths: 1,
    minDuration: 600,
    maxDuration: 1_000 * HOUR,
    priorityTier: 0,
    openFrom: 0,
    validUntil: START + 10_000 * HOUR,
    counter: 0n,
    salt: salts << 64n,
    ...parts,
  };
};

/** A bid for one whole card of model 0 in region 0 for an hour, but for what is given. */
export const bidFor = (renter: number, parts: Partial<Bid> = {}): Bid => {
  salts += 1n;
  return {
    renter: addressOf(0x10_000 + renter),
    models: 1n,
    regions: 1n,
    thousandths: 1_000,
    quantity: 1,
    minQuantity: 1,
    sameHost: false,
    maxRatePerSecond: 2n * RATE,
    duration: HOUR,
    payInToken: false,
    maxTokenIn: 0n,
    matcher: zeroAddress,
    exclusiveUntil: 0,
    matcherFee: 0n,
    accessKeyHash: zeroHash,
    validUntil: START + 10_000 * HOUR,
    counter: 0n,
    salt: salts << 64n,
    ...parts,
  };
};

/** An engine that knows models 0 to 2, and a price at which a bond of 1 000 CARD covers plenty. */
export const newEngine = (options: Partial<EngineOptions> = {}): Engine => {
  const engine = createEngine({ submitter: MATCHER, now: START, ...options });
  engine.apply({ type: "bondPrice", price: ONE });
  for (const model of [0, 1, 2]) {
    const terms = { minimumBond: 44n * ONE, referenceValue: 2_200n * ONE, memoryMiB: 24_576 };
    engine.apply({ type: "model", model, terms });
  }
  return engine;
};

export type CardParts = {
  readonly operator?: Address;
  readonly hostId?: number;
  readonly model?: number;
  readonly region?: number;
  readonly bond?: bigint;
  readonly limits?: CardLimits;
};

/** Registers a verified, bonded card. */
export const addCard = (engine: Engine, cardId: number, parts: CardParts = {}): Outcome =>
  engine.apply({
    type: "card",
    cardId: BigInt(cardId),
    terms: {
      operator: addressOf(0x100),
      hostId: 1,
      epoch: 0,
      model: 0,
      region: 0,
      state: "Verified",
      bond: 100n * ONE,
      ...parts,
    },
  });

/** Registers a card and offers it. */
export const offer = (engine: Engine, cardId: number, card: CardParts = {}, ask: Partial<Ask> = {}): Outcome => {
  addCard(engine, cardId, card);
  return engine.apply({ type: "ask", ask: askFor(cardId, { operator: card.operator ?? addressOf(0x100), ...ask }) });
};

export const place = (engine: Engine, bid: Bid): Outcome => engine.apply({ type: "bid", bid });

/** Numbers of the cards that an outcome's matches took. */
export const cardsIn = ({ matches }: Outcome): readonly number[] =>
  matches.flatMap(({ legs }) => legs.map(({ ask }) => Number(ask.cardId)));
