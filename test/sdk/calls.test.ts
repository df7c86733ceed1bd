import { expect } from "chai";
import { Interface } from "ethers";
import { type Abi, decodeFunctionData, encodeFunctionData, toFunctionSelector } from "viem";
import * as abis from "../../sdk/src/abis/index.ts";
import * as actions from "../../sdk/src/actions/index.ts";
import type { ContractCall } from "../../sdk/src/index.ts";
import { deployment } from "./support/deployment.ts";
import { ask, bid } from "./support/orders.ts";
import { device, permit, registration, samples, share, take, terms, to, token } from "./support/samples.ts";

const { addresses } = deployment;
const permitArgs = { deadline: 99n, v: 27, r: permit.r, s: permit.s };

/** What is expected of a call: contract, function, and the arguments by the names of the ABI. */
type Expected = readonly [ContractCall, Abi, `0x${string}`, string, Readonly<Record<string, unknown>>];

const expected: { readonly [Name in Extract<keyof typeof actions, `${string}Call`>]: Expected } = {
  // CARDS
  registerCardCall: [
    actions.registerCardCall(samples.registerCard),
    abis.cardRegistryAbi,
    addresses.cardRegistry,
    "register",
    { registration },
  ],
  registerCardsCall: [
    actions.registerCardsCall(samples.registerCards),
    abis.cardRegistryAbi,
    addresses.cardRegistry,
    "registerMany",
    { registrations: [registration] },
  ],
  setOperatorCall: [
    actions.setOperatorCall(samples.setOperator),
    abis.cardRegistryAbi,
    addresses.cardRegistry,
    "setOperator",
    { cardId: 7n, operator: to, hostId: 3, floorRate: 0n, longestHours: 0 },
  ],
  retireCardCall: [
    actions.retireCardCall(samples.retireCard),
    abis.cardRegistryAbi,
    addresses.cardRegistry,
    "retire",
    { cardId: 7n },
  ],
  verifyCardCall: [
    actions.verifyCardCall(samples.verifyCard),
    abis.cardRegistryAbi,
    addresses.cardRegistry,
    "verify",
    { cardId: 7n, deviceId: device },
  ],
  verifyCardsCall: [
    actions.verifyCardsCall(samples.verifyCards),
    abis.cardRegistryAbi,
    addresses.cardRegistry,
    "verifyMany",
    { cardIds: [7n], deviceIds: [device] },
  ],
  expireCardCall: [
    actions.expireCardCall(samples.expireCard),
    abis.cardRegistryAbi,
    addresses.cardRegistry,
    "expire",
    { cardId: 7n },
  ],
  transferCardCall: [
    actions.transferCardCall(samples.transferCard),
    abis.cardRegistryAbi,
    addresses.cardRegistry,
    "safeTransferFrom",
    { from: share, to, tokenId: 7n },
  ],
  pauseRegistrationCall: [
    actions.pauseRegistrationCall(samples.pauseRegistration),
    abis.cardRegistryAbi,
    addresses.cardRegistry,
    "pauseRegistration",
    { until: 11 },
  ],
  // STAKING
  stakeBondCall: [
    actions.stakeBondCall(samples.stakeBond),
    abis.supplierStakingAbi,
    addresses.supplierStaking,
    "stake",
    { cardId: 7n, amount: 8n },
  ],
  stakeBondWithPermitCall: [
    actions.stakeBondWithPermitCall(samples.stakeBondWithPermit),
    abis.supplierStakingAbi,
    addresses.supplierStaking,
    "stakeWithPermit",
    { cardId: 7n, amount: 8n, ...permitArgs },
  ],
  stakeBondsCall: [
    actions.stakeBondsCall(samples.stakeBonds),
    abis.supplierStakingAbi,
    addresses.supplierStaking,
    "stakeMany",
    { cardIds: [7n], amounts: [8n] },
  ],
  requestBondUnstakeCall: [
    actions.requestBondUnstakeCall(samples.requestBondUnstake),
    abis.supplierStakingAbi,
    addresses.supplierStaking,
    "requestUnstake",
    { cardId: 7n, amount: 8n },
  ],
  withdrawBondCall: [
    actions.withdrawBondCall(samples.withdrawBond),
    abis.supplierStakingAbi,
    addresses.supplierStaking,
    "withdraw",
    { cardId: 7n, to },
  ],
  refreshBondPriceCall: [
    actions.refreshBondPriceCall(samples.refreshBondPrice),
    abis.supplierStakingAbi,
    addresses.supplierStaking,
    "refreshPrice",
    {},
  ],
  stakeRenterCall: [
    actions.stakeRenterCall(samples.stakeRenter),
    abis.renterStakingAbi,
    addresses.renterStaking,
    "stake",
    { amount: 8n },
  ],
  stakeRenterWithPermitCall: [
    actions.stakeRenterWithPermitCall(samples.stakeRenterWithPermit),
    abis.renterStakingAbi,
    addresses.renterStaking,
    "stakeWithPermit",
    { amount: 8n, ...permitArgs },
  ],
  requestRenterUnstakeCall: [
    actions.requestRenterUnstakeCall(samples.requestRenterUnstake),
    abis.renterStakingAbi,
    addresses.renterStaking,
    "requestUnstake",
    { amount: 8n },
  ],
  withdrawRenterStakeCall: [
    actions.withdrawRenterStakeCall(samples.withdrawRenterStake),
    abis.renterStakingAbi,
    addresses.renterStaking,
    "withdraw",
    { to },
  ],
  refreshRenterTierCall: [
    actions.refreshRenterTierCall(samples.refreshRenterTier),
    abis.renterStakingAbi,
    addresses.renterStaking,
    "refresh",
    { renter: to },
  ],
  // DOLLAR
  mintDollarCall: [
    actions.mintDollarCall(samples.mintDollar),
    abis.dollarMinterAbi,
    addresses.dollarMinter,
    "mint",
    { tokenIn: 1n, minOut: 2n, to, deadline: 3 },
  ],
  mintDollarExactCall: [
    actions.mintDollarExactCall(samples.mintDollarExact),
    abis.dollarMinterAbi,
    addresses.dollarMinter,
    "mintExact",
    { out: 1n, maxIn: 2n, to, deadline: 3 },
  ],
  redeemDollarCall: [
    actions.redeemDollarCall(samples.redeemDollar),
    abis.dollarMinterAbi,
    addresses.dollarMinter,
    "redeem",
    { dollarIn: 1n, minOut: 2n, to, deadline: 3 },
  ],
  redeemEarnedCall: [
    actions.redeemEarnedCall(samples.redeemEarned),
    abis.dollarMinterAbi,
    addresses.dollarMinter,
    "redeemEarned",
    { dollarIn: 1n, minOut: 2n, to, deadline: 3 },
  ],
  recapitaliseCall: [
    actions.recapitaliseCall(samples.recapitalise),
    abis.dollarMinterAbi,
    addresses.dollarMinter,
    "recapitalise",
    { amount: 8n },
  ],
  burnFeesCall: [actions.burnFeesCall(samples.burnFees), abis.dollarMinterAbi, addresses.dollarMinter, "burnFees", {}],
  pokeOracleCall: [actions.pokeOracleCall(samples.pokeOracle), abis.priceOracleAbi, addresses.priceOracle, "poke", {}],
  pauseMintCall: [
    actions.pauseMintCall(samples.pauseMint),
    abis.dollarMinterAbi,
    addresses.dollarMinter,
    "pauseMint",
    { until: 11 },
  ],
  pauseRedeemCall: [
    actions.pauseRedeemCall(samples.pauseRedeem),
    abis.dollarMinterAbi,
    addresses.dollarMinter,
    "pauseRedeem",
    { until: 11 },
  ],
  // LEDGER
  depositCall: [
    actions.depositCall(samples.deposit),
    abis.leaseLedgerAbi,
    addresses.leaseLedger,
    "deposit",
    { account: to, amount: 8n, funding: "0x" },
  ],
  withdrawCall: [
    actions.withdrawCall(samples.withdraw),
    abis.leaseLedgerAbi,
    addresses.leaseLedger,
    "withdraw",
    { amount: 8n, to },
  ],
  withdrawBySignatureCall: [
    actions.withdrawBySignatureCall(samples.withdrawBySignature),
    abis.leaseLedgerAbi,
    addresses.leaseLedger,
    "withdrawBySignature",
    { account: share, amount: 8n, to, deadline: 3n, signature: "0x1234" },
  ],
  stopLeaseCall: [
    actions.stopLeaseCall(samples.stopLease),
    abis.leaseLedgerAbi,
    addresses.leaseLedger,
    "stop",
    { leaseId: 9n },
  ],
  collectCardCall: [
    actions.collectCardCall(samples.collectCard),
    abis.leaseLedgerAbi,
    addresses.leaseLedger,
    "collect",
    { cardId: 7n },
  ],
  collectCardsCall: [
    actions.collectCardsCall(samples.collectCards),
    abis.leaseLedgerAbi,
    addresses.leaseLedger,
    "collectMany",
    { cardIds: [7n, 8n] },
  ],
  // MARKET
  matchOrdersCall: [
    actions.matchOrdersCall(samples.matchOrders),
    abis.rentalMarketAbi,
    addresses.rentalMarket,
    "matchOrders",
    { bid, bidSignature: "0x12", asks: [ask], askSignatures: ["0x34"], funding: "0x56" },
  ],
  takeAskCall: [
    actions.takeAskCall(samples.takeAsk),
    abis.rentalMarketAbi,
    addresses.rentalMarket,
    "takeAsk",
    { ask, signature: "0x12", take, funding: "0x" },
  ],
  extendLeaseCall: [
    actions.extendLeaseCall(samples.extendLease),
    abis.leaseLedgerAbi,
    addresses.leaseLedger,
    "extendBy",
    { leaseId: 9n, added: 60, maxTokenIn: 0n, funding: "0x" },
  ],
  cancelOrderCall: [
    actions.cancelOrderCall(samples.cancelOrder),
    abis.rentalMarketAbi,
    addresses.rentalMarket,
    "cancel",
    { salt: 1n },
  ],
  cancelOrdersCall: [
    actions.cancelOrdersCall(samples.cancelOrders),
    abis.rentalMarketAbi,
    addresses.rentalMarket,
    "cancelMany",
    { salts: [1n, 2n] },
  ],
  bumpCounterCall: [
    actions.bumpCounterCall(samples.bumpCounter),
    abis.rentalMarketAbi,
    addresses.rentalMarket,
    "bump",
    {},
  ],
  pauseMatchesCall: [
    actions.pauseMatchesCall(samples.pauseMatches),
    abis.rentalMarketAbi,
    addresses.rentalMarket,
    "pauseMatches",
    { until: 11 },
  ],
  // REVENUE
  tokenizeCardCall: [
    actions.tokenizeCardCall(samples.tokenizeCard),
    abis.revenueShareFactoryAbi,
    addresses.revenueShareFactory,
    "tokenize",
    { cardId: 7n, terms },
  ],
  claimRevenueManyCall: [
    actions.claimRevenueManyCall(samples.claimRevenueMany),
    abis.revenueShareFactoryAbi,
    addresses.revenueShareFactory,
    "claimMany",
    { shares: [share] },
  ],
  pauseSalesCall: [
    actions.pauseSalesCall(samples.pauseSales),
    abis.revenueShareFactoryAbi,
    addresses.revenueShareFactory,
    "pauseSales",
    { until: 11 },
  ],
  buySharesCall: [
    actions.buySharesCall(samples.buyShares),
    abis.revenueShareAbi,
    share,
    "buy",
    { shares: 1n, maxCost: 2n, deadline: 3n },
  ],
  buySharesWithPermitCall: [
    actions.buySharesWithPermitCall(samples.buySharesWithPermit),
    abis.revenueShareAbi,
    share,
    "buyWithPermit",
    { shares: 1n, maxCost: 2n, ...permitArgs },
  ],
  finaliseSaleCall: [actions.finaliseSaleCall(samples.finaliseSale), abis.revenueShareAbi, share, "finalise", {}],
  claimRevenueCall: [actions.claimRevenueCall(samples.claimRevenue), abis.revenueShareAbi, share, "claim", {}],
  claimRevenueForCall: [
    actions.claimRevenueForCall(samples.claimRevenueFor),
    abis.revenueShareAbi,
    share,
    "claimFor",
    { account: to },
  ],
  releaseProceedsCall: [
    actions.releaseProceedsCall(samples.releaseProceeds),
    abis.revenueShareAbi,
    share,
    "release",
    {},
  ],
  refundPurchaseCall: [
    actions.refundPurchaseCall(samples.refundPurchase),
    abis.revenueShareAbi,
    share,
    "refund",
    { account: to },
  ],
  handInSharesCall: [
    actions.handInSharesCall(samples.handInShares),
    abis.revenueShareAbi,
    share,
    "handIn",
    { shares: 1n },
  ],
  // TOKENS
  approveTokenCall: [
    actions.approveTokenCall(samples.approveToken),
    abis.computeTokenAbi,
    token,
    "approve",
    { spender: to, value: 8n },
  ],
  transferTokenCall: [
    actions.transferTokenCall(samples.transferToken),
    abis.revenueShareAbi,
    token,
    "transfer",
    { to, value: 8n },
  ],
  transferTokenFromCall: [
    actions.transferTokenFromCall(samples.transferTokenFrom),
    abis.computeDollarAbi,
    token,
    "transferFrom",
    { from: share, to, value: 8n },
  ],
  permitTokenCall: [
    actions.permitTokenCall(samples.permitToken),
    abis.computeTokenAbi,
    token,
    "permit",
    { owner: share, spender: to, value: 8n, ...permitArgs },
  ],
};

