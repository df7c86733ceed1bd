import {
  type Abi,
  type AbiEvent,
  type AbiParameter,
  type Address,
  type ContractEventArgsFromTopics,
  type ContractEventName,
  type Hex,
  keccak256,
  numberToHex,
  type RpcLog,
  toEventSelector,
  toHex,
} from "viem";
import * as abis from "../../sdk/src/abis/index.ts";
import { encodeLeaseId } from "../../sdk/src/index.ts";
import type { StateDeployment } from "../../sdk/src/state/index.ts";

/* A made-up but consistent history of events, by arithmetic of its own: for benchmarks and fuzz tests without a chain. */

/** A log that always is of a block. */
export type HistoryLog = Omit<RpcLog, "blockHash" | "blockNumber" | "logIndex"> & {
  readonly blockHash: Hex;
  readonly blockNumber: Hex;
  readonly logIndex: Hex;
  readonly blockTimestamp: Hex;
};

/** A block of a history. */
export type HistoryBlock = {
  readonly number: number;
  readonly hash: Hex;
  readonly parentHash: Hex;
  readonly timestamp: number;
  readonly logs: readonly HistoryLog[];
};

export type HistoryOptions = {
  readonly cards: number;
  /** Blocks after the one that sets everything up. */
  readonly blocks: number;
  readonly operationsPerBlock: number;
  readonly seed: number;
  /** Blocks up to this number are those of the same options with the seed alone; after it the history takes another branch. */
  readonly fork?: { readonly after: number; readonly seed: number } | undefined;
};

const accountOf = (name: string, index = 0): Address => `0x${keccak256(toHex(`${name} ${index}`)).slice(26)}`;

/** The deployment that the histories are of. */
export const historyDeployment: StateDeployment = {
  startBlock: 1n,
  addresses: {
    computeToken: accountOf("computeToken"),
    computeDollar: accountOf("computeDollar"),
    priceOracle: accountOf("priceOracle"),
    dollarMinter: accountOf("dollarMinter"),
    cardRegistry: accountOf("cardRegistry"),
    supplierStaking: accountOf("supplierStaking"),
    renterStaking: accountOf("renterStaking"),
    leaseLedger: accountOf("leaseLedger"),
    rentalMarket: accountOf("rentalMarket"),
    revenueShareFactory: accountOf("revenueShareFactory"),
  },
};

const at = historyDeployment.addresses;
const nobody: Address = `0x${"0".repeat(40)}`;
const one = 10n ** 18n;
const feeBps = 500n;

