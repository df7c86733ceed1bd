import {
  anyMask,
  type Bid,
  maskOf,
  matchOrdersCall,
  orderDomain,
  orderStatus,
  quoteMatch,
  quoteMintExact,
  quoteTake,
  randomSalt,
  signBid,
  startedLeases,
  type Take,
  takeAskCall,
} from "@cardflow/sdk";
import { cardRegistryAbi } from "@cardflow/sdk/abis";
import type { SignedAsk } from "@cardflow/sdk/orders";
import { type Address, type Hex, isHash, type TransactionReceipt, zeroHash } from "viem";
import { readContract } from "viem/actions";
import { type Catalogue, modelName, modelsNamed, readCatalogue, regionName, regionsNamed } from "../chain/catalogue.ts";
import type { Network } from "../chain/network.ts";
import { command } from "../command.ts";
import type { Context } from "../context.ts";
import { RefusedError, UsageError } from "../failure.ts";
import { fundingFor, inDollars, patience, paymentFact, paymentOf, withSlack } from "../funds.ts";
import { parseCount, parseRate } from "../input.ts";
import { readAsks } from "../orderFiles.ts";
import { carryOut, type Step } from "../plan.ts";
import { counted, dollars, duration, moment, percent, perHour } from "../terminal/format.ts";
import type { Fact } from "../terminal/view.ts";
import { timeOf } from "./lease.ts";

/** What is wanted. */
type Wish = {
  readonly models: readonly number[];
  readonly regions: readonly number[] | undefined;
  readonly gpus: number;
  readonly sameHost: boolean;
  readonly take: Take;
};

/** An ask that the contract's preview takes. */
type Found = {
  readonly order: SignedAsk;
  readonly model: number;
  readonly region: number;
  /** Machine: operator and its number of the host. */
  readonly host: string;
  readonly rate: bigint;
  readonly thousandths: number;
  readonly escrow: bigint;
  readonly feeBps: number;
};

export const rent = command({
  description: "Rent GPUs by signed asks: the cheapest that the contracts' preview takes",
  args: {
    model: {
      type: "string",
      required: true,
      valueHint: "name",
      description: "GPU models: a number, or part of a name",
    },
    asks: {
      type: "string",
      required: true,
      valueHint: "file|-|url",
      description: "Signed asks: a file, - for standard input, or a URL",
    },
    gpus: { type: "string", valueHint: "number", description: "How many cards, 1 to 64 (default 1)" },
    hours: { type: "string", valueHint: "number", description: "For how many hours" },
    for: { type: "string", valueHint: "duration", description: "For how long: 90m, 24h, 7d" },
    "max-rate": {
      type: "string",
      valueHint: "$/h",
      description: "Highest rent of a whole card, dollars per hour (default: what the asks say)",
    },
    region: { type: "string", valueHint: "name", description: "Only in these regions" },
    thousandths: {
      type: "string",
      valueHint: "number",
      description: "Part of each card, 1 to 1000 (default 1000: all of it)",
    },
    "same-host": { type: "boolean", description: "All cards in one machine" },
    "pay-in-card": { type: "boolean", description: "Burn CARD for the rent, at a lower protocol fee" },
    "access-key": {
      type: "string",
      valueHint: "hash",
      description: "Hash of the key that may use the cards, for the operator",
    },
  },
  examples: [
    "cardflow rent --model h100 --gpus 8 --hours 24 --same-host --asks https://book.example/asks",
    "cardflow rent --model 4090 --for 90m --max-rate 0.50 --asks asks.json --dry-run",
  ],
  run: async (context, values) => {
    const network = await context.network();
    const gpus = parseCount("gpus", values.gpus ?? "1", 1, 64);
    const length = timeOf(values.hours, values.for);
    const [catalogue, renter, orders] = await Promise.all([
      readCatalogue(network),
      context.sender(),
      readAsks(context.io, values.asks, network.deployment),
    ]);
    const maxRate = values["max-rate"];
    const accessKey = values["access-key"] ?? zeroHash;
    if (!isHash(accessKey)) throw new UsageError("--access-key is no hash", "Give 0x and 64 hex digits.");
    const wish: Wish = {
      models: modelsNamed(catalogue, values.model),
      regions: values.region === undefined ? undefined : regionsNamed(catalogue, values.region),
      gpus,
      sameHost: values["same-host"] ?? false,
      take: {
        thousandths: parseCount("thousandths", values.thousandths ?? "1000", 1, 1000),
        duration: length,
        maxRatePerSecond: maxRate === undefined ? 2n ** 64n - 1n : parseRate("max-rate", maxRate),
        payInToken: values["pay-in-card"] ?? false,
        maxTokenIn: 2n ** 128n - 1n,
        accessKeyHash: accessKey,
      },
    };
    const found = await search(network, wish, orders, renter);
    return rentThese(context, network, catalogue, wish, found, renter);
  },
});

