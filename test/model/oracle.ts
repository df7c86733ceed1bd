import { DAY, follow, max, min } from "./numbers.ts";
import { type Account, type Feed, require, type Source, type State } from "./state.ts";

export type Health = "Good" | "Skew" | "Blind";

export type Reading = {
  readonly low: bigint;
  readonly high: bigint;
  readonly slow: bigint;
  readonly health: Health;
  readonly thresholdBps: bigint;
  readonly blindSince: bigint;
  readonly blindSeconds: bigint;
};

/** The price of a source in dollars (1e18), or nothing if it fails a check. */
export function priceOf(s: State, source: Source): bigint | undefined {
  const feed: Feed | undefined = s.feeds.get(source.feed);
  if (feed === undefined || feed.broken || feed.decimals > 18n || feed.answer <= 0n) return undefined;
  if (feed.updatedAt > s.now || s.now - feed.updatedAt > source.heartbeat + 900n) return undefined;
  const price = feed.answer * 10n ** (18n - feed.decimals);
  const millionth = 10n ** 12n;
  if (price <= source.minPrice * millionth || price >= source.maxPrice * millionth) return undefined;
  return price;
}

/** Whether the sequencer has been up for an hour, or none is set. */
const sequencerUp = (s: State): boolean => s.oracle.sequencer === undefined || isUp(s, s.oracle.sequencer);

function isUp(s: State, sequencer: Account): boolean {
  const feed = s.feeds.get(sequencer);
  if (feed === undefined || feed.broken || feed.answer !== 0n) return false;
  return feed.startedAt !== 0n && feed.startedAt <= s.now && s.now - feed.startedAt >= 3_600n;
}

/** Seconds of ended Blinds that count for one that begins, or began, at `since`. */
const carried = (s: State, since: bigint): bigint =>
  s.oracle.blindLastEnd !== 0n && since - s.oracle.blindLastEnd < DAY ? s.oracle.blindEndedSeconds : 0n;

/** What a poke would find now. */
export function peek(s: State): Reading {
  const o = s.oracle;
  const prices = sequencerUp(s) ? o.sources.map((source) => priceOf(s, source)) : [];
  const live = prices.filter((price) => price !== undefined);
  const thresholdBps = max(...o.sources.map((source) => source.thresholdBps));
  if (live.length < 2) {
    return {
      low: 0n,
      high: max(o.lastGoodHigh, ...live),
      slow: o.slow,
      health: "Blind",
      thresholdBps,
      blindSince: o.blindSince,
      blindSeconds: o.blindSince === 0n ? carried(s, s.now) : carried(s, o.blindSince) + s.now - o.blindSince,
    };
  }
  const low = min(...live);
  const high = max(...live);
  const skew = high * 100n > low * 105n;
  const slow = skew ? o.slow : follow(o.slow, low, (s.now - o.clock) / 60n);
  return { low, high, slow, health: skew ? "Skew" : "Good", thresholdBps, blindSince: 0n, blindSeconds: 0n };
}

export function poke(s: State): Reading {
  const o = s.oracle;
  const reading = peek(s);
  if (reading.health === "Good") {
    o.clock = s.now - ((s.now - o.clock) % 60n);
    o.slow = reading.slow;
  } else {
    o.clock = s.now;
  }
  if (reading.health === "Blind") {
    if (o.blindSince === 0n) {
      o.blindEndedSeconds = carried(s, s.now);
      o.blindSince = s.now;
    }
    return reading;
  }
  o.lastGoodHigh = reading.high;
  if (o.blindSince !== 0n) {
    o.blindEndedSeconds += s.now - o.blindSince;
    o.blindLastEnd = s.now;
    o.blindSince = 0n;
  }
  return reading;
}

/** By governance: sets one of the two sources. */
export function setSource(s: State, slot: 0 | 1, source: Source): void {
  const o = s.oracle;
  const other = slot === 0 ? o.sources[1] : o.sources[0];
  const price = priceOf(s, source);
  const otherPrice = priceOf(s, other);
  require(price !== undefined, "SourceNotLive", undefined, source.feed);
  if (otherPrice !== undefined) {
    const near = price * 100n <= otherPrice * 105n && price * 100n >= otherPrice * 95n;
    require(near, "SourceOffTheOther", undefined, price, otherPrice);
  } else {
    const noneLive = priceOf(s, o.sources[slot]) === undefined;
    const longBlind = o.blindSince !== 0n && s.now - o.blindSince >= 7n * DAY;
    require(noneLive && longBlind, "SourceUncheckable", undefined, o.blindSince, 7n * DAY);
  }
  const { heartbeat, thresholdBps, minPrice, maxPrice } = source;
  require(heartbeat > 0n && heartbeat <= 90_000n, "SourceHeartbeatOutOfRange", undefined, heartbeat, 90_000n);
  require(thresholdBps <= 200n, "SourceThresholdTooLarge", undefined, thresholdBps, 200n);
  require(minPrice > 0n && maxPrice > minPrice, "SourceBoundsCrossed", undefined, minPrice, maxPrice);
  require(source.feed !== other.feed, "SourceDuplicated", undefined, source.feed);
  o.sources[slot] = source;
}

/** By governance: an uptime feed that says "up", or none. */
export function setSequencer(s: State, feed: Account): void {
  if (BigInt(feed) === 0n) {
    s.oracle.sequencer = undefined;
    return;
  }
  require(isUp(s, feed), "SequencerFeedNotUp", feed);
  s.oracle.sequencer = feed;
}
