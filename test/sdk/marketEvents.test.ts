import { expect } from "chai";
import fc from "fast-check";
import { InvalidInputError } from "../../sdk/src/index.ts";
import { audit, createEngine, type MarketEvent, type MatcherLog } from "../../sdk/src/matching/index.ts";
import {
  formatMatcherLog,
  parseMarketEvent,
  parseMarketEvents,
  parseMatcherLog,
  parseSignedAsk,
} from "../../sdk/src/orders/index.ts";
import { anyAsk, anyBid, ask, bid } from "./support/orders.ts";

const ONE = 10n ** 18n;
const operator = ask.operator;
const lease = { operator, rate: 5n, feeBps: 300, thousandths: 500, start: 10, end: 20 };
const limits = { ownerFloorRate: 1n, termFloorRate: 2n, longestHours: 3, saleEnd: 4, termEnd: 5, decayBps: 6 };
const card = { operator, hostId: 1, epoch: 0, model: 0, region: 0, state: "Verified", bond: 100n * ONE } as const;

/** One of every kind, as an engine takes it. */
const events: readonly MarketEvent[] = [
  { type: "time", now: 1_800_000_000 },
  { type: "pause", until: 0 },
  { type: "parameters", parameters: { feeBps: 300, tokenFeeBps: 150, longestMinDuration: 86_400 } },
  { type: "bondPrice", price: ONE },
  { type: "leaseMint", rate: ONE * ONE },
  { type: "model", model: 0, terms: { minimumBond: 44n * ONE, referenceValue: 2_200n * ONE, memoryMiB: 24_576 } },
  { type: "host", operator, hostId: 1, cpuMilli: 64_000 },
  { type: "card", cardId: 2n ** 255n, terms: card },
  { type: "card", cardId: 1n, terms: { ...card, limits, revenue: { amount: 7n, at: 8 }, encumbered: true } },
  { type: "bond", cardId: 1n, bond: 0n },
  { type: "account", address: bid.renter, counter: 1n, tier: 2, dollars: 3n, tokens: 4n },
  { type: "account", address: bid.renter },
  { type: "order", maker: operator, salt: 7n, word: 255 },
  { type: "ask", ask },
  { type: "bid", bid, needs: { memoryMib: 1_024 } },
  { type: "withdraw", ask: 0 },
  { type: "withdraw", bid: 3 },
  { type: "lease", cardId: 1n, key: "9", lease },
  { type: "leaseEnd", cardId: 1n, key: 4, end: 15 },
  { type: "leaseEnd", cardId: 1n, key: "9", end: 15 },
];

const json = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? inner.toString() : inner));

const failureOf = (parse: () => unknown): InvalidInputError => {
  try {
    parse();
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    throw error;
  }
  throw new Error("it was taken");
};

/** A log of a match that is made and fails. */
const logOf = (): MatcherLog => {
  const options = { submitter: operator, now: 1_800_000_000, seed: 5 };
  const engine = createEngine(options);
  const steps: { event: MarketEvent; matches: MatcherLog["steps"][number]["matches"] }[] = [];
  const tell = (event: MarketEvent) => {
    const { matches } = engine.apply(event);
    steps.push({ event, matches });
    return matches;
  };
  const open = { minThousandths: 1, minDuration: 600, maxDuration: 36_000, priorityTier: 0, openFrom: 0, counter: 0n };
  for (const event of events.slice(0, 5)) tell(event);
  tell({ type: "card", cardId: 1n, terms: card });
  const until = 1_900_000_000;
  tell({ type: "ask", ask: { ...ask, ...open, cardId: 1n, epoch: 0, ratePerSecond: 10n ** 14n, validUntil: until } });
  const wish = {
    models: 1n,
    regions: 1n,
    thousandths: 1_000,
    quantity: 1,
    minQuantity: 1,
    sameHost: false,
    counter: 0n,
  };
  const pay = {
    maxRatePerSecond: 10n ** 15n,
    duration: 3_600,
    payInToken: false,
    exclusiveUntil: 0,
    validUntil: until,
  };
  const [match] = tell({ type: "bid", bid: { ...bid, ...wish, ...pay } });
  if (match !== undefined) tell({ type: "failed", match, withdraw: true });
  return { options, steps };
};

