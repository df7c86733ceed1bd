export {
  type AtomicSupport,
  atomicSupport,
  type BatchCall,
  type SendBatchOptions,
  type SentBatch,
  sendBatch,
  toBatchCalls,
} from "./batch.ts";
export { type PlanMintArgs, planMint } from "./mintPlan.ts";
export { planBuyShares, planStakeBond, planStakeRenter, planTokenize } from "./ownerPlans.ts";
export { type PaymentPayload, type SignPaymentArgs, settlePaymentCall, signPayment } from "./payment.ts";
export { decodePayment, encodePayment } from "./paymentHeader.ts";
export {
  type PaymentRequirements,
  type PaymentRequirementsArgs,
  paymentRequirements,
  readPaymentRequirements,
} from "./paymentRequirements.ts";
export {
  type ExecutePlanOptions,
  executePlan,
  type FundingPath,
  type Plan,
  PlanRefusedError,
  type PlanStep,
} from "./plan.ts";
export { type AccountKind, type AccountProbe, type ProbeAccountArgs, probeAccount } from "./probeAccount.ts";
export { type PlanRentArgs, planRent, type RentPlan } from "./rentPlan.ts";
export { multiSendData, type SafeBatch, type SafeBatchArgs, safeBatch } from "./safe.ts";
export type { SpendArgs, SpendPlan } from "./spendPlan.ts";
export {
  type PaymentCheck,
  type PaymentRefusal,
  paymentRemedies,
  type VerifyPaymentArgs,
  verifyPayment,
} from "./verifyPayment.ts";
