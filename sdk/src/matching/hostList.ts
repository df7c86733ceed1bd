import type { Host, Market } from "./book.ts";
import {
  createRows,
  growRows,
  HIGH_A,
  HIGH_B,
  insert,
  type Ladder,
  LOW_A,
  RATE,
  ROW,
  remove,
  SCORE,
} from "./ladder.ts";

/** What a list asks of the asks for cards. */
type OpenAsks = {
  /** First ask for a card, and the next for the same one; -1: none. */
  readonly firstAsk: (card: number) => number;
  readonly next: (id: number) => number;
  readonly isOpen: (id: number) => boolean;
  readonly figure: (id: number, which: number) => number;
  readonly marketOf: (card: number) => Market;
};

const NOWHERE: readonly Market[] = [];

/**
 * Hosts in order of their cheapest open ask, in a ladder of each market that they have cards in. Their figures: `HIGH_A`, cards with an
 * open ask; `HIGH_B`, thousandths to be had of one card; `RATE` and `LOW_A`, less CPU and memory that are left, at least. What changed is
 * put in order when somebody looks.
 *
 * @param asks - for the cards
 * @param ladderOf - where in a market the hosts are
 * @param isListed - whether a host belongs there now; each does when absent
 * @param counts - whether a card counts for its host now; each does when absent
 * @example
 * const hosts = createHostList(asks, ({ hosts }) => hosts);
 */
export function createHostList(
  asks: OpenAsks,
  ladderOf: (market: Market) => Ladder,
  isListed: (host: Host) => boolean = () => true,
  counts: (card: number) => boolean = () => true,
) {
  const rows = createRows();
  /** By host: where it is listed. */
  const listed: (readonly Market[])[] = [];
  const isStale: boolean[] = [];
  const stale: Host[] = [];

  /** Notes that something of a host changed. */
  function touch(host: Host): void {
    if (isStale[host.id] === true) return;
    isStale[host.id] = true;
    stale.push(host);
  }

  /** Puts in order what changed since the last time. */
  function list(): void {
    for (const host of stale) {
      const { id } = host;
      isStale[id] = false;
      for (const market of listed[id] ?? NOWHERE) remove(ladderOf(market), rows, id);
      growRows(rows, id + 1);
      listed[id] = isListed(host) ? weigh(host) : NOWHERE;
      for (const market of listed[id] ?? NOWHERE) insert(ladderOf(market), rows, id);
    }
    stale.length = 0;
  }

  /** Works out the figures of a host; returns the markets that it belongs to. */
  function weigh(host: Host): readonly Market[] {
    let markets = NOWHERE;
    let [least, open, room] = [Number.POSITIVE_INFINITY, 0, 0];
    for (const card of host.cards) {
      if (!counts(card)) continue;
      let isOpen = false;
      for (let id = asks.firstAsk(card); id >= 0; id = asks.next(id)) {
        if (!asks.isOpen(id)) continue;
        isOpen = true;
        least = Math.min(least, asks.figure(id, SCORE));
        room = Math.max(room, asks.figure(id, HIGH_B));
      }
      if (!isOpen) continue;
      open += 1;
      const market = asks.marketOf(card);
      if (!markets.includes(market)) markets = [...markets, market];
    }
    const row = host.id * ROW;
    rows.figures[row + SCORE] = least;
    rows.figures[row + RATE] = -host.cpuMilli;
    rows.figures[row + LOW_A] = -host.memoryMib;
    rows.figures[row + HIGH_A] = open;
    rows.figures[row + HIGH_B] = room;
    return markets;
  }

  return { rows, touch, list };
}
