import type { LegRefusal } from "../abis/enums.ts";
import type { Ask } from "../abis/structs.ts";
import type { CardTerms, LeaseTerms, MarketState } from "./marketState.ts";

/** Most leases on one card at once. */
export const PLACES = 8;
/** Least that a lease holds where there is as much, in thousandths. */
export const CRUMB = 125;
const ONE = 10n ** 18n;
const EXACT = Number.MAX_SAFE_INTEGER;
const DAY = 86_400;
const MONTH = 30 * DAY;
const LONGEST_LEASE = 366n * 86_400n;
const REVENUE_LIMIT = 2n ** 95n;

/**
 * Thousandths that a lease holds and pays for.
 *
 * @param asked - 1 to 1000
 * @param free - of the card
 *
 * @example
 * heldThousandths(50, 1_000); // 125
 */
export const heldThousandths = (asked: number, free: number): number => Math.max(asked, Math.min(CRUMB, free));

/**
 * floor(rate · part / whole), in doubles where they are exact.
 *
 * @param rate - cfUSD-wei per second
 * @param part - at most `whole`
 * @param whole - at most 10 000
 *
 * @example
 * shareOf(999n, 500, 1_000); // 499n
 */
export const shareOf = (rate: bigint, part: number, whole: number): bigint => {
  if (part === whole) return rate;
  const figure = Number(rate);
  return figure <= EXACT ? BigInt(exactShare(figure, part, whole)) : (rate * BigInt(part)) / BigInt(whole);
};

/**
 * The same for a rate up to 2^53 − 1 as a number.
 *
 * @param rate - cfUSD-wei per second
 * @param part - at most `whole`
 * @param whole - at most 10 000
 *
 * @example
 * exactShare(999, 500, 1_000); // 499
 */
export const exactShare = (rate: number, part: number, whole: number): number => {
  const rest = rate % whole;
  return ((rate - rest) / whole) * part + Math.floor((rest * part) / whole);
};

/** Rate of the card's holders out of a gross rate. */
const holdersRate = ({ rate, feeBps }: Pick<LeaseTerms, "rate" | "feeBps">): bigint => {
  const net = rate - shareOf(rate, feeBps, 10_000);
  return net - shareOf(net, 1, 10);
};

/**
 * Whether a card's term has ended by time.
 *
 * @param card - the card
 * @param now - seconds
 *
 * @example
 * isTermOver(card, 1_800_000_000);
 */
export const isTermOver = ({ limits }: CardTerms, now: number): boolean =>
  limits !== undefined && limits.termEnd !== 0 && now >= limits.termEnd;

/**
 * The card's floor as of a second, cfUSD-wei per second of the whole card.
 *
 * @param card - the card
 * @param now - seconds
 *
 * @example
 * floorRate(card, 1_800_000_000);
 */
export const floorRate = (card: CardTerms, now: number): bigint => {
  const { limits } = card;
  if (limits === undefined) return 0n;
  if (limits.termEnd === 0 || isTermOver(card, now)) return limits.ownerFloorRate;
  let floor = limits.termFloorRate;
  for (let passed = limits.saleEnd + MONTH; passed <= now && limits.decayBps > 0; passed += MONTH) {
    floor = (floor * BigInt(10_000 - limits.decayBps)) / 10_000n;
  }
  return floor;
};

/**
 * What the bond of a card's operator covers.
 *
 * @param state - the market
 * @param card - the card
 * @returns highest sum of gross rates of the operator's leases on the card, or undefined below the model's minimum
 *
 * @example
 * coveredRate(market, card);
 */
export const coveredRate = (state: Pick<MarketState, "bondPrice" | "models">, card: CardTerms): bigint | undefined => {
  const above = (card.bond * state.bondPrice) / ONE - (state.models.get(card.model)?.minimumBond ?? 0n);
  return above < 0n ? undefined : above / BigInt(DAY);
};

/**
 * What the card's state, node, limits and term say against a lease of an ask; the renter's wishes apart.
 *
 * @param card - the card, or undefined where there is none
 * @param ask - epoch, operator and rate of the ask
 * @param wish - masks and duration in seconds
 * @param now - seconds
 *
 * @example
 * cardRefusal(card, ask, bid, 1_800_000_000);
 */
export const cardRefusal = (
  card: CardTerms | undefined,
  ask: { readonly operator: string; readonly epoch: number; readonly ratePerSecond: bigint },
  wish: { readonly models: bigint; readonly regions: bigint; readonly duration: number },
  now: number,
): LegRefusal => {
  if (card === undefined || card.state !== "Verified") return "CardNotVerified";
  if (card.epoch !== ask.epoch) return "CardEpochOld";
  if (card.operator.toLowerCase() !== ask.operator.toLowerCase()) return "OperatorNotOfCard";
  if (((wish.models >> BigInt(card.model)) & 1n) === 0n) return "ModelNotAccepted";
  if (((wish.regions >> BigInt(card.region)) & 1n) === 0n) return "RegionNotAccepted";
  if (ask.ratePerSecond < floorRate(card, now)) return "RateBelowFloor";
  const { longestHours = 0, termEnd = 0 } = card.limits ?? {};
  if (longestHours !== 0 && wish.duration > longestHours * 3600) return "DurationAboveOwnerLimit";
  if (termEnd !== 0 && now < termEnd && now + wish.duration > termEnd) return "TermEndPassed";
  return "None";
};