describe("parseMarketEvent, parseMarketEvents", function () {
  this.timeout(60_000);

  it("take every kind of event as it is, and as JSON gives it, whichever way integers are written", () => {
    for (const event of events) {
      expect(parseMarketEvent(event)).to.deep.equal(event);
      expect(parseMarketEvent(json(event))).to.deep.equal(event);
      const texts: unknown = JSON.parse(json(event), (_, value) => (typeof value === "number" ? `${value}` : value));
      if (event.type !== "leaseEnd") expect(parseMarketEvent(texts)).to.deep.equal(event);
    }
    expect(parseMarketEvents(json(events))).to.deep.equal(events);
    expect(new Set(events.map(({ type }) => type)).size).to.equal(16);
  });

  it("take any order", () => {
    fc.assert(
      fc.property(anyAsk, anyBid, (anAsk, aBid) => {
        const both = [{ type: "ask", ask: anAsk } as const, { type: "bid", bid: aBid } as const];
        expect(parseMarketEvents(json(both))).to.deep.equal(both);
      }),
      { numRuns: 50 },
    );
  });

  const wrong: readonly (readonly [path: string, found: string, event: unknown])[] = [
    ["event.now", "NaN", { type: "time", now: Number.NaN }],
    ["event.now", "1.5", { type: "time", now: 1.5 }],
    ["event.now", "-1", { type: "time", now: -1 }],
    ["event.now", "null", '{"type":"time","now":null}'],
    ["event.now", '"0x10"', { type: "time", now: "0x10" }],
    ["event.now", "undefined", { type: "time" }],
    ["event.now", "1099511627776", { type: "time", now: 2 ** 40 }],
    ["event.until", "Infinity", { type: "pause", until: Number.POSITIVE_INFINITY }],
    ["event.word", "256", { type: "order", maker: operator, salt: 7n, word: 256 }],
    ["event.salt", "-7", { type: "order", maker: operator, salt: -7n, word: 0 }],
    ["event.maker", '"me"', { type: "order", maker: "me", salt: 7n, word: 0 }],
    ["event.tier", "0.5", { type: "account", address: operator, tier: 0.5 }],
    ["event.dollars", "an object", { type: "account", address: operator, dollars: {} }],
    ["event.hostId", "-1", { type: "host", operator, hostId: -1 }],
    ["event.hostId", '"first"', { type: "host", operator, hostId: "first" }],
    ["event.cpuMilli", "NaN", { type: "host", operator, hostId: 1, cpuMilli: Number.NaN }],
    ["event.terms.hostId", "4294967296", { type: "card", cardId: 1n, terms: { ...card, hostId: 2 ** 32 } }],
    ["event.terms.state", '"Good"', { type: "card", cardId: 1n, terms: { ...card, state: "Good" } }],
    ["event.terms.leases", "a list", { type: "card", cardId: 1n, terms: { ...card, leases: [] } }],
    [
      "event.terms.limits.decayBps",
      "10001",
      { type: "card", cardId: 1n, terms: { ...card, limits: { ...limits, decayBps: 10_001 } } },
    ],
    ["event.cardId", "9007199254740992", { type: "bond", cardId: 2 ** 53, bond: 0n }],
    ["event.lease", "undefined", { type: "lease", cardId: 1n, key: "9" }],
    ["event.lease.end", "9", { type: "lease", cardId: 1n, key: "9", lease: { ...lease, end: 9 } }],
    ["event.lease.rate", "1e-7", { type: "lease", cardId: 1n, key: "9", lease: { ...lease, rate: 1e-7 } }],
    ["event.lease.thousandths", "0", { type: "lease", cardId: 1n, key: "9", lease: { ...lease, thousandths: 0 } }],
    ["event.key", "true", { type: "leaseEnd", cardId: 1n, key: true, end: 15 }],
    ["event.end", "15.5", { type: "leaseEnd", cardId: 1n, key: 4, end: 15.5 }],
    ["event.ask.epoch", "-1", { type: "ask", ask: { ...ask, epoch: -1 } }],
    ["event.bid.sameHost", "1", { type: "bid", bid: { ...bid, sameHost: 1 } }],
    ["event.signature", '"0x"', { type: "ask", ask, signature: "0x" }],
    ["event.match", "undefined", { type: "failed" }],
    ["event", "an object", { type: "withdraw", ask: 1, bid: 1 }],
    ["event", "an object", { type: "withdraw" }],
    ["event.type", '"tiem"', { type: "tiem", now: 1 }],
    ["event.type", "undefined", {}],
    ["event", "undefined", undefined],
    ["event", "null", "null"],
    ["event", "a list", []],
  ];
  for (const [path, found, event] of wrong)
    it(`name ${path} and what stands there: ${found}`, () => {
      const failure = failureOf(() => parseMarketEvent(event));
      expect(failure.path).to.equal(path);
      expect(failure.message)
        .to.match(/: expected .+, found /)
        .and.to.satisfy((text: string) => text.endsWith(`, found ${found}`));
      expect(failure.remedy).to.include(failure.expected).and.not.to.include("found");
    });

  it("say which kinds of events there are, and where in a list one is wrong", () => {
    const { expected } = failureOf(() => parseMarketEvent({ type: "tiem" }));
    for (const { type } of events) expect(expected).to.include(type);
    expect(expected).to.include("failed");
    expect(failureOf(() => parseMarketEvents([events[0], { type: "pause", until: -1 }])).path).to.equal(
      "events.1.until",
    );
    expect(failureOf(() => parseMarketEvents("[")).message).to.equal("events: expected JSON");
    expect(failureOf(() => parseMarketEvents({})).path).to.equal("events");
  });

  it("show of hostile values little, and nothing that a terminal obeys", () => {
    const { message } = failureOf(() => parseMarketEvent({ type: "time", now: `\u001b[2J${"x".repeat(1_000)}` }));
    expect(message).to.have.length.below(150).and.not.to.include("\u001b");
    // What strangers sign is not repeated at all.
    expect(failureOf(() => parseSignedAsk('{"ask":7,"signature":"0x00"}')).message).not.to.include("found");
  });
});

