import secp256k1 from "secp256k1";
import { bytesToHex, type Hex, hexToBytes, type parseEventLogs } from "viem";
import type { MarketEvent } from "../../sdk/src/matching/index.ts";
import type { CardTerms, MarketState } from "../../sdk/src/matching/marketState.ts";
import { type Ask, anyMask, type Bid, fastKeccak, hashAsk, hashBid, orderDomain } from "../../sdk/src/orders/index.ts";
import { currentPeriod, leasesOf, purseOf, revenueOf } from "../model/ledger.ts";
import { tierOf } from "../model/renters.ts";
import { bondOf } from "../model/staking.ts";
import type { Card, State } from "../model/state.ts";
import { balanceOf, NOBODY } from "../model/tokens.ts";
import { isSignedBy } from "../model/wallets.ts";
import type { Outcome } from "./chain.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

/** The market as the engine sees it, out of the model's state. */
export function marketOf(s: State, people: readonly Hex[], leaseMint: MarketState["leaseMint"]) {
  const orders = new Map<string, Map<bigint, number>>();
  for (const [key, word] of s.orders) {
    const [maker = "", salt = "0"] = key.split("/");
    orders.set(maker, (orders.get(maker) ?? new Map<bigint, number>()).set(BigInt(salt), Number(word)));
  }
  return {
    now: Number(s.now),
    pausedUntil: Number(s.pauses.matches.until),
    parameters: {
      feeBps: Number(s.market.feeBps),
      tokenFeeBps: Number(s.market.tokenFeeBps),
      longestMinDuration: Number(s.market.longestMinDuration),
    },
    bondPrice: s.bondPrice,
    models: new Map([...s.models].map(([id, model]) => [Number(id), { ...model, memoryMiB: 0 }])),
    cards: new Map([...s.cards].map(([id, card]) => [id, cardOf(s, card)])),
    accounts: new Map(
      people.map((address) => [
        address,
        {
          counter: s.counters.get(address) ?? 0n,
          tier: Number(tierOf(s, address)),
          orders: orders.get(address) ?? new Map<bigint, number>(),
          dollars: purseOf(s, address).balance + balanceOf(s.dollar, address),
          tokens: balanceOf(s.token, address),
        },
      ]),
    ),
    leaseMint,
  };
}

function cardOf(s: State, card: Card): CardTerms {
  const { number } = currentPeriod(card);
  const { encumbrance } = card;
  return {
    operator: card.operator,
    hostId: Number(card.hostId),
    epoch: Number(card.epoch),
    model: Number(card.model),
    region: Number(card.region),
    state: card.state,
    limits: {
      ownerFloorRate: card.ownerFloor,
      longestHours: Number(card.longestHours),
      termFloorRate: encumbrance?.floorRate ?? 0n,
      saleEnd: Number(encumbrance?.saleEnd ?? 0n),
      termEnd: Number(encumbrance?.termEnd ?? 0n),
      decayBps: Number(encumbrance?.decayBps ?? 0n),
    },
    bond: bondOf(s, card.id, card.operator).active,
    revenue: { amount: revenueOf(s, card, number), at: Number(s.now) },
    encumbered: number % 2n === 1n,
    leases: leasesOf(s, card.id).map(({ operator, rate, feeBps, thousandths, start, end }) => ({
      operator,
      rate,
      feeBps: Number(feeBps),
      thousandths: Number(thousandths),
      start: Number(start),
      end: Number(end),
    })),
  };
}

/** The events that tell an engine a whole market. */
export function eventsOf(market: ReturnType<typeof marketOf>): readonly MarketEvent[] {
  return [
    { type: "parameters", parameters: market.parameters },
    { type: "pause", until: market.pausedUntil },
    { type: "bondPrice", price: market.bondPrice },
    ...[...market.models].map(([model, terms]): MarketEvent => ({ type: "model", model, terms })),
    ...[...market.accounts].flatMap(([address, { counter, tier, dollars = 0n, orders }]): readonly MarketEvent[] => [
      { type: "account", address, counter, tier, dollars },
      ...[...orders].map(([salt, word]): MarketEvent => ({ type: "order", maker: address, salt, word })),
    ]),
    ...[...market.cards].flatMap(([cardId, { leases, ...terms }]): readonly MarketEvent[] => [
      { type: "card", cardId, terms },
      ...leases
        .filter(({ end }) => end > market.now)
        .map((lease, index): MarketEvent => ({ type: "lease", cardId, key: `${index}`, lease })),
    ]),
  ];
}

/** Logs of a transaction, as viem's parser takes them. */
export const logsOf = (outcome: Outcome): Parameters<typeof parseEventLogs>[0]["logs"] =>
  outcome.ok
    ? outcome.logs.map(({ address, topics, data }) => ({
        address,
        data,
        topics: [topics[0] ?? "0x", ...topics.slice(1)],
        blockHash: "0x",
        blockNumber: 0n,
        logIndex: 0,
        transactionHash: "0x",
        transactionIndex: 0,
        removed: false,
      }))
    : [];

/** A match that somebody might submit, good or bad. */
export type Book = {
  readonly bid: Bid;
  readonly bidSigned: boolean;
  readonly bidSignature: Hex;
  readonly asks: readonly Ask[];
  readonly asksSigned: readonly boolean[];
  readonly askSignatures: readonly Hex[];
  readonly submitter: Hex;
};

const HOUR = 3_600;
const RATE = 10n ** 15n;

