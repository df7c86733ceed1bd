import { expect } from "chai";
import type { Abi, Address } from "viem";
import { zeroAddress } from "viem";
import * as abis from "../../sdk/src/abis/index.ts";
import { legRefusalNames, matchRefusalNames, mintRefusalNames, redeemRefusalNames } from "../../sdk/src/abis/index.ts";
import {
  legRefusalRemedies,
  matchRefusalRemedies,
  mintRefusalRemedies,
  paymentRefusalRemedies,
} from "../../sdk/src/errors/index.ts";
import {
  accountStatus,
  cardStatus,
  cardStepRemedies,
  encodeLeaseId,
  leaseStatus,
  minterStatus,
  orderStatus,
  quoteExtend,
  quoteMatch,
  quoteMint,
  quoteMintExact,
  quoteRedeem,
  quoteTake,
  shareStatus,
  UnexpectedAnswerError,
} from "../../sdk/src/index.ts";
import { answeringViews, now, scriptedClient, type Views } from "./support/chain.ts";
import { addressOf, deployment } from "./support/deployment.ts";
import { ask, bid } from "./support/orders.ts";

const { addresses } = deployment;
const share = addressOf(0x51);

const contracts: readonly { readonly address: Address; readonly abi: Abi }[] = [
  { address: addresses.computeToken, abi: abis.computeTokenAbi },
  { address: addresses.computeDollar, abi: abis.computeDollarAbi },
  { address: addresses.dollarMinter, abi: abis.dollarMinterAbi },
  { address: addresses.cardRegistry, abi: abis.cardRegistryAbi },
  { address: addresses.supplierStaking, abi: abis.supplierStakingAbi },
  { address: addresses.renterStaking, abi: abis.renterStakingAbi },
  { address: addresses.leaseLedger, abi: abis.leaseLedgerAbi },
  { address: addresses.rentalMarket, abi: abis.rentalMarketAbi },
  { address: share, abi: abis.revenueShareAbi },
];

/** A client of a chain whose contracts answer their views out of a table. */
const clientOf = (views: Views) => scriptedClient({ eth_call: answeringViews(contracts, views) }).client;

const one = 10n ** 18n;
const operator = addressOf(0xa1);
const renter = addressOf(0xb1);

const card = { operator, hostId: 4, epoch: 3, model: 1, region: 2, state: 2, limited: true };
const leasingTerms = {
  card,
  floorRate: 5n,
  longestLease: 3_600,
  termEnd: 0,
  termOver: false,
  minimumBond: 2_000n * one,
};
const lease = {
  cardId: 7n,
  renter,
  operator,
  rate: 100n,
  feeRate: 5n,
  nodeRate: 9n,
  holdersRate: 86n,
  thousandths: 250,
  feeBps: 500,
  paidInToken: false,
  start: now - 1_000,
  end: now + 500,
  minDuration: 600,
  maxDuration: 7_200,
};

const readyCard: Views = {
  leasingTerms,
  encumbrance: { holder: zeroAddress, count: 0, active: false },
  pausedUntil: 0,
  ownerOf: addressOf(0x99),
  runningLeases: [encodeLeaseId({ cardId: 7n, place: 0, start: now - 1_000 })],
  lease,
  bondOf: { active: 1_500n * one, thawing: 3n, thawedAt: 5 },
  bondCoverage: [true, 77n],
  requiredBond: 11n,
  price: 2n * one,
};

