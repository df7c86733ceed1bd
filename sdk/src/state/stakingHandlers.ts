import type { Address } from "viem";
import { type Context, type Handlers, less, on } from "./handlers.ts";
import * as renterStakingEvents from "./layouts/renterStaking.ts";
import * as supplierStakingEvents from "./layouts/supplierStaking.ts";
import { type BondRecord, bondKey, type RenterRecord, type Store } from "./records.ts";

const noBond: BondRecord = { active: 0n, thawing: 0n, thawedAt: 0 };
const noStake: RenterRecord = { ...noBond, pending: 0n, countsAt: 0, tier: 0 };

/** An operator's bond on a card. */
export const bondIn = (store: Store, cardId: bigint, operator: Address): BondRecord =>
  store.bonds.get(bondKey(cardId, operator)) ?? noBond;

/** A renter's stake at a second: what has waited counts. */
export const stakeIn = (store: Store, renter: Address, at: number): RenterRecord => {
  const stake = store.renters.get(renter) ?? noStake;
  if (stake.pending === 0n || at < stake.countsAt) return stake;
  return { ...stake, active: stake.active + stake.pending, pending: 0n, countsAt: 0 };
};

type Bond = { readonly cardId: bigint; readonly operator: Address };

const takeBond = ({ cardId, operator }: Bond, fromActive: bigint, fromThawing: bigint, context: Context): void => {
  const bond = bondIn(context.store, cardId, operator);
  const whose = `the bond of ${operator} on card ${cardId}`;
  const thawing = less(bond.thawing, fromThawing, whose, context);
  context.store.bonds.put(bondKey(cardId, operator), {
    active: less(bond.active, fromActive, whose, context),
    thawing,
    thawedAt: thawing === 0n ? 0 : bond.thawedAt,
  });
};

/** Folds the bonds' events. */
export const bondHandlers: Handlers = new Map([
  on(supplierStakingEvents.BondStaked, ({ cardId, operator, amount }, { store }) => {
    const bond = bondIn(store, cardId, operator);
    store.bonds.put(bondKey(cardId, operator), { ...bond, active: bond.active + amount });
  }),
  on(supplierStakingEvents.BondThawRequested, ({ cardId, operator, amount, thawedAt }, context) => {
    const bond = bondIn(context.store, cardId, operator);
    const active = less(bond.active, amount, `the bond of ${operator} on card ${cardId}`, context);
    context.store.bonds.put(bondKey(cardId, operator), { active, thawing: bond.thawing + amount, thawedAt });
  }),
  on(supplierStakingEvents.BondWithdrawn, (event, context) => takeBond(event, 0n, event.amount, context)),
  on(supplierStakingEvents.BondSlashed, (event, context) =>
    takeBond(event, event.fromActive, event.fromThawing, context),
  ),
  on(supplierStakingEvents.StopPenaltyPaid, (event, context) =>
    takeBond(event, event.fromActive, event.fromThawing, context),
  ),
  on(supplierStakingEvents.BondPriceRefreshed, ({ price }, { store }) => store.bondPrice.put(price)),
]);

/** Folds the renters' events. */
export const renterHandlers: Handlers = new Map([
  on(renterStakingEvents.RenterStaked, ({ renter, amount, countsAt }, { store, time }) => {
    const stake = stakeIn(store, renter, time);
    store.renters.put(renter, { ...stake, pending: stake.pending + amount, countsAt });
  }),
  on(renterStakingEvents.RenterThawRequested, ({ renter, amount, thawedAt }, context) => {
    const stake = stakeIn(context.store, renter, context.time);
    const fromPending = amount < stake.pending ? amount : stake.pending;
    const pending = stake.pending - fromPending;
    context.store.renters.put(renter, {
      ...stake,
      active: less(stake.active, amount - fromPending, `the stake of ${renter}`, context),
      pending,
      countsAt: pending === 0n ? 0 : stake.countsAt,
      thawing: stake.thawing + amount,
      thawedAt,
    });
  }),
  on(renterStakingEvents.RenterStakeWithdrawn, ({ renter, amount }, context) => {
    const stake = stakeIn(context.store, renter, context.time);
    const thawing = less(stake.thawing, amount, `the thawing stake of ${renter}`, context);
    context.store.renters.put(renter, { ...stake, thawing, thawedAt: 0 });
  }),
  on(renterStakingEvents.RenterTierChanged, ({ renter, tier }, { store, time }) =>
    store.renters.put(renter, { ...stakeIn(store, renter, time), tier }),
  ),
]);
