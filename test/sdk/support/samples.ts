import { zeroHash } from "viem";
import type * as actions from "../../../sdk/src/actions/index.ts";
import type * as sdk from "../../../sdk/src/index.ts";
import type { PermitSignature, Registration, ShareTerms, Take } from "../../../sdk/src/index.ts";
import { addressOf, deployment } from "./deployment.ts";
import { ask, bid } from "./orders.ts";

const at = { deployment };
export const share = addressOf(0x51);
export const token = addressOf(0x52);
export const permit: PermitSignature = { deadline: 99n, v: 27, r: `0x${"0e".repeat(32)}`, s: `0x${"0f".repeat(32)}` };
export const registration: Registration = {
  model: 1,
  region: 2,
  hostId: 3,
  operator: addressOf(4),
  floorRate: 5n,
  longestHours: 6,
};
export const take: Take = {
  thousandths: 250,
  duration: 3600,
  maxRatePerSecond: 7n,
  payInToken: false,
  maxTokenIn: 0n,
  accessKeyHash: zeroHash,
};
export const terms: ShareTerms = {
  supply: 10n ** 18n,
  price: 2n,
  minimumRaise: 3n,
  promisedRevenue: 4n,
  floorRate: 5n,
  floorDecayBps: 6,
  upfrontBps: 7,
  saleEnd: 8,
  term: 9,
};
export const to = addressOf(0x61);
export const device = `0x${"de".repeat(32)}` as const;

type ActionName = Exclude<keyof typeof actions, `${string}Call`>;

/** Arguments for every action, different for every place. */
export const samples = {
  registerCard: { ...at, registration },
  registerCards: { ...at, registrations: [registration] },
  setOperator: { ...at, cardId: 7n, operator: to, hostId: 3 },
  retireCard: { ...at, cardId: 7n },
  verifyCard: { ...at, cardId: 7n, deviceId: device },
  verifyCards: { ...at, cardIds: [7n], deviceIds: [device] },
  expireCard: { ...at, cardId: 7n },
  transferCard: { ...at, from: share, to, cardId: 7n },
  pauseRegistration: { ...at, until: 11 },
  stakeBond: { ...at, cardId: 7n, amount: 8n },
  stakeBondWithPermit: { ...at, cardId: 7n, amount: 8n, permit },
  stakeBonds: { ...at, cardIds: [7n], amounts: [8n] },
  requestBondUnstake: { ...at, cardId: 7n, amount: 8n },
  withdrawBond: { ...at, cardId: 7n, to },
  refreshBondPrice: at,
  stakeRenter: { ...at, amount: 8n },
  stakeRenterWithPermit: { ...at, amount: 8n, permit },
  requestRenterUnstake: { ...at, amount: 8n },
  withdrawRenterStake: { ...at, to },
  refreshRenterTier: { ...at, renter: to },
  mintDollar: { ...at, tokenIn: 1n, minOut: 2n, to, deadline: 3 },
  mintDollarExact: { ...at, out: 1n, maxIn: 2n, to, deadline: 3 },
  redeemDollar: { ...at, dollarIn: 1n, minOut: 2n, to, deadline: 3 },
  redeemEarned: { ...at, dollarIn: 1n, minOut: 2n, to, deadline: 3 },
  recapitalise: { ...at, amount: 8n },
  burnFees: at,
  pokeOracle: at,
  pauseMint: { ...at, until: 11 },
  pauseRedeem: { ...at, until: 11 },
  deposit: { ...at, account: to, amount: 8n },
  withdraw: { ...at, amount: 8n, to },
  withdrawBySignature: { ...at, account: share, amount: 8n, to, deadline: 3, signature: "0x1234" },
  stopLease: { ...at, leaseId: 9n },
  collectCard: { ...at, cardId: 7n },
  collectCards: { ...at, cardIds: [7n, 8n] },
  matchOrders: {
    ...at,
    bid,
    bidSignature: "0x12",
    asks: [ask],
    askSignatures: ["0x34"],
    funding: "0x56",
  },
  takeAsk: { ...at, ask, signature: "0x12", take },
  extendLease: { ...at, leaseId: 9n, added: 60 },
  cancelOrder: { ...at, salt: 1n },
  cancelOrders: { ...at, salts: [1n, 2n] },
  bumpCounter: at,
  pauseMatches: { ...at, until: 11 },
  tokenizeCard: { ...at, cardId: 7n, terms },
  claimRevenueMany: { ...at, shares: [share] },
  pauseSales: { ...at, until: 11 },
  buyShares: { share, shares: 1n, maxCost: 2n, deadline: 3 },
  buySharesWithPermit: { share, shares: 1n, maxCost: 2n, permit },
  finaliseSale: { share },
  claimRevenue: { share },
  claimRevenueFor: { share, account: to },
  releaseProceeds: { share },
  refundPurchase: { share, account: to },
  handInShares: { share, shares: 1n },
  approveToken: { token, spender: to, amount: 8n },
  transferToken: { token, to, amount: 8n },
  transferTokenFrom: { token, from: share, to, amount: 8n },
  permitToken: { token, owner: share, spender: to, value: 8n, permit },
} satisfies { readonly [Name in ActionName]: Parameters<(typeof actions)[Name]>[1] };

type ReadOf<List> = List extends `${infer Name}Reverts` ? Name & keyof typeof sdk : never;
type ReadName = ReadOf<keyof typeof import("../../../sdk/src/errors/readReverts.ts")>;

/** Arguments for every read that calls contracts. */
export const readSamples = {
  accountStatus: { ...at, account: to, leaseIds: [9n] },
  cardStatus: { ...at, cardId: 7n },
  leaseStatus: { ...at, leaseId: 9n },
  minterStatus: at,
  orderStatus: { ...at, maker: to, salt: 1n },
  quoteExtend: { ...at, leaseId: 9n, added: 60, payer: to },
  quoteMatch: { ...at, bid, bidSignature: "0x12", asks: [ask], askSignatures: ["0x34"], submitter: to },
  quoteMint: { ...at, tokenIn: 1n },
  quoteMintExact: { ...at, out: 1n },
  quoteRedeem: { ...at, dollarIn: 1n, lane: "Open", account: to },
  quoteTake: { ...at, ask, signature: "0x12", take, renter: to },
  shareStatus: { share },
} satisfies { readonly [Name in Exclude<ReadName, "leaseEnd">]: Parameters<(typeof sdk)[Name]>[1] };
