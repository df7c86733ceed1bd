// Gas of what users do: whole transactions (21 000 + calldata + execution − refunds) in the production profile, on a chain of its own.
// "Steady" means that every slot touched is non-zero before: balances, words of orders, the card's header, and the place of the lease,
// whose former lease is over and collected. Peers are the best measured for the same job; floors are the least that the job must touch.
import { parseArgs } from "node:util";
import { type Hex, parseEventLogs, zeroAddress, zeroHash } from "viem";
import { cardRegistryAbi, revenueShareFactoryAbi } from "../../sdk/src/abis/index.ts";
import {
  type Ask,
  anyMask,
  approveToken,
  type Bid,
  bumpCounter,
  buyShares,
  cancelOrders,
  claimRevenue,
  claimRevenueMany,
  collectCard,
  collectCards,
  deposit,
  extendLease,
  finaliseSale,
  matchOrders,
  mintDollar,
  orderDomain,
  parseDollars,
  parseShares,
  parseTokens,
  ratePerSecondFromDollarsPerHour,
  redeemDollar,
  registerCards,
  requestBondUnstake,
  type Sent,
  signAsk,
  signBid,
  stakeBond,
  stakeBonds,
  stopLease,
  takeAsk,
  tokenizeCard,
  transferToken,
  verifyCards,
  withdraw,
  withdrawBond,
} from "../../sdk/src/index.ts";
import { startChain } from "../demo/chain.ts";
import { need } from "../demo/failure.ts";
import { table } from "../demo/format.ts";
import { type Person, personOf } from "../demo/people.ts";
import { deploySystem, openHardhat, type System } from "../demo/system.ts";

const DAY = 86_400;
const RATE = ratePerSecondFromDollarsPerHour("2");
const WAIT = { wait: true } as const;
const CARDS = 8;

/** What an operation is measured against. */
type Mark = { readonly goal?: number; readonly floor?: number; readonly peer?: string; readonly peerGas?: number };

const MARKS = {
  "match, steady": { goal: 129_000, floor: 90_397, peer: "Seaport, two-sided, no escrow", peerGas: 174_070 },
  "match, old lease over and not collected": { goal: 153_000 },
  "match, first on the card and in the order word": { goal: 200_000 },
  "match, each further card": { goal: 47_000, floor: 34_797, peer: "Livepeer ticket", peerGas: 113_717 },
  "match paid in CARD": {},
  "take an ask": { goal: 103_000, floor: 76_321, peer: "Sablier Flow create and deposit", peerGas: 162_438 },
  extend: { goal: 56_000 },
  "stop by the renter": { goal: 45_000, floor: 45_191, peer: "Sablier Lockup cancel", peerGas: 101_047 },
  "stop by the operator": { goal: 86_500 },
  "collect one card": { goal: 70_000, peer: "0xSplits two-way payout", peerGas: 67_880 },
  "collect each further card": { goal: 32_000 },
  "withdraw from the ledger": {},
  "cancel an order": { goal: 28_500, floor: 27_189, peer: "Seaport", peerGas: 53_001 },
  "void all orders": { goal: 28_500, peer: "Seaport", peerGas: 45_076 },
  "transfer CARD": { goal: 36_000, floor: 33_424, peer: "solady ERC20", peerGas: 34_019 },
  "mint cfUSD": { goal: 115_000, floor: 63_641, peer: "Maker PSM, no oracle", peerGas: 149_321 },
  "redeem cfUSD": { goal: 122_000 },
  "stake a bond, first": { goal: 68_000, floor: 66_237, peer: "OpenZeppelin ERC-4626", peerGas: 73_607 },
  "stake a bond, steady": { goal: 50_000, floor: 49_137, peer: "OpenZeppelin ERC-4626", peerGas: 56_507 },
  "request to unstake": { goal: 55_000, floor: 32_937, peer: "Livepeer", peerGas: 446_267 },
  "withdraw a bond": { goal: 49_000, floor: 41_801, peer: "Livepeer", peerGas: 102_232 },
  "tokenize a card": { goal: 300_000, floor: 149_300, peer: "clone with ERC20Permit alone", peerGas: 234_294 },
  "transfer a share, both accrue": { goal: 43_000, floor: 35_524, peer: "ERC-7641 reference", peerGas: 46_613 },
  "claim revenue of one card": { goal: 67_000, floor: 43_901, peer: "ERC-7641 reference", peerGas: 75_289 },
  "claim revenue of each further card": { goal: 35_000, floor: 18_137 },
} as const satisfies Record<string, Mark>;

type Operation = keyof typeof MARKS;
type Measured = Map<Operation, number>;

const gasOf = async (sent: Promise<Sent<unknown>>): Promise<number> =>
  Number(need((await sent).receipt, "a receipt").gasUsed);

