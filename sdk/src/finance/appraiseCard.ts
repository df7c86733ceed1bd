import { InvalidInputError } from "../errors/inputErrors.ts";
import type { DollarAmount, RatePerSecond, ShareAmount, TokenAmount } from "../money/amounts.ts";
import { breakEvenUtilisation } from "./breakEvenUtilisation.ts";
import { requireAmount, secondsPerDay, secondsPerMonth } from "./checks.ts";
import { expectedRent, holdersPayments, type RentPeriod } from "./expectedRent.ts";
import { fairSharePrice } from "./fairSharePrice.ts";
import { xirr } from "./irr.ts";
import { rentSplit } from "./rentSplit.ts";
import { YieldError } from "./yieldError.ts";

const one = 10n ** 18n;

/** How well a card lets, and how fast its rent falls. */
export type RentScenario = {
  /** Part of the time in which the whole card is let, 0 to 1. */
  readonly utilisation: number;
  /** Part by which the rent falls every 30 days, 0 to 1. */
  readonly decay: number;
};

/** Names of the scenarios, the cautious one first. */
export type ScenarioName = "low" | "base" | "high";

/**
 * The scenarios of an appraisal that was given none. They are round numbers of this package, no forecast: pass what `utilisation` and
 * `createPriceIndex` say of the model as soon as there is a history.
 */
export const defaultScenarios = {
  low: { utilisation: 0.3, decay: 0.03 },
  base: { utilisation: 0.55, decay: 0.015 },
  high: { utilisation: 0.8, decay: 0.005 },
} as const satisfies Record<ScenarioName, RentScenario>;

/** The yearly cost of capital of an appraisal that was given none; a round number, like the scenarios. */
export const defaultCostOfCapital = 0.2;

/** Arguments of {@link appraiseCard}. */
export type AppraiseCardArgs = {
  /** cfUSD-wei per second of the whole card: the model's price index, or the ask. */
  readonly ratePerSecond: RatePerSecond;
  /** Seconds of cash flow to sell, one day to three years. */
  readonly term: number;
  /** Share-wei to make. Default: 1000 shares. */
  readonly supply?: ShareAmount | undefined;
  /** Dollars (1e18) per CARD. Default: unknown, and no amounts in CARD. */
  readonly cardPrice?: DollarAmount | undefined;
  /** Dollars (1e18) of bond that the model needs at least: `minimumBond` of the registry. Default: 0. */
  readonly minimumBond?: DollarAmount | undefined;
  /** CARD-wei per share that the owner thinks of asking; needs `cardPrice`. Default: none. */
  readonly price?: TokenAmount | undefined;
  /** cfUSD-wei per 30 days of power, hosting and the like, for the owner's break-even. Default: 0. */
  readonly monthlyCosts?: DollarAmount | undefined;
  /** Protocol fee in bps. Default: 500. */
  readonly feeBps?: number | undefined;
  /** Yearly cost of capital as a fraction. Default: {@link defaultCostOfCapital}. */
  readonly costOfCapital?: number | undefined;
  /** What to assume. Default: {@link defaultScenarios}. */
  readonly scenarios?: Readonly<Record<ScenarioName, RentScenario>> | undefined;
};

/** What a card earns in one scenario. Amounts in cfUSD-wei unless they say CARD. */
export type ScenarioAppraisal = RentScenario & {
  /** The first 30 days, or the term if that is shorter: what renters pay, and who gets it. */
  readonly firstMonth: {
    readonly gross: DollarAmount;
    readonly fee: DollarAmount;
    readonly node: DollarAmount;
    readonly holders: DollarAmount;
  };
  /** What the holders earn per 30 days, or in the term if that is shorter: the average over the term, rounded down. */
  readonly monthlyHolders: DollarAmount;
  /** What the holders earn in the whole term. */
  readonly holders: DollarAmount;
  /** What that is worth today. */
  readonly value: DollarAmount;
  /** Fair price of a share. */
  readonly fairPrice: DollarAmount;
  /** The same in CARD-wei; undefined without a price of CARD. */
  readonly fairPriceInTokens: TokenAmount | undefined;
  /** A buyer's yearly yield to term at the price asked; undefined if none is asked, or no rate earns it. */
  readonly yieldToTerm: number | undefined;
};

/** What an appraisal assumed besides its scenarios; `cardPrice` and `price` are undefined where they were not given. */
export type AppraisalAssumptions = {
  readonly [Name in keyof Omit<Required<AppraiseCardArgs>, "scenarios" | "cardPrice" | "price">]: NonNullable<
    AppraiseCardArgs[Name]
  >;
} & {
  readonly [Name in "cardPrice" | "price"]: AppraiseCardArgs[Name];
};

/** What an owner wants to know before a card is tokenized. */
export type CardAppraisal = {
  /** Everything that was assumed, defaults filled in. */
  readonly assumptions: AppraisalAssumptions;
  /** From the cautious one to the hopeful one. */
  readonly scenarios: Readonly<Record<ScenarioName, ScenarioAppraisal>>;
  /** What the operator must have bonded for the card to be let as a whole, in dollars (1e18) and in CARD-wei (rounded up). */
  readonly stake: {
    /** The model's minimum: enough to tokenize. */
    readonly minimum: DollarAmount;
    /** A day of the whole card's rent, on top of it while it is let. */
    readonly dayOfRent: DollarAmount;
    readonly dollars: DollarAmount;
    readonly tokens: TokenAmount | undefined;
  };
  /** Fair price of a share in the base scenario. */
  readonly fairPrice: DollarAmount;
  /** The same in CARD-wei, for `ShareTerms.price`; undefined without a price of CARD. */
  readonly fairPriceInTokens: TokenAmount | undefined;
  /**
   * For `ShareTerms.promisedRevenue`: what the cautious scenario brings the holders, so that the proceeds vest in full in every scenario.
   * At least 1, as a share needs a promise.
   */
  readonly promisedRevenue: DollarAmount;
  /** Part of the time that the card must be let to bring back costs and, if one is asked, the price; above 1 where it cannot. */
  readonly breakEvenUtilisation: number;
};