/** The functions of an ABI that one could mean by a name and this many arguments. */
const functionsOf = (abi: Abi, name: string, count: number) =>
  abi.filter((item) => item.type === "function").filter((item) => item.name === name && item.inputs.length === count);

describe("calls", function () {
  this.timeout(60_000);

  for (const [name, [call, abi, address, functionName, args]] of Object.entries(expected)) {
    it(`${name} calls ${functionName} with its arguments in their places`, () => {
      expect(call.address).to.equal(address);
      const [item, ...others] = functionsOf(abi, functionName, Object.keys(args).length);
      expect(others).to.deep.equal([]);
      if (item === undefined) throw new Error(`${functionName} is not in the whole ABI`);
      expect(item.inputs.map((input) => input.name)).to.have.members(Object.keys(args));
      const ordered = item.inputs.map((input) => args[input.name ?? ""]);
      const data = encodeFunctionData(call);
      expect(data.slice(0, 10)).to.equal(toFunctionSelector(item));
      expect(decodeFunctionData({ abi: [item], data }).args ?? []).to.deep.equal(ordered);
    });

    it(`${name} encodes as ethers does`, () => {
      const item = functionsOf(abi, functionName, Object.keys(args).length)[0];
      if (item === undefined) throw new Error(`${functionName} is not in the whole ABI`);
      const contract = new Interface([JSON.stringify(item)].map((text) => JSON.parse(text)));
      const ordered = item.inputs.map((input) => args[input.name ?? ""]);
      expect(encodeFunctionData(call)).to.equal(contract.encodeFunctionData(functionName, ordered));
    });
  }
});

