import { bringDollars, type Funding } from "./funding.ts";
import { above, DAY, max, min } from "./numbers.ts";
import { payStopPenalty } from "./staking.ts";
import { type Account, type Card, type Lease, type Period, type Purse, Refusal, require, type State } from "./state.ts";
import { NOBODY, transfer, transferFrom } from "./tokens.ts";

const overlap = (from: bigint, to: bigint, start: bigint, end: bigint): bigint => {
  const length = min(to, end) - max(from, start);
  return length > 0n ? length : 0n;
};

export const purseOf = (s: State, account: Account): Purse => s.purses.get(account) ?? { balance: 0n, earned: 0n };

function credit(s: State, account: Account, amount: bigint, earned: boolean): void {
  if (amount === 0n) return;
  const purse = purseOf(s, account);
  s.purses.set(account, { balance: purse.balance + amount, earned: purse.earned + (earned ? amount : 0n) });
}

export const leasesOf = (s: State, cardId: bigint): Lease[] => s.leases.filter((lease) => lease.cardId === cardId);
export const isRunning = (s: State, lease: Lease): boolean => lease.start <= s.now && s.now < lease.end;
export const runningOn = (s: State, cardId: bigint): Lease[] =>
  leasesOf(s, cardId).filter((lease) => isRunning(s, lease));

/** Sum of the gross rates of an operator's running leases on a card. */
export const grossRateOf = (s: State, cardId: bigint, operator: Account): bigint =>
  runningOn(s, cardId)
    .filter((lease) => lease.operator === operator)
    .reduce((sum, lease) => sum + lease.rate, 0n);

const known = <T>(found: T | undefined): T => {
  if (found === undefined) throw new RangeError("the model lost a period");
  return found;
};

export const currentPeriod = (card: Card): Period => known(card.periods.at(-1));
const isOwners = (number: bigint): boolean => number % 2n === 0n;

/** Holders' revenue of a card between two seconds. */
const holdersBetween = (s: State, cardId: bigint, from: bigint, to: bigint): bigint =>
  leasesOf(s, cardId).reduce((sum, lease) => sum + lease.holdersRate * overlap(from, to, lease.start, lease.end), 0n);

/** Revenue of holders under a number so far. */
export function revenueOf(s: State, card: Card, number: bigint): bigint {
  return card.periods
    .filter((period) => period.number === number)
    .reduce((sum, period) => sum + holdersBetween(s, card.id, period.from, min(period.to ?? s.now, s.now)), 0n);
}

function unpaid(s: State, lease: Lease): { fee: bigint; node: bigint } {
  const seconds = overlap(lease.paidUntil, s.now, lease.start, lease.end);
  return { fee: lease.feeRate * seconds, node: lease.nodeRate * seconds };
}

function payLease(s: State, lease: Lease): void {
  const { fee, node } = unpaid(s, lease);
  s.gatheredFees += fee;
  credit(s, lease.operator, node, true);
  lease.paidUntil = max(lease.paidUntil, min(s.now, lease.end));
}

const owedToOwner = (s: State, card: Card): bigint => {
  const period = currentPeriod(card);
  if (!isOwners(period.number)) return 0n;
  return holdersBetween(s, card.id, max(card.ownerPaidUntil, period.from), s.now);
};

export function collectable(s: State, card: Card): { fee: bigint; node: bigint; owner: bigint } {
  const parts = leasesOf(s, card.id).map((lease) => unpaid(s, lease));
  return {
    fee: parts.reduce((sum, part) => sum + part.fee, 0n),
    node: parts.reduce((sum, part) => sum + part.node, 0n),
    owner: owedToOwner(s, card),
  };
}

function payOwner(s: State, card: Card): void {
  credit(s, card.owner, owedToOwner(s, card), true);
  card.ownerPaidUntil = s.now;
}

export function collect(s: State, cardId: bigint): void {
  const card = s.cards.get(cardId);
  if (card === undefined) return;
  for (const lease of leasesOf(s, cardId)) payLease(s, lease);
  payOwner(s, card);
}

/** Pays fee and nodes of the leases of a card that are over. */
export function gatherOver(s: State, cardId: bigint): void {
  for (const lease of leasesOf(s, cardId)) if (s.now >= lease.end) payLease(s, lease);
}

