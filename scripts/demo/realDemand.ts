import { MODELS, REGIONS } from "../../ignition/catalogue.ts";
import { parseDollars, ratePerSecondFromDollarsPerHour } from "../../sdk/src/index.ts";
import { catalogueModel, type DemandHost, STAND_INS } from "./demand.ts";
import { provideDollars } from "./dollars.ts";
import { inTurn, sumOf } from "./each.ts";
import { need } from "./failure.ts";
import { NODE_NAMES, OWNER_NAMES, pick } from "./fixtures.ts";
import { buildFleet, type FleetCard, type HostPlan } from "./fleet.ts";
import { days } from "./format.ts";
import { matchBid } from "./matcher.ts";
import { crowdOf, type Person, personOf } from "./people.ts";
import type { Placed, Plan } from "./placement.ts";
import {
  bidFor,
  collectAll,
  type Entry,
  MATCHER_FEE,
  type Play,
  redeemPart,
  type Wish,
  withdrawEverything,
} from "./play.ts";
import type { Progress } from "./progress.ts";
import type { System } from "./system.ts";

const RENTERS = 25;

/** Plays a plan of real demand: each task is leased at its own second, for as long as it really ran. */
export const playDemand = async (system: System, plan: Plan, progress: Progress): Promise<Play> => {
  const { chain } = system;
  const owners = OWNER_NAMES.map((name) => personOf(chain, name));
  const operators = NODE_NAMES.map((name) => personOf(chain, name));
  const renters = crowdOf(chain, "renter", RENTERS);
  const matcher = personOf(chain, "matcher");
  await chain.fund([...owners, ...operators, ...renters, matcher].map(({ address }) => address));
  const journal: Entry[] = [];
  const tell = async (text: string): Promise<void> => {
    journal.push({ time: await chain.now(), text });
  };

  progress.step(`${plan.fleet.length} hosts are registered, verified and bonded for`);
  const cards = await buildFleet(system, hostPlans(plan.fleet, owners, operators));
  const byHost = plan.fleet.map((_, index) => cards.filter(({ host }) => host.hostId === index + 1));
  await tell(
    `${plan.fleet.length} hosts of the file are enough; their ${cards.length} cards are registered (${STAND_INS})`,
  );

  progress.step("renters burn CARD for dollars");
  await fundRenters(system, plan, byHost, renters);
  await tell(`${RENTERS} renters burn CARD for the dollars that their tasks will cost`);

  progress.step(`${plan.placed.length} tasks are leased at their times`);
  const begun = (await chain.now()) + 60;
  let leases = 0;
  for (const [index, placed] of plan.placed.entries()) {
    const renter = pick(renters, index);
    await chain.moveTo(begun + placed.start - 1);
    const signed = await bidFor(system, renter.account, matcher, wishOf(placed, cardsOf(placed, byHost)));
    await chain.nextBlockAt(begun + placed.start);
    leases += (await matchBid(system, matcher, cardsOf(placed, byHost), signed)).length;
    if (index === 0) await tell(`the first task, ${placed.task.name}, is leased`);
    progress.at(index + 1, plan.placed.length);
  }
  await tell(
    `the last of ${plan.placed.length} tasks, ${plan.placed.at(-1)?.task.name ?? "none"}, is leased; ${leases} leases in all`,
  );

  progress.step("the last task ends and everybody is paid");
  const end = Math.max(0, ...plan.placed.map(({ start, task }) => start + task.duration));
  await chain.moveTo(begun + end);
  await system.refreshFeeds();
  await tell(`the last lease is over, after ${days(end)} days`);
  if (leases > 0) await collectAll(system, cards);
  await withdrawEverything(system, [...owners, ...operators, ...renters, matcher]);
  await redeemPart(system, operators, 50n);
  await tell("all rent is collected, everybody withdraws, nodes turn half of theirs back into CARD");
  progress.end();
  return {
    system,
    cards,
    owners,
    operators,
    renters,
    buyers: [],
    matcher,
    shares: [],
    orders: cards.length + plan.placed.length,
    journal,
    unplaced: plan.unplaced,
  };
};

/** Hosts of the file go to owners, nodes and regions in turn; their cards cost what is usual for the model. */
const hostPlans = (fleet: readonly DemandHost[], owners: readonly Person[], nodes: readonly Person[]): HostPlan[] =>
  fleet.map((host, index) => ({
    name: host.sn,
    model: host.catalogue,
    cards: host.gpu,
    region: pick(REGIONS, index).id,
    owner: pick(owners, index),
    operator: pick(nodes, index),
    hostId: index + 1,
    dollarsPerHour: `${host.catalogue.usualDollarsPerHour}`,
  }));

const cardsOf = ({ host, cards }: Placed, byHost: readonly (readonly FleetCard[])[]): FleetCard[] =>
  cards.map((place) => need(byHost[host]?.[place], "a card of the plan"));

/** A task as a renter's wish: several cards are whole ones on one host; any model that the task accepts will do. */
const wishOf = ({ task }: Placed, cards: readonly FleetCard[]): Wish => {
  const named = task.models.flatMap((name) => catalogueModel(name) ?? []);
  const models = task.models.length === 0 ? MODELS : named;
  const dearest = Math.max(...cards.map(({ host }) => Number(host.dollarsPerHour)));
  return {
    models: models.map(({ id }) => id),
    quantity: task.cards,
    sameHost: task.cards > 1,
    thousandths: task.thousandths,
    duration: task.duration,
    maxRatePerSecond: ratePerSecondFromDollarsPerHour(`${dearest}`),
  };
};

/** Every renter mints what its tasks cost, over as many days as the mint needs, and a dollar more. */
const fundRenters = async (
  system: System,
  plan: Plan,
  byHost: readonly (readonly FleetCard[])[],
  renters: readonly Person[],
): Promise<void> => {
  const ways = ["permit", "authorization", "approval"] as const;
  await inTurn(renters, async (renter, index) => {
    const own = plan.placed.filter((_, turn) => turn % renters.length === index);
    const cost = sumOf(own, (placed) => costOf(placed, cardsOf(placed, byHost)));
    if (own.length > 0) await provideDollars(system, renter, cost + parseDollars("1"), pick(ways, index));
  });
};

/** At most what a task costs: its share of each card, or an eighth where it asks for less, and the matcher's fee. */
const costOf = ({ task }: Placed, cards: readonly FleetCard[]): bigint => {
  const thousandths = BigInt(Math.max(task.thousandths, 125));
  return sumOf(
    cards,
    ({ ask }) => ((ask.ratePerSecond * thousandths) / 1000n) * BigInt(task.duration) + parseDollars(MATCHER_FEE),
  );
};
