import * as z from "zod/mini";
import { cardStateNames } from "../abis/enums.ts";
import type { MarketEvent, MatcherLog } from "../matching/index.ts";
import { address, askOf, bidOf, type Integers, parseJson, read, saying } from "./json.ts";

/* FIELDS */

/** Integers as they are, or as decimal strings, as JSON must give the large ones. */
const integerOf = (value: unknown): bigint | undefined => {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === "string" && /^(0|[1-9][0-9]{0,77})$/.test(value) ? BigInt(value) : undefined;
};

const integer = (least: bigint, most: bigint, bounds: string): z.ZodMiniType<bigint> => {
  const isWithin = (value: bigint | undefined): boolean => value !== undefined && value >= least && value <= most;
  return z.pipe(
    z.custom((value) => isWithin(integerOf(value)), saying(`a whole number from ${bounds}`)),
    z.transform((value) => integerOf(value) ?? 0n),
  );
};

const big = (bits: number) => integer(0n, 2n ** BigInt(bits) - 1n, `0 to 2^${bits} - 1`);
const whole = (most: number, least = 0) =>
  z.pipe(
    integer(BigInt(least), BigInt(most), `${least} to ${most}`),
    z.transform((value) => Number(value)),
  );
const integers: Integers = { big, small: (bits) => whole(2 ** bits - 1) };
const ask = askOf(integers);
const bid = bidOf(integers);

const seconds = whole(2 ** 40 - 1);
const figure = whole(Number.MAX_SAFE_INTEGER);
const bps = whole(10_000);
const part = whole(1_000, 1);
const kind = whole(255);
const cardId = big(256);
const amount = big(256);
const text = z.string(saying("a text"));
const flag = z.boolean(saying("true or false"));
const number = z.custom<number>((value) => Number.isFinite(value), saying("a finite number"));
const object = <Shape extends z.core.$ZodShape>(shape: Shape) => z.strictObject(shape, "an object");

/* TERMS */

const host = { cpuMilli: z.optional(figure), memoryMib: z.optional(figure) };
const needs = object({ ...host, cardMemoryMib: z.optional(figure) });

const limits = object({
  ownerFloorRate: big(64),
  termFloorRate: big(64),
  longestHours: whole(2 ** 16 - 1),
  saleEnd: seconds,
  termEnd: seconds,
  decayBps: bps,
});

const cardTerms = object({
  operator: address,
  hostId: whole(2 ** 32 - 1),
  epoch: whole(2 ** 32 - 1),
  model: kind,
  region: kind,
  state: z.enum(cardStateNames, saying(`one of ${cardStateNames.join(", ")}`)),
  limits: z.optional(limits),
  bond: amount,
  revenue: z.optional(object({ amount, at: seconds })),
  encumbered: z.optional(flag),
});

const lease = object({
  operator: address,
  rate: big(64),
  feeBps: bps,
  thousandths: part,
  start: seconds,
  end: seconds,
}).check(z.refine(({ start, end }) => start <= end, { error: "a time not before `start`", path: ["end"] }));

/* MATCHES */

const score = object({
  ...{ rate: number, weight: number, effective: number, cheapest: number },
  ...{ fit: number, waste: number, since: number, tie: number },
});

const match = z.pipe(
  object({
    ...{ id: figure, time: seconds, bidId: figure, bid, needs: z.optional(needs) },
    priority: object({ since: number, tier: kind, tie: number, at: number }),
    tokenIn: amount,
    legs: z.array(object({ askId: figure, ask, rate: big(64), thousandths: part, escrow: amount, score }), "a list"),
  }),
  // JSON leaves out what is undefined; a match says it.
  z.transform((read) => ({ ...read, needs: read.needs })),
);

/* EVENTS */

const event = <Type extends string, Shape extends z.core.$ZodShape>(type: Type, shape: Shape) =>
  object({ type: z.literal(type), ...shape });

/** One order is taken back: an ask or a bid. */
const withdrawal = z.pipe(
  event("withdraw", { ask: z.optional(figure), bid: z.optional(figure) }).check(
    z.refine(({ ask, bid }) => (ask === undefined) !== (bid === undefined), { error: "either `ask` or `bid`" }),
  ),
  z.transform(({ ask, bid = 0 }) =>
    ask === undefined ? ({ type: "withdraw", bid } as const) : ({ type: "withdraw", ask } as const),
  ),
);

