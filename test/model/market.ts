import { mintForLease, mintHalted } from "./dollar.ts";
import { bringTokens, type Funding } from "./funding.ts";
import { charge, gatherOver, grossRateOf, leaseBy, runningOn, split } from "./ledger.ts";
import { HOUR, MINUTE, max, min, ONE } from "./numbers.ts";
import type { Ask, Bid, Take } from "./orders.ts";
import { isPaused } from "./pauses.ts";
import { cardBy, clear, floorOf, termEndOf } from "./registry.ts";
import { tierOf } from "./renters.ts";
import { cover, minimumBondOf } from "./staking.ts";
import {
  type Account,
  type Card,
  type Lease,
  type MarketParameters,
  Refusal,
  require,
  type Signed,
  type State,
} from "./state.ts";
import { NOBODY } from "./tokens.ts";
import { isSignedBy } from "./wallets.ts";

const CANCELLED = 255n;

export const orderState = (s: State, maker: Account, salt: bigint): bigint => s.orders.get(`${maker}/${salt}`) ?? 0n;

/** What a renter wants of every card it takes. */
type Wish = {
  readonly renter: Account;
  readonly models: bigint;
  readonly regions: bigint;
  readonly thousandths: bigint;
  readonly maxRatePerSecond: bigint;
  readonly duration: bigint;
  readonly payInToken: boolean;
  readonly feeBps: bigint;
};

type Host = { operator: Account; hostId: bigint };

/** Why an ask cannot be taken, the first of what applies; `undefined` if it can. */
function askRefusal(
  s: State,
  { order: ask, signer }: Signed<Ask>,
  wish: Wish,
  host: Host | undefined,
): string | undefined {
  if (s.now > ask.validUntil) return "AskExpired";
  if (s.now < ask.openFrom && tierOf(s, wish.renter) < ask.priorityTier) return "AskNotOpenYet";
  const wholeUnits = ask.minDuration % MINUTE === 0n && ask.maxDuration % HOUR === 0n;
  const inBounds =
    ask.minDuration >= 10n * MINUTE &&
    ask.minDuration <= s.market.longestMinDuration &&
    ask.maxDuration <= 366n * 86_400n;
  if (!wholeUnits || !inBounds) return "AskDurationsInvalid";
  if (wish.duration < ask.minDuration) return "DurationBelowAsk";
  if (wish.duration > ask.maxDuration) return "DurationAboveAsk";
  if (wish.thousandths < ask.minThousandths) return "ThousandthsBelowAsk";
  if (ask.ratePerSecond > wish.maxRatePerSecond) return "RateAboveBid";
  if (ask.counter !== (s.counters.get(ask.operator) ?? 0n)) return "AskCounterOld";
  if (orderState(s, ask.operator, ask.salt) === CANCELLED) return "AskCancelled";
  const card = s.cards.get(ask.cardId);
  if (card === undefined || card.state !== "Verified") return "CardNotVerified";
  if (card.epoch !== ask.epoch) return "CardEpochOld";
  if (card.operator !== ask.operator) return "OperatorNotOfCard";
  if (((wish.models >> card.model) & 1n) === 0n) return "ModelNotAccepted";
  if (((wish.regions >> card.region) & 1n) === 0n) return "RegionNotAccepted";
  if (ask.ratePerSecond < floorOf(s, card)) return "RateBelowFloor";
  const endRefusal = tooLong(s, card, wish.duration, s.now + wish.duration);
  if (endRefusal !== undefined) return endRefusal;
  if (host !== undefined && (host.operator !== card.operator || host.hostId !== card.hostId)) return "HostDiffers";
  if (!isSignedBy(s, ask.operator, signer)) return "AskSignatureInvalid";
  return undefined;
}

/** What owner and term say against a lease of a length that ends at `end`. */
function tooLong(s: State, card: Card, length: bigint, end: bigint): string | undefined {
  if (card.longestHours > 0n && length > card.longestHours * HOUR) return "DurationAboveOwnerLimit";
  const termEnd = termEndOf(s, card);
  return termEnd !== undefined && end > termEnd ? "TermEndPassed" : undefined;
}

function bondRefusal(s: State, card: Card, operator: Account, rate: bigint): string | undefined {
  const covered = cover(s, card.id, operator, minimumBondOf(s, card));
  if (!covered.meetsMinimum) return "BondBelowMinimum";
  return rate > covered.rate ? "BondTooSmall" : undefined;
}

/** Thousandths that a lease gets of a card on which `held` are taken. */
const placeFor = (asked: bigint, held: bigint): bigint => max(asked, min(125n, 1000n - held));

