import type { Card, Host, Lease } from "./book.ts";
import { coveredRate, floorRate, matchWeight, PLACES } from "./cardRules.ts";
import type { HostNeeds } from "./events.ts";
import {
  ASK,
  CARD,
  CAREFUL,
  COVER,
  COVERED,
  EASED,
  EPOCH,
  FLAGS,
  FREE,
  ID,
  KEPT,
  KEPT_BACK,
  LAST_END,
  LIMITED,
  LONGEST,
  MAKER,
  MARKET,
  NEXT_END,
  OPEN,
  OTHER_ASK,
  TERMED,
  WEIGHT,
} from "./figures.ts";
import { filled } from "./ladder.ts";
import type { CardTerms, MarketState } from "./marketState.ts";

/** Covers every sum of rates that is computed in doubles. */
const AMPLE = 2 ** 54;
const ONE = 10n ** 18n;
/** Revenue from which on a lease may reach the limit of what is counted. */
const MUCH = 2n ** 94n;
const NO_LEASES: readonly Lease[] = [];

/** Cards and hosts: their terms, and what follows from them. */
export type Cards = ReturnType<typeof createCards>;

/**
 * Makes the part of the engine that holds cards and hosts: terms, leases, and what follows from them.
 *
 * @param state - the market, kept up to date by the engine
 * @example
 * const cards = createCards(market);
 */