describe("cardStatus", function () {
  this.timeout(60_000);

  it("says that a card can be rented, and on what terms", async () => {
    expect(await cardStatus(clientOf(readyCard), { deployment, cardId: 7n })).to.deep.equal({
      cardId: 7n,
      state: "Verified",
      owner: addressOf(0x99),
      operator,
      model: 1,
      region: 2,
      hostId: 4,
      epoch: 3,
      floorRate: 5n,
      longestLease: 3_600,
      termEnd: 0,
      holder: undefined,
      holderPaid: false,
      bond: { active: 1_500n * one, thawing: 3n, thawedAt: 5, required: 11n, missing: 0n, coveredRate: 77n },
      leaseIds: [encodeLeaseId({ cardId: 7n, place: 0, start: now - 1_000 })],
      freeThousandths: 750,
      rentable: true,
      missing: [],
    });
  });

  it("lists every step that is missing, in the order to do it, each with its remedy", async () => {
    const views = {
      ...readyCard,
      leasingTerms: { ...leasingTerms, card: { ...card, state: 1, operator: zeroAddress } },
      lease: { ...lease, thousandths: 1_000 },
      pausedUntil: now + 1,
    };
    const { rentable, missing, operator: named, bond } = await cardStatus(clientOf(views), { deployment, cardId: 7n });
    expect(missing.map(({ step }) => step)).to.deep.equal([
      "Verify",
      "NameOperator",
      "StakeBond",
      "WaitForRoom",
      "WaitForMatches",
    ]);
    for (const { step, remedy } of missing) expect(remedy).to.equal(cardStepRemedies[step]);
    expect([rentable, named, bond]).to.deep.equal([false, undefined, undefined]);
  });

  it("says how much bond is missing, rounded up", async () => {
    const views = {
      ...readyCard,
      bondOf: { active: 10n, thawing: 0n, thawedAt: 0 },
      bondCoverage: [false, 0n],
      price: 3n * one,
    };
    const { bond, missing } = await cardStatus(clientOf(views), { deployment, cardId: 7n });
    // 2000 dollars at 3 dollars per CARD are 666.66… CARD
    expect(bond?.missing).to.equal(666_666_666_666_666_666_667n - 10n);
    expect(missing.map(({ step }) => step)).to.deep.equal(["StakeBond"]);
  });

  it("knows that eight leases fill a card", async () => {
    const runningLeases = Array.from({ length: 8 }, (_, place) => encodeLeaseId({ cardId: 7n, place, start: now - 9 }));
    const views = { ...readyCard, runningLeases, lease: { ...lease, thousandths: 124 } };
    expect((await cardStatus(clientOf(views), { deployment, cardId: 7n })).freeThousandths).to.equal(0);
  });

  it("is open again in the second in which a pause ends", async () => {
    expect(
      (await cardStatus(clientOf({ ...readyCard, pausedUntil: now }), { deployment, cardId: 7n })).rentable,
    ).to.equal(true);
  });

  it("shows the term and who is paid, until it is over", async () => {
    const encumbrance = { holder: share, count: 1, active: true };
    const inTerm = { ...readyCard, encumbrance, leasingTerms: { ...leasingTerms, termEnd: now + 5 } };
    const running = await cardStatus(clientOf(inTerm), { deployment, cardId: 7n });
    expect([running.holder, running.holderPaid, running.termEnd]).to.deep.equal([share, true, now + 5]);
    const over = { ...inTerm, leasingTerms: { ...leasingTerms, termEnd: now - 5, termOver: true } };
    const free = await cardStatus(clientOf(over), { deployment, cardId: 7n });
    expect([free.holder, free.holderPaid, free.termEnd, free.rentable]).to.deep.equal([undefined, false, 0, true]);
  });

  it("knows cards that do not exist or are retired", async () => {
    for (const [state, step] of [
      [0, "Register"],
      [3, "NotRetired"],
    ] as const) {
      const views = { ...readyCard, leasingTerms: { ...leasingTerms, card: { ...card, state } } };
      const { missing, owner } = await cardStatus(clientOf(views), { deployment, cardId: 7n });
      expect(missing.map((entry) => entry.step)).to.deep.equal([step]);
      expect(owner === undefined).to.equal(state === 0);
    }
  });

  it("does not guess at a state that it does not know", async () => {
    const views = { ...readyCard, leasingTerms: { ...leasingTerms, card: { ...card, state: 9 } } };
    const error = await cardStatus(clientOf(views), { deployment, cardId: 7n }).catch((caught) => caught);
    expect(error).to.be.instanceOf(UnexpectedAnswerError).with.property("answer", "9");
  });
});

