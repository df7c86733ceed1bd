import { randomInt } from "node:crypto";
import { expect } from "chai";
import { type Abi, type Address, formatLog, getAddress, parseEventLogs, type RpcLog } from "viem";
import { readContract } from "viem/actions";
import * as abis from "../../sdk/src/abis/index.ts";
import {
  type Ask,
  accountStatus,
  cardStatus,
  leaseEnd,
  leaseStatus,
  orderStatus,
  shareStatus,
} from "../../sdk/src/index.ts";
import { createEngine, type MarketEvent, type MarketState } from "../../sdk/src/matching/index.ts";
import { mayHaveEmitted } from "../../sdk/src/state/bloom.ts";
import {
  type CardflowState,
  createState,
  type StateDeployment,
  type StateHead,
  watchState,
} from "../../sdk/src/state/index.ts";
import { eventsOf, marketOf } from "./matchingBooks.ts";
import { Stage } from "./run.ts";
import { clientOf, deploymentOf, headerAt, mineAt, readLogs } from "./stateSupport.ts";
import { emptyTally } from "./tally.ts";
import { deploy, type World } from "./world.ts";

const SEED = BigInt(process.env.CARDFLOW_SEED ?? randomInt(2 ** 40));
const OPERATIONS = Number(process.env.CARDFLOW_STATE_OPERATIONS ?? 200);

/** What there is to ask about, found by viem's decoder and not by the one under test. */
const subjectsOf = (logs: readonly RpcLog[], deployment: StateDeployment) => {
  const formatted = logs.map((log) => formatLog(log));
  const of = <const EventAbi extends Abi>(abi: EventAbi, address: Address) =>
    parseEventLogs({ abi, logs: formatted.filter((log) => log.address === address.toLowerCase()) });
  const { cardRegistry, leaseLedger, rentalMarket, revenueShareFactory, supplierStaking } = deployment.addresses;
  const cards = of(abis.cardRegistryAbi, cardRegistry).flatMap((log) =>
    log.eventName === "CardRegistered" ? [log.args.cardId] : [],
  );
  const leases = of(abis.leaseLedgerAbi, leaseLedger).flatMap((log) =>
    log.eventName === "LeaseStarted" ? [log.args] : [],
  );
  const shares = of(abis.revenueShareFactoryAbi, revenueShareFactory).flatMap((log) =>
    log.eventName === "CardTokenized" ? [log.args.share] : [],
  );
  const orders = of(abis.rentalMarketAbi, rentalMarket).flatMap((log) => {
    if (log.eventName === "OrderCancelled") return [{ maker: log.args.maker, salt: log.args.salt }];
    return log.eventName === "BidMatched" ? [{ maker: log.args.renter, salt: log.args.salt }] : [];
  });
  const bonds = of(abis.supplierStakingAbi, supplierStaking).flatMap((log) =>
    log.eventName === "BondStaked" ? [{ cardId: log.args.cardId, operator: log.args.operator }] : [],
  );
  return { cards, leases, shares, orders, bonds };
};

/** An order, of which only maker, salt and card matter to what is asked. */
const askOf = (operator: Address, cardId: bigint, salt = 0n): Ask => ({
  ...{ operator, cardId, epoch: 0, ratePerSecond: 1n, minThousandths: 1, minDuration: 600, maxDuration: 3_600 },
  ...{ priorityTier: 0, openFrom: 0, validUntil: 0, counter: 0n, salt },
});

/** What an engine knows of a market after it was told, line by line. */
const knownAfter = (
  events: readonly MarketEvent[],
  now: number,
  { cards: cardIds, orders }: Pick<ReturnType<typeof subjectsOf>, "cards" | "orders">,
  people: readonly string[],
): readonly string[] => {
  const engine = createEngine({ submitter: `0x${"5a".repeat(20)}`, now });
  for (const event of events) engine.apply(event);
  const { parameters, pausedUntil, bondPrice, models, cards, accounts }: MarketState = engine.state();
  return [
    textOf({ parameters, pausedUntil, bondPrice }),
    ...[...models].map(([model, { minimumBond, referenceValue }]) => textOf({ model, minimumBond, referenceValue })),
    ...cardIds.flatMap((cardId) => {
      const card = cards.get(cardId);
      if (card === undefined) return [];
      const { operator, hostId, epoch, model, region, state, limits, bond, revenue, encumbered } = card;
      const leases = card.leases.map(({ operator: node, rate, feeBps, thousandths, start, end }) =>
        textOf({ node, rate, feeBps, thousandths, start, end }),
      );
      const { ownerFloorRate, longestHours, termFloorRate, saleEnd, termEnd, decayBps } = limits ?? {};
      return textOf({
        ...{ cardId, operator, hostId, epoch, model, region, state, bond, revenue, encumbered },
        ...{ ownerFloorRate, longestHours, termFloorRate, saleEnd, termEnd, decayBps },
        leases: leases.sort(),
      });
    }),
    ...people.map((address) => {
      const { counter = 0n, tier = 0 } = accounts.get(address) ?? {};
      return textOf({ address, counter, tier });
    }),
    ...orders.map(({ maker, salt }) =>
      textOf({ maker, salt, word: accounts.get(maker.toLowerCase())?.orders.get(salt) ?? 0 }),
    ),
  ].sort();
};

