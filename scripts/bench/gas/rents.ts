import {
  bumpCounter,
  cancelOrder,
  cancelOrders,
  collectCard,
  extendLease,
  parseDollars,
  stopLease,
  withdraw,
} from "../../../sdk/src/index.ts";
import type { Operation } from "./operations.ts";
import type { Orders } from "./orders.ts";
import { DAY, gasOf, type Stage, WAIT } from "./stage.ts";

const HOUR = 3600;

type Figures = [Operation, number][];

/** Matches, leases and orders. "Steady" means that every slot touched is non-zero before, the old lease over and collected. */
export const measureRents = async (stage: Stage, orders: Orders): Promise<Figures> => {
  const { match, pass, settle } = orders;
  const [a = 0n, b = 0n, c = 0n, ...others] = stage.cards.slice(1);
  const rented = [a, b, c, ...others];

  const first = await match([a]);
  await match(rented.slice(1));
  await pass(2 * DAY);
  await settle(rented);
  const steady = await match([a]);
  await pass(2 * DAY);
  const oldLeaseOver = await match([a]);
  await pass(2 * DAY);
  await settle(rented);
  const three = await match([a, b, c]);
  return [
    ["match.first", first],
    ["match.fresh", steady],
    ["match.oldLeaseOver", oldLeaseOver],
    ["match.perExtraCard", Math.round((three - steady) / 2)],
    ...(await measureCollections(stage, orders, [a, b, c])),
    ...(await measureLeases(stage, orders, [a, b, c])),
    ["lease.extendHalf", await measureHalf(stage, orders, a)],
    ...(await measureOrders(stage)),
  ];
};

/** While leases run on all of the cards. */
const measureCollections = async (
  { system: { deployment }, cast }: Stage,
  { pass, settle }: Orders,
  cards: readonly [bigint, bigint, bigint],
): Promise<Figures> => {
  const [cardId] = cards;
  await pass(HOUR);
  await settle(cards);
  await pass(HOUR);
  const collected = await gasOf(collectCard(cast.matcher.client, { deployment, cardId }, WAIT));
  await pass(HOUR);
  const one = await settle([cardId]);
  const three = await settle(cards);
  await pass(2 * DAY);
  await settle(cards);
  return [
    ["collect.one", collected],
    ["collect.perExtraCard", Math.round((three - one) / 2)],
  ];
};

const measureLeases = async (
  { system: { deployment }, cast }: Stage,
  { match, take, pass, settle }: Orders,
  cards: readonly [bigint, bigint, bigint],
): Promise<Figures> => {
  const { renter, operator, taker } = cast;
  const [a, b, c] = cards;
  const rent = await take(a, taker);
  const extension = { deployment, leaseId: rent.leaseId, added: HOUR };
  const extended = await gasOf(extendLease(taker.client, extension, WAIT));
  await pass(HOUR);
  const stopped = await gasOf(stopLease(taker.client, { deployment, leaseId: rent.leaseId }, WAIT));
  const { leaseId } = await take(b, renter);
  await pass(HOUR);
  const stoppedByOperator = await gasOf(stopLease(operator.client, { deployment, leaseId }, WAIT));
  await settle(cards);
  return [
    ["match.direct", rent.gas],
    ["lease.extend", extended],
    ["lease.stop", stopped],
    ["lease.stopByOperator", stoppedByOperator],
    ["match.inCard", await match([c], { payInToken: true, maxTokenIn: 2n ** 128n - 1n })],
  ];
};

/** An extension of one of two leases of a card. */
const measureHalf = async (
  { system: { deployment }, cast: { taker } }: Stage,
  { take, pass, settle }: Orders,
  card: bigint,
): Promise<number> => {
  const leases = [await take(card, taker, DAY, 500), await take(card, taker, DAY, 500)] as const;
  const extension = { deployment, leaseId: leases[1].leaseId, added: HOUR };
  const extended = await gasOf(extendLease(taker.client, extension, WAIT));
  await pass(HOUR);
  for (const { leaseId } of leases) await stopLease(taker.client, { deployment, leaseId }, WAIT);
  await settle([card]);
  return extended;
};

const measureOrders = async ({ system: { deployment }, cast: { renter, taker } }: Stage): Promise<Figures> => {
  const drawn = { deployment, amount: parseDollars("1"), to: renter.address };
  const withdrawn = await gasOf(withdraw(renter.client, drawn, WAIT));
  const cancelled = await gasOf(cancelOrder(renter.client, { deployment, salt: 95n }, WAIT));
  const three = await gasOf(cancelOrders(renter.client, { deployment, salts: [92n, 93n, 94n] }, WAIT));
  await bumpCounter(taker.client, { deployment }, WAIT);
  return [
    ["ledger.withdraw", withdrawn],
    ["order.cancel", cancelled],
    ["order.cancelMany", three],
    ["order.bump", await gasOf(bumpCounter(taker.client, { deployment }, WAIT))],
  ];
};
