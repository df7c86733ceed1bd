import { takeFees } from "./ledger.ts";
import { above, BPS, ceilDiv, DAY, halved, max, min, ONE } from "./numbers.ts";
import { peek, poke, type Reading } from "./oracle.ts";
import { isPaused, requireOpen } from "./pauses.ts";
import { type Account, type Bucket, type MinterParameters, Refusal, require, type State } from "./state.ts";
import { create, destroy, spend, transfer } from "./tokens.ts";

export type DollarState = "Green" | "Yellow" | "Orange" | "Red" | "Skew" | "Blind";
export type Lane = "Open" | "Earned";

const PERCENT = ONE / 100n;
const ENDLESS = 2n ** 256n - 1n;

/** R · min(low, slow) / C, 1e18 = 100 %. */
function backingOf(s: State, price: Reading): bigint {
  if (s.dollar.supply === 0n) return ENDLESS;
  if (price.health === "Blind") return 0n;
  return (s.minter.credit * min(price.low, price.slow)) / s.dollar.supply;
}

function stateOf(s: State, price: Reading, backing: bigint): DollarState {
  if (price.health !== "Good") return price.health;
  return byBacking(s, backing);
}

function byBacking(s: State, backing: bigint): DollarState {
  const gate = s.minter.parameters.gateBps * (ONE / BPS);
  if (backing < ONE) return "Red";
  if (backing < gate) return "Orange";
  if (backing < gate + 30n * PERCENT) return "Yellow";
  return "Green";
}

/** What is true of the dollar before a call. */
function situation(s: State, price: Reading) {
  const p = s.minter.parameters;
  const backing = backingOf(s, price);
  const state = stateOf(s, price, backing);
  const lowest = min(price.low, price.slow);
  const ceiling = min(p.hardCeiling * ONE, (s.token.supply * lowest * p.ceilingBps) / (ONE * BPS));
  const fee = max(p.feeBps, price.thresholdBps) * (ONE / BPS);
  // t of the yellow state, as a fraction of 0.30
  const parts = 30n * PERCENT;
  const t = state === "Yellow" ? p.gateBps * (ONE / BPS) + parts - backing : 0n;
  const mintFee = fee + ceilDiv(t * (3n * PERCENT - fee), parts);
  const mintCapacity = (bps: bigint) => (ceiling * bps * (4n * parts - 3n * t)) / (BPS * 4n * parts);
  const laneCapacity = (bps: bigint) => (s.token.supply * bps) / (BPS * (state === "Blind" ? 4n : 1n));
  return {
    backing,
    state,
    ceiling,
    mintFee,
    mintPrice: min(price.low, (price.slow * 5n) / 4n),
    fee,
    redeemFee: state === "Blind" ? 5n * PERCENT : fee,
    capacities: {
      openMint: mintCapacity(p.openMintBps),
      leaseMint: mintCapacity(p.leaseMintBps),
      openLane: laneCapacity(p.openLaneBps),
      earnedLane: laneCapacity(p.earnedLaneBps),
    },
  };
}

export const usedNow = (s: State, bucket: Bucket, capacity: bigint): bigint =>
  bucket.used - min(bucket.used, (capacity * (s.now - bucket.at)) / DAY);

const roomNow = (s: State, bucket: Bucket, capacity: bigint): bigint => above(capacity, usedNow(s, bucket, capacity));

function fill(s: State, bucket: Bucket, capacity: bigint, amount: bigint): void {
  bucket.used = usedNow(s, bucket, capacity) + amount;
  bucket.at = s.now;
}

const decayedBaseRate = (s: State): bigint => halved(s.minter.baseRate, (s.now - s.minter.baseRateAt) / 60n);

/** Everything about the dollar now. */
export function status(s: State) {
  const price = peek(s);
  const now = situation(s, price);
  const { buckets } = s.minter;
  const bucket = (name: keyof typeof buckets) => ({
    room: roomNow(s, buckets[name], now.capacities[name]),
    capacity: now.capacities[name],
  });
  // While the state halts the mint, nothing says what a mint would be charged.
  const open = now.state === "Green" || now.state === "Yellow";
  return {
    state: now.state,
    mintHalted: mintHalted(s),
    redeemPaused: isPaused(s, "redeem"),
    backing: now.backing,
    credit: s.minter.credit,
    supply: s.dollar.supply,
    ceiling: now.ceiling,
    mintFee: open ? now.mintFee : undefined,
    redeemFee: now.redeemFee,
    baseRate: decayedBaseRate(s),
    openMint: open ? bucket("openMint") : undefined,
    leaseMint: open ? bucket("leaseMint") : undefined,
    openLane: bucket("openLane"),
    earnedLane: bucket("earnedLane"),
    price,
  };
}

