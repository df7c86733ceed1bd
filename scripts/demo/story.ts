import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Address, type LocalAccount, zeroHash } from "viem";
import {
  accountStatus,
  authorizationFunding,
  buySharesWithPermit,
  claimRevenue,
  claimRevenueMany,
  expireCard,
  extendLease,
  finaliseSale,
  formatTokens,
  handInShares,
  parseDollars,
  parseShares,
  parseTokens,
  permitFunding,
  ratePerSecondFromDollarsPerHour,
  redeemDollar,
  releaseProceeds,
  type ShareTerms,
  shareStatus,
  signPermit,
  stopLease,
  takeAsk,
  tokenizeCard,
  transferToken,
  withdrawCall,
} from "../../sdk/src/index.ts";
import { giveTokens, provideDollars, provideDollarsTo } from "./dollars.ts";
import { inTurn } from "./each.ts";
import { need } from "./failure.ts";
import { modelNamed, NODE_NAMES, OWNER_NAMES, pick, storyHosts } from "./fixtures.ts";
import { buildFleet, type FleetCard } from "./fleet.ts";
import { matchBid, type StartedLease } from "./matcher.ts";
import { crowdOf, type Person, personOf } from "./people.ts";
import {
  balanceOf,
  bidFor,
  collectAll,
  type Entry,
  type Play,
  redeemPart,
  type SmartRenter,
  type SoldShare,
  type Wish,
  withdrawAll,
  withdrawEverything,
} from "./play.ts";
import type { Progress } from "./progress.ts";
import { deploySmartAccount } from "./smartAccount.ts";
import type { System } from "./system.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;
const RENTERS = 25;
const BUYERS = 10;
/** Dollars that each renter mints. */
const BUDGET = "2000";
/** Every share of the story has this many shares. */
const SHARES = 1000;

/** Everything that the parts of the story share. */
type Stage = {
  readonly system: System;
  readonly cards: readonly FleetCard[];
  readonly owners: readonly Person[];
  readonly nodes: readonly Person[];
  readonly renters: readonly Person[];
  readonly smart: SmartRenter;
  readonly buyers: readonly Person[];
  readonly matcher: Person;
  readonly begun: number;
  readonly journal: Entry[];
  readonly tally: { bids: number; takes: number };
};

/** Plays the story: 40 hosts, 120 cards, 10 owners, 25 renters, two cards sold as shares to ten buyers, sixteen days. */
export const playStory = async (hre: HardhatRuntimeEnvironment, system: System, progress: Progress): Promise<Play> => {
  progress.step("owners register 120 cards, nodes bond for them");
  const stage = await prepare(hre, system);
  progress.step("renters burn CARD for dollars");
  await fundRenters(stage);
  progress.step("two cards are sold as shares to ten buyers");
  const [big, small] = await sellShares(stage);
  progress.step("orders are matched");
  const leases = await openLeases(stage, big.card, small.card);
  progress.step("days pass: stops, extensions, shares change hands");
  await passDays(stage, leases, big, small);
  progress.step("terms end");
  await endTerms(stage, big, small);
  progress.step("everybody is paid");
  await payOut(stage, big, small);
  progress.end();
  return {
    system,
    cards: stage.cards,
    owners: stage.owners,
    operators: stage.nodes,
    renters: [...stage.renters, stage.smart],
    buyers: stage.buyers,
    matcher: stage.matcher,
    shares: [big, small],
    orders: stage.cards.length + stage.tally.bids,
    journal: stage.journal,
    unplaced: [],
  };
};

