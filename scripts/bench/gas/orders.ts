import { type Hex, zeroAddress, zeroHash } from "viem";
import {
  type Ask,
  anyMask,
  type Bid,
  collectCards,
  matchOrders,
  orderDomain,
  ratePerSecondFromDollarsPerHour,
  signAsk,
  signBid,
  takeAsk,
} from "../../../sdk/src/index.ts";
import { need } from "../../demo/failure.ts";
import type { Person } from "../../demo/people.ts";
import { DAY, gasOf, type Stage, WAIT } from "./stage.ts";

const RATE = ratePerSecondFromDollarsPerHour("2");

/** Salts of one word of 32 orders, from its start: only the first order of a word is dear. */
const saltsFrom = (first: bigint): (() => bigint) => {
  let salt = first - 1n;
  return () => {
    salt += 1n;
    return salt;
  };
};

/** How the cast signs orders, matches them and lets time pass. */
export type Orders = ReturnType<typeof ordersOf>;

/** Orders of the operator and the renter, at a rate per second; salts of asks begin at `firstSalt`, of bids 32 later. */
export const ordersOf = ({ system, cast }: Stage, rate = RATE, firstSalt = 32n) => {
  const { chain, deployment } = system;
  const domain = orderDomain({ chainId: deployment.chainId, market: deployment.addresses.rentalMarket });
  const askSalt = saltsFrom(firstSalt);
  const bidSalt = saltsFrom(firstSalt + 32n);

  const askFor = async (cardId: bigint): Promise<{ readonly ask: Ask; readonly signature: Hex }> => {
    const ask: Ask = {
      operator: cast.operator.address,
      cardId,
      epoch: 0,
      ratePerSecond: rate,
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
    const asks = [];
    for (const card of cards) asks.push(await askFor(card));
    const bid: Bid = {
      renter: cast.renter.address,
      models: anyMask,
      regions: anyMask,
      thousandths: 1000,
      quantity: cards.length,
      minQuantity: cards.length,
      sameHost: false,
      maxRatePerSecond: rate,
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

  const take = async (card: bigint, { client }: Person, duration = DAY, thousandths = 1000) => {
    const terms = { thousandths, duration, maxRatePerSecond: rate, payInToken: false, maxTokenIn: 0n };
    const args = { deployment, ...(await askFor(card)), take: { ...terms, accessKeyHash: zeroHash } };
    const { result, receipt } = await takeAsk(client, args, WAIT);
    return { leaseId: need(result, "a lease"), gas: Number(need(receipt, "a receipt").gasUsed) };
  };

  const pass = async (seconds: number): Promise<void> => {
    await chain.moveTo((await chain.now()) + seconds);
    await system.refreshFeeds();
  };
  const settle = (cardIds: readonly bigint[]): Promise<number> =>
    gasOf(collectCards(cast.matcher.client, { deployment, cardIds }, WAIT));
  return { match, take, pass, settle };
};
