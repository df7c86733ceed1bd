export { audit, type MatcherLog, type UnfairStep } from "./audit.ts";
export type { Score } from "./book.ts";
export { matchWeight, type OpenedTerms } from "./cardRules.ts";
export { checkMatch, type LegCheck, type MatchCheck, type MatchOrders } from "./checkMatch.ts";
export { createEngine } from "./engine.ts";
export type { Engine, EngineOptions, HostNeeds, MarketEvent, Match, MatchLeg, Outcome } from "./events.ts";
export { type Change, type Explanation, explainBid } from "./explain.ts";
export type { AccountTerms, CardLimits, CardTerms, LeaseTerms, MarketState, ModelTerms } from "./marketState.ts";
export {
  type CardShare,
  createPlacer,
  type ExpectedTask,
  type Placement,
  type PlacementHost,
  PlacementInputError,
  type PlacementRefusal,
  type PlacementTask,
  type Placer,
  type PlacerOptions,
  type PlacerStats,
} from "./placement.ts";
