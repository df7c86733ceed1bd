export {
  type AppraisalAssumptions,
  type AppraiseCardArgs,
  appraiseCard,
  type CardAppraisal,
  defaultCostOfCapital,
  defaultScenarios,
  type RentScenario,
  type ScenarioAppraisal,
  type ScenarioName,
} from "./appraiseCard.ts";
export { type BreakEvenUtilisationArgs, breakEvenUtilisation } from "./breakEvenUtilisation.ts";
export { expectedRent, holdersPayments, type RentExpectation, type RentPeriod } from "./expectedRent.ts";
export { type FairSharePrice, type FairSharePriceArgs, fairSharePrice, inTokens } from "./fairSharePrice.ts";
export { irr, xirr } from "./irr.ts";
export { npv, type Payment, presentValue } from "./presentValue.ts";
export { type RentSplit, type RentSplitArgs, rentSplit } from "./rentSplit.ts";
export { YieldError, type YieldRefusal, yieldRemedies } from "./yieldError.ts";
export { type RunningYieldArgs, runningYield, type YieldToTermArgs, yieldToTerm } from "./yields.ts";
