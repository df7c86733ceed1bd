import { matchOrdersCall, startedLeases } from "@cardflow/sdk";
import { legRefusalRemedies, matchRefusalRemedies } from "@cardflow/sdk/errors";
import type { Change, Explanation } from "@cardflow/sdk/matching";
import { type Catalogue, modelName, readCatalogue, regionName } from "../chain/catalogue.ts";
import { command } from "../command.ts";
import { UsageError } from "../failure.ts";
import { matchNow, ordersOf, type Proposal, type Rejected, type Unfilled } from "../matching.ts";
import { readOrders } from "../orderFiles.ts";
import { carryOut, nothingToDo } from "../plan.ts";
import { counted, dollars, duration, moment, perHour, shortly } from "../terminal/format.ts";
import type { Fact } from "../terminal/view.ts";

export const match = command({
  description: "Match signed asks and bids: shows who gets what, and why not, then sends the matches",
  args: {
    orders: {
      type: "string",
      required: true,
      valueHint: "files|-|urls",
      description:
        "Signed asks and bids, as arrays or one a line: files, URLs, or - for standard input, with commas between",
    },
  },
  examples: [
    "cardflow match --orders asks.json,bids.jsonl --dry-run",
    "cat asks.jsonl bids.jsonl | cardflow match --orders - --yes --json",
  ],
  run: async (context, values) => {
    const network = await context.network();
    const { deployment } = network;
    const sources = values.orders.split(",");
    if (sources.some((source) => source === "") || sources.filter((source) => source === "-").length > 1)
      throw new UsageError(
        "--orders names nothing, or standard input twice",
        "Write it as asks.json,bids.jsonl or as -.",
      );
    const [orders, submitter, catalogue] = await Promise.all([
      readOrders(context.io, sources, deployment),
      context.sender(),
      readCatalogue(network),
    ]);
    const { proposals, unfilled, rejected } = await matchNow(network, orders, submitter);
    const facts: readonly Fact[] = [
      ...proposals.map(proposalFact),
      ...unfilled.map((bid) => unfilledFact(bid, catalogue)),
      ...rejected.map(rejectedFact),
    ];
    const plan = {
      submitter,
      matches: proposals.map(proposalData),
      unfilled: unfilled.map(unfilledData),
      rejected: rejected.map(rejectedData),
    };
    const summary = `${counted(proposals.length, "match", "matches")} of ${counted(orders.bids.length, "bid")} and ${counted(orders.asks.length, "ask")}`;
    if (proposals.length === 0) return nothingToDo(context, `No match: ${summary}`, plan, { leases: [] }, facts);
    const earned = proposals.reduce((sum, { matcherFees }) => sum + matcherFees, 0n);
    return carryOut(
      context,
      network,
      {
        title: `Send ${summary}`,
        facts: [...facts, ["you earn", `${dollars(earned)} of matchers' fees; you pay nothing but gas`]],
        data: plan,
        steps: proposals.map((proposal) => ({
          what: `match the bid of ${shortly(proposal.bid.bid.renter)} with ${counted(proposal.asks.length, "card")}`,
          call: () => matchOrdersCall({ deployment, ...ordersOf(proposal) }),
        })),
      },
      (receipts) => {
        const leases = receipts.flatMap((receipt) => startedLeases({ deployment, receipt }));
        return {
          data: {
            leases: leases.map(({ leaseId, cardId, renter, rate, end }) => ({ leaseId, cardId, renter, rate, end })),
          },
          facts: leases.map(
            ({ leaseId, cardId, end }): Fact => [`lease ${leaseId}`, `card ${cardId}, until ${moment(end)}`],
          ),
        };
      },
    );
  },
});

const bidLabel = (renter: string): string => `bid of ${shortly(renter)}`;

const proposalFact = ({ bid, match, total, matcherFees }: Proposal): Fact => [
  bidLabel(bid.bid.renter),
  [
    `gets ${match.legs.length} of ${counted(bid.bid.quantity, "card")} for ${duration(bid.bid.duration)}, ${dollars(total)}${matcherFees > 0n ? `, ${dollars(matcherFees)} of it to you` : ""}`,
    ...match.legs.map(
      ({ ask, rate, thousandths }) =>
        `card ${ask.cardId} at ${perHour(rate)}${thousandths === 1000 ? "" : ` for ${thousandths / 10} % of it`}, operator ${shortly(ask.operator)}`,
    ),
  ].join("\n"),
];

const unfilledFact = ({ bid, left, explanation }: Unfilled, catalogue: Catalogue): Fact => {
  const { refusal, counts, nearest } = explanation;
  const reasons = Object.entries(counts).map(([reason, count]) =>
    reason === "None" ? `${count} would be taken, but are too few or kept for others` : `${reason} ×${count}`,
  );
  const changes = (nearest?.changes ?? []).map((change) => changeText(change, catalogue));
  return [
    bidLabel(bid.bid.renter),
    [
      `waits for ${counted(left, "more card", "more cards")}: ${refusal}. ${matchRefusalRemedies[refusal]}`,
      ...(reasons.length === 0 ? [] : [`asks: ${reasons.join(", ")}`]),
      ...(nearest === undefined || changes.length === 0
        ? []
        : [`nearest: card ${nearest.ask.cardId}, ${changes.join(" and ")}`]),
    ].join("\n"),
  ];
};

const changeText = ({ field, to }: Change, catalogue: Catalogue): string => {
  const bit = (): number => BigInt(to).toString(2).length - 1;
  switch (field) {
    case "maxRatePerSecond":
      return `at a highest rent of ${perHour(BigInt(to))}`;
    case "duration":
      return `for ${duration(Number(to))}`;
    case "thousandths":
      return `for ${Number(to) / 10} % of it`;
    case "models":
      return `if the bid took a ${modelName(catalogue, bit())}`;
    case "regions":
      return `if the bid took ${regionName(catalogue, bit())}`;
    case "now":
      return `from ${moment(Number(to))} on`;
  }
};

const rejectedFact = (order: Rejected): Fact =>
  "ask" in order
    ? [`ask of card ${order.ask.ask.cardId}`, `not taken: ${order.reason}${remedyOf(legRefusalRemedies, order.reason)}`]
    : [bidLabel(order.bid.bid.renter), `not taken: ${order.reason}${remedyOf(matchRefusalRemedies, order.reason)}`];

const remedyOf = (remedies: Readonly<Record<string, string>>, reason: string): string =>
  remedies[reason] === undefined ? "" : `. ${remedies[reason]}`;

const proposalData = ({ bid, match, total, matcherFees }: Proposal) => ({
  renter: bid.bid.renter,
  salt: bid.bid.salt,
  duration: bid.bid.duration,
  cards: match.legs.map(({ ask, rate, thousandths, escrow }) => ({
    ...{ cardId: ask.cardId, operator: ask.operator, rate, thousandths, escrow },
  })),
  total,
  matcherFees,
});

const unfilledData = ({ bid, left, explanation }: Unfilled) => ({
  renter: bid.bid.renter,
  salt: bid.bid.salt,
  left,
  ...explanationData(explanation),
});

const explanationData = ({ refusal, counts, nearest }: Explanation) => ({
  refusal,
  asks: counts,
  nearest:
    nearest === undefined ? null : { cardId: nearest.ask.cardId, refusal: nearest.refusal, changes: nearest.changes },
});

const rejectedData = (order: Rejected) =>
  "ask" in order
    ? { kind: "ask", maker: order.ask.ask.operator, salt: order.ask.ask.salt, reason: order.reason }
    : { kind: "bid", maker: order.bid.bid.renter, salt: order.bid.bid.salt, reason: order.reason };
