import type { Ask, Bid } from "../abis/structs.ts";
import type { Host, Waiting, Want } from "./book.ts";
import { PLACES } from "./cardRules.ts";
import { type Cards, type HostRoom, hold, suffices } from "./cards.ts";
import { checkLeg } from "./checkMatch.ts";
import { FREE, KEPT, LAST_END, NEXT_END } from "./figures.ts";
import { before, RATE, type Rows, SCORE } from "./ladder.ts";
import type { MarketState } from "./marketState.ts";
import type { OfferHooks } from "./offers.ts";
import type { Paid } from "./payments.ts";
import type { createSearch } from "./search.ts";
import type { createSupply } from "./supply.ts";

/** Bids for which cards are kept at once. */
const MOST_KEPT = 256;
/** Seconds after which a bid is looked at again for which cards could not be looked for, or not be kept any more. */
const SOON = 60;

/** Cards that are gone over in a second, to keep some of them. */
const CARDS_A_SECOND = 100_000;

/** What the keeping of cards asks of the engine. */
type Hooks = Pick<OfferHooks, "bid" | "settle" | "serve"> & {
  readonly releasedAt: (bid: Bid) => number;
  readonly leastOf: (waiting: Waiting) => number;
  readonly isPaid: (waiting: Waiting, legs: readonly Paid[]) => boolean;
  readonly refreshAsks: (card: number) => void;
  /** Offers all cards of a host of which more can be had. */
  readonly offerHost: (host: Host) => void;
  /** Looks at a bid again after some time. */
  readonly later: (bidId: number, seconds: number) => void;
};

/** A card that could be kept: when enough of it is free, and for how much it would be let. */
type Candidate = Paid & { readonly card: number; readonly ready: number };

/**
 * Keeps cards for bids that have waited long, so that nobody waits for ever.
 *
 * @param state - the market, kept up to date by the engine
 * @param cards - what is kept
 * @param supply - asks for them
 * @param search - makes legs of them
 * @param rows - figures of the bids
 * @param patience - seconds after which cards are kept for a bid
 * @param hooks - what the engine does for it
 * @example
 * const keeper = createKeeper(market, cards, supply, search, rows, 3_600, hooks);
 */
