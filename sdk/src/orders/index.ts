export { askFields, bidFields } from "../abis/orderTypes.ts";
export type { Ask, Bid } from "../abis/structs.ts";
export { canonicalSignature } from "./canonicalSignature.ts";
export {
  type Keccak,
  marketName,
  marketVersion,
  type OrderDomain,
  type OrderDomainArgs,
  orderDomain,
} from "./domain.ts";
export { hashAsk, hashBid } from "./hashOrder.ts";
export {
  askSchema,
  bidSchema,
  formatSignedOrder,
  longestOrderText,
  longestSignature,
  parseSignedAsk,
  parseSignedBid,
  type SignedAsk,
  type SignedBid,
  signedAskSchema,
  signedBidSchema,
} from "./json.ts";
export { fastKeccak } from "./keccak.ts";
export { formatMatcherLog, parseMarketEvent, parseMarketEvents, parseMatcherLog } from "./marketEvents.ts";
export { anyMask, maskOf, numbersOf } from "./masks.ts";
export { randomSalt } from "./randomSalt.ts";
export { type EcdsaRecover, recoverBy } from "./recoverBy.ts";
export { type Signer, signAsk, signBid } from "./signOrder.ts";
export { type TakeWish, takeOf } from "./takeOf.ts";
export { askTypedData, bidTypedData } from "./typedData.ts";
export { type VerifyOptions, verifyAsk, verifyBid } from "./verifyOrder.ts";
