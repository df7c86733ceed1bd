// Throughput of the matching engine on a mixed flow of adds, crosses and cancels, beside order books from the registry on the same
// flow in the same run; time per match as the book grows; memory per open order; time of an ask in a crowd of bids. One thread; the peers
// are installed on demand.
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type * as Matching from "../../sdk/src/matching/index.ts";
import { type Ask, anyMask, type Bid } from "../../sdk/src/orders/index.ts";
import { root } from "../deployment/environment.ts";
import { bundleMatching } from "../package/matching.ts";
import { generator, round } from "./figures.ts";
import { makeFlow, type Operation } from "./flow.ts";
import { measureCrowds } from "./matchingCrowd.ts";
import { askOf, bidOf, cardEvent, newEngine, START, saltOf, TICK } from "./matchingMarket.ts";
import { installPeers, PeersError, peersFolder } from "./peers.ts";

type MarketEvent = Matching.MarketEvent;

const USAGE = `usage: npm run bench:matching -- [--ops 300000] [--rounds 3] [--sizes 1000,100000,1000000] [--alone] [--json]

  --ops     operations of the mixed flow; two thirds are measured, after one third to warm up
  --rounds  how often each side runs the flow; the median is told
  --sizes   open asks at which the time per match is measured; memory is measured at the largest
  --alone   without the peers
`;

/* RATES */

/** Runs operations from one index to another. */
type Runner = (from: number, to: number) => { readonly trades: number };

type Rate = { readonly ops: number; readonly trades: number };

/** Median of operations per second of processor time, over rounds of the measured part. */
function rateOf(rounds: number, flow: readonly Operation[], make: () => Runner): Rate {
  const rates: number[] = [];
  let trades = 0;
  for (let round = 0; round < rounds; round += 1) {
    const run = make();
    const warm = Math.floor(flow.length / 3);
    run(0, warm);
    collectGarbage();
    const seconds = timed(() => {
      ({ trades } = run(warm, flow.length));
    });
    rates.push((flow.length - warm) / seconds);
  }
  return { ops: Math.round(median(rates)), trades };
}

/** Processor seconds of this thread, so that other work on the machine does not count. */
function timed(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1e6;
}

/* THE ENGINE */

const { createEngine } = await loadMatching();

