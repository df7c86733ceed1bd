import { expect } from "chai";
import { type Address, erc20Abi, zeroHash } from "viem";
import { readContract } from "viem/actions";
import { giveTokens, provideDollars, provideDollarsTo } from "../../scripts/demo/dollars.ts";
import { need } from "../../scripts/demo/failure.ts";
import type { FleetCard } from "../../scripts/demo/fleet.ts";
import { matchBid } from "../../scripts/demo/matcher.ts";
import type { Person } from "../../scripts/demo/people.ts";
import { bidFor, type Wish } from "../../scripts/demo/play.ts";
import { deploySmartAccount } from "../../scripts/demo/smartAccount.ts";
import { supplierStakingAbi } from "../../sdk/src/abis/index.ts";
import {
  accountStatus,
  approveToken,
  authorizationFunding,
  bumpCounter,
  buyShares,
  cancelOrder,
  claimRevenue,
  collectCard,
  deposit,
  expireCard,
  finaliseSale,
  handInShares,
  isRevert,
  matchOrders,
  mintDollarExact,
  parseDollars,
  parseShares,
  parseTokens,
  permitFunding,
  quoteMintExact,
  quoteTake,
  type RevertArgs,
  type RevertName,
  refundPurchase,
  releaseProceeds,
  retireCard,
  type ShareTerms,
  shareStatus,
  startedLeases,
  stopLease,
  takeAsk,
  tokenizeCard,
  withdraw,
} from "../../sdk/src/index.ts";
import { openStage, type Stage } from "./support/stage.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** The arguments with which a call was refused; fails if it was not, or by another error. */
const refusal = async <Name extends RevertName>(call: Promise<unknown>, name: Name): Promise<RevertArgs[Name]> => {
  try {
    await call;
  } catch (error) {
    if (isRevert(error, name)) {
      expect(error.remedy).to.be.a("string").with.length.greaterThan(10);
      return error.args;
    }
    throw error;
  }
  return expect.fail(`nothing was refused, expected ${name}`);
};