describe("leaseStatus", function () {
  this.timeout(60_000);

  const leaseId = encodeLeaseId({ cardId: 7n, place: 0, start: now - 1_000 });
  const statusOf = (change: Partial<typeof lease>) =>
    leaseStatus(clientOf({ lease: { ...lease, ...change } }), { deployment, leaseId });

  it("counts time and money to the second", async () => {
    const status = await statusOf({});
    expect(status).to.include({
      running: true,
      secondsLeft: 500,
      accrued: 100_000n,
      moneyLeft: 50_000n,
      refundable: 50_000n,
      extendableBy: 5_700,
    });
    expect(status?.split).to.deep.equal({ fee: 5n, node: 9n, holders: 86n });
  });

  it("gives back no more than the minimum billing leaves", async () => {
    expect(await statusOf({ minDuration: 1_200 })).to.include({ refundable: 30_000n, moneyLeft: 50_000n });
    expect(await statusOf({ minDuration: 9_000 })).to.include({ refundable: 0n, moneyLeft: 50_000n });
  });

  it("is over from its end on", async () => {
    expect(await statusOf({ end: now })).to.include({
      running: false,
      secondsLeft: 0,
      accrued: 100_000n,
      moneyLeft: 0n,
      refundable: 0n,
      extendableBy: 0,
    });
    expect(await statusOf({ end: now - 400 })).to.include({
      running: false,
      accrued: 60_000n,
      moneyLeft: 0n,
      refundable: 0n,
    });
    expect(await statusOf({ end: now + 1 })).to.include({ running: true, secondsLeft: 1, moneyLeft: 100n });
  });

  it("knows no lease where its place is taken by another", async () => {
    expect(await statusOf({ start: 0, end: 0 })).to.equal(undefined);
  });
});

describe("accountStatus", function () {
  this.timeout(60_000);

  it("adds up what is available, reserved and refundable", async () => {
    const ids = [1n, 2n, 3n, 3n];
    const leases: Readonly<Record<string, typeof lease>> = {
      1: lease,
      2: { ...lease, rate: 10n, minDuration: 1_400 },
      3: { ...lease, renter: operator },
    };
    const client = clientOf({
      accountOf: { balance: 40n, earned: 50n },
      balanceOf: 60n,
      tierOf: 2,
      stakeOf: { active: 1n, thawing: 2n, thawedAt: 3, tier: 2, pending: 4n, countsAt: 5 },
      lease: (id: bigint) => leases[String(id)],
    });
    expect(await accountStatus(client, { deployment, account: renter, leaseIds: ids })).to.deep.equal({
      available: 40n,
      reserved: 55_000n,
      refundable: 51_000n,
      earned: 50n,
      walletDollars: 60n,
      walletTokens: 60n,
      tier: 2,
      stake: { active: 1n, pending: 4n, countsAt: 5, thawing: 2n, thawedAt: 3 },
    });
  });
});

describe("shareStatus", function () {
  this.timeout(60_000);

  const terms = {
    supply: one,
    price: 2n,
    minimumRaise: 3n,
    promisedRevenue: 1_000n,
    floorRate: 5n,
    floorDecayBps: 6,
    upfrontBps: 7,
    saleEnd: 8,
    term: 9,
  };
  const views: Views = {
    cardId: 7n,
    number: 1,
    phase: 2,
    terms,
    termEnd: 17,
    sold: 600n,
    unsold: [operator, 400n],
    proceeds: 1_200n,
    revenue: 250n,
    vested: [90n, 30n],
    balanceOf: (account: string) => (account === operator ? 450n : 100n),
    claimable: 12n,
    paidBy: 200n,
    previewHandIn: (shares: bigint) => shares * 2n,
  };

  it("shows phase, revenue and what vested", async () => {
    const status = await shareStatus(clientOf(views), { share });
    expect(status).to.deep.equal({
      cardId: 7n,
      number: 1,
      phase: "Running",
      terms,
      termEnd: 17,
      sold: 600n,
      unsold: 400n,
      proceeds: 1_200n,
      accrued: 250n,
      accruedPart: one / 4n,
      vested: 90n,
      releasable: 60n,
      holding: undefined,
    });
  });

  it("shows an account's part; unsold shares are never handed in", async () => {
    const holder = await shareStatus(clientOf(views), { share, account: renter });
    expect(holder.holding).to.deep.equal({ balance: 100n, claimable: 12n, paid: 200n, handInValue: 200n });
    const owner = await shareStatus(clientOf(views), { share, account: operator });
    expect(owner.holding).to.deep.equal({ balance: 450n, claimable: 12n, paid: 200n, handInValue: 100n });
    const nobody = await shareStatus(clientOf({ ...views, balanceOf: 0n }), { share, account: renter });
    expect(nobody.holding?.handInValue).to.equal(0n);
  });
});

