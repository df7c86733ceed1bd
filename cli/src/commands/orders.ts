import { writeFile } from "node:fs/promises";
import {
  type Ask,
  anyMask,
  type Bid,
  type CardStatus,
  cancelOrderCall,
  cancelOrdersCall,
  cardStatus,
  type Deployment,
  hashAsk,
  hashBid,
  maskOf,
  orderDomain,
  orderStatus,
  parseDollars,
  parseTokens,
  randomSalt,
  signAsk,
  signBid,
} from "@cardflow/sdk";
import { rentalMarketAbi } from "@cardflow/sdk/abis";
import { formatSignedOrder, type SignedAsk } from "@cardflow/sdk/orders";
import { isAddressEqual, zeroAddress, zeroHash } from "viem";
import { readContract } from "viem/actions";
import { modelsNamed, readCatalogue, regionsNamed } from "../chain/catalogue.ts";
import { inParts } from "../chain/inParts.ts";
import type { Network } from "../chain/network.ts";
import { command, group, type Outcome } from "../command.ts";
import type { Context } from "../context.ts";
import { CancelledError, RefusedError, SourceError, UsageError } from "../failure.ts";
import {
  DAY,
  HOUR,
  parseAddress,
  parseAmount,
  parseCount,
  parseDuration,
  parseIds,
  parseRate,
  parseSalts,
  quoted,
} from "../input.ts";
import { carryOut } from "../plan.ts";
import { counted, dollars, duration, moment, perHour } from "../terminal/format.ts";
import { type Fact, viewOf } from "../terminal/view.ts";
import { timeOf } from "./lease.ts";

const outArg = {
  type: "string",
  valueHint: "file",
  description: "Write the signed JSON to a file instead of standard output",
} as const;
const validArg = { type: "string", valueHint: "duration", description: "How long it stands (default 7d)" } as const;

const domainOf = ({ deployment }: Network) =>
  orderDomain({ chainId: deployment.chainId, market: deployment.addresses.rentalMarket });

const year = 366 * DAY;

