import { expect } from "chai";
import fc from "fast-check";
import {
  type Abi,
  type Address,
  encodeAbiParameters,
  encodeEventTopics,
  getAddress,
  type Hash,
  type Hex,
  type Log,
  pad,
  toHex,
  zeroAddress,
  zeroHash,
} from "viem";
import {
  cardRegistryAbi,
  computeDollarAbi,
  dollarMinterAbi,
  leaseLedgerAbi,
  revenueShareFactoryAbi,
} from "../../sdk/src/abis/index.ts";
import { InvalidInputError } from "../../sdk/src/errors/index.ts";
import {
  createPriceIndex,
  type RentBook,
  readRentBook,
  relationOf,
  rentHistory,
  type SettledRent,
  settledRents,
  utilisation,
} from "../../sdk/src/finance/index.ts";
import { encodeLeaseId } from "../../sdk/src/index.ts";
import { deployment } from "../sdk/support/deployment.ts";

const { addresses } = deployment;
const START = 1_763_700_000;
const HOUR = 3_600;

const account = (name: string): Address => getAddress(pad(toHex(name), { size: 20 }));
const [owner, node, renter, friend, stranger, exchange, share] = [
  account("owner"),
  account("node"),
  account("renter"),
  account("friend"),
  account("stranger"),
  account("exchange"),
  account("share"),
];

/** Logs of a chain of one's own: every call is a transaction in a block of its own. */
const chain = () => {
  const logs: Log[] = [];
  let block = 0n;
  const emit = (address: Address, abi: Abi, eventName: string, args: Readonly<Record<string, unknown>>): void => {
    const event = abi.find((item) => item.type === "event" && item.name === eventName);
    if (event?.type !== "event") throw new TypeError(`no event ${eventName}`);
    const [signature, ...indexed] = encodeEventTopics({ abi: [event], eventName, args });
    const topics: [Hex, ...Hex[]] = [signature, ...indexed.filter((topic) => typeof topic === "string")];
    const plain = event.inputs.filter(({ indexed }) => !indexed);
    const data = encodeAbiParameters(
      plain,
      plain.map(({ name = "" }) => args[name]),
    );
    logs.push({
      address,
      topics,
      data,
      blockNumber: block,
      logIndex: logs.length,
      transactionHash: hashOf(block),
      transactionIndex: 0,
      blockHash: hashOf(block),
      blockTimestamp: undefined,
      removed: false,
    });
  };
  const hashOf = (number: bigint): Hash => pad(toHex(number), { size: 32 });
  return {
    logs,
    next: () => {
      block++;
    },
    card: (cardId: bigint, model = 12) => {
      emit(addresses.cardRegistry, cardRegistryAbi, "Transfer", { from: zeroAddress, to: owner, tokenId: cardId });
      emit(addresses.cardRegistry, cardRegistryAbi, "CardRegistered", { cardId, owner, model, region: 0 });
    },
    sell: (cardId: bigint, to: Address) =>
      emit(addresses.cardRegistry, cardRegistryAbi, "Transfer", { from: owner, to, tokenId: cardId }),
    tokenize: (cardId: bigint, by: Address) =>
      emit(addresses.revenueShareFactory, revenueShareFactoryAbi, "CardTokenized", {
        cardId,
        owner: by,
        share,
        number: 1,
        terms: {
          supply: 1n,
          price: 1n,
          minimumRaise: 1n,
          promisedRevenue: 1n,
          floorRate: 1n,
          floorDecayBps: 0,
          upfrontBps: 0,
          saleEnd: 1,
          term: 1,
        },
      }),
    lease: (
      cardId: bigint,
      by: Address,
      more: {
        readonly rate?: bigint;
        readonly start?: number;
        readonly seconds?: number;
        readonly place?: number;
        readonly thousandths?: number;
      } = {},
    ) => {
      const { rate = 1_000n, start = START, seconds = HOUR, place = 0, thousandths = 1_000 } = more;
      const leaseId = encodeLeaseId({ cardId, place, start });
      emit(addresses.leaseLedger, leaseLedgerAbi, "LeaseStarted", {
        leaseId,
        cardId,
        renter: by,
        operator: node,
        rate,
        thousandths,
        feeBps: 500,
        paidInToken: false,
        end: start + seconds,
        minMinutes: 10,
        maxHours: 24,
        accessKeyHash: zeroHash,
      });
      return leaseId;
    },
    stop: (leaseId: bigint, end: number) =>
      emit(addresses.leaseLedger, leaseLedgerAbi, "LeaseStopped", {
        leaseId,
        by: renter,
        end,
        refund: 0n,
        penalty: 0n,
      }),
    extend: (leaseId: bigint, end: number, payer: Address) =>
      emit(addresses.leaseLedger, leaseLedgerAbi, "LeaseExtended", {
        leaseId,
        end,
        payer,
        paid: 1n,
        fromWallet: 0n,
        minted: 0n,
      }),
    pay: (from: Address, to: Address, value = 1n) =>
      emit(addresses.computeDollar, computeDollarAbi, "Transfer", { from, to, value }),
    credit: (to: Address, reason = 0) =>
      emit(addresses.leaseLedger, leaseLedgerAbi, "AccountCredited", { account: to, cardId: 0n, reason, amount: 1n }),
    withdraw: (from: Address, to: Address) =>
      emit(addresses.leaseLedger, leaseLedgerAbi, "BalanceWithdrawn", { account: from, to, amount: 1n }),
    mint: (payer: Address, to: Address) =>
      emit(addresses.dollarMinter, dollarMinterAbi, "DollarsMinted", {
        payer,
        to,
        tokenIn: 1n,
        out: 1n,
        leasePart: 0n,
        fee: 0n,
        credit: 0n,
      }),
  };
};

