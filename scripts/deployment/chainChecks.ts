import { type Address, formatEther, parseAbi } from "viem";
import { estimateFeesPerGas, getBalance, getBlock, getCode, readContract } from "viem/actions";
import type { CardflowClient } from "../../sdk/src/index.ts";
import { messageOf } from "./failure.ts";
import type { Network } from "./networks.ts";
import type { Parameters } from "./parameters.ts";

const feedAbi = parseAbi([
  "function decimals() view returns (uint8)",
  "function latestRoundData() view returns (uint80, int256 answer, uint256 startedAt, uint256 updatedAt, uint80)",
]);

/** Seconds that an update may come after its heartbeat, and that a sequencer must have been up; as the price oracle has them. */
export const GRACE = 900;
const SEQUENCER_GRACE = 3_600;

const BOUND_UNIT = 10n ** 12n;

/** Gas of a whole deployment, every mock included: 33.4 million measured, and a fifth to spare. */
export const DEPLOYMENT_GAS = 40_000_000n;

/** A price feed at one look; `price` has 18 decimals. */
export type FeedAnswer = { readonly price: bigint; readonly updatedAt: number };

/** Reads a feed the way the price oracle does. */
export const readFeed = async (reader: CardflowClient, address: Address, blockNumber?: bigint): Promise<FeedAnswer> => {
  const at = { address, abi: feedAbi, ...(blockNumber !== undefined && { blockNumber }) } as const;
  const decimals = await readContract(reader, { ...at, functionName: "decimals" });
  const [, answer, , updatedAt] = await readContract(reader, { ...at, functionName: "latestRoundData" });
  return { price: answer * 10n ** BigInt(Math.max(0, 18 - decimals)), updatedAt: Number(updatedAt) };
};

/** What speaks against these parameters on the chain as it is now: feeds, sequencer, timelock. */
export const problemsOnChain = async (
  reader: CardflowClient,
  { floors, name }: Network,
  { Cardflow, MockFeeds }: Parameters,
): Promise<string[]> => [
  ...(MockFeeds === undefined ? await feedProblems(reader, Cardflow) : mockProblems(Cardflow, MockFeeds)),
  ...(Cardflow.sequencerFeed === undefined ? [] : await sequencerProblems(reader, Cardflow.sequencerFeed)),
  ...(floors.timelockIsContract && !(await hasCode(reader, Cardflow.timelock))
    ? [`Cardflow.timelock: ${Cardflow.timelock} has no code; ${name} needs a multisig or a governor`]
    : []),
];

const hasCode = async (reader: CardflowClient, address: Address): Promise<boolean> =>
  (await getCode(reader, { address })) !== undefined;

const feedProblems = async (reader: CardflowClient, cardflow: Parameters["Cardflow"]): Promise<string[]> => {
  const now = Number((await getBlock(reader)).timestamp);
  const problems: string[] = [];
  const prices: bigint[] = [];
  for (const slot of ["primarySource", "secondSource"] as const) {
    const source = cardflow[slot];
    const answer = await answerOf(reader, source, now);
    if (typeof answer === "string") problems.push(`Cardflow.${slot}.feed: ${answer}`);
    else prices.push(answer);
  }
  const [first, second] = prices;
  if (first === undefined || second === undefined) return problems;
  if (apart(first, second) > 5n)
    problems.push(
      `Cardflow.secondSource.feed: the sources are ${apart(first, second)} % apart; at most 5 % are accepted`,
    );
  return [...problems, ...slowProblems(cardflow, first < second ? first : second)];
};

const mockProblems = (cardflow: Parameters["Cardflow"], mock: NonNullable<Parameters["MockFeeds"]>): string[] => {
  const price = mock.answer * 10n ** BigInt(18 - mock.decimals);
  const outside = (["primarySource", "secondSource"] as const).filter((slot) => !isWithin(cardflow[slot], price));
  return [
    ...outside.map((slot) => `MockFeeds.answer: lies outside the bounds of ${slot}`),
    ...slowProblems(cardflow, price),
  ];
};

/** A first slow price far off the market would halt the mint, or open it too wide, for many hours. */
const slowProblems = ({ initialSlowPrice }: Parameters["Cardflow"], low: bigint): string[] =>
  apart(initialSlowPrice, low) > 5n
    ? [
        `Cardflow.initialSlowPrice: $${formatEther(initialSlowPrice)} is ${apart(initialSlowPrice, low)} % off the sources' $${formatEther(low)}; at most 5 % are accepted`,
      ]
    : [];

/** How far the larger lies above the smaller, in whole per cent, rounded up. */
const apart = (a: bigint, b: bigint): bigint => {
  const [small, large] = a < b ? [a, b] : [b, a];
  return ((large - small) * 100n + small - 1n) / small;
};

type Source = Parameters["Cardflow"]["primarySource"];

const isWithin = ({ minPrice, maxPrice }: Source, price: bigint): boolean =>
  price > BigInt(minPrice) * BOUND_UNIT && price < BigInt(maxPrice) * BOUND_UNIT;

/** The price of a source, or why the oracle would not believe it. */
const answerOf = async (reader: CardflowClient, source: Source, now: number): Promise<bigint | string> => {
  const { feed, heartbeat } = source;
  if (feed === undefined) return "is missing";
  if (!(await hasCode(reader, feed))) return `there is no contract at ${feed}`;
  try {
    const { price, updatedAt } = await readFeed(reader, feed);
    if (updatedAt > now) return "its last update lies in the future";
    if (now - updatedAt > heartbeat + GRACE)
      return `its last update is ${now - updatedAt} s old; the heartbeat allows ${heartbeat + GRACE} s`;
    return isWithin(source, price) ? price : `its price, $${formatEther(price)}, lies outside the bounds`;
  } catch (cause) {
    return `does not answer as a price feed: ${messageOf(cause)}`;
  }
};

const sequencerProblems = async (reader: CardflowClient, feed: Address): Promise<string[]> => {
  const field = "Cardflow.sequencerFeed";
  if (!(await hasCode(reader, feed))) return [`${field}: there is no contract at ${feed}`];
  try {
    const now = (await getBlock(reader)).timestamp;
    const [, answer, startedAt] = await readContract(reader, {
      address: feed,
      abi: feedAbi,
      functionName: "latestRoundData",
    });
    if (answer !== 0n) return [`${field}: says that the sequencer is down`];
    return startedAt !== 0n && now >= startedAt + BigInt(SEQUENCER_GRACE)
      ? []
      : [`${field}: the sequencer has not been up for ${SEQUENCER_GRACE} s`];
  } catch (cause) {
    return [`${field}: does not answer as a sequencer's feed: ${messageOf(cause)}`];
  }
};

/** What a deployment may cost at the present gas price, and what the deployer has; wei. */
export type Funds = { readonly cost: bigint; readonly balance: bigint };

/** The funds on a network; where a sequencer orders the transactions, their data on L1 may cost as much again. */
export const fundsOf = async (reader: CardflowClient, { sequencer }: Network, deployer: Address): Promise<Funds> => {
  const { maxFeePerGas } = await estimateFeesPerGas(reader);
  const cost = DEPLOYMENT_GAS * maxFeePerGas * (sequencer ? 2n : 1n);
  return { cost, balance: await getBalance(reader, { address: deployer }) };
};

/** Whether the deployer can pay for all of it. */
export const fundsProblems = ({ cost, balance }: Funds, deployer: Address): string[] =>
  balance >= cost
    ? []
    : [`the deployer ${deployer} has ${formatEther(balance)} ETH; the deployment may cost ${formatEther(cost)} ETH`];
