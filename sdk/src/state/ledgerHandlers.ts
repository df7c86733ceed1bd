import type { Address } from "viem";
import { creditReasonNames } from "../abis/enums.ts";
import { decodeLeaseId } from "../leases/leaseId.ts";
import { accruedBy, claimableOf, noRent, revenueBy, splitOf } from "./accrual.ts";
import { agree, type Context, type Handlers, known, less, on } from "./handlers.ts";
import * as events from "./layouts/leaseLedger.ts";
import { type AccountRecord, type LeaseRecord, numberKey, type RentRecord } from "./records.ts";
import { holdingOf } from "./shareHandlers.ts";
import { present } from "./words.ts";

const pay = (account: Address, balance: bigint, earned: bigint, { store }: Context): void => {
  const before: AccountRecord | undefined = store.accounts.get(account);
  store.accounts.put(account, {
    balance: (before?.balance ?? 0n) + balance,
    earned: (before?.earned ?? 0n) + earned,
  });
};

/** Takes rent from a balance and from what came in for it. */
const charge = (account: Address, amount: bigint, brought: bigint, context: Context): void => {
  const before = context.store.accounts.get(account);
  const balance = less((before?.balance ?? 0n) + brought, amount, `the balance of ${account}`, context);
  context.store.accounts.put(account, { balance, earned: before?.earned ?? 0n });
};

const rentOf = (cardId: bigint, { store }: Context): RentRecord => store.rents.get(cardId) ?? noRent;

const gather = (fee: bigint, { store }: Context): void => store.gatheredFees.put(store.gatheredFees.get() + fee);

/** Keeps a lease, under its id and on its place. */
const keep = (lease: LeaseRecord, place: number, rent: RentRecord, { store }: Context): void => {
  store.leases.put(lease.leaseId, lease);
  store.rents.put(lease.cardId, { ...rent, places: rent.places.with(place, lease) });
};

/** Changes a lease, which is on its place as long as it runs. */
const change = (lease: LeaseRecord, changes: Partial<LeaseRecord>, context: Context): void =>
  keep({ ...lease, ...changes }, decodeLeaseId(lease.leaseId).place, rentOf(lease.cardId, context), context);

const runningLease = (leaseId: bigint, context: Context): LeaseRecord => {
  const lease = known(context.store.leases.get(leaseId), `lease ${leaseId}`, context);
  return lease.end > context.time ? lease : context.miss(`lease ${leaseId} was over at ${lease.end} and changes`);
};

/** What a card's rent is when a lease begins on a place: the lease before it there is over, and what it made is closed. */
const vacate = (next: LeaseRecord, place: number, context: Context): RentRecord => {
  const rent = rentOf(next.cardId, context);
  const last = rent.places[place];
  if (last === undefined) return rent;
  if (last.end > next.start)
    context.miss(`lease ${last.leaseId} runs until ${last.end} on the place of lease ${next.leaseId}`);
  return { ...rent, closed: accruedBy({ closed: rent.closed, places: [last] }, last.end) };
};

