import { recapitalise } from "./dollar.ts";
import { grossRateOf } from "./ledger.ts";
import { above, ceilDiv, DAY, min, ONE } from "./numbers.ts";
import { poke } from "./oracle.ts";
import { cardBy } from "./registry.ts";
import { type Account, type Bond, type Card, Refusal, require, type State } from "./state.ts";
import { NOBODY, transfer, transferFrom } from "./tokens.ts";

const THAW = 14n * DAY;

export const bondOf = (s: State, cardId: bigint, operator: Account): Bond =>
  s.bonds.get(`${cardId}/${operator}`) ?? { active: 0n, thawing: 0n, thawedAt: 0n };

/** A bond without a thaw has no end of it. */
const keep = (s: State, cardId: bigint, operator: Account, bond: Bond): void => {
  s.bonds.set(`${cardId}/${operator}`, { ...bond, thawedAt: bond.thawing === 0n ? 0n : bond.thawedAt });
};

/** Amounts of stakes have 96 bits. */
export function requireStakeable(amount: bigint): void {
  require(amount > 0n, "StakeZero");
  require(amount < 2n ** 96n, "SafeCastOverflowedUintDowncast", 96n, amount);
}

export const minimumBondOf = (s: State, card: Card): bigint => s.models.get(card.model)?.minimumBond ?? 0n;

/** CARD for the model's minimum and 24 h of a rate, rounded up. */
const bondFor = (s: State, minimum: bigint, rate: bigint): bigint => ceilDiv((minimum + rate * DAY) * ONE, s.bondPrice);

export function cover(s: State, cardId: bigint, operator: Account, minimum: bigint) {
  const worth = (bondOf(s, cardId, operator).active * s.bondPrice) / ONE;
  return { meetsMinimum: worth >= minimum, rate: above(worth, minimum) / DAY };
}

export function requiredBond(s: State, cardId: bigint, operator: Account): bigint {
  const card = s.cards.get(cardId);
  const rate = grossRateOf(s, cardId, operator);
  return card === undefined || rate === 0n ? 0n : bondFor(s, minimumBondOf(s, card), rate);
}

export function refreshPrice(s: State): bigint {
  s.bondPrice = poke(s).slow;
  return s.bondPrice;
}

const addBond = (s: State, caller: Account, cardId: bigint, amount: bigint): void => {
  requireStakeable(amount);
  const bond = bondOf(s, cardId, caller);
  keep(s, cardId, caller, { ...bond, active: bond.active + amount });
};

export function stake(s: State, caller: Account, cardId: bigint, amount: bigint): void {
  addBond(s, caller, cardId, amount);
  transferFrom(s.token, s.at.supplierStaking, caller, s.at.supplierStaking, amount);
}

/** Bonds of several cards, paid at once. */
export function stakeMany(s: State, caller: Account, cardIds: readonly bigint[], amounts: readonly bigint[]): void {
  require(cardIds.length === amounts.length, "BondArraysDiffer", BigInt(cardIds.length), BigInt(amounts.length));
  require(cardIds.length > 0, "StakeZero");
  for (const [index, cardId] of cardIds.entries()) addBond(s, caller, cardId, amounts[index] ?? 0n);
  const total = amounts.reduce((sum, amount) => sum + amount, 0n);
  transferFrom(s.token, s.at.supplierStaking, caller, s.at.supplierStaking, total);
}

export function requestUnstake(s: State, caller: Account, cardId: bigint, amount: bigint): void {
  require(amount > 0n, "StakeZero");
  const bond = bondOf(s, cardId, caller);
  require(amount <= bond.active, "StakeBelowRequest", caller, bond.active, amount);
  keep(s, cardId, caller, {
    active: bond.active - amount,
    thawing: bond.thawing + amount,
    thawedAt: s.now + THAW,
  });
}

export function withdraw(s: State, caller: Account, cardId: bigint, to: Account): bigint {
  require(to !== NOBODY, "StakeReceiverZero");
  const bond = bondOf(s, cardId, caller);
  require(bond.thawing > 0n, "StakeNothingThawing", caller);
  require(s.now >= bond.thawedAt, "StakeStillThawing", caller, bond.thawedAt);
  const held = bond.active + bond.thawing;
  const required = requiredBond(s, cardId, caller);
  const amount = min(bond.thawing, above(held, required));
  require(amount > 0n, "BondStillRequired", cardId, caller, required, held);
  keep(s, cardId, caller, { ...bond, thawing: bond.thawing - amount });
  transfer(s.token, s.at.supplierStaking, to, amount);
  return amount;
}

/** To the renter of a lease that its operator stopped, out of what the bond holds above what other leases require. */
export function payStopPenalty(
  s: State,
  cardId: bigint,
  operator: Account,
  renter: Account,
  dollars: bigint,
  otherRate: bigint,
): bigint {
  const card = cardBy(s, cardId);
  const bond = bondOf(s, cardId, operator);
  const kept = bondFor(s, minimumBondOf(s, card), otherRate);
  const paid = min((dollars * ONE) / s.bondPrice, above(bond.active + bond.thawing, kept));
  if (paid === 0n) return 0n;
  const fromActive = min(paid, bond.active);
  keep(s, cardId, operator, {
    ...bond,
    active: bond.active - fromActive,
    thawing: bond.thawing - (paid - fromActive),
  });
  transfer(s.token, s.at.supplierStaking, renter, paid);
  return paid;
}

const MOST_FOUND = 1_000n * ONE;

/** By the slasher: victim up to the loss, finder a fifth up to $1 000, the rest burned into the credit. */
export function slash(
  s: State,
  caller: Account,
  cardId: bigint,
  operator: Account,
  amount: bigint,
  victim: Account,
  loss: bigint,
  finder: Account,
): void {
  require(caller === s.at.slasher, "StakingCallerNotSlasher", caller);
  require(amount > 0n, "SlashZero");
  const bond = bondOf(s, cardId, operator);
  const held = bond.active + bond.thawing;
  require(amount <= held, "SlashAboveBond", cardId, operator, amount, held);
  const fromThawing = (amount * bond.thawing) / held;
  keep(s, cardId, operator, {
    ...bond,
    active: bond.active - (amount - fromThawing),
    thawing: bond.thawing - fromThawing,
  });
  const toVictim = victim === NOBODY ? 0n : min(loss, amount - 1n);
  const reward = min(amount / 5n, (MOST_FOUND * ONE) / s.bondPrice);
  const toFinder = finder === NOBODY ? 0n : min(reward, amount - 1n - toVictim);
  if (toVictim > 0n) transfer(s.token, s.at.supplierStaking, victim, toVictim);
  if (toFinder > 0n) transfer(s.token, s.at.supplierStaking, finder, toFinder);
  recapitalise(s, s.at.supplierStaking, amount - toVictim - toFinder);
}

function root(value: bigint): bigint {
  let low = 0n;
  let high = value + 1n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle * middle <= value) low = middle;
    else high = middle;
  }
  return low;
}

/** 1 + 0.5 · min(1, sqrt(worth of the bond / target)), the target being a tenth of the card's reference value. */
export function matchWeight(s: State, cardId: bigint, operator: Account): bigint {
  const card = s.cards.get(cardId);
  const model = card === undefined ? undefined : s.models.get(card.model);
  if (model === undefined) throw new Refusal("CardUnknown", [cardId]);
  const worth = (bondOf(s, cardId, operator).active * s.bondPrice) / ONE;
  const target = model.referenceValue / 10n;
  return ONE + min(ONE, root((worth * ONE * ONE) / target)) / 2n;
}