describe("minterStatus", function () {
  this.timeout(60_000);

  it("names state and health", async () => {
    const bucket = { room: 1n, capacity: 2n };
    const price = { low: 1n, high: 2n, slow: 3n, health: 1, thresholdBps: 50, blindSince: 0, blindSeconds: 0 };
    const status = {
      state: 4,
      mintHalted: true,
      redeemPaused: false,
      mintPausedUntil: 0,
      redeemPausedUntil: 0,
      backing: one,
      credit: 5n,
      supply: 6n,
      ceiling: 7n,
      mintFee: 8n,
      redeemFee: 9n,
      baseRate: 10n,
      openMint: bucket,
      leaseMint: bucket,
      openLane: bucket,
      earnedLane: bucket,
      price,
    };
    expect(await minterStatus(clientOf({ status }), { deployment })).to.deep.equal({
      ...status,
      state: "Skew",
      price: { ...price, health: "Skew" },
    });
  });
});

describe("orderStatus", function () {
  this.timeout(60_000);

  it("tells cards taken from a cancelled order", async () => {
    const read = (orderState: number) =>
      orderStatus(clientOf({ counterOf: 5n, orderState }), { deployment, maker: renter, salt: 9n });
    expect(await read(0)).to.deep.equal({ counter: 5n, cancelled: false, taken: 0 });
    expect(await read(254)).to.deep.equal({ counter: 5n, cancelled: false, taken: 254 });
    expect(await read(255)).to.deep.equal({ counter: 5n, cancelled: true, taken: 0 });
  });
});

describe("quotes of the dollar", function () {
  this.timeout(60_000);

  it("give the figure where the call would succeed", async () => {
    const client = clientOf({
      quoteMint: [0, 45n],
      quoteMintExact: [0, 46n],
      quoteLeaseMint: [0, 47n],
      quoteRedeem: [0, 48n],
    });
    expect(await quoteMint(client, { deployment, tokenIn: 1n })).to.deep.equal({ ok: true, refusal: "None", out: 45n });
    expect(await quoteMintExact(client, { deployment, out: 1n })).to.deep.equal({
      ok: true,
      refusal: "None",
      tokenIn: 46n,
    });
    expect(await quoteMintExact(client, { deployment, out: 1n, forLease: true })).to.include({ tokenIn: 47n });
    expect(await quoteRedeem(client, { deployment, dollarIn: 1n, lane: "Open", account: renter })).to.include({
      ok: true,
      out: 48n,
    });
  });

  it("give the reason and the remedy where it would fail, for every reason", async () => {
    for (const [index, refusal] of mintRefusalNames.entries()) {
      if (refusal === "None") continue;
      const quote = await quoteMint(clientOf({ quoteMint: [index, 0n] }), { deployment, tokenIn: 1n });
      expect(quote).to.deep.equal({ ok: false, refusal, remedy: mintRefusalRemedies[refusal], out: 0n });
    }
    for (const [index, refusal] of redeemRefusalNames.entries()) {
      const quote = await quoteRedeem(clientOf({ quoteRedeem: [index, 0n] }), {
        deployment,
        dollarIn: 1n,
        lane: "Earned",
        account: renter,
      });
      expect([quote.ok, quote.refusal]).to.deep.equal([refusal === "None", refusal]);
    }
  });

  it("ask for the lane that was named", async () => {
    const lanes: unknown[] = [];
    const quoteRedeemView = (...args: readonly unknown[]) => {
      lanes.push(args[1]);
      return [0, 1n];
    };
    const client = clientOf({ quoteRedeem: quoteRedeemView });
    await quoteRedeem(client, { deployment, dollarIn: 1n, lane: "Open", account: renter });
    await quoteRedeem(client, { deployment, dollarIn: 1n, lane: "Earned", account: renter });
    expect(lanes).to.deep.equal([0, 1]);
  });
});