export function createCards(state: Pick<MarketState, "now" | "bondPrice" | "models">) {
  const terms: Card[] = [];
  /** Of cards that are not at the place of their number. */
  const others = new Map<number | bigint, number>();
  const table = { rows: new Float64Array(64 * CARD) };
  const hosts: Host[] = [];
  /** By card; -1: none. Close together, since many are looked at for one match. */
  let hostIds = new Int32Array(64);
  /** By host: 1 if a whole card can be let without breaking up a host that is out of use. */
  let spares = new Uint8Array(64);

  const figure = (card: number, which: number): number => table.rows[card * CARD + which] as number;
  const at = (card: number): Card => terms[card] as Card;
  /** By card that is kept for a bid: what that needs of the host. */
  const reserved = new Map<number, HostNeeds>();
  const hostOf = (card: number): Host | undefined => hosts[hostIds[card] as number];

  /* CARDS */

  /** The card of an id, or -1. The registry counts from 1, so most are told in the order of their ids. */
  function find(id: bigint): number {
    const key = Number(id);
    const card = key - 1;
    if (card >= 0 && card < terms.length && figure(card, ID) === key) return card;
    return others.get(keyOf(id)) ?? -1;
  }

  /** The card of an id; one of which nothing is known where it is new. */
  function indexOf(id: bigint): number {
    const known = find(id);
    if (known >= 0) return known;
    const card = terms.length;
    if ((card + 1) * CARD > table.rows.length)
      table.rows = filled(new Float64Array(Math.ceil(1.25 * card + 1) * CARD), table.rows);
    if (card === hostIds.length) hostIds = filled(new Int32Array(2 * card), hostIds);
    hostIds[card] = -1;
    const key = keyOf(id);
    if (key !== card + 1) others.set(key, card);
    const row = card * CARD;
    table.rows.fill(0, row, row + CARD);
    table.rows[row + ID] = typeof key === "number" ? key : Number.NaN;
    for (const none of [MAKER, ASK, OTHER_ASK, MARKET, KEPT, COVER, COVERED]) table.rows[row + none] = -1;
    table.rows[row + WEIGHT] = 1;
    table.rows[row + FREE] = 1000;
    table.rows[row + LONGEST] = Number.POSITIVE_INFINITY;
    terms.push({
      leases: NO_LEASES,
      operator: "",
      revenue: undefined,
      limits: undefined,
      state: "None",
      bond: 0n,
      model: 0,
      epoch: 0,
      floor: 0n,
      hostId: 0,
      region: 0,
      encumbered: undefined,
      id,
    });
    return card;
  }

  /** Takes in new terms of a card, whose host and market are known by their numbers. */
  function setTerms(card: number, news: Omit<CardTerms, "leases">, maker: number, market: number): void {
    Object.assign(at(card), { limits: undefined, encumbered: undefined }, news);
    const row = card * CARD;
    table.rows[row + MAKER] = maker;
    table.rows[row + EPOCH] = news.epoch;
    table.rows[row + MARKET] = market;
    table.rows[row + LONGEST] = news.limits?.longestHours ? news.limits.longestHours * 3600 : Number.POSITIVE_INFINITY;
  }

  /** Works out again what follows from a card's terms and leases. */
  function refresh(card: number): void {
    const { rows } = table;
    const row = card * CARD;
    const { leases, operator, limits, revenue, state: cardState } = at(card);
    const exact = Number.MAX_SAFE_INTEGER;
    let free = 1000;
    let ownRate = 0;
    let [nextEnd, lastEnd] = [Number.POSITIVE_INFINITY, 0];
    let flags = revenue !== undefined && revenue.amount >= MUCH ? CAREFUL : 0;
    for (let i = 0; i < leases.length; i += 1) {
      const lease = leases[i] as Lease;
      const gross = Number(lease.rate);
      free -= lease.thousandths;
      nextEnd = Math.min(nextEnd, lease.end);
      lastEnd = Math.max(lastEnd, lease.end);
      if (gross > exact) flags |= CAREFUL;
      if (lease.operator === operator) ownRate += gross;
    }
    const covered = rows[row + COVERED] as number;
    // A difference of figures that doubles do not hold exactly, which a rate could reach.
    if (covered > exact && covered - ownRate <= exact) flags |= CAREFUL;
    if (cardState === "Verified" && covered >= 0 && leases.length < PLACES && free > 0) flags |= OPEN;
    if (limits !== undefined) {
      at(card).floor = floorRate(at(card), state.now);
      flags |= limits.termEnd === 0 ? LIMITED : LIMITED | TERMED;
    }
    if ((rows[row + KEPT] as number) >= 0) flags |= KEPT_BACK;
    if (((rows[row + FLAGS] as number) & CAREFUL) !== 0) flags |= EASED;
    if (free !== rows[row + FREE]) setFree(card, free);
    rows[row + COVER] = covered - ownRate;
    rows[row + FLAGS] = flags;
    rows[row + NEXT_END] = nextEnd;
    rows[row + LAST_END] = lastEnd;
  }

  function setFree(card: number, free: number): void {
    const host = hostOf(card);
    if (host !== undefined) countFree(host, card, -1);
    table.rows[card * CARD + FREE] = free;
    if (host !== undefined) countFree(host, card, 1);
  }

  /** Takes in the bond of a card's operator. */
  function setBond(card: number, bond: bigint): void {
    const own = at(card);
    own.bond = bond;
    const covered = coveredRate(state, own);
    const row = card * CARD;
    table.rows[row + COVERED] = covered === undefined ? -1 : Math.min(Number(covered), AMPLE);
    const target = state.models.get(own.model)?.referenceValue ?? 0n;
    table.rows[row + WEIGHT] = matchWeight((bond * state.bondPrice) / ONE, target);
  }

  /** Keeps a card for a bid, with what that needs of its host, or for none: -1. */
  function keepFor(card: number, bidId: number, needs?: HostNeeds): void {
    const host = hostOf(card);
    hold(host, reserved.get(card), -1);
    hold(host, needs, 1);
    if (needs === undefined) reserved.delete(card);
    else reserved.set(card, needs);
    table.rows[card * CARD + KEPT] = bidId;
    refresh(card);
  }

  /** Adds a lease, or takes one out. */
  function changeLease(card: number, lease: Lease, sign: 1 | -1): void {
    const own = at(card);
    const { leases } = own;
    if (sign > 0) own.leases = leases.length === 0 ? [lease] : [...leases, lease];
    else own.leases = leases.length === 1 && leases[0] === lease ? NO_LEASES : leases.filter((one) => one !== lease);
    const host = hostOf(card);
    if (host === undefined) return;
    hold(host, lease.needs, sign);
    host.busy += Number(own.leases.length > 0) - Number(leases.length > 0);
    glance(host);
  }

  /* HOSTS */

  function createHost(): Host {
    const id = hosts.length;
    if (id === spares.length) spares = filled(new Uint8Array(2 * id), spares);
    const unlimited = Number.POSITIVE_INFINITY;
    const host: Host = { id, cards: [], busy: 0, freeMilli: 0, whole: 0, cpuMilli: unlimited, memoryMib: unlimited };
    hosts.push(host);
    return host;
  }

  /** Puts a card on a host, or takes it off, with what its leases need there. */
  function place(card: number, host: Host, sign: 1 | -1): void {
    if (sign > 0) host.cards.push(card);
    else host.cards.splice(host.cards.indexOf(card), 1);
    hostIds[card] = sign > 0 ? host.id : -1;
    countFree(host, card, sign);
    const { leases } = at(card);
    if (leases.length > 0) host.busy += sign;
    for (const { needs } of leases) hold(host, needs, sign);
    hold(host, reserved.get(card), sign);
    glance(host);
  }

  function countFree(host: Host, card: number, sign: 1 | -1): void {
    const free = figure(card, FREE);
    host.freeMilli += sign * free;
    if (free === 1000) host.whole += sign;
  }

  function glance(host: Host): void {
    spares[host.id] = isSpare(host) ? 1 : 0;
  }

  /** Whether a whole card can be let without breaking up a host that is out of use. */
  function isSpareCard(card: number): boolean {
    const host = hostIds[card] as number;
    return host < 0 || spares[host] === 1;
  }

  /** What a host has, told anew. */
  function setHost(host: Host, { cpuMilli, memoryMib }: HostNeeds): void {
    host.cpuMilli = cpuMilli ?? Number.POSITIVE_INFINITY;
    host.memoryMib = memoryMib ?? Number.POSITIVE_INFINITY;
    for (const card of host.cards) {
      for (const { needs } of at(card).leases) hold(host, needs, 1);
      hold(host, reserved.get(card), 1);
    }
  }

  /** What a host would have if no lease ran on it, beside what is reserved. */
  function idle({ cards: own, cpuMilli, memoryMib }: Host): HostRoom {
    const left = { cpuMilli, memoryMib };
    for (const card of own) for (const { needs } of at(card).leases) hold(left, needs, -1);
    return left;
  }

  /** Whether a card and its host have what is needed. */
  function has(card: number, needs: HostNeeds): boolean {
    if ((state.models.get(at(card).model)?.memoryMiB ?? 0) < (needs.cardMemoryMib ?? 0)) return false;
    const host = hostOf(card);
    return host === undefined || suffices(host, needs);
  }

  return {
    table,
    figure,
    at,
    hostOf,
    find,
    indexOf,
    setTerms,
    refresh,
    setBond,
    keepFor,
    changeLease,
    createHost,
    setHost,
    idle,
    place,
    isSpare: isSpareCard,
    has,
    hostId: (card: number): number => hostIds[card] as number,
    hold: (card: number, needs: HostNeeds | undefined, sign: 1 | -1): void => hold(hostOf(card), needs, sign),
    host: (id: number): Host => hosts[id] as Host,
    hostCount: (): number => hosts.length,
    count: (): number => terms.length,
  };
}