type Chain = ReturnType<typeof chain>;

const bookOf = (tell: (chain: Chain) => void): RentBook => {
  const it = chain();
  it.card(7n);
  it.next();
  tell(it);
  return readRentBook({ deployment, logs: it.logs });
};

describe("B05 rent history of a card", () => {
  const relation = (tell: (chain: Chain) => void, hops?: number, ignore: readonly Address[] = []) =>
    relationOf(bookOf(tell), { cardId: 7n, account: renter, hops, ignore });

  it("marks rent by the owner, an owner of another time, the operator and the issuer", () => {
    expect(
      relationOf(
        bookOf(() => {}),
        { cardId: 7n, account: owner },
      ),
    ).to.deep.include({ party: owner, as: "owner", ties: [] });
    expect(relation((it) => it.sell(7n, renter))).to.deep.include({ as: "owner" });
    expect(relation((it) => it.tokenize(7n, renter))).to.deep.include({ as: "issuer" });
    expect(
      relationOf(
        bookOf((it) => it.lease(7n, renter)),
        { cardId: 7n, account: node },
      ),
    ).to.deep.include({ as: "operator" });
  });

  it("marks accounts that money went to or came from, by every way there is", () => {
    const ways: Readonly<Record<string, (it: Chain) => void>> = {
      transfer: (it) => it.pay(owner, renter),
      deposit: (it) => {
        it.pay(owner, addresses.leaseLedger);
        it.credit(renter);
      },
      withdrawal: (it) => it.withdraw(renter, owner),
      mint: (it) => it.mint(owner, renter),
      extension: (it) => it.extend(it.lease(7n, renter), START + 2 * HOUR, owner),
    };
    for (const [by, tell] of Object.entries(ways)) {
      const found = relation(tell);
      expect(found, by).to.deep.include({ party: owner, as: "owner" });
      expect(found?.ties.map((tie) => tie.by)).to.deep.equal([by]);
      expect(found?.ties[0]?.transactionHash).to.equal(pad("0x01", { size: 32 }));
    }
  });

  it("marks nobody for what the contracts pay, for nothing, or for a deposit of one's own", () => {
    expect(relation((it) => it.pay(addresses.leaseLedger, renter))).to.equal(undefined);
    expect(relation((it) => it.pay(owner, renter, 0n))).to.equal(undefined);
    const throughShare = (it: Chain) => {
      it.tokenize(7n, owner);
      it.pay(renter, share);
      it.pay(share, owner);
    };
    expect(relation(throughShare, 4)).to.equal(undefined);
    const ownDeposits = (it: Chain) => {
      it.pay(owner, addresses.leaseLedger);
      it.credit(owner);
      it.next();
      it.credit(renter);
    };
    expect(relation(ownDeposits)).to.equal(undefined);
    const credited = (it: Chain) => {
      it.pay(owner, addresses.leaseLedger);
      it.credit(renter, 3);
    };
    expect(relation(credited), "a matcher's fee is no deposit").to.equal(undefined);
  });

  it("refuses what is no address, by its name", () => {
    const book = bookOf(() => {});
    for (const args of [{ account: "0x12" }, { account: owner, ignore: ["0x12"] }] as const)
      expect(() => relationOf(book, { cardId: 7n, ...args })).to.throw(InvalidInputError, "an address");
  });

  it("follows longer chains where asked, but not through an exchange that is named", () => {
    const story = (it: Chain) => {
      it.pay(owner, exchange);
      it.pay(exchange, renter);
      it.pay(exchange, stranger);
    };
    expect(relation(story)).to.equal(undefined);
    expect(relation(story, 2)?.ties).to.have.lengthOf(2);
    expect(relation(story, 8, [exchange])).to.equal(undefined);
    expect(() => relation(story, 9)).to.throw(InvalidInputError, "hops");
  });

  it("splits every lease as the ledger does, with its real end, and separates related rent from the rest", () => {
    const book = bookOf((it) => {
      it.pay(friend, owner);
      it.lease(7n, stranger, { rate: 1_009n });
      it.lease(7n, friend, { rate: 5_000n, place: 1 });
      it.stop(it.lease(7n, renter, { place: 2 }), START + 600);
      it.extend(it.lease(7n, renter, { place: 3 }), START + 2 * HOUR, renter);
      it.lease(8n, stranger);
    });
    const history = rentHistory(book, { cardId: 7n, now: START + HOUR + 900 });
    expect(history.entries.map(({ seconds }) => seconds)).to.deep.equal([HOUR, HOUR, 600, HOUR + 900]);
    expect(history.entries.map((entry) => entry.relation?.as)).to.deep.equal([
      undefined,
      "owner",
      undefined,
      undefined,
    ]);
    // 1009 a second: 50 to the protocol, 95 to the node, 864 to the holders.
    const seconds = BigInt(HOUR);
    expect(history.entries[0]?.rent).to.deep.equal({
      gross: 1_009n * seconds,
      fee: 50n * seconds,
      node: 95n * seconds,
      holders: 864n * seconds,
    });
    expect(history.related.gross).to.equal(5_000n * seconds);
    for (const part of ["gross", "fee", "node", "holders"] as const) {
      expect(history.total[part]).to.equal(history.related[part] + history.unrelated[part]);
    }
  });

  it("does not care for the order of the logs, and leaves out what a reorganisation removed", () => {
    const it = chain();
    it.card(7n);
    it.next();
    const lease = it.lease(7n, renter);
    it.extend(lease, START + 5 * HOUR, renter);
    it.next();
    it.stop(lease, START + 600);
    const shuffled = readRentBook({ deployment, logs: [...it.logs].reverse() });
    expect(shuffled.leases).to.deep.equal(readRentBook({ deployment, logs: it.logs }).leases);
    expect(shuffled.leases[0]).to.include({ end: START + 600, model: 12 });
    const removed = it.logs.map((log, index) => (index === it.logs.length - 1 ? { ...log, removed: true } : log));
    expect(readRentBook({ deployment, logs: removed }).leases[0]?.end).to.equal(START + 5 * HOUR);
  });

  it("settles leases that are over, without related ones, at the whole card's rate", () => {
    const book = bookOf((it) => {
      it.lease(7n, stranger, { rate: 500n, thousandths: 500 });
      it.lease(7n, owner, { place: 1, rate: 9_999n });
      it.lease(7n, stranger, { place: 2, seconds: 10 * HOUR });
    });
    const now = START + 2 * HOUR;
    expect(settledRents(book, { now })).to.deep.equal([
      { model: 12, ratePerSecond: 1_000n, cardSeconds: HOUR / 2, end: START + HOUR },
    ]);
    expect(settledRents(book, { now, related: true })).to.have.lengthOf(2);
  });

  it("counts utilisation by thousandths and seconds inside the time asked for", () => {
    const { leases } = bookOf((it) => {
      it.lease(7n, stranger, { thousandths: 250, start: START - HOUR, seconds: 2 * HOUR });
      it.lease(7n, stranger, { thousandths: 750, place: 1 });
      it.lease(9n, stranger);
    });
    const asked = { from: START, until: START + 2 * HOUR };
    expect(utilisation(leases, { ...asked, cardIds: [7n] })).to.deep.equal({
      utilisation: 0.5,
      letSeconds: HOUR,
      cardSeconds: 2 * HOUR,
    });
    expect(utilisation(leases, { ...asked, cardIds: [7n, 8n] }).utilisation).to.equal(0.25);
    expect(() => utilisation(leases, { ...asked, cardIds: [] })).to.throw(InvalidInputError, "cardIds");
    expect(() => utilisation(leases, { ...asked, until: START, cardIds: [7n] })).to.throw(InvalidInputError, "until");
  });
});