/** Before a card changes owner or number: the owner is credited up to now, and a new number begins. */
export function checkpoint(s: State, card: Card, number: bigint, holder: Account | undefined): void {
  payOwner(s, card);
  gatherOver(s, card.id);
  const period = currentPeriod(card);
  if (period.number === number) return;
  period.to = s.now;
  card.periods.push({ number, from: s.now, to: undefined, holder, paid: 0n });
}

export function deposit(s: State, caller: Account, account: Account, amount: bigint, funding?: Funding): void {
  require(amount > 0n, "LedgerAmountZero");
  require(account !== NOBODY, "LedgerAccountZero");
  const received = bringDollars(s, caller, funding);
  credit(s, caller, above(received, amount), false);
  const missing = above(amount, received);
  if (missing > 0n) transferFrom(s.dollar, s.at.ledger, caller, s.at.ledger, missing);
  credit(s, account, amount, false);
}

export function withdraw(s: State, caller: Account, amount: bigint, to: Account): void {
  require(amount > 0n, "LedgerAmountZero");
  require(to !== NOBODY, "LedgerAccountZero");
  const purse = purseOf(s, caller);
  require(purse.balance >= amount, "LedgerBalanceTooLow", caller, purse.balance, amount);
  s.purses.set(caller, { ...purse, balance: purse.balance - amount });
  transfer(s.dollar, s.at.ledger, to, amount);
}

/** By the market: takes from the balance and, for what is missing, from the wallet. */
export function charge(
  s: State,
  payer: Account,
  amount: bigint,
  minted: bigint,
  submitter: Account,
  submitterFee: bigint,
  funding?: Funding,
): void {
  credit(s, payer, bringDollars(s, payer, funding), false);
  const purse = purseOf(s, payer);
  const held = purse.balance + minted;
  const fromBalance = minted > 0n ? amount : min(held, amount);
  s.purses.set(payer, { ...purse, balance: held - fromBalance });
  const missing = amount - fromBalance;
  if (missing > 0n) transferFrom(s.dollar, s.at.ledger, payer, s.at.ledger, missing);
  credit(s, submitter, submitterFee, false);
}

/** The rates of a lease, fixed at its start. */
export function split(rate: bigint, feeBps: bigint): { feeRate: bigint; nodeRate: bigint; holdersRate: bigint } {
  const feeRate = (rate * feeBps) / 10_000n;
  const nodeRate = (rate - feeRate) / 10n;
  return { feeRate, nodeRate, holdersRate: rate - feeRate - nodeRate };
}

export function leaseBy(s: State, id: number): Lease {
  const lease = s.leases[id];
  if (lease === undefined || !isRunning(s, lease)) throw new Refusal("LeaseNotRunning");
  return lease;
}

export function stop(s: State, caller: Account, id: number): { end: bigint; refund: bigint; penalty: bigint } {
  const lease = leaseBy(s, id);
  const byRenter = caller === lease.renter;
  require(byRenter || caller === lease.operator, "LeaseCallerNotParty", undefined, caller);
  const earliest = max(s.now, lease.start + (byRenter ? lease.minDuration : 0n), lease.start + 1n);
  const end = min(lease.end, earliest);
  const refund = lease.rate * (lease.end - end);
  lease.end = end;
  lease.refunded += refund;
  credit(s, lease.renter, refund, false);
  let penalty = 0n;
  if (!byRenter) {
    const others = grossRateOf(s, lease.cardId, lease.operator) - (isRunning(s, lease) ? lease.rate : 0n);
    const dollars = min(refund / 10n, lease.rate * DAY);
    penalty = payStopPenalty(s, lease.cardId, lease.operator, lease.renter, dollars, others);
  }
  return { end, refund, penalty };
}

/** By the minter. */
export function takeFees(s: State): bigint {
  const amount = s.gatheredFees;
  s.gatheredFees = 0n;
  if (amount > 0n) transfer(s.dollar, s.at.ledger, s.at.minter, amount);
  return amount;
}

/** By the payee of a number. */
export function payRevenue(
  s: State,
  card: Card,
  number: bigint,
  account: Account,
  amount: bigint,
  toWallet: boolean,
): void {
  const period = known(card.periods.find((candidate) => candidate.number === number));
  period.paid += amount;
  const purse = purseOf(s, account);
  s.purses.set(account, {
    balance: purse.balance + (toWallet ? 0n : amount),
    earned: purse.earned + amount,
  });
  if (toWallet) transfer(s.dollar, s.at.ledger, account, amount);
}
