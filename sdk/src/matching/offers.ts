import type { Waiting } from "./book.ts";
import type { MatchLeg } from "./events.ts";
import { before, first, HIGH_A, HIGH_B, LOW_A, LOW_B, RATE, type Rows } from "./ladder.ts";
import type { MarketState } from "./marketState.ts";
import type { createSupply } from "./supply.ts";

/** What offering asks of the engine. */
export type OfferHooks = {
  readonly bid: (bidId: number) => Waiting | undefined;
  readonly leftOf: (waiting: Waiting) => number;
  readonly leastOf: (waiting: Waiting) => number;
  readonly isPaid: (waiting: Waiting, legs: readonly MatchLeg[]) => boolean;
  readonly settle: (bidId: number, waiting: Waiting, legs: MatchLeg[]) => boolean;
};

/**
 * Offers asks of which more can be had to the bids that wait, the first in line first.
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

  /** Remembers an ask to offer. */
  function later(id: number): void {
    asks[count] = id;
    count += 1;
  }

  /** Offers every open ask. */
  function all(): void {
    supply.all().forEach((ask, id) => {
      if (ask !== undefined && supply.isOpen(id)) later(id);
    });
  }

  /** Offers what has come free to those who wait, until nobody can take any of it. */
  function drain(): void {
    const isOpen = state.now >= state.pausedUntil;
    for (let i = 0; i < count; i += 1) while (isOpen && offer(asks[i] as number));
    count = 0;
  }

  let offered = -1;
  let best = -1;
  let found: MatchLeg[] = [];
  /** Whether a waiting bid, in the bounds of what is offered, comes before the best so far and can take it. */
  const wins = (bidId: number): boolean => {
    if (best >= 0 && !before(rows, bidId, best)) return true;
    const waiting = hooks.bid(bidId) as Waiting;
    const { bid, tier } = waiting;
    if (tier < supply.gate(offered)) return false;
    if (bid.thousandths < supply.figure(offered, LOW_B) || bid.duration < supply.figure(offered, LOW_A)) return false;
    const taken = supply.find(waiting, hooks.leastOf(waiting), hooks.leftOf(waiting));
    if (taken.length === 0 || !hooks.isPaid(waiting, taken)) return false;
    best = bidId;
    found = taken;
    return true;
  };

  const offering = { limit: Number.POSITIVE_INFINITY, rate: 0, lowA: 0, lowB: 0, highA: 0, highB: 0, accepts: wins };

  /** Matches the first of those who wait that can take an ask. */
  function offer(askId: number): boolean {
    if (supply.ask(askId) === undefined || !supply.isOpen(askId)) return false;
    offered = askId;
    best = -1;
    // Of bids, A are thousandths, and the most that they pay; B durations.
    offering.lowA = supply.figure(askId, HIGH_B);
    offering.lowB = supply.figure(askId, HIGH_A);
    offering.highA = supply.figure(askId, RATE);
    offering.highB = supply.figure(askId, LOW_A);
    const { queues: alike } = supply.marketOf(supply.card(askId));
    for (const { waiting } of alike) {
      if (waiting.size > 0) first(waiting, rows, offering);
    }
    if (best < 0) return false;
    hooks.settle(best, hooks.bid(best) as Waiting, found);
    return true;
  }

  return { later, all, drain, count: (): number => count };
}