/**
 * Appraises a card before its owner sells its rent: earnings in three scenarios with every assumption visible, fair price of a share, what
 * must be staked, and what to promise. Sees no chain; discounted as {@link fairSharePrice} says.
 *
 * @param args - see {@link AppraiseCardArgs}
 * @throws InvalidInputError if a number is out of range, or there is a `price` and no `cardPrice`
 *
 * @example
 * const { scenarios, stake, fairPriceInTokens } = appraiseCard({ ratePerSecond: ratePerSecondFromDollarsPerHour("2.10"), term: 365 * 86_400, cardPrice: parseDollars("0.10"), minimumBond: parseDollars("540") });
 * console.log(formatDollars(scenarios.base.monthlyHolders, 2), formatDollars(stake.dollars, 2));
 */
export const appraiseCard = (args: AppraiseCardArgs): CardAppraisal => {
  const assumptions = assume(args);
  const { ratePerSecond, term, supply, cardPrice, minimumBond, price, monthlyCosts, feeBps, costOfCapital } =
    assumptions;
  const named = args.scenarios ?? defaultScenarios;
  const asked = price === undefined || cardPrice === undefined ? undefined : costOfAll(price, supply, cardPrice);
  const scenarios = {
    low: appraise(named.low, assumptions, asked),
    base: appraise(named.base, assumptions, asked),
    high: appraise(named.high, assumptions, asked),
  };
  const dayOfRent = rentSplit({ ratePerSecond, feeBps }).gross * BigInt(secondsPerDay);
  const dollars = minimumBond + dayOfRent;
  return {
    assumptions,
    scenarios,
    stake: { minimum: minimumBond, dayOfRent, dollars, tokens: cardPrice && inTokensUp(dollars, cardPrice) },
    fairPrice: scenarios.base.fairPrice,
    fairPriceInTokens: scenarios.base.fairPriceInTokens,
    promisedRevenue: scenarios.low.holders > 0n ? scenarios.low.holders : 1n,
    breakEvenUtilisation: breakEvenUtilisation({
      ratePerSecond,
      term,
      decay: named.base.decay,
      feeBps,
      costOfCapital,
      price: asked,
      monthlyCosts,
    }),
  };
};

const assume = ({
  ratePerSecond,
  term,
  supply = 1_000n * one,
  cardPrice,
  minimumBond = 0n,
  price,
  monthlyCosts = 0n,
  feeBps = 500,
  costOfCapital = defaultCostOfCapital,
}: AppraiseCardArgs): AppraisalAssumptions => {
  requireAmount("ratePerSecond", ratePerSecond, 1n);
  requireAmount("minimumBond", minimumBond);
  if (cardPrice !== undefined) requireAmount("cardPrice", cardPrice, 1n);
  if (price !== undefined) {
    requireAmount("price", price, 1n);
    if (cardPrice === undefined)
      throw new InvalidInputError("cardPrice", "dollars (1e18) per CARD wherever `price` is given");
  }
  return { ratePerSecond, term, supply, cardPrice, minimumBond, price, monthlyCosts, feeBps, costOfCapital };
};

const appraise = (
  { utilisation, decay }: RentScenario,
  { ratePerSecond, term, supply, cardPrice, feeBps, costOfCapital }: AppraisalAssumptions,
  asked: DollarAmount | undefined,
): ScenarioAppraisal => {
  const rent = { ratePerSecond, term, utilisation, decay, feeBps };
  const periods = expectedRent(rent);
  const { value, perShare, perShareInTokens } = fairSharePrice({ ...rent, costOfCapital, supply, cardPrice });
  const holders = periods.reduce((sum, period) => sum + period.holders, 0n);
  const [{ gross, fee, node, holders: first } = nothing] = periods;
  return {
    utilisation,
    decay,
    firstMonth: { gross, fee, node, holders: first },
    monthlyHolders: (holders * BigInt(Math.min(term, secondsPerMonth))) / BigInt(term),
    holders,
    value,
    fairPrice: perShare,
    fairPriceInTokens: perShareInTokens,
    yieldToTerm: asked === undefined ? undefined : yieldOf(asked, periods),
  };
};

const nothing = { gross: 0n, fee: 0n, node: 0n, holders: 0n };

const yieldOf = (asked: DollarAmount, periods: readonly RentPeriod[]): number | undefined => {
  try {
    return xirr([{ at: 0, amount: -asked }, ...holdersPayments(periods)]);
  } catch (error) {
    if (error instanceof YieldError) return undefined;
    throw error;
  }
};

/** Dollars that all shares cost at a price in CARD, rounded up. */
const costOfAll = (price: TokenAmount, supply: ShareAmount, cardPrice: DollarAmount): DollarAmount =>
  (price * supply * cardPrice + one * one - 1n) / (one * one);

/** Dollars in CARD, rounded up. */
const inTokensUp = (dollars: DollarAmount, cardPrice: DollarAmount): TokenAmount =>
  (dollars * one + cardPrice - 1n) / cardPrice;