describe("parseMatcherLog", () => {
  it("reads a log back so that it is audited as it was", () => {
    const log = logOf();
    expect(log.steps.flatMap(({ matches }) => matches)).to.have.length(1);
    const read = parseMatcherLog(formatMatcherLog(log));
    expect(read).to.deep.equal(log);
    expect(audit(read)).to.equal(undefined);
    const text = formatMatcherLog(log).replace(/("escrow":")\d/, "$19");
    expect(audit(parseMatcherLog(text))).to.include({ fault: "WrongFigures" });
  });

  it("names the step that is wrong", () => {
    const text = formatMatcherLog(logOf());
    const paths = [
      ["log.steps.7.matches.0.legs.0.rate", text.replace(/"rate":"\d+","thousandths"/, '"rate":"-1","thousandths"')],
      ["log.steps.7.matches.0.tokenIn", text.replace(/"tokenIn":"\d+"/, '"tokenIn":0.5')],
      ["log.steps.7.matches.0.legs.0.score.fit", text.replace(/"fit":\d+/, '"fit":null')],
      [
        "log.steps.0.event.now",
        text.replace('{"event":{"type":"time","now":1800000000', '{"event":{"type":"time","now":1.5'),
      ],
      ["log.options.submitter", text.replace(/"submitter":"0x/, '"submitter":"')],
    ] as const;
    for (const [path, changed] of paths) expect(failureOf(() => parseMatcherLog(changed)).path).to.equal(path);
  });
});
