import {
  type CardStatus,
  minterStatus,
  parseDollars,
  parseShares,
  parseTokens,
  type ShareTerms,
  tokenizeCardCall,
} from "@cardflow/sdk";
import { rentalMarketAbi, revenueShareFactoryAbi } from "@cardflow/sdk/abis";
import { appraiseCard, type CardAppraisal, expectedRent } from "@cardflow/sdk/finance";
import { isAddressEqual, parseEventLogs } from "viem";
import { readContract } from "viem/actions";
import { readCatalogue } from "../chain/catalogue.ts";
import type { Network } from "../chain/network.ts";
import { command } from "../command.ts";
import { RefusedError, UsageError } from "../failure.ts";
import { inDollars } from "../funds.ts";
import { DAY, parseAmount, parseDuration, parseId, parsePercent, parseRate } from "../input.ts";
import { carryOut } from "../plan.ts";
import { dollars, duration, fraction, moment, percent, perHour, shares, tokens } from "../terminal/format.ts";
import { type Fact, type View, viewOf } from "../terminal/view.ts";
import { cardOf } from "./card.ts";

export const tokenize = command({
  description: "Sell the coming rent of a card as shares; shows the appraisal first",
  args: {
    card: { type: "string", required: true, valueHint: "id", description: "The card; you own it" },
    term: {
      type: "string",
      required: true,
      valueHint: "duration",
      description: "How long the shares earn: 1d to 3 years",
    },
    supply: { type: "string", required: true, valueHint: "number", description: "How many shares" },
    price: {
      type: "string",
      valueHint: "CARD",
      description: "Price of a share (default: only the appraisal is shown)",
    },
    rate: {
      type: "string",
      valueHint: "$/h",
      description: "Rent to appraise by (default: the card's last lease, else its floor)",
    },
    promised: {
      type: "string",
      valueHint: "$",
      description: "Revenue you promise over the term (default: the cautious scenario)",
    },
    "minimum-raise": {
      type: "string",
      valueHint: "CARD",
      description: "Below it everyone gets the money back (default: half of all)",
    },
    sale: { type: "string", valueHint: "duration", description: "How long the sale runs, at most 30d (default 7d)" },
    upfront: {
      type: "string",
      valueHint: "percent",
      description: "Part of the proceeds paid at once, at most 50% (default 20%)",
    },
    floor: {
      type: "string",
      valueHint: "$/h",
      description: "Lowest rent in the term (default: the card's floor, at least a little)",
    },
    "floor-decay": {
      type: "string",
      valueHint: "percent",
      description: "Fall of the floor every 30 days (default 0%)",
    },
    costs: { type: "string", valueHint: "$", description: "Your costs per 30 days, for the break-even (default 0)" },
  },
  examples: [
    "cardflow tokenize --card 7 --term 365d --supply 1000",
    "cardflow tokenize --card 7 --term 365d --supply 1000 --price 40 --promised 9000",
  ],
  run: async (context, values) => {
    const network = await context.network();
    const { client, deployment } = network;
    const cardId = parseId("--card", values.card);
    const [card, catalogue, { price: cardPrice }, parameters, now] = await Promise.all([
      cardOf(network, cardId),
      readCatalogue(network),
      minterStatus(client, { deployment }),
      readContract(client, {
        address: deployment.addresses.rentalMarket,
        abi: rentalMarketAbi,
        functionName: "parameters",
      }),
      network.soon(),
    ]);
    const rent = await rentOf(network, card, values.rate);
    const price =
      values.price === undefined ? undefined : parseAmount("price", values.price, parseTokens, { least: 1n });
    const term = parseDuration("term", values.term);
    const supply = parseAmount("supply", values.supply, parseShares, { least: 10n ** 18n });
    const appraisal = appraiseCard({
      ratePerSecond: rent.rate,
      term,
      supply,
      minimumBond: catalogue.models.get(card.model)?.minimumBond ?? 0n,
      feeBps: parameters.feeBps,
      monthlyCosts: values.costs === undefined ? 0n : parseAmount("costs", values.costs, parseDollars),
      cardPrice: cardPrice.low === 0n ? undefined : cardPrice.low,
      price: cardPrice.low === 0n ? undefined : price,
    });
    const shown = (view: View): string => appraisalText(view, cardId, appraisal, rent.source);
    if (price === undefined)
      return {
        data: { cardId, rent, appraisal },
        text: (view) =>
          `${shown(view)}\n\n${view.mark("warning")} nothing is offered yet: give --price to offer the shares.`,
      };
    const cost = (supply * price) / 10n ** 18n;
    const terms: ShareTerms = {
      supply,
      price,
      minimumRaise:
        values["minimum-raise"] === undefined
          ? halfOf(cost, price)
          : parseAmount("minimum-raise", values["minimum-raise"], parseTokens),
      promisedRevenue:
        values.promised === undefined
          ? appraisal.promisedRevenue
          : parseAmount("promised", values.promised, parseDollars),
      floorRate: values.floor === undefined ? atLeastOne(card.floorRate) : parseRate("floor", values.floor, "up"),
      floorDecayBps: parsePercent("floor-decay", values["floor-decay"] ?? "0%", 10_000),
      upfrontBps: parsePercent("upfront", values.upfront ?? "20%", 5_000),
      saleEnd: now + parseDuration("sale", values.sale ?? "7d"),
      term,
    };
    const account = await context.sender();
    requireReady(card, account);
    if (!context.options.json) context.io.err(`${shown(viewOf({ ...context.io, colour: true }))}\n`);
    const text = await inDollars(network);
    return carryOut(
      context,
      network,
      {
        title: `Offer ${shares(supply)} shares of card ${cardId}`,
        facts: offerFacts(terms, cost, text),
        data: { cardId, terms, proceeds: cost, rent, appraisal },
        steps: [{ what: `tokenize card ${cardId}`, call: () => tokenizeCardCall({ deployment, cardId, terms }) }],
      },
      ([receipt]) => {
        const [made] = parseEventLogs({
          abi: revenueShareFactoryAbi,
          eventName: "CardTokenized",
          logs: [...(receipt?.logs ?? [])],
        });
        const share = made?.args.share ?? null;
        return {
          data: { cardId, share, saleEnd: terms.saleEnd, termEnd: terms.saleEnd + term },
          facts: [
            ["share", share ?? "–"],
            ["sale until", moment(terms.saleEnd)],
            [
              "next",
              `buyers: cardflow share buy ${share ?? ""} --shares …; then anyone: cardflow share finalise ${share ?? ""}`,
            ],
          ],
        };
      },
    );
  },
});