const textOf = (value: object): string =>
  JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? `${inner}` : inner));

/** Compares everything that the state says with what the SDK reads from the contracts at a block. */
const compare = async (world: World, state: CardflowState, logs: readonly RpcLog[], block: bigint): Promise<number> => {
  const deployment = deploymentOf(world);
  const client = clientOf(world, block);
  const at = Number((await headerAt(world, block)).timestamp);
  const { cards, leases, shares, orders, bonds } = subjectsOf(logs, deployment);
  const people = [...world.people, world.treasury];
  const { leaseLedger, supplierStaking, dollarMinter, computeDollar, computeToken } = deployment.addresses;
  const view = (address: Address, abi: Abi, functionName: string, args: readonly unknown[] = []) =>
    readContract(client, { address, abi, functionName, args, blockNumber: block });
  let compared = 0;
  const same = async (label: string, actual: unknown, expected: Promise<unknown>): Promise<void> => {
    expect(actual, `${label} at block ${block}, second ${at}`).to.deep.equal(await expected);
    compared += 1;
  };
  const { value: listed } = state.list();
  expect(listed.cardIds).to.deep.equal(cards);
  expect(listed.leaseIds).to.deep.equal(leases.map(({ leaseId }) => leaseId));
  expect(listed.shares).to.deep.equal(shares);
  for (const cardId of cards) {
    await same(`card ${cardId}`, state.cardStatus({ cardId, at }).value, cardStatus(client, { deployment, cardId }));
    const { collectable, number } = state.rentStatus({ cardId, at }).value;
    await same(
      `collectable of ${cardId}`,
      [collectable.fee, collectable.node, collectable.owner],
      view(leaseLedger, abis.leaseLedgerAbi, "collectable", [cardId]),
    );
    await same(`number of ${cardId}`, number, view(leaseLedger, abis.leaseLedgerAbi, "revenueNumber", [cardId]));
    // Numbers that were skipped and one that is still to come, too.
    for (let under = 0; under <= number + 1; under += 1) {
      const read = view(leaseLedger, abis.leaseLedgerAbi, "accruedRevenueOf", [cardId, under]);
      await same(`revenue of ${cardId} under ${under}`, state.revenueOf({ cardId, number: under, at }).value, read);
    }
  }
  for (const { leaseId } of leases) {
    const read = await leaseStatus(client, { deployment, leaseId });
    if (read !== undefined)
      await same(`lease ${leaseId}`, state.leaseStatus({ leaseId, at }).value, Promise.resolve(read));
    await same(`end of ${leaseId}`, state.leaseEnd({ leaseId, at }).value, leaseEnd(client, { deployment, leaseId }));
  }
  for (const account of people) {
    const leaseIds = leases.map(({ leaseId }) => leaseId);
    const read = accountStatus(client, { deployment, account, leaseIds });
    await same(`account ${account}`, state.accountStatus({ account, at }).value, read);
    await same(
      `counter of ${account}`,
      state.orderStatus({ maker: account, at }).value,
      orderStatus(client, { deployment, maker: account }),
    );
  }
  for (const { maker, salt } of orders) {
    const read = orderStatus(client, { deployment, maker, salt });
    await same(`order ${salt} of ${maker}`, state.orderStatus({ maker, salt, at }).value, read);
  }
  for (const { cardId, operator } of bonds) {
    const { active, thawing, thawedAt, required } = state.bondStatus({ cardId, operator, at }).value;
    const { supplierStakingAbi } = abis;
    const bond = view(supplierStaking, supplierStakingAbi, "bondOf", [cardId, operator]);
    await same(`bond of ${operator} on ${cardId}`, { active, thawing, thawedAt }, bond);
    const needed = view(supplierStaking, supplierStakingAbi, "requiredBond", [cardId, operator]);
    await same(`required bond of ${operator} on ${cardId}`, required, needed);
  }
  for (const share of shares) {
    for (const account of people) {
      const read = shareStatus(client, { share, account });
      await same(`share ${share} of ${account}`, state.shareStatus({ share, account, at }).value, read);
    }
  }
  const dollar = state.dollarStatus({ at }).value;
  await same("credit", dollar.credit, view(dollarMinter, abis.dollarMinterAbi, "credit"));
  await same("supply", dollar.supply, view(computeDollar, abis.computeDollarAbi, "totalSupply"));
  await same("fees", dollar.gatheredFees, view(leaseLedger, abis.leaseLedgerAbi, "gatheredFees"));
  await same("bond price", dollar.bondPrice, view(supplierStaking, abis.supplierStakingAbi, "price"));
  await same("parameters", dollar.parameters, view(dollarMinter, abis.dollarMinterAbi, "parameters"));
  await same(
    "CARD",
    state.accountStatus({ account: supplierStaking, at }).value.walletTokens,
    view(computeToken, abis.computeTokenAbi, "balanceOf", [supplierStaking]),
  );
  return compared;
};