/** Those who act, with money where a steady state has some. */
type Cast = Readonly<Record<"owner" | "operator" | "renter" | "taker" | "matcher" | "investor" | "friend", Person>>;

type Stage = { readonly system: System; readonly cast: Cast; readonly cards: readonly bigint[] };

const prepare = async (system: System): Promise<Stage> => {
  const { chain, deployment, treasury } = system;
  const person = (name: string): Person => personOf(chain, name);
  const cast: Cast = {
    owner: person("owner"),
    operator: person("operator"),
    renter: person("renter"),
    taker: person("taker"),
    matcher: person("matcher"),
    investor: person("investor"),
    friend: person("friend"),
  };
  await chain.fund(Object.values(cast).map(({ address }) => address));
  const {
    computeToken: token,
    computeDollar: dollar,
    leaseLedger,
    supplierStaking,
    dollarMinter,
  } = deployment.addresses;
  const deadline = (await chain.now()) + 900 * DAY;
  await mintDollar(
    treasury.client,
    { deployment, tokenIn: parseTokens("1200000"), minOut: 0n, to: treasury.address, deadline },
    WAIT,
  );
  for (const { address } of Object.values(cast)) {
    await transferToken(treasury.client, { token, to: address, amount: parseTokens("1000000") }, WAIT);
    await transferToken(treasury.client, { token: dollar, to: address, amount: parseDollars("1000") }, WAIT);
  }
  await approveToken(treasury.client, { token: dollar, spender: leaseLedger, amount: parseDollars("50000") }, WAIT);
  for (const account of Object.values(cast).map(({ address }) => address)) {
    await deposit(treasury.client, { deployment, account, amount: parseDollars("5000") }, WAIT);
  }
  for (const [{ client }, spender] of [
    [cast.operator, supplierStaking],
    [cast.renter, dollarMinter],
  ] as const) {
    await approveToken(client, { token, spender, amount: parseTokens("1000000") }, WAIT);
  }
  return { system, cast, cards: await register(system, cast) };
};

const register = async (system: System, { owner, operator }: Cast): Promise<readonly bigint[]> => {
  const { deployment, verifier } = system;
  const registration = { model: 0, region: 0, hostId: 1, operator: operator.address, floorRate: 0n, longestHours: 0 };
  const { receipt } = await registerCards(
    owner.client,
    { deployment, registrations: Array.from({ length: CARDS }, () => registration) },
    WAIT,
  );
  const { logs } = need(receipt, "a receipt");
  const cards = parseEventLogs({ abi: cardRegistryAbi, eventName: "CardRegistered", logs }).map(
    ({ args }) => args.cardId,
  );
  const deviceIds = cards.map((card): Hex => `0x${card.toString(16).padStart(64, "0")}`);
  await verifyCards(verifier.client, { deployment, cardIds: cards, deviceIds }, WAIT);
  const bonded = cards.slice(1);
  await stakeBonds(
    operator.client,
    { deployment, cardIds: bonded, amounts: bonded.map(() => parseTokens("50000")) },
    WAIT,
  );
  return cards;
};

/** Salts of one word of 32 orders: only the first order of a word is dear. */
const saltsFrom = (first: bigint): (() => bigint) => {
  let salt = first - 1n;
  return () => {
    salt += 1n;
    return salt;
  };
};

const ordersOf = ({ system, cast }: Stage) => {
  const { chain, deployment } = system;
  const domain = orderDomain({ chainId: deployment.chainId, market: deployment.addresses.rentalMarket });
  const askSalt = saltsFrom(32n);
  const bidSalt = saltsFrom(64n);

  const askFor = async (cardId: bigint) => {
    const ask: Ask = {
      operator: cast.operator.address,
      cardId,
      epoch: 0,
      ratePerSecond: RATE,
      minThousandths: 1,
      minDuration: 600,
      maxDuration: 30 * DAY,
      priorityTier: 0,
      openFrom: 0,
      validUntil: (await chain.now()) + DAY,
      counter: 0n,
      salt: askSalt(),
    };
    return { ask, signature: await signAsk(cast.operator.account, domain, ask) };
  };

  const match = async (cards: readonly bigint[], changes: Partial<Bid> = {}): Promise<number> => {
    const asks = await Promise.all(cards.map(askFor));
    const bid: Bid = {
      renter: cast.renter.address,
      models: anyMask,
      regions: anyMask,
      thousandths: 1000,
      quantity: cards.length,
      minQuantity: cards.length,
      sameHost: false,
      maxRatePerSecond: RATE,
      duration: DAY,
      payInToken: false,
      maxTokenIn: 0n,
      matcher: zeroAddress,
      exclusiveUntil: 0,
      matcherFee: 0n,
      accessKeyHash: zeroHash,
      validUntil: (await chain.now()) + DAY,
      counter: 0n,
      salt: bidSalt(),
      ...changes,
    };
    const args = {
      deployment,
      bid,
      bidSignature: await signBid(cast.renter.account, domain, bid),
      asks: asks.map(({ ask }) => ask),
      askSignatures: asks.map(({ signature }) => signature),
    };
    return gasOf(matchOrders(cast.matcher.client, args, WAIT));
  };

  const take = async (card: bigint, { client }: Person, duration = DAY) => {
    const terms = { thousandths: 1000, duration, maxRatePerSecond: RATE, payInToken: false, maxTokenIn: 0n };
    const args = { deployment, ...(await askFor(card)), take: { ...terms, accessKeyHash: zeroHash } };
    const { result, receipt } = await takeAsk(client, args, WAIT);
    return { leaseId: need(result, "a lease"), gas: Number(need(receipt, "a receipt").gasUsed) };
  };

  const pass = async (seconds: number): Promise<void> => {
    await chain.moveTo((await chain.now()) + seconds);
    await system.refreshFeeds();
  };
  const settle = (cards: readonly bigint[]): Promise<number> =>
    gasOf(collectCards(cast.matcher.client, { deployment, cardIds: cards }, WAIT));
  return { match, take, pass, settle };
};

