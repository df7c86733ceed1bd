import type { Ask, Bid } from "../abis/structs.ts";
import { CRUMB, coveredRate, exactShare, floorRate, PLACES } from "./cardRules.ts";
import { checkLeg } from "./checkMatch.ts";
import type { HostNeeds } from "./events.ts";
import {
  before,
  createColumns,
  createLadder,
  first,
  growColumns,
  insert,
  type Ladder,
  leastScore,
  remove,
} from "./ladder.ts";
import type { CardTerms, LeaseTerms, MarketState } from "./marketState.ts";

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

/** A lease as the engine keeps it. */
export type Lease = LeaseTerms & { readonly key: string | number; end: number; readonly needs: HostNeeds | undefined };

/** A host: cards of one operator that share CPU and memory. */
export type Host = {
  readonly id: number;
  readonly cards: Card[];
  /** Cards on which a lease runs. */
  busy: number;
  /** Left of what the host states. */
  cpuMilli: number;
  memoryMib: number;
  /** Markets where it stands among the hosts, and whether that must be looked at again. */
  listed: Market[];
  stale: boolean;
};

/** A card: its terms, and what follows from them. */
export type Card = {
  -readonly [Key in keyof Omit<CardTerms, "leases">]: CardTerms[Key];
} & {
  readonly id: bigint;
  readonly index: number;
  leases: readonly Lease[];
  asks: readonly number[];
  host: Host | undefined;
  market: Market | undefined;
  free: number;
  /** Gross rate of the operator's own leases, and the most that its bond covers; below 0: not even the model's minimum. */
  ownRate: number;
  covered: number;
  floor: bigint;
  /** Match weight by the bond, 1 to 1.5. */
  weight: number;
  /** Rates or revenue beyond what doubles hold exactly: every leg is checked with integers. */
  careful: boolean;
  /** The waiting bid that it is kept for, or -1. */
  keptFor: number;
  /** Number of the last search that took it. */
  search: number;
};

/** All asks for cards of one model in one region. */
export type Market = {
  readonly model: number;
  readonly region: number;
  /** By gate and fit. */
  readonly ladders: (Ladder | undefined)[];
  gated: number;
  readonly hosts: Ladder;
  /** Where bids wait that accept this model and region. */
  readonly queues: Queue[];
};

/** Bids that accept the same models and regions. */
export type Queue = {
  readonly models: bigint;
  readonly regions: bigint;
  readonly markets: Market[];
  readonly waiting: Ladder;
};

/** What one bid wants of every card. */
export type Want = {
  readonly bid: Bid;
  readonly tier: number;
  readonly maxRate: number;
  readonly needs: HostNeeds | undefined;
  readonly queue: Queue;
};

/** What an ask is ranked by. `effective` = rate · (1 − 0.1 · (weight − 1)): the bond is worth at most 5 % of the price. */
export type Score = {
  readonly rate: number;
  readonly weight: number;
  readonly effective: number;
  /** The best effective price that the bid could have had for this card. */
  readonly cheapest: number;
  /** How tightly the lease fits: eighths free of the card before; 8: whole, on a host in use; 9: on a host out of use. */
  readonly fit: number;
  /** Second and seeded number that rank asks of equal price. */
  readonly since: number;
  readonly tie: number;
};

/** Bits of the seeded number in the order of equal scores. */
export const TIES = 2 ** 20;

/**
 * Makes the side of the engine that holds what is offered: asks, cards and hosts, and the search for the best of them.
 *
 * @param state - the market, kept up to date by the engine
 * @param tolerance - part of the best effective price within which the tighter fit comes before the lower price
 * @example
 * const supply = createSupply(market, 0.01);
 */