/** Makes books at random around what a state accepts. */
export function bookMaker({ world, s, random }: { world: World; s: State; random: Random }): () => Book {
  const domain = orderDomain({ chainId: 31_337, market: world.contracts.market.address, keccak: fastKeccak });
  const now = Number(s.now);
  const { one, chance, weighted } = random;
  const between = (least: number, most: number): number => Number(random.between(BigInt(least), BigInt(most)));
  const person = (): Hex => one(world.people);
  const cards = [...s.cards.values()];
  const good = cards.filter(({ state, operator }) => state === "Verified" && operator !== NOBODY);
  const counterOf = (maker: Hex): bigint => (s.counters.get(maker) ?? 0n) + (chance(0.04) ? 1n : 0n);
  const saltOf = (maker: string): bigint => {
    const known = [...s.orders.keys()].filter((key) => key.startsWith(maker));
    return known.length > 0 && chance(0.15) ? BigInt(one(known).split("/")[1] ?? 0) : random.sized(256);
  };
  const validUntil = (): number =>
    weighted([
      [92, now + between(1, 1_000_000)],
      [4, now],
      [4, now - 1],
    ]);
  const sign = (hash: Hex, signer: string): Hex => {
    const account = world.accounts.find(({ address }) => address.toLowerCase() === signer);
    const key = account?.getHdKey().privateKey;
    if (!key) return `0x${"00".repeat(65)}`;
    const { signature, recid } = secp256k1.ecdsaSign(hexToBytes(hash), key);
    return `${bytesToHex(signature)}${recid === 0 ? "1b" : "1c"}`;
  };

  /** Mostly the key that signs for an account, now and then nobody's. */
  const signerOf = (account: Hex): Hex => (chance(0.97) ? (s.wallets.get(account)?.key ?? account) : NOBODY);

  const askOf = (card: Card): Ask => {
    const operator = (chance(0.96) && card.operator !== NOBODY ? card.operator : person()) as Hex;
    return {
      operator,
      cardId: chance(0.98) ? card.id : 10_000n,
      epoch: Number(card.epoch) + (chance(0.04) ? 1 : 0),
      ratePerSecond: weighted<bigint>([
        [78, random.between(RATE / 8n, RATE)],
        [10, random.between(0n, 20n)],
        [8, random.sized(60)],
        [4, 2n ** 64n - 1n],
      ]),
      minThousandths: weighted([
        [84, 1],
        [12, between(1, 500)],
        [4, 1_000],
      ]),
      minDuration: weighted([
        [92, 600],
        [5, 60 * between(8, 80)],
        [3, 601],
      ]),
      maxDuration: weighted([
        [75, 366 * 24 * HOUR],
        [22, HOUR * between(1, 400)],
        [3, HOUR + 1],
      ]),
      priorityTier: between(0, 3),
      openFrom: weighted([
        [88, 0],
        [6, now + between(0, 2)],
        [6, now + 1_000],
      ]),
      validUntil: validUntil(),
      counter: counterOf(operator),
      salt: saltOf(operator),
    };
  };

  const mask = (bits: readonly bigint[]): bigint =>
    weighted([
      [70, anyMask],
      [30, bits.reduce((sum, bit) => (chance(0.7) ? sum | (1n << bit) : sum), 0n)],
    ]);

  return () => {
    const pool = good.length > 0 && chance(0.9) ? good : cards;
    const host = one(pool);
    const sameHost = chance(0.2);
    const near = sameHost
      ? pool.filter(({ operator, hostId }) => operator === host.operator && hostId === host.hostId)
      : pool;
    const wanted = Array.from({ length: between(1, 6) }, () => (chance(0.9) ? one(near) : one(pool)));
    const ascending = [...new Set(wanted)].sort((a, b) => Number(a.id - b.id));
    const asks = (chance(0.9) ? ascending : wanted).map(askOf);
    const renter = person();
    const quantity = weighted([
      [94, between(1, 5)],
      [2, 0],
      [4, between(1, 255)],
    ]);
    const matcher = chance(0.85) ? (NOBODY as Hex) : person();
    const bid: Bid = {
      renter: chance(0.99) ? renter : (NOBODY as Hex),
      models: mask(asks.map(({ cardId }) => s.cards.get(cardId)?.model ?? 0n)),
      regions: mask(asks.map(({ cardId }) => s.cards.get(cardId)?.region ?? 0n)),
      thousandths: weighted([
        [30, 1_000],
        [40, between(1, 1_000)],
        [28, between(1, 140)],
        [2, 1_001],
      ]),
      quantity,
      minQuantity: sameHost && chance(0.9) ? quantity : chance(0.6) ? 1 : between(0, quantity),
      sameHost,
      maxRatePerSecond: chance(0.85) ? 2n ** 64n - 1n : random.between(0n, RATE),
      duration: weighted([
        [70, between(600, 20 * HOUR)],
        [20, between(HOUR, 60 * 24 * HOUR)],
        [10, between(0, 1_200)],
      ]),
      payInToken: chance(0.2),
      maxTokenIn: chance(0.8) ? 2n ** 128n - 1n : random.sized(90),
      matcher,
      exclusiveUntil: now + between(-5, 150),
      matcherFee: chance(0.7) ? 0n : random.sized(70),
      accessKeyHash: `0x${"00".repeat(32)}`,
      validUntil: validUntil(),
      counter: counterOf(renter),
      salt: saltOf(renter),
    };
    const bidSigner = bid.renter === renter ? signerOf(renter) : NOBODY;
    const askSigners = asks.map(({ operator }) => signerOf(operator));
    return {
      bid,
      bidSigned: isSignedBy(s, bid.renter, bidSigner),
      bidSignature: sign(hashBid(domain, bid), bidSigner),
      asks,
      asksSigned: asks.map(({ operator }, i) => isSignedBy(s, operator, askSigners[i] ?? NOBODY)),
      askSignatures: asks.map((ask, i) => sign(hashAsk(domain, ask), askSigners[i] ?? NOBODY)),
      submitter: matcher !== NOBODY && chance(0.7) ? matcher : person(),
    };
  };
}