describe("actions", function () {
  this.timeout(60_000);

  it("come with a call each", () => {
    const names = Object.keys(actions);
    for (const name of names) {
      if (name.endsWith("Call")) expect(names).to.include(name.slice(0, -"Call".length));
      else expect(names).to.include(`${name}Call`);
    }
  });

  it("cover every function that changes something and is no contract's or governance's", () => {
    const others = new Set([
      // between contracts, and what a holder does without the system
      ...["mint", "burn", "burnFrom", "burnByMinter", "mintEmission"].map((name) => `computeToken.${name}`),
      ...["mint", "burn"].map((name) => `computeDollar.${name}`),
      ...["transferWithAuthorization", "receiveWithAuthorization", "cancelAuthorization"].map(
        (name) => `computeDollar.${name}`,
      ),
      "dollarMinter.mintForLease",
      ...["activate", "encumber", "release"].map((name) => `cardRegistry.${name}`),
      ...["payStopPenalty", "slash"].map((name) => `supplierStaking.${name}`),
      ...["charge", "checkpoint", "open", "payRevenue", "spendEarned", "takeFees"].map((name) => `leaseLedger.${name}`),
      "revenueShare.claimToWallet",
      // standards: approvals of cards, and what tokens share
      ...["approve", "setApprovalForAll", "transferFrom"].map((name) => `cardRegistry.${name}`),
    ]);
    const tokens = ["approve", "permit", "transfer", "transferFrom"];
    const contracts = {
      computeToken: abis.computeTokenAbi,
      computeDollar: abis.computeDollarAbi,
      priceOracle: abis.priceOracleAbi,
      dollarMinter: abis.dollarMinterAbi,
      cardRegistry: abis.cardRegistryAbi,
      supplierStaking: abis.supplierStakingAbi,
      renterStaking: abis.renterStakingAbi,
      leaseLedger: abis.leaseLedgerAbi,
      rentalMarket: abis.rentalMarketAbi,
      revenueShare: abis.revenueShareAbi,
      revenueShareFactory: abis.revenueShareFactoryAbi,
    } as const;
    const called = new Set(
      Object.values(expected).map(
        ([, abi, , functionName]) =>
          `${Object.entries(contracts).find(([, candidate]) => candidate === abi)?.[0]}.${functionName}`,
      ),
    );
    const missing = Object.entries(contracts).flatMap(([contract, abi]) =>
      abi
        .filter((item) => item.type === "function" && item.stateMutability === "nonpayable")
        .flatMap((item) => ("name" in item ? [item.name] : []))
        .filter((name) => !name.startsWith("set") || name === "setOperator")
        .filter(
          (name) => !(["computeToken", "computeDollar", "revenueShare"].includes(contract) && tokens.includes(name)),
        )
        .map((name) => `${contract}.${name}`)
        .filter((name) => !called.has(name) && !others.has(name)),
    );
    expect(missing).to.deep.equal([]);
  });
});