/** Folds the ledger's events. */
export const ledgerHandlers: Handlers = new Map([
  on(events.LeaseStarted, (event, context) => {
    const { store, time } = context;
    const { leaseId, cardId, renter, operator, rate, thousandths, feeBps, paidInToken, end, accessKeyHash } = event;
    const { place, start } = decodeLeaseId(leaseId);
    agree(time, start, `the start of lease ${leaseId}`, context);
    known(store.cards.get(cardId), `card ${cardId}`, context);
    const { fee, node, holders } = splitOf(rate, feeBps);
    const lease: LeaseRecord = {
      leaseId,
      cardId,
      renter,
      operator,
      rate,
      feeRate: fee,
      nodeRate: node,
      holdersRate: holders,
      thousandths,
      feeBps,
      paidInToken,
      start,
      end,
      minDuration: event.minMinutes * 60,
      maxDuration: event.maxHours * 3600,
      accessKeyHash,
      stop: undefined,
    };
    keep(lease, place, vacate(lease, place, context), context);
    store.leasesOf.put(renter, { value: leaseId, before: store.leasesOf.get(renter) });
  }),
  on(events.LeaseExtended, ({ leaseId, end, payer, paid, fromWallet, minted }, context) => {
    const lease = runningLease(leaseId, context);
    agree(lease.rate * BigInt(end - lease.end), paid, `the rent of what lease ${leaseId} is extended by`, context);
    change(lease, { end }, context);
    charge(payer, paid, fromWallet + minted, context);
  }),
  on(events.LeaseStopped, ({ leaseId, by, end, refund, penalty }, context) => {
    const lease = runningLease(leaseId, context);
    agree(lease.rate * BigInt(lease.end - end), refund, `the refund of lease ${leaseId}`, context);
    const before = lease.stop ?? { refund: 0n, penalty: 0n };
    const stop = { by, end, refund: before.refund + refund, penalty: before.penalty + penalty };
    change(lease, { end, stop }, context);
    pay(lease.renter, refund, 0n, context);
  }),
  on(events.AccountCredited, ({ account, cardId, reason, amount }, context) => {
    const name = creditReasonNames[reason];
    const earned = name === "Node" || name === "Owner";
    pay(account, amount, earned ? amount : 0n, context);
    if (!earned) return;
    const rent = rentOf(cardId, context);
    context.store.rents.put(
      cardId,
      name === "Node" ? { ...rent, nodePaid: rent.nodePaid + amount } : { ...rent, ownerPaid: rent.ownerPaid + amount },
    );
  }),
  on(events.AccountCharged, ({ account, amount, fromWallet, minted }, context) =>
    charge(account, amount, fromWallet + minted, context),
  ),
  on(events.BalanceWithdrawn, ({ account, amount }, context) => {
    const before = known(context.store.accounts.get(account), `account ${account}`, context);
    const balance = less(before.balance, amount, `the balance of ${account}`, context);
    context.store.accounts.put(account, { ...before, balance });
  }),
  on(events.CardCollected, ({ cardId, fee }, context) => {
    const { store, time } = context;
    gather(fee, context);
    const rent = rentOf(cardId, context);
    const feePaid = rent.feePaid + fee;
    // The credits of node and owner came just before, and all is paid now.
    const accrued = accruedBy(rent, time);
    agree(accrued.fee, feePaid, `the fee of card ${cardId}`, context);
    agree(accrued.node, rent.nodePaid, `what the nodes of card ${cardId} were paid`, context);
    if (rent.number % 2 === 0)
      agree(accrued.holders - rent.frozen, rent.ownerPaid, `what the owner of card ${cardId} was paid`, context);
    if (fee !== 0n) store.rents.put(cardId, { ...rent, feePaid });
  }),
  on(events.FeesGathered, ({ cardId, amount }, context) => {
    gather(amount, context);
    const rent = rentOf(cardId, context);
    context.store.rents.put(cardId, { ...rent, feePaid: rent.feePaid + amount });
  }),
  on(events.FeesTaken, ({ amount }, context) => {
    const { gatheredFees } = context.store;
    agree(gatheredFees.get(), amount, "the gathered fee", context);
    gatheredFees.put(0n);
  }),
  on(events.RevenueNumberChanged, ({ cardId, number, holder, revenue }, context) => {
    const { store, time } = context;
    const rent = rentOf(cardId, context);
    const ours = accruedBy(rent, time).holders - rent.frozen;
    agree(ours, revenue, `the revenue of card ${cardId} under number ${rent.number}`, context);
    const oldKey = numberKey(cardId, rent.number);
    const old = store.numbers.get(oldKey);
    store.numbers.put(oldKey, { revenue, holder: old?.holder, paid: old?.paid ?? 0n });
    store.numbers.put(numberKey(cardId, number), { revenue: 0n, holder: present(holder), paid: 0n });
    store.rents.put(cardId, { ...rent, number, frozen: rent.frozen + revenue, ownerPaid: 0n });
  }),
  on(events.RevenueClaimed, ({ cardId, number, account, amount, toWallet }, context) => {
    const { store, time } = context;
    const key = numberKey(cardId, number);
    const record = known(store.numbers.get(key), `revenue number ${number} of card ${cardId}`, context);
    store.numbers.put(key, { ...record, paid: record.paid + amount });
    pay(account, toWallet ? 0n : amount, amount, context);
    const share = record.holder === undefined ? undefined : store.shares.get(record.holder);
    if (share === undefined) return;
    const holding = holdingOf(share, account);
    const due = claimableOf(share, holding, revenueBy(store, cardId, number, time));
    agree(due, amount, `what ${account} may claim of share ${share.share}`, context);
    const correction = holding.correction + amount * share.terms.supply;
    share.holdings.put(account, { ...holding, correction });
  }),
  on(events.EarningsSpent, ({ account, amount }, context) => {
    const before = known(context.store.accounts.get(account), `account ${account}`, context);
    const earned = less(before.earned, amount, `what ${account} earned`, context);
    context.store.accounts.put(account, { ...before, earned });
  }),
]);
