import { type HostNeeds, type MarketEvent, type Match, matchWeight } from "../../sdk/src/matching/index.ts";
import type { CardTerms, LeaseTerms, ModelTerms } from "../../sdk/src/matching/marketState.ts";
import { hashOfSalt } from "../../sdk/src/matching/orderTable.ts";
import { cardWaste, hostWaste } from "../../sdk/src/matching/placementValue.ts";
import type { Ask, Bid } from "../../sdk/src/orders/index.ts";
import { ReferenceDemand } from "./matchingReferenceDemand.ts";

const ONE = 10n ** 18n;
const DAY = 86_400;
const MONTH = 30 * DAY;
const TIES = 2 ** 20;

type Lease = LeaseTerms & { readonly key: string | number; readonly needs: HostNeeds | undefined };
type Card = Omit<CardTerms, "leases"> & { readonly id: bigint; leases: Lease[] };
type Account = {
  counter: bigint;
  tier: number;
  dollars: bigint | undefined;
  tokens: bigint | undefined;
  readonly words: Map<bigint, number>;
};
type OpenAsk = { readonly ask: Ask; readonly since: number; readonly tie: number };
type OpenBid = {
  readonly bid: Bid;
  readonly needs: HostNeeds | undefined;
  readonly since: number;
  readonly tie: number;
};
/** A card that a bid would take. */
type Taking = {
  readonly open: OpenAsk;
  readonly card: Card;
  readonly effective: number;
  readonly thousandths: number;
  readonly rate: bigint;
};

/** What a match comes to: the bid's salt, and card, gross rate and thousandths of each leg. */
export type Taken = { readonly salt: bigint; readonly legs: readonly (readonly [bigint, bigint, number])[] };

/**
 * @param match - of the engine
 * @returns what of it the reference says too
 */
export const takenBy = ({ bid, legs }: Match): Taken => ({
  salt: bid.salt,
  legs: legs.map(({ ask, rate, thousandths }) => [ask.cardId, rate, thousandths]),
});

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/**
 * Section 4 of docs/protocol.md and the ranking that `createEngine` documents, as slow and plain as can be: after every event each
 * waiting bid, the first in line first, looks at every ask. Knows nothing of cards that are kept for those who waited long.
 */
export class Reference {
  readonly #submitter: string;
  readonly #seed: number;
  readonly #tolerance: number;
  readonly #headStart: number;
  now: number;
  pausedUntil = 0;
  longestMinDuration = 3600;
  bondPrice = 0n;
  mintRate: bigint | undefined;
  readonly models = new Map<number, ModelTerms>();
  readonly cards = new Map<bigint, Card>();
  readonly hosts = new Map<string, HostNeeds>();
  readonly accounts = new Map<string, Account>();
  readonly asks: OpenAsk[] = [];
  bids: OpenBid[] = [];
  /** Models and regions that there ever were. */
  readonly #markets = new Set<string>();
  readonly #demand = new ReferenceDemand();

  constructor(options: { submitter: string; now: number; seed: number; toleranceBps: number; headStart: number }) {
    this.#submitter = options.submitter;
    this.#seed = options.seed;
    this.#tolerance = options.toleranceBps / 10_000;
    this.#headStart = options.headStart;
    this.now = options.now;
  }

  account(address: string): Account {
    const key = address.toLowerCase();
    const known = this.accounts.get(key) ?? {
      counter: 0n,
      tier: 0,
      dollars: undefined,
      tokens: undefined,
      words: new Map<bigint, number>(),
    };
    this.accounts.set(key, known);
    return known;
  }

  /* WHAT THE MARKET SAYS */

  running(card: Card): Lease[] {
    return card.leases.filter(({ end }) => end > this.now);
  }

  free(card: Card): number {
    return this.running(card).reduce((left, { thousandths }) => left - thousandths, 1000);
  }

  word({ renter, salt }: Bid): number {
    return this.account(renter).words.get(salt) ?? 0;
  }

  left(bid: Bid): number {
    return bid.quantity - this.word(bid);
  }

