export { audit, type MatcherLog, type UnfairStep } from "./audit.ts";
export type { OpenedTerms } from "./cardRules.ts";
export { checkMatch, type LegCheck, type MatchCheck, type MatchOrders } from "./checkMatch.ts";
export { createEngine, type Engine } from "./engine.ts";
export type { EngineOptions, HostNeeds, MarketEvent, Match, MatchLeg, Outcome } from "./events.ts";
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
export { matchWeight, type Score } from "./supply.ts";