const measureRents = async (stage: Stage): Promise<Measured> => {
  const { system, cast, cards } = stage;
  const { deployment } = system;
  const { renter, operator, taker, matcher } = cast;
  const rented = cards.slice(1);
  const [a = 0n, b = 0n, c = 0n] = rented;
  const { match, take, pass, settle } = ordersOf(stage);
  const gas: Measured = new Map();

  gas.set("match, first on the card and in the order word", await match([a]));
  await match(rented.slice(1));
  await pass(2 * DAY);
  await settle(rented);
  gas.set("match, steady", await match([a]));
  await pass(2 * DAY);
  gas.set("match, old lease over and not collected", await match([a]));
  await pass(2 * DAY);
  await settle(rented);
  gas.set(
    "match, each further card",
    Math.round(((await match([a, b, c])) - need(gas.get("match, steady"), "it")) / 2),
  );
  await pass(3600);
  await settle(rented);
  await pass(3600);
  gas.set("collect one card", await gasOf(collectCard(matcher.client, { deployment, cardId: a }, WAIT)));
  await pass(3600);
  const one = await settle([a]);
  gas.set("collect each further card", Math.round(((await settle([a, b, c])) - one) / 2));
  await pass(2 * DAY);
  await settle(rented);

  const rent = await take(a, taker);
  gas.set("take an ask", rent.gas);
  const extension = { deployment, leaseId: rent.leaseId, added: 3600 };
  gas.set("extend", await gasOf(extendLease(taker.client, extension, WAIT)));
  await pass(3600);
  gas.set("stop by the renter", await gasOf(stopLease(taker.client, { deployment, leaseId: rent.leaseId }, WAIT)));
  const { leaseId } = await take(b, renter);
  await pass(3600);
  gas.set("stop by the operator", await gasOf(stopLease(operator.client, { deployment, leaseId }, WAIT)));
  await settle(rented);
  gas.set("match paid in CARD", await match([c], { payInToken: true, maxTokenIn: 2n ** 128n - 1n }));
  const drawn = { deployment, amount: parseDollars("1"), to: renter.address };
  gas.set("withdraw from the ledger", await gasOf(withdraw(renter.client, drawn, WAIT)));
  gas.set("cancel an order", await gasOf(cancelOrders(renter.client, { deployment, salts: [95n] }, WAIT)));
  await bumpCounter(taker.client, { deployment }, WAIT);
  gas.set("void all orders", await gasOf(bumpCounter(taker.client, { deployment }, WAIT)));
  return gas;
};

const measureMoney = async ({ system, cast, cards }: Stage): Promise<Measured> => {
  const { chain, deployment, treasury } = system;
  const { operator, friend } = cast;
  const gas: Measured = new Map();
  const deadline = (await chain.now()) + DAY;
  const { computeToken: token } = deployment.addresses;
  gas.set(
    "transfer CARD",
    await gasOf(transferToken(treasury.client, { token, to: friend.address, amount: 1n }, WAIT)),
  );
  const mint = { deployment, tokenIn: parseTokens("1000"), minOut: 0n, to: treasury.address, deadline };
  const redeem = { deployment, dollarIn: parseDollars("10"), minOut: 0n, to: treasury.address, deadline };
  await redeemDollar(treasury.client, redeem, WAIT);
  gas.set("mint cfUSD", await gasOf(mintDollar(treasury.client, mint, WAIT)));
  gas.set("redeem cfUSD", await gasOf(redeemDollar(treasury.client, redeem, WAIT)));

  const [cardId = 0n] = cards;
  const bond = { deployment, cardId, amount: parseTokens("1000") };
  gas.set("stake a bond, first", await gasOf(stakeBond(operator.client, bond, WAIT)));
  gas.set("stake a bond, steady", await gasOf(stakeBond(operator.client, bond, WAIT)));
  await requestBondUnstake(operator.client, { ...bond, amount: 1n }, WAIT);
  gas.set("request to unstake", await gasOf(requestBondUnstake(operator.client, { ...bond, amount: 9n }, WAIT)));
  await chain.moveTo((await chain.now()) + 15 * DAY);
  await system.refreshFeeds();
  const args = { deployment, cardId, to: operator.address };
  gas.set("withdraw a bond", await gasOf(withdrawBond(operator.client, args, WAIT)));
  return gas;
};

