import type { Account, Host, Lease, Market } from "./book.ts";
import { isTermOver, settledRevenue } from "./cardRules.ts";
import type { Cards } from "./cards.ts";
import type { MarketEvent } from "./events.ts";
import { MAKER, MOST_ASKS } from "./figures.ts";
import type { CardTerms, LeaseTerms, MarketState } from "./marketState.ts";
import type { createSupply } from "./supply.ts";
import { createWakes, due, wakeAt } from "./wakes.ts";

const MONTH = 30 * 86_400;

/** What the inventory asks of the engine. */
type Hooks = {
  readonly accountOf: (address: string) => Account;
  readonly marketOf: (model: number, region: number) => Market;
  /** Offers an ask of which more can be had to those who wait. */
  readonly offerLater: (askId: number) => void;
  /** Looks after a card that is kept for a bid. */
  readonly tryKept: (card: number) => void;
  readonly closeAsk: (askId: number) => void;
};

/**
 * Follows what happens to cards, hosts and leases, and puts the asks for them where they belong then.
 *
 * @param state - the market, kept up to date by the engine
 * @param cards - what is let
 * @param supply - asks for it
 * @param hooks - what the engine does for it
 * @example
 * const inventory = createInventory(market, cards, supply, hooks);
 */
export function createInventory(
  state: Pick<MarketState, "now">,
  cards: Cards,
  supply: ReturnType<typeof createSupply>,
  hooks: Hooks,
) {
  const wakes = createWakes();

  function hostOf(account: Account, hostId: number): Host {
    const host = account.hosts.get(hostId) ?? cards.createHost();
    account.hosts.set(hostId, host);
    return host;
  }

  function setHost({ operator, hostId, ...has }: Extract<MarketEvent, { type: "host" }>): void {
    const host = hostOf(hooks.accountOf(operator), hostId);
    cards.setHost(host, has);
    offerHost(host);
  }

  /** Offers the cards of a host of which more can be had. */
  function offerHost({ cards: own }: Host): void {
    own.forEach(supply.touch);
    for (const card of own) supply.asksOf(card).forEach(hooks.offerLater);
    for (const card of [...own]) hooks.tryKept(card);
  }

  function setCard(card: number, terms: Omit<CardTerms, "leases">): void {
    const own = cards.at(card);
    own.revenue = { amount: settledRevenue(own, state.now), at: state.now };
    supply.leaveAll(card);
    const former = cards.hostOf(card);
    if (former !== undefined) cards.place(card, former, -1);
    const account = hooks.accountOf(terms.operator);
    const isSame = cards.figure(card, MAKER) === account.index;
    const market = hooks.marketOf(terms.model, terms.region);
    market.cards += 1;
    if (former !== undefined) supply.marketOf(card).cards -= 1;
    cards.setTerms(card, terms, account.index, market.id);
    own.operator = account.address;
    if (!isSame) {
      supply.sortAsks(card);
      supply.asksOf(card).slice(MOST_ASKS).forEach(hooks.closeAsk);
    }
    const host = hostOf(account, terms.hostId);
    cards.place(card, host, 1);
    supply.touch(card);
    if (former !== undefined && former !== host && hasNeeds(card)) offerHost(former);
    setBond(card, terms.bond);
    wakeCardAt(card);
  }

  function setBond(card: number, bond: bigint): void {
    cards.setBond(card, bond);
    refresh(card);
  }

  /** Works out a card and its asks again; what can be had of it now is offered. */
  function refresh(card: number): void {
    cards.refresh(card);
    refreshAsks(card);
    hooks.tryKept(card);
  }

  function refreshAsks(card: number): void {
    for (let id = supply.firstAsk(card); id >= 0; id = supply.next(id)) if (supply.refreshAsk(id)) hooks.offerLater(id);
  }

  function wakeCard(card: number): void {
    const own = cards.at(card);
    for (const lease of own.leases.filter(({ end }) => end <= state.now)) changeLease(card, lease, -1);
    refresh(card);
    wakeCardAt(card);
    // Leases may be longer now, though nothing more of the card can be had.
    if (own.limits !== undefined && own.limits.termEnd !== 0 && isTermOver(own, state.now))
      supply.asksOf(card).forEach(hooks.offerLater);
  }

  const hasNeeds = (card: number): boolean => cards.at(card).leases.some(({ needs }) => needs !== undefined);

  /** A card changes by time alone when a lease ends, the floor of its term falls, or the term is over. */
  function wakeCardAt(card: number): void {
    const own = cards.at(card);
    const { limits, leases } = own;
    for (const { end } of leases) wakeAt(wakes, end, card);
    if (limits === undefined || limits.termEnd === 0 || isTermOver(own, state.now)) return;
    const months = Math.max(1, Math.floor((state.now - limits.saleEnd) / MONTH) + 1);
    const next = limits.decayBps === 0 ? limits.termEnd : Math.min(limits.termEnd, limits.saleEnd + months * MONTH);
    wakeAt(wakes, next, card);
  }

  /* LEASES */

  function changeLease(card: number, lease: Lease, sign: 1 | -1): void {
    if (sign < 0 && lease.end > lease.start) {
      const own = cards.at(card);
      own.revenue = { amount: settledRevenue(own, state.now), at: state.now };
    }
    cards.changeLease(card, lease, sign);
    supply.touch(card);
    if (sign > 0 || lease.needs === undefined) return;
    const host = cards.hostOf(card);
    if (host !== undefined) offerHost(host);
  }

  function start(card: number, lease: Lease): void {
    changeLease(card, lease, 1);
    wakeAt(wakes, lease.end, card);
    refresh(card);
  }

  /** A lease from elsewhere; told again, it is as told last. */
  function startOther(
    card: number,
    key: string,
    { operator, rate, feeBps, thousandths, start: from, end }: LeaseTerms,
  ): void {
    dropLease(card, key);
    const { address } = hooks.accountOf(operator);
    start(card, { operator: address, rate, feeBps, thousandths, start: from, end, key, needs: undefined });
    if (end <= state.now) endLease(card, key, end);
  }

  function endLease(card: number, key: string | number, end: number): void {
    const lease = leaseOf(card, key);
    if (lease === undefined) return;
    lease.end = end;
    if (end <= state.now) changeLease(card, lease, -1);
    else wakeAt(wakes, end, card);
    refresh(card);
  }

  /** Takes out a lease that never was. */
  function dropLease(card: number, key: string | number): void {
    const lease = leaseOf(card, key);
    if (lease !== undefined) endLease(card, key, lease.start);
  }

  const leaseOf = (card: number, key: string | number): Lease | undefined =>
    cards.at(card).leases.find((one) => one.key === key);

  /** Looks at the cards whose time has come. */
  function wake(): void {
    for (const card of due(wakes, state.now)) wakeCard(card);
  }

  return { setHost, offerHost, setCard, setBond, refreshAsks, start, startOther, endLease, dropLease, wake };
}