/** Opens a lease, or says why not. */
function open(s: State, signed: Signed<Ask>, wish: Wish, host: Host | undefined): Lease | string {
  const ask = signed.order;
  const refusal = askRefusal(s, signed, wish, host);
  if (refusal !== undefined) return refusal;
  const card = cardBy(s, ask.cardId);
  const covered = cover(s, card.id, card.operator, minimumBondOf(s, card));
  if (!covered.meetsMinimum) return "BondBelowMinimum";

  clear(s, card);
  const running = runningOn(s, card.id);
  const held = running.reduce((sum, lease) => sum + lease.thousandths, 0n);
  if (running.length >= 8) return "CardFull";
  if (wish.thousandths > 1000n - held) return "ThousandthsNotFree";
  const thousandths = placeFor(wish.thousandths, held);
  const rate = (ask.ratePerSecond * thousandths) / 1000n;
  if (rate === 0n) return "RateZero";
  if (grossRateOf(s, card.id, ask.operator) + rate > covered.rate) return "BondTooSmall";

  gatherOver(s, card.id);
  const lease: Lease = {
    id: s.leases.length,
    cardId: card.id,
    renter: wish.renter,
    operator: ask.operator,
    rate,
    ...split(rate, wish.feeBps),
    thousandths,
    feeBps: wish.feeBps,
    paidInToken: wish.payInToken,
    start: s.now,
    end: s.now + wish.duration,
    minDuration: ask.minDuration,
    maxDuration: ask.maxDuration,
    paidUntil: s.now,
    deposited: rate * wish.duration,
    refunded: 0n,
  };
  s.leases.push(lease);
  return lease;
}

/** The protocol fee of a renter's leases. */
function feeFor(s: State, renter: Account, payInToken: boolean): bigint {
  const fee = payInToken ? s.market.tokenFeeBps : s.market.feeBps;
  return (fee * (100n - 5n * tierOf(s, renter))) / 100n;
}

/** Takes what a match costs, in dollars or by burning CARD. */
function pay(
  s: State,
  payer: Account,
  payInToken: boolean,
  due: bigint,
  maxTokenIn: bigint,
  submitter: Account,
  submitterFee: bigint,
  funding: Funding | undefined,
): bigint {
  let tokenIn = 0n;
  let minted = 0n;
  if (payInToken) {
    bringTokens(s, payer, funding);
    minted = max(due, ONE);
    tokenIn = mintForLease(s, payer, minted, maxTokenIn, s.at.ledger);
  }
  charge(s, payer, due, minted, submitter, submitterFee, payInToken ? undefined : funding);
  return tokenIn;
}

export type Matched = { readonly leases: Lease[]; readonly legs: string[]; readonly tokenIn: bigint };

function bidRefusal(s: State, submitter: Account, { order: bid, signer }: Signed<Bid>): string | undefined {
  if (isPaused(s, "matches")) return "MatchesPaused";
  if (s.now > bid.validUntil) return "BidExpired";
  const valid =
    bid.quantity >= 1n &&
    bid.quantity <= 254n &&
    bid.minQuantity >= 1n &&
    bid.minQuantity <= bid.quantity &&
    bid.thousandths >= 1n &&
    bid.thousandths <= 1000n &&
    (!bid.sameHost || bid.minQuantity === bid.quantity);
  if (!valid) return "BidInvalid";
  if (bid.matcher !== NOBODY && s.now < bid.exclusiveUntil) {
    if (bid.exclusiveUntil > s.now + 120n) return "BidExclusivityTooLong";
    if (submitter !== bid.matcher) return "BidExclusiveToMatcher";
  }
  if (bid.counter !== (s.counters.get(bid.renter) ?? 0n)) return "BidCounterOld";
  const filled = orderState(s, bid.renter, bid.salt);
  if (filled === CANCELLED) return "BidCancelled";
  if (filled >= bid.quantity) return "BidFilled";
  if (!isSignedBy(s, bid.renter, signer)) return "BidSignatureInvalid";
  return undefined;
}