const prepare = async (hre: HardhatRuntimeEnvironment, system: System): Promise<Stage> => {
  const { chain } = system;
  const owners = OWNER_NAMES.map((name) => personOf(chain, name));
  const nodes = NODE_NAMES.map((name) => personOf(chain, name));
  const renters = crowdOf(chain, "renter", RENTERS - 1);
  const buyers = crowdOf(chain, "buyer", BUYERS);
  const matcher = personOf(chain, "matcher");
  const smartKey = personOf(chain, `renter ${RENTERS}`);
  await chain.fund([...owners, ...nodes, ...renters, ...buyers, matcher, smartKey].map(({ address }) => address));
  const wallet = await deploySmartAccount(hre, system, smartKey);
  const cards = await buildFleet(system, storyHosts(owners, nodes));
  const smart = { ...smartKey, address: wallet.address, account: wallet.account, wallet };
  const begun = await chain.now();
  const stage: Stage = {
    system,
    cards,
    owners,
    nodes,
    renters,
    smart,
    buyers,
    matcher,
    begun,
    journal: [],
    tally: { bids: 0, takes: 0 },
  };
  await tell(
    stage,
    `10 owners register ${cards.length} cards on 40 hosts; they are verified, and 5 nodes bond for them`,
  );
  return stage;
};

const tell = async ({ system, journal }: Stage, text: string): Promise<void> => {
  journal.push({ time: await system.chain.now(), text });
};

/** Moves the clock to a day of the story. The price feeds answer again, as they would have all along. */
const comeTo = async ({ system, begun }: Stage, day: number): Promise<void> => {
  await system.chain.moveTo(begun + day * DAY);
  await system.refreshFeeds();
};

const fundRenters = async (stage: Stage): Promise<void> => {
  const { system, renters, smart } = stage;
  const ways = ["permit", "authorization", "approval"] as const;
  await inTurn(renters, (renter, index) =>
    provideDollars(system, renter, parseDollars(BUDGET), ways[index % ways.length] ?? "approval"),
  );
  await provideDollarsTo(system, smart.wallet, parseDollars(BUDGET));
  await tell(stage, `25 renters burn CARD for $${BUDGET} each, and deposit it: by permit, by ERC-3009, by approval`);
};

/* SHARES */

type Buying = readonly [buyer: number, shares: number];

const sellShares = async (stage: Stage): Promise<readonly [SoldShare, SoldShare]> => {
  const h100 = cardOf(stage, "H100 80GB");
  const rtx = cardOf(stage, "RTX 4090 24GB");
  const big = await sell(stage, h100, { price: "4", promised: "650", term: 12 }, [
    [0, 300],
    [1, 200],
    [2, 200],
    [3, 150],
    [4, 100],
    [5, 50],
  ]);
  const small = await sell(stage, rtx, { price: "0.8", promised: "75", term: 12 }, [
    [5, 250],
    [6, 250],
    [7, 200],
    [8, 200],
    [9, 100],
  ]);
  return [big, small];
};

const cardOf = ({ cards }: Stage, model: string): FleetCard =>
  need(
    cards.find(({ host }) => host.model === modelNamed(model)),
    `a card of the model ${model}`,
  );

const sell = async (
  stage: Stage,
  card: FleetCard,
  offer: { readonly price: string; readonly promised: string; readonly term: number },
  buyings: readonly Buying[],
): Promise<SoldShare> => {
  const { system, buyers } = stage;
  const { deployment, chain, keeper } = system;
  const { owner } = card.host;
  const terms: ShareTerms = {
    supply: parseShares(`${SHARES}`),
    price: parseTokens(offer.price),
    minimumRaise: (parseTokens(offer.price) * BigInt(SHARES)) / 2n,
    promisedRevenue: parseDollars(offer.promised),
    floorRate: card.ask.ratePerSecond / 2n,
    floorDecayBps: 500,
    upfrontBps: 2000,
    saleEnd: (await chain.now()) + 2 * DAY,
    term: offer.term * DAY,
  };
  const { result: address } = await tokenizeCard(owner.client, { deployment, cardId: card.id, terms }, { wait: true });
  await inTurn(buyings, ([buyer, shares]) =>
    buy(system, pick(buyers, buyer), address, terms.price * BigInt(shares), shares),
  );
  await finaliseSale(keeper.client, { share: address }, { wait: true });
  const raised = formatTokens(terms.price * BigInt(SHARES), 0);
  await tell(
    stage,
    `${owner.name} sells card ${card.id}'s 90 % until day 14 (${card.host.model.name}) to ${buyings.length} buyers for ${raised} CARD`,
  );
  return { address, card };
};

