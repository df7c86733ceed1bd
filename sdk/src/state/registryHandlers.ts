import { agree, type Context, type Handlers, known, on } from "./handlers.ts";
import * as events from "./layouts/cardRegistry.ts";
import { keepPause } from "./pauses.ts";
import type { CardRecord } from "./records.ts";
import { nobody } from "./words.ts";

const cardOf = (cardId: bigint, context: Context): CardRecord =>
  known(context.store.cards.get(cardId), `card ${cardId}`, context);

const change = (cardId: bigint, changes: Partial<CardRecord>, context: Context): void =>
  context.store.cards.put(cardId, { ...cardOf(cardId, context), ...changes });

/** Folds the registry's events. */
export const registryHandlers: Handlers = new Map([
  on(events.ModelSet, ({ model, name, memoryMiB, referenceValue, minimumBond }, { store }) =>
    store.models.put(model, { name, memoryMiB, referenceValue, minimumBond }),
  ),
  on(events.RegionSet, ({ region, name }, { store }) => store.regions.put(region, name)),
  on(events.CardRegistered, ({ cardId, owner, model, region }, context) => {
    const { cards } = context.store;
    agree(BigInt(cards.size() + 1), cardId, "the next card", context);
    cards.put(cardId, {
      owner,
      operator: nobody,
      hostId: 0,
      epoch: 0,
      model,
      region,
      state: "Registered",
      floorRate: 0n,
      longestHours: 0,
      deviceId: undefined,
      count: 0,
      encumbrance: undefined,
    });
  }),
  on(events.Transfer, ({ from, to, tokenId }, context) => {
    // A new card's owner is told by `CardRegistered`.
    if (from !== nobody) change(tokenId, { owner: to }, context);
  }),
  on(events.CardOperatorChanged, ({ cardId, operator, hostId, floorRate, longestHours, epoch }, context) => {
    if (epoch !== 0) agree(cardOf(cardId, context).epoch + 1, epoch, `the epoch of card ${cardId}`, context);
    change(cardId, { operator, hostId, floorRate, longestHours, epoch }, context);
  }),
  on(events.CardVerified, ({ cardId, deviceId }, context) => {
    change(cardId, { state: "Verified", deviceId }, context);
    context.store.devices.put(deviceId, cardId);
  }),
  on(events.CardRetired, ({ cardId, epoch }, context) => change(cardId, { state: "Retired", epoch }, context)),
  on(events.CardEncumbranceNamed, (event, context) => {
    const { cardId, holder, number, floorRate, decayBps, saleEnd, termEnd } = event;
    const count = cardOf(cardId, context).count + 1;
    // Encumbrance k has the revenue numbers 2k − 1 and, once it has ended, 2k.
    agree(2 * count - 1, number, `the next revenue number of card ${cardId}`, context);
    const encumbrance = { holder, active: false, floorRate, decayBps, saleEnd, termEnd };
    change(cardId, { count, encumbrance }, context);
  }),
  on(events.CardEncumbranceActivated, ({ cardId }, context) => {
    const { encumbrance } = cardOf(cardId, context);
    const named = known(encumbrance, `the encumbrance of card ${cardId}`, context);
    change(cardId, { encumbrance: { ...named, active: true } }, context);
  }),
  on(events.CardEncumbranceEnded, ({ cardId }, context) => change(cardId, { encumbrance: undefined }, context)),
  on(events.EntryPausedUntil, keepPause),
]);