export function matchOrders(
  s: State,
  submitter: Account,
  signedBid: Signed<Bid>,
  signedAsks: readonly Signed<Ask>[],
  signatures = signedAsks.length,
  funding?: Funding,
): Matched {
  const bid = signedBid.order;
  require(signatures === signedAsks.length, "MatchArraysDiffer", BigInt(signedAsks.length), BigInt(signatures));
  const refusal = bidRefusal(s, submitter, signedBid);
  if (refusal !== undefined) throw new Refusal("MatchRefused", [refusal, []]);

  const filled = orderState(s, bid.renter, bid.salt);
  const left = bid.quantity - filled;
  const wish: Wish = { ...bid, feeBps: feeFor(s, bid.renter, bid.payInToken) };
  const leases: Lease[] = [];
  const legs: string[] = [];
  let host: Host | undefined;
  let last = 0n;
  for (const signed of signedAsks) {
    const { cardId } = signed.order;
    if (BigInt(leases.length) === left) {
      legs.push("QuantityReached");
      continue;
    }
    if (cardId <= last) {
      legs.push("CardOutOfOrder");
      continue;
    }
    const outcome = open(s, signed, wish, bid.sameHost ? host : undefined);
    if (typeof outcome === "string") {
      legs.push(outcome);
      continue;
    }
    legs.push("None");
    leases.push(outcome);
    last = cardId;
    const card = cardBy(s, cardId);
    host ??= { operator: card.operator, hostId: card.hostId };
  }
  const taken = BigInt(leases.length);
  if (taken === 0n || taken < min(bid.minQuantity, left)) throw new Refusal("MatchRefused", ["CardsTooFew", legs]);

  s.orders.set(`${bid.renter}/${bid.salt}`, filled + taken);
  const fees = bid.matcherFee * taken;
  const due = leases.reduce((sum, lease) => sum + lease.deposited, fees);
  const tokenIn = pay(s, bid.renter, bid.payInToken, due, bid.maxTokenIn * taken, submitter, fees, funding);
  return { leases, legs, tokenIn };
}

export function takeAsk(
  s: State,
  renter: Account,
  signed: Signed<Ask>,
  take: Take,
  funding?: Funding,
): { lease: Lease; tokenIn: bigint } {
  if (isPaused(s, "matches")) throw new Refusal("EntryPaused", [undefined, s.pauses.matches.until]);
  require(take.thousandths >= 1n && take.thousandths <= 1000n, "TakeInvalid", take.thousandths);
  const everything = 2n ** 256n - 1n;
  const wish: Wish = {
    ...take,
    renter,
    models: everything,
    regions: everything,
    feeBps: feeFor(s, renter, take.payInToken),
  };
  const lease = open(s, signed, wish, undefined);
  if (typeof lease === "string") throw new Refusal("AskRefused", [lease]);
  const tokenIn = pay(s, renter, take.payInToken, lease.deposited, take.maxTokenIn, NOBODY, 0n, funding);
  return { lease, tokenIn };
}

/** Why a running lease cannot end `added` seconds later. */
function extensionRefusal(s: State, lease: Lease, added: bigint): string | undefined {
  const card = cardBy(s, lease.cardId);
  const length = lease.end + added - lease.start;
  if (length > lease.maxDuration) return "DurationAboveAsk";
  if (lease.rate < (floorOf(s, card) * lease.thousandths) / 1000n) return "RateBelowFloor";
  const endRefusal = tooLong(s, card, length, lease.end + added);
  if (endRefusal !== undefined) return endRefusal;
  return bondRefusal(s, card, lease.operator, grossRateOf(s, card.id, lease.operator));
}

export function extend(
  s: State,
  payer: Account,
  id: number,
  added: bigint,
  maxTokenIn: bigint,
  funding?: Funding,
): { end: bigint; tokenIn: bigint } {
  require(added >= 60n, "ExtensionTooShort", added, 60n);
  const lease = leaseBy(s, id);
  const refusal = extensionRefusal(s, lease, added);
  require(refusal === undefined, "ExtensionRefused", undefined, refusal);
  const due = lease.rate * added;
  const payInToken = lease.paidInToken && !mintHalted(s);
  lease.end += added;
  lease.deposited += due;
  const tokenIn = pay(s, payer, payInToken, due, maxTokenIn, NOBODY, 0n, funding);
  return { end: lease.end, tokenIn };
}

export function cancel(s: State, maker: Account, salt: bigint): void {
  require(orderState(s, maker, salt) !== CANCELLED, "OrderAlreadyCancelled", maker, salt);
  s.orders.set(`${maker}/${salt}`, CANCELLED);
}

export function cancelMany(s: State, maker: Account, salts: readonly bigint[]): void {
  require(salts.length > 0, "OrderSaltsEmpty");
  for (const salt of salts) cancel(s, maker, salt);
}

/** The counter jumps by an amount that nobody can predict, so it is told to the model. */
export function bump(s: State, maker: Account, counter: bigint): void {
  s.counters.set(maker, counter);
}

export function setParameters(s: State, p: MarketParameters): void {
  require(p.feeBps <= 1_000n && p.tokenFeeBps <= p.feeBps, "MarketFeeOutOfRange", p.feeBps, p.tokenFeeBps);
  require(p.longestMinDuration >= 600n &&
    p.longestMinDuration <= 86_400n, "MarketMinDurationOutOfRange", p.longestMinDuration, 600n, 86_400n);
  s.market = { ...p };
}
