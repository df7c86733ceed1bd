import type { Ask, Bid } from "../abis/structs.ts";
import { createAskLists } from "./askLists.ts";
import { type Host, type Market, TIES, type Want } from "./book.ts";
import { CRUMB, coverThousandths, heldThousandths, leastThousandths, shareOf } from "./cardRules.ts";
import { type Cards, isSpare, suffices } from "./cards.ts";
import { checkLeg } from "./checkMatch.ts";
import type { MatchLeg } from "./events.ts";
import {
  ASK,
  ASK_ENTRY,
  ASK_MAKER,
  CARD,
  CAREFUL,
  COVER,
  EPOCH,
  FITS,
  FLAGS,
  FREE,
  GATES,
  HOSTS_COMPARED,
  KEPT_BACK,
  LARGEST_HOST,
  LIMITED,
  LINK,
  LONGEST,
  MAKER,
  MARKET,
  OPEN,
  OTHER_ASK,
  PLACE,
  SEARCH,
  TERMED,
  WEIGHT,
  WHOLE,
} from "./figures.ts";
import { createHostList } from "./hostList.ts";
import {
  before,
  createLadder,
  createRows,
  filled,
  first,
  growRows,
  HIGH_A,
  HIGH_B,
  insert,
  type Ladder,
  LOW_A,
  LOW_B,
  ORDER,
  OTHER,
  RATE,
  ROW,
  remove,
  SCORE,
  type Search,
} from "./ladder.ts";
import type { MarketState } from "./marketState.ts";

const EXACT = Number.MAX_SAFE_INTEGER;

/**
 * Makes the side of the engine that holds what is offered: asks, and the search for the best of them.
 *
 * @param state - the market, kept up to date by the engine
 * @param cards - what they are for
 * @param markets - by their numbers
 * @param tolerance - part of the best effective price within which the tighter fit comes before the lower price
 * @example
 * const supply = createSupply(market, createCards(market), markets, 0.01);
 */
