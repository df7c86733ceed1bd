export { CardflowError } from "./cardflowError.ts";
export { decodeRevert } from "./decodeRevert.ts";
export {
  AccountMissingError,
  DeploymentUnknownError,
  InvalidInputError,
  UnexpectedAnswerError,
  WrongChainError,
} from "./inputErrors.ts";
export { type NamedRevert, readRevert } from "./readRevert.ts";
export {
  legRefusalRemedies,
  matchRefusalRemedies,
  mintRefusalRemedies,
  paymentRefusalRemedies,
  redeemRefusalRemedies,
} from "./refusalRemedies.ts";
export { remedies } from "./remedies.ts";
export { remedyOf } from "./remedyOf.ts";
export {
  RequestError,
  type RequestFailure,
  requestRemedies,
  TransactionReplacedError,
  TransactionRevertedError,
} from "./requestError.ts";
export { isRevert, type Revert, RevertError, UnknownRevertError } from "./revertError.ts";
export { toCardflowError, toRequestError } from "./toCardflowError.ts";
export { withoutUrlSecrets } from "./withoutUrlSecrets.ts";
