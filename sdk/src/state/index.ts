export type { RentStatus } from "./cardQuestions.ts";
export {
  type Answer,
  type AsOf,
  type CardflowState,
  type CreateStateArgs,
  createState,
  type StateHead,
} from "./createState.ts";
export { type DecodedLog, decodeLog, type EventSource } from "./decodeLog.ts";
export {
  type BlockRange,
  BlockTimeMissingError,
  ForkError,
  LogMalformedError,
  LogOrderError,
  LogsMissingError,
  ProvidersDifferError,
  ReorganisationTooDeepError,
  StateGapError,
  StateStaleError,
  StateTimeError,
} from "./errors.ts";
export type { Applied, FoldedContract, StateBatch, StateDeployment } from "./fold.ts";
export type { Quantity, StateBlock, StateLog } from "./logs.ts";
export type { MarketOrders } from "./marketQuestions.ts";
export type { DollarStatus } from "./moneyQuestions.ts";
export type { ModelRecord, Split } from "./records.ts";
export { type StateWatcher, type WatchStateOptions, watchState } from "./watchState.ts";