/** Numbers from 0 up to, not including, `below` (mulberry32). */
export const randomFrom = (seed: number) => {
  let state = seed >>> 0;
  return (below: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
};

const wordsOf = (value: unknown, parameter: AbiParameter): string => {
  if (typeof value === "object" && value !== null) {
    const parts = "components" in parameter ? parameter.components : [];
    return parts.map((part) => wordsOf(Reflect.get(value, part.name ?? ""), part)).join("");
  }
  if (typeof value === "string") return value.slice(2).padStart(64, "0");
  if (typeof value !== "bigint" && typeof value !== "number" && typeof value !== "boolean")
    throw new RangeError(`${parameter.name}: no value`);
  return BigInt(value).toString(16).padStart(64, "0");
};

type Shape = { readonly topic: Hex; readonly inputs: AbiEvent["inputs"] };
const shapes = new Map<Abi, Map<string, Shape>>();

const shapeOf = (abi: Abi, name: string): Shape => {
  const known = shapes.get(abi) ?? new Map<string, Shape>();
  shapes.set(abi, known);
  const found = known.get(name);
  if (found !== undefined) return found;
  const item = abi.find((entry) => entry.type === "event" && entry.name === name);
  if (item?.type !== "event") throw new RangeError(`no event ${name}`);
  const shape = { topic: toEventSelector(item), inputs: item.inputs };
  known.set(name, shape);
  return shape;
};

type Lease = { id: bigint; renter: Address; operator: Address; rate: bigint; start: number; end: number; paid: number };
type Share = {
  readonly share: Address;
  readonly supply: bigint;
  readonly holders: Map<Address, { balance: bigint; correction: bigint }>;
};
type Card = {
  readonly id: bigint;
  readonly owner: Address;
  readonly operator: Address;
  readonly share: Share | undefined;
  readonly places: (Lease | undefined)[];
  /** Holders' revenue of the current number by leases that have left their place, and what the owner got of it. */
  closed: bigint;
  ownerPaid: bigint;
};

const partsOf = (gross: bigint) => {
  const fee = (gross * feeBps) / 10_000n;
  const node = (gross - fee) / 10n;
  return { fee, node, holders: gross - fee - node };
};

const servedBy = ({ start, end }: Lease, time: number): bigint => BigInt(Math.max(0, Math.min(end, time) - start));

/** A history, block by block. */
export const generateHistory = ({ cards, blocks, operationsPerBlock, seed, fork }: HistoryOptions) => {
  let random = randomFrom(seed);
  const pick = <T>(values: readonly T[]): T => {
    const value = values[random(values.length)];
    if (value === undefined) throw new RangeError("nothing to pick from");
    return value;
  };
  let logs: HistoryLog[] = [];
  let [number, time, salt] = [0, 1_800_000_000, 0];
  let hash: Hex = `0x${"0".repeat(64)}`;
  const list: HistoryBlock[] = [];

  const emit = <const EventAbi extends Abi, Name extends ContractEventName<EventAbi>>(
    address: Address,
    abi: EventAbi,
    name: Name,
    args: ContractEventArgsFromTopics<EventAbi, Name>,
  ): void => {
    const { topic, inputs } = shapeOf(abi, name);
    const value = (input: AbiParameter) => wordsOf(Reflect.get(Object(args), input.name ?? ""), input);
    const indexed = inputs.filter((input) => input.indexed === true).map((input): Hex => `0x${value(input)}`);
    logs.push({
      address,
      topics: [topic, ...indexed],
      data: `0x${inputs
        .filter((input) => input.indexed !== true)
        .map(value)
        .join("")}`,
      blockNumber: numberToHex(number),
      blockHash: hash,
      blockTimestamp: numberToHex(time),
      logIndex: numberToHex(logs.length),
      transactionHash: hash,
      transactionIndex: "0x0",
      removed: false,
    });
  };
  const beginBlock = (): void => {
    number += 1;
    time += 12;
    logs = [];
    const branch = fork !== undefined && number > fork.after ? `/${fork.seed}` : "";
    hash = keccak256(toHex(`${hash}${number}/${seed}${branch}`));
  };
  const endBlock = (): void => {
    const parentHash = list.at(-1)?.hash ?? `0x${"0".repeat(64)}`;
    list.push({ number, hash, parentHash, timestamp: time, logs });
  };

  const { leaseLedgerAbi: ledger, computeDollarAbi, computeTokenAbi, cardRegistryAbi: registry } = abis;
  const dollars = (from: Address, to: Address, value: bigint) =>
    emit(at.computeDollar, computeDollarAbi, "Transfer", { from, to, value });
  const tokens = (from: Address, to: Address, value: bigint) =>
    emit(at.computeToken, computeTokenAbi, "Transfer", { from, to, value });

  const people = Array.from({ length: 64 }, (_, index) => accountOf("person", index));
  const balances = new Map<Address, bigint>();
  const balanceOf = (account: Address): bigint => balances.get(account) ?? 0n;
  const credit = (
    account: Address,
    cardId: bigint,
    reason: "Deposit" | "Node" | "Owner" | "MatcherFee",
    amount: bigint,
  ) => {
    balances.set(account, balanceOf(account) + amount);
    const index = abis.creditReasonNames.indexOf(reason);
    emit(at.leaseLedger, ledger, "AccountCredited", { account, cardId, reason: index, amount });
  };
  let creditOfMinter = 30_000_000n * one;
  const mint = (account: Address, out: bigint): void => {
    const tokenIn = out * 10n;
    creditOfMinter += tokenIn;
    const price = { low: one / 10n, high: one / 10n, slow: one / 10n, health: 0 };
    emit(at.priceOracle, abis.priceOracleAbi, "PricePoked", price);
    emit(at.dollarMinter, abis.dollarMinterAbi, "DollarsMinted", {
      payer: account,
      to: account,
      tokenIn,
      out,
      leasePart: 0n,
      fee: one / 200n,
      credit: creditOfMinter,
    });
    tokens(account, nobody, tokenIn);
    dollars(nobody, account, out);
  };

  /* SET UP */

  const card = (index: number): Card => {
    const id = BigInt(index + 1);
    const [owner, operator] = [pick(people), accountOf("operator", index % 97)];
    emit(at.cardRegistry, registry, "Transfer", { from: nobody, to: owner, tokenId: id });
    emit(at.cardRegistry, registry, "CardRegistered", { cardId: id, owner, model: 1, region: 1 });
    const terms = { hostId: index >> 3, floorRate: 0n, longestHours: 0, epoch: 0 };
    emit(at.cardRegistry, registry, "CardOperatorChanged", { cardId: id, operator, ...terms });
    emit(at.cardRegistry, registry, "CardVerified", { cardId: id, deviceId: keccak256(toHex(`device ${index}`)) });
    const amount = 50_000n * one;
    tokens(nobody, operator, amount);
    emit(at.supplierStaking, abis.supplierStakingAbi, "BondStaked", { cardId: id, operator, amount, payer: operator });
    tokens(operator, at.supplierStaking, amount);
    const share = index % 8 === 0 ? tokenize(id, owner) : undefined;
    return { id, owner, operator, share, places: Array.from({ length: 8 }), closed: 0n, ownerPaid: 0n };
  };
  const tokenize = (cardId: bigint, owner: Address): Share => {
    const share = accountOf("share", Number(cardId));
    const supply = 1_000_000n * one;
    const saleEnd = time + 86_400;
    const term = 365 * 86_400;
    emit(at.revenueShareFactory, abis.revenueShareFactoryAbi, "CardTokenized", {
      cardId,
      owner,
      share,
      number: 1,
      terms: {
        supply,
        price: one,
        minimumRaise: one,
        promisedRevenue: 10_000n * one,
        floorRate: 0n,
        floorDecayBps: 0,
        upfrontBps: 2_000,
        saleEnd,
        term,
      },
    });
    const named = { number: 1, floorRate: 0n, decayBps: 0, saleEnd, termEnd: saleEnd + term };
    emit(at.cardRegistry, registry, "CardEncumbranceNamed", { cardId, holder: share, ...named });
    const holders: Share["holders"] = new Map();
    for (const buyer of people.slice(0, 10)) {
      emit(share, abis.revenueShareAbi, "Transfer", { from: nobody, to: buyer, value: supply / 10n });
      emit(share, abis.revenueShareAbi, "SharesBought", { buyer, shares: supply / 10n, cost: supply / 10n });
      holders.set(buyer, { balance: supply / 10n, correction: 0n });
    }
    const outcome = { succeeded: true, sold: supply, proceeds: supply, owner, upfront: supply / 5n };
    emit(share, abis.revenueShareAbi, "ShareFinalised", outcome);
    emit(at.cardRegistry, registry, "CardEncumbranceActivated", { cardId, holder: share, number: 1 });
    emit(at.leaseLedger, ledger, "RevenueNumberChanged", { cardId, number: 1, holder: share, revenue: 0n });
    return { share, supply, holders };
  };

  beginBlock();
  emit(at.dollarMinter, abis.dollarMinterAbi, "CreditSeeded", { credit: creditOfMinter });
  emit(at.supplierStaking, abis.supplierStakingAbi, "BondPriceRefreshed", { price: one / 10n });
  for (const person of people) {
    tokens(nobody, person, 10n ** 12n * one);
    mint(person, 10n ** 9n * one);
  }
  const all = Array.from({ length: cards }, (_, index) => card(index));
  const shared = all.filter(({ share }) => share !== undefined);
  endBlock();

  /* OPERATIONS */

  const holdersRevenue = ({ closed, places }: Card): bigint =>
    places.reduce(
      (sum, lease) => (lease === undefined ? sum : sum + partsOf(lease.rate).holders * servedBy(lease, time)),
      closed,
    );
  /** Pays a place's fee and node; returns the fee. */
  const payPlace = ({ id }: Card, lease: Lease): bigint => {
    const seconds = BigInt(Math.max(0, Math.min(lease.end, time) - Math.max(lease.start, lease.paid)));
    const { fee, node } = partsOf(lease.rate);
    lease.paid = time;
    if (node * seconds > 0n) credit(lease.operator, id, "Node", node * seconds);
    return fee * seconds;
  };
  const match = (): void => {
    const chosen = pick(all);
    const place = chosen.places.findIndex((lease) => lease === undefined || lease.end <= time);
    if (place < 0) return;
    let fees = 0n;
    for (const lease of chosen.places) {
      if (lease !== undefined && lease.end <= time && lease.paid < lease.end) fees += payPlace(chosen, lease);
    }
    if (fees > 0n) emit(at.leaseLedger, ledger, "FeesGathered", { cardId: chosen.id, amount: fees });
    const old = chosen.places[place];
    if (old !== undefined) chosen.closed += partsOf(old.rate).holders * servedBy(old, time);
    const renter = pick(people);
    const submitter = accountOf("matcher");
    const rate = 10n ** 13n + BigInt(random(1_000_000));
    const duration = 600 + random(7_200);
    const id = encodeLeaseId({ cardId: chosen.id, place, start: time });
    const end = time + duration;
    chosen.places[place] = { id, renter, operator: chosen.operator, rate, start: time, end, paid: 0 };
    emit(at.leaseLedger, ledger, "LeaseStarted", {
      leaseId: id,
      cardId: chosen.id,
      renter,
      operator: chosen.operator,
      rate,
      thousandths: 125,
      feeBps: Number(feeBps),
      paidInToken: false,
      end,
      minMinutes: 10,
      maxHours: 720,
      accessKeyHash: keccak256(toHex(id)),
    });
    const escrow = rate * BigInt(duration);
    const matcherFees = 10n ** 15n;
    const amount = escrow + matcherFees;
    const fromWallet = amount > balanceOf(renter) ? amount - balanceOf(renter) : 0n;
    balances.set(renter, balanceOf(renter) + fromWallet - amount);
    emit(at.leaseLedger, ledger, "AccountCharged", { account: renter, amount, fromWallet, minted: 0n });
    credit(submitter, 0n, "MatcherFee", matcherFees);
    if (fromWallet > 0n) dollars(renter, at.leaseLedger, fromWallet);
    salt += 1;
    const taken = { renter, salt: BigInt(salt), submitter, taken: 1n, escrow, matcherFees, tokenIn: 0n };
    emit(at.rentalMarket, abis.rentalMarketAbi, "BidMatched", taken);
  };
  const collect = (): void => {
    const chosen = pick(all);
    const fee = chosen.places.reduce((sum, lease) => (lease === undefined ? sum : sum + payPlace(chosen, lease)), 0n);
    const revenue = holdersRevenue(chosen);
    if (chosen.share === undefined && revenue > chosen.ownerPaid) {
      credit(chosen.owner, chosen.id, "Owner", revenue - chosen.ownerPaid);
      chosen.ownerPaid = revenue;
    }
    emit(at.leaseLedger, ledger, "CardCollected", { cardId: chosen.id, until: time, fee });
  };
  const stop = (): void => {
    const lease = pick(all).places[random(8)];
    if (lease === undefined || lease.end <= time || lease.start === time) return;
    const refund = lease.rate * BigInt(lease.end - time);
    lease.end = time;
    balances.set(lease.renter, balanceOf(lease.renter) + refund);
    const stopped = { leaseId: lease.id, by: lease.renter, end: time, refund, penalty: 0n };
    emit(at.leaseLedger, ledger, "LeaseStopped", stopped);
  };
  const deposit = (): void => {
    const account = pick(people);
    const amount = BigInt(1 + random(1_000)) * one;
    dollars(account, at.leaseLedger, amount);
    credit(account, 0n, "Deposit", amount);
  };
  const withdraw = (): void => {
    const account = pick(people);
    const amount = balanceOf(account) / 2n;
    if (amount === 0n) return;
    balances.set(account, balanceOf(account) - amount);
    emit(at.leaseLedger, ledger, "BalanceWithdrawn", { account, to: account, amount });
    dollars(at.leaseLedger, account, amount);
  };
  const shareTransfer = (): void => {
    const chosen = pick(shared);
    if (chosen.share === undefined) return;
    const { share, holders } = chosen.share;
    const [from, to] = [pick([...holders.keys()]), pick(people)];
    const [giver, revenue] = [holders.get(from), holdersRevenue(chosen)];
    if (giver === undefined || giver.balance === 0n || from === to) return;
    const value = giver.balance / BigInt(1 + random(4));
    giver.balance -= value;
    giver.correction -= value * revenue;
    const taker = holders.get(to) ?? { balance: 0n, correction: 0n };
    holders.set(to, { balance: taker.balance + value, correction: taker.correction + value * revenue });
    emit(share, abis.revenueShareAbi, "Transfer", { from, to, value });
  };
  const claim = (): void => {
    const chosen = pick(shared);
    if (chosen.share === undefined) return;
    const { holders, supply } = chosen.share;
    const account = pick([...holders.keys()]);
    const holder = holders.get(account);
    if (holder === undefined) return;
    const amount = (holder.balance * holdersRevenue(chosen) - holder.correction) / supply;
    if (amount === 0n) return;
    holder.correction += amount * supply;
    emit(at.leaseLedger, ledger, "RevenueClaimed", { cardId: chosen.id, number: 1, account, amount, toWallet: true });
    dollars(at.leaseLedger, account, amount);
  };
  const operations = [
    ...Array.from({ length: 8 }, () => match),
    ...Array.from({ length: 4 }, () => collect),
    ...Array.from({ length: 3 }, () => stop),
    ...[deposit, withdraw, shareTransfer, shareTransfer, claim, claim],
    () => tokens(pick(people), pick(people), one),
    () => mint(pick(people), 100n * one),
  ];
  for (let count = 0; count < blocks; count += 1) {
    if (fork !== undefined && number === fork.after) random = randomFrom(fork.seed);
    beginBlock();
    for (let left = operationsPerBlock; left > 0; left -= 1) pick(operations)();
    endBlock();
  }
  return list;
};
