import { type Address, getAddress } from "viem";
import type { AccountStatus } from "../reads/accountStatus.ts";
import type { OrderStatus } from "../reads/orderStatus.ts";
import type { ShareHolding, ShareStatus } from "../reads/shareStatus.ts";
import { claimableOf, revenueBy } from "./accrual.ts";
import { cancelledState } from "./marketHandlers.ts";
import { type DollarRecord, orderKey, type ShareRecord, type Store } from "./records.ts";
import { holdingOf } from "./shareHandlers.ts";
import { stakeIn } from "./stakingHandlers.ts";

const one = 10n ** 18n;
const basisPoints = 10_000n;

/** The dollar as far as events say. */
export type DollarStatus = DollarRecord & {
  /** Backing at the newest good poke, 1e18 for all of it; undefined before it, or without dollars. */
  readonly backing: bigint | undefined;
  /** Protocol fees that the ledger has gathered and the minter has not taken, in cfUSD-wei. */
  readonly gatheredFees: bigint;
  /** Copy of the slow price by which bonds are valued, 1e18 dollars per CARD. */
  readonly bondPrice: bigint;
  readonly mintPausedUntil: number;
  readonly redeemPausedUntil: number;
};

/** An account as `accountStatus` reads it, with all its leases. */
export const accountStatusIn = (store: Store, at: number, account: Address): AccountStatus => {
  const { balance, earned } = store.accounts.get(account) ?? { balance: 0n, earned: 0n };
  const { active, pending, countsAt, thawing, thawedAt, tier } = stakeIn(store, account, at);
  let [reserved, refundable] = [0n, 0n];
  for (let link = store.leasesOf.get(account); link !== undefined; link = link.before) {
    const lease = store.leases.get(link.value);
    if (lease === undefined || lease.end <= at) continue;
    reserved += lease.rate * BigInt(lease.end - at);
    refundable += lease.rate * BigInt(Math.max(0, lease.end - Math.max(at, lease.start + lease.minDuration)));
  }
  return {
    available: balance,
    reserved,
    refundable,
    earned,
    walletDollars: store.tokens.computeDollar.balances.get(account) ?? 0n,
    walletTokens: store.tokens.computeToken.balances.get(account) ?? 0n,
    tier,
    stake: { active, pending, countsAt, thawing, thawedAt },
  };
};

/** What the market knows of a maker and an order, as `orderStatus` reads it. */
export const orderStatusIn = (store: Store, maker: Address, salt: bigint): OrderStatus => {
  const state = store.orders.get(orderKey(maker, salt)) ?? 0;
  const cancelled = state === cancelledState;
  return { counter: store.counters.get(maker) ?? 0n, cancelled, taken: cancelled ? 0 : state };
};

const phaseOf = ({ stage, terms, sold }: ShareRecord, at: number): ShareStatus["phase"] => {
  if (stage === "Failed") return "Failed";
  if (stage === "Succeeded") return at < terms.saleEnd + terms.term ? "Running" : "Over";
  return at < terms.saleEnd && sold < terms.supply ? "Sale" : "Ended";
};

const least = (...values: readonly bigint[]): bigint => values.reduce((low, value) => (value < low ? value : low));

/** Proceeds without the upfront part: what has vested of them, and what not. */
const vestingOf = ({ stage, terms, proceeds }: ShareRecord, revenue: bigint, at: number) => {
  if (stage !== "Succeeded") return { vested: 0n, unvested: 0n };
  const rest = proceeds - (proceeds * BigInt(terms.upfrontBps)) / basisPoints;
  const elapsed = BigInt(Math.min(Math.max(0, at - terms.saleEnd), terms.term));
  const vested = least((rest * elapsed) / BigInt(terms.term), (rest * revenue) / terms.promisedRevenue, rest);
  return { vested, unvested: rest - vested };
};

/** A share as `shareStatus` reads it; undefined for an address that is none. */
export const shareStatusIn = (
  store: Store,
  at: number,
  address: Address,
  account: Address | undefined,
): ShareStatus | undefined => {
  const share = store.shares.get(address);
  if (share === undefined) return undefined;
  const { cardId, number, terms, sold, proceeds, released, unsoldOwner } = share;
  const revenue = revenueBy(store, cardId, number, at);
  const { vested, unvested } = vestingOf(share, revenue, at);
  const unsold = unsoldOwner === undefined ? 0n : terms.supply - sold;
  const holdingFor = (holder: Address): ShareHolding => {
    const holding = holdingOf(share, holder);
    const movable = holder === unsoldOwner ? holding.balance - unsold : holding.balance;
    return {
      balance: holding.balance,
      claimable: claimableOf(share, holding, revenue),
      paid: holding.paid,
      handInValue: movable === 0n || unvested === 0n ? 0n : (unvested * movable) / sold,
    };
  };
  return {
    cardId,
    number,
    phase: phaseOf(share, at),
    terms,
    termEnd: terms.saleEnd + terms.term,
    sold,
    unsold,
    proceeds,
    accrued: revenue,
    accruedPart: (revenue * one) / terms.promisedRevenue,
    vested,
    releasable: vested - released,
    holding: account === undefined ? undefined : holdingFor(account),
  };
};

/** Everybody who ever held a share, with what is held now. */
export const holdersIn = (store: Store, address: Address): ReadonlyMap<Address, bigint> =>
  new Map(
    [...(store.shares.get(address)?.holdings.entries() ?? [])].map(([holder, { balance }]) => [
      getAddress(holder),
      balance,
    ]),
  );

/** The dollar, as far as events say. */
export const dollarStatusIn = (store: Store): DollarStatus => {
  const dollar = store.dollar.get();
  const { credit, supply, price } = dollar;
  return {
    ...dollar,
    backing: price === undefined || supply === 0n ? undefined : (credit * least(price.low, price.slow)) / supply,
    gatheredFees: store.gatheredFees.get(),
    bondPrice: store.bondPrice.get(),
    mintPausedUntil: store.pauses.get("mint") ?? 0,
    redeemPausedUntil: store.pauses.get("redeem") ?? 0,
  };
};
