import type { Ask, Bid } from "../abis/structs.ts";
import type { Waiting, Want } from "./book.ts";
import { PLACES } from "./cardRules.ts";
import type { Cards } from "./cards.ts";
import { checkLeg } from "./checkMatch.ts";
import { FREE, KEPT } from "./figures.ts";
import { before, RATE, SCORE } from "./ladder.ts";
import type { MarketState } from "./marketState.ts";
import type { OfferHooks } from "./offers.ts";
import type { createSupply } from "./supply.ts";

/** Bids for which cards are kept at once. */
const MOST_KEPT = 256;

/** What the keeping of cards asks of the engine. */
type Hooks = Omit<OfferHooks, "leftOf"> & {
  readonly releasedAt: (bid: Bid) => number;
  readonly refreshAsks: (card: number) => void;
};

/**
 * Keeps cards for bids that have waited long, so that nobody waits for ever.
 *
 * @param state - the market, kept up to date by the engine
 * @param cards - what is kept
 * @param supply - asks for them
 * @param hooks - what the engine does for it
 * @example
 * const keeper = createKeeper(market, cards, supply, hooks);
 */
export function createKeeper(state: MarketState, cards: Cards, supply: ReturnType<typeof createSupply>, hooks: Hooks) {
  let kept: number[] = [];
  let lastScan = -1;

  /** Keeps the cards that come free first for a bid: as many as it must have, on one host where it wants one. */
  function keep(bidId: number, waiting: Waiting): void {
    lastScan = state.now;
    const groups = new Map<number, { card: number; ready: number }[]>();
    const seen = new Set<number>();
    supply.all().forEach((ask, id) => {
      if (ask === undefined) return;
      const card = supply.card(id);
      if (
        supply.figure(id, RATE) > waiting.maxRate ||
        seen.has(card) ||
        cards.figure(card, KEPT) >= 0 ||
        !couldTake(waiting, card)
      )
        return;
      seen.add(card);
      const group = waiting.bid.sameHost ? cards.hostId(card) : 0;
      const others = groups.get(group) ?? [];
      others.push({ card, ready: readyAt(card, waiting.bid.thousandths) });
      groups.set(group, others);
    });
    let best: readonly { card: number; ready: number }[] = [];
    for (const group of groups.values()) {
      const soonest = group.sort((a, b) => a.ready - b.ready || a.card - b.card).slice(0, hooks.leastOf(waiting));
      if (soonest.length < hooks.leastOf(waiting)) continue;
      if (best.length === 0 || (soonest.at(-1)?.ready ?? 0) < (best.at(-1)?.ready ?? 0)) best = soonest;
    }
    if (best.length === 0) return;
    kept.push(bidId);
    waiting.kept = best.map(({ card }) => card);
    for (const card of waiting.kept) {
      cards.keepFor(card, bidId);
      for (const id of supply.asksOf(card)) supply.refreshAsk(id);
    }
    tryKept(bidId);
  }

  /** Whether a bid could take a card if no lease ran on it. */
  function couldTake({ bid, queue, needs }: Want, card: number): boolean {
    if (!queue.markets.includes(supply.marketOf(card))) return false;
    const terms = cards.at(card);
    if ((state.models.get(terms.model)?.memoryMiB ?? 0) < (needs?.cardMemoryMib ?? 0)) return false;
    const idle: MarketState = { ...state, cards: { get: () => ({ ...terms, leases: [] }) } };
    return supply.asksOf(card).some((id) => checkLeg(idle, bid, supply.ask(id) as Ask).refusal === "None");
  }

  /** Second at which enough of a card is free. */
  function readyAt(card: number, thousandths: number): number {
    const { leases } = cards.at(card);
    let [left, places, ready] = [cards.figure(card, FREE), leases.length, state.now];
    for (const lease of [...leases].sort((a, b) => a.end - b.end)) {
      if (left >= thousandths && places < PLACES) break;
      left += lease.thousandths;
      places -= 1;
      ready = lease.end;
    }
    return ready;
  }

  /** Matches a bid with the cards kept for it once it can take enough of them; lets go of cards that it cannot take any more. */
  function tryKept(bidId: number): void {
    const waiting = hooks.bid(bidId);
    if (waiting?.kept === undefined || hooks.releasedAt(waiting.bid) > state.now) return;
    const { bid, needs, kept: own } = waiting;
    if (!own.every((card) => couldTake(waiting, card))) {
      release(bidId, waiting);
      keep(bidId, waiting);
      return;
    }
    const taken = own.flatMap((card) => {
      const good = supply.asksOf(card).filter((id) => checkLeg(state, bid, supply.ask(id) as Ask).refusal === "None");
      const id = good.sort((a, b) => (before(supply.rows, a, b) ? -1 : 1))[0];
      return id === undefined || !cards.has(card, needs ?? {}) ? [] : [supply.legOf(id, bid, supply.figure(id, SCORE))];
    });
    if (taken.length < hooks.leastOf(waiting) || !hooks.isPaid(waiting, taken)) return;
    release(bidId, waiting);
    hooks.settle(bidId, waiting, taken);
  }

  function release(bidId: number, waiting: Waiting): void {
    const own = waiting.kept ?? [];
    waiting.kept = undefined;
    if (own.length > 0) kept = kept.filter((id) => id !== bidId);
    for (const card of own) {
      cards.keepFor(card, -1);
      hooks.refreshAsks(card);
    }
  }

  /** Whether cards can be looked for now: that goes over all asks, so it is done once a second at most. */
  const isReady = (): boolean => lastScan !== state.now && kept.length < MOST_KEPT;

  return { keep, tryKept, release, isReady, size: (): number => kept.length };
}