export function createSupply(state: MarketState, cards: Cards, markets: readonly Market[], tolerance: number) {
  const rows = createRows();
  const { table } = cards;
  const asks: (Ask | undefined)[] = [];
  let links = new Int32Array(64 * LINK);
  const lists = createAskLists();
  const vacant: number[] = [];
  let search = 0;
  let want: Want | undefined;
  /** Whether every card without term and great numbers will do for the bid at hand. */
  let easy = false;
  let count = 0;
  const found = new Int32Array(FITS);

  const figure = (id: number, which: number): number => rows.figures[id * ROW + which] as number;
  const link = (id: number, which: number): number => links[id * LINK + which] as number;
  const cardOf = (id: number): number => figure(id, OTHER);
  const marketOf = (card: number): Market => markets[cards.figure(card, MARKET)] as Market;
  const firstAsk = (card: number): number => cards.figure(card, ASK);

  /* ASKS */

  function addAsk(ask: Ask, maker: number, entry: number, card: number, order: number): number {
    const id = vacant.pop() ?? asks.length;
    growRows(rows, id + 1);
    if ((id + 1) * LINK > links.length) links = filled(new Int32Array(Math.ceil(1.25 * id + 1) * LINK), links);
    asks[id] = ask;
    const row = id * ROW;
    rows.figures[row + RATE] = Number(ask.ratePerSecond);
    rows.figures[row + ORDER] = order;
    rows.figures[row + OTHER] = card;
    links[id * LINK + ASK_MAKER] = maker;
    links[id * LINK + ASK_ENTRY] = entry;
    links[id * LINK + PLACE] = -1;
    const list = card * CARD + listOf(id, card);
    table.rows[list] = lists.append(table.rows[list] as number, id);
    count += 1;
    return id;
  }

  function removeAsk(id: number): void {
    const card = cardOf(id);
    leave(id, card);
    const list = card * CARD + listOf(id, card);
    table.rows[list] = lists.remove(table.rows[list] as number, id);
    asks[id] = undefined;
    vacant.push(id);
    count -= 1;
  }

  /** Where the first of the asks alike is: those of the card's operator, or of others. */
  const listOf = (id: number, card: number): number =>
    link(id, ASK_MAKER) === cards.figure(card, MAKER) ? ASK : OTHER_ASK;

  /** Lists the asks for a card anew, whose operator is another one now. */
  function sortAsks(card: number): void {
    const row = card * CARD;
    const ids = [ASK, OTHER_ASK].flatMap((list) => lists.all(table.rows[row + list] as number));
    table.rows[row + ASK] = table.rows[row + OTHER_ASK] = -1;
    for (const id of ids.sort((a, b) => figure(a, ORDER) - figure(b, ORDER) || a - b)) {
      const list = row + listOf(id, card);
      table.rows[list] = lists.append(table.rows[list] as number, id);
    }
  }

  function leave(id: number, card: number): void {
    const place = link(id, PLACE);
    if (place < 0) return;
    const market = marketOf(card);
    remove(market.ladders[place] as Ladder, rows, id);
    if (place >= FITS) market.gated -= 1;
    links[id * LINK + PLACE] = -1;
    touch(card);
  }

  /** Takes all asks for a card out of the ladders. */
  function leaveAll(card: number): void {
    for (let id = firstAsk(card); id >= 0; id = lists.next(id)) leave(id, card);
  }

  /** Puts an ask where it belongs now. Returns whether more can be had of it than before. */
  function refreshAsk(id: number): boolean {
    const { figures } = rows;
    const row = id * ROW;
    const card = figures[row + OTHER] as number;
    const own = card * CARD;
    const flags = table.rows[own + FLAGS] as number;
    const rate = figures[row + RATE] as number;
    const effective = rate * (1 - 0.1 * ((table.rows[own + WEIGHT] as number) - 1));
    const gate = (flags & (OPEN | KEPT_BACK)) === OPEN ? gateOf(id, card, flags) : GATES;
    const room = gate < GATES ? roomOf(own, flags, rate) : 0;
    if (room === 0) {
      leave(id, card);
      figures[row + SCORE] = effective;
      return false;
    }
    const ask = asks[id] as Ask;
    const free = table.rows[own + FREE] as number;
    const place = gate * FITS + Math.floor(free / CRUMB);
    const old = link(id, PLACE);
    const maxDuration = Math.min(ask.maxDuration, table.rows[own + LONGEST] as number);
    const least = leastThousandths(ask, rate, free);
    const same =
      old >= 0 && figures[row] === effective && figures[row + HIGH_A] === maxDuration && figures[row + LOW_B] === least;
    // What the bond or revenue allow there is not in these figures.
    if (same && place === old && figures[row + HIGH_B] === room) return (flags & CAREFUL) !== 0 || rate > EXACT;
    // Of what is less than a crumb, a lease holds and costs less than of more.
    const isMore = room > figure(id, HIGH_B) || free < CRUMB;
    const better = !same || isMore || Math.floor(place / FITS) < Math.floor(old / FITS);
    leave(id, card);
    figures[row + SCORE] = effective;
    figures[row + LOW_A] = ask.minDuration;
    figures[row + LOW_B] = least;
    figures[row + HIGH_A] = maxDuration;
    figures[row + HIGH_B] = room;
    const market = marketOf(card);
    const ladder = market.ladders[place] ?? createLadder();
    market.ladders[place] = ladder;
    insert(ladder, rows, id);
    if (place >= FITS) market.gated += 1;
    links[id * LINK + PLACE] = place;
    touch(card);
    return better;
  }

  /** The least tier that can take an ask for an open card now, or `GATES` if none can. */
  function gateOf(id: number, card: number, flags: number): number {
    const ask = asks[id] as Ask;
    const own = card * CARD;
    if (table.rows[own + MAKER] !== link(id, ASK_MAKER) || table.rows[own + EPOCH] !== ask.epoch) return GATES;
    if ((flags & LIMITED) !== 0 && ask.ratePerSecond < cards.at(card).floor) return GATES;
    return state.now < ask.openFrom ? ask.priorityTier : 0;
  }

  /** Thousandths of an open card that the bond covers; 0 where that is less than a lease holds. */
  function roomOf(own: number, flags: number, rate: number): number {
    const free = table.rows[own + FREE] as number;
    if ((flags & CAREFUL) !== 0 || rate > EXACT) return free;
    const covered = coverThousandths(rate, table.rows[own + COVER] as number);
    return covered < Math.min(CRUMB, free) ? 0 : Math.min(covered, free);
  }

  /* HOSTS */

  const isOpen = (id: number): boolean => link(id, PLACE) >= 0;
  const open = { firstAsk, next: lists.next, isOpen, figure, marketOf };
  /** Hosts for clusters, and those with whole cards that can be let without breaking up a host out of use. */
  const clusters = createHostList(open, ({ hosts }) => hosts);
  const spares = createHostList(
    open,
    ({ spares: ladder }) => ladder,
    (host) => isSpare(host) && host.cards.length <= LARGEST_HOST,
    (card) => cards.figure(card, FREE) === 1000,
  );

  /** Notes that something of the host of a card changed. */
  function touch(card: number): void {
    const host = cards.hostOf(card);
    if (host === undefined) return;
    clusters.touch(host);
    spares.touch(host);
  }

  /* SEARCH */

  function setWant(wanted: Want): void {
    want = wanted;
    const { bid, needs, maxRate } = wanted;
    easy = needs === undefined && bid.quantity === 1;
    wish.rate = maxRate;
    wish.lowA = wish.highA = bid.duration;
    wish.lowB = wish.highB = bid.thousandths;
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
    return checkLeg(state, bid, asks[id] as Ask).refusal === "None";
  }

  const wish: Search = { limit: 0, rate: 0, lowA: 0, lowB: 0, highA: 0, highB: 0, accepts };

  /** Best effective price of the last pick. */
  let cheapest = 0;

  /** The best ask for the bid at hand: the tightest fit among those within the tolerance of the best price. */
  function pick(wanted: Want): number {
    const { bid, tier, maxRate, queue } = wanted;
    const { markets } = queue;
    const lowest = Math.min(Math.floor(bid.thousandths / CRUMB), WHOLE);
    let best = Number.POSITIVE_INFINITY;
    for (let fit = lowest; fit < FITS; fit += 1) found[fit] = -1;
    for (let m = 0; m < markets.length; m += 1) {
      const { ladders, gated } = markets[m] as Market;
      const gates = gated === 0 ? 0 : Math.min(tier, GATES - 1);
      for (let gate = 0; gate <= gates; gate += 1) {
        for (let fit = lowest; fit < FITS; fit += 1) {
          const ladder = ladders[gate * FITS + fit];
          wish.limit = Math.min(maxRate, best * (1 + tolerance));
          if (ladder === undefined || ladder.size === 0 || ladder.least > wish.limit) continue;
          const id = first(ladder, rows, wish);
          const other = found[fit] as number;
          if (id < 0 || (other >= 0 && !before(rows, id, other))) continue;
          found[fit] = id;
          best = Math.min(best, figure(id, SCORE));
        }
      }
    }
    cheapest = best;
    const limit = best * (1 + tolerance);
    for (let fit = lowest; fit < FITS; fit += 1) {
      const id = found[fit] as number;
      if (id < 0 || figure(id, SCORE) > limit) continue;
      return fit < WHOLE || cards.isSpare(cardOf(id)) ? id : spareFor(id, wanted, limit);
    }
    return -1;
  }

  let spare = -1;
  let looked = 0;
  /** Looks for the best whole card of a host in use, until no other can have a better one. */
  const looksAt = (hostId: number): boolean => {
    const least = spares.rows.figures[hostId * ROW + SCORE] as number;
    if (looked >= HOSTS_COMPARED || (spare >= 0 && least > figure(spare, SCORE))) return true;
    looked += 1;
    for (const card of cards.host(hostId).cards) {
      if (cards.figure(card, FREE) < 1000 || !(want as Want).queue.markets.includes(marketOf(card))) continue;
      const id = askOn(card, want as Want);
      if (id >= 0 && (spare < 0 || before(rows, id, spare))) spare = id;
    }
    return false;
  };
  const look: Search = { limit: 0, rate: 0, lowA: 0, lowB: 0, highA: 0, highB: 0, accepts: looksAt };

  /** The best whole card on a host in use up to a price, or another if there is none. */
  function spareFor(best: number, { queue: { markets } }: Want, limit: number): number {
    spares.list();
    spare = -1;
    looked = 0;
    look.limit = limit;
    for (let m = 0; m < markets.length; m += 1) {
      const ladder = (markets[m] as Market).spares;
      if (ladder.least <= limit) first(ladder, spares.rows, look);
    }
    return spare >= 0 && figure(spare, SCORE) <= limit ? spare : best;
  }

  /** Cards for a bid: at least `least`, at most `most`, or none. */
  function find(wanted: Want, least: number, most: number): MatchLeg[] {
    setWant(wanted);
    search += 1;
    if (wanted.bid.sameHost) return findHost(wanted, most);
    const { bid, needs } = wanted;
    if (most === 1) {
      const id = pick(wanted);
      return id < 0 ? [] : [legOf(id, bid, cheapest)];
    }
    const legs: MatchLeg[] = [];
    while (legs.length < most) {
      const id = pick(wanted);
      if (id < 0) break;
      const card = cardOf(id);
      table.rows[card * CARD + SEARCH] = search;
      legs.push(legOf(id, bid, cheapest));
      cards.hold(card, needs, 1);
    }
    for (const { askId } of legs) cards.hold(cardOf(askId), needs, -1);
    return legs.length < least ? [] : legs;
  }

  /** Cards of one host: the cheapest host, or of those within the tolerance the one with the least to spare. */
  function findHost(wanted: Want, most: number): MatchLeg[] {
    clusters.list();
    const { bid, queue, maxRate } = wanted;
    const fitting: { readonly ids: readonly number[]; readonly cost: number; readonly spare: number }[] = [];
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
      const spare = host.cards.reduce((sum, card) => sum + cards.figure(card, FREE), 0);
      best = Math.min(best, cost);
      fitting.push({ ids, cost, spare });
      return false;
    };
    const bounds = { limit: maxRate, rate: 0, lowA: 0, lowB: 0, highA: most, highB: bid.thousandths };
    for (const { hosts: ladder } of queue.markets) first(ladder, clusters.rows, { ...bounds, accepts: look });
    const near = fitting.filter(({ cost }) => cost <= best * (1 + tolerance));
    const chosen = near.reduce((a, b) => (b.spare < a.spare ? b : a), near[0] ?? { ids: [], cost: 0, spare: 0 });
    return chosen.ids.map((id) => legOf(id, bid, best / most));
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
    for (let id = firstAsk(card); id >= 0; id = lists.next(id)) {
      const place = link(id, PLACE);
      if (place < 0 || Math.floor(place / FITS) > tier || figure(id, RATE) > maxRate) continue;
      if (figure(id, LOW_A) > duration || figure(id, HIGH_A) < duration) continue;
      if (figure(id, LOW_B) > thousandths || figure(id, HIGH_B) < thousandths) continue;
      if (accepts(id) && (best < 0 || before(rows, id, best))) best = id;
    }
    return best;
  }

  function legOf(id: number, { thousandths: asked, duration }: Bid, cheapest: number): MatchLeg {
    const ask = asks[id] as Ask;
    const card = cardOf(id);
    const free = cards.figure(card, FREE);
    const thousandths = heldThousandths(asked, free);
    const rate = shareOf(ask.ratePerSecond, thousandths, 1000);
    const order = figure(id, ORDER);
    const since = Math.floor(order / TIES);
    const score = {
      rate: figure(id, RATE),
      weight: cards.figure(card, WEIGHT),
      effective: figure(id, SCORE),
      cheapest,
      fit: Math.floor(free / CRUMB) + (free === 1000 && !cards.isSpare(card) ? 1 : 0),
      since,
      tie: order - since * TIES,
    };
    return { askId: id, ask, rate, thousandths, escrow: rate * BigInt(duration), score };
  }

  return {
    rows,
    addAsk,
    removeAsk,
    asksOf: (card: number): readonly number[] => lists.all(firstAsk(card)),
    sortAsks,
    refreshAsk,
    leaveAll,
    touch,
    find,
    legOf,
    figure,
    marketOf,
    firstAsk,
    card: cardOf,
    ask: (id: number): Ask | undefined => asks[id],
    next: lists.next,
    isOpen,
    entry: (id: number): number => link(id, ASK_ENTRY),
    gate: (id: number): number => Math.floor(link(id, PLACE) / FITS),
    size: (): number => count,
    all: (): readonly (Ask | undefined)[] => asks,
  };
}