describe("quotes of the market", function () {
  this.timeout(60_000);

  const opened = { leaseId: 21n, rate: 100n, thousandths: 1_000, escrow: 720_000n };
  const nothing = { leaseId: 0n, rate: 0n, thousandths: 0, escrow: 0n };
  const preview = {
    refusal: 0,
    legs: [0],
    opened: [{ ...opened, feeBps: 500 }],
    taken: 1n,
    escrow: 720_000n,
    matcherFees: 9n,
    tokenIn: 0n,
    feeBps: 500,
  };
  const match = { deployment, bid, bidSignature: "0x12", askSignatures: ["0x34", "0x34"], submitter: renter } as const;

  it("show what a match would take and cost", async () => {
    const client = clientOf({
      previewMatch: { ...preview, legs: [0, 23], opened: [...preview.opened, { ...nothing, feeBps: 0 }] },
    });
    expect(await quoteMatch(client, { ...match, asks: [ask, { ...ask, cardId: 8n }] })).to.deep.equal({
      ok: true,
      refusal: "None",
      legs: [
        { ok: true, refusal: "None", cardId: 7n, ...opened },
        { ok: false, refusal: "CardFull", remedy: legRefusalRemedies.CardFull, cardId: 8n, ...nothing },
      ],
      taken: 1,
      escrow: 720_000n,
      matcherFees: 9n,
      total: 720_009n,
      tokenIn: 0n,
      feeBps: 500,
    });
  });

  it("say why a match would fail, for every reason", async () => {
    for (const [index, refusal] of matchRefusalNames.entries()) {
      if (refusal === "None") continue;
      const client = clientOf({ previewMatch: { ...preview, refusal: index, legs: [], opened: [] } });
      const quote = await quoteMatch(client, { ...match, asks: [] });
      expect(quote).to.include({ ok: false, refusal, remedy: matchRefusalRemedies[refusal] });
    }
  });

  it("say why an ask would be skipped, for every reason", async () => {
    const take = {
      thousandths: 1_000,
      duration: 7_200,
      maxRatePerSecond: 1n,
      payInToken: false,
      maxTokenIn: 0n,
      accessKeyHash: `0x${"00".repeat(32)}`,
    } as const;
    for (const [index, refusal] of legRefusalNames.entries()) {
      const client = clientOf({ previewTake: { ...preview, legs: [index] } });
      const { legs } = await quoteTake(client, { deployment, ask, signature: "0x12", take, renter });
      expect(legs[0]).to.include({ refusal, ok: refusal === "None" });
    }
  });

  it("show what an extension would cost, or why it would fail", async () => {
    expect(
      await quoteExtend(clientOf({ previewExtend: [0, 0, 6_000n, 2n] }), {
        deployment,
        leaseId: 9n,
        added: 60,
        payer: renter,
      }),
    ).to.deep.equal({
      ok: true,
      refusal: "None",
      paid: 6_000n,
      tokenIn: 2n,
    });
    const late = await quoteExtend(clientOf({ previewExtend: [19, 1, 6_000n, 0n] }), {
      deployment,
      leaseId: 9n,
      added: 60,
      payer: renter,
    });
    expect(late).to.include({ ok: false, refusal: "TermEndPassed", remedy: legRefusalRemedies.TermEndPassed });
    const poor = await quoteExtend(clientOf({ previewExtend: [0, 1, 6_000n, 0n] }), {
      deployment,
      leaseId: 9n,
      added: 60,
      payer: renter,
    });
    expect(poor).to.include({ ok: false, refusal: "FundsTooLow", remedy: paymentRefusalRemedies.FundsTooLow });
  });
});