export function mintHalted(s: State): boolean {
  const price = peek(s);
  return isPaused(s, "mint") || !["Green", "Yellow"].includes(stateOf(s, price, backingOf(s, price)));
}

/** Least CARD that gives `out`. */
const tokenFor = (out: bigint, price: bigint, fee: bigint): bigint => ceilDiv(out * ONE * ONE, price * (ONE - fee));

type Wanted = { readonly tokenIn: bigint } | { readonly out: bigint };

/** Burns CARD of `payer` into the credit and makes dollars for `to`; `toLease` uses the leases' bucket first. */
function make(
  s: State,
  wanted: Wanted,
  toLease: boolean,
  accept: (tokenIn: bigint, out: bigint) => void,
  burn: (tokenIn: bigint) => void,
  to: Account,
): { tokenIn: bigint; out: bigint } {
  requireOpen(s, "mint");
  const since = s.oracle.blindSince;
  const price = poke(s);
  const now = situation(s, price);
  const gate = s.minter.parameters.gateBps * (ONE / BPS);
  if (now.state === "Blind") throw new Refusal("MintHaltedInBlind", [since]);
  if (now.state === "Skew") throw new Refusal("MintHaltedInSkew", [price.low, price.high]);
  if (now.state === "Red") throw new Refusal("MintHaltedInRed", [now.backing]);
  if (now.state === "Orange") throw new Refusal("MintHaltedInOrange", [now.backing, gate]);

  const tokenIn = "tokenIn" in wanted ? wanted.tokenIn : tokenFor(wanted.out, now.mintPrice, now.mintFee);
  const out = "out" in wanted ? wanted.out : (wanted.tokenIn * now.mintPrice * (ONE - now.mintFee)) / (ONE * ONE);
  require(out >= ONE, "MintBelowMinimum", out, ONE);
  const supply = s.dollar.supply + out;
  require(supply <= now.ceiling, "CeilingExceeded", supply, now.ceiling);
  const backing = ((s.minter.credit + tokenIn) * min(price.low, price.slow)) / supply;
  require(backing >= gate, "GateBroken", backing, gate);

  const { openMint, leaseMint } = s.minter.buckets;
  const own = toLease ? min(out, roomNow(s, leaseMint, now.capacities.leaseMint)) : 0n;
  const open = out - own;
  const openRoom = roomNow(s, openMint, now.capacities.openMint);
  require(open <= openRoom, "MintBucketEmpty", out, own + openRoom);
  accept(tokenIn, out);
  if (own > 0n) fill(s, leaseMint, now.capacities.leaseMint, own);
  if (open > 0n) fill(s, openMint, now.capacities.openMint, open);

  burn(tokenIn);
  s.minter.credit += tokenIn;
  create(s.dollar, to, out);
  return { tokenIn, out };
}

const requireInTime = (s: State, deadline: bigint): void =>
  require(s.now <= deadline, "DeadlinePassed", deadline, s.now);

export function mint(
  s: State,
  caller: Account,
  tokenIn: bigint,
  minOut: bigint,
  to: Account,
  deadline: bigint,
): bigint {
  requireInTime(s, deadline);
  const accept = (_: bigint, out: bigint) => require(out >= minOut, "OutputTooSmall", out, minOut);
  return make(s, { tokenIn }, false, accept, (amount) => destroy(s.token, caller, amount), to).out;
}

export function mintExact(
  s: State,
  caller: Account,
  out: bigint,
  maxIn: bigint,
  to: Account,
  deadline: bigint,
): bigint {
  requireInTime(s, deadline);
  const accept = (tokenIn: bigint) => require(tokenIn <= maxIn, "InputTooLarge", tokenIn, maxIn);
  return make(s, { out }, false, accept, (amount) => destroy(s.token, caller, amount), to).tokenIn;
}

/** By the market or the ledger: CARD of the payer, by its allowance to the minter. */
export function mintForLease(s: State, payer: Account, out: bigint, maxIn: bigint, to: Account): bigint {
  const accept = (tokenIn: bigint) => require(tokenIn <= maxIn, "InputTooLarge", tokenIn, maxIn);
  const burn = (amount: bigint) => {
    spend(s.token, payer, s.at.minter, amount);
    destroy(s.token, payer, amount);
  };
  return make(s, { out }, true, accept, burn, to).tokenIn;
}

