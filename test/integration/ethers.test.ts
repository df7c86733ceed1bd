import { anyValue } from "@nomicfoundation/hardhat-ethers-chai-matchers/withArgs";
import { expect } from "chai";
import { JsonRpcProvider, parseEther, Wallet, ZeroHash } from "ethers";
import type { FleetCard } from "../../scripts/demo/fleet.ts";
import type { Person } from "../../scripts/demo/people.ts";
import { ethersContracts, ethersShare } from "../../sdk/src/ethers/index.ts";
import { ComputeDollar__factory, LeaseLedger__factory, RentalMarket__factory } from "../types/index.js";
import { openStage, type Stage } from "./support/stage.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** An application on ethers alone: TypeChain's types, ethers' wallets and chai's matchers, and no viem client. */
describe("an application on ethers", () => {
  let stage: Stage;
  let provider: JsonRpcProvider;

  before(async () => {
    stage = await openStage(4);
    provider = new JsonRpcProvider(stage.system.chain.url, undefined, { cacheTimeout: -1, pollingInterval: 20 });
  });
  after(async () => {
    provider.destroy();
    await stage.close();
  });

  const walletOf = (person: Person): Wallet => new Wallet(person.key, provider);

  const contractsOf = (person: Person) => ethersContracts(stage.system, walletOf(person));

  /** A renter that burned CARD for dollars and lets the ledger take them. */
  const renterWith = async (dollars: bigint) => {
    const renter = await stage.newcomer("ethers renter");
    const { computeToken, computeDollar, dollarMinter, leaseLedger } = contractsOf(renter);
    const tokens = dollars * 11n; // a dollar costs ten CARD and the minter's fee
    await (await contractsOf(stage.system.treasury).computeToken.transfer(renter.address, tokens)).wait();
    await (await computeToken.approve(dollarMinter, tokens)).wait();
    const deadline = (await stage.system.chain.now()) + HOUR;
    await (await dollarMinter.mintExact(dollars, tokens, renter.address, deadline)).wait();
    await (await computeDollar.approve(leaseLedger, dollars)).wait();
    return renter;
  };

  const takeOf = ({ ask }: FleetCard, duration: number) => ({
    thousandths: 1000,
    duration,
    maxRatePerSecond: ask.ratePerSecond,
    payInToken: false,
    maxTokenIn: 0n,
    accessKeyHash: ZeroHash,
  });

  it("rents a card, pays by allowance and reads the lease", async () => {
    const renter = await renterWith(parseEther("10"));
    const card = stage.freshCard();
    const { rentalMarket, leaseLedger, computeDollar } = contractsOf(renter);
    const rent = card.ask.ratePerSecond * BigInt(HOUR);
    const call = [card.ask, card.signature, takeOf(card, HOUR), "0x"] as const;
    const held = await computeDollar.balanceOf(leaseLedger);
    await (await rentalMarket.takeAsk(...call)).wait();
    expect(await computeDollar.balanceOf(renter.address)).to.equal(parseEther("10") - rent);
    expect((await computeDollar.balanceOf(leaseLedger)) - held).to.equal(rent);
    const [taken] = await rentalMarket.queryFilter("AskTaken", -1);
    const lease = await leaseLedger.lease(taken?.topics[2] ?? 0n);
    expect(lease.renter).to.equal(renter.address);
    expect(lease.end - lease.start).to.equal(BigInt(HOUR));
    expect(lease.rate).to.equal(lease.feeRate + lease.nodeRate + lease.holdersRate);
  });

  it("sees events and refusals with their arguments", async () => {
    const renter = await renterWith(parseEther("20"));
    const card = stage.freshCard();
    const { leaseLedger, rentalMarket, computeDollar } = stage.system.deployment.addresses;
    const market = RentalMarket__factory.connect(rentalMarket, walletOf(renter));
    const ledger = LeaseLedger__factory.connect(leaseLedger, walletOf(renter));
    const dollar = ComputeDollar__factory.connect(computeDollar, provider);
    const rent = card.ask.ratePerSecond * BigInt(DAY);
    await expect(market.takeAsk(card.ask, card.signature, takeOf(card, DAY), "0x"))
      .to.emit(market, "AskTaken")
      .withArgs(renter.address, anyValue, rent, 0n);
    const [taken] = await market.queryFilter(market.filters.AskTaken(renter.address));
    const leaseId = taken?.args.leaseId ?? 0n;

    const stranger = await stage.newcomer("ethers stranger");
    await expect(ledger.connect(walletOf(stranger)).stop(leaseId))
      .to.be.revertedWithCustomError(ledger, "LeaseCallerNotParty")
      .withArgs(leaseId, stranger.address);

    await stage.pass(2 * HOUR);
    await expect(ledger.stop(leaseId)).to.emit(ledger, "LeaseStopped");
    const [stopped] = await ledger.queryFilter(ledger.filters.LeaseStopped(leaseId));
    const { balance } = await ledger.accountOf(renter.address);
    expect(stopped?.args.refund).to.equal(balance);
    const before = await dollar.balanceOf(renter.address);
    await (await ledger.withdraw(balance, renter.address)).wait();
    expect((await dollar.balanceOf(renter.address)) - before).to.equal(balance);
  });

  it("tokenizes a card, buys shares and claims what they earned", async () => {
    const card = stage.freshCard();
    const { revenueShareFactory } = contractsOf(stage.owner);
    const terms = {
      supply: parseEther("100"),
      price: parseEther("1"),
      minimumRaise: parseEther("100"),
      promisedRevenue: parseEther("10"),
      floorRate: 1n,
      floorDecayBps: 0n,
      upfrontBps: 2000n,
      saleEnd: (await stage.system.chain.now()) + DAY,
      term: 30 * DAY,
    };
    const address = await revenueShareFactory.tokenize.staticCall(card.id, terms);
    await (await revenueShareFactory.tokenize(card.id, terms)).wait();

    const buyer = await renterWith(parseEther("10"));
    const { computeToken } = contractsOf(buyer);
    await (await contractsOf(stage.system.treasury).computeToken.transfer(buyer.address, terms.supply)).wait();
    await (await computeToken.approve(address, terms.supply)).wait();
    const share = ethersShare(address as `0x${string}`, walletOf(buyer));
    await (await share.buy(terms.supply, terms.supply, terms.saleEnd)).wait();
    await (await share.finalise()).wait();

    const { rentalMarket, computeDollar } = contractsOf(buyer);
    await (await rentalMarket.takeAsk(card.ask, card.signature, takeOf(card, HOUR), "0x")).wait();
    await stage.pass(2 * HOUR);
    const fee = (card.ask.ratePerSecond * 500n) / 10_000n;
    const afterFee = card.ask.ratePerSecond - fee;
    const earned = (afterFee - afterFee / 10n) * BigInt(HOUR);
    expect(await share.claimable(buyer.address)).to.equal(earned);
    const before = await computeDollar.balanceOf(buyer.address);
    await (await share.claim()).wait();
    expect((await computeDollar.balanceOf(buyer.address)) - before).to.equal(earned);
  });
});