/** The engine as it is published. */
async function loadMatching(): Promise<typeof Matching> {
  const folder = await mkdtemp(join(tmpdir(), "cardflow-matching-"));
  try {
    const file = join(folder, "index.mjs");
    await bundleMatching(file, pathToFileURL(join(root, "sdk/src/errors/cardflowError.ts")).href);
    return await import(pathToFileURL(file).href);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Operations per second of the flow's clock. */
const PER_SECOND = 100;
/** Cards of the flow; more than are ever on offer at once. */
const CARDS = 8_000;

/**
 * The flow on the engine: cards of 2 models and 2 regions, bids for whole cards that accept all. What a peer does
 * by itself is done by events here, in the time that is measured: an ask stands until it is withdrawn, and a card is let until its lease
 * ends, so a sale that is filled is a match, the end of a lease and a withdrawal.
 */
function engineRunner(flow: readonly Operation[]): Runner {
  const engine = newEngine(createEngine, 2);
  for (let card = 0; card < CARDS; card += 1) engine.apply(cardEvent(card, 2, 2));
  const templates = Array.from({ length: CARDS }, (_, card) => askOf(card, TICK));
  const salts = flow.map((_, index) => saltOf(index));
  const rates = Array.from({ length: 200 }, (_, price) => BigInt(price) * TICK);
  const cards = Array.from({ length: CARDS }, (_, card) => card);
  const idle = [...cards];
  /** Number in the engine by order, or -1 once it is not open; order by number of an ask or bid. */
  const numbers = new Int32Array(flow.length).fill(-1);
  const sells = new Uint8Array(flow.length);
  const askCards: bigint[] = [];
  const orderOf = { ask: new Int32Array(flow.length), bid: new Int32Array(flow.length) };

  const takeBack = (ask: number, cardId: bigint): void => {
    numbers[orderOf.ask[ask] as number] = -1;
    engine.apply({ type: "withdraw", ask });
    idle.push(Number(cardId) - 1);
  };
  const eventOf = ({ kind, order, price }: Operation): MarketEvent => {
    const number = numbers[order] as number;
    if (kind === "cancel")
      return sells[order] === 1 ? { type: "withdraw", ask: number } : { type: "withdraw", bid: number };
    const ratePerSecond = rates[price] as bigint;
    const salt = salts[order] as bigint;
    if (kind === "buy") return { type: "bid", bid: bidOf(order, anyMask, ratePerSecond, salt) };
    return { type: "ask", ask: { ...(templates[idle.pop() ?? 0] as Ask), ratePerSecond, salt } };
  };
  return (from, to) => {
    let trades = 0;
    for (let i = from; i < to; i += 1) {
      const operation = flow[i] as Operation;
      const { kind, order } = operation;
      const now = START + Math.floor(i / PER_SECOND);
      if (i % PER_SECOND === 0) engine.apply({ type: "time", now });
      const event = eventOf(operation);
      if (event.type === "withdraw" && "ask" in event && event.ask >= 0) {
        takeBack(event.ask, askCards[event.ask] as bigint);
        continue;
      }
      const { id, matches } = engine.apply(event);
      if (kind !== "cancel") {
        numbers[order] = id;
        sells[order] = kind === "sell" ? 1 : 0;
        orderOf[kind === "sell" ? "ask" : "bid"][id] = order;
        if (event.type === "ask") askCards[id] = event.ask.cardId;
      }
      for (const match of matches) {
        trades += 1;
        numbers[orderOf.bid[match.bidId] as number] = -1;
        for (const { askId, ask } of match.legs) {
          takeBack(askId, ask.cardId);
          engine.apply({ type: "leaseEnd", cardId: ask.cardId, key: match.id, end: now });
        }
      }
    }
    return { trades };
  };
}

type SizeFigures = { readonly asks: number; readonly matchMicroseconds: number };

/** Time of a match at books of given sizes: one-card bids for one of 20 models, each lease ended again after its match. */
function measureSizes(sizes: readonly number[]): {
  readonly bySize: readonly SizeFigures[];
  readonly bytesPerAsk: number;
  readonly bytesPerCard: number;
} {
  const [models, regions] = [20, 5];
  let figures = { bytesPerAsk: 0, bytesPerCard: 0 };
  const bySize = sizes.map((asks): SizeFigures => {
    const random = generator(asks);
    const empty = usedBytes();
    const engine = newEngine(createEngine, models);
    for (let card = 0; card < asks; card += 1) engine.apply(cardEvent(card, models, regions));
    const withCards = usedBytes();
    for (let card = 0; card < asks; card += 1) {
      engine.apply({ type: "ask", ask: askOf(card, 100n * TICK + BigInt(Math.floor(random() * 1e14))) });
    }
    const withAsks = usedBytes();
    figures = {
      bytesPerAsk: Math.round((withAsks - withCards) / asks),
      bytesPerCard: Math.round((withCards - empty) / asks),
    };
    const count = 200_000;
    const bids = Array.from({ length: count }, (_, i) =>
      bidOf(i, 1n << BigInt(Math.floor(random() * models)), 300n * TICK),
    );
    let matched = 0;
    const pass = (from: number, to: number): void => {
      for (let i = from; i < to; i += 1) {
        const [match] = engine.apply({ type: "bid", bid: bids[i] as Bid }).matches;
        const cardId = match?.legs[0]?.ask.cardId;
        if (match === undefined || cardId === undefined) continue;
        matched += 1;
        engine.apply({ type: "leaseEnd", cardId, key: match.id, end: START });
      }
    };
    pass(0, count / 2);
    collectGarbage();
    const seconds = timed(() => pass(count / 2, count));
    if (matched !== count) throw new RangeError(`${matched} of ${count} bids were matched`);
    return { asks, matchMicroseconds: round((1e6 * seconds) / (count / 2)) };
  });
  return { bySize, ...figures };
}

/* PEERS */

type PeerOrder = { readonly id: string; readonly side: "sell" | "buy"; readonly size: number; readonly price: number };
type NodejsOrderBook = {
  OrderBook: new () => { limit(order: PeerOrder): { done: readonly unknown[] }; cancel(id: string): unknown };
};
type MatchEngine = {
  Orderbook: new () => {
    add(id: number, side: number, price: number, quantity: number): { trades: readonly unknown[] };
    cancel(id: number): unknown;
  };
  TRADE_SIDE: { readonly ASK: number; readonly BID: number };
};

/** Installs the peers; returns whether they are there. */
async function havePeers(): Promise<boolean> {
  try {
    await installPeers();
    return true;
  } catch (error) {
    if (!(error instanceof PeersError)) throw error;
    process.stderr.write(`${error.message}
only our own figures follow
`);
    return false;
  }
}

function measurePeers(rounds: number, flow: readonly Operation[]): Readonly<Record<string, Rate>> {
  const require = createRequire(join(peersFolder, "package.json"));
  const { OrderBook }: NodejsOrderBook = require("nodejs-order-book");
  const { Orderbook, TRADE_SIDE }: MatchEngine = require("orderbook-match-engine");
  const names = flow.map(({ order }) => `${order}`);
  const first = rateOf(rounds, flow, () => {
    const book = new OrderBook();
    return (from, to) => {
      let trades = 0;
      for (let i = from; i < to; i += 1) {
        const { kind, price } = flow[i] as Operation;
        const id = names[i] as string;
        if (kind === "cancel") book.cancel(id);
        else trades += book.limit({ id, side: kind, size: 1, price }).done.length === 0 ? 0 : 1;
      }
      return { trades };
    };
  });
  const second = rateOf(rounds, flow, () => {
    const book = new Orderbook();
    return (from, to) => {
      let trades = 0;
      for (let i = from; i < to; i += 1) {
        const { kind, order, price } = flow[i] as Operation;
        if (kind === "cancel") book.cancel(order + 1);
        else trades += book.add(order + 1, kind === "sell" ? TRADE_SIDE.ASK : TRADE_SIDE.BID, price, 1).trades.length;
      }
      return { trades };
    };
  });
  return { "nodejs-order-book": first, "orderbook-match-engine": second };
}

/* FIGURES */

const collectGarbage: () => void = (() => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
})();

function usedBytes(): number {
  collectGarbage();
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const median = (figures: readonly number[]): number => [...figures].sort((a, b) => a - b)[figures.length >> 1] ?? 0;

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        ops: { type: "string", default: "300000" },
        rounds: { type: "string", default: "3" },
        sizes: { type: "string", default: "1000,100000,1000000" },
        alone: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
      },
    });
    const [ops, rounds, sizes] = [Number(values.ops), Number(values.rounds), values.sizes.split(",").map(Number)];
    const whole = [ops, rounds, ...sizes].every((figure) => Number.isSafeInteger(figure) && figure > 0);
    return whole && ops >= 1_000 ? { ops, rounds, sizes, alone: values.alone, json: values.json } : fail(USAGE);
  } catch (error) {
    return fail(`${(error as Error).message}\n${USAGE}`);
  }
}