const signAsks = command({
  description: "Sign asks: standing offers of cards you operate. Costs no gas, sends nothing",
  args: {
    card: { type: "string", required: true, valueHint: "ids", description: "Cards: 7, or 1,2,5, or 1-8" },
    rate: { type: "string", required: true, valueHint: "$/h", description: "Rent of a whole card, dollars per hour" },
    min: {
      type: "string",
      valueHint: "duration",
      description: "Shortest lease, whole minutes, paid in any case (default 10m)",
    },
    max: {
      type: "string",
      valueHint: "duration",
      description: "Longest lease with all extensions, whole hours (default 366d)",
    },
    "min-thousandths": { type: "string", valueHint: "number", description: "Smallest part of a card (default 1)" },
    "priority-tier": {
      type: "string",
      valueHint: "0-3",
      description: "Renters of at least this tier come first, until --open-in",
    },
    "open-in": {
      type: "string",
      valueHint: "duration",
      description: "When it opens to everybody, with --priority-tier (default: at once)",
    },
    valid: validArg,
    out: outArg,
  },
  examples: ["cardflow ask sign --card 1-8 --rate 2.10 --out asks.json"],
  run: async (context, values) => {
    const network = await context.network();
    const { client, deployment } = network;
    const cardIds = parseIds("--card", values.card);
    const operator = await context.sender();
    const [cards, { counter }, { longestMinDuration }, now] = await Promise.all([
      inParts(cardIds, (cardId) => cardStatus(client, { deployment, cardId })),
      orderStatus(client, { deployment, maker: operator }),
      readContract(client, {
        address: deployment.addresses.rentalMarket,
        abi: rentalMarketAbi,
        functionName: "parameters",
      }),
      network.soon(),
    ]);
    const priorityTier = parseCount("priority-tier", values["priority-tier"] ?? "0", 0, 3);
    if (priorityTier > 0 !== (values["open-in"] !== undefined))
      throw new UsageError(
        "--priority-tier 1 to 3 and --open-in go together",
        "Give both: renters of the tier come first until then; one alone would change nothing.",
      );
    const durations = durationsOf(values.min ?? "10m", values.max ?? "366d", longestMinDuration);
    const rate = parseRate("rate", values.rate);
    const salt = randomSalt();
    const asks = cards.map((card, index): Ask => {
      if (card.operator === undefined || !isAddressEqual(card.operator, operator))
        throw new RefusedError(
          `card ${card.cardId} is not operated by ${operator}`,
          "Only a card's operator can offer it; the owner names the operator.",
          ["OperatorNotOfCard"],
        );
      if (rate < card.floorRate)
        throw new RefusedError(
          `card ${card.cardId} may not be offered below ${perHour(card.floorRate)}`,
          "Raise --rate.",
          ["RateBelowFloor"],
        );
      return {
        operator,
        cardId: card.cardId,
        epoch: card.epoch,
        ratePerSecond: rate,
        minThousandths: parseCount("min-thousandths", values["min-thousandths"] ?? "1", 1, 1000),
        ...durations,
        priorityTier,
        openFrom: values["open-in"] === undefined ? 0 : now + parseDuration("open-in", values["open-in"]),
        validUntil: now + parseDuration("valid", values.valid ?? "7d"),
        counter,
        salt: salt + BigInt(index),
      };
    });
    const [first] = asks;
    if (first === undefined) throw new UsageError("--card names no card", "Write it as 7, 1,2,5 or 1-8.");
    const facts: readonly Fact[] = [
      ["cards", values.card],
      ["rent", perHour(rate)],
      ["leases", `${duration(first.minDuration)} to ${duration(first.maxDuration)}`],
      ["stands until", moment(first.validUntil)],
      ...weakBonds(cards, rate),
      ["costs", "nothing; anyone who has it can rent the cards at this rate until you cancel it"],
    ];
    await allowed(context, `Sign ${counted(asks.length, "ask")}`, facts);
    if (context.options["dry-run"]) return unsigned({ asks }, facts);
    const signer = await context.signer();
    const domain = domainOf(network);
    const orders: SignedAsk[] = [];
    for (const ask of asks) orders.push({ ask, signature: await signAsk(signer, domain, ask) });
    const text = `[\n${orders.map(formatSignedOrder).join(",\n")}\n]`;
    const file = await keep(values.out, text);
    return {
      data: { orders, hashes: asks.map((ask) => hashAsk(domain, ask)), file: file ?? null },
      text: (view) =>
        file === undefined
          ? text
          : [
              `${counted(orders.length, "signed ask")} in ${file}`,
              ...weakBonds(cards, rate).map(([what, why]) => `${view.mark("warning")} ${what} ${why}`),
            ].join("\n"),
    };
  },
});

/** An ask's shortest lease in whole minutes and its longest in whole hours, inside what the market takes. */
const durationsOf = (
  min: string,
  max: string,
  longestMinDuration: number,
): Pick<Ask, "minDuration" | "maxDuration"> => {
  const minDuration = Math.ceil(parseDuration("min", min) / 60) * 60;
  const maxDuration = Math.floor(Math.min(year, parseDuration("max", max)) / HOUR) * HOUR;
  if (minDuration < leastMinDuration || minDuration > longestMinDuration)
    throw new UsageError(
      `--min: ${quoted(min)} is not from ${duration(leastMinDuration)} to ${duration(longestMinDuration)}`,
      "The market takes no other: it is what a renter pays in any case.",
    );
  if (maxDuration < Math.max(HOUR, minDuration))
    throw new UsageError(
      `--max: ${quoted(max)} is less than ${duration(Math.max(HOUR, minDuration))}`,
      "Give whole hours, and no less than --min.",
    );
  return { minDuration, maxDuration };
};

/** Seconds that the market demands of an ask's shortest lease. */
const leastMinDuration = 600;

