export {
  type AtomicSupport,
  atomicSupport,
  type BatchCall,
  type SendBatchOptions,
  type SentBatch,
  sendBatch,
  toBatchCalls,
} from "./batch.ts";
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
  decodePayment,
  encodePayment,
  type PaymentCheck,
  type PaymentPayload,
  type PaymentRefusal,
  type PaymentRequirements,
  type PaymentRequirementsArgs,
  paymentRemedies,
  paymentRequirements,
  readPaymentRequirements,
  type SignPaymentArgs,
  settlePaymentCall,
  signPayment,
  type VerifyPaymentArgs,
  verifyPayment,
} from "./x402.ts";