export function createKeeper(
  state: MarketState,
  cards: Cards,
  supply: ReturnType<typeof createSupply>,
  search: ReturnType<typeof createSearch>,
  rows: Rows,
  patience: number,
  hooks: Hooks,
) {
  let kept: number[] = [];
  /** All cards. */
  const every: number[] = [];
  let lastScan = Number.NEGATIVE_INFINITY;
  /** Bids that may have waited so long that cards are to be kept for them. */
  const overdue = new Set<number>();

  /**
   * Keeps the cards that come free first for a bid, while it is good: as many as it must have, on one host where it wants one, and
   * what it needs of their hosts. Keeps none where there are too few, or the renter could not pay for them. Where only bids behind it
   * in line leave too few, theirs are taken from them: so the first in line is served, then the next.
   */
  function keep(bidId: number, waiting: Waiting): void {
    const last = kept.length < MOST_KEPT ? undefined : kept.reduce((a, b) => (before(rows, a, b) ? b : a));
    if (last !== undefined && !before(rows, bidId, last)) {
      hooks.later(bidId, SOON);
      return;
    }
    lastScan = state.now;
    const isFree = (card: number): boolean => cards.figure(card, KEPT) < 0;
    const isBehind = (card: number): boolean => isFree(card) || before(rows, bidId, cards.figure(card, KEPT));
    let best = soonestFor(waiting, isFree);
    const robbed = new Set<number>();
    if (best.length === 0 && kept.length > 0) {
      best = soonestFor(waiting, isBehind);
      const own = best.map(({ card }) => card);
      const touched = waiting.needs === undefined ? own : hostsOf(own).flatMap(({ cards: all }) => all);
      for (const card of touched) if (!isFree(card) && isBehind(card)) robbed.add(cards.figure(card, KEPT));
    }
    if (best.length === 0) return;
    if (last !== undefined) robbed.add(last);
    const losers = [...robbed].flatMap((id) => {
      const loser = hooks.bid(id);
      hooks.later(id, SOON);
      return loser === undefined ? [] : [{ loser, own: letGo(id, loser) }];
    });
    kept.push(bidId);
    waiting.kept = best.map(({ card }) => card);
    for (const card of waiting.kept) {
      cards.keepFor(card, bidId, waiting.needs);
      for (const id of supply.asksOf(card)) supply.refreshAsk(id);
    }
    for (const { loser, own } of losers) offerAgain(loser, own);
    tryKept(bidId);
  }

  /** The cards that come free first for a bid, of those that may be kept for it; none if there are too few. */
  function soonestFor(waiting: Waiting, isFree: (card: number) => boolean): readonly Candidate[] {
    let best: readonly Candidate[] = [];
    for (const group of groupsFor(waiting)) {
      const soonest = soonestOf(group, waiting, isFree);
      if (soonest.length === 0 || !hooks.isPaid(waiting, soonest)) continue;
      if (best.length === 0 || (soonest.at(-1)?.ready ?? 0) < (best.at(-1)?.ready ?? 0)) best = soonest;
    }
    return best;
  }

  /** Cards of which a bid could take as many as it must have: those of each large enough host where it wants one, or all. */
  function groupsFor(waiting: Waiting): readonly (readonly number[])[] {
    while (every.length < cards.count()) every.push(every.length);
    if (!waiting.bid.sameHost) return [every];
    const least = hooks.leastOf(waiting);
    const hosts = Array.from({ length: cards.hostCount() }, (_, id) => cards.host(id).cards);
    return hosts.filter((own) => own.length >= least);
  }

  /** As many cards as a bid must have, the soonest, of which their hosts can serve all at once; none if there are too few. */
  function soonestOf(
    group: readonly number[],
    waiting: Waiting,
    isFree: (card: number) => boolean,
  ): readonly Candidate[] {
    const { needs = {} } = waiting;
    const rooms = new Map<number, HostRoom>();
    const least = hooks.leastOf(waiting);
    const soonest: Candidate[] = [];
    for (const candidate of readyFor(group, waiting, isFree)) {
      if (soonest.length === least) break;
      const { card } = candidate;
      const host = cards.hostOf(card);
      const room = host === undefined ? undefined : (rooms.get(host.id) ?? roomOf(host, isFree));
      if (host !== undefined && room !== undefined) rooms.set(host.id, room);
      if (room !== undefined && !suffices(room, needs)) continue;
      const escrow = priceOf(waiting, card);
      if (escrow === undefined) continue;
      hold(room, needs, 1);
      soonest.push({ ...candidate, escrow });
    }
    return soonest.length < least ? [] : soonest;
  }

  /** Cards with an ask that a bid accepts the rate of, in the order in which they are ready for it. */
  function readyFor(
    group: readonly number[],
    { bid, maxRate, queue }: Waiting,
    isFree: (card: number) => boolean,
  ): readonly Omit<Candidate, "escrow">[] {
    const found: Omit<Candidate, "escrow">[] = [];
    const { thousandths, validUntil } = bid;
    const soonest = thousandths === 1000 ? LAST_END : NEXT_END;
    for (const card of group) {
      if (!isFree(card) || (cards.figure(card, FREE) < thousandths && cards.figure(card, soonest) > validUntil))
        continue;
      if (!queue.markets.includes(supply.marketOf(card)) || !hasAskUpTo(card, maxRate)) continue;
      const ready = readyAt(card, thousandths);
      if (ready <= validUntil) found.push({ card, ready });
    }
    return found.sort((a, b) => a.ready - b.ready || a.card - b.card);
  }

  function hasAskUpTo(card: number, rate: number): boolean {
    for (let id = supply.firstAsk(card); id >= 0; id = supply.next(id))
      if (supply.figure(id, RATE) <= rate) return true;
    return false;
  }

  /** What a host would have if no lease ran on it, beside what it reserves for bids that keep their cards. */
  function roomOf(host: Host, isFree: (card: number) => boolean): HostRoom {
    const room = cards.idle(host);
    for (const card of host.cards)
      if (cards.figure(card, KEPT) >= 0 && isFree(card)) hold(room, hooks.bid(cards.figure(card, KEPT))?.needs, -1);
    return room;
  }

  /** Least rent for which a bid could take a card if no lease ran on it, or undefined if it could not. */
  function priceOf({ bid, queue, needs }: Want, card: number): bigint | undefined {
    if (!queue.markets.includes(supply.marketOf(card))) return undefined;
    const terms = cards.at(card);
    if ((state.models.get(terms.model)?.memoryMiB ?? 0) < (needs?.cardMemoryMib ?? 0)) return undefined;
    const idle: MarketState = { ...state, cards: { get: () => ({ ...terms, leases: [] }) } };
    let least: bigint | undefined;
    for (const id of supply.asksOf(card)) {
      const leg = checkLeg(idle, bid, supply.ask(id) as Ask);
      if (leg.refusal === "None" && (least === undefined || leg.opened.escrow < least)) least = leg.opened.escrow;
    }
    return least;
  }

  /** Second at which enough of a card is free. */
  function readyAt(card: number, thousandths: number): number {
    const { leases } = cards.at(card);
    if (leases.length === 0) return state.now;
    let [left, places, ready] = [cards.figure(card, FREE), leases.length, state.now];
    for (const lease of [...leases].sort((a, b) => a.end - b.end)) {
      if (left >= thousandths && places < PLACES) break;
      left += lease.thousandths;
      places -= 1;
      ready = lease.end;
    }
    return ready;
  }

  /** Whether all cards kept for a bid, and no more, are still what it waits for. */
  function isGood(waiting: Waiting, own: readonly number[]): boolean {
    if (own.length !== hooks.leastOf(waiting)) return false;
    const legs: Paid[] = [];
    for (const card of own) {
      const escrow = priceOf(waiting, card);
      if (escrow === undefined) return false;
      legs.push({ escrow });
    }
    return hooks.isPaid(waiting, legs) && hostsOf(own).every((host) => canServe(cards.idle(host), waiting));
  }

  const hostsOf = (own: readonly number[]): readonly Host[] => [
    ...new Set(own.flatMap((card) => cards.hostOf(card) ?? [])),
  ];

  /** Matches a bid with the cards kept for it once it can take all of them; looks for others where it cannot take them any more. */
  function tryKept(bidId: number): void {
    const waiting = hooks.bid(bidId);
    if (waiting?.kept === undefined || hooks.releasedAt(waiting.bid) > state.now) return;
    const { bid, kept: own } = waiting;
    if (state.now > bid.validUntil) return;
    if (!isGood(waiting, own)) {
      release(bidId, waiting);
      keep(bidId, waiting);
      if (waiting.kept === undefined) hooks.later(bidId, SOON);
      return;
    }
    const taken = own.flatMap((card) => {
      const good = supply.asksOf(card).filter((id) => checkLeg(state, bid, supply.ask(id) as Ask).refusal === "None");
      const id = good.sort((a, b) => (before(supply.rows, a, b) ? -1 : 1))[0];
      return id === undefined ? [] : [search.legOf(id, bid, supply.figure(id, SCORE), 0)];
    });
    if (taken.length < own.length || !hooks.isPaid(waiting, taken)) return;
    if (!hostsOf(own).every((host) => canServe(host, waiting))) return;
    release(bidId, waiting);
    if (!hooks.settle(bidId, waiting, taken)) hooks.serve(bidId, waiting);
  }

  function release(bidId: number, waiting: Waiting): void {
    offerAgain(waiting, letGo(bidId, waiting));
  }

  /** Keeps no cards for a bid any more; returns which it were. */
  function letGo(bidId: number, waiting: Waiting): readonly number[] {
    const own = waiting.kept ?? [];
    waiting.kept = undefined;
    if (own.length > 0) kept = kept.filter((id) => id !== bidId);
    for (const card of own) cards.keepFor(card, -1);
    return own;
  }

  /** Offers cards that were kept for a bid, and what it needed of their hosts. */
  function offerAgain({ needs }: Waiting, own: readonly number[]): void {
    own.forEach(hooks.refreshAsks);
    if (needs !== undefined) hostsOf(own).forEach(hooks.offerHost);
  }

  /** Keeps cards for bids that have waited long, one a second or, since that goes over all cards, less often where there are many. */
  function keepOverdue(): void {
    for (const id of overdue) {
      if (state.now - lastScan < cards.count() / CARDS_A_SECOND) break;
      overdue.delete(id);
      const waiting = hooks.bid(id);
      if (!waiting?.queued || waiting.kept !== undefined || waiting.since + patience > state.now) continue;
      const wait = hooks.releasedAt(waiting.bid) - state.now;
      if (wait <= 0) keep(id, waiting);
      if (waiting.kept === undefined && hooks.bid(id) === waiting) hooks.later(id, wait > 0 ? wait : patience);
    }
  }

  return {
    keepSoon: (bidId: number): void => {
      overdue.add(bidId);
    },
    isDue: (): boolean => overdue.size > 0,
    keepOverdue,
    tryKept,
    release,
    size: (): number => kept.length,
  };
}

/** Whether a host, of which what it reserves for a bid is taken off, serves that. */
const canServe = ({ cpuMilli, memoryMib }: HostRoom, { needs = {} }: Waiting): boolean =>
  (!needs.cpuMilli || cpuMilli >= 0) && (!needs.memoryMib || memoryMib >= 0);