/* SEARCH */

/** Reasons of a preview that say nothing against the ask: whether the renter can pay is seen for all cards together. */
const aboutMoney: readonly string[] = ["FundsTooLow", "TokenMintRefused"];

/** Reasons that say that an ask is for another kind of card than is wanted. */
const aboutKind: readonly string[] = ["ModelNotAccepted", "RegionNotAccepted"];

/** The cheapest asks that would be taken; asks are looked at from the cheapest on, and no more than needed. */
const search = async (
  network: Network,
  wish: Wish,
  orders: readonly SignedAsk[],
  renter: Address,
): Promise<readonly Found[]> => {
  const refusals = new Map<string, { count: number; remedy: string }>();
  const refuse = (reason: string, remedy: string): void => {
    refusals.set(reason, { count: (refusals.get(reason)?.count ?? 0) + 1, remedy });
  };
  const hosts = new Map<string, Found[]>();
  const cheapest = [...orders].sort((a, b) => compare(a.ask.ratePerSecond, b.ask.ratePerSecond));
  for (let at = 0; at < cheapest.length; at += together) {
    const looks = await Promise.all(
      cheapest.slice(at, at + together).map((order) => lookAt(network, wish, order, renter)),
    );
    for (const look of looks) {
      if ("reason" in look) {
        refuse(look.reason, look.remedy);
        continue;
      }
      const host = wish.sameHost ? look.host : "any";
      const taken = hosts.get(host) ?? [];
      // A second ask for a card that is taken already changes nothing.
      if (taken.some(({ order }) => order.ask.cardId === look.order.ask.cardId)) continue;
      if (taken.length + 1 === wish.gpus) return [...taken, look];
      hosts.set(host, [...taken, look]);
    }
  }
  const best = Math.max(0, ...[...hosts.values()].map(({ length }) => length));
  const worst = [...refusals].sort(([, a], [, b]) => b.count - a.count);
  const why = worst.map(([reason, { count }]) => `${reason} ×${count}`).join(", ");
  throw new RefusedError(
    `${best} of ${counted(wish.gpus, "card")} found${wish.sameHost ? " in one machine" : ""} among ${counted(orders.length, "ask")}${why === "" ? "" : `; not taken: ${why}`}`,
    // Of an order book much is of other models: what keeps back the cards that are wanted says more.
    (worst.find(([reason]) => !aboutKind.includes(reason)) ?? worst[0])?.[1].remedy ??
      (wish.sameHost ? "Leave --same-host out, or ask for fewer cards." : "Ask for fewer cards, or give more asks."),
    worst.map(([reason]) => reason),
  );
};

/** Asks that are looked at in one go. */
const together = 16;

/** Why an ask is not taken. */
type Refusal = { readonly reason: string; readonly remedy: string };

const lookAt = async (
  network: Network,
  { models, regions, take }: Wish,
  order: SignedAsk,
  renter: Address,
): Promise<Found | Refusal> => {
  const { client, deployment } = network;
  const { ask, signature } = order;
  if (ask.ratePerSecond > take.maxRatePerSecond) return { reason: "RateAboveBid", remedy: "Raise --max-rate." };
  const card = await readContract(client, {
    address: deployment.addresses.cardRegistry,
    abi: cardRegistryAbi,
    functionName: "card",
    args: [ask.cardId],
  });
  if (!models.includes(card.model))
    return { reason: "ModelNotAccepted", remedy: "Choose another --model, or other asks." };
  if (regions !== undefined && !regions.includes(card.region))
    return { reason: "RegionNotAccepted", remedy: "Choose another --region, or leave it out." };
  const quote = await quoteTake(client, { deployment, ask, signature, take, renter });
  const [leg] = quote.legs;
  if (leg !== undefined && !leg.ok) return { reason: leg.refusal, remedy: leg.remedy };
  if (!quote.ok && (leg === undefined || !aboutMoney.includes(quote.refusal)))
    return { reason: quote.refusal, remedy: quote.remedy };
  const { rate = 0n, thousandths = 0, escrow = 0n } = leg ?? {};
  const { model, region } = card;
  const host = `${ask.operator}/${card.hostId}`;
  return { order, model, region, host, rate, thousandths, escrow, feeBps: quote.feeBps };
};

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/* RENT */