/** Ids are numbers in all likelihood; those beyond what numbers hold exactly stay as they are. */
const keyOf = (id: bigint): number | bigint => {
  const key = Number(id);
  return key <= Number.MAX_SAFE_INTEGER ? key : id;
};

/** Whether whole cards of a host can be let without breaking it up. */
export const isSpare = ({ busy, cards: { length } }: Host): boolean => busy > 0 || length === 1;

/** What is left of a host, or less than nothing. */
export type HostRoom = Pick<Host, "cpuMilli" | "memoryMib">;

/**
 * Whether what is left of a host is enough.
 *
 * @param room - what is left
 * @param needs - for each card
 * @param count - cards
 * @example
 * suffices(host, { cpuMilli: 6_000 }, 2);
 */
export const suffices = (room: HostRoom, { cpuMilli = 0, memoryMib = 0 }: HostNeeds, count = 1): boolean =>
  (cpuMilli === 0 || room.cpuMilli >= count * cpuMilli) && (memoryMib === 0 || room.memoryMib >= count * memoryMib);

/**
 * Takes what a lease needs of its host, or gives it back.
 *
 * @param host - what is left of it
 * @param needs - of the lease
 * @param sign - 1: takes, -1: gives back
 * @example
 * hold(host, { cpuMilli: 6_000 }, 1);
 */
export function hold(host: HostRoom | undefined, needs: HostNeeds | undefined, sign: 1 | -1): void {
  if (host === undefined || needs === undefined) return;
  host.cpuMilli -= sign * (needs.cpuMilli ?? 0);
  host.memoryMib -= sign * (needs.memoryMib ?? 0);
}