const atLeastOne = (rate: bigint): bigint => (rate === 0n ? 1n : rate);

/** Half of what all shares cost, and at least one share. */
const halfOf = (cost: bigint, price: bigint): bigint => (cost / 2n > price ? cost / 2n : price);

const requireReady = (card: CardStatus, account: `0x${string}`): void => {
  const { cardId, owner, holder, state } = card;
  if (owner === undefined || !isAddressEqual(owner, account))
    throw new RefusedError(
      `card ${cardId} belongs to ${owner ?? "nobody"}, not to ${account}`,
      "Only its owner can tokenize a card.",
      ["TokenizeCallerNotOwner"],
    );
  if (state !== "Verified")
    throw new RefusedError(`card ${cardId} is not verified`, "Have the card verified first.", [
      "TokenizeCardNotVerified",
    ]);
  if (holder !== undefined)
    throw new RefusedError(
      `card ${cardId} already serves ${holder}`,
      "A card serves one share series or bond at a time: wait for the end of its term.",
      ["CardEncumbered"],
    );
};

/** The rent to appraise by, and where it is from. */
const rentOf = async (
  network: Network,
  card: CardStatus,
  given: string | undefined,
): Promise<{ readonly rate: bigint; readonly source: string }> => {
  if (given !== undefined) return { rate: parseRate("rate", given, "down", 1n), source: "as you say" };
  const state = await network.state();
  const last = state
    .list()
    .value.leaseIds.map((leaseId) => state.leaseStatus({ leaseId }).value)
    .findLast((lease) => lease?.cardId === card.cardId);
  if (last !== undefined)
    return {
      rate: (last.rate * 1000n) / BigInt(last.thousandths),
      source: "the whole card at the rent of its last lease",
    };
  if (card.floorRate > 0n) return { rate: card.floorRate, source: "the card's floor: it was never let" };
  throw new UsageError(
    "the card was never let and has no floor, so there is no rent to appraise by",
    "Give --rate, dollars per hour.",
  );
};

