import { type Address, keccak256, parseAbi, parseEventLogs, type TransactionReceipt, toBytes } from "viem";
import { readContract, writeContract } from "viem/actions";
import { cardOperatorChangedEventAbi } from "../abis/cardRegistry.ts";
import type { Ask } from "../abis/structs.ts";
import { approveToken } from "../actions/approveToken.ts";
import { deposit } from "../actions/deposit.ts";
import { mintDollar } from "../actions/mintDollar.ts";
import { registerCards } from "../actions/registerCards.ts";
import { stakeBonds } from "../actions/stakeBonds.ts";
import { transferToken } from "../actions/transferToken.ts";
import { verifyCards } from "../actions/verifyCards.ts";
import { confirm } from "../client/confirm.ts";
import type { CardflowClient } from "../client/types.ts";
import type { Deployment } from "../deployments/deployment.ts";
import { parseDollars, parseTokens, ratePerSecondFromDollarsPerHour } from "../money/units.ts";
import { orderDomain } from "../orders/domain.ts";
import type { SignedAsk } from "../orders/json.ts";
import { randomSalt } from "../orders/randomSalt.ts";
import { signAsk } from "../orders/signOrder.ts";
import { accountStatus } from "../reads/accountStatus.ts";
import { orderStatus } from "../reads/orderStatus.ts";
import { type TestAccount, testAccount } from "./accounts.ts";

/** What a seeded chain needs of its surroundings. */
export type SeedPlace = {
  readonly deployment: Deployment;
  readonly clientOf: (name: string) => CardflowClient;
  /** Time of the latest block, seconds. */
  readonly now: () => Promise<number>;
};

/** Each of the market's people gets so much, and the renter as much again in its balance of the ledger. */
const cardEach = parseTokens("200000");
const dollarsEach = parseDollars("10000");
const dollarsBurnedFor = parseTokens("1200000");
/** Covers the minimum bond of every model and a day's rent of the whole card. */
const bondEach = parseTokens("20000");
/** A card of the model that is dearest to rent by the hour and common: number 12 is the H100 with 80 GB. */
const model = 12;
const dollarsPerHour = "2.39";
/** Cards per transaction. */
const batch = 40;
const year = 366 * 86_400;
const wait = { wait: true } as const;

/**
 * Fills the purses of the market's people, and the renter's balance in the ledger, up to what each shall have. The treasury has the CARD,
 * and mints the dollars by burning some. On a chain that was seeded before only what was spent is missing.
 */
export const giveMoney = async ({ deployment, clientOf, now }: SeedPlace): Promise<void> => {
  const { computeToken, computeDollar, leaseLedger } = deployment.addresses;
  const treasury = clientOf("treasury");
  const statusOf = async (name: string) => {
    const { address: account } = testAccount(name);
    return { account, ...(await accountStatus(treasury, { deployment, account })) };
  };
  const people = await Promise.all(["renter", "owner", "operator", "investor", "matcher"].map(statusOf));
  const own = await statusOf("treasury");
  const purses = people.map(({ account, walletDollars, walletTokens }) => ({
    to: account,
    dollars: missing(walletDollars, dollarsEach),
    tokens: missing(walletTokens, cardEach),
  }));
  const [renter] = people;
  const inLedger = renter === undefined ? 0n : missing(renter.available, dollarsEach);
  if (own.walletDollars < purses.reduce((sum, { dollars }) => sum + dollars, inLedger)) {
    const deadline = (await now()) + 3600;
    const mint = { deployment, tokenIn: dollarsBurnedFor, minOut: 0n, to: own.account, deadline };
    await mintDollar(treasury, mint, wait);
  }
  for (const { to, dollars, tokens } of purses) {
    if (dollars > 0n) await transferToken(treasury, { token: computeDollar, to, amount: dollars }, wait);
    if (tokens > 0n) await transferToken(treasury, { token: computeToken, to, amount: tokens }, wait);
  }
  if (renter === undefined || inLedger === 0n) return;
  await approveToken(treasury, { token: computeDollar, spender: leaseLedger, amount: inLedger }, wait);
  await deposit(treasury, { deployment, account: renter.account, amount: inLedger }, wait);
};

