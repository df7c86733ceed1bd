import type { Ask, Bid } from "../abis/structs.ts";
import { type Card, type Host, type Lease, type Market, TIES, type Want } from "./book.ts";
import {
  CRUMB,
  coveredRate,
  coverThousandths,
  floorRate,
  heldThousandths,
  leastThousandths,
  matchWeight,
  PLACES,
  shareOf,
} from "./cardRules.ts";
import { checkLeg } from "./checkMatch.ts";
import type { HostNeeds, MatchLeg } from "./events.ts";
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

/** Ladders of a market by how much is free of the card, in whole eighths; the last are whole cards. */
const FITS = 9;
const WHOLE = 8;
/** Whole cards that are looked at, from the best on, for one on a host in use. */
const LOOKED_AT = 16;
/** Renter tiers that an ask may wait for before it is open to all. */
const GATES = 4;
/** Hosts that are compared for a cluster, from the first on which it fits. */
const HOSTS_COMPARED = 32;
/** Covers every sum of rates that is computed in doubles. */
const AMPLE = 2 ** 54;
const EXACT = Number.MAX_SAFE_INTEGER;
const ONE = 10n ** 18n;

/** Of an ask, side by side: its maker, its entry among the orders, the next ask for its card, and its gate and fit in ladders; or -1. */
const LINK = 4;
const [MAKER, ENTRY, NEXT, PLACE] = [0, 1, 2, 3];
/** What is known of a card at a glance: it can be let whole without breaking up a host out of use; no term or great number needs care. */
const SPARE = 1;
const PLAIN = 2;

/**
 * Makes the side of the engine that holds what is offered: asks, cards and hosts, and the search for the best of them.
 *
 * @param state - the market, kept up to date by the engine
 * @param tolerance - part of the best effective price within which the tighter fit comes before the lower price
 * @example
 * const supply = createSupply(market, 0.01);
 */