const buy = async (system: System, buyer: Person, share: Address, cost: bigint, shares: number): Promise<void> => {
  await giveTokens(system, buyer, cost);
  const deadline = (await system.chain.now()) + HOUR;
  const token = system.deployment.addresses.computeToken;
  const permit = await signPermit(buyer.client, { token, spender: share, value: cost, deadline });
  await buySharesWithPermit(
    buyer.client,
    { share, shares: parseShares(`${shares}`), maxCost: cost, permit },
    { wait: true },
  );
};

/* LEASES */

type Leases = {
  readonly stoppedByNode: StartedLease;
  readonly stoppedByRenter: StartedLease;
  readonly extended: StartedLease;
};

const openLeases = async (stage: Stage, big: FleetCard, small: FleetCard): Promise<Leases> => {
  const { renters, smart } = stage;
  await take(stage, pick(renters, 11), big, 7 * DAY, "permit");
  await take(stage, pick(renters, 12), small, 9 * DAY, "authorization");
  await tell(stage, "renters 12 and 13 take the two sold cards directly, for 7 and 9 days");

  await bid(stage, pick(renters, 0), want(["H200 141GB"], { quantity: 8, sameHost: true, days: 2 }));
  await tell(stage, "renter 1 gets a cluster: 8 H200 on one host, in one match");
  await inTurn([1, 2, 3, 4, 5, 6, 7, 8], (renter) =>
    bid(stage, pick(renters, renter), want(["L40S 48GB"], { thousandths: 125, days: 0.5 + renter / 2 })),
  );
  await tell(stage, "renters 2 to 9 share one L40S, an eighth each");
  await bid(stage, pick(renters, 9), want(["A100 80GB"], { thousandths: 500, days: 5 }));
  await bid(stage, pick(renters, 10), want(["A100 80GB"], { thousandths: 250, days: 4 }));
  await payInTokens(stage, pick(renters, 13));
  const [stoppedByNode] = await bid(stage, pick(renters, 14), want(["B200 180GB"], { days: 6 }));
  const [stoppedByRenter] = await bid(stage, pick(renters, 15), want(["MI300X 192GB"], { quantity: 2, days: 3 }));
  const [extended] = await bid(stage, pick(renters, 16), want(["RTX 3090 24GB"], { quantity: 3, days: 1 }));
  await bid(
    stage,
    pick(renters, 17),
    want(["T4 16GB", "L4 24GB", "A10 24GB", "A2 16GB"], { quantity: 12, atLeast: 4, days: 2 }),
  );
  await bid(stage, pick(renters, 18), want(["V100 16GB", "V100 32GB"], { quantity: 3, days: 3 }));
  await bid(stage, pick(renters, 19), want(["RTX 4090 24GB"], { quantity: 4, days: 2 }));
  await bid(stage, pick(renters, 20), want(["RTX A6000 48GB"], { days: 10 }));
  await bid(stage, pick(renters, 21), want(["A100 40GB"], { quantity: 4, sameHost: true, days: 3 }));
  await bid(stage, pick(renters, 22), want(["H100 80GB"], { quantity: 2, days: 2 }));
  await bid(stage, pick(renters, 23), want(["L4 24GB"], { quantity: 2, thousandths: 500, days: 1 }));
  await bid(stage, smart, want(["H100 80GB"], { days: 6 }));
  await tell(
    stage,
    "renter 14 pays in CARD, burned in the match, at a lower fee; renter 25 is a smart account that signs its bid",
  );
  return {
    stoppedByNode: need(stoppedByNode, "the lease that its node will stop"),
    stoppedByRenter: need(stoppedByRenter, "the lease that its renter will stop"),
    extended: need(extended, "the lease that will be extended"),
  };
};

type Wanted = Pick<Wish, "quantity" | "atLeast" | "sameHost" | "thousandths"> & { readonly days: number };