const missing = (has: bigint, wanted: bigint): bigint => (has < wanted ? wanted - has : 0n);

/** Brings cards on the chain, all on one host: registered, verified, bonded, each with its operator's signed ask. */
export const offerCards = async (place: SeedPlace, count: number, hostId: number): Promise<readonly SignedAsk[]> => {
  const asks: SignedAsk[] = [];
  while (asks.length < count) asks.push(...(await offerBatch(place, Math.min(batch, count - asks.length), hostId)));
  return asks;
};

const offerBatch = async (place: SeedPlace, count: number, hostId: number): Promise<readonly SignedAsk[]> => {
  const { deployment, clientOf } = place;
  const { computeToken, supplierStaking } = deployment.addresses;
  const operator = testAccount("operator");
  const registration = { model, region: 0, hostId, operator: operator.address, floorRate: 0n, longestHours: 0 };
  const registrations = Array.from({ length: count }, () => registration);
  const { receipt } = await registerCards(clientOf("owner"), { deployment, registrations }, wait);
  const cards = registeredIn(receipt);
  const cardIds = cards.map(({ cardId }) => cardId);
  const deviceIds = cardIds.map((cardId) => keccak256(toBytes(`GPU-${deployment.chainId}-${cardId}`)));
  await verifyCards(clientOf("verifier"), { deployment, cardIds, deviceIds }, wait);

  const amount = bondEach * BigInt(count);
  await transferToken(clientOf("treasury"), { token: computeToken, to: operator.address, amount }, wait);
  await approveToken(clientOf("operator"), { token: computeToken, spender: supplierStaking, amount }, wait);
  await stakeBonds(clientOf("operator"), { deployment, cardIds, amounts: cardIds.map(() => bondEach) }, wait);
  return signAsks(place, operator, cards);
};

type Registered = { readonly cardId: bigint; readonly epoch: number };

const registeredIn = (receipt: TransactionReceipt | undefined): readonly Registered[] =>
  parseEventLogs({ abi: cardOperatorChangedEventAbi, logs: receipt?.logs ?? [] }).map(({ args }) => args);

const signAsks = async (
  { deployment, clientOf, now }: SeedPlace,
  { address, account }: TestAccount,
  cards: readonly Registered[],
): Promise<readonly SignedAsk[]> => {
  const domain = orderDomain({ chainId: deployment.chainId, market: deployment.addresses.rentalMarket });
  const { counter } = await orderStatus(clientOf("operator"), { deployment, maker: address });
  const validUntil = (await now()) + 2 * year;
  return Promise.all(
    cards.map(async ({ cardId, epoch }) => {
      const ask: Ask = {
        operator: address,
        cardId,
        epoch,
        ratePerSecond: ratePerSecondFromDollarsPerHour(dollarsPerHour),
        minThousandths: 1,
        minDuration: 600,
        maxDuration: year,
        priorityTier: 0,
        openFrom: 0,
        validUntil,
        counter,
        salt: randomSalt(),
      };
      return { ask, signature: await signAsk(account, domain, ask) };
    }),
  );
};

const feedAbi = parseAbi([
  "function latestRoundData() view returns (uint80 round, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredIn)",
  "function setAnswer(int256 answer)",
]);

/** Lets the price feeds say their price again: one that was silent for a day is not believed. */
export const refreshFeeds = async (client: CardflowClient, feeds: readonly Address[]): Promise<void> => {
  const { account } = testAccount("treasury");
  for (const address of feeds) {
    const [, answer] = await readContract(client, { address, abi: feedAbi, functionName: "latestRoundData" });
    const hash = await writeContract(client, {
      account,
      address,
      abi: feedAbi,
      functionName: "setAnswer",
      args: [answer],
      chain: client.chain ?? null,
    });
    await confirm(client, hash);
  }
};