/** A lease as it would be opened. */
export type OpenedTerms = {
  /** Gross, cfUSD-wei per second. */
  readonly rate: bigint;
  /** Held and paid for. */
  readonly thousandths: number;
  /** Rate times duration, cfUSD-wei. */
  readonly escrow: bigint;
};

/**
 * Whether the ledger would open a lease now, and as what.
 *
 * @param card - the card
 * @param opening - whole-card rate, asked thousandths, duration in seconds, fee in bps, and what the bond covers
 * @param now - seconds
 *
 * @example
 * openingOf(card, { rate: 1_000n, thousandths: 500, duration: 3_600, feeBps: 500, covered: 10_000n }, 1_800_000_000);
 */
export const openingOf = (
  card: CardTerms,
  opening: {
    readonly rate: bigint;
    readonly thousandths: number;
    readonly duration: number;
    readonly feeBps: number;
    readonly covered: bigint;
  },
  now: number,
): Exclude<LegRefusal, "None"> | OpenedTerms => {
  const running = card.leases.filter(({ end }) => end > now);
  if (running.length >= PLACES) return "CardFull";
  const free = 1000 - running.reduce((sum, { thousandths }) => sum + thousandths, 0);
  const thousandths = heldThousandths(opening.thousandths, free);
  if (thousandths > free) return "ThousandthsNotFree";
  const rate = shareOf(opening.rate, thousandths, 1000);
  if (rate === 0n) return "RateZero";
  const own = running.filter(({ operator }) => operator.toLowerCase() === card.operator.toLowerCase());
  if (own.reduce((sum, lease) => sum + lease.rate, rate) > opening.covered) return "BondTooSmall";
  const holders = running.reduce((sum, lease) => sum + holdersRate(lease), holdersRate({ ...opening, rate }));
  if (settledRevenue(card, now) + holders * LONGEST_LEASE >= REVENUE_LIMIT) return "RevenueTooHigh";
  return { rate, thousandths, escrow: rate * BigInt(opening.duration) };
};

/**
 * Revenue of the number that a new lease would count under, cfUSD-wei.
 *
 * @param card - the card
 * @param now - seconds
 *
 * @example
 * settledRevenue(card, 1_800_000_000);
 */
export const settledRevenue = (card: CardTerms, now: number): bigint => {
  if (card.encumbered && isTermOver(card, now)) return 0n;
  const { amount, at } = card.revenue ?? { amount: 0n, at: 0 };
  return card.leases.reduce((sum, lease) => {
    const seconds = Math.min(now, lease.end) - Math.max(at, lease.start);
    return seconds > 0 ? sum + holdersRate(lease) * BigInt(seconds) : sum;
  }, amount);
};

/**
 * Weight of a bond in ranking: `1 + 0.5 · min(1, sqrt(bond / target))`, target a tenth of the card's reference value.
 *
 * @param bondValue - active bond, dollars (1e18)
 * @param referenceValue - of the card's model, dollars (1e18)
 * @returns 1 to 1.5
 * @example
 * matchWeight(55n, 2_200n); // 1.25
 */
export function matchWeight(bondValue: bigint, referenceValue: bigint): number {
  if (referenceValue === 0n) return 1;
  return 1 + 0.5 * Math.sqrt(Math.min(1, (10 * Number(bondValue)) / Number(referenceValue)));
}

/**
 * Most thousandths whose gross rate is covered: floor(rate · m / 1000) ≤ covered.
 *
 * @param rate - cfUSD-wei per second of the whole card, below 2^53
 * @param covered - cfUSD-wei per second
 * @returns 0 to 1000
 * @example
 * coverThousandths(1_000, 250); // 250
 */
export function coverThousandths(rate: number, covered: number): number {
  if (covered >= rate) return 1000;
  if (covered < 0) return 0;
  let most = Math.min(999, Math.floor(((covered + 1) / rate) * 1000) + 1);
  while (most > 0 && exactShare(rate, most, 1000) > covered) most -= 1;
  return most;
}

/**
 * A rate above which a lease is not paid by some funds.
 *
 * @param funds - cfUSD-wei
 * @param duration - seconds
 * @param held - thousandths, at least 1
 * @returns cfUSD-wei per second of the whole card
 * @example
 * payableRate(3_600n, 3_600, 500); // 3
 */
export function payableRate(funds: bigint, duration: number, held: number): number {
  if (funds < 0n) return -1;
  if (duration === 0) return Number.POSITIVE_INFINITY;
  return Number(((funds / BigInt(duration) + 1n) * 1000n - 1n) / BigInt(held));
}

/**
 * Least thousandths that can be asked: what the ask demands, and where crumbs would be let for nothing, enough to cost 1.
 *
 * @param ask - with the least that it demands
 * @param rate - cfUSD-wei per second of the whole card
 * @param free - thousandths of the card
 * @example
 * leastThousandths(ask, 1e14, 1_000);
 */
export function leastThousandths({ minThousandths }: Pick<Ask, "minThousandths">, rate: number, free: number): number {
  const paid = Math.ceil(1000 / rate);
  return Math.min(CRUMB, free) >= paid ? minThousandths : Math.max(minThousandths, paid);
}
