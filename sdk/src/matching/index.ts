export { audit, type MatcherLog, type UnfairStep } from "./audit.ts";
export type { Score } from "./book.ts";
export { matchWeight, type OpenedTerms } from "./cardRules.ts";
export { checkMatch, type LegCheck, type MatchCheck, type MatchOrders } from "./checkMatch.ts";
export { createEngine } from "./engine.ts";
export type { Engine, EngineOptions, HostNeeds, MarketEvent, Match, MatchLeg, Outcome } from "./events.ts";
export { type Change, type Explanation, explainBid } from "./explain.ts";
export { leaseMintRate, type MintTerms } from "./leaseMint.ts";
export type { AccountTerms, CardLimits, CardTerms, LeaseTerms, MarketState, ModelTerms } from "./marketState.ts";
export { createPlacer, PlacementInputError } from "./placement.ts";
export type {
  CardShare,
  ExpectedTask,
  Placement,
  PlacementHost,
  PlacementRefusal,
  PlacementTask,
  Placer,
  PlacerOptions,
  PlacerStats,
} from "./placementTypes.ts";
