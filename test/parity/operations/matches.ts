import { parseEventLogs } from "viem";
import { leaseLedgerAbi, rentalMarketAbi } from "../../../sdk/src/abis/index.ts";
import * as market from "../../model/market.ts";
import { max, min } from "../../model/numbers.ts";
import type { Ask, Take } from "../../model/orders.ts";
import type { Account, Lease } from "../../model/state.ts";
import { NOBODY } from "../../model/tokens.ts";
import type { Log } from "../chain.ts";
import { durationFor, rentable, someAsk, thousandthsFor } from "./asks.ts";
import { makeBid, tokenLimit } from "./bids.ts";
import { writeFunding } from "./funding.ts";
import {
  type Generator,
  type Kind,
  operation,
  person,
  type Scene,
  someCard,
  type Written,
  ZERO_HASH,
} from "./scene.ts";

/** Notes the chain's ids of the leases that a call opened; they come in the order of the model's. */
function noteLeases({ memory }: Scene, logs: readonly Log[], opened: readonly Lease[]): void {
  const started = parseEventLogs({ abi: leaseLedgerAbi, logs: [...logs], eventName: "LeaseStarted" });
  for (const [index, lease] of opened.entries()) {
    const leaseId = started[index]?.args.leaseId;
    if (leaseId !== undefined) memory.leaseIds.set(lease.id, leaseId);
  }
}

const takeAsk: Generator = async (scene) => {
  const { random } = scene;
  const card = someCard(scene, rentable(scene));
  if (card === undefined) return undefined;
  const signed = await someAsk(scene, card);
  const from = person(scene);
  const take: Take = {
    thousandths: max(thousandthsFor(scene, card), random.chance(0.8) ? min(signed.order.minThousandths, 1_000n) : 0n),
    duration: min(durationFor(scene, signed.order), 2n ** 32n - 1n),
    maxRatePerSecond: random.chance(0.95)
      ? 2n ** 64n - 1n
      : signed.order.ratePerSecond - min(1n, signed.order.ratePerSecond),
    payInToken: random.chance(0.35),
    maxTokenIn: tokenLimit(scene),
    accessKeyHash: ZERO_HASH,
  };
  const due = (signed.order.ratePerSecond * take.thousandths * take.duration) / 1_000n;
  const { bytes, funding } = await writeFunding(scene, from, take.payInToken, due);
  return operation(scene, from, "market", "takeAsk", [signed.order, signed.signature, take, bytes], (m, logs) => {
    const { lease } = market.takeAsk(m, from, signed, take, funding);
    noteLeases(scene, logs, [lease]);
  });
};

const matchOrders: Generator = async (scene) => {
  const { random, s, memory } = scene;
  const cards = [...s.cards.values()].filter(rentable(scene));
  if (cards.length === 0) return undefined;
  const asks: Written<Ask>[] = [];
  const count = Number(random.between(1n, 4n));
  for (let i = 0; i < count; i += 1) asks.push(await someAsk(scene, random.one(cards)));
  if (random.chance(0.95)) asks.sort((a, b) => Number(a.order.cardId - b.order.cardId));
  const unique = random.chance(0.9)
    ? asks.filter(({ order }, i) => i === 0 || asks[i - 1]?.order.cardId !== order.cardId)
    : asks;
  const first = unique[0]?.order;
  if (first === undefined) return undefined;
  const submitter = person(scene);
  const open = memory.bids.filter(
    ({ order }) =>
      market.orderState(s, order.renter, order.salt) < order.quantity &&
      (order.validUntil >= s.now || random.chance(0.1)),
  );
  const bid =
    open.length > 0 && random.chance(0.25) ? random.one(open) : await makeBid(scene, first, unique.length, submitter);
  const by = random.chance(0.9) && bid.order.matcher !== NOBODY ? bid.order.matcher : submitter;
  const signatures = unique.map(({ signature }) => signature);
  if (random.chance(0.01)) signatures.pop();
  const { renter, payInToken, thousandths, duration } = bid.order;
  const rates = unique.reduce((sum, { order }) => sum + order.ratePerSecond, 0n);
  const { bytes, funding } = await writeFunding(scene, renter, payInToken, (rates * thousandths * duration) / 1_000n);
  const args = [bid.order, bid.signature, unique.map(({ order }) => order), signatures, bytes];
  return operation(scene, by, "market", "matchOrders", args, (m, logs) => {
    const { leases, legs } = market.matchOrders(m, by, bid, unique, signatures.length, funding);
    noteLeases(scene, logs, leases);
    return legs;
  });
};

/** The salt of an order known, and who cancels it: mostly its maker. */
const makerAndSalt = (scene: Scene): readonly [Account, bigint] | undefined => {
  const { random, memory, world } = scene;
  const orders = [
    ...memory.asks.map(({ order }) => [order.operator, order.salt] as const),
    ...memory.bids.map(({ order }) => [order.renter, order.salt] as const),
  ];
  if (orders.length === 0) return undefined;
  const [maker, salt] = random.one(orders.slice(-60));
  return [world.people.includes(maker) ? maker : person(scene), salt];
};

const cancel: Generator = (scene) => {
  const chosen = makerAndSalt(scene);
  if (chosen === undefined) return undefined;
  const [from, salt] = chosen;
  return operation(scene, from, "market", "cancel", [salt], (m) => market.cancel(m, from, salt));
};

const cancelMany: Generator = (scene) => {
  const { random, memory } = scene;
  const chosen = makerAndSalt(scene);
  if (chosen === undefined) return undefined;
  const [from, salt] = chosen;
  const salts = random.weighted([
    [45, [salt]],
    [45, [salt, random.between(1n, memory.salt)]],
    [6, []],
    [4, [salt, salt]],
  ]);
  return operation(scene, from, "market", "cancelMany", [salts], (m) => market.cancelMany(m, from, salts));
};

const bump: Generator = (scene) => {
  const from = person(scene);
  return operation(scene, from, "market", "bump", [], (m, logs) => {
    const [event] = parseEventLogs({ abi: rentalMarketAbi, logs: [...logs], eventName: "CounterBumped" });
    market.bump(m, from, event?.args.counter ?? 0n);
  });
};

export const MATCHES: readonly Kind[] = [
  [11, ["market.takeAsk/4"], takeAsk],
  [9, ["market.matchOrders/5"], matchOrders],
  [0.5, ["market.cancel/1"], cancel],
  [0.3, ["market.cancelMany/1"], cancelMany],
  [0.2, ["market.bump/0"], bump],
];
