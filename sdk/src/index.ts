export type * from "./abis/enums.ts";
export type { RevertArgs, RevertName } from "./abis/reverts.ts";
export type * from "./abis/structs.ts";
export * from "./actions/index.ts";
export { cardflowActions, type Unbound } from "./cardflowActions.ts";
export { confirm } from "./client/confirm.ts";
export { decodeNothing } from "./client/perform.ts";
export { send } from "./client/send.ts";
export type { CardflowClient, ContractCall, Sent, WriteOptions } from "./client/types.ts";
export type { At, ContractName, Deployment } from "./deployments/deployment.ts";
export { getDeployment } from "./deployments/getDeployment.ts";
export { deployments } from "./deployments/registry.ts";
export { CardflowError } from "./errors/cardflowError.ts";
export {
  AccountMissingError,
  DeploymentUnknownError,
  InvalidInputError,
  UnexpectedAnswerError,
  WrongChainError,
} from "./errors/inputErrors.ts";
export {
  RequestError,
  type RequestFailure,
  requestRemedies,
  TransactionReplacedError,
  TransactionRevertedError,
} from "./errors/requestError.ts";
export { isRevert, type Revert, RevertError, UnknownRevertError } from "./errors/revertError.ts";
export { toCardflowError, toRequestError } from "./errors/toCardflowError.ts";
export { type AuthorizationFundingArgs, authorizationFunding } from "./funding/authorizationFunding.ts";
export { encodeFunding, type FundingInput } from "./funding/encodeFunding.ts";
export { type PermitSignature, type SignPermitArgs, signPermit, signPermitBytes } from "./funding/permit.ts";
export { type PermitFundingArgs, permitFunding } from "./funding/permitFunding.ts";
export { readTokenDomain } from "./funding/tokenDomain.ts";
export {
  type Permit,
  permitFields,
  permitTypedData,
  type ReceiveAuthorization,
  receiveAuthorizationFields,
  receiveAuthorizationTypedData,
  type TokenDomain,
} from "./funding/typedData.ts";
export {
  ledgerName,
  ledgerVersion,
  type SignWithdrawalArgs,
  signWithdrawal,
  type Withdrawal,
  withdrawalFields,
  withdrawalTypedData,
} from "./funding/withdrawal.ts";
export { decodeLeaseId, encodeLeaseId, type LeaseIdParts } from "./leases/leaseId.ts";
export { startedLeases } from "./leases/startedLeases.ts";
export type { DollarAmount, RatePerSecond, ShareAmount, TokenAmount } from "./money/amounts.ts";
export {
  dollarsPerHourFromRate,
  formatDollars,
  formatShares,
  formatTokens,
  parseDollars,
  parseShares,
  parseTokens,
  type Rounding,
  ratePerSecondFromDollarsPerHour,
} from "./money/units.ts";
export { canonicalSignature } from "./orders/canonicalSignature.ts";
export {
  type Keccak,
  marketName,
  marketVersion,
  type OrderDomain,
  type OrderDomainArgs,
  orderDomain,
} from "./orders/domain.ts";
export { hashAsk, hashBid } from "./orders/hashOrder.ts";
export { anyMask, maskOf, numbersOf } from "./orders/masks.ts";
export { randomSalt } from "./orders/randomSalt.ts";
export { type Signer, signAsk, signBid } from "./orders/signOrder.ts";
export { type TakeWish, takeOf } from "./orders/takeOf.ts";
export { askTypedData, bidTypedData } from "./orders/typedData.ts";
export { type VerifyOptions, verifyAsk, verifyBid } from "./orders/verifyOrder.ts";
export { type AccountStatus, type AccountStatusArgs, accountStatus } from "./reads/accountStatus.ts";
export {
  type BondStatus,
  type CardStatus,
  type CardStatusArgs,
  type CardStep,
  cardStatus,
  cardStepRemedies,
} from "./reads/cardStatus.ts";
export { type LeaseEnd, type LeaseEndArgs, type LeaseEndReason, leaseEnd } from "./reads/leaseEnd.ts";
export { type LeaseStatus, type LeaseStatusArgs, leaseStatus } from "./reads/leaseStatus.ts";
export type { LegQuote, MatchQuote } from "./reads/matchPreview.ts";
export { type MinterStatus, type MinterStatusArgs, minterStatus } from "./reads/minterStatus.ts";
export { type OrderStatus, type OrderStatusArgs, orderStatus } from "./reads/orderStatus.ts";
export type { Quote } from "./reads/quote.ts";
export { type ExtendQuote, type QuoteExtendArgs, quoteExtend } from "./reads/quoteExtend.ts";
export { type QuoteMatchArgs, quoteMatch } from "./reads/quoteMatch.ts";
export { type MintQuote, type QuoteMintArgs, quoteMint } from "./reads/quoteMint.ts";
export { type MintExactQuote, type QuoteMintExactArgs, quoteMintExact } from "./reads/quoteMintExact.ts";
export { type QuoteRedeemArgs, quoteRedeem, type RedeemQuote } from "./reads/quoteRedeem.ts";
export { type QuoteTakeArgs, quoteTake } from "./reads/quoteTake.ts";
export { type ShareHolding, type ShareStatus, type ShareStatusArgs, shareStatus } from "./reads/shareStatus.ts";