describe("The state folded from logs", function () {
  this.timeout(240_000);
  let world: World;
  let stage: Stage;

  before(async () => {
    console.log(`      CARDFLOW_SEED=${SEED}`);
    world = await deploy();
    stage = new Stage(world);
  });

  it(`equals the contracts' answers after ${OPERATIONS} random operations, and as time passes`, async () => {
    await stage.run(SEED, OPERATIONS, OPERATIONS, emptyTally());
    const newest = BigInt((await headerAt(world, "latest")).number);
    const { logs, blocks } = await readLogs(world, 0n, newest);
    const deployment = deploymentOf(world);
    const state = createState({ deployment, logs, blocks });
    let compared = 0;
    let time = BigInt((await headerAt(world, newest)).timestamp);
    for (const wait of [0n, 3_599n, 30n * 86_400n]) {
      time += wait;
      const { number } = wait === 0n ? await headerAt(world, newest) : await mineAt(world, time);
      compared += await compare(world, state, logs, BigInt(number));
    }
    // The same at a block in the middle of the history.
    const middle = newest - newest / 3n;
    const before = logs.filter(({ blockNumber }) => BigInt(blockNumber ?? 0) <= middle);
    compared += await compare(world, createState({ deployment, logs: before, blocks }), before, middle);
    console.log(`      ${logs.length} logs folded, ${compared} answers compared`);
    expect(compared).to.be.greaterThan(300);
  });

  it("tells a matching engine the same market as the independent model", async () => {
    const deployment = deploymentOf(world);
    let compared = 0;
    await stage.run(SEED + 3n, OPERATIONS, OPERATIONS, emptyTally(), async (s, step) => {
      if (step % 20 !== 0) return;
      const { number } = await headerAt(world, "latest");
      const history = await readLogs(world, 0n, BigInt(number));
      const state = createState({ deployment, ...history });
      const at = Number(s.now);
      const subjects = subjectsOf(history.logs, deployment);
      const { cards, orders } = subjects;
      const people = world.people.map((person) => getAddress(person));
      const asks = [
        ...cards.map((cardId) => askOf(people[0] ?? "0x", cardId)),
        ...people.map((person) => askOf(person, 0n)),
        ...orders.map(({ maker, salt }) => askOf(maker, 0n, salt)),
      ];
      const told = state.marketEvents({ asks, bids: [], at }).value;
      const expected = eventsOf(marketOf(s, world.people, undefined));
      const makers = world.people.map((person) => person.toLowerCase());
      expect(knownAfter(told, at, subjects, makers), `step ${step} of CARDFLOW_SEED=${SEED}`).to.deep.equal(
        knownAfter(expected, at, subjects, makers),
      );
      compared += cards.length;
    });
    expect(compared).to.be.greaterThan(10);
  });

  it("A110: follows a real chain through a reorganisation that takes a whole history back", async () => {
    const deployment = deploymentOf(world);
    await stage.run(SEED + 1n, 40, 40, emptyTally());
    const kept: StateHead[] = [];
    const watcher = watchState(clientOf(world), {
      deployment,
      confirmations: 0,
      pollingInterval: 1_000_000,
      state: createState({ deployment, depth: 4_096 }),
      onReorganisation: (head) => kept.push(head),
    });
    await watcher.ready;
    // Back to the deployment, and another history.
    await stage.run(SEED + 2n, 60, 60, emptyTally());
    const head = await watcher.sync();
    await watcher.stop();
    expect(kept.length).to.equal(1);
    const { logs, blocks } = await readLogs(world, 0n, head.blockNumber);
    expect(watcher.state.list().value).to.deep.equal(createState({ deployment, logs, blocks }).list().value);
    expect(await compare(world, watcher.state, logs, head.blockNumber)).to.be.greaterThan(60);
    await requireBlooms(world, logs);
  });
});

/** Every address that emitted in a block is in the block's bloom filter, and strangers are in few. */
const requireBlooms = async (world: World, logs: readonly RpcLog[]): Promise<void> => {
  let strangers = 0;
  const last = logs.slice(-60);
  for (const { address, blockNumber } of last) {
    const { logsBloom } = await headerAt(world, BigInt(blockNumber ?? 0));
    expect(mayHaveEmitted(logsBloom, address)).to.equal(true);
    if (mayHaveEmitted(logsBloom, `0x${"5a".repeat(20)}`)) strangers += 1;
  }
  expect(strangers).to.be.lessThan(last.length / 4);
};