const rentThese = async (
  context: Context,
  network: Network,
  catalogue: Catalogue,
  wish: Wish,
  found: readonly Found[],
  renter: Address,
) => {
  const escrow = found.reduce((sum, leg) => sum + leg.escrow, 0n);
  const rate = found.reduce((sum, leg) => sum + leg.rate, 0n);
  const feeBps = found[0]?.feeBps ?? 0;
  const fee = (escrow * BigInt(feeBps)) / 10_000n;
  const { duration: length, payInToken } = wish.take;
  const money = await moneyOf(network, renter, escrow, payInToken, found.length);
  const end = (await network.soon()) + length;
  const minimum = Math.max(...found.map(({ order }) => order.ask.minDuration));
  const paidInAnyCase = found.reduce(
    (sum, leg) => sum + leg.rate * BigInt(Math.min(length, leg.order.ask.minDuration)),
    0n,
  );
  return carryOut(
    context,
    network,
    {
      title: `Rent ${counted(found.length, "GPU")} for ${duration(length)}`,
      facts: [
        ...found.map((leg): Fact => [`card ${leg.order.ask.cardId}`, legText(catalogue, leg)]),
        ["rent", `${perHour(rate)}${found.length > 1 ? " in all" : ""}, ${dollars(escrow)} in advance`],
        money.fact,
        ["fee", `${percent(feeBps)} of the rent, ${dollars(fee)}, is the protocol's; it is part of the price`],
        ["ends", moment(end)],
        [
          "refund",
          `stop any time and unused rent comes back; the first ${duration(minimum)} (${dollars(paidInAnyCase)}) ${minimum >= length ? "are" : "are paid"} in any case`,
        ],
      ],
      data: {
        renter,
        duration: length,
        end,
        cards: found.map(legData),
        escrow,
        fee,
        feeBps,
        tokenIn: money.tokenIn,
        fromBalance: money.fromBalance,
        fromWallet: money.fromWallet,
        refundableAtStart: escrow - paidInAnyCase,
      },
      steps: [
        found.length === 1 ? takeStep(network, wish, found, money) : matchStep(network, wish, found, money, renter),
      ],
    },
    ([receipt]) => started(network, receipt),
  );
};

const legText = (catalogue: Catalogue, { order, model, region, rate, thousandths }: Found): string =>
  `${modelName(catalogue, model)}, ${regionName(catalogue, region)}, ${perHour(rate)}${thousandths === 1000 ? "" : ` for ${thousandths / 10} % of it`}, operator ${order.ask.operator}`;

const legData = ({ order, model, region, rate, thousandths, escrow }: Found) => ({
  cardId: order.ask.cardId,
  operator: order.ask.operator,
  model,
  region,
  rate,
  thousandths,
  escrow,
});

/** How the renter pays, or the error that says what is missing. */
type Money = {
  readonly fact: Fact;
  readonly fromBalance: bigint;
  readonly fromWallet: bigint;
  /** CARD-wei that would be burned. */
  readonly tokenIn: bigint;
  /** Signs what brings the money. */
  readonly pay: "cfUSD" | "CARD";
  readonly permit: bigint;
};

const moneyOf = async (
  network: Network,
  renter: Address,
  due: bigint,
  payInToken: boolean,
  cards: number,
): Promise<Money> => {
  const { client, deployment } = network;
  const payment = await paymentOf(network, renter, due);
  if (!payInToken) {
    const { fromBalance, fromWallet, missing } = payment;
    if (missing > 0n)
      throw new RefusedError(
        `the rent of ${dollars(due)} is ${dollars(missing)} more than balance and wallet hold`,
        `Make them: cardflow dollar mint --dollars ${dollarsUp(missing)}; or rent with --pay-in-card.`,
        ["FundsTooLow"],
      );
    return { fact: paymentFact(payment), fromBalance, fromWallet, tokenIn: 0n, pay: "cfUSD", permit: fromWallet };
  }
  const least = 10n ** 18n;
  const quote = await quoteMintExact(client, { deployment, out: due > least ? due : least, forLease: true });
  if (!quote.ok)
    throw new RefusedError(`CARD cannot be burned for rent now: ${quote.refusal}`, quote.remedy, [quote.refusal]);
  // What is allowed is per card taken, so it is rounded to whole parts.
  const permit = ((withSlack(quote.tokenIn) + BigInt(cards) - 1n) / BigInt(cards)) * BigInt(cards);
  if (payment.status.walletTokens < quote.tokenIn)
    throw new RefusedError("the wallet holds too little CARD for the rent", "Get more CARD, or pay in cfUSD.", [
      "FundsTooLow",
    ]);
  const text = (await inDollars(network))(quote.tokenIn);
  return {
    fact: ["you pay", `${text}, burned now`],
    fromBalance: 0n,
    fromWallet: 0n,
    tokenIn: quote.tokenIn,
    pay: "CARD",
    permit,
  };
};

