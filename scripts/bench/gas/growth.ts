import {
  claimRevenue,
  collectCard,
  extendLease,
  mintDollar,
  parseDollars,
  parseShares,
  parseTokens,
  redeemDollar,
  stopLease,
  transferToken,
} from "../../../sdk/src/index.ts";
import { table } from "../../demo/format.ts";
import { deploySystem } from "../../demo/system.ts";
import { onSteadyChain } from "./chain.ts";
import { addCards, addHolders, addLeases } from "./crowd.ts";
import { type Orders, ordersOf } from "./orders.ts";
import { sellShare } from "./shares.ts";
import { DAY, gasOf, prepareStage, type Stage, WAIT } from "./stage.ts";

/** How large the system is when the same operations are measured again, unless said otherwise. */
export const SIZES: readonly number[] = [1, 100, 10_000];
const CARDS = 5;

/** Gas by operation, one figure for each size, for what grows. */
export type Growth = {
  readonly sizes: readonly number[];
  readonly figures: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
};

type Round = Readonly<Record<string, number>>;
type Shop = {
  readonly stage: Stage;
  readonly orders: Orders;
  readonly share: `0x${string}`;
  readonly shareCard: bigint;
};

/** The same operations in a system of so many cards, leases and holders, and after as many days in which nobody acted. */
export const measureGrowth = (sizes: readonly number[]): Promise<Growth> =>
  onSteadyChain(async (hre, chain) => {
    const stage = await prepareStage(await deploySystem(hre, chain), CARDS);
    const orders = ordersOf(stage);
    const shareCard = stage.cards.at(-1) ?? 0n;
    const { share } = await sellShare(stage, shareCard);
    const shop: Shop = { stage, orders, share, shareCard };
    await playRound(shop);

    const grown: Round[] = [];
    let reached = 0;
    for (const size of sizes) {
      console.error(`Growing to ${size} cards, leases and holders …`);
      const cards = await addCards(stage, size - reached, reached);
      await addLeases(stage, cards, reached);
      await addHolders(stage, share, size - reached, reached);
      reached = size;
      grown.push(await playRound(shop));
    }
    const aged: Round[] = [];
    for (const size of sizes) aged.push(await playAfter(shop, size));
    const figures = { "cards, leases and holders": byOperation(grown), "days without a touch": byOperation(aged) };
    return { sizes, figures };
  });

const byOperation = (rounds: readonly Round[]): Readonly<Record<string, readonly number[]>> => {
  const names = Object.keys(rounds[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, rounds.map((round) => round[name] ?? 0)]));
};

/** A match, a direct lease and what becomes of it, money and shares; it leaves all as it found it, but for time. */
const playRound = async ({ stage, orders, share, shareCard }: Shop): Promise<Round> => {
  const { deployment, treasury } = stage.system;
  const { renter, taker, matcher, investor, friend } = stage.cast;
  const { match, take, pass, settle } = orders;
  const [, card = 0n] = stage.cards;
  await take(shareCard, renter, 4 * DAY);

  const matched = await match([card]);
  await pass(2 * DAY);
  await settle([card]);
  const { leaseId, gas: taken } = await take(card, taker);
  const extended = await gasOf(extendLease(taker.client, { deployment, leaseId, added: 3600 }, WAIT));
  await pass(3600);
  const collected = await gasOf(collectCard(matcher.client, { deployment, cardId: card }, WAIT));
  const stopped = await gasOf(stopLease(taker.client, { deployment, leaseId }, WAIT));
  await settle([card]);
  const gift = { token: share, to: friend.address, amount: parseShares("1") };
  const { computeToken } = deployment.addresses;
  const figures = {
    "match.fresh": matched,
    "match.direct": taken,
    "lease.extend": extended,
    "collect.one": collected,
    "lease.stop": stopped,
    "share.transfer": await gasOf(transferToken(investor.client, gift, WAIT)),
    "share.claim": await gasOf(claimRevenue(investor.client, { share }, WAIT)),
    "token.transfer": await gasOf(transferToken(treasury.client, { ...gift, token: computeToken }, WAIT)),
    ...(await money(stage)),
  };
  await pass(4 * DAY);
  await settle([shareCard]);
  return figures;
};

const money = async ({ system }: Stage): Promise<Round> => {
  const { chain, deployment, treasury } = system;
  const deadline = (await chain.now()) + DAY;
  const way = { deployment, minOut: 0n, to: treasury.address, deadline };
  return {
    "dollar.mint": await gasOf(mintDollar(treasury.client, { ...way, tokenIn: parseTokens("1000") }, WAIT)),
    "dollar.redeem": await gasOf(redeemDollar(treasury.client, { ...way, dollarIn: parseDollars("10") }, WAIT)),
  };
};

/** What is touched again after days of silence. */
const playAfter = async ({ stage, orders, share, shareCard }: Shop, days: number): Promise<Round> => {
  const { deployment } = stage.system;
  const { renter, matcher, investor, friend } = stage.cast;
  const [, card = 0n] = stage.cards;
  await orders.take(card, renter, DAY);
  if (days < 1000) await orders.take(shareCard, renter, DAY);
  await orders.pass(days * DAY);
  const gift = { token: share, to: friend.address, amount: parseShares("1") };
  const figures = {
    "collect.one": await gasOf(collectCard(matcher.client, { deployment, cardId: card }, WAIT)),
    "match.fresh": await orders.match([card]),
    "share.transfer": await gasOf(transferToken(investor.client, gift, WAIT)),
    ...(await money(stage)),
  };
  await orders.pass(2 * DAY);
  await orders.settle([card, shareCard]);
  return figures;
};

/** The growth as text and as Markdown. */
export const growthTable = ({ sizes, figures }: Growth): { readonly text: string; readonly markdown: string } => {
  const cells = sizes.map((size) => size.toLocaleString("en"));
  const parts = Object.entries(figures).map(([what, operations]) => {
    const rows = Object.entries(operations).map(([name, gas]) => [
      name,
      ...gas.map((value) => value.toLocaleString("en")),
    ]);
    return { what, rows };
  });
  const columns = (what: string) => [{ heading: what }, ...cells.map((heading) => ({ heading, right: true }))];
  const markdown = parts.map(({ what, rows }) => {
    const lines = rows.map(([name = "", ...gas]) => `| \`${name}\` | ${gas.join(" | ")} |`);
    return [`| ${[what, ...cells].join(" | ")} |`, `|---|${"--:|".repeat(cells.length)}`, ...lines].join("\n");
  });
  return {
    text: parts.map(({ what, rows }) => table(columns(what), rows).join("\n")).join("\n\n"),
    markdown: markdown.join("\n\n"),
  };
};