/** The reading as the definition says it, with sorting and without cleverness. */
const expected = (rents: readonly SettledRent[], clip: number, leastSpread: number): number => {
  const median = (values: readonly (readonly [number, number])[]): number => {
    const sorted = [...values].sort(([a], [b]) => a - b);
    const half = sorted.reduce((sum, [, weight]) => sum + weight, 0) / 2;
    return (
      sorted.find((_, index) => sorted.slice(0, index + 1).reduce((sum, [, weight]) => sum + weight, 0) >= half)?.[0] ??
      0
    );
  };
  const points = rents.map(({ ratePerSecond, cardSeconds }) => [Number(ratePerSecond), cardSeconds] as const);
  const middle = median(points);
  const spread = 1.4826 * median(points.map(([rate, weight]) => [Math.abs(rate - middle), weight]));
  const kept = points.filter(([rate]) => Math.abs(rate - middle) <= clip * Math.max(spread, leastSpread * middle));
  return (
    kept.reduce((sum, [rate, weight]) => sum + rate * weight, 0) / kept.reduce((sum, [, weight]) => sum + weight, 0)
  );
};

describe("price index of a model", () => {
  const rent = (dollarsPerHour: number, cardSeconds = HOUR, end = START): SettledRent => ({
    model: 12,
    ratePerSecond: BigInt(Math.round((dollarsPerHour * 1e18) / 3_600)),
    cardSeconds,
    end,
  });
  const dollars = (rate: bigint | undefined): number => (Number(rate) * 3_600) / 1e18;

  it("is the volume-weighted mean of ordinary prices, and passes over outliers", () => {
    const index = createPriceIndex();
    for (const each of [rent(2), rent(2.1, 3 * HOUR), rent(1.9), rent(100, HOUR / 2), rent(0.01, HOUR / 2)])
      index.add(each);
    const reading = index.read(12, START);
    expect(dollars(reading?.ratePerSecond)).to.be.closeTo((2 + 3 * 2.1 + 1.9) / 5, 1e-9);
    expect(reading).to.deep.include({ leases: 3, discarded: 2, cardSeconds: 5 * HOUR });
    expect(index.read(11, START)).to.equal(undefined);
  });

  it("passes over the prices of one who rents for less than half of the time, unless they are near", () => {
    const index = createPriceIndex();
    for (let lease = 0; lease < 50; lease++) index.add(rent(2 + (lease % 5) / 50));
    const before = dollars(index.read(12, START)?.ratePerSecond);
    for (let wash = 0; wash < 48; wash++) index.add(rent(20));
    expect(dollars(index.read(12, START)?.ratePerSecond)).to.be.closeTo(before, 0.05);
    const near = createPriceIndex();
    for (let lease = 0; lease < 55; lease++) near.add(rent(2 + (lease % 5) / 50));
    for (let wash = 0; wash < 45; wash++) near.add(rent(2.3));
    const { ratePerSecond, median } = near.read(12, START) ?? expect.fail("no reading");
    expect(dollars(median)).to.be.within(2, 2.0801);
    expect(dollars(ratePerSecond)).to.be.within(2.1, dollars(median) * 1.15);
  });

  it("reads the same, whenever it is read between", () => {
    const [often, once] = [createPriceIndex(), createPriceIndex()];
    for (let lease = 0; lease < 200; lease++) {
      const one = rent(1 + ((lease * 37) % 101) / 50, HOUR + lease, START - (lease % 9));
      often.add(one);
      once.add(one);
      often.read(12, START);
      if (lease === 150) for (const index of [often, once]) index.forget(START - 4);
    }
    expect(often.read(12, START)).to.deep.equal(once.read(12, START));
  });

  it("agrees with its definition on random leases, in any order", () => {
    const one = fc.record({
      model: fc.constant(12),
      ratePerSecond: fc.bigInt({ min: 10n ** 10n, max: 10n ** 15n }),
      cardSeconds: fc.integer({ min: 1, max: 10 ** 7 }),
      end: fc.integer({ min: START - 1_000, max: START + 1_000 }),
    });
    const options = { window: 1_000, clip: 2, leastSpread: 0.1 };
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 60 }), (rents) => {
        const index = createPriceIndex(options);
        for (const each of rents) index.add(each);
        const inside = rents.filter(({ end }) => end <= START && end > START - 1_000);
        const reading = index.read(12, START);
        if (inside.length === 0) {
          expect(reading).to.equal(undefined);
          return;
        }
        const value = expected(inside, options.clip, options.leastSpread);
        expect(Number(reading?.ratePerSecond)).to.be.closeTo(value, value * 1e-9);
        expect((reading?.leases ?? 0) + (reading?.discarded ?? 0)).to.equal(inside.length);
        index.forget(START + 1);
        expect(index.read(12, START)).to.equal(undefined);
      }),
    );
  });

  it("is exact to the wei above 2^53, where rates differ by less than a number can tell", () => {
    const rates = [5n, 1n, 4n, 2n, 3n].map((aside) => 2n ** 60n + aside);
    const index = createPriceIndex();
    for (const ratePerSecond of rates) index.add({ ...rent(1), ratePerSecond });
    expect(index.read(12, START)).to.include({ median: 2n ** 60n + 3n, leases: 5 });
    const alike = createPriceIndex();
    for (let lease = 0; lease < 3; lease++) alike.add({ ...rent(1, HOUR + lease), ratePerSecond: 2n ** 60n + 3n });
    expect(alike.read(12, START)).to.include({ ratePerSecond: 2n ** 60n + 3n, median: 2n ** 60n + 3n, spread: 0n });
  });

  it("refuses numbers out of range", () => {
    expect(() => createPriceIndex({ window: 0 })).to.throw(InvalidInputError, "window");
    expect(() => createPriceIndex().add({ ...rent(1), cardSeconds: 0 })).to.throw(InvalidInputError, "cardSeconds");
    expect(() => createPriceIndex().add({ ...rent(1), ratePerSecond: 0n })).to.throw(
      InvalidInputError,
      "ratePerSecond",
    );
    expect(() => createPriceIndex().add({ ...rent(1), ratePerSecond: 10n ** 400n })).to.throw(InvalidInputError);
    expect(() => createPriceIndex().read(1, -1)).to.throw(InvalidInputError, "now");
    expect(() => createPriceIndex().forget(Number.NaN)).to.throw(InvalidInputError, "before");
  });
});