/** A wish for models by name, at up to a tenth above their usual price. */
const want = (names: readonly string[], { days, ...rest }: Wanted): Wish => {
  const models = names.map(modelNamed);
  const usual = Math.max(...models.map(({ usualDollarsPerHour }) => usualDollarsPerHour));
  return {
    ...rest,
    models: models.map(({ id }) => id),
    duration: days * DAY,
    maxRatePerSecond: ratePerSecondFromDollarsPerHour((usual * 1.1).toFixed(4)),
  };
};

const bid = async (
  stage: Stage,
  renter: { readonly account: LocalAccount },
  wish: Wish,
): Promise<readonly StartedLease[]> => {
  const { system, matcher, cards, tally } = stage;
  const signed = await bidFor(system, renter.account, matcher, wish);
  tally.bids += 1;
  return matchBid(system, matcher, cards, signed);
};

const payInTokens = async (stage: Stage, renter: Person): Promise<void> => {
  const { system, matcher, cards, tally } = stage;
  const perCard = parseTokens("800");
  await giveTokens(system, renter, perCard * 2n);
  const wish = { ...want(["RTX 5090 32GB"], { quantity: 2, days: 3 }), maxTokenIn: perCard };
  const signed = await bidFor(system, renter.account, matcher, wish);
  const deadline = (await system.chain.now()) + HOUR;
  const { deployment } = system;
  const funding = await permitFunding(renter.client, { deployment, pay: "CARD", value: perCard * 2n, deadline });
  tally.bids += 1;
  await matchBid(system, matcher, cards, { ...signed, funding });
};

/** A renter takes one ask directly, with money that comes by signature in the same call. */
const take = async (
  { system, tally }: Stage,
  renter: Person,
  card: FleetCard,
  duration: number,
  way: "permit" | "authorization",
): Promise<void> => {
  const { deployment, chain } = system;
  const value = card.ask.ratePerSecond * BigInt(duration);
  // The money goes back to the wallet first, so that the signature is what pays.
  await withdrawAll(system, renter);
  const deadline = (await chain.now()) + HOUR;
  const funding =
    way === "permit"
      ? await permitFunding(renter.client, { deployment, pay: "cfUSD", value, deadline })
      : await authorizationFunding(renter.client, { deployment, value, validBefore: deadline });
  const wanted = {
    thousandths: 1000,
    duration,
    maxRatePerSecond: card.ask.ratePerSecond,
    payInToken: false,
    maxTokenIn: 0n,
    accessKeyHash: zeroHash,
  };
  const { ask, signature } = card;
  await takeAsk(renter.client, { deployment, ask, signature, take: wanted, funding }, { wait: true });
  tally.takes += 1;
};

/* DAYS */

const passDays = async (stage: Stage, leases: Leases, big: SoldShare, small: SoldShare): Promise<void> => {
  const { system, renters, buyers } = stage;
  const { deployment } = system;

  await comeTo(stage, 0.5);
  const owner = pick(renters, 16).client;
  await extendLease(owner, { deployment, leaseId: leases.extended.leaseId, added: 12 * HOUR }, { wait: true });
  await tell(stage, "renter 17 extends a lease by 12 hours");

  await comeTo(stage, 1);
  await stopLease(pick(renters, 15).client, { deployment, leaseId: leases.stoppedByRenter.leaseId }, { wait: true });
  await tell(stage, "renter 16 stops a lease of 3 days after one; the rest of its rent comes back");

  await comeTo(stage, 2);
  await stopByNode(stage, leases.stoppedByNode);

  await comeTo(stage, 3);
  await trade(stage, big.address, 0, 1, "150");
  await tell(stage, "buyer 1 passes 150 shares on to buyer 2 while the card is rented: each earns to the second");
  await comeTo(stage, 5);
  await trade(stage, small.address, 6, 9, "250");
  await tell(stage, "buyer 7 passes all its shares on to buyer 10; what they earned before stays buyer 7's");
  await claimRevenue(pick(buyers, 6).client, { share: small.address }, { wait: true });

  await comeTo(stage, 8);
  await releaseProceeds(system.keeper.client, { share: big.address }, { wait: true });
  await take(stage, pick(renters, 11), big.card, 5 * DAY, "permit");
  await tell(stage, `${big.card.host.owner.name} gets what vested so far; renter 12 takes the card for 5 days more`);
};

