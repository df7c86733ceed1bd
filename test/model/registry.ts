import { checkpoint, runningOn } from "./ledger.ts";
import { requireOpen } from "./pauses.ts";
import { type Account, type Card, type CardState, Refusal, require, type State } from "./state.ts";
import { NOBODY } from "./tokens.ts";
import { requireTaken } from "./wallets.ts";

export type Registration = {
  readonly model: bigint;
  readonly region: bigint;
  readonly hostId: bigint;
  readonly operator: Account;
  readonly floorRate: bigint;
  readonly longestHours: bigint;
};

export function cardBy(s: State, id: bigint): Card {
  const card = s.cards.get(id);
  if (card === undefined) throw new Refusal("CardUnknown", [id]);
  return card;
}

function requireOwner(card: Card, caller: Account): void {
  require(card.owner === caller, "CardNotOwnedByCaller", card.id, card.owner, caller);
}

function requireState(card: Card, needed: CardState): void {
  require(card.state === needed, "CardStateUnsuitable", card.id, card.state, needed);
}

export function registerMany(s: State, caller: Account, registrations: readonly Registration[]): bigint {
  requireOpen(s, "registration");
  require(registrations.length > 0, "RegistrationEmpty");
  const first = BigInt(s.cards.size) + 1n;
  for (const { model, region, hostId, operator, floorRate, longestHours } of registrations) {
    require(s.models.has(model), "ModelUnknown", model);
    require(s.regions.has(region), "RegionUnknown", region);
    const id = BigInt(s.cards.size) + 1n;
    s.cards.set(id, {
      id,
      owner: caller,
      approved: NOBODY,
      operator,
      hostId,
      epoch: 0n,
      model,
      region,
      state: "Registered",
      ownerFloor: floorRate,
      longestHours,
      device: undefined,
      count: 0n,
      encumbrance: undefined,
      periods: [{ number: 0n, from: 0n, to: undefined, holder: undefined, paid: 0n }],
      ownerPaidUntil: s.now,
    });
  }
  return first;
}

/** By governance: a model's minimum bond and reference value, in dollars, also for cards that are there. */
export function setModel(s: State, id: bigint, name: string, minimumBond: bigint, referenceValue: bigint): void {
  require(name !== "" && minimumBond > 0n && referenceValue > 0n, "ModelInvalid", id);
  s.models.set(id, { minimumBond, referenceValue });
}

/** By governance. */
export function setRegion(s: State, id: bigint, name: string): void {
  require(name !== "", "RegionInvalid", id);
  s.regions.add(id);
}

export function verify(s: State, cardId: bigint, device: string): void {
  const card = cardBy(s, cardId);
  requireState(card, "Registered");
  require(BigInt(device) !== 0n, "DeviceZero", cardId);
  require(!s.devices.has(device), "DeviceTaken", device, s.devices.get(device));
  s.devices.set(device, cardId);
  card.device = device;
  card.state = "Verified";
}

export function setOperator(
  s: State,
  caller: Account,
  cardId: bigint,
  operator: Account,
  hostId: bigint,
  floorRate: bigint,
  longestHours: bigint,
): void {
  const card = cardBy(s, cardId);
  requireOwner(card, caller);
  require(card.state !== "Retired", "CardStateUnsuitable");
  card.operator = operator;
  card.hostId = hostId;
  card.ownerFloor = floorRate;
  card.longestHours = longestHours;
  card.epoch += 1n;
}

const moves = (s: State, owner: Account, caller: Account): boolean =>
  owner === caller || s.movers.has(`${owner}>${caller}`);

/** ERC-721: lets `to` move one card. */
export function approveCard(s: State, caller: Account, to: Account, cardId: bigint): void {
  const card = s.cards.get(cardId);
  if (card === undefined) throw new Refusal("ERC721NonexistentToken", [cardId]);
  require(moves(s, card.owner, caller), "ERC721InvalidApprover", caller);
  card.approved = to;
}

/** ERC-721: lets `mover` move all of the caller's cards, or no longer. */
export function approveAllCards(s: State, caller: Account, mover: Account, allowed: boolean): void {
  require(mover !== NOBODY, "ERC721InvalidOperator", NOBODY);
  if (allowed) s.movers.add(`${caller}>${mover}`);
  else s.movers.delete(`${caller}>${mover}`);
}

