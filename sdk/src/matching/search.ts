import type { Ask, Bid } from "../abis/structs.ts";
import { type Host, type Market, TIES, type Want } from "./book.ts";
import { CRUMB, heldThousandths, shareOf } from "./cardRules.ts";
import { type Cards, suffices } from "./cards.ts";
import { checkLeg } from "./checkMatch.ts";
import type { createDemand } from "./demand.ts";
import type { HostNeeds, MatchLeg } from "./events.ts";
import {
  CARD,
  CAREFUL,
  EXACT,
  FITS,
  FLAGS,
  FREE,
  GATES,
  HOSTS_COMPARED,
  SEARCH,
  TERMED,
  WEIGHT,
  WHOLE,
} from "./figures.ts";
import { before, first, HIGH_A, HIGH_B, LOW_A, LOW_B, ORDER, RATE, ROW, SCORE, type Search } from "./ladder.ts";
import type { MarketState } from "./marketState.ts";
import type { createSupply } from "./supply.ts";

/** Asks of one market, gate and fit, and of all, whose waste is compared for one lease: the cheapest. */
const ASKS_COMPARED = 4;
const MOST_COMPARED = 256;
/** Hosts in use whose whole cards are compared by waste. */
const SPARES_COMPARED = 128;

/**
 * Makes the part of the engine that finds the best asks for a bid.
 *
 * @param state - the market, kept up to date by the engine
 * @param cards - what is let
 * @param supply - asks for them
 * @param demand - what is likely to be asked for
 * @param tolerance - part of the best effective price within which less waste comes before the lower price
 * @example
 * const { find } = createSearch(market, cards, supply, demand, 0.01);
 */
