import type { LegRefusal, MatchRefusal, MintRefusal, PaymentRefusal, RedeemRefusal } from "../abis/enums.ts";
import {
  BlindNotRecorded,
  BlindTooShort,
  CeilingExceeded,
  EarnedTooLow,
  GateBroken,
  LaneEmpty,
  LedgerUnset,
  MintBelowMinimum,
  MintBucketEmpty,
  MintHaltedInBlind,
  MintHaltedInOrange,
  MintHaltedInRed,
  MintHaltedInSkew,
  RedeemAboveSupply,
  RedeemBelowMinimum,
  RedeemOutputZero,
} from "./texts.ts";

/** What to do when a card is not taken, by the reason. */
export const legRefusalRemedies = {
  None: "Nothing: the card is taken.",
  CardOutOfOrder: "Sort the asks by ascending card id and name each card once.",
  AskSignatureInvalid:
    "Have the operator sign this very ask again, for this chain and market; `canonicalSignature` mends other forms of a key's signature.",
  AskCounterOld: "The operator voided its older orders: get a new ask.",
  AskCancelled: "The operator cancelled this ask: get a new one.",
  AskExpired: "The ask's `validUntil` has passed: get a new one.",
  AskNotOpenYet: "Wait until the ask's `openFrom`, or stake for its priority tier.",
  AskDurationsInvalid:
    "Sign `minDuration` in whole minutes (10 minutes up to the market's limit) and `maxDuration` in whole hours (up to 366 days).",
  CardNotVerified: "Have the card verified first.",
  CardEpochOld: "Owner or operator changed since: sign the ask again with the card's present epoch.",
  OperatorNotOfCard: "Only the card's present operator can offer it.",
  ModelNotAccepted: "Widen the bid's `models`, or choose another card.",
  RegionNotAccepted: "Widen the bid's `regions`, or choose another card.",
  RateAboveBid: "Raise the highest rate, or choose a cheaper ask.",
  RateBelowFloor: "Ask at least the card's floor rate; a lease below it cannot be extended.",
  ThousandthsBelowAsk: "Take at least the ask's `minThousandths`.",
  DurationBelowAsk: "Rent for at least the ask's `minDuration`.",
  DurationAboveAsk: "Rent for at most the ask's `maxDuration`, counted from the lease's start.",
  DurationAboveOwnerLimit: "Rent for at most what the card's owner allows.",
  TermEndPassed: "End the lease before the term of the card's share or bond ends.",
  HostDiffers: "Offer cards of one operator and host only.",
  BondBelowMinimum: "The operator must add to its bond until it covers the model's minimum.",
  BondTooSmall:
    "The operator must add to its bond until it covers 24 hours of rent more, or the lease must be smaller.",
  CardFull: "Eight leases run on the card: wait for one to end, or choose another card.",
  ThousandthsNotFree: "Take fewer thousandths, wait for a lease to end, or choose another card.",
  RateZero: "Rate times thousandths rounds to zero: ask a higher rate.",
  RevenueTooHigh: "The card's revenue could pass 2^95: ask a lower rate or rent for less time.",
  QuantityReached: "Nothing: the bid has all the cards it wanted.",
} as const satisfies Record<LegRefusal, string>;

// Texts that two lists have, by names: a bundler keeps a list of which it reads a member.
const fundsTooLow = "Add cfUSD to the payer's balance or wallet; for rent in CARD, add CARD to its wallet.";
const tokenMintRefused =
  "CARD cannot be burned for rent now (see the minter's status): wait, or pay a new lease in cfUSD.";
const tokenCostTooHigh = "Raise `maxTokenIn`, or pay in cfUSD.";

/** What to do when rent cannot be paid, by the reason. */
export const paymentRefusalRemedies = {
  None: "Nothing: the rent can be paid.",
  FundsTooLow: fundsTooLow,
  TokenMintRefused: tokenMintRefused,
  TokenCostTooHigh: tokenCostTooHigh,
} as const satisfies Record<PaymentRefusal, string>;

/** What to do when a match as a whole is refused, by the reason. */
export const matchRefusalRemedies = {
  None: "Nothing: the match would execute.",
  MatchesPaused: "Matching is paused and opens by itself; running leases can still be extended.",
  BidExpired: "The bid's `validUntil` has passed: sign a new one.",
  BidCounterOld: "The renter voided its older orders: sign a new bid with the present counter.",
  BidCancelled: "The bid is cancelled: sign a new one with a new salt.",
  BidFilled: "The bid has all its cards: sign a new one with a new salt for more.",
  BidInvalid:
    "Sign with quantity 1-254, minQuantity 1-quantity, thousandths 1-1000; sameHost needs minQuantity = quantity.",
  BidSignatureInvalid:
    "Have the renter sign this very bid again, for this chain and market; `canonicalSignature` mends other forms of a key's signature.",
  BidExclusiveToMatcher: "Let the bid's matcher submit it, or wait until `exclusiveUntil`.",
  BidExclusivityTooLong: "Sign with `exclusiveUntil` at most 120 seconds ahead.",
  CardsTooFew: "Give more asks that can be taken, or sign a smaller `minQuantity`.",
  FundsTooLow: fundsTooLow,
  TokenMintRefused: tokenMintRefused,
  TokenCostTooHigh: tokenCostTooHigh,
} as const satisfies Record<MatchRefusal, string>;

/** What to do when minting cfUSD is refused, by the reason. */
export const mintRefusalRemedies = {
  None: "Nothing: the mint would execute.",
  Paused: "Minting is paused and opens by itself.",
  Blind: MintHaltedInBlind,
  Skew: MintHaltedInSkew,
  Red: MintHaltedInRed,
  Orange: MintHaltedInOrange,
  BelowMinimum: MintBelowMinimum,
  AboveCeiling: CeilingExceeded,
  BelowGate: GateBroken,
  BucketEmpty: MintBucketEmpty,
} as const satisfies Record<MintRefusal, string>;

/** What to do when redeeming cfUSD is refused, by the reason. */
export const redeemRefusalRemedies = {
  None: "Nothing: the redemption would execute.",
  Paused: "Redemption is paused and opens by itself within 72 hours.",
  BelowMinimum: RedeemBelowMinimum,
  AboveSupply: RedeemAboveSupply,
  BlindNotRecorded: BlindNotRecorded,
  BlindTooShort: BlindTooShort,
  NothingOut: RedeemOutputZero,
  LaneEmpty: LaneEmpty,
  LedgerUnset: LedgerUnset,
  EarnedTooLow: EarnedTooLow,
} as const satisfies Record<RedeemRefusal, string>;
