import { expect } from "chai";
import { zeroAddress } from "viem";
import { audit, createEngine, type MarketEvent, type Match, type MatcherLog } from "../../sdk/src/matching/index.ts";
import type { CardTerms } from "../../sdk/src/matching/marketState.ts";
import type { Ask, Bid } from "../../sdk/src/orders/index.ts";
import { formatMatcherLog, parseMatcherLog } from "../../sdk/src/orders/index.ts";
import { randomOf } from "../parity/random.ts";
import { Reference, takenBy } from "./matchingReference.ts";
import { addressOf, askFor, bidFor, HOUR, MATCHER, RATE, START } from "./matchingWorld.ts";

const ONE = 10n ** 18n;
/** Beyond what doubles hold exactly. */
const FAR = 2n ** 60n;

/** A market at random, on the engine and on the reference; returns what was matched. */
function playMarket(
  seed: bigint,
  length: number,
): { readonly log: MatcherLog; readonly matched: number; readonly waited: number; readonly weighed: number } {
  const { between, chance, one, weighted } = randomOf(seed);
  const count = (least: number, most: number): number => Number(between(BigInt(least), BigInt(most)));
  const spelt = (address: string): `0x${string}` =>
    chance(0.3) ? (address.toLowerCase() as `0x${string}`) : (address as `0x${string}`);
  const options = {
    submitter: MATCHER,
    now: START,
    seed: count(0, 1_000),
    toleranceBps: one([0, 100, 300]),
    headStart: one([0, 600]),
    patience: 10 ** 9,
  };
  const engine = createEngine(options);
  const reference = new Reference(options);
  const isHuge = chance(0.15);
  const hasHosts = chance(0.4);
  const steps: { event: MarketEvent; matches: readonly Match[] }[] = [];
  const operators = [0xabcdef01, 0xabcdef02, 0xabcdef03].map((n) => addressOf(n));
  const renters = [1, 2, 3, 4, 5, 6].map((n) => addressOf(0xbcdef000 + n));
  const ids = Array.from({ length: count(2, 8) }, (_, i) =>
    isHuge && i % 2 ? 2n ** 200n + BigInt(i) : BigInt(i * 3 + 1),
  );
  const openAsks = new Map<number, Ask>();
  const openBids = new Map<number, Bid>();
  const made: Match[] = [];
  let [now, nextMatch, waited, leases] = [START, 0, 0, 0];
  const rate = (): bigint => ((isHuge && chance(0.5) ? FAR : RATE) * between(50n, 150n)) / 100n;

  const tell = (event: MarketEvent): void => {
    const expected = reference.apply(event, nextMatch);
    const { id, matches } = engine.apply(event);
    steps.push({ event, matches });
    expect(matches.map(takenBy), `step ${steps.length} (${event.type}) of market ${seed}`).to.deep.equal(expected);
    nextMatch += matches.length;
    made.push(...matches);
    if (id >= 0 && event.type === "ask") openAsks.set(id, event.ask);
    const order = event.type === "bid" ? event.bid : event.type === "failed" ? event.match.bid : undefined;
    if (order !== undefined) {
      // A bid that comes back has another number.
      for (const [old, bid] of openBids) if (bid === order && old !== id) openBids.delete(old);
      if (id >= 0) openBids.set(id, order);
    }
    expect([...engine.bids()].map(({ salt }) => salt).sort()).to.deep.equal(
      reference.bids.map(({ bid }) => bid.salt).sort(),
    );
    expect([...engine.asks()].map(({ salt }) => salt).sort()).to.deep.equal(
      reference.asks.map(({ ask }) => ask.salt).sort(),
    );
  };
  const termsOf = (): Omit<CardTerms, "leases"> => ({
    operator: spelt(one(operators)),
    hostId: count(1, 3),
    epoch: weighted([
      [9, 0],
      [1, 1],
    ]),
    model: count(0, 3),
    region: weighted([
      [3, 0],
      [1, 255],
    ]),
    state: weighted([
      [9, "Verified"],
      [1, "Registered"],
    ]),
    bond:
      isHuge && chance(0.5)
        ? ONE * between(10n ** 4n, 10n ** 6n)
        : weighted([
            [8, ONE * between(50n, 300n)],
            [2, ONE * between(40n, 46n)],
          ]),
    ...(chance(0.5)
      ? {}
      : {
          limits: {
            ownerFloorRate: chance(0.5) ? 0n : rate() / 2n,
            longestHours: weighted([
              [5, 0],
              [2, count(1, 5)],
            ]),
            ...(chance(0.5)
              ? { termFloorRate: 0n, saleEnd: 0, termEnd: 0, decayBps: 0 }
              : {
                  termFloorRate: rate(),
                  saleEnd: now - count(-5, 40) * 86_400,
                  termEnd: now + count(0, 3 * 86_400),
                  decayBps: one([0, 500, 10_000]),
                }),
          },
        }),
  });
  /** No two orders have one rank, but for two bids that come back in one second. */
  const pass = (seconds: number): void => {
    now += seconds;
    tell({ type: "time", now });
  };
  const card = (): void => tell({ type: "card", cardId: one(ids), terms: termsOf() });

  tell({ type: "bondPrice", price: ONE });
  for (let model = 0; model < 4; model += 1)
    tell({
      type: "model",
      model,
      terms: { minimumBond: 44n * ONE, referenceValue: 2_200n * ONE, memoryMiB: 8_192 * (model + 1) },
    });
  const host = (operator: string, hostId: number): void =>
    tell({ type: "host", operator, hostId, cpuMilli: 1_000 * count(4, 16), memoryMib: 16_384 * count(1, 4) });
  if (hasHosts) for (const operator of operators) for (const hostId of [1, 2, 3]) host(operator, hostId);
  for (const cardId of ids) tell({ type: "card", cardId, terms: termsOf() });

  const actions: readonly (readonly [number, () => void])[] = [
    [
      30,
      () => {
        pass(1);
        const cardId = one(ids);
        const operator = reference.cards.get(cardId)?.operator ?? one(operators);
        const priorityTier = count(0, 4);
        const operatorOf = spelt(chance(0.95) ? operator : one(operators));
        tell({
          type: "ask",
          ask: askFor(1, {
            cardId,
            operator: operatorOf,
            epoch: reference.cards.get(cardId)?.epoch ?? 0,
            ratePerSecond: weighted([
              [20, rate()],
              [1, 0n],
              [1, 5n],
            ]),
            minThousandths: one([0, 1, 1, 300, 1_000]),
            minDuration: one([600, 600, 1_200, 3_600]),
            maxDuration: HOUR * count(1, 12),
            priorityTier,
            openFrom: chance(0.3) ? now + count(0, 3_000) : 0,
            validUntil: now + count(0, 40_000),
            counter: reference.account(operatorOf).counter,
            salt: one([between(0n, 2n ** 256n - 1n), 20n * BigInt(operators.length) + between(1n, 20n)]),
          }),
        });
      },
    ],
    [
      35,
      () => {
        pass(1);
        const quantity = weighted([
          [6, 1],
          [4, count(2, 4)],
        ]);
        const sameHost = quantity > 1 && chance(0.3);
        const renter = spelt(one(renters));
        const bid = bidFor(1, {
          renter,
          models: between(1n, 15n),
          regions: one([1n, 1n | (1n << 255n), 2n ** 256n - 1n]),
          thousandths: one([1, 50, 125, 333, 500, 1_000, 1_000]),
          quantity: chance(0.02) ? 0 : quantity,
          minQuantity: sameHost ? quantity : count(1, quantity),
          sameHost,
          maxRatePerSecond: weighted([
            [8, rate()],
            [2, 2n ** 64n - 1n],
          ]),
          duration: count(500, 8 * HOUR),
          payInToken: chance(0.25),
          maxTokenIn: one([0n, ONE * between(1n, 40n), 2n ** 128n - 1n]),
          matcher: weighted<`0x${string}`>([
            [7, zeroAddress],
            [2, spelt(MATCHER)],
            [2, addressOf(5)],
          ]),
          exclusiveUntil: now + count(-100, 300),
          matcherFee: one([0n, RATE]),
          validUntil: now + count(0, 30_000),
          counter: reference.account(renter).counter,
          salt: one([between(0n, 2n ** 256n - 1n), between(1n, 20n)]),
        });
        const needs =
          hasHosts && chance(0.5)
            ? { cpuMilli: 1_000 * count(0, 8), memoryMib: 8_192 * count(0, 4), cardMemoryMib: one([undefined, 16_384]) }
            : undefined;
        tell({ type: "bid", bid, needs });
      },
    ],
    [
      30,
      () => {
        now += weighted([
          [5, count(1, 60)],
          [4, count(60, 4_000)],
          [1, count(4_000, 100_000)],
        ]);
        tell({ type: "time", now: chance(0.05) ? now - 50_000 : now });
        if (reference.now < now) tell({ type: "time", now });
      },
    ],
    [6, card],
    [hasHosts ? 4 : 0, () => host(one(operators), count(1, 3))],
    [4, () => tell({ type: "bond", cardId: one(ids), bond: ONE * between(30n, 300n) })],
    [2, () => tell({ type: "bondPrice", price: (ONE * between(60n, 150n)) / 100n })],
    [
      3,
      () =>
        tell({ type: "leaseMint", rate: chance(0.1) ? 0n : (ONE * ONE * between(5n, 20n)) / 100n + between(0n, 999n) }),
    ],
    [
      1,
      () =>
        tell({
          type: "parameters",
          parameters: { feeBps: 500, tokenFeeBps: 200, longestMinDuration: one([1_200, 3_600]) },
        }),
    ],
    [2, () => tell({ type: "pause", until: now + count(-100, 3_000) })],
    [4, () => tell({ type: "account", address: spelt(one(renters)), tier: count(0, 3) })],
    [
      4,
      () =>
        tell({
          type: "account",
          address: spelt(one(renters)),
          dollars: chance(0.5) ? RATE * between(0n, 40_000n) : FAR * FAR,
        }),
    ],
    [
      3,
      () =>
        tell({
          type: "account",
          address: spelt(one(renters)),
          tokens: chance(0.7) ? ONE * between(0n, 60n) : FAR * FAR,
        }),
    ],
    [
      1,
      () => {
        const address = spelt(one([...renters, ...operators]));
        tell({ type: "account", address, counter: reference.account(address).counter + between(1n, 2n ** 200n) });
      },
    ],
    [
      4,
      () => {
        const orders = [...openBids.values()].map(({ renter, salt }) => ({ maker: renter, salt }));
        const asks = [...openAsks.values()].map(({ operator, salt }) => ({ maker: operator, salt }));
        if (orders.length + asks.length === 0) return;
        const { maker, salt } = one([...orders, ...asks]);
        tell({ type: "order", maker: spelt(maker), salt, word: one([0, 1, 2, 255]) });
      },
    ],
    [
      4,
      () => {
        const cardId = one(ids);
        const own = reference.cards.get(cardId);
        const start = now - count(10, 100);
        leases += chance(0.8) ? 1 : 0;
        tell({
          type: "lease",
          cardId,
          key: `k${leases}`,
          lease: {
            operator: spelt(own?.operator ?? one(operators)),
            rate: rate(),
            feeBps: 500,
            thousandths: Math.min(one([125, 500, 1_000]), Math.max(1, own === undefined ? 1 : reference.free(own))),
            start,
            end: now + count(-10, 9_000),
          },
        });
      },
    ],
    [
      6,
      () => {
        const own = reference.cards.get(one(ids));
        if (own === undefined || own.leases.length === 0) return;
        const { key, end } = one(own.leases);
        tell({ type: "leaseEnd", cardId: own.id, key, end: one([now, now + 600, end + HOUR]) });
      },
    ],
    [
      5,
      () => {
        if (made.length === 0) return;
        const [match] = made.splice(count(Math.max(0, made.length - 4), made.length - 1), 1);
        if (match === undefined) return;
        tell({ type: "failed", match });
        // Told again it does nothing, so the reference is not told.
        if (chance(0.3))
          expect(engine.apply({ type: "failed", match: structuredClone(match) }).matches).to.deep.equal([]);
      },
    ],
    [
      4,
      () => {
        const live = [...openAsks].filter(([, ask]) => reference.asks.some((open) => open.ask === ask));
        if (live.length === 0) return;
        const [id, ask] = one(live);
        reference.withdrawAsk(ask);
        tell({ type: "withdraw", ask: id });
      },
    ],
    [
      4,
      () => {
        const live = [...openBids].filter(([, bid]) => reference.bids.some((open) => open.bid === bid));
        if (live.length === 0) return;
        const [id, bid] = one(live);
        reference.withdrawBid(bid);
        tell({ type: "withdraw", bid: id });
      },
    ],
  ];
  for (let step = 0; step < length; step += 1) {
    weighted(actions)();
    waited += reference.bids.length;
  }
  const legs = steps.flatMap(({ matches }) => matches.flatMap((match) => match.legs));
  const weighed = legs.filter(({ score }) => score.waste !== 0).length;
  return { log: { options, steps }, matched: nextMatch, waited, weighed };
}

/** What came of some random markets. */
export type Played = { readonly matched: number; readonly waited: number; readonly weighed: number };

/**
 * Plays a random market on the engine and on the reference, compares every step, and audits its log, also once written out and read again.
 *
 * @param seed - of the market
 * @returns matches made, bids that waited at a step, and cards chosen by what they waste
 * @throws AssertionError at the first difference
 * @example
 * const { matched } = play(1n);
 */
export function play(seed: bigint): Played {
  // Long enough to learn from, now and then.
  const { log, ...played } = playMarket(seed, seed % 6n === 0n ? 1_000 : 150);
  expect(audit(log), `market ${seed}`).to.equal(undefined);
  expect(audit(parseMatcherLog(formatMatcherLog(log))), `market ${seed}, written out`).to.equal(undefined);
  return played;
}
