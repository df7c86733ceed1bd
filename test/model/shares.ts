import { payRevenue, revenueOf, runningOn } from "./ledger.ts";
import { ceilDiv, DAY, min, ONE } from "./numbers.ts";
import { requireOpen } from "./pauses.ts";
import { activate, cardBy, encumber, release as releaseCard } from "./registry.ts";
import { cover, minimumBondOf } from "./staking.ts";
import { type Account, Refusal, require, type Share, type ShareTerms, type State } from "./state.ts";
import { NOBODY, spend, transfer, transferFrom } from "./tokens.ts";

export type Phase = "Sale" | "Ended" | "Running" | "Over" | "Failed";

export function shareBy(s: State, id: Account): Share {
  const share = s.shares.get(id);
  if (share === undefined) throw new Refusal("ShareUnknown");
  return share;
}

export const termEndOf = (share: Share): bigint => share.terms.saleEnd + share.terms.term;

export function phaseOf(s: State, share: Share): Phase {
  if (share.outcome === "failed") return "Failed";
  if (share.outcome === "succeeded") return s.now >= termEndOf(share) ? "Over" : "Running";
  return share.sold === share.terms.supply || s.now >= share.terms.saleEnd ? "Ended" : "Sale";
}

const costOf = (share: Share, shares: bigint): bigint => ceilDiv(shares * share.terms.price, ONE);

function checkTerms(s: State, t: ShareTerms): void {
  const most = 2n ** 80n - 1n;
  require(t.supply >= ONE && t.supply <= most, "TermsSupplyOutOfRange", t.supply, ONE, most);
  require(t.price > 0n, "TermsPriceZero");
  const whole = ceilDiv(t.supply * t.price, ONE);
  require(t.minimumRaise >= t.price &&
    t.minimumRaise <= whole, "TermsMinimumRaiseOutOfRange", t.minimumRaise, t.price, whole);
  require(t.promisedRevenue > 0n, "TermsPromisedRevenueZero");
  require(t.upfrontBps <= 5_000n, "TermsUpfrontOutOfRange", t.upfrontBps, 5_000n);
  require(t.saleEnd > s.now && t.saleEnd <= s.now + 30n * DAY, "TermsSaleEndOutOfRange", t.saleEnd);
  require(t.term >= DAY && t.term <= 3n * 365n * DAY, "TermsTermOutOfRange", t.term);
}

export function tokenize(s: State, caller: Account, cardId: bigint, terms: ShareTerms): Share {
  requireOpen(s, "sales");
  checkTerms(s, terms);
  const card = s.cards.get(cardId);
  if (card === undefined) throw new Refusal("ERC721NonexistentToken", [cardId]);
  require(card.owner === caller, "TokenizeCallerNotOwner", cardId, card.owner, caller);
  require(card.state === "Verified", "TokenizeCardNotVerified", cardId);
  const { meetsMinimum } = cover(s, cardId, card.operator, minimumBondOf(s, card));
  require(meetsMinimum, "TokenizeBondBelowMinimum", cardId, card.operator);
  const termEnd = terms.saleEnd + terms.term;
  for (const lease of runningOn(s, cardId)) {
    const pays = lease.rate >= (terms.floorRate * lease.thousandths) / 1000n;
    require(pays && lease.end <= termEnd, "TokenizeLeaseInTheWay", cardId);
  }
  const id: Account = `0xshare${s.shares.size}`;
  const number = encumber(s, card, id, {
    floorRate: terms.floorRate,
    decayBps: terms.floorDecayBps,
    saleEnd: terms.saleEnd,
    termEnd,
  });
  const share: Share = {
    id,
    cardId,
    number,
    terms,
    outcome: "open",
    sold: 0n,
    proceeds: 0n,
    paid: new Map(),
    bought: new Map(),
    unsoldOwner: undefined,
    holdings: [],
    claimed: new Map(),
    upfront: 0n,
    released: 0n,
    allowances: new Map(),
    nonces: new Map(),
  };
  s.shares.set(id, share);
  return share;
}