export function createSearch(
  state: MarketState,
  cards: Cards,
  supply: ReturnType<typeof createSupply>,
  demand: ReturnType<typeof createDemand>,
  tolerance: number,
) {
  const { rows, figure, card: cardOf, marketOf, clusters, spares } = supply;
  let search = 0;
  let want: Want | undefined;
  /** Whether every card without term and great numbers will do for the bid at hand. */
  let easy = false;
  /** Whether it wants whole cards and nothing of their hosts: then only hosts out of use can be wasted. */
  let plain = false;

  function setWant(wanted: Want): void {
    want = wanted;
    const { bid, needs, maxRate } = wanted;
    easy = needs === undefined && bid.quantity === 1;
    plain = needs === undefined && bid.thousandths === 1000;
    for (const bounds of [wish, weigh]) {
      bounds.rate = maxRate;
      bounds.lowA = bounds.highA = bid.duration;
      bounds.lowB = bounds.highB = bid.thousandths;
    }
  }

  /** Whether the bid at hand can take an ask whose figures are in its bounds. */
  function accepts(id: number): boolean {
    const card = cardOf(id);
    const rate = figure(id, RATE);
    const flags = cards.figure(card, FLAGS);
    if (easy && (flags & (CAREFUL | TERMED)) === 0 && rate <= EXACT) return true;
    const { bid, needs } = want as Want;
    if (cards.figure(card, SEARCH) === search) return false;
    if ((flags & TERMED) !== 0) {
      const termEnd = cards.at(card).limits?.termEnd ?? 0;
      if (state.now < termEnd && state.now + bid.duration > termEnd) return false;
    }
    if (needs !== undefined && !cards.has(card, needs)) return false;
    if ((flags & CAREFUL) === 0 && rate <= EXACT) return true;
    return checkLeg(state, bid, supply.ask(id) as Ask).refusal === "None";
  }

  const wish: Search = { limit: 0, rate: 0, lowA: 0, lowB: 0, highA: 0, highB: 0, accepts };

  /* ONE CARD */

  /** Best effective price of the last pick; the ask that was picked, and what it is expected to waste. */
  let cheapest = 0;
  let picked = -1;
  let wasted = 0;

  /** The best ask for the bid at hand: what wastes least among those within the tolerance of the best price. */
  function pick(wanted: Want): number {
    picked = -1;
    const top = cheapestFor(wanted);
    if (top < 0) return -1;
    cheapest = figure(top, SCORE);
    weigh.limit = look.limit = cheapest * (1 + tolerance);
    if (plain) compare(top);
    else compareAsks(wanted);
    const card = cardOf(picked);
    if (cards.figure(card, FREE) === 1000 && !(plain && cards.isSpare(card))) compareSpares(wanted);
    return picked;
  }

  /** The least fit that could hold what a bid wants, and how many gates are open to it in a market. */
  const lowestFit = ({ bid }: Want): number => Math.min(Math.floor(bid.thousandths / CRUMB), WHOLE);
  const gatesFor = ({ tier }: Want, { gated }: Market): number => (gated === 0 ? 1 : Math.min(tier + 1, GATES));

  function cheapestFor(wanted: Want): number {
    const { maxRate, queue } = wanted;
    const { markets } = queue;
    const lowest = lowestFit(wanted);
    let best = -1;
    wish.limit = maxRate;
    for (let m = 0; m < markets.length; m += 1) {
      const market = markets[m] as Market;
      if (wanted.needs !== undefined && !hasHost(market, wanted.needs)) continue;
      const gates = gatesFor(wanted, market);
      for (let gate = 0; gate < gates; gate += 1) {
        for (let fit = lowest; fit < FITS; fit += 1) {
          const ladder = market.ladders[gate * FITS + fit];
          if (ladder === undefined || ladder.size === 0 || ladder.least > wish.limit) continue;
          const id = first(ladder, rows, wish);
          if (id < 0 || (best >= 0 && !before(rows, id, best))) continue;
          best = id;
          wish.limit = figure(id, SCORE);
        }
      }
    }
    return best;
  }

  /** Whether there is a host with an open ask that has what a card needs. */
  function hasHost({ model, hosts }: Market, needs: HostNeeds): boolean {
    if ((state.models.get(model)?.memoryMiB ?? 0) < (needs.cardMemoryMib ?? 0)) return false;
    clusters.list();
    return first(hosts, clusters.rows, { ...onHost(needs, 1), accepts: () => true }) >= 0;
  }

  const gap = [0];
  /** Picks an ask if it wastes less than what was picked so far, fits more tightly, or is better. */
  function compare(id: number): void {
    const card = cardOf(id);
    gap[0] = cards.figure(card, FREE);
    const waste = plain ? 0 : demand.wasteOf(want as Want, cards.hostOf(card) as Host, marketOf(card).model, gap);
    if (picked >= 0 && (waste > wasted || (waste === wasted && !comesBefore(id, picked)))) return;
    picked = id;
    wasted = waste;
  }

  function comesBefore(a: number, b: number): boolean {
    const [fit, other] = [fitOf(cardOf(a)), fitOf(cardOf(b))];
    return fit < other || (fit === other && before(rows, a, b));
  }

  let [left, leftHere] = [0, 0];
  const weighs = (id: number): boolean => {
    if (!accepts(id)) return false;
    compare(id);
    left -= 1;
    leftHere -= 1;
    return left === 0 || leftHere === 0;
  };
  const weigh: Search = { ...wish, accepts: weighs };

  /** Compares the cheapest asks of each market, gate and fit. */
  function compareAsks(wanted: Want): void {
    const { markets } = wanted.queue;
    left = MOST_COMPARED;
    for (let fit = lowestFit(wanted); fit < FITS; fit += 1) {
      for (const market of markets) {
        const gates = gatesFor(wanted, market);
        for (let gate = 0; gate < gates && left > 0; gate += 1) {
          const ladder = market.ladders[gate * FITS + fit];
          leftHere = ASKS_COMPARED;
          if (ladder !== undefined && ladder.least <= weigh.limit) first(ladder, rows, weigh);
        }
      }
    }
  }

  let looked = 0;
  /** Compares the whole cards of a host in use; says when no other host can have a better one. */
  const looksAt = (hostId: number): boolean => {
    const least = spares.rows.figures[hostId * ROW + SCORE] as number;
    const isBest = plain && cards.isSpare(cardOf(picked)) && least > figure(picked, SCORE);
    if (isBest || looked >= (plain ? HOSTS_COMPARED : SPARES_COMPARED)) return true;
    looked += 1;
    for (const card of cards.host(hostId).cards) {
      if (cards.figure(card, FREE) < 1000 || !(want as Want).queue.markets.includes(marketOf(card))) continue;
      const id = askOn(card, want as Want);
      if (id >= 0 && figure(id, SCORE) <= look.limit) compare(id);
    }
    return false;
  };
  const look: Search = { ...onHost({}, 0), accepts: looksAt };

  /** Compares whole cards on hosts in use. */
  function compareSpares({ queue: { markets } }: Want): void {
    spares.list();
    looked = 0;
    for (let m = 0; m < markets.length; m += 1) {
      const { spares: ladder } = markets[m] as Market;
      if (ladder.least <= look.limit) first(ladder, spares.rows, look);
    }
  }

  /* ALL OF A BID */

  /** Whether a bid could take an ask whose figures are in its bounds, and `most` cards on one host if it must. */
  function suits(wanted: Want, id: number, most: number): boolean {
    if (wanted.bid.sameHost && (cards.hostOf(cardOf(id))?.cards.length ?? 0) < most) return false;
    want = wanted;
    easy = false;
    search += 1;
    return accepts(id);
  }

  /** Cards for a bid, at most `most`; on one host all or none. */
  function find(wanted: Want, most: number): MatchLeg[] {
    setWant(wanted);
    search += 1;
    if (wanted.bid.sameHost) return findHost(wanted, most);
    const { bid, needs } = wanted;
    if (most === 1) {
      const id = pick(wanted);
      return id < 0 ? [] : [legOf(id, bid, cheapest, wasted)];
    }
    const legs: MatchLeg[] = [];
    while (legs.length < most) {
      const id = pick(wanted);
      if (id < 0) break;
      const card = cardOf(id);
      cards.table.rows[card * CARD + SEARCH] = search;
      legs.push(legOf(id, bid, cheapest, wasted));
      cards.hold(card, needs, 1);
    }
    for (const { askId } of legs) cards.hold(cardOf(askId), needs, -1);
    return legs;
  }

  /** Cards of one host: the cheapest host, or of those within the tolerance the one where least is wasted, then with the least to spare. */
  function findHost(wanted: Want, most: number): MatchLeg[] {
    clusters.list();
    const { bid, needs, queue, maxRate } = wanted;
    const fitting: { readonly ids: readonly number[]; readonly cost: number; readonly host: Host }[] = [];
    let best = Number.POSITIVE_INFINITY;
    let compared = 0;
    const look = (hostId: number): boolean => {
      if (most * (clusters.rows.figures[hostId * ROW] as number) > best * (1 + tolerance) || compared >= HOSTS_COMPARED)
        return true;
      const host = cards.host(hostId);
      const ids = cardsOf(host, wanted, most);
      if (fitting.length > 0) compared += 1;
      if (ids === undefined) return false;
      const cost = ids.reduce((sum, id) => sum + figure(id, SCORE), 0);
      best = Math.min(best, cost);
      fitting.push({ ids, cost, host });
      return false;
    };
    const bounds = { ...onHost(needs ?? {}, most), limit: maxRate, highB: bid.thousandths, accepts: look };
    for (const { hosts: ladder } of queue.markets) first(ladder, clusters.rows, bounds);
    const near = fitting
      .filter(({ cost }) => cost <= best * (1 + tolerance))
      .map((each) => ({ ...each, waste: wasteOn(each.host, each.ids, wanted) }))
      .sort((a, b) => a.waste - b.waste || a.host.freeMilli - b.host.freeMilli || a.cost - b.cost);
    const { ids, waste } = near[0] ?? { ids: [], waste: 0 };
    return ids.map((id) => legOf(id, bid, best / most, waste / most));
  }

  /** What a bid is expected to waste on some cards of a host. */
  function wasteOn(host: Host, ids: readonly number[], wanted: Want): number {
    const own = ids.map(cardOf);
    const { model } = marketOf(own[0] as number);
    return demand.wasteOf(
      wanted,
      host,
      model,
      own.map((card) => cards.figure(card, FREE)),
    );
  }

  /** The cheapest acceptable cards of a host, or undefined if there are too few. */
  function cardsOf(host: Host, wanted: Want, most: number): readonly number[] | undefined {
    if (wanted.needs !== undefined && !suffices(host, wanted.needs, most)) return undefined;
    const ids: number[] = [];
    for (const card of host.cards) {
      if (!wanted.queue.markets.includes(marketOf(card))) continue;
      const id = askOn(card, wanted);
      if (id >= 0) ids.push(id);
    }
    if (ids.length < most) return undefined;
    return ids.sort((a, b) => (before(rows, a, b) ? -1 : 1)).slice(0, most);
  }

  /** The best ask of one card that the bid can take, or -1. */
  function askOn(card: number, { bid: { duration, thousandths }, tier, maxRate }: Want): number {
    let best = -1;
    for (let id = supply.firstAsk(card); id >= 0; id = supply.next(id)) {
      if (!supply.isOpen(id) || supply.gate(id) > tier || figure(id, RATE) > maxRate) continue;
      if (figure(id, LOW_A) > duration || figure(id, HIGH_A) < duration) continue;
      if (figure(id, LOW_B) > thousandths || figure(id, HIGH_B) < thousandths) continue;
      if (accepts(id) && (best < 0 || before(rows, id, best))) best = id;
    }
    return best;
  }

  /** How tightly a lease on a card fits, as a match tells it. */
  function fitOf(card: number): number {
    const free = cards.figure(card, FREE);
    return Math.floor(free / CRUMB) + (free === 1000 && !cards.isSpare(card) ? 1 : 0);
  }

  function legOf(id: number, { thousandths: asked, duration }: Bid, cheapest: number, waste: number): MatchLeg {
    const ask = supply.ask(id) as Ask;
    const card = cardOf(id);
    const thousandths = heldThousandths(asked, cards.figure(card, FREE));
    const rate = shareOf(ask.ratePerSecond, thousandths, 1000);
    const order = figure(id, ORDER);
    const since = Math.floor(order / TIES);
    const score = {
      rate: figure(id, RATE),
      weight: cards.figure(card, WEIGHT),
      effective: figure(id, SCORE),
      cheapest,
      fit: fitOf(card),
      waste,
      since,
      tie: order - since * TIES,
    };
    return { askId: id, ask, rate, thousandths, escrow: rate * BigInt(duration), score };
  }

  return { find, suits, legOf };
}

/** Bounds of hosts with open asks for some cards, and with what these need. */
const onHost = ({ cpuMilli = 0, memoryMib = 0 }: HostNeeds, count: number): Omit<Search, "accepts"> => ({
  limit: Number.POSITIVE_INFINITY,
  rate: cpuMilli > 0 ? -count * cpuMilli : Number.POSITIVE_INFINITY,
  lowA: memoryMib > 0 ? -count * memoryMib : Number.POSITIVE_INFINITY,
  lowB: 0,
  highA: count,
  highB: 0,
});
