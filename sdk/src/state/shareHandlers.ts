import type { Address } from "viem";
import { revenueBy } from "./accrual.ts";
import { agree, type Context, type Handlers, known, less, on } from "./handlers.ts";
import * as events from "./layouts/revenueShare.ts";
import * as revenueShareFactoryEvents from "./layouts/revenueShareFactory.ts";
import { keepPause } from "./pauses.ts";
import type { HoldingRecord, ShareRecord } from "./records.ts";
import { nobody } from "./words.ts";

const nothing: HoldingRecord = { balance: 0n, correction: 0n, paid: 0n };

/** An account's part of a share. */
export const holdingOf = (share: ShareRecord, account: Address): HoldingRecord =>
  share.holdings.get(account) ?? nothing;

const shareOf = (context: Context): ShareRecord =>
  known(context.store.shares.get(context.emitter), `share ${context.emitter}`, context);

const change = (share: ShareRecord, changes: Partial<ShareRecord>, { store }: Context): void =>
  store.shares.put(share.share, { ...share, ...changes });

/** Shares move `value · cum` of correction with them, so that what was earned before stays with the giver. */
const move = (share: ShareRecord, from: Address, to: Address, value: bigint, context: Context): void => {
  const revenue = revenueBy(context.store, share.cardId, share.number, context.time);
  const giver = holdingOf(share, from);
  share.holdings.put(from, {
    ...giver,
    balance: less(giver.balance, value, `what ${from} holds of share ${share.share}`, context),
    correction: giver.correction - value * revenue,
  });
  if (to === nobody) {
    change(share, { burned: share.burned + value }, context);
    return;
  }
  const taker = holdingOf(share, to);
  share.holdings.put(to, {
    ...taker,
    balance: taker.balance + value,
    correction: taker.correction + value * revenue,
  });
};

/** Folds the events of every share. */
export const shareHandlers: Handlers = new Map([
  on(events.Transfer, ({ from, to, value }, context) => {
    const share = shareOf(context);
    if (from !== nobody) return move(share, from, to, value, context);
    const taker = holdingOf(share, to);
    share.holdings.put(to, { ...taker, balance: taker.balance + value });
  }),
  on(events.SharesBought, ({ buyer, shares, cost }, context) => {
    const share = shareOf(context);
    const holding = holdingOf(share, buyer);
    share.holdings.put(buyer, { ...holding, paid: holding.paid + cost });
    change(share, { sold: share.sold + shares, proceeds: share.proceeds + cost }, context);
  }),
  on(events.ShareFinalised, ({ succeeded, sold, proceeds, owner }, context) => {
    const share = shareOf(context);
    agree(share.sold, sold, `what share ${share.share} sold`, context);
    agree(share.proceeds, proceeds, `the proceeds of share ${share.share}`, context);
    const unsold = succeeded && sold < share.terms.supply;
    change(share, { stage: succeeded ? "Succeeded" : "Failed", unsoldOwner: unsold ? owner : undefined }, context);
  }),
  on(events.ProceedsReleased, ({ amount, released }, context) => {
    const share = shareOf(context);
    agree(share.released + amount, released, `what share ${share.share} released`, context);
    change(share, { released }, context);
  }),
  on(events.PurchaseRefunded, ({ account, paid }, context) => {
    const share = shareOf(context);
    const holding = holdingOf(share, account);
    agree(holding.paid, paid, `what ${account} paid for share ${share.share}`, context);
    share.holdings.put(account, { ...holding, paid: 0n });
  }),
]);

/** Folds the factory's events. */
export const factoryHandlers: Handlers = new Map([
  on(revenueShareFactoryEvents.CardTokenized, ({ cardId, share, number, terms }, context) => {
    const { store } = context;
    known(store.cards.get(cardId), `card ${cardId}`, context);
    store.shares.put(share, {
      share,
      cardId,
      number,
      terms,
      stage: "Open",
      sold: 0n,
      proceeds: 0n,
      released: 0n,
      burned: 0n,
      unsoldOwner: undefined,
      holdings: store.holdings(),
    });
  }),
  on(revenueShareFactoryEvents.EntryPausedUntil, keepPause),
]);
