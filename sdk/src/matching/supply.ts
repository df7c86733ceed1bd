import type { Ask } from "../abis/structs.ts";
import { createAskLists } from "./askLists.ts";
import type { Market } from "./book.ts";
import { CRUMB, coverThousandths, leastThousandths } from "./cardRules.ts";
import { type Cards, isSpare } from "./cards.ts";
import {
  ASK,
  ASK_ENTRY,
  ASK_MAKER,
  CARD,
  CAREFUL,
  COVER,
  EASED,
  EPOCH,
  EXACT,
  FITS,
  FLAGS,
  FREE,
  GATES,
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
  WEIGHT,
} from "./figures.ts";
import { createHostList } from "./hostList.ts";
import {
  createLadder,
  createRows,
  filled,
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
} from "./ladder.ts";
import type { MarketState } from "./marketState.ts";

/**
 * Makes the side of the engine that holds what is offered.
 *
 * @param state - the market, kept up to date by the engine
 * @param cards - what they are for
 * @param markets - by their numbers
 * @example
 * const supply = createSupply(market, createCards(market), markets);
 */
export function createSupply(state: MarketState, cards: Cards, markets: readonly Market[]) {
  const rows = createRows();
  const { table } = cards;
  const asks: (Ask | undefined)[] = [];
  let links = new Int32Array(64 * LINK);
  const lists = createAskLists();
  const vacant: number[] = [];
  let count = 0;

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
    const least = leastThousandths(ask, rate, free);
    const same = old >= 0 && figures[row] === effective && figures[row + LOW_B] === least;
    // What the bond or revenue allow there is not in these figures.
    const isCareful = (flags & (CAREFUL | EASED)) !== 0 || rate > EXACT;
    if (same && place === old && figures[row + HIGH_B] === room) return isCareful;
    // Of what is less than a crumb, a lease holds and costs less than of more.
    const isMore = room > figure(id, HIGH_B) || free < CRUMB;
    const better = old < 0 || isMore || isCareful || Math.floor(place / FITS) < Math.floor(old / FITS);
    leave(id, card);
    figures[row + SCORE] = effective;
    figures[row + LOW_A] = ask.minDuration;
    figures[row + LOW_B] = least;
    figures[row + HIGH_A] = Math.min(ask.maxDuration, table.rows[own + LONGEST] as number);
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

  return {
    rows,
    addAsk,
    removeAsk,
    asksOf: (card: number): readonly number[] => lists.all(firstAsk(card)),
    sortAsks,
    refreshAsk,
    leaveAll,
    touch,
    clusters,
    spares,
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