function fail(message: string): never {
  process.stderr.write(message);
  process.exit(1);
}

async function main(): Promise<void> {
  const { ops, rounds, sizes, alone, json } = readArguments();
  const flow = makeFlow(ops, generator(7));
  const ours = rateOf(rounds, flow, () => engineRunner(flow));
  const peers = !alone && (await havePeers()) ? measurePeers(rounds, flow) : {};
  const { bySize, bytesPerAsk, bytesPerCard } = measureSizes(sizes);
  const growth = round((bySize.at(-1)?.matchMicroseconds ?? 0) / (bySize[0]?.matchMicroseconds ?? 1));
  const figures = {
    opsPerSecond: ours.ops,
    trades: ours.trades,
    peers: Object.fromEntries(
      Object.entries(peers).map(([name, { ops: rate, trades }]) => [name, { opsPerSecond: rate, trades }]),
    ),
    matchMicroseconds: Object.fromEntries(bySize.map(({ asks, matchMicroseconds }) => [asks, matchMicroseconds])),
    matchTimeGrowth: growth,
    bytesPerOpenOrder: bytesPerAsk,
    bytesPerCard,
    askMicroseconds: measureCrowds(createEngine, median),
  };
  if (json) {
    console.log(JSON.stringify(figures));
    return;
  }
  const line = (name: string, value: string): void => console.log(`${name.padEnd(42)}${value}`);
  line("mixed flow", `${figures.opsPerSecond} operations/s (${ours.trades} trades)`);
  for (const [name, { ops: rate, trades }] of Object.entries(peers))
    line(`  ${name}`, `${rate} operations/s (${trades} trades)`);
  for (const { asks, matchMicroseconds } of bySize) line(`a match among ${asks} asks`, `${matchMicroseconds} µs`);
  line("  last to first", `${growth}`);
  line(`memory at ${sizes.at(-1)} asks`, `${bytesPerAsk} bytes per order, ${bytesPerCard} per card`);
  for (const [waiting, microseconds] of Object.entries(figures.askMicroseconds))
    line(`an ask while ${waiting} `, `${microseconds} µs`);
}

await main();