describe("stories through the SDK", () => {
  let stage: Stage;

  before(async () => {
    stage = await openStage(14);
  });
  after(() => stage.close());

  /* HELPERS */

  const wallet = (token: "computeToken" | "computeDollar", account: Address): Promise<bigint> =>
    readContract(stage.system.chain.reader, {
      address: stage.system.deployment.addresses[token],
      abi: erc20Abi,
      functionName: "balanceOf",
      args: [account],
    });

  const allowance = (owner: Address): Promise<bigint> =>
    readContract(stage.system.chain.reader, {
      address: stage.system.deployment.addresses.computeDollar,
      abi: erc20Abi,
      functionName: "allowance",
      args: [owner, stage.system.deployment.addresses.leaseLedger],
    });

  /** A renter with dollars in its wallet. */
  const renterWith = async (dollars: string): Promise<Person> => {
    const renter = await stage.newcomer("renter");
    await provideDollars(stage.system, renter, parseDollars(dollars), "permit");
    const { deployment } = stage.system;
    await withdraw(renter.client, { deployment, amount: parseDollars(dollars), to: renter.address }, { wait: true });
    return renter;
  };

  const takeOf = (card: FleetCard, duration: number) => ({
    thousandths: 1000,
    duration,
    maxRatePerSecond: card.ask.ratePerSecond,
    payInToken: false,
    maxTokenIn: 0n,
    accessKeyHash: zeroHash,
  });

  const deadlineIn = async (seconds: number): Promise<number> => (await stage.system.chain.now()) + seconds;

  /** Takes a card's ask directly, with a permit, and returns the lease. */
  const rent = async (renter: Person, card: FleetCard, duration: number) => {
    const { deployment } = stage.system;
    const value = card.ask.ratePerSecond * BigInt(duration);
    const deadline = await deadlineIn(HOUR);
    const funding = await permitFunding(renter.client, { deployment, pay: "cfUSD", value, deadline });
    const args = { deployment, ask: card.ask, signature: card.signature, take: takeOf(card, duration), funding };
    const { receipt } = await takeAsk(renter.client, args, { wait: true });
    const [lease] = startedLeases({ deployment, receipt: need(receipt, "a receipt") });
    return need(lease, "a lease");
  };

  const wishFor = (card: FleetCard, more: Partial<Wish> = {}): Wish => ({
    models: [card.host.model.id],
    duration: HOUR,
    maxRatePerSecond: card.ask.ratePerSecond,
    ...more,
  });

  const ordersOf = (card: FleetCard, bid: Awaited<ReturnType<typeof bidFor>>) => ({
    deployment: stage.system.deployment,
    bid: bid.bid,
    bidSignature: bid.signature,
    asks: [card.ask],
    askSignatures: [card.signature],
  });

  const termsOf = async (more: Partial<ShareTerms> = {}): Promise<ShareTerms> => ({
    supply: parseShares("100"),
    price: parseTokens("10"),
    minimumRaise: parseTokens("500"),
    promisedRevenue: parseDollars("20"),
    floorRate: 1n,
    floorDecayBps: 0,
    upfrontBps: 2000,
    saleEnd: await deadlineIn(DAY),
    term: 4 * DAY,
    ...more,
  });

  /** The owner offers a card, and a newcomer buys `shares` of it. */
  const sellTo = async (card: FleetCard, shares: string, more: Partial<ShareTerms> = {}) => {
    const { deployment } = stage.system;
    const terms = await termsOf(more);
    const args = { deployment, cardId: card.id, terms };
    const { result: share } = await tokenizeCard(stage.owner.client, args, { wait: true });
    const buyer = await stage.newcomer("buyer");
    const cost = parseShares(shares) * 10n;
    await giveTokens(stage.system, buyer, cost);
    const token = deployment.addresses.computeToken;
    await approveToken(buyer.client, { token, spender: share, amount: cost }, { wait: true });
    const deadline = await deadlineIn(HOUR);
    await buyShares(buyer.client, { share, shares: parseShares(shares), maxCost: cost, deadline }, { wait: true });
    return { share, terms, buyer, cost };
  };

  /* RENTERS */

  it("a renter pays by permit and never approves", async () => {
    const renter = await renterWith("20");
    const card = stage.freshCard();
    const before = await wallet("computeDollar", renter.address);
    const lease = await rent(renter, card, HOUR);
    expect(before - (await wallet("computeDollar", renter.address))).to.equal(card.ask.ratePerSecond * 3_600n);
    expect(lease.renter).to.equal(renter.address);
    expect(await allowance(renter.address)).to.equal(0n);
  });

  it("a renter deposits by ERC-3009 without an approval, and takes it out again", async () => {
    const renter = await renterWith("20");
    const { deployment, chain } = stage.system;
    const value = parseDollars("15");
    const funding = await authorizationFunding(renter.client, {
      deployment,
      value,
      validBefore: await deadlineIn(HOUR),
    });
    await deposit(renter.client, { deployment, account: renter.address, amount: value, funding }, { wait: true });
    expect((await accountStatus(chain.reader, { deployment, account: renter.address })).available).to.equal(value);
    expect(await allowance(renter.address)).to.equal(0n);
    await withdraw(renter.client, { deployment, amount: value, to: renter.address }, { wait: true });
    expect(await wallet("computeDollar", renter.address)).to.equal(parseDollars("20"));
  });

  it("a smart account mints, deposits and bids by its contract's signature", async () => {
    const key = await stage.newcomer("key");
    const account = await deploySmartAccount(stage.hre, stage.system, key);
    await provideDollarsTo(stage.system, account, parseDollars("30"));
    const card = stage.freshCard();
    const bid = await bidFor(stage.system, account.account, stage.matcher, wishFor(card));
    const [lease] = await matchBid(stage.system, stage.matcher, [card], bid);
    expect(lease?.renter).to.equal(account.address);
    const stranger = await stage.newcomer("stranger");
    const forged = await bidFor(
      stage.system,
      { ...stranger.account, address: account.address },
      stage.matcher,
      wishFor(card),
    );
    const { refusal: reason } = await refusal(
      matchOrders(stage.matcher.client, ordersOf(card, forged)),
      "MatchRefused",
    );
    expect(reason).to.equal("BidSignatureInvalid");
  });

  it("a renter pays in CARD: it is burned in the match, and the fee is lower", async () => {
    const { system, matcher } = stage;
    const { deployment, chain } = system;
    const renter = await stage.newcomer("renter");
    const card = stage.freshCard();
    const duration = 10 * HOUR;
    const due = card.ask.ratePerSecond * BigInt(duration) + parseDollars("0.02");
    const { tokenIn } = await quoteMintExact(chain.reader, { deployment, out: due, forLease: true });
    await giveTokens(system, renter, tokenIn * 2n);
    const bid = await bidFor(system, renter.account, matcher, wishFor(card, { duration, maxTokenIn: tokenIn * 2n }));
    const deadline = await deadlineIn(HOUR);
    const value = tokenIn * 2n;
    const funding = await permitFunding(renter.client, { deployment, pay: "CARD", value, deadline });
    const [lease] = await matchBid(system, matcher, [card], { ...bid, funding });
    expect(lease).to.include({ paidInToken: true, feeBps: 200 });
    expect(await wallet("computeToken", renter.address)).to.equal(tokenIn);
  });

  it("a cancelled bid and a bid of an old counter are never matched", async () => {
    const { system, matcher } = stage;
    const { deployment } = system;
    const renter = await renterWith("20");
    const card = stage.freshCard();
    const cancelled = await bidFor(system, renter.account, matcher, wishFor(card));
    await cancelOrder(renter.client, { deployment, salt: cancelled.bid.salt }, { wait: true });
    const first = await refusal(matchOrders(matcher.client, ordersOf(card, cancelled)), "MatchRefused");
    expect(first.refusal).to.equal("BidCancelled");
    const old = await bidFor(system, renter.account, matcher, wishFor(card));
    await bumpCounter(renter.client, { deployment }, { wait: true });
    const second = await refusal(matchOrders(matcher.client, ordersOf(card, old)), "MatchRefused");
    expect(second.refusal).to.equal("BidCounterOld");
  });

  /* OPERATORS */

  it("a node that stops a lease pays its renter from the bond, and only seconds served are paid", async () => {
    const { deployment, chain } = stage.system;
    const renter = await renterWith("60");
    const card = stage.freshCard();
    const duration = 4 * DAY;
    const { leaseId, rate, end } = await rent(renter, card, duration);
    await stage.pass(DAY);
    const before = await wallet("computeToken", renter.address);
    await stopLease(stage.operator.client, { deployment, leaseId }, { wait: true });
    const stopped = await chain.now();
    const remaining = rate * BigInt(end - stopped);
    const owed = remaining / 10n < rate * BigInt(DAY) ? remaining / 10n : rate * BigInt(DAY);
    const price = await readContract(chain.reader, {
      address: deployment.addresses.supplierStaking,
      abi: supplierStakingAbi,
      functionName: "price",
    });
    const paid = (await wallet("computeToken", renter.address)) - before;
    expect(paid).to.equal((owed * 10n ** 18n) / price);
    expect((await accountStatus(chain.reader, { deployment, account: renter.address })).available).to.equal(remaining);
  });

  it("a node is paid its tenth of every second, and redeems no more than it earned", async () => {
    const { deployment, chain, keeper } = stage.system;
    const renter = await renterWith("20");
    const card = stage.freshCard();
    const { rate, feeBps } = await rent(renter, card, 6 * HOUR);
    const before = await accountStatus(chain.reader, { deployment, account: stage.operator.address });
    await stage.pass(6 * HOUR);
    await collectCard(keeper.client, { deployment, cardId: card.id }, { wait: true });
    const after = await accountStatus(chain.reader, { deployment, account: stage.operator.address });
    const fee = (rate * BigInt(feeBps)) / 10_000n;
    const tenth = ((rate - fee) / 10n) * BigInt(6 * HOUR);
    expect(after.earned - before.earned).to.equal(tenth);
    expect(after.available - before.available).to.equal(tenth);
  });

  /* OWNERS AND INVESTORS */

  it("an owner sells a card's rent and is paid as it vests", async () => {
    const { system, owner } = stage;
    const { chain, keeper } = system;
    const card = stage.freshCard();
    const before = await wallet("computeToken", owner.address);
    const { share, terms, cost } = await sellTo(card, "100");
    await finaliseSale(keeper.client, { share }, { wait: true });
    const upfront = (cost * 2000n) / 10_000n;
    expect((await wallet("computeToken", owner.address)) - before).to.equal(upfront);

    const renter = await renterWith("60");
    await rent(renter, card, 2 * DAY);
    await stage.pass(2 * DAY);
    await releaseProceeds(keeper.client, { share }, { wait: true });
    const { accrued, vested, releasable } = await shareStatus(chain.reader, { share });
    const rest = cost - upfront;
    const elapsed = BigInt((await chain.now()) - terms.saleEnd);
    const byTime = (rest * elapsed) / BigInt(terms.term);
    const byRent = (rest * accrued) / terms.promisedRevenue;
    const expected = byTime < byRent ? byTime : byRent;
    expect(vested).to.equal(expected);
    expect(releasable).to.equal(0n);
    expect((await wallet("computeToken", owner.address)) - before).to.equal(upfront + expected);
  });

  it("terms end: what did not vest goes back, the card is free, what was earned stays claimable", async () => {
    const { system, owner } = stage;
    const { chain, keeper, deployment } = system;
    const card = stage.freshCard();
    const { share, buyer, cost } = await sellTo(card, "100");
    await finaliseSale(keeper.client, { share }, { wait: true });
    const renter = await renterWith("60");
    const { rate, feeBps } = await rent(renter, card, DAY);
    await stage.pass(6 * DAY);
    await releaseProceeds(keeper.client, { share }, { wait: true });

    const { vested, phase, holding } = await shareStatus(chain.reader, { share, account: buyer.address });
    expect(phase).to.equal("Over");
    const unvested = cost - (cost * 2000n) / 10_000n - vested;
    expect(holding?.handInValue).to.equal(unvested);
    const shares = parseShares("100");
    await handInShares(buyer.client, { share, shares }, { wait: true });
    expect(await wallet("computeToken", buyer.address)).to.equal(unvested);

    await expireCard(keeper.client, { deployment, cardId: card.id }, { wait: true });
    const fee = (rate * BigInt(feeBps)) / 10_000n;
    const earned = (rate - fee - (rate - fee) / 10n) * BigInt(DAY);
    await claimRevenue(buyer.client, { share }, { wait: true });
    expect(await wallet("computeDollar", buyer.address)).to.equal(earned);
    // The card pays its owner again.
    await rent(renter, card, HOUR);
    await stage.pass(HOUR);
    const before = (await accountStatus(chain.reader, { deployment, account: owner.address })).available;
    await collectCard(keeper.client, { deployment, cardId: card.id }, { wait: true });
    const after = (await accountStatus(chain.reader, { deployment, account: owner.address })).available;
    expect(after - before).to.equal((earned / BigInt(DAY)) * BigInt(HOUR));
  });

  it("a failed sale gives everyone back exactly what was paid", async () => {
    const { keeper } = stage.system;
    const card = stage.freshCard();
    const { share, buyer, cost } = await sellTo(card, "10");
    await refusal(finaliseSale(keeper.client, { share }), "ShareSaleRunning");
    await stage.pass(DAY + 1);
    await finaliseSale(keeper.client, { share }, { wait: true });
    expect((await shareStatus(stage.system.chain.reader, { share })).phase).to.equal("Failed");
    await refundPurchase(keeper.client, { share, account: buyer.address }, { wait: true });
    expect(await wallet("computeToken", buyer.address)).to.equal(cost);
    const { account } = await refusal(
      refundPurchase(keeper.client, { share, account: buyer.address }),
      "ShareNothingToRefund",
    );
    expect(account).to.equal(buyer.address);
  });

  /* ERRORS */

  it("real refusals come with their arguments and a remedy", async () => {
    const { deployment, chain } = stage.system;
    const stranger = await stage.newcomer("stranger");
    const card = stage.freshCard();
    const amount = parseDollars("1");
    expect(
      await refusal(withdraw(stranger.client, { deployment, amount, to: stranger.address }), "LedgerBalanceTooLow"),
    ).to.deep.include({ account: stranger.address, balance: 0n, needed: amount });
    expect(
      await refusal(retireCard(stranger.client, { deployment, cardId: card.id }), "CardNotOwnedByCaller"),
    ).to.deep.include({ cardId: card.id, owner: stage.owner.address, caller: stranger.address });
    const cheap = { ...takeOf(card, HOUR), maxRatePerSecond: 1n };
    const args = { deployment, ask: card.ask, signature: card.signature, take: cheap };
    expect(await refusal(takeAsk(stranger.client, args), "AskRefused")).to.deep.include({ refusal: "RateAboveBid" });
    const quote = await quoteTake(chain.reader, { ...args, take: takeOf(card, HOUR), renter: stranger.address });
    expect(quote).to.include({ ok: false, refusal: "FundsTooLow" });
    const late = { deployment, out: amount, maxIn: parseTokens("1"), to: stranger.address, deadline: 1 };
    expect(await refusal(mintDollarExact(stranger.client, late), "DeadlinePassed")).to.have.property("deadline", 1);
  });
});
