import type { Queue, Waiting } from "./book.ts";
import type { MatchLeg } from "./events.ts";
import { before, first, HIGH_A, HIGH_B, LOW_A, LOW_B, RATE, ROW, type Rows } from "./ladder.ts";
import type { MarketState } from "./marketState.ts";
import type { createSupply } from "./supply.ts";

/** Asks that are offered one after the other; more at once are shown to all who could take any of them. */
const FEW = 8;

/** What offering asks of the engine. */
export type OfferHooks = {
  readonly bid: (bidId: number) => Waiting | undefined;
  /** What a bid can take and pay now, or nothing. */
  readonly takeFor: (waiting: Waiting) => MatchLeg[];
  /** Whether trying a bid may be of use now that some asks are offered anew. */
  readonly mayTake: (waiting: Waiting, offered: readonly number[]) => boolean;
  /** The most that a bid can pay for a card, cfUSD-wei per second. */
  readonly payable: (waiting: Waiting) => number;
  readonly settle: (bidId: number, waiting: Waiting, legs: MatchLeg[]) => boolean;
  /** Matches a bid until it can take no more. */
  readonly serve: (bidId: number, waiting: Waiting) => boolean;
};

/**
 * Offers asks of which more can be had to the bids that wait, the first in line first, whichever of the asks it takes.
 *
 * @param state - the market, kept up to date by the engine
 * @param supply - the asks
 * @param rows - figures of the bids
 * @param hooks - what the engine does for it
 * @example
 * const offers = createOffers(market, supply, rows, hooks);
 */
export function createOffers(
  state: Pick<MarketState, "now" | "pausedUntil">,
  supply: ReturnType<typeof createSupply>,
  rows: Rows,
  hooks: OfferHooks,
) {
  /** Asks to offer to those who wait; places behind `count` are out of use. */
  const asks: number[] = [];
  let count = 0;
  /** Waiting bids that have not been tried since they may take more than before. */
  const fresh: number[] = [];

  /** Remembers an ask to offer. */
  function later(id: number): void {
    asks[count] = id;
    count += 1;
  }

  /** Remembers a bid to try in its turn; it is in its queue. */
  function join(bidId: number): void {
    fresh.push(bidId);
  }

  /** Offers every open ask. */
  function all(): void {
    supply.all().forEach((ask, id) => {
      if (ask !== undefined && supply.isOpen(id)) later(id);
    });
  }

  /** Matches those who wait with what has come free, until nobody can take any of it. */
  function drain(): void {
    const isOpen = state.now >= state.pausedUntil;
    while (isOpen && count + fresh.length > 0) {
      if (fresh.length > 0 || count > FEW) offerInLine();
      else if (!offerFew()) count = 0;
    }
    count = 0;
    fresh.length = 0;
  }

  let offered = -1;
  const one = [-1];
  let best = -1;
  let found: MatchLeg[] = [];
  /** Whether a waiting bid, in the bounds of what is offered, comes before the best so far and can take it. */
  const wins = (bidId: number): boolean => {
    if (best >= 0 && !before(rows, bidId, best)) return true;
    const waiting = hooks.bid(bidId) as Waiting;
    const { bid, tier } = waiting;
    if (tier < supply.gate(offered)) return false;
    if (bid.thousandths < supply.figure(offered, LOW_B) || bid.duration < supply.figure(offered, LOW_A)) return false;
    if (!hooks.mayTake(waiting, one)) return false;
    const taken = hooks.takeFor(waiting);
    if (taken.length === 0) {
      // Who cannot pay is not asked again until its account changes.
      rows.figures[bidId * ROW + HIGH_A] = hooks.payable(waiting);
      return false;
    }
    best = bidId;
    found = taken;
    return true;
  };

  const offering = { limit: Number.POSITIVE_INFINITY, rate: 0, lowA: 0, lowB: 0, highA: 0, highB: 0, accepts: wins };

  /** Matches the first of those who wait that can take any of a few asks. */
  function offerFew(): boolean {
    best = -1;
    for (let i = 0; i < count; i += 1) offer(asks[i] as number);
    const waiting = hooks.bid(best);
    if (waiting === undefined) return false;
    if (!hooks.settle(best, waiting, found)) hooks.serve(best, waiting);
    return true;
  }

  /** Looks for the first of those who wait that can take an ask, before the best so far. */
  function offer(askId: number): void {
    if (!isOffered(askId)) return;
    offered = one[0] = askId;
    // Of bids, A are thousandths, and the most that they pay; B durations.
    offering.lowA = supply.figure(askId, HIGH_B);
    offering.lowB = supply.figure(askId, HIGH_A);
    offering.highA = supply.figure(askId, RATE);
    offering.highB = supply.figure(askId, LOW_A);
    const { queues: alike } = supply.marketOf(supply.card(askId));
    for (const { waiting } of alike) {
      if (waiting.size > 0) first(waiting, rows, offering);
    }
  }

  const isOffered = (askId: number): boolean => supply.ask(askId) !== undefined && supply.isOpen(askId);

  /** Tries, one by one as they are in line, the fresh bids and those that could take any of many asks. */
  function offerInLine(): void {
    const open = asks.slice(0, count).filter(isOffered);
    const own = new Set(fresh);
    const line = [...new Set([...fresh, ...reachedBy(open)])].sort((a, b) => (before(rows, a, b) ? -1 : 1));
    count = 0;
    fresh.length = 0;
    let tried = 0;
    for (; tried < line.length && fresh.length === 0; tried += 1) {
      const bidId = line[tried] as number;
      const waiting = hooks.bid(bidId);
      while (open.length > 0 && !isOffered(open.at(-1) as number)) open.pop();
      if (!waiting?.queued || !(own.has(bidId) || hooks.mayTake(waiting, open))) continue;
      hooks.serve(bidId, waiting);
    }
    if (tried === line.length) return;
    // Somebody who may take more now may be before those who are left.
    open.forEach(later);
    fresh.push(...line.slice(tried).filter((bidId) => own.has(bidId)));
  }

  /** Waiting bids in bounds that hold all of some asks. */
  function reachedBy(open: readonly number[]): readonly number[] {
    const reached: number[] = [];
    const bounds = { ...offering, lowA: 0, lowB: 0, highA: Number.POSITIVE_INFINITY, highB: Number.POSITIVE_INFINITY };
    const queues = new Set<Queue>();
    for (const id of open) {
      bounds.lowA = Math.max(bounds.lowA, supply.figure(id, HIGH_B));
      bounds.lowB = Math.max(bounds.lowB, supply.figure(id, HIGH_A));
      bounds.highA = Math.min(bounds.highA, supply.figure(id, RATE));
      bounds.highB = Math.min(bounds.highB, supply.figure(id, LOW_A));
      for (const queue of supply.marketOf(supply.card(id)).queues) queues.add(queue);
    }
    bounds.accepts = (bidId) => {
      reached.push(bidId);
      return false;
    };
    for (const { waiting } of queues) first(waiting, rows, bounds);
    return reached;
  }

  return { later, join, all, drain, isDue: (): boolean => count + fresh.length > 0 };
}