const offerFacts = (terms: ShareTerms, cost: bigint, text: (amount: bigint) => string): readonly Fact[] => [
  [
    "you offer",
    `90 % of the card's rent from the end of the sale, for ${duration(terms.term)}, until ${moment(terms.saleEnd + terms.term)}`,
  ],
  [
    "you get",
    `${text(cost)} if all is sold: ${percent(terms.upfrontBps)} when it is finalised, the rest as time passes and rent comes in`,
  ],
  ["promise", `${dollars(terms.promisedRevenue)} to the holders; what does not come in by then goes back to them`],
  ["price", `${text(terms.price)} a share`],
  ["fails", `below ${text(terms.minimumRaise)}: everyone gets the money back and the card is free`],
  ["sale until", moment(terms.saleEnd)],
  [
    "floor",
    `${perHour(terms.floorRate)}${terms.floorDecayBps === 0 ? "" : `, falling ${percent(terms.floorDecayBps)} every 30 days`}; no lease below it, none beyond the term`,
  ],
];

const appraisalText = (view: View, cardId: bigint, appraisal: CardAppraisal, source: string): string => {
  const { assumptions, scenarios, stake } = appraisal;
  const names = ["low", "base", "high"] as const;
  const row = (label: string, of: (name: (typeof names)[number]) => string): readonly string[] => [
    label,
    ...names.map(of),
  ];
  const months = expectedRent({
    ratePerSecond: assumptions.ratePerSecond,
    term: assumptions.term,
    feeBps: assumptions.feeBps,
    ...{ utilisation: scenarios.base.utilisation, decay: scenarios.base.decay },
  });
  // The last period may be shorter than 30 days: it is shown at its pace.
  const paces = months.map(({ from, until, holders }) => (Number(holders) / 1e18 / (until - from)) * 30 * DAY);
  const drawn =
    paces.length > 2
      ? [
          `\n${view.paint.dim("holders' rent per 30 days, base scenario")}`,
          view.chart(paces, (value) => `$${value.toFixed(0)}`, 5),
        ]
      : [];
  return [
    view.title(`Appraisal of card ${cardId}`),
    view.facts([
      ["rent", `${perHour(assumptions.ratePerSecond)}: ${source}`],
      ["term", duration(assumptions.term)],
      [
        "assumed",
        `protocol fee ${percent(assumptions.feeBps)}, cost of capital ${fraction(assumptions.costOfCapital)} a year; scenarios are round numbers, no forecast`,
      ],
    ]),
    "",
    view.table(
      ["", "cautious", "base", "hopeful"],
      [
        row("let", (name) => fraction(scenarios[name].utilisation)),
        row("rent falls per 30 days", (name) => fraction(scenarios[name].decay)),
        row("renters pay, first 30 days", (name) => dollars(scenarios[name].firstMonth.gross)),
        row("holders get, on average", (name) => `${dollars(scenarios[name].monthlyHolders)}/month`),
        row("holders get, whole term", (name) => dollars(scenarios[name].holders)),
        row("worth today", (name) => dollars(scenarios[name].value)),
        row("fair price of a share", (name) => {
          const { fairPrice, fairPriceInTokens } = scenarios[name];
          return fairPriceInTokens === undefined ? dollars(fairPrice) : `${tokens(fairPriceInTokens)}`;
        }),
        ...(assumptions.price === undefined
          ? []
          : [row("yield at your price", (name) => yieldText(scenarios[name].yieldToTerm))]),
      ],
      ["cautious", "base", "hopeful"],
    ),
    ...drawn,
    "",
    view.facts([
      [
        "to stake",
        `${dollars(stake.dollars)}${stake.tokens === undefined ? "" : `, ${tokens(stake.tokens)}`}: the model's minimum and a day of rent`,
      ],
      ...(appraisal.breakEvenUtilisation === 0
        ? []
        : [["break-even", `let ${fraction(appraisal.breakEvenUtilisation)} of the time`] as const]),
    ]),
  ].join("\n");
};

const yieldText = (rate: number | undefined): string => (rate === undefined ? "–" : `${fraction(rate)} a year`);