/** Cards whose bond covers no lease of the whole card at a rate: there the market would refuse. */
const weakBonds = (cards: readonly CardStatus[], rate: bigint): readonly Fact[] => {
  const weak = cards.filter(({ bond }) => bond !== undefined && bond.coveredRate < rate);
  const most = weak.reduce(
    (sum, { bond }) => (rate - (bond?.coveredRate ?? 0n) > sum ? rate - (bond?.coveredRate ?? 0n) : sum),
    0n,
  );
  return weak.length === 0
    ? []
    : [
        [
          "bond",
          `too small for a whole card at this rent on ${counted(weak.length, "card")}: ${weak.map(({ cardId }) => cardId).join(", ")}; add ${dollars(most * BigInt(DAY))} of CARD to each with cardflow stake bond`,
        ],
      ];
};

const signBidCommand = command({
  description: "Sign a bid that a matcher fills. Costs no gas, sends nothing; you pay when it is filled",
  args: {
    model: {
      type: "string",
      required: true,
      valueHint: "name",
      description: "GPU models: a number, or part of a name",
    },
    "max-rate": {
      type: "string",
      required: true,
      valueHint: "$/h",
      description: "Highest rent of a whole card, dollars per hour",
    },
    gpus: { type: "string", valueHint: "number", description: "How many cards, 1 to 254 (default 1)" },
    "min-gpus": {
      type: "string",
      valueHint: "number",
      description: "Fewest cards per match (default 1; all with --same-host)",
    },
    hours: { type: "string", valueHint: "number", description: "For how many hours" },
    for: { type: "string", valueHint: "duration", description: "For how long: 90m, 24h, 7d" },
    region: { type: "string", valueHint: "name", description: "Only in these regions" },
    thousandths: { type: "string", valueHint: "number", description: "Part of each card, 1 to 1000 (default 1000)" },
    "same-host": { type: "boolean", description: "All cards in one machine" },
    matcher: {
      type: "string",
      valueHint: "address",
      description: "Matcher that may fill it alone for the first 110 seconds",
    },
    "matcher-fee": { type: "string", valueHint: "$", description: "What the matcher earns per card (default 0)" },
    "max-card": { type: "string", valueHint: "CARD", description: "Pay in CARD, at most so much per card" },
    valid: validArg,
    out: outArg,
  },
  examples: [
    "cardflow bid sign --model h100 --gpus 8 --hours 24 --max-rate 2.50 --same-host --min-gpus 8 --out bid.json",
  ],
  run: async (context, values) => {
    const network = await context.network();
    const { client, deployment } = network;
    const renter = await context.sender();
    const [catalogue, { counter }, now] = await Promise.all([
      readCatalogue(network),
      orderStatus(client, { deployment, maker: renter }),
      network.soon(),
    ]);
    const quantity = parseCount("gpus", values.gpus ?? "1", 1, 254);
    const sameHost = values["same-host"] ?? false;
    const minQuantity = parseCount("min-gpus", values["min-gpus"] ?? (sameHost ? `${quantity}` : "1"), 1, quantity);
    if (sameHost && minQuantity !== quantity)
      throw new UsageError(
        "--same-host takes all cards or none",
        `Give --min-gpus ${quantity} or leave it out; or leave --same-host out.`,
      );
    const length = timeOf(values.hours, values.for);
    const maxToken = values["max-card"];
    const bid: Bid = {
      renter,
      models: maskOf(modelsNamed(catalogue, values.model)),
      regions: values.region === undefined ? anyMask : maskOf(regionsNamed(catalogue, values.region)),
      thousandths: parseCount("thousandths", values.thousandths ?? "1000", 1, 1000),
      quantity,
      minQuantity,
      sameHost,
      maxRatePerSecond: parseRate("max-rate", values["max-rate"], "down", 1n),
      duration: length,
      payInToken: maxToken !== undefined,
      maxTokenIn: maxToken === undefined ? 0n : parseAmount("max-card", maxToken, parseTokens, { least: 1n }),
      matcher: values.matcher === undefined ? zeroAddress : parseAddress("--matcher", values.matcher),
      exclusiveUntil: values.matcher === undefined ? 0 : now + 110,
      matcherFee:
        values["matcher-fee"] === undefined ? 0n : parseAmount("matcher-fee", values["matcher-fee"], parseDollars),
      accessKeyHash: zeroHash,
      validUntil: now + parseDuration("valid", values.valid ?? "7d"),
      counter,
      salt: randomSalt(),
    };
    const rate = (bid.maxRatePerSecond * BigInt(bid.thousandths)) / 1_000n;
    const most = (rate * BigInt(length) + bid.matcherFee) * BigInt(quantity);
    const facts: readonly Fact[] = [
      ["wanted", `${counted(quantity, "GPU")} for ${duration(length)}, at most ${perHour(bid.maxRatePerSecond)} each`],
      [
        "you pay at most",
        `${dollars(most)}, when it is filled, out of your balance or what the matcher's funding brings`,
      ],
      ["stands until", moment(bid.validUntil)],
    ];
    await allowed(context, "Sign a bid", facts);
    if (context.options["dry-run"]) return unsigned({ bid }, facts);
    const domain = domainOf(network);
    const signature = await signBid(await context.signer(), domain, bid);
    const text = formatSignedOrder({ bid, signature });
    const file = await keep(values.out, text);
    return {
      data: { order: { bid, signature }, hash: hashBid(domain, bid), file: file ?? null },
      text: () => (file === undefined ? text : `a signed bid in ${file}`),
    };
  },
});

