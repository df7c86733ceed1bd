import { type Hex, parseEventLogs } from "viem";
import { revenueShareFactoryAbi } from "../../../sdk/src/abis/index.ts";
import {
  approveToken,
  buyShares,
  claimRevenue,
  claimRevenueMany,
  finaliseSale,
  parseDollars,
  parseShares,
  parseTokens,
  tokenizeCard,
  transferToken,
} from "../../../sdk/src/index.ts";
import { need } from "../../demo/failure.ts";
import type { Operation } from "./operations.ts";
import type { Orders } from "./orders.ts";
import { DAY, gasOf, type Stage, WAIT } from "./stage.ts";

type Figures = [Operation, number][];

const TERM = 3 * 365 * DAY;

/** A sale that the investor buys out in two purchases. */
export const sellShare = async ({ system, cast }: Stage, cardId: bigint) => {
  const { chain, deployment } = system;
  const { owner, investor } = cast;
  const saleEnd = (await chain.now()) + DAY;
  const terms = {
    supply: parseShares("1000"),
    price: parseTokens("1"),
    minimumRaise: parseTokens("100"),
    promisedRevenue: parseDollars("1000"),
    floorRate: 0n,
    floorDecayBps: 0,
    upfrontBps: 2000,
    saleEnd,
    term: TERM,
  };
  const { receipt } = await tokenizeCard(owner.client, { deployment, cardId, terms }, WAIT);
  const { logs, gasUsed } = need(receipt, "a receipt");
  const [event] = parseEventLogs({ abi: revenueShareFactoryAbi, eventName: "CardTokenized", logs });
  const { share } = need(event, "the event of a tokenization").args;
  const approval = { token: deployment.addresses.computeToken, spender: share, amount: parseTokens("2000") };
  await approveToken(investor.client, approval, WAIT);
  const half = { share, shares: parseShares("500"), maxCost: parseTokens("500"), deadline: saleEnd };
  const figures: Figures = [
    ["share.tokenize", Number(gasUsed)],
    ["share.buyFirst", await gasOf(buyShares(investor.client, half, WAIT))],
    ["share.buy", await gasOf(buyShares(investor.client, half, WAIT))],
    ["share.finalise", await gasOf(finaliseSale(owner.client, { share }, WAIT))],
  ];
  return { share, figures };
};

/** Three shares: on the first card one lease runs, on the second eight, on the third one. */
export const measureShares = async (stage: Stage, { take, pass }: Orders): Promise<Figures> => {
  const { deployment } = stage.system;
  const { investor, friend, renter } = stage.cast;
  const [one = 0n, eight = 0n, other = 0n] = stage.cards.slice(-3);
  const first = await sellShare(stage, one);
  const second = await sellShare(stage, eight);
  const third = await sellShare(stage, other);
  await take(one, renter, 20 * DAY);
  for (let place = 0; place < 8; place += 1) await take(eight, renter, 20 * DAY, 125);
  await take(other, renter, 20 * DAY);

  const claim = (shares: readonly Hex[]): Promise<number> =>
    gasOf(claimRevenueMany(investor.client, { deployment, shares }, WAIT));
  const all = [first.share, second.share, third.share];
  await pass(DAY);
  await claim(all);
  const figuresOf = async (share: Hex) => {
    const gift = { token: share, to: friend.address, amount: parseShares("10") };
    await transferToken(investor.client, gift, WAIT);
    await pass(DAY);
    const moved = await gasOf(transferToken(investor.client, gift, WAIT));
    return { moved, claimed: await gasOf(claimRevenue(investor.client, { share }, WAIT)) };
  };
  const withOne = await figuresOf(first.share);
  const withEight = await figuresOf(second.share);
  await pass(DAY);
  const claimOne = await claim([first.share]);
  await pass(DAY);
  const claimTwo = await claim([first.share, third.share]);
  return [
    ...first.figures,
    ["share.transfer", withOne.moved],
    ["share.transfer8", withEight.moved],
    ["share.claim", withOne.claimed],
    ["share.claim8", withEight.claimed],
    ["share.claimPerExtraCard", claimTwo - claimOne],
  ];
};