export function redeem(
  s: State,
  caller: Account,
  lane: Lane,
  dollarIn: bigint,
  minOut: bigint,
  to: Account,
  deadline: bigint,
): bigint {
  requireInTime(s, deadline);
  requireOpen(s, "redeem");
  const price = poke(s);
  const now = situation(s, price);
  require(dollarIn >= ONE, "RedeemBelowMinimum", dollarIn, ONE);
  require(dollarIn <= s.dollar.supply, "RedeemAboveSupply", dollarIn, s.dollar.supply);
  if (now.state === "Blind") {
    require(price.blindSince !== 0n, "BlindNotRecorded", price.blindSeconds, DAY);
    require(price.blindSeconds >= DAY, "BlindTooShort", price.blindSince, price.blindSeconds, DAY);
  }
  const purse = s.purses.get(caller) ?? { balance: 0n, earned: 0n };
  if (lane === "Earned") require(purse.earned >= dollarIn, "EarnedTooLow", caller, dollarIn, purse.earned);
  let charge = now.redeemFee;
  let rate: bigint | undefined;
  if (lane === "Open") {
    rate = min(decayedBaseRate(s) + (dollarIn * ONE) / (2n * s.dollar.supply), 5n * PERCENT - now.fee);
    if (now.state !== "Blind") charge += rate;
  }
  const par = (dollarIn * (ONE - charge)) / price.high;
  const pro = (dollarIn * s.minter.credit) / s.dollar.supply;
  const out = min(par, pro);
  require(out > 0n, "RedeemOutputZero", dollarIn, s.minter.credit);
  const bucketName = lane === "Open" ? "openLane" : "earnedLane";
  const bucket = s.minter.buckets[bucketName];
  const capacity = now.capacities[bucketName];
  const room = roomNow(s, bucket, capacity);
  require(out <= room, "LaneEmpty", lane, out, room);
  require(out >= minOut, "OutputTooSmall", out, minOut);

  fill(s, bucket, capacity, out);
  if (lane === "Earned") s.purses.set(caller, { ...purse, earned: purse.earned - dollarIn });
  if (rate !== undefined) {
    s.minter.baseRate = rate;
    s.minter.baseRateAt = s.now - ((s.now - s.minter.baseRateAt) % 60n);
  }
  s.minter.credit -= out;
  destroy(s.dollar, caller, dollarIn);
  create(s.token, to, out);
  return out;
}

export function recapitalise(s: State, caller: Account, amount: bigint): void {
  require(amount > 0n, "RecapitalisationZero", caller);
  const credit = s.minter.credit + amount;
  require(credit < 2n ** 96n, "SafeCastOverflowedUintDowncast", 96n, credit);
  destroy(s.token, caller, amount);
  s.minter.credit += amount;
}

export function burnFees(s: State): { burned: bigint; paid: bigint } {
  const price = peek(s);
  const backing = backingOf(s, price);
  const state = price.health === "Blind" ? "Blind" : byBacking(s, backing);
  const fees = takeFees(s);
  require(fees > 0n, "FeesZero");
  const bps = state === "Green" ? 2_000n : state === "Yellow" ? 5_000n : BPS;
  const burned = ceilDiv(fees * bps, BPS);
  destroy(s.dollar, s.at.minter, burned);
  transfer(s.dollar, s.at.minter, s.at.treasury, fees - burned);
  return { burned, paid: fees - burned };
}

const within = (value: bigint, least: bigint, most: bigint): void =>
  require(value >= least && value <= most, "ParameterOutOfRange", undefined, value, least, most);

/** By governance, inside the hard bounds. */
export function setParameters(s: State, p: MinterParameters): void {
  within(p.feeBps, 25n, 200n);
  within(p.gateBps, 11_000n, 20_000n);
  within(p.ceilingBps, 100n, 1_500n);
  within(p.openMintBps + p.leaseMintBps, 100n, 1_000n);
  within(p.openLaneBps, 100n, 500n);
  within(p.openLaneBps + p.earnedLaneBps, 100n, 500n);
  within(p.hardCeiling, 1n, 3_000_000_000n);
  s.minter.parameters = { ...p };
}