const cardLease = { cardId, key: text };
const events = [
  event("time", { now: seconds }),
  event("pause", { until: seconds }),
  event("parameters", { parameters: object({ feeBps: bps, tokenFeeBps: bps, longestMinDuration: seconds }) }),
  event("bondPrice", { price: amount }),
  event("leaseMint", { rate: amount }),
  event("model", {
    model: kind,
    terms: object({ minimumBond: amount, referenceValue: amount, memoryMiB: figure }),
  }),
  event("host", { operator: address, hostId: whole(2 ** 32 - 1), ...host }),
  event("card", { cardId, terms: cardTerms }),
  event("bond", { cardId, bond: amount }),
  event("account", {
    address,
    counter: z.optional(amount),
    tier: z.optional(kind),
    dollars: z.optional(amount),
    tokens: z.optional(amount),
  }),
  event("order", { maker: address, salt: big(256), word: kind }),
  event("ask", { ask }),
  event("bid", { bid, needs: z.optional(needs) }),
  event("lease", { ...cardLease, lease }),
  event("leaseEnd", {
    ...cardLease,
    key: z.union([text, figure], "a text, or the number of a match"),
    end: seconds,
  }),
  event("failed", { match, withdraw: z.optional(flag) }),
  withdrawal,
] as const;
const types = events.map(({ def }) => ("in" in def ? "withdraw" : def.shape.type.def.values[0])).join(", ");

const marketEvent: z.ZodMiniType<MarketEvent> = z.discriminatedUnion("type", events, `one of ${types}`);
const marketEvents = z.array(marketEvent, "a list of events");

const matcherLog: z.ZodMiniType<MatcherLog> = object({
  options: object({
    submitter: address,
    now: z.optional(seconds),
    seed: z.optional(figure),
    toleranceBps: z.optional(figure),
    headStart: z.optional(seconds),
    patience: z.optional(seconds),
  }),
  steps: z.array(object({ event: marketEvent, matches: z.array(match, "a list of matches") }), "a list of steps"),
});

/**
 * Checks an event of a market before a matching engine is given it: the engine trusts its events. Integers may be `bigint`, `number` or
 * decimal strings, whichever way they were kept.
 *
 * @param given - an event, or its JSON text
 * @returns the event as the engine takes it
 * @throws InvalidInputError with the path of the first value that is wrong, the value, and what is expected there
 *
 * @example
 * const event = parseMarketEvent('{"type":"order","maker":"0x00000000000000000000000000000000000000a1","salt":"7","word":255}');
 */
export const parseMarketEvent = (given: unknown): MarketEvent => parse(marketEvent, "event", given);

/**
 * Checks a list of events, as {@link parseMarketEvent} does one.
 *
 * @param given - events, or their JSON text
 * @throws InvalidInputError as {@link parseMarketEvent}
 *
 * @example
 * const events = parseMarketEvents('[{"type":"time","now":1763800000},{"type":"pause","until":0}]');
 */
export const parseMarketEvents = (given: unknown): readonly MarketEvent[] => parse(marketEvents, "events", given);

/**
 * Reads a matcher's log for `audit`: what a stranger says that it saw and did.
 *
 * @param given - a log, or its JSON text, as {@link formatMatcherLog} writes it
 * @throws InvalidInputError as {@link parseMarketEvent}
 *
 * @example
 * const log = parseMatcherLog(text);
 */
export const parseMatcherLog = (given: unknown): MatcherLog => parse(matcherLog, "log", given);

/**
 * A matcher's log as JSON text that {@link parseMatcherLog} reads: `bigint` as decimal strings.
 *
 * @param log - settings, events and matches
 *
 * @example
 * const text = formatMatcherLog({ options: { submitter }, steps });
 */
export const formatMatcherLog = (log: MatcherLog): string =>
  JSON.stringify(log, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));

const parse = <Output>(schema: z.ZodMiniType<Output>, root: string, given: unknown): Output => {
  const value = typeof given === "string" ? parseJson(root, given) : given;
  return read(schema, value, root, "another value", (path) => shown(valueAt(value, path)));
};

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );

/** A value in a message: short, and without what a terminal would obey. */
const shown = (value: unknown): string => {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  return typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : String(value);
};