export function createSupply(state: MarketState, tolerance: number) {
  const rows = createRows();
  const asks: (Ask | undefined)[] = [];
  const cards: Card[] = [];
  let links = new Int32Array(64 * LINK);
  let glances = new Uint8Array(64);
  const vacant: number[] = [];
  const hostRows = createRows();
  const hosts: Host[] = [];
  let stale: Host[] = [];
  let search = 0;
  let want: Want | undefined;
  /** Whether every card with a plain glance will do for the bid at hand. */
  let easy = false;
  let count = 0;
  const found = new Int32Array(FITS);

  const figure = (id: number, which: number): number => rows.figures[id * ROW + which] as number;
  const link = (id: number, which: number): number => links[id * LINK + which] as number;
  const cardOf = (id: number): Card => cards[figure(id, OTHER)] as Card;

  /* ASKS */

  function addAsk(ask: Ask, maker: number, entry: number, card: Card, order: number): number {
    const id = vacant.pop() ?? asks.length;
    growRows(rows, id + 1);
    if ((id + 1) * LINK > links.length) links = filled(new Int32Array(Math.ceil(1.25 * id + 1) * LINK), links);
    asks[id] = ask;
    const row = id * ROW;
    rows.figures[row + RATE] = Number(ask.ratePerSecond);
    rows.figures[row + ORDER] = order;
    rows.figures[row + OTHER] = card.index;
    links[id * LINK + MAKER] = maker;
    links[id * LINK + ENTRY] = entry;
    links[id * LINK + NEXT] = -1;
    links[id * LINK + PLACE] = -1;
    if (card.ask < 0) card.ask = id;
    else {
      let last = card.ask;
      while (link(last, NEXT) >= 0) last = link(last, NEXT);
      links[last * LINK + NEXT] = id;
    }
    count += 1;
    return id;
  }

  function removeAsk(id: number): void {
    const card = cardOf(id);
    leave(id, card);
    const next = link(id, NEXT);
    if (card.ask === id) card.ask = next;
    else {
      let last = card.ask;
      while (link(last, NEXT) !== id) last = link(last, NEXT);
      links[last * LINK + NEXT] = next;
    }
    asks[id] = undefined;
    vacant.push(id);
    count -= 1;
  }

  /** Asks for a card, the oldest first. */
  function asksOf(card: Card): readonly number[] {
    const ids: number[] = [];
    for (let id = card.ask; id >= 0; id = link(id, NEXT)) ids.push(id);
    return ids;
  }

  function leave(id: number, card: Card): void {
    const place = link(id, PLACE);
    if (place < 0) return;
    const market = card.market as Market;
    remove(market.ladders[place] as Ladder, rows, id);
    if (place >= FITS) market.gated -= 1;
    links[id * LINK + PLACE] = -1;
    touch(card.host);
  }

  /** Puts an ask where it belongs now. Returns whether more can be had of it than before. */
  function refreshAsk(id: number): boolean {
    const { figures } = rows;
    const row = id * ROW;
    const ask = asks[id] as Ask;
    const card = cards[figures[row + OTHER] as number] as Card;
    const rate = figures[row + RATE] as number;
    const room = link(id, MAKER) === card.maker ? roomOf(ask, card, rate) : 0;
    const gate = state.now < ask.openFrom ? ask.priorityTier : 0;
    const place = room === 0 || gate >= GATES || card.keptFor >= 0 ? -1 : gate * FITS + fitOf(card);
    const old = link(id, PLACE);
    const effective = rate * (1 - 0.1 * (card.weight - 1));
    if (place < 0) {
      leave(id, card);
      figures[row + SCORE] = effective;
      return false;
    }
    const longest = card.limits?.longestHours ? card.limits.longestHours * 3600 : ask.maxDuration;
    const maxDuration = Math.min(ask.maxDuration, longest);
    const least = leastThousandths(ask, rate, card.free);
    const same =
      old >= 0 && figures[row] === effective && figures[row + HIGH_A] === maxDuration && figures[row + LOW_B] === least;
    if (same && place === old && figures[row + HIGH_B] === room) return false;
    const better = !same || room > figure(id, HIGH_B) || Math.floor(place / FITS) < Math.floor(old / FITS);
    leave(id, card);
    figures[row + SCORE] = effective;
    figures[row + LOW_A] = ask.minDuration;
    figures[row + LOW_B] = least;
    figures[row + HIGH_A] = maxDuration;
    figures[row + HIGH_B] = room;
    const { ladders } = card.market as Market;
    const ladder = ladders[place] ?? createLadder();
    ladders[place] = ladder;
    insert(ladder, rows, id);
    if (place >= FITS) (card.market as Market).gated += 1;
    links[id * LINK + PLACE] = place;
    touch(card.host);
    return better;
  }

  /** Thousandths that may be asked of an ask now; 0 while it cannot be taken by anybody. */
  function roomOf(ask: Ask, card: Card, rate: number): number {
    if (card.state !== "Verified" || card.epoch !== ask.epoch) return 0;
    if (card.covered < 0 || card.leases.length >= PLACES || card.free === 0) return 0;
    if (card.limits !== undefined && ask.ratePerSecond < card.floor) return 0;
    if (card.careful || rate > EXACT) return card.free;
    const covered = coverThousandths(rate, card.covered - card.ownRate);
    return covered < Math.min(CRUMB, card.free) ? 0 : Math.min(covered, card.free);
  }

  /* CARDS */

  function addCard(card: Card): void {
    if (card.index === glances.length) glances = filled(new Uint8Array(2 * card.index), glances);
    cards.push(card);
  }

  /** Works out again what follows from a card's terms. */
  function refreshCard(card: Card): void {
    const { limits } = card;
    let free = 1000;
    let ownRate = 0;
    let careful = card.revenue !== undefined && card.revenue.amount >= 2n ** 94n;
    for (const { rate, thousandths, operator } of card.leases) {
      const gross = Number(rate);
      free -= thousandths;
      if (gross > EXACT) careful = true;
      if (operator === card.operator) ownRate += gross;
    }
    card.free = free;
    card.ownRate = ownRate;
    card.careful = careful;
    card.floor = limits === undefined ? 0n : floorRate(card, state.now);
    glance(card);
  }

  function glance(card: Card): void {
    const isPlain = !card.careful && !card.limits?.termEnd;
    glances[card.index] = (isSpare(card) ? SPARE : 0) | (isPlain ? PLAIN : 0);
  }

  function glanceAtHost(host: Host): void {
    const spare = isSpareOn(host) ? SPARE : 0;
    for (const index of host.cards) glances[index] = ((glances[index] as number) & ~SPARE) | spare;
  }

  /** Works out again what follows from a card's bond. */
  function refreshBond(card: Card): void {
    const covered = coveredRate(state, card);
    card.covered = covered === undefined ? -1 : Math.min(Number(covered), AMPLE);
    card.weight = matchWeight((card.bond * state.bondPrice) / ONE, state.models.get(card.model)?.referenceValue ?? 0n);
  }

  /** Puts a card on a host, or takes it off, with what its leases need there. */
  function place(card: Card, host: Host, sign: 1 | -1): void {
    for (let id = card.ask; id >= 0; id = link(id, NEXT)) leave(id, card);
    if (sign > 0) host.cards.push(card.index);
    else host.cards.splice(host.cards.indexOf(card.index), 1);
    if (card.leases.length > 0) host.busy += sign;
    for (const { needs } of card.leases) if (needs !== undefined) hold(host, needs, sign);
    glanceAtHost(host);
    touch(host);
  }

  /** Adds a lease, or takes one out. */
  function changeLease(card: Card, lease: Lease, sign: 1 | -1): void {
    const { host } = card;
    const wasBusy = card.leases.length > 0;
    card.leases = sign > 0 ? [...card.leases, lease] : card.leases.filter((other) => other !== lease);
    if (host === undefined) return;
    if (lease.needs !== undefined) hold(host, lease.needs, sign);
    const wasInUse = host.busy > 0;
    host.busy += Number(card.leases.length > 0) - Number(wasBusy);
    if (wasInUse !== host.busy > 0) glanceAtHost(host);
  }

  const fitOf = ({ free }: Card): number => Math.floor(free / CRUMB);

  /** Whether a whole card can be let without breaking up a host that is out of use. */
  const isSpare = ({ host }: Card): boolean => host === undefined || isSpareOn(host);
  const isSpareOn = ({ busy, cards: { length } }: Host): boolean => busy > 0 || length === 1;

  /* HOSTS */

  function createHost(cpuMilli: number, memoryMib: number): Host {
    const host: Host = { id: hosts.length, cards: [], busy: 0, cpuMilli, memoryMib, listed: [], stale: false };
    growRows(hostRows, host.id + 1);
    hosts.push(host);
    return host;
  }

  function touch(host: Host | undefined): void {
    if (host === undefined || host.stale) return;
    host.stale = true;
    stale.push(host);
  }

  /** Brings the ladders of hosts up to date with what happened since the last cluster was looked for. */
  function listHosts(): void {
    for (const host of stale) {
      host.stale = false;
      for (const { hosts: ladder } of host.listed) remove(ladder, hostRows, host.id);
      const markets = new Set<Market>();
      let [least, open, room] = [Number.POSITIVE_INFINITY, 0, 0];
      for (const index of host.cards) {
        const card = cards[index] as Card;
        const ids = asksOf(card).filter((id) => link(id, PLACE) >= 0);
        if (ids.length === 0) continue;
        open += 1;
        markets.add(card.market as Market);
        for (const id of ids) {
          least = Math.min(least, figure(id, SCORE));
          room = Math.max(room, figure(id, HIGH_B));
        }
      }
      host.listed = [...markets];
      const row = host.id * ROW;
      hostRows.figures[row + SCORE] = least;
      hostRows.figures[row + HIGH_A] = open;
      hostRows.figures[row + HIGH_B] = room;
      for (const { hosts: ladder } of host.listed) insert(ladder, hostRows, host.id);
    }
    stale = [];
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
    const { figures } = rows;
    const index = figures[id * ROW + OTHER] as number;
    const rate = figures[id * ROW + RATE] as number;
    if (easy && ((glances[index] as number) & PLAIN) !== 0 && rate <= EXACT) return true;
    const { bid, needs } = want as Want;
    const card = cards[index] as Card;
    if (card.search === search) return false;
    const termEnd = card.limits?.termEnd ?? 0;
    if (termEnd !== 0 && state.now < termEnd && state.now + bid.duration > termEnd) return false;
    if (needs !== undefined && !hasNeeds(card, needs)) return false;
    if (!card.careful && rate <= EXACT) return true;
    return checkLeg(state, bid, asks[id] as Ask).refusal === "None";
  }

  function hasNeeds({ host, model }: Card, { cpuMilli = 0, memoryMib = 0, cardMemoryMib = 0 }: HostNeeds): boolean {
    if ((state.models.get(model)?.memoryMiB ?? 0) < cardMemoryMib) return false;
    return host === undefined || (host.cpuMilli >= cpuMilli && host.memoryMib >= memoryMib);
  }

  const wish: Search = { limit: 0, rate: 0, lowA: 0, lowB: 0, highA: 0, highB: 0, accepts };

  /** Best effective price of the last pick. */
  let cheapest = 0;

  /** The best ask for the bid at hand: the tightest fit among those within the tolerance of the best price. */
  function pick({ bid, tier, maxRate, queue }: Want): number {
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
      return fit < WHOLE || isSpareAsk(id) ? id : spareFor(id, limit);
    }
    return -1;
  }

  const isSpareAsk = (id: number): boolean => ((glances[figure(id, OTHER)] as number) & SPARE) !== 0;

  let looked = 0;
  /** Ends a look at whole cards at the first on a host in use, or after so many. */
  const acceptsSpare = (id: number): boolean => {
    looked += 1;
    return looked > LOOKED_AT || (isSpareAsk(id) && accepts(id));
  };

  /** A whole card on a host in use, if one comes soon after the best in its ladder; else the best. */
  function spareFor(best: number, limit: number): number {
    const ladder = cardOf(best).market?.ladders[link(best, PLACE)] as Ladder;
    looked = 0;
    const id = first(ladder, rows, { ...wish, limit, accepts: acceptsSpare });
    return id < 0 || looked > LOOKED_AT ? best : id;
  }

  /** Cards for a bid: at least `least`, at most `most`, or none. */
  function find(wanted: Want, least: number, most: number): MatchLeg[] {
    setWant(wanted);
    search += 1;
    if (wanted.bid.sameHost) return findHost(wanted, most);
    const { bid, needs } = wanted;
    const legs: MatchLeg[] = [];
    while (legs.length < most) {
      const id = pick(wanted);
      if (id < 0) break;
      const card = cardOf(id);
      card.search = search;
      legs.push(legOf(id, bid, cheapest));
      if (needs !== undefined && card.host !== undefined) hold(card.host, needs, 1);
    }
    if (needs !== undefined) {
      for (const { askId } of legs) {
        const { host } = cardOf(askId);
        if (host !== undefined) hold(host, needs, -1);
      }
    }
    return legs.length < least ? [] : legs;
  }

  /** Cards of one host: the cheapest host, or of those within the tolerance the one with the least to spare. */
  function findHost(wanted: Want, most: number): MatchLeg[] {
    listHosts();
    const { bid, queue, maxRate } = wanted;
    const fitting: { readonly ids: readonly number[]; readonly cost: number; readonly spare: number }[] = [];
    let best = Number.POSITIVE_INFINITY;
    let compared = 0;
    const look = (hostId: number): boolean => {
      if (most * (hostRows.figures[hostId * ROW] as number) > best * (1 + tolerance) || compared >= HOSTS_COMPARED)
        return true;
      const ids = cardsOf(hosts[hostId] as Host, wanted, most);
      if (fitting.length > 0) compared += 1;
      if (ids === undefined) return false;
      const cost = ids.reduce((sum, id) => sum + figure(id, SCORE), 0);
      const spare = (hosts[hostId] as Host).cards.reduce((sum, index) => sum + (cards[index] as Card).free, 0);
      best = Math.min(best, cost);
      fitting.push({ ids, cost, spare });
      return false;
    };
    const bounds = { limit: maxRate, rate: 0, lowA: 0, lowB: 0, highA: most, highB: bid.thousandths };
    for (const { hosts: ladder } of queue.markets) first(ladder, hostRows, { ...bounds, accepts: look });
    const near = fitting.filter(({ cost }) => cost <= best * (1 + tolerance));
    const chosen = near.reduce((a, b) => (b.spare < a.spare ? b : a), near[0] ?? { ids: [], cost: 0, spare: 0 });
    return chosen.ids.map((id) => legOf(id, bid, best / most));
  }

  /** The cheapest acceptable cards of a host, or undefined if there are too few. */
  function cardsOf(host: Host, wanted: Want, most: number): readonly number[] | undefined {
    const { needs } = wanted;
    if (needs !== undefined) {
      if (host.cpuMilli < most * (needs.cpuMilli ?? 0) || host.memoryMib < most * (needs.memoryMib ?? 0))
        return undefined;
    }
    const ids: number[] = [];
    for (const index of host.cards) {
      const card = cards[index] as Card;
      if (!wanted.queue.markets.includes(card.market as Market)) continue;
      const id = askOn(card, wanted);
      if (id >= 0) ids.push(id);
    }
    if (ids.length < most) return undefined;
    return ids.sort((a, b) => (before(rows, a, b) ? -1 : 1)).slice(0, most);
  }

  /** The best ask of one card that the bid can take, or -1. */
  function askOn(card: Card, { bid: { duration, thousandths }, tier, maxRate }: Want): number {
    let best = -1;
    for (let id = card.ask; id >= 0; id = link(id, NEXT)) {
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
    const thousandths = heldThousandths(asked, card.free);
    const rate = shareOf(ask.ratePerSecond, thousandths, 1000);
    const order = figure(id, ORDER);
    const since = Math.floor(order / TIES);
    const score = {
      rate: figure(id, RATE),
      weight: card.weight,
      effective: figure(id, SCORE),
      cheapest,
      fit: fitOf(card) + (card.free === 1000 && !isSpare(card) ? 1 : 0),
      since,
      tie: order - since * TIES,
    };
    return { askId: id, ask, rate, thousandths, escrow: rate * BigInt(duration), score };
  }

  return {
    rows,
    place,
    hasNeeds,
    addAsk,
    removeAsk,
    asksOf,
    refreshAsk,
    addCard,
    refreshCard,
    refreshBond,
    changeLease,
    createHost,
    touch,
    find,
    legOf,
    figure,
    card: cardOf,
    ask: (id: number): Ask | undefined => asks[id],
    next: (id: number): number => link(id, NEXT),
    entry: (id: number): number => link(id, ENTRY),
    isOpen: (id: number): boolean => link(id, PLACE) >= 0,
    gate: (id: number): number => Math.floor(link(id, PLACE) / FITS),
    size: (): number => count,
    all: (): readonly (Ask | undefined)[] => asks,
  };
}

/** Takes what a lease needs of its host, or gives it back. */
function hold(host: Host, { cpuMilli = 0, memoryMib = 0 }: HostNeeds, sign: 1 | -1): void {
  host.cpuMilli -= sign * cpuMilli;
  host.memoryMib -= sign * memoryMib;
}
