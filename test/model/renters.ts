import { DAY, min, ONE } from "./numbers.ts";
import { poke } from "./oracle.ts";
import { requireStakeable } from "./staking.ts";
import { type Account, type RenterStake, require, type State } from "./state.ts";
import { NOBODY, transfer, transferFrom } from "./tokens.ts";

export const THRESHOLDS = [0n, 1_000n * ONE, 10_000n * ONE, 100_000n * ONE];

/** The stake as of now: what has waited its 24 hours is active. */
export function stakeOf(s: State, renter: Account): RenterStake {
  const stored = s.renters.get(renter) ?? {
    active: 0n,
    thawing: 0n,
    thawedAt: 0n,
    tier: 0n,
    pending: 0n,
    countsAt: 0n,
  };
  if (stored.pending === 0n || s.now < stored.countsAt) return { ...stored };
  return { ...stored, active: stored.active + stored.pending, pending: 0n, countsAt: 0n };
}

export const tierOf = (s: State, renter: Account): bigint => s.renters.get(renter)?.tier ?? 0n;

const tierWorth = (active: bigint, price: bigint): bigint => {
  const worth = (active * price) / ONE;
  return BigInt(THRESHOLDS.filter((threshold) => worth >= threshold).length - 1);
};

export function stake(s: State, caller: Account, amount: bigint): void {
  requireStakeable(amount);
  const held = stakeOf(s, caller);
  s.renters.set(caller, { ...held, pending: held.pending + amount, countsAt: s.now + DAY });
  transferFrom(s.token, s.at.renterStaking, caller, s.at.renterStaking, amount);
}

export function requestUnstake(s: State, caller: Account, amount: bigint): void {
  require(amount > 0n, "StakeZero");
  const held = stakeOf(s, caller);
  require(amount <= held.active + held.pending, "StakeBelowRequest", caller, held.active + held.pending, amount);
  const fromPending = min(amount, held.pending);
  const fromActive = amount - fromPending;
  const pending = held.pending - fromPending;
  const active = held.active - fromActive;
  const tier = fromActive > 0n ? min(held.tier, tierWorth(active, s.oracle.slow)) : held.tier;
  s.renters.set(caller, {
    ...held,
    active,
    tier,
    pending,
    countsAt: pending === 0n ? 0n : held.countsAt,
    thawing: held.thawing + amount,
    thawedAt: s.now + 14n * DAY,
  });
}

export function withdraw(s: State, caller: Account, to: Account): bigint {
  require(to !== NOBODY, "StakeReceiverZero");
  const held = stakeOf(s, caller);
  require(held.thawing > 0n, "StakeNothingThawing", caller);
  require(s.now >= held.thawedAt, "StakeStillThawing", caller, held.thawedAt);
  s.renters.set(caller, { ...held, thawing: 0n, thawedAt: 0n });
  transfer(s.token, s.at.renterStaking, to, held.thawing);
  return held.thawing;
}

export function refresh(s: State, caller: Account, renter: Account): bigint {
  const price = poke(s).slow;
  const held = stakeOf(s, renter);
  const reached = tierWorth(held.active, price);
  const worth = (held.active * price) / ONE;
  let tier = held.tier;
  if (reached > tier && caller === renter) tier = reached;
  if (worth * 100n < (THRESHOLDS[Number(held.tier)] ?? 0n) * 80n) tier = reached;
  s.renters.set(renter, { ...held, tier });
  return tier;
}
