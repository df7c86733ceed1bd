import type { Ask, Bid } from "../abis/structs.ts";
import { createAccounts } from "./accounts.ts";
import { isSameBid, TIES, type Waiting } from "./book.ts";
import { createCards } from "./cards.ts";
import { checkNewBid, feeBpsOf, hasGoodDurations, opensAt } from "./checkMatch.ts";
import { createDemand } from "./demand.ts";
import type { Engine, EngineOptions, HostNeeds, MarketEvent, Match, MatchLeg, Outcome } from "./events.ts";
import { type Explanation, explainBid } from "./explain.ts";
import { KEPT, MAKER, MOST_ASKS } from "./figures.ts";
import { createInventory } from "./inventory.ts";
import { createKeeper } from "./keeping.ts";
import { createRows, growRows, HIGH_A, HIGH_B, insert, LOW_A, LOW_B, ORDER, ROW, remove, SCORE } from "./ladder.ts";
import { createMakers } from "./makers.ts";
import { CANCELLED, type MarketState, type ModelTerms } from "./marketState.ts";
import { createOffers } from "./offers.ts";
import {
  closeOrder,
  createOrderTable,
  hashOfSalt,
  openOrder,
  ordersOf,
  setCode,
  setWord,
  setWordAt,
  wordAt,
  wordOf,
} from "./orderTable.ts";
import { createPayments } from "./payments.ts";
import { createQueues } from "./queues.ts";
import { createSearch } from "./search.ts";
import { createSupply } from "./supply.ts";
import { createWakes, due, wakeAt } from "./wakes.ts";

const NOTHING: readonly Match[] = [];
/** Of events that bring no order and no match. */
const QUIET: Outcome = { id: -1, matches: NOTHING };

/**
 * Makes an engine that says who gets what, and why not: deterministic, in memory, one event at a time.
 *
 * A bid gets the ask of the lowest effective price that the contract would accept for it, where the operator's bond is worth at
 * most 5 % of the price; among asks within `toleranceBps` of that price the one whose lease is expected to waste least of card and host,
 * by what has been let so far, so that slices leave what others ask for, hosts keep CPU and memory for their cards, and whole hosts stay
 * whole; then, and until 32 matches were seen, the tightest fit; then the earliest. An ask goes to the bid that waits longest, with `headStart` seconds for every tier;
 * when a bid has waited for `patience` seconds, the cards that come free for it first are kept for it, so nobody waits for ever.
 *
 * @param options - see {@link EngineOptions}
 * @returns the engine, knowing nothing yet
 * @example
 * const engine = createEngine({ submitter, now: 1_800_000_000 });
 * engine.apply({ type: "bondPrice", price: 10n ** 17n });
 */