/** ERC-721; `safely` asks the receiver, last. */
export function transferCard(
  s: State,
  caller: Account,
  from: Account,
  to: Account,
  cardId: bigint,
  safely = false,
): void {
  require(to !== NOBODY, "ERC721InvalidReceiver", NOBODY);
  const card = s.cards.get(cardId);
  if (card === undefined) throw new Refusal("ERC721NonexistentToken", [cardId]);
  const allowed = moves(s, card.owner, caller) || card.approved === caller;
  require(allowed, "ERC721InsufficientApproval", caller, cardId);
  require(card.owner === from, "ERC721IncorrectOwner", from, cardId, card.owner);
  checkpoint(s, card, revenueNumber(card), card.encumbrance?.active ? card.encumbrance.holder : undefined);
  card.owner = to;
  card.approved = NOBODY;
  card.operator = NOBODY;
  card.hostId = 0n;
  card.epoch += 1n;
  if (safely) requireTaken(s, to);
}

export const isTermOver = (s: State, card: Card): boolean =>
  card.encumbrance !== undefined && s.now >= card.encumbrance.termEnd;

/** Takes the encumbrance off; if it was paid, the card's revenue is the owner's again. */
function free(s: State, card: Card): void {
  const wasActive = card.encumbrance?.active;
  card.encumbrance = undefined;
  if (wasActive) checkpoint(s, card, 2n * card.count, undefined);
}

/** Frees a card whose term is over. */
export function expire(s: State, cardId: bigint): void {
  const card = s.cards.get(cardId);
  if (card?.encumbrance === undefined) throw new Refusal("CardNotEncumberedBy", [cardId, NOBODY]);
  require(isTermOver(s, card), "CardTermRunning", cardId, card.encumbrance.termEnd);
  free(s, card);
}

/** Clears an encumbrance that has ended by time. */
export function clear(s: State, card: Card): void {
  if (isTermOver(s, card)) free(s, card);
}

export function retire(s: State, caller: Account, cardId: bigint): void {
  const card = cardBy(s, cardId);
  requireOwner(card, caller);
  require(card.state !== "Retired", "CardStateUnsuitable");
  clear(s, card);
  require(card.encumbrance === undefined, "CardEncumbered", cardId);
  const running = runningOn(s, cardId).length;
  require(running === 0, "CardHasRunningLeases", cardId, BigInt(running));
  checkpoint(s, card, revenueNumber(card), undefined);
  card.state = "Retired";
  card.epoch += 1n;
}

export type EncumbranceTerms = { floorRate: bigint; decayBps: bigint; saleEnd: bigint; termEnd: bigint };

export function encumber(s: State, card: Card, holder: Account, terms: EncumbranceTerms): bigint {
  requireState(card, "Verified");
  require(terms.decayBps <= 10_000n, "DecayOutOfRange", terms.decayBps, 10_000n);
  clear(s, card);
  require(card.encumbrance === undefined, "CardEncumbered", card.id, card.encumbrance?.holder);
  card.count += 1n;
  const number = 2n * card.count - 1n;
  card.encumbrance = { holder, number, active: false, ...terms };
  return number;
}

export function activate(s: State, card: Card): void {
  const encumbrance = card.encumbrance;
  if (encumbrance === undefined) throw new Refusal("CardNotEncumberedBy");
  encumbrance.active = true;
  checkpoint(s, card, encumbrance.number, encumbrance.holder);
}

/** Frees a card that was never activated; the number changes at its next checkpoint. */
export function release(card: Card): void {
  card.encumbrance = undefined;
}

/** The revenue number of whoever holds the card's cash flow. */
export function revenueNumber(card: Card): bigint {
  if (card.encumbrance === undefined) return 2n * card.count;
  return card.encumbrance.active ? card.encumbrance.number : 2n * (card.count - 1n);
}

/** Floor rate of the whole card as of now. */
export function floorOf(s: State, card: Card): bigint {
  const e = card.encumbrance;
  if (e === undefined || isTermOver(s, card)) return card.ownerFloor;
  let floor = e.floorRate;
  for (let passed = e.saleEnd + 30n * 86_400n; passed <= s.now; passed += 30n * 86_400n) {
    floor = (floor * (10_000n - e.decayBps)) / 10_000n;
  }
  return floor;
}

/** End of the running term, if one runs. */
export const termEndOf = (s: State, card: Card): bigint | undefined =>
  card.encumbrance === undefined || isTermOver(s, card) ? undefined : card.encumbrance.termEnd;