const measureShares = async (stage: Stage): Promise<Measured> => {
  const { system, cast, cards } = stage;
  const { chain, deployment } = system;
  const { owner, investor, friend, renter } = cast;
  const gas: Measured = new Map();
  const sold = cards.slice(-3);
  const { take, pass } = ordersOf(stage);
  const shares: Hex[] = [];
  for (const cardId of sold) {
    const terms = {
      supply: parseShares("1000"),
      price: parseTokens("1"),
      minimumRaise: parseTokens("100"),
      promisedRevenue: parseDollars("1000"),
      floorRate: 0n,
      floorDecayBps: 0,
      upfrontBps: 2000,
      saleEnd: (await chain.now()) + DAY,
      term: 365 * DAY,
    };
    const { receipt } = await tokenizeCard(owner.client, { deployment, cardId, terms }, WAIT);
    const { logs, gasUsed } = need(receipt, "a receipt");
    const [event] = parseEventLogs({ abi: revenueShareFactoryAbi, eventName: "CardTokenized", logs });
    const share = need(event, "the event of a tokenization").args.share;
    gas.set("tokenize a card", Number(gasUsed));
    const { computeToken: token } = deployment.addresses;
    await approveToken(investor.client, { token, spender: share, amount: parseTokens("1000") }, WAIT);
    const all = { share, shares: terms.supply, maxCost: parseTokens("1000"), deadline: terms.saleEnd };
    await buyShares(investor.client, all, WAIT);
    await finaliseSale(owner.client, { share }, WAIT);
    await take(cardId, renter, 20 * DAY);
    shares.push(share);
  }
  const claim = (list: readonly Hex[]): Promise<number> =>
    gasOf(claimRevenueMany(investor.client, { deployment, shares: list }, WAIT));
  const [first = "0x"] = shares;
  const gift = { token: first, to: friend.address, amount: parseShares("10") };
  await pass(DAY);
  await claim(shares);
  await transferToken(investor.client, gift, WAIT);
  await pass(DAY);
  gas.set("transfer a share, both accrue", await gasOf(transferToken(investor.client, gift, WAIT)));
  gas.set("claim revenue of one card", await gasOf(claimRevenue(investor.client, { share: first }, WAIT)));
  await pass(DAY);
  const one = await claim([first]);
  await pass(DAY);
  gas.set("claim revenue of each further card", Math.round(((await claim(shares)) - one) / 2));
  return gas;
};

const report = (gas: Measured, json: boolean): void => {
  const rows = Object.entries(MARKS).map(([name, mark]: [string, Mark]) => ({
    name,
    mark,
    gas: need(gas.get(name as Operation), name),
  }));
  if (json) {
    const entries = rows.map(({ name, mark, gas: measured }) => [name, { gas: measured, ...mark }]);
    console.log(JSON.stringify(Object.fromEntries(entries), null, 2));
    return;
  }
  const text = (value: number | string | undefined): string => (value === undefined ? "" : value.toLocaleString("en"));
  const columns = [
    { heading: "operation" },
    ...["gas", "goal", "floor"].map((heading) => ({ heading, right: true })),
    { heading: "" },
    { heading: "peer" },
    { heading: "its gas", right: true },
  ];
  const lines = rows.map(({ name, mark, gas: measured }) => [
    name,
    text(measured),
    text(mark.goal),
    text(mark.floor),
    mark.goal !== undefined && measured > mark.goal ? "above the goal" : "",
    text(mark.peer),
    text(mark.peerGas),
  ]);
  console.log(table(columns, lines).join("\n"));
};

const main = async (): Promise<void> => {
  const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
  const { hre, dispose } = await openHardhat();
  try {
    await hre.tasks.getTask("build").run({ defaultBuildProfile: "production", quiet: true });
    const chain = await startChain(hre);
    try {
      const stage = await prepare(await deploySystem(hre, chain));
      const gas: Measured = new Map([
        ...(await measureRents(stage)),
        ...(await measureMoney(stage)),
        ...(await measureShares(stage)),
      ]);
      report(gas, values.json);
    } finally {
      await chain.close();
    }
  } finally {
    await dispose();
  }
};

await main();