export function createEngine(options: EngineOptions): Engine {
  const { submitter, seed = 0, toleranceBps = 100, headStart = 600, patience = 3600 } = options;
  /** Open orders have codes: 2 · id of an ask, 2 · id + 1 of a bid. */
  const orders = createOrderTable();
  const { accounts, accountOf } = createAccounts(orders);
  const models = new Map<number, ModelTerms>();
  const state = {
    now: options.now ?? 0,
    pausedUntil: 0,
    parameters: { feeBps: 500, tokenFeeBps: 200, longestMinDuration: 3600 },
    bondPrice: 0n,
    mintRate: undefined as bigint | undefined,
    leaseMint: undefined as MarketState["leaseMint"],
    models,
    cards: {
      get: (id: bigint) => {
        const card = cards.find(id);
        return card < 0 ? undefined : cards.at(card);
      },
    },
    accounts,
  };
  const { marketOf, queueOf, markets, all: queues } = createQueues();
  const cards = createCards(state);
  const supply = createSupply(state, cards, markets);
  const demand = createDemand(markets, queues);
  const search = createSearch(state, cards, supply, demand, toleranceBps / 10_000);
  const rows = createRows();
  const bids: (Waiting | undefined)[] = [];
  const vacant: number[] = [];
  let bidCount = 0;
  let nextMatch = 0;
  let refusal: Outcome["refusal"];
  let matches: Match[] | undefined;
  const bid = (bidId: number): Waiting | undefined => bids[bidId];
  const releasedAt = (bid: Bid): number => opensAt(state, bid, submitter);
  const leftOf = ({ bid, entry }: Waiting): number => bid.quantity - wordAt(orders, entry);
  const leastOf = (waiting: Waiting): number => Math.min(waiting.bid.minQuantity, leftOf(waiting));
  const { isPaid, payable, takeFor, mayTake, paymentOf, paysMoreAt, pay } = createPayments(state, search, {
    leftOf,
    leastOf,
  });
  const offers = createOffers(state, supply, rows, { bid, takeFor, mayTake, payable, serve, settle });
  /** Numbers of the matches that were taken back. */
  const undone = new Set<number>();
  const [askWakes, bidWakes] = [createWakes(), createWakes()];
  const inventory = createInventory(state, cards, supply, {
    accountOf,
    marketOf,
    offerLater: offers.later,
    tryKept,
    closeAsk,
  });

  /* EVENTS */

  function apply(event: MarketEvent): Outcome {
    matches = undefined;
    refusal = undefined;
    const id = handle(event);
    if (offers.isDue()) offers.drain();
    if (keeper.isDue()) {
      keeper.keepOverdue();
      if (offers.isDue()) offers.drain();
    }
    return matches === undefined && id < 0 && refusal === undefined
      ? QUIET
      : { id, refusal, matches: matches ?? NOTHING };
  }

  /** Returns the number of the order that the event brought, or -1. */
  function handle(event: MarketEvent): number {
    switch (event.type) {
      case "time":
        passTo(event.now);
        break;
      case "ask":
        return addAsk(event.ask);
      case "bid":
        return startBid(addBid(event.bid, event.needs));
      case "withdraw":
        if ("ask" in event) closeAsk(event.ask);
        else closeBid(event.bid);
        break;
      case "lease":
        inventory.startOther(cards.indexOf(event.cardId), event.key, event.lease);
        break;
      case "leaseEnd":
        inventory.endLease(cards.indexOf(event.cardId), event.key, event.end);
        break;
      case "card":
        inventory.setCard(cards.indexOf(event.cardId), event.terms);
        break;
      case "bond":
        inventory.setBond(cards.indexOf(event.cardId), event.bond);
        break;
      case "host":
        inventory.setHost(event);
        break;
      case "leaseMint":
        makers.setMintRate(event.rate);
        break;
      case "account":
        makers.setAccount(event);
        break;
      case "order":
        makers.setOrder(accountOf(event.maker), event.salt, event.word);
        break;
      case "failed":
        return undo(event.match, event.withdraw);
      default:
        setMarket(event);
    }
    return -1;
  }

  function refuse(reason: NonNullable<Outcome["refusal"]>): number {
    refusal = reason;
    return -1;
  }

  function passTo(now: number): void {
    const resumes = state.now < state.pausedUntil && now >= state.pausedUntil;
    if (now > state.now) state.now = now;
    inventory.wake();
    for (const id of due(askWakes, state.now)) wakeAsk(id);
    for (const id of due(bidWakes, state.now)) wakeBid(id);
    if (resumes) offers.all();
  }

  function setMarket(event: Extract<MarketEvent, { type: "pause" | "parameters" | "bondPrice" | "model" }>): void {
    if (event.type === "pause") setPause(event.until);
    else if (event.type === "parameters") state.parameters = event.parameters;
    else if (event.type === "bondPrice") state.bondPrice = event.price;
    else models.set(event.model, event.terms);
    supply.all().forEach((ask, id) => {
      if (ask !== undefined && !hasGoodDurations(state, ask)) closeAsk(id);
    });
    for (let card = 0; card < cards.count(); card += 1) inventory.setBond(card, cards.at(card).bond);
    if (event.type !== "bondPrice") offers.all();
  }

  /** Bids that came during a pause wait for its end, which may be an earlier one now. */
  function setPause(until: number): void {
    const isEarlier = until < state.pausedUntil;
    state.pausedUntil = until;
    if (isEarlier) for (let id = 0; id < bids.length; id += 1) wakeBid(id);
  }

  const close = (code: number): void => (code % 2 === 0 ? closeAsk(code >> 1) : closeBid(code >> 1));

  /** Rank among orders of equal score: by the second, then by a number that nobody can choose who does not know the seed. */
  const orderOf = (salt: bigint): number => hashOfSalt(seed, salt) % TIES;

  /* ASKS */

  function addAsk(ask: Ask): number {
    const { index, counter } = accountOf(ask.operator);
    if (state.now > ask.validUntil) return refuse("AskExpired");
    if (!hasGoodDurations(state, ask)) return refuse("AskDurationsInvalid");
    if (ask.counter !== counter) return refuse("AskCounterOld");
    const card = cards.indexOf(ask.cardId);
    if (cards.figure(card, MAKER) === index && supply.asksOf(card).length >= MOST_ASKS) return refuse("AskTooMany");
    const entry = openOrder(orders, index, ask.salt, 0);
    if (wordAt(orders, entry) === CANCELLED) {
      closeOrder(orders, entry);
      return refuse("AskCancelled");
    }
    const order = state.now * TIES + orderOf(ask.salt);
    const id = supply.addAsk(ask, index, entry, card, order);
    setCode(orders, entry, 2 * id);
    wakeAsk(id);
    return id;
  }

  function wakeAsk(id: number): void {
    const ask = supply.ask(id);
    if (ask === undefined) return;
    if (state.now > ask.validUntil) {
      closeAsk(id);
      return;
    }
    const opens = state.now < ask.openFrom && ask.openFrom <= ask.validUntil;
    const next = opens ? ask.openFrom : ask.validUntil + 1;
    wakeAt(askWakes, next, id);
    if (supply.refreshAsk(id)) offers.later(id);
    tryKept(supply.card(id));
  }

  function closeAsk(id: number): void {
    const ask = supply.ask(id);
    if (ask === undefined) return;
    closeOrder(orders, supply.entry(id));
    const card = supply.card(id);
    supply.removeAsk(id);
    tryKept(card);
  }

  /** Looks after a card that is kept for a bid. */
  function tryKept(card: number): void {
    const bidId = cards.figure(card, KEPT);
    if (bidId >= 0) keeper.tryKept(bidId);
  }

  /* BIDS */

  /** Takes a bid into the book; one of a match that was not executed has waited since before. */
  function addBid(bid: Bid, needs: HostNeeds | undefined, since = state.now): number {
    const account = accountOf(bid.renter);
    const { tier, counter, index } = account;
    const entry = openOrder(orders, index, bid.salt, 0);
    const against = checkNewBid(state, bid, submitter, { counter, filled: wordAt(orders, entry) });
    if (against !== "None") {
      closeOrder(orders, entry);
      return refuse(against);
    }
    const id = vacant.pop() ?? bids.length;
    growRows(rows, id + 1);
    const maxRate = Number(bid.maxRatePerSecond);
    setCode(orders, entry, 2 * id + 1);
    const queue = queueOf(bid);
    bids[id] = { account, entry, bid, tier, maxRate, needs, queue, since, queued: false, kept: undefined, lacking: 0 };
    bidCount += 1;
    queue.bids += 1;
    const { figures } = rows;
    const row = id * ROW;
    figures[row + SCORE] = since - headStart * tier;
    figures[row + ORDER] = orderOf(bid.salt);
    figures[row + LOW_A] = bid.thousandths;
    figures[row + LOW_B] = bid.duration;
    figures[row + HIGH_A] = maxRate;
    figures[row + HIGH_B] = bid.duration;
    return id;
  }

  /** Matches a new bid with what there is, or lets it wait. */
  function startBid(id: number): number {
    const waiting = bids[id];
    if (waiting === undefined) return id;
    if (releasedAt(waiting.bid) <= state.now && serve(id, waiting)) return id;
    wakeBid(id, true);
    return id;
  }

  /** Matches a bid until it can take no more; returns whether it is filled. Of one card it may take more by another match. */
  function serve(id: number, waiting: Waiting): boolean {
    for (;;) {
      const taken = takeFor(waiting);
      if (taken.length === 0) return false;
      if (settle(id, waiting, taken)) return true;
    }
  }

  /** Looks at a bid whose time has come; one that enters its queue is tried in its turn, unless it was just now. */
  function wakeBid(id: number, isTried = false): void {
    const waiting = bids[id];
    if (waiting === undefined) return;
    const { bid } = waiting;
    if (state.now > bid.validUntil) {
      closeBid(id);
      return;
    }
    const released = releasedAt(bid);
    if (released > state.now) {
      wakeAt(bidWakes, Math.min(released, bid.validUntil + 1), id);
      return;
    }
    if (!waiting.queued) {
      waiting.queued = true;
      insert(waiting.queue.waiting, rows, id);
      if (!isTried) offers.join(id);
    }
    const waits = waiting.since + patience - state.now;
    if (waits <= 0) keeper.keepSoon(id);
    wakeAt(bidWakes, Math.min(waits > 0 ? state.now + waits : bid.validUntil + 1, bid.validUntil + 1), id);
  }

  /** A bid takes the place of its new tier, or is tried again since it may take or pay what it could not. */
  function requeue(id: number): void {
    const waiting = bids[id];
    if (waiting === undefined) return;
    leaveQueue(id, waiting);
    const { tier } = waiting.account;
    const row = id * ROW;
    rows.figures[row + SCORE] = waiting.since - headStart * tier;
    rows.figures[row + HIGH_A] = waiting.maxRate;
    bids[id] = { ...waiting, tier };
    wakeBid(id);
    keeper.tryKept(id);
  }

  function leaveQueue(id: number, waiting: Waiting): void {
    if (waiting.queued) remove(waiting.queue.waiting, rows, id);
    waiting.queued = false;
  }

  function closeBid(id: number): void {
    const waiting = bids[id];
    if (waiting === undefined) return;
    leaveQueue(id, waiting);
    bids[id] = undefined;
    bidCount -= 1;
    waiting.queue.bids -= 1;
    vacant.push(id);
    closeOrder(orders, waiting.entry);
    keeper.release(id, waiting);
  }

  /* MATCHES */

  /** Makes a match of a bid and the asks found for it; returns whether the bid is filled. */
  function settle(bidId: number, waiting: Waiting, legs: MatchLeg[]): boolean {
    const { account, bid, tier, needs } = waiting;
    if (legs.length > 1) legs.sort((a, b) => (a.ask.cardId < b.ask.cardId ? -1 : 1));
    const row = bidId * ROW;
    const [at, tie] = [rows.figures[row + SCORE] as number, rows.figures[row + ORDER] as number];
    const priority = { since: waiting.since, tier, tie, at };
    const id = nextMatch;
    nextMatch += 1;
    const tokenIn = bid.payInToken ? paymentOf(bid, legs).tokenIn : 0n;
    const match: Match = { id, time: state.now, bidId, bid, needs, priority, tokenIn, legs };
    pay(waiting, match, 1n);
    if (matches === undefined) matches = [match];
    else matches.push(match);
    const word = wordAt(orders, waiting.entry) + legs.length;
    setWordAt(orders, waiting.entry, word);
    demand.learn(waiting, legs.length);
    const filled = word === bid.quantity;
    if (filled) closeBid(bidId);
    if (orders.hasTwins) makers.retryTwins(account, bid.salt);
    const feeBps = feeBpsOf(state, tier, bid.payInToken);
    const end = state.now + bid.duration;
    for (const { askId, rate, thousandths } of legs) {
      const card = supply.card(askId);
      const { operator } = cards.at(card);
      inventory.start(card, { operator, rate, feeBps, thousandths, start: state.now, end, key: id, needs });
    }
    return filled;
  }

  /** Takes a match back that was not executed, once. Its bid has its place in line again; all of the renter may be able to pay more. */
  function undo(match: Match, isOver = false): number {
    const { id, bid, needs, priority, legs } = match;
    if (id >= nextMatch || undone.has(id)) return -1;
    undone.add(id);
    const account = accountOf(bid.renter);
    const taken = wordOf(orders, account.index, bid.salt);
    if (taken !== CANCELLED) setWord(orders, account.index, bid.salt, Math.max(0, taken - legs.length));
    pay({ account }, match, -1n);
    for (const { ask } of legs) inventory.dropLease(cards.indexOf(ask.cardId), id);
    const waits = ordersOf(orders, account.index, bid.salt).find((code) => {
      const waiting = code % 2 === 1 ? bids[code >> 1] : undefined;
      return waiting !== undefined && isSameBid(waiting.bid, bid);
    });
    if (isOver && waits !== undefined) close(waits);
    const reopened = isOver || waits !== undefined ? -1 : addBid(bid, needs, Math.min(priority.since, state.now));
    for (const code of ordersOf(orders, account.index)) if (code % 2 === 1) requeue(code >> 1);
    return isOver || waits === undefined ? reopened : waits >> 1;
  }

  const keeper = createKeeper(state, cards, supply, search, rows, patience, {
    bid,
    releasedAt,
    leastOf,
    isPaid,
    settle,
    serve,
    refreshAsks: inventory.refreshAsks,
    offerHost: inventory.offerHost,
    later: (id, seconds) => wakeAt(bidWakes, state.now + seconds, id),
  });

  const makers = createMakers(state, orders, accountOf, {
    bid,
    bids: () => bids,
    leftOf,
    paysMoreAt,
    close,
    requeue,
    tryKept: keeper.tryKept,
    join: offers.join,
  });

  const explain = (bidId: number): Explanation | undefined => {
    const waiting = bids[bidId];
    if (waiting === undefined) return undefined;
    const { bid, needs } = waiting;
    const lacks = needs === undefined ? undefined : (ask: Ask) => !cards.has(cards.indexOf(ask.cardId), needs);
    const explained = explainBid(state, bid, supply.all(), submitter, lacks);
    const found = explained.refusal === "CardsTooFew" ? search.find(waiting, leftOf(waiting)) : [];
    if (found.length === 0 || found.length < leastOf(waiting)) return explained;
    const { refusal } = paymentOf(bid, found);
    return refusal === "None" ? explained : { ...explained, refusal };
  };

  return {
    apply,
    explain,
    state: () => state,
    asks: () => supply.all().filter((ask) => ask !== undefined),
    bids: () => bids.flatMap((waiting) => waiting?.bid ?? []),
    stats: () => ({ asks: supply.size(), bids: bidCount, kept: keeper.size() }),
  };
}