export function createSupply(state: MarketState, tolerance: number) {
  const columns = createColumns(64);
  const asks: (Ask | undefined)[] = [];
  const cardOf: (Card | undefined)[] = [];
  /** Operators of the asks, lower case. */
  const makers: string[] = [];
  /** Gate and fit of an ask in its market's ladders, or -1. */
  let places = new Int8Array(64);
  const vacant: number[] = [];
  const hostColumns = createColumns(16);
  const hosts: Host[] = [];
  let stale: Host[] = [];
  let search = 0;
  let want: Want | undefined;
  let count = 0;
  const found = new Int32Array(FITS);

  /* ASKS */

  function addAsk(ask: Ask, maker: string, card: Card, order: number): number {
    const id = vacant.pop() ?? asks.length;
    growColumns(columns, id + 1);
    if (id >= places.length) {
      const more = Math.ceil(1.5 * id) + 1;
      const old = places;
      places = new Int8Array(more);
      places.set(old);
    }
    asks[id] = ask;
    cardOf[id] = card;
    makers[id] = maker;
    columns.rate[id] = Number(ask.ratePerSecond);
    columns.order[id] = order;
    places[id] = -1;
    // Copies have no spare room, which would weigh more than the rest of a card.
    card.asks = [...card.asks, id];
    count += 1;
    return id;
  }

  function removeAsk(id: number): void {
    const card = cardOf[id] as Card;
    leave(id, card);
    card.asks = card.asks.filter((other) => other !== id);
    asks[id] = undefined;
    cardOf[id] = undefined;
    vacant.push(id);
    count -= 1;
  }

  function leave(id: number, card: Card): void {
    const place = places[id] as number;
    if (place < 0) return;
    const market = card.market as Market;
    remove(market.ladders[place] as Ladder, columns, id);
    if (place >= FITS) market.gated -= 1;
    places[id] = -1;
    touch(card.host);
  }

  /** Puts an ask where it belongs now. Returns whether more can be had of it than before. */
  function refreshAsk(id: number): boolean {
    const ask = asks[id] as Ask;
    const card = cardOf[id] as Card;
    const rate = columns.rate[id] as number;
    const room = makers[id] === card.operator ? roomOf(ask, card, rate) : 0;
    const gate = state.now < ask.openFrom ? ask.priorityTier : 0;
    const place = room === 0 || gate >= GATES || card.keptFor >= 0 ? -1 : gate * FITS + fitOf(card);
    const longest = card.limits?.longestHours ? card.limits.longestHours * 3600 : ask.maxDuration;
    const maxDuration = Math.min(ask.maxDuration, longest);
    const effective = rate * (1 - 0.1 * (card.weight - 1));
    const least = leastThousandths(ask, rate, card.free);
    const old = places[id] as number;
    const figures =
      old >= 0 && columns.score[id] === effective && columns.highA[id] === maxDuration && columns.lowB[id] === least;
    if (place === old && (place < 0 || (figures && columns.highB[id] === room))) return false;
    const better =
      old < 0 || !figures || room > (columns.highB[id] as number) || Math.floor(place / FITS) < Math.floor(old / FITS);
    leave(id, card);
    columns.score[id] = effective;
    columns.lowA[id] = ask.minDuration;
    columns.lowB[id] = least;
    columns.highA[id] = maxDuration;
    columns.highB[id] = room;
    if (place < 0) return false;
    const { ladders } = card.market as Market;
    const ladder = ladders[place] ?? createLadder();
    ladders[place] = ladder;
    insert(ladder, columns, id);
    if (place >= FITS) (card.market as Market).gated += 1;
    places[id] = place;
    touch(card.host);
    return better;
  }

  /** Thousandths that may be asked of an ask now; 0 while it cannot be taken by anybody. */
  function roomOf(ask: Ask, card: Card, rate: number): number {
    if (card.state !== "Verified" || card.epoch !== ask.epoch) return 0;
    if (card.covered < 0 || card.leases.length >= PLACES || card.free === 0 || ask.ratePerSecond < card.floor) return 0;
    if (card.careful || rate > EXACT) return card.free;
    const covered = coverThousandths(rate, card.covered - card.ownRate);
    return covered < Math.min(CRUMB, card.free) ? 0 : Math.min(covered, card.free);
  }

  /* CARDS */

  /** Works out again what follows from a card's terms. */
  function refreshCard(card: Card): void {
    const { limits } = card;
    let free = 1000;
    let ownRate = 0;
    let careful = (card.revenue?.amount ?? 0n) >= 2n ** 94n;
    for (const lease of card.leases) {
      free -= lease.thousandths;
      if (lease.rate > EXACT) careful = true;
      if (lease.operator === card.operator) ownRate += Number(lease.rate);
    }
    card.free = free;
    card.ownRate = ownRate;
    card.careful = careful;
    card.floor = limits === undefined ? 0n : floorRate(card, state.now);
  }

  /** Works out again what follows from a card's bond. */
  function refreshBond(card: Card): void {
    const covered = coveredRate(state, card);
    card.covered = covered === undefined ? -1 : Math.min(Number(covered), AMPLE);
    card.weight = matchWeight((card.bond * state.bondPrice) / ONE, state.models.get(card.model)?.referenceValue ?? 0n);
  }

  /** Puts a card on a host, or takes it off, with what its leases need there. */
  function place(card: Card, host: Host, sign: 1 | -1): void {
    for (const id of card.asks) leave(id, card);
    if (sign > 0) host.cards.push(card);
    else host.cards.splice(host.cards.indexOf(card), 1);
    if (card.leases.length > 0) host.busy += sign;
    for (const { needs } of card.leases) if (needs !== undefined) hold(host, needs, sign);
    touch(host);
  }

  /** Adds a lease, or takes one out. */
  function changeLease(card: Card, lease: Lease, sign: 1 | -1): void {
    const { host } = card;
    const wasBusy = card.leases.length > 0;
    card.leases = sign > 0 ? [...card.leases, lease] : card.leases.filter((other) => other !== lease);
    refreshCard(card);
    if (host === undefined) return;
    if (lease.needs !== undefined) hold(host, lease.needs, sign);
    host.busy += Number(card.leases.length > 0) - Number(wasBusy);
  }

  const fitOf = ({ free }: Card): number => Math.floor(free / CRUMB);

  /** Whether a whole card can be let without breaking up a host that is out of use. */
  const isSpare = ({ host }: Card): boolean => host === undefined || host.busy > 0 || host.cards.length === 1;

  /* HOSTS */

  function createHost(cpuMilli: number, memoryMib: number): Host {
    const host: Host = { id: hosts.length, cards: [], busy: 0, cpuMilli, memoryMib, listed: [], stale: false };
    growColumns(hostColumns, host.id + 1);
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
      for (const { hosts: ladder } of host.listed) remove(ladder, hostColumns, host.id);
      const markets = new Set<Market>();
      let [least, cards, room] = [Number.POSITIVE_INFINITY, 0, 0];
      for (const { asks: ids, market } of host.cards) {
        const open = ids.filter((id) => (places[id] as number) >= 0);
        if (open.length === 0) continue;
        cards += 1;
        markets.add(market as Market);
        for (const id of open) {
          least = Math.min(least, columns.score[id] as number);
          room = Math.max(room, columns.highB[id] as number);
        }
      }
      host.listed = [...markets];
      hostColumns.score[host.id] = least;
      hostColumns.highA[host.id] = cards;
      hostColumns.highB[host.id] = room;
      for (const { hosts: ladder } of host.listed) insert(ladder, hostColumns, host.id);
    }
    stale = [];
  }

  /* SEARCH */

  /** Whether the bid at hand can take an ask whose figures are in its bounds. */
  function accepts(id: number): boolean {
    const { bid, needs } = want as Want;
    const card = cardOf[id] as Card;
    const rate = columns.rate[id] as number;
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

  /** The best ask for the bid at hand: the tightest fit among those within the tolerance of the best price. */
  function pick({ bid, tier, maxRate, queue }: Want, cheapest: { value: number }): number {
    const { duration, thousandths } = bid;
    let best = Number.POSITIVE_INFINITY;
    found.fill(-1);
    const lowest = Math.min(Math.floor(thousandths / CRUMB), WHOLE);
    for (const market of queue.markets) {
      const gates = market.gated === 0 ? 0 : Math.min(tier, GATES - 1);
      for (let gate = 0; gate <= gates; gate += 1) {
        for (let fit = lowest; fit < FITS; fit += 1) {
          const ladder = market.ladders[gate * FITS + fit];
          if (ladder === undefined || ladder.size === 0) continue;
          const limit = Math.min(maxRate, best * (1 + tolerance));
          if (leastScore(ladder, columns) > limit) continue;
          const id = first(ladder, columns, duration, thousandths, duration, thousandths, maxRate, limit, accepts);
          const other = found[fit] as number;
          if (id < 0 || (other >= 0 && !before(columns, id, other))) continue;
          found[fit] = id;
          best = Math.min(best, columns.score[id] as number);
        }
      }
    }
    cheapest.value = best;
    const limit = best * (1 + tolerance);
    for (let fit = lowest; fit < FITS; fit += 1) {
      const id = found[fit] as number;
      if (id < 0 || (columns.score[id] as number) > limit) continue;
      return fit < WHOLE || isSpare(cardOf[id] as Card) ? id : spareFor(id, bid, maxRate, limit);
    }
    return -1;
  }

  /** A whole card on a host in use, if one comes soon after the best in its ladder; else the best. */
  function spareFor(best: number, { duration, thousandths }: Bid, maxRate: number, limit: number): number {
    const ladder = (cardOf[best] as Card).market?.ladders[places[best] as number] as Ladder;
    let looked = 0;
    let spare = best;
    first(ladder, columns, duration, thousandths, duration, thousandths, maxRate, limit, (id) => {
      looked += 1;
      if (looked > LOOKED_AT) return true;
      if (!accepts(id) || !isSpare(cardOf[id] as Card)) return false;
      spare = id;
      return true;
    });
    return spare;
  }

  /** Cards for a bid: at least `least`, at most `most`, or none. */
  function find(wanted: Want, least: number, most: number): readonly Taken[] {
    want = wanted;
    search += 1;
    if (wanted.bid.sameHost) return findHost(wanted, most);
    const { needs } = wanted;
    const taken: Taken[] = [];
    const cheapest = { value: 0 };
    while (taken.length < most) {
      const id = pick(wanted, cheapest);
      if (id < 0) break;
      const card = cardOf[id] as Card;
      card.search = search;
      taken.push(takenOf(id, cheapest.value));
      if (needs !== undefined && card.host !== undefined) hold(card.host, needs, 1);
    }
    for (const { card } of taken) if (needs !== undefined && card.host !== undefined) hold(card.host, needs, -1);
    return taken.length < least ? [] : taken;
  }

  /** Cards of one host: the cheapest host, or of those within the tolerance the one with the least to spare. */
  function findHost(wanted: Want, cards: number): readonly Taken[] {
    listHosts();
    const { bid, queue, maxRate } = wanted;
    const found: { readonly ids: readonly number[]; readonly cost: number; readonly spare: number }[] = [];
    let best = Number.POSITIVE_INFINITY;
    let compared = 0;
    const look = (hostId: number): boolean => {
      if (cards * (hostColumns.score[hostId] as number) > best * (1 + tolerance) || compared >= HOSTS_COMPARED)
        return true;
      const ids = cardsOf(hosts[hostId] as Host, wanted, cards);
      if (found.length > 0) compared += 1;
      if (ids === undefined) return false;
      const cost = ids.reduce((sum, id) => sum + (columns.score[id] as number), 0);
      const free = (hosts[hostId] as Host).cards.reduce((sum, card) => sum + card.free, 0);
      best = Math.min(best, cost);
      found.push({ ids, cost, spare: free });
      return false;
    };
    for (const { hosts: ladder } of queue.markets) {
      first(ladder, hostColumns, 0, 0, cards, bid.thousandths, maxRate, maxRate, look);
    }
    const near = found.filter(({ cost }) => cost <= best * (1 + tolerance));
    const chosen = near.reduce((a, b) => (b.spare < a.spare ? b : a), near[0] ?? { ids: [], cost: 0, spare: 0 });
    return chosen.ids.map((id) => takenOf(id, best / cards));
  }

  /** The cheapest acceptable cards of a host, or undefined if there are too few. */
  function cardsOf(host: Host, wanted: Want, cards: number): readonly number[] | undefined {
    want = wanted;
    const { needs } = wanted;
    if (needs !== undefined) {
      if (host.cpuMilli < cards * (needs.cpuMilli ?? 0) || host.memoryMib < cards * (needs.memoryMib ?? 0))
        return undefined;
    }
    const ids: number[] = [];
    for (const card of host.cards) {
      if (!wanted.queue.markets.includes(card.market as Market)) continue;
      const id = askOn(card, wanted);
      if (id >= 0) ids.push(id);
    }
    if (ids.length < cards) return undefined;
    return ids.sort((a, b) => (before(columns, a, b) ? -1 : 1)).slice(0, cards);
  }

  /** The best ask of one card that the bid can take, or -1. */
  function askOn(card: Card, wanted: Want): number {
    const { duration, thousandths } = wanted.bid;
    want = wanted;
    let best = -1;
    for (const id of card.asks) {
      const place = places[id] as number;
      if (place < 0 || Math.floor(place / FITS) > wanted.tier) continue;
      if (
        (columns.rate[id] as number) > wanted.maxRate ||
        (columns.lowA[id] as number) > duration ||
        (columns.highA[id] as number) < duration
      )
        continue;
      if ((columns.lowB[id] as number) > thousandths || (columns.highB[id] as number) < thousandths) continue;
      if (accepts(id) && (best < 0 || before(columns, id, best))) best = id;
    }
    return best;
  }

  function takenOf(id: number, cheapest: number): Taken {
    const card = cardOf[id] as Card;
    const order = columns.order[id] as number;
    return {
      id,
      card,
      score: {
        rate: columns.rate[id] as number,
        weight: card.weight,
        effective: columns.score[id] as number,
        cheapest,
        fit: fitOf(card) + (card.free === 1000 && !isSpare(card) ? 1 : 0),
        since: Math.floor(order / TIES),
        tie: order % TIES,
      },
    };
  }

  return {
    columns,
    place,
    hasNeeds,
    addAsk,
    removeAsk,
    refreshAsk,
    refreshCard,
    refreshBond,
    changeLease,
    createHost,
    touch,
    find,
    takenOf,
    ask: (id: number): Ask | undefined => asks[id],
    card: (id: number): Card => cardOf[id] as Card,
    rate: (id: number): number => columns.rate[id] as number,
    isOpen: (id: number): boolean => (places[id] as number) >= 0,
    gate: (id: number): number => Math.floor((places[id] as number) / FITS),
    size: (): number => count,
    all: (): readonly (Ask | undefined)[] => asks,
  };
}