function requirePhase(s: State, share: Share, needed: Phase): void {
  const phase = phaseOf(s, share);
  require(phase === needed, "SharePhaseWrong", phase, needed);
}

export function buy(s: State, caller: Account, id: Account, shares: bigint, maxCost: bigint, deadline: bigint): bigint {
  const share = shareBy(s, id);
  require(s.now <= deadline, "ShareDeadlinePassed", deadline);
  requirePhase(s, share, "Sale");
  require(s.now >= s.pauses.sales.until, "ShareSalesPaused", s.pauses.sales.until);
  require(shares > 0n, "ShareAmountZero");
  const left = share.terms.supply - share.sold;
  require(shares <= left, "ShareSoldOut", left, shares);
  const cost = costOf(share, shares);
  require(cost <= maxCost, "ShareCostAboveLimit", cost, maxCost);
  transferFrom(s.token, id, caller, id, cost);
  share.sold += shares;
  share.proceeds += cost;
  share.paid.set(caller, (share.paid.get(caller) ?? 0n) + cost);
  share.bought.set(caller, (share.bought.get(caller) ?? 0n) + shares);
  return cost;
}

export function finalise(s: State, id: Account): void {
  const share = shareBy(s, id);
  const phase = phaseOf(s, share);
  const left = share.terms.supply - share.sold;
  if (phase === "Sale") throw new Refusal("ShareSaleRunning", [share.terms.saleEnd, left]);
  require(phase === "Ended", "SharePhaseWrong", phase, "Ended");
  const card = cardBy(s, share.cardId);
  const encumbered = card.encumbrance?.holder === id;
  const good =
    share.proceeds >= share.terms.minimumRaise && card.state === "Verified" && encumbered && s.now < termEndOf(share);
  if (!good) {
    share.outcome = "failed";
    if (encumbered) releaseCard(card);
    return;
  }
  share.outcome = "succeeded";
  activate(s, card);
  const hold = (account: Account, shares: bigint) =>
    share.holdings.push({ account, shares, from: s.now, to: undefined });
  for (const [account, shares] of share.bought) hold(account, shares);
  if (left > 0n) {
    share.unsoldOwner = card.owner;
    hold(card.owner, left);
  }
  share.upfront = (share.proceeds * share.terms.upfrontBps) / 10_000n;
  if (share.upfront > 0n) transfer(s.token, id, card.owner, share.upfront);
}

const isHeldNow = (holding: { to: bigint | undefined }): boolean => holding.to === undefined;

export function balanceOf(share: Share, account: Account): bigint {
  if (share.outcome !== "succeeded") return share.bought.get(account) ?? 0n;
  return share.holdings
    .filter((holding) => holding.account === account && isHeldNow(holding))
    .reduce((sum, holding) => sum + holding.shares, 0n);
}

/** Shares of an account that can move: not the unsold ones. */
export function movable(share: Share, account: Account): bigint {
  const unsold = share.unsoldOwner === account ? share.terms.supply - share.sold : 0n;
  return balanceOf(share, account) - unsold;
}

export function revenueOfShare(s: State, share: Share): bigint {
  return revenueOf(s, cardBy(s, share.cardId), share.number);
}

/** Revenue of the share's number up to a second. */
function revenueAt(s: State, share: Share, second: bigint): bigint {
  const then: State = { ...s, now: second };
  return revenueOf(then, cardBy(s, share.cardId), share.number);
}

/** What an account could claim: its part of what accrued while it held, less what it claimed. */
export function claimable(s: State, share: Share, account: Account): bigint {
  const part = share.holdings
    .filter((holding) => holding.account === account)
    .reduce((sum, { shares, from, to }) => {
      return sum + shares * (revenueAt(s, share, to ?? s.now) - revenueAt(s, share, from));
    }, 0n);
  return part / share.terms.supply - (share.claimed.get(account) ?? 0n);
}

