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
export { type BondInstalment, type BondScheduleArgs, bondPayments, bondSchedule } from "./bondSchedule.ts";
export { type BreakEvenUtilisationArgs, breakEvenUtilisation } from "./breakEvenUtilisation.ts";
export { type Duration, type DurationArgs, duration } from "./duration.ts";
export { expectedRent, holdersPayments, type RentExpectation, type RentPeriod } from "./expectedRent.ts";
export { type FairSharePrice, type FairSharePriceArgs, fairSharePrice, inTokens } from "./fairSharePrice.ts";
export { irr, xirr } from "./irr.ts";
export { npv, type Payment, presentValue } from "./presentValue.ts";
export { createPriceIndex, type PriceIndex, type PriceIndexOptions, type PriceReading } from "./priceIndex.ts";
export {
  type LeaseRecord,
  type Party,
  type ReadRentBookArgs,
  type RentBook,
  readRentBook,
  type Tie,
} from "./rentBook.ts";
export {
  type Relation,
  type RelationOfArgs,
  type RentEntry,
  type RentHistory,
  type RentHistoryArgs,
  type RentSum,
  relationOf,
  rentHistory,
} from "./rentHistory.ts";
export { type RentSplit, type RentSplitArgs, rentSplit } from "./rentSplit.ts";
export {
  type SettledRent,
  type SettledRentsArgs,
  settledRents,
  type Utilisation,
  type UtilisationArgs,
  utilisation,
} from "./settledRents.ts";
export { YieldError, type YieldRefusal, yieldRemedies } from "./yieldError.ts";
export { type RunningYieldArgs, runningYield, type YieldToTermArgs, yieldToTerm } from "./yields.ts";