const stopByNode = async (stage: Stage, lease: StartedLease): Promise<void> => {
  const { system, cards, renters } = stage;
  const { deployment, chain } = system;
  const card = need(
    cards.find(({ id }) => id === lease.cardId),
    "the card of a lease",
  );
  const renter = pick(renters, 14).address;
  const before = (await accountStatus(chain.reader, { deployment, account: renter })).walletTokens;
  await stopLease(card.host.operator.client, { deployment, leaseId: lease.leaseId }, { wait: true });
  const after = (await accountStatus(chain.reader, { deployment, account: renter })).walletTokens;
  const paid = formatTokens(after - before, 0);
  await tell(
    stage,
    `node ${card.host.operator.name} stops renter 15's B200 four days early and pays ${paid} CARD for it out of its bond`,
  );
};

const trade = async ({ buyers }: Stage, share: Address, from: number, to: number, shares: string): Promise<void> => {
  const amount = parseShares(shares);
  await transferToken(
    pick(buyers, from).client,
    { token: share, to: pick(buyers, to).address, amount },
    { wait: true },
  );
};

const endTerms = async (stage: Stage, big: SoldShare, small: SoldShare): Promise<void> => {
  const { system, buyers, renters } = stage;
  const { deployment, chain, keeper } = system;
  await comeTo(stage, 14.1);
  for (const { address, card } of [big, small]) {
    await releaseProceeds(keeper.client, { share: address }, { wait: true });
    await inTurn(buyers, async ({ client, address: account }) => {
      const { holding } = await shareStatus(chain.reader, { share: address, account });
      if (holding === undefined || holding.handInValue === 0n) return;
      await handInShares(client, { share: address, shares: holding.balance }, { wait: true });
    });
    await expireCard(keeper.client, { deployment, cardId: card.id }, { wait: true });
  }
  await take(stage, pick(renters, 12), big.card, DAY, "authorization");
  await tell(
    stage,
    `both terms are over: what did not vest goes back, the cards are free; renter 13 takes the H100, ${big.card.host.owner.name} earns again`,
  );
};

const payOut = async (stage: Stage, big: SoldShare, small: SoldShare): Promise<void> => {
  const { system, owners, nodes, buyers, renters, smart, matcher } = stage;
  const { deployment } = system;
  await comeTo(stage, 16);
  await collectAll(system, stage.cards);
  const shares = [big.address, small.address];
  // The last buyer and the last owner leave their money where it is, to show that it waits for them.
  await inTurn(buyers.slice(0, -1), ({ client }) => claimRevenueMany(client, { deployment, shares }, { wait: true }));
  await withdrawEverything(system, [...owners.slice(0, -1), ...nodes, ...renters, matcher]);
  const rest = await balanceOf(system, smart.address);
  await smart.wallet.execute([withdrawCall({ deployment, amount: rest, to: smart.address })]);
  await tell(stage, "all rent is collected; everybody withdraws but buyer 10 and Jun, whose money waits for them");
  await redeemPart(system, [...nodes, ...owners.slice(0, -1)], 50n);
  await redeemRest(system, renters.slice(0, 3));
  await tell(stage, "suppliers turn half of what they earned back into CARD; three renters what they did not use");
};

/** Renters redeem in the open lane, which charges more the more is redeemed at once. */
const redeemRest = async ({ deployment, chain }: System, renters: readonly Person[]): Promise<void> => {
  await inTurn(renters, async ({ client, address }) => {
    const { walletDollars: dollarIn } = await accountStatus(chain.reader, { deployment, account: address });
    const deadline = (await chain.now()) + HOUR;
    await redeemDollar(client, { deployment, dollarIn, minOut: 0n, to: address, deadline }, { wait: true });
  });
};