/** An ask that a search chose. */
export type Taken = { readonly id: number; readonly card: Card; readonly score: Score };

/**
 * Weight of a bond in ranking: `1 + 0.5 · min(1, sqrt(bond / target))`, target a tenth of the card's reference value.
 *
 * @param bondValue - active bond, dollars (1e18)
 * @param referenceValue - of the card's model, dollars (1e18)
 * @returns 1 to 1.5
 * @example
 * matchWeight(55n, 2_200n); // 1.25
 */
export function matchWeight(bondValue: bigint, referenceValue: bigint): number {
  if (referenceValue === 0n) return 1;
  return 1 + 0.5 * Math.sqrt(Math.min(1, (10 * Number(bondValue)) / Number(referenceValue)));
}

/** Takes what a lease needs of its host, or gives it back. */
function hold(host: Host, { cpuMilli = 0, memoryMib = 0 }: HostNeeds, sign: 1 | -1): void {
  host.cpuMilli -= sign * cpuMilli;
  host.memoryMib -= sign * memoryMib;
}

/** Most thousandths whose gross rate is covered: floor(rate · m / 1000) ≤ covered. Exact for rates below 2^53. */
function coverThousandths(rate: number, covered: number): number {
  if (covered >= rate) return 1000;
  if (covered < 0) return 0;
  let most = Math.min(999, Math.floor(((covered + 1) / rate) * 1000) + 1);
  while (most > 0 && exactShare(rate, most, 1000) > covered) most -= 1;
  return most;
}

/** Least thousandths that can be asked: what the ask demands, and where crumbs would be let for nothing, enough to cost 1. */
function leastThousandths({ minThousandths }: Ask, rate: number, free: number): number {
  const paid = Math.ceil(1000 / rate);
  return Math.min(CRUMB, free) >= paid ? minThousandths : Math.max(minThousandths, paid);
}