/** A signature is a promise, so it is asked for like a transaction. */
const allowed = async ({ io, options }: Context, title: string, facts: readonly Fact[]): Promise<void> => {
  if (options.yes || options["dry-run"]) return;
  const view = viewOf({ ...io, colour: true });
  io.err(`${view.title(title)}\n${view.facts(facts)}\n`);
  if (!io.asks)
    throw new CancelledError(
      "nobody confirmed, and there is no terminal to ask on",
      "Pass --yes to sign without asking.",
    );
  if (!(await io.confirm(`${title}?`)))
    throw new CancelledError("nothing was signed", "Run it again when you are ready.");
};

const unsigned = (orders: Readonly<Record<string, unknown>>, facts: readonly Fact[]): Outcome => ({
  data: { dryRun: true, ...orders },
  text: (view) => view.facts([...facts, ["dry run", "nothing was signed"]]),
});

const keep = async (file: string | undefined, text: string): Promise<string | undefined> => {
  if (file === undefined) return undefined;
  try {
    await writeFile(file, `${text}\n`);
    return file;
  } catch (cause) {
    throw new SourceError(`${file} cannot be written`, "Check the folder and who may write there.", { cause });
  }
};

const cancelCommand = (kind: "ask" | "bid") =>
  command({
    description: "Cancel orders for ever, by their salts",
    args: { salts: { type: "positional", required: true, description: "Salts, with commas between" } },
    examples: [`cardflow ${kind} cancel 1234567890`],
    run: async (context, values) => {
      const network = await context.network();
      const { deployment } = network;
      const salts = parseSalts(values.salts);
      const what = `cancel ${counted(salts.length, "order")}`;
      return carryOut(
        context,
        network,
        {
          title: what,
          facts: [
            ["effect", "they can never be filled again; leases that they began go on"],
            ["you pay", "nothing but gas"],
          ],
          data: { salts },
          steps: [{ what, call: () => cancellation(deployment, salts) }],
        },
        () => ({ data: { salts }, facts: [["cancelled", counted(salts.length, "order")]] }),
      );
    },
  });

const cancellation = (deployment: Deployment, salts: readonly bigint[]) => {
  const [salt, ...others] = salts;
  return salt !== undefined && others.length === 0
    ? cancelOrderCall({ deployment, salt })
    : cancelOrdersCall({ deployment, salts });
};

/** Asks of operators. */
export const ask = group("Asks, signed offers of operators: sign, cancel", {
  sign: signAsks,
  cancel: cancelCommand("ask"),
});

/** Bids of renters. */
export const bid = group("Bids, signed wishes of renters: sign, cancel", {
  sign: signBidCommand,
  cancel: cancelCommand("bid"),
});
