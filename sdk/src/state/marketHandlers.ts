import { type Handlers, on } from "./handlers.ts";
import * as events from "./layouts/rentalMarket.ts";
import { keepPause } from "./pauses.ts";
import { orderKey } from "./records.ts";

/** State of an order that was cancelled; below it, cards taken. */
export const cancelledState = 255;

/** Folds the market's events. */
export const marketHandlers: Handlers = new Map([
  on(events.BidMatched, ({ renter, salt, taken }, { store, miss }) => {
    const key = orderKey(renter, salt);
    const state = (store.orders.get(key) ?? 0) + Number(taken);
    if (state >= cancelledState) miss(`the bid ${salt} of ${renter} is matched ${taken} times when it is used up`);
    store.orders.put(key, state);
  }),
  on(events.OrderCancelled, ({ maker, salt }, { store }) => store.orders.put(orderKey(maker, salt), cancelledState)),
  on(events.CounterBumped, ({ maker, counter }, { store, miss }) => {
    const before = store.counters.get(maker) ?? 0n;
    if (counter <= before) miss(`the counter of ${maker} falls from ${before} to ${counter}`);
    store.counters.put(maker, counter);
  }),
  on(events.MarketParametersSet, ({ parameters }, { store }) => store.market.put(parameters)),
  on(events.EntryPausedUntil, keepPause),
]);