/** Whole cents, rounded up. */
const dollarsUp = (amount: bigint): string => {
  const cents = (amount + 10n ** 16n - 1n) / 10n ** 16n;
  const least = cents < 100n ? 100n : cents;
  return `${least / 100n}.${String(least % 100n).padStart(2, "0")}`;
};

const takeStep = (network: Network, wish: Wish, [leg]: readonly Found[], money: Money): Step => {
  if (leg === undefined) throw new RefusedError("there is no card to rent", "Give more asks.");
  const { ask, signature } = leg.order;
  const { deployment } = network;
  const take: Take = {
    ...wish.take,
    maxRatePerSecond: ask.ratePerSecond,
    maxTokenIn: money.pay === "CARD" ? money.permit : 0n,
  };
  return {
    what: `rent card ${ask.cardId}`,
    signs: money.permit > 0n,
    call: async (client) =>
      takeAskCall({
        deployment,
        ask,
        signature,
        take,
        funding: await fundingFor(client, network, money.pay, money.permit),
      }),
  };
};

const matchStep = (network: Network, wish: Wish, found: readonly Found[], money: Money, renter: Address): Step => ({
  what: `rent ${counted(found.length, "card")} with one bid`,
  signs: true,
  call: async (client) => {
    const { deployment } = network;
    const { account } = client;
    if (account?.type !== "local")
      throw new UsageError("there is no key to sign a bid with", "Pass --keystore FILE, or set CARDFLOW_PRIVATE_KEY.");
    const orders = found.map(({ order }) => order).sort((a, b) => compare(a.ask.cardId, b.ask.cardId));
    const bid = await bidFor(network, wish, found, money, renter);
    const domain = orderDomain({ chainId: deployment.chainId, market: deployment.addresses.rentalMarket });
    const bidSignature = await signBid(account, domain, bid);
    const asks = orders.map(({ ask }) => ask);
    const askSignatures: Hex[] = orders.map(({ signature }) => signature);
    const quote = await quoteMatch(client, { deployment, bid, bidSignature, asks, askSignatures, submitter: renter });
    if (!quote.ok) {
      const legs = quote.legs.filter(({ ok }) => !ok).map(({ cardId, refusal }) => `card ${cardId}: ${refusal}`);
      throw new RefusedError(`the match is refused: ${[quote.refusal, ...legs].join(", ")}`, quote.remedy, [
        quote.refusal,
      ]);
    }
    const funding = await fundingFor(client, network, money.pay, money.permit);
    return matchOrdersCall({ deployment, bid, bidSignature, asks, askSignatures, funding });
  },
});

/** A bid for exactly these cards, all or none. At first it is its renter's alone to submit, so nobody fills it with other cards. */
const bidFor = async (
  network: Network,
  wish: Wish,
  found: readonly Found[],
  money: Money,
  renter: Address,
): Promise<Bid> => {
  const { client, deployment } = network;
  const [{ counter }, now, soon] = await Promise.all([
    orderStatus(client, { deployment, maker: renter }),
    network.now(),
    network.soon(),
  ]);
  const dearest = found.reduce(
    (most, { order }) => (order.ask.ratePerSecond > most ? order.ask.ratePerSecond : most),
    0n,
  );
  const { thousandths, duration: length, payInToken, accessKeyHash } = wish.take;
  return {
    renter,
    models: maskOf(wish.models),
    regions: wish.regions === undefined ? anyMask : maskOf(wish.regions),
    thousandths,
    quantity: found.length,
    minQuantity: found.length,
    sameHost: wish.sameHost,
    maxRatePerSecond: dearest,
    duration: length,
    payInToken,
    maxTokenIn: payInToken ? money.permit / BigInt(found.length) : 0n,
    matcher: renter,
    exclusiveUntil: now + exclusive,
    matcherFee: 0n,
    accessKeyHash,
    validUntil: soon + patience,
    counter,
    salt: randomSalt(),
  };
};

/** Seconds; the market allows 120. */
const exclusive = 110;

const started = ({ deployment }: Network, receipt: TransactionReceipt | undefined) => {
  const leases = receipt === undefined ? [] : startedLeases({ deployment, receipt });
  return {
    data: { leases: leases.map(({ leaseId, cardId, rate, end }) => ({ leaseId, cardId, rate, end })) },
    facts: leases.map(({ leaseId, cardId, end }): Fact => [`lease ${leaseId}`, `card ${cardId}, until ${moment(end)}`]),
  };
};
