import { type Address, getAddress } from "viem";
import { type BondStatus, type CardStatus, cardStepRemedies, stepsOf } from "../reads/cardStatus.ts";
import type { LeaseEnd } from "../reads/leaseEnd.ts";
import { type LeaseStatus, leaseStatusOf } from "../reads/leaseStatus.ts";
import { accruedBy, noRent, revenueBy } from "./accrual.ts";
import type { EncumbranceRecord, LeaseRecord, Split, Store } from "./records.ts";
import { bondIn } from "./stakingHandlers.ts";
import { nobody, present } from "./words.ts";

const places = 8;
const wholeCard = 1_000;
const one = 10n ** 18n;
const basisPoints = 10_000n;
const decayPeriod = 30 * 86_400;
const coveredSeconds = 86_400n;
const most = 2n ** 256n - 1n;

/** What a card has earned and what `collectCard` would pay. */
export type RentStatus = {
  /** The card's current revenue number: even while the owner holds the cash flow. */
  readonly number: number;
  /** Revenue of holders under that number, in cfUSD-wei. */
  readonly revenue: bigint;
  /** Everything its leases have ever accrued, in cfUSD-wei. */
  readonly accrued: Split;
  /** What collecting would credit now, in cfUSD-wei. */
  readonly collectable: { readonly fee: bigint; readonly node: bigint; readonly owner: bigint };
};

/** Leases that run on a card, by place. */
export const runningOn = (store: Store, cardId: bigint, at: number): readonly LeaseRecord[] =>
  (store.rents.get(cardId)?.places ?? []).flatMap((lease) => (lease !== undefined && lease.end > at ? [lease] : []));

/** Floored at every full period after the end of the sale. */
const termFloor = ({ floorRate, decayBps, saleEnd }: EncumbranceRecord, at: number): bigint => {
  const periods = decayBps === 0 ? 0 : Math.max(0, Math.floor((at - saleEnd) / decayPeriod));
  let floor = floorRate;
  for (let period = 0; period < periods; period += 1) floor = (floor * (basisPoints - BigInt(decayBps))) / basisPoints;
  return floor;
};

/** CARD-wei worth `dollars`, rounded up; saturates where there is no price, as the contract does. */
const tokensFor = (dollars: bigint, price: bigint): bigint => {
  if (dollars === 0n) return 0n;
  if (price === 0n || dollars > 2n ** 128n - 1n) return most;
  return (dollars * one + price - 1n) / price;
};

/** An operator's bond on a card. */
export const bondStatusIn = (store: Store, at: number, cardId: bigint, operator: Address): BondStatus => {
  const bond = bondIn(store, cardId, operator);
  const price = store.bondPrice.get();
  const minimumBond = store.models.get(store.cards.get(cardId)?.model ?? 0)?.minimumBond ?? 0n;
  const gross = runningOn(store, cardId, at)
    .filter((lease) => lease.operator === operator)
    .reduce((sum, { rate }) => sum + rate, 0n);
  const value = (bond.active * price) / one;
  const meetsMinimum = value >= minimumBond;
  const least = price === 0n ? 0n : tokensFor(minimumBond, price);
  return {
    ...bond,
    required: gross === 0n ? 0n : tokensFor(minimumBond + coveredSeconds * gross, price),
    missing: meetsMinimum || least <= bond.active ? 0n : least - bond.active,
    coveredRate: meetsMinimum ? (value - minimumBond) / coveredSeconds : 0n,
  };
};

/** A card as `cardStatus` reads it. */
export const cardStatusIn = (store: Store, at: number, cardId: bigint): CardStatus => {
  const card = store.cards.get(cardId);
  const running = runningOn(store, cardId, at);
  const held = running.reduce((sum, { thousandths }) => sum + thousandths, 0);
  const free = running.length === places ? 0 : wholeCard - held;
  const named = card?.encumbrance;
  const term = named !== undefined && at < named.termEnd ? named : undefined;
  const operator = present(card?.operator ?? nobody);
  const bond = operator === undefined ? undefined : bondStatusIn(store, at, cardId, operator);
  const state = card?.state ?? "None";
  const paused = at < (store.pauses.get("matches") ?? 0);
  const missing = stepsOf({ state, operator, bond, full: free === 0, paused });
  return {
    cardId,
    state,
    owner: card === undefined ? undefined : getAddress(card.owner),
    operator: operator === undefined ? undefined : getAddress(operator),
    model: card?.model ?? 0,
    region: card?.region ?? 0,
    hostId: card?.hostId ?? 0,
    epoch: card?.epoch ?? 0,
    floorRate: term === undefined ? (card?.floorRate ?? 0n) : termFloor(term, at),
    longestLease: (card?.longestHours ?? 0) * 3_600,
    termEnd: term?.termEnd ?? 0,
    holder: term === undefined ? undefined : getAddress(term.holder),
    holderPaid: term?.active ?? false,
    bond,
    leaseIds: running.map(({ leaseId }) => leaseId),
    freeThousandths: free,
    rentable: missing.length === 0,
    missing: missing.map((step) => ({ step, remedy: cardStepRemedies[step] })),
  };
};

/** What a card has earned. */
export const rentStatusIn = (store: Store, at: number, cardId: bigint): RentStatus => {
  const rent = store.rents.get(cardId) ?? noRent;
  const accrued = accruedBy(rent, at);
  const revenue = revenueBy(store, cardId, rent.number, at);
  return {
    number: rent.number,
    revenue,
    accrued,
    collectable: {
      fee: accrued.fee - rent.feePaid,
      node: accrued.node - rent.nodePaid,
      owner: rent.number % 2 === 0 ? revenue - rent.ownerPaid : 0n,
    },
  };
};

/** A lease as `leaseStatus` reads it, also when its place on the card is long taken by others. */
export const leaseStatusIn = (store: Store, at: number, leaseId: bigint): LeaseStatus | undefined => {
  const lease = store.leases.get(leaseId);
  if (lease === undefined) return undefined;
  const [renter, operator] = [getAddress(lease.renter), getAddress(lease.operator)];
  return leaseStatusOf(leaseId, { ...lease, renter, operator }, at);
};

/** How a lease ended, as `leaseEnd` reads it. */
export const leaseEndIn = (store: Store, at: number, leaseId: bigint): LeaseEnd | undefined => {
  const lease = store.leases.get(leaseId);
  if (lease === undefined) return undefined;
  const { stop, end, renter } = lease;
  // Whoever extended it since, it was not the stop that ended it.
  const isStopped = stop !== undefined && stop.end === end;
  const reason = !isStopped ? "TimeRanOut" : stop.by === renter ? "StoppedByRenter" : "StoppedByOperator";
  return { reason: at < end ? "Running" : reason, end, refund: stop?.refund ?? 0n, penalty: stop?.penalty ?? 0n };
};