/** Ends holdings of `shares` of an account, and begins others for the rest. */
function giveUp(s: State, share: Share, account: Account, shares: bigint): void {
  const held = balanceOf(share, account);
  for (const holding of share.holdings) if (holding.account === account && isHeldNow(holding)) holding.to = s.now;
  share.holdings.push({ account, shares: held - shares, from: s.now, to: undefined });
}

export function transferShares(s: State, from: Account, id: Account, to: Account, shares: bigint): void {
  const share = shareBy(s, id);
  require(to !== NOBODY, "ERC20InvalidReceiver", NOBODY);
  const phase = phaseOf(s, share);
  require(share.outcome === "succeeded", "ShareNotTransferableYet", phase);
  const can = movable(share, from);
  require(can >= shares, "ERC20InsufficientBalance", from, can, shares);
  giveUp(s, share, from, shares);
  share.holdings.push({ account: to, shares, from: s.now, to: undefined });
}

export function transferSharesFrom(
  s: State,
  spender: Account,
  id: Account,
  from: Account,
  to: Account,
  shares: bigint,
) {
  spend(shareBy(s, id), from, spender, shares);
  transferShares(s, from, id, to, shares);
}

export function claim(s: State, id: Account, account: Account, toWallet: boolean): bigint {
  const share = shareBy(s, id);
  const amount = share.outcome === "succeeded" ? claimable(s, share, account) : 0n;
  if (amount === 0n) return 0n;
  share.claimed.set(account, (share.claimed.get(account) ?? 0n) + amount);
  payRevenue(s, cardBy(s, share.cardId), share.number, account, amount, toWallet);
  return amount;
}

export function claimMany(s: State, caller: Account, ids: readonly Account[]): bigint {
  return ids.reduce((sum, id) => sum + claim(s, id, caller, true), 0n);
}

const rest = (share: Share): bigint => share.proceeds - share.upfront;

export function vested(s: State, share: Share): bigint {
  if (share.outcome !== "succeeded") return 0n;
  const { saleEnd, term, promisedRevenue } = share.terms;
  const passed = min(s.now, saleEnd + term) - saleEnd;
  if (passed <= 0n) return 0n;
  const byTime = (rest(share) * passed) / term;
  const byRent = (rest(share) * revenueOfShare(s, share)) / promisedRevenue;
  return min(rest(share), byTime, byRent);
}

export function release(s: State, id: Account): bigint {
  const share = shareBy(s, id);
  require(share.outcome === "succeeded", "SharePhaseWrong", phaseOf(s, share), "Running");
  const amount = vested(s, share) - share.released;
  if (amount <= 0n) return 0n;
  share.released += amount;
  transfer(s.token, id, cardBy(s, share.cardId).owner, amount);
  return amount;
}

export function refund(s: State, id: Account, account: Account): bigint {
  const share = shareBy(s, id);
  requirePhase(s, share, "Failed");
  const paid = share.paid.get(account) ?? 0n;
  require(paid > 0n, "ShareNothingToRefund", account);
  share.paid.set(account, 0n);
  share.bought.set(account, 0n);
  transfer(s.token, id, account, paid);
  return paid;
}

export const handInValue = (s: State, share: Share, shares: bigint): bigint =>
  share.outcome !== "succeeded" ? 0n : ((rest(share) - vested(s, share)) * shares) / share.sold;

export function handIn(s: State, caller: Account, id: Account, shares: bigint): bigint {
  const share = shareBy(s, id);
  requirePhase(s, share, "Over");
  require(shares > 0n, "ShareAmountZero");
  const can = movable(share, caller);
  require(can >= shares, "ERC20InsufficientBalance", caller, can, shares);
  const amount = handInValue(s, share, shares);
  require(amount > 0n, "ShareHandInWorthless", caller, shares);
  giveUp(s, share, caller, shares);
  transfer(s.token, id, caller, amount);
  return amount;
}