  isBidGood(bid: Bid): boolean {
    if (this.now < this.pausedUntil || this.now > bid.validUntil) return false;
    if (this.now < bid.exclusiveUntil && BigInt(bid.matcher) !== 0n)
      if (bid.exclusiveUntil > this.now + 120 || !same(bid.matcher, this.#submitter)) return false;
    return (
      this.account(bid.renter).counter === bid.counter &&
      this.word(bid) < bid.quantity &&
      bid.minQuantity <= bid.quantity
    );
  }

  isAskGood({ validUntil, minDuration, maxDuration, operator, counter, salt }: Ask): boolean {
    const isLong = minDuration < 600 || minDuration > this.longestMinDuration || maxDuration > 366 * DAY;
    if (this.now > validUntil || isLong || minDuration % 60 > 0 || maxDuration % 3600 > 0) return false;
    const { counter: current, words } = this.account(operator);
    return counter === current && words.get(salt) !== 255;
  }

  floor({ limits }: Card): bigint {
    if (limits === undefined) return 0n;
    if (limits.termEnd === 0 || this.now >= limits.termEnd) return limits.ownerFloorRate;
    let floor = limits.termFloorRate;
    for (let i = 1; limits.saleEnd + i * MONTH <= this.now; i += 1)
      floor = (floor * BigInt(10_000 - limits.decayBps)) / 10_000n;
    return floor;
  }

  /** What a bid would take of an ask now, or undefined. */
  look({ bid }: OpenBid, open: OpenAsk): Taking | undefined {
    const { ask } = open;
    const { tier } = this.account(bid.renter);
    if (!this.isAskGood(ask) || (this.now < ask.openFrom && tier < ask.priorityTier)) return undefined;
    if (bid.duration < ask.minDuration || bid.duration > ask.maxDuration || bid.thousandths < ask.minThousandths)
      return undefined;
    if (ask.ratePerSecond > bid.maxRatePerSecond) return undefined;
    const card = this.cards.get(ask.cardId);
    if (card?.state !== "Verified" || card.epoch !== ask.epoch || !same(card.operator, ask.operator)) return undefined;
    if (!((bid.models >> BigInt(card.model)) & 1n) || !((bid.regions >> BigInt(card.region)) & 1n)) return undefined;
    if (ask.ratePerSecond < this.floor(card)) return undefined;
    const { longestHours = 0, termEnd = 0 } = card.limits ?? {};
    if (longestHours > 0 && bid.duration > longestHours * 3600) return undefined;
    if (this.now < termEnd && this.now + bid.duration > termEnd) return undefined;
    const model = this.models.get(card.model);
    const worth = (card.bond * this.bondPrice) / ONE;
    const minimum = model?.minimumBond ?? 0n;
    if (worth < minimum) return undefined;
    const [leases, free] = [this.running(card), this.free(card)];
    if (leases.length >= 8) return undefined;
    const thousandths = Math.max(bid.thousandths, Math.min(125, free));
    if (thousandths > free) return undefined;
    const rate = (ask.ratePerSecond * BigInt(thousandths)) / 1000n;
    if (rate === 0n) return undefined;
    const own = leases.reduce((sum, lease) => sum + (same(lease.operator, card.operator) ? lease.rate : 0n), rate);
    if (own > (worth - minimum) / BigInt(DAY)) return undefined;
    const weight = matchWeight(worth, model?.referenceValue ?? 0n);
    return { open, card, effective: Number(ask.ratePerSecond) * (1 - 0.1 * (weight - 1)), thousandths, rate };
  }

  /* HOSTS */

  mates({ operator, hostId }: Card): Card[] {
    return [...this.cards.values()].filter((card) => card.hostId === hostId && same(card.operator, operator));
  }

  /** Whether the host of a card has what is needed, beside what cards that were just picked need, and the card the memory. */
  hasNeeds(card: Card, needs: HostNeeds | undefined, picked: readonly Taking[]): boolean {
    if (needs === undefined) return true;
    if ((this.models.get(card.model)?.memoryMiB ?? 0) < (needs.cardMemoryMib ?? 0)) return false;
    const host = this.hosts.get(`${card.operator.toLowerCase()}/${card.hostId}`);
    const mates = this.mates(card);
    const beside = picked.filter((pick) => mates.includes(pick.card)).length + 1;
    return (["cpuMilli", "memoryMib"] as const).every((what) => {
      const used = mates
        .flatMap((mate) => this.running(mate))
        .reduce((sum, lease) => sum + (lease.needs?.[what] ?? 0), 0);
      const needed = needs[what] ?? 0;
      return needed === 0 || used + beside * needed <= (host?.[what] ?? Number.POSITIVE_INFINITY);
    });
  }

  /** How tightly a lease fits: eighths free before; whole cards on a host out of use, of several cards, come last. */
  tightness(card: Card): number {
    const free = this.free(card);
    if (free < 1000) return Math.floor(free / 125);
    const mates = this.mates(card);
    return mates.length === 1 || mates.some((mate) => this.running(mate).length > 0) ? 8 : 9;
  }

  /* RANKING */

  /** Lower price, then earlier, then the seeded number. */
  static compare(a: Taking, b: Taking): number {
    return a.effective - b.effective || a.open.since - b.open.since || a.open.tie - b.open.tie;
  }

  best(picks: readonly Taking[], { bid, needs }: OpenBid, picked: readonly Taking[]): Taking | undefined {
    const limit = Math.min(...picks.map(({ effective }) => effective)) * (1 + this.#tolerance);
    const near = picks.filter(({ effective }) => effective <= limit).sort(Reference.compare);
    const wasteOf = (pick: Taking): number =>
      bid.thousandths === 1000 && needs === undefined ? 0 : this.waste([pick], bid, needs, picked);
    const byWaste = (some: readonly Taking[]): readonly Taking[] =>
      [...some].sort(
        (a, b) => wasteOf(a) - wasteOf(b) || this.tightness(a.card) - this.tightness(b.card) || Reference.compare(a, b),
      );
    const alike = new Map<string, number>();
    const cheapest = near.filter(({ open: { ask }, card }) => {
      const gate = this.now < ask.openFrom ? ask.priorityTier : 0;
      const key = [card.model, card.region, gate, Math.floor(this.free(card) / 125)].join();
      alike.set(key, (alike.get(key) ?? 0) + 1);
      return (alike.get(key) ?? 0) <= 4;
    });
    const [first] = byWaste(cheapest);
    if (first === undefined || this.free(first.card) < 1000) return first;
    return byWaste([first, ...near.filter(({ card }) => this.tightness(card) === 8)])[0];
  }

  /* WASTE */

  /** What is expected to be left unused in the end if cards of one host are taken, beyond what would be without. */
  waste(picks: readonly Taking[], bid: Bid, needs: HostNeeds | undefined, picked: readonly Taking[]): number {
    const [{ card }] = picks as [Taking];
    const { value } = this.#demand;
    const model = value?.models[card.model];
    if (value === undefined || model === undefined) return 0;
    const mates = this.mates(card);
    const host = this.hosts.get(`${card.operator.toLowerCase()}/${card.hostId}`);
    const leftOf = (what: "cpuMilli" | "memoryMib"): number => {
      const leases = mates.flatMap((mate) => this.running(mate));
      const beside = picked.filter((pick) => mates.includes(pick.card)).length * (needs?.[what] ?? 0);
      const used = leases.reduce((sum, lease) => sum + (lease.needs?.[what] ?? 0), beside);
      return (host?.[what] ?? Number.POSITIVE_INFINITY) - used;
    };
    const gaps = picks.map((pick) => this.free(pick.card));
    const held = gaps.map((gap) => Math.max(bid.thousandths, Math.min(125, gap)));
    const free = mates.reduce((sum, mate) => sum + this.free(mate), 0);
    const whole = mates.filter((mate) => this.free(mate) === 1000).length;
    const restOf = (taken: number, cards: number, times: number): number =>
      hostWaste(
        value,
        model,
        free - taken,
        whole - cards,
        Math.max(0, leftOf("cpuMilli") - times * (needs?.cpuMilli ?? 0)),
        Math.max(0, leftOf("memoryMib") - times * (needs?.memoryMib ?? 0)),
      );
    let waste = -restOf(0, 0, 0);
    gaps.forEach((gap, i) => {
      waste += cardWaste(model, gap - (held[i] as number)) - cardWaste(model, gap);
    });
    const taken = held.reduce((sum, part) => sum + part, 0);
    return waste + restOf(taken, gaps.filter((gap) => gap === 1000).length, picks.length);
  }

  escrow(picks: readonly Taking[], { duration, matcherFee }: Bid): bigint {
    return picks.reduce((sum, { rate }) => sum + rate * BigInt(duration) + matcherFee, 0n);
  }

  /** CARD-wei that are burned for cards; more than anybody has while the minter refuses. */
  tokensFor(picks: readonly Taking[], bid: Bid): bigint {
    if (!bid.payInToken || this.mintRate === undefined) return 0n;
    if (this.mintRate === 0n) return 2n ** 256n;
    const due = this.escrow(picks, bid);
    const whole = (due > ONE ? due : ONE) * ONE * ONE;
    return whole / this.mintRate + (whole % this.mintRate > 0n ? 1n : 0n);
  }

  /** Whether cards can be paid; they may cost as much as the bid lets so many cost. */
  canPay(picks: readonly Taking[], bid: Bid, count = picks.length): boolean {
    const { dollars, tokens } = this.account(bid.renter);
    if (!bid.payInToken) return dollars === undefined || this.escrow(picks, bid) <= dollars;
    const cost = this.tokensFor(picks, bid);
    return cost <= bid.maxTokenIn * BigInt(count) && (tokens === undefined || cost <= tokens);
  }

  /** What a bid takes now. */
  take(open: OpenBid): readonly Taking[] {
    const { bid, needs } = open;
    if (!this.isBidGood(bid)) return [];
    const most = this.left(bid);
    const least = Math.min(bid.minQuantity, most);
    const all = this.asks.flatMap((ask) => this.look(open, ask) ?? []).filter((pick) => this.canPay([pick], bid, most));
    if (bid.sameHost) return this.takeHost(open, all, most);
    const picked: Taking[] = [];
    while (picked.length < most) {
      const rest = all.filter(
        ({ card }) => !picked.some((pick) => pick.card === card) && this.hasNeeds(card, needs, picked),
      );
      const next = this.best(rest, open, picked);
      if (next === undefined) break;
      picked.push(next);
    }
    while (picked.length > least && !this.canPay(picked, bid)) picked.pop();
    return picked.length < least || !this.canPay(picked, bid) ? [] : picked;
  }

  /** The cheapest host, or of those within the tolerance the one where least is wasted, then with the least to spare. */
  takeHost({ bid, needs }: OpenBid, all: readonly Taking[], most: number): readonly Taking[] {
    const hosts = new Map<string, Taking[]>();
    for (const pick of [...all].sort(Reference.compare)) {
      const { operator, hostId } = pick.card;
      const key = `${operator.toLowerCase()}/${hostId}`;
      const own = hosts.get(key) ?? [];
      if (own.length < most && !own.some(({ card }) => card === pick.card) && this.hasNeeds(pick.card, needs, own))
        hosts.set(key, [...own, pick]);
    }
    const costOf = (picks: readonly Taking[]): number => picks.reduce((sum, { effective }) => sum + effective, 0);
    const spareOf = ([pick]: readonly Taking[]): number =>
      pick === undefined ? 0 : this.mates(pick.card).reduce((sum, card) => sum + this.free(card), 0);
    const fitting = [...hosts.values()].filter((picks) => picks.length === most);
    const least = Math.min(...fitting.map(costOf)) * (1 + this.#tolerance);
    const near = fitting.filter((picks) => costOf(picks) <= least);
    const wasteOf = (picks: readonly Taking[]): number => this.waste(picks, bid, needs, []);
    const [chosen = []] = near.sort(
      (a, b) => wasteOf(a) - wasteOf(b) || spareOf(a) - spareOf(b) || costOf(a) - costOf(b),
    );
    return this.canPay(chosen, bid) ? chosen : [];
  }

  /** Waiting bids as they are in line. */
  line(): readonly OpenBid[] {
    const score = ({ bid, since }: OpenBid): number => since - this.#headStart * this.account(bid.renter).tier;
    return [...this.bids].sort((a, b) => score(a) - score(b) || a.tie - b.tie);
  }

  /* EVENTS */

  /** Takes in what happened; what is matched then, in order. Matches have the numbers from `nextMatch` on. */
  apply(event: MarketEvent, nextMatch: number): readonly Taken[] {
    this.change(event);
    for (const card of this.cards.values()) card.leases = this.running(card);
    for (let i = this.asks.length - 1; i >= 0; i -= 1)
      if (!this.isAskGood((this.asks[i] as OpenAsk).ask)) this.asks.splice(i, 1);
    this.bids = this.bids.filter(
      ({ bid }) => this.now <= bid.validUntil && this.left(bid) > 0 && this.account(bid.renter).counter === bid.counter,
    );
    const taken: Taken[] = [];
    // From the first in line again once somebody was served: less may be left of another bid of the same salt, or of a card, where a
    // lease then holds less and may be covered by a bond that was too small.
    for (let before = -1; before < taken.length; ) {
      before = taken.length;
      for (const open of this.line()) {
        for (let picks = this.take(open); picks.length > 0; picks = this.take(open))
          taken.push(
            this.settle(
              open,
              [...picks].sort((a, b) => (a.card.id < b.card.id ? -1 : 1)),
              nextMatch + taken.length,
            ),
          );
        if (taken.length > before) break;
      }
    }
    this.bids = this.bids.filter(({ bid }) => this.left(bid) > 0);
    return taken;
  }

  settle({ bid, needs }: OpenBid, picks: readonly Taking[], key: number): Taken {
    const account = this.account(bid.renter);
    account.words.set(bid.salt, this.word(bid) + picks.length);
    if (account.dollars !== undefined && !bid.payInToken) account.dollars -= this.escrow(picks, bid);
    if (account.tokens !== undefined) account.tokens -= this.tokensFor(picks, bid);
    const [start, end] = [this.now, this.now + bid.duration];
    this.#demand.learn({ bid, needs, count: picks.length, markets: this.#markets, cards: this.cards.values() });
    for (const { card, rate, thousandths } of picks)
      card.leases.push({ operator: card.operator, rate, feeBps: 0, thousandths, start, end, key, needs });
    return { salt: bid.salt, legs: picks.map(({ card, rate, thousandths }) => [card.id, rate, thousandths]) };
  }

  change(event: MarketEvent): void {
    const tie = (salt: bigint): number => hashOfSalt(this.#seed, salt) % TIES;
    switch (event.type) {
      case "time":
        this.now = Math.max(this.now, event.now);
        break;
      case "pause":
        this.pausedUntil = event.until;
        break;
      case "parameters":
        this.longestMinDuration = event.parameters.longestMinDuration;
        break;
      case "bondPrice":
        this.bondPrice = event.price;
        break;
      case "leaseMint":
        this.mintRate = event.rate;
        break;
      case "model":
        this.models.set(event.model, event.terms);
        break;
      case "host":
        this.hosts.set(`${event.operator.toLowerCase()}/${event.hostId}`, event);
        break;
      case "card":
        this.#markets.add(`${event.terms.model}/${event.terms.region}`);
        this.cards.set(event.cardId, {
          ...event.terms,
          id: event.cardId,
          leases: this.cards.get(event.cardId)?.leases ?? [],
        });
        break;
      case "bond": {
        const card = this.cards.get(event.cardId);
        if (card !== undefined) this.cards.set(event.cardId, { ...card, bond: event.bond });
        break;
      }
      case "account": {
        const account = this.account(event.address);
        account.counter = event.counter ?? account.counter;
        account.tier = event.tier ?? account.tier;
        account.dollars = event.dollars ?? account.dollars;
        account.tokens = event.tokens ?? account.tokens;
        break;
      }
      case "order":
        this.account(event.maker).words.set(event.salt, event.word);
        break;
      case "ask":
        this.asks.push({ ask: event.ask, since: this.now, tie: tie(event.ask.salt) });
        break;
      case "bid":
        this.bids.push({ bid: event.bid, needs: event.needs, since: this.now, tie: tie(event.bid.salt) });
        break;
      case "lease": {
        const card = this.cards.get(event.cardId);
        if (card === undefined) break;
        card.leases = card.leases.filter(({ key }) => key !== event.key);
        card.leases.push({ ...event.lease, key: event.key, needs: undefined });
        break;
      }
      case "leaseEnd": {
        const card = this.cards.get(event.cardId);
        if (card !== undefined)
          card.leases = card.leases.map((lease) => (lease.key === event.key ? { ...lease, end: event.end } : lease));
        break;
      }
      case "failed": {
        const { bid, needs, id, legs, priority, tokenIn } = event.match;
        const account = this.account(bid.renter);
        const word = this.word(bid);
        if (word !== 255) account.words.set(bid.salt, Math.max(0, word - legs.length));
        if (account.dollars !== undefined && !bid.payInToken)
          account.dollars += legs.reduce((sum, { escrow }) => sum + escrow + bid.matcherFee, 0n);
        if (account.tokens !== undefined) account.tokens += tokenIn;
        for (const card of this.cards.values()) card.leases = card.leases.filter(({ key }) => key !== id);
        if (!this.bids.some((open) => open.bid === bid))
          this.bids.push({ bid, needs, since: priority.since, tie: priority.tie });
        break;
      }
      case "withdraw":
        break;
    }
  }

  withdrawAsk(ask: Ask): void {
    this.asks.splice(
      this.asks.findIndex((open) => open.ask === ask),
      1,
    );
  }

  withdrawBid(bid: Bid): void {
    this.bids = this.bids.filter((open) => open.bid !== bid);
  }
}
