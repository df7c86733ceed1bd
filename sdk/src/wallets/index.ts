export {
  type AtomicSupport,
  atomicSupport,
  type BatchCall,
  type SendBatchOptions,
  type SentBatch,
  sendBatch,
  toBatchCalls,
} from "./batch.ts";
export { type PaymentPayload, type SignPaymentArgs, settlePaymentCall, signPayment } from "./payment.ts";
export { decodePayment, encodePayment } from "./paymentHeader.ts";
export {
  type PaymentRequirements,
  type PaymentRequirementsArgs,
  paymentRequirements,
  readPaymentRequirements,
} from "./paymentRequirements.ts";
export { type AccountKind, type AccountProbe, type ProbeAccountArgs, probeAccount } from "./probeAccount.ts";
export {
  executePlan,
  type FundingPath,
  type Plan,
  type PlanRentArgs,
  type PlanStep,
  planRent,
  type RentPlan,
} from "./rentPlan.ts";
export { multiSendData, type SafeBatch, type SafeBatchArgs, safeBatch } from "./safe.ts";
export {
  type PaymentCheck,
  type PaymentRefusal,
  paymentRemedies,
  type VerifyPaymentArgs,
  verifyPayment,
} from "./verifyPayment.ts";
