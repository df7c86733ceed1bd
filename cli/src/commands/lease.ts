import {
  extendLeaseCall,
  type LeaseEnd,
  type LeaseStatus,
  leaseEnd,
  leaseStatus,
  quoteExtend,
  stopLeaseCall,
} from "@cardflow/sdk";
import { leaseLedgerAbi } from "@cardflow/sdk/abis";
import type { CardflowState } from "@cardflow/sdk/state";
import { isAddressEqual, parseEventLogs } from "viem";
import type { Network } from "../chain/network.ts";
import { command, group } from "../command.ts";
import { RefusedError, UsageError } from "../failure.ts";
import { fundingFor, inDollars, paymentFact, paymentOf, withSlack } from "../funds.ts";
import { parseAddress, parseCount, parseDuration, parseHours, parseId } from "../input.ts";
import { carryOut } from "../plan.ts";
import { countedOf, dollars, duration, moment, momentFrom, perHour, shortly, tokens } from "../terminal/format.ts";
import type { View } from "../terminal/view.ts";

const leaseArg = { type: "positional", required: true, description: "Id of the lease" } as const;

/** A lease that the ledger still has. */
const leaseOf = async (network: Network, text: string): Promise<LeaseStatus> => {
  const { client, deployment } = network;
  const leaseId = parseId("lease", text);
  const lease = await leaseStatus(client, { deployment, leaseId });
  if (lease !== undefined) return lease;
  const ended = await leaseEnd(client, { deployment, leaseId });
  throw new RefusedError(
    ended === undefined
      ? `there never was a lease ${leaseId}`
      : `lease ${leaseId} is over since ${moment(ended.end)} (${reasons[ended.reason]})`,
    "`cardflow lease list` shows the leases there are.",
    ["LeaseUnknown"],
  );
};

const reasons = {
  Running: "running",
  TimeRanOut: "its time ran out",
  StoppedByRenter: "stopped by the renter",
  StoppedByOperator: "stopped by the operator",
} as const satisfies Record<LeaseEnd["reason"], string>;

/** The money of a lease under the names that people ask for. */
const moneyOf = (lease: LeaseStatus) => ({
  reserved: lease.moneyLeft,
  spent: lease.accrued,
  refundable: lease.refundable,
});

const list = command({
  description: "List leases, the newest first: those of the account, or of a card",
  args: {
    card: { type: "string", valueHint: "id", description: "Leases on this card, whoever rents" },
    renter: { type: "string", valueHint: "address", description: "Leases of this renter (default: the account)" },
    all: { type: "boolean", description: "Leases that are over too" },
    limit: { type: "string", valueHint: "number", description: "At most so many (default 50)" },
  },
  examples: ["cardflow lease list", "cardflow lease list --card 7 --all"],
  run: async (context, values) => {
    const network = await context.network();
    const cardId = values.card === undefined ? undefined : parseId("--card", values.card);
    const renter =
      values.renter !== undefined
        ? parseAddress("--renter", values.renter)
        : cardId === undefined
          ? await context.account()
          : undefined;
    const limit = parseCount("limit", values.limit ?? "50", 1, 100_000);
    const state = await network.state();
    const fitting = state
      .list()
      .value.leaseIds.flatMap((leaseId) => rowOf(state, leaseId) ?? [])
      .filter(
        ({ status }) =>
          (values.all || status.running) &&
          (cardId === undefined || status.cardId === cardId) &&
          (renter === undefined || isAddressEqual(status.renter, renter)),
      );
    const shown = fitting.reverse().slice(0, limit);
    const sum = (of: (lease: LeaseStatus) => bigint): bigint =>
      fitting.reduce((total, { status }) => total + (status.running ? of(status) : 0n), 0n);
    const reserved = sum((lease) => lease.moneyLeft);
    const refundable = sum((lease) => lease.refundable);
    const { timestamp: now } = state.head();
    return {
      data: { leases: shown.map(rowData), reserved, refundable, fitting: fitting.length },
      text: (view) =>
        fitting.length === 0
          ? `There are no ${values.all ? "" : "running "}leases here.${values.all ? "" : " --all shows those that are over."}`
          : `${listText(view, shown, now)}\n\n${countedOf(shown.length, fitting.length, "lease")}; reserved ${dollars(reserved)}, refundable ${dollars(refundable)}`,
    };
  },
});

type Row = { readonly status: LeaseStatus; readonly end: LeaseEnd };

const rowOf = (state: CardflowState, leaseId: bigint): Row | undefined => {
  const { value: status } = state.leaseStatus({ leaseId });
  const { value: end } = state.leaseEnd({ leaseId });
  return status === undefined || end === undefined ? undefined : { status, end };
};

const rowData = ({ status, end }: Row) => {
  const { leaseId, cardId, renter, rate, running } = status;
  return { leaseId, cardId, renter, rate, running, end: end.end, reason: end.reason, money: moneyOf(status) };
};

const listText = (view: View, rows: readonly Row[], now: number): string =>
  view.table(
    ["lease", "card", "renter", "rent", "time", "left", "reserved", "refundable", "state"],
    rows.map(({ status, end }) => {
      const { leaseId, cardId, renter, rate, running, secondsLeft } = status;
      const whole = status.end - status.start;
      return [
        String(leaseId),
        String(cardId),
        shortly(renter),
        perHour(rate),
        view.bar(whole === 0 ? 1 : 1 - secondsLeft / whole, 8),
        running ? duration(secondsLeft) : "–",
        running ? dollars(status.moneyLeft) : "–",
        running ? dollars(status.refundable) : "–",
        running
          ? end.refund > 0n
            ? "stopped, minimum billing"
            : "running"
          : `${reasons[end.reason]}, ${duration(Math.max(0, now - end.end))} ago`,
      ];
    }),
    ["lease", "card", "rent", "reserved", "refundable"],
  );

const show = command({
  description: "Show a lease: time and money left, who gets what, why it ended",
  args: { lease: leaseArg },
  examples: ["cardflow lease show 2033478471680"],
  run: async (context, values) => {
    const network = await context.network();
    const { client, deployment } = network;
    const lease = await leaseOf(network, values.lease);
    const [ended, now] = await Promise.all([leaseEnd(client, { deployment, leaseId: lease.leaseId }), network.now()]);
    const reason = ended?.reason ?? "Running";
    return {
      data: { ...lease, money: moneyOf(lease), reason },
      text: (view) => showText(view, lease, reason, now),
    };
  },
});

const showText = (view: View, lease: LeaseStatus, reason: LeaseEnd["reason"], now: number): string => {
  const { start, end, split, rate, minDuration } = lease;
  const past = Math.min(now, end) - start;
  const minimumLeft = start + minDuration - now;
  return [
    view.title(`Lease ${lease.leaseId} of card ${lease.cardId}`),
    view.facts([
      ["renter", lease.renter],
      ["operator", lease.operator],
      ["part of the card", `${lease.thousandths / 10} %`],
      ["rent", `${perHour(rate)}, paid in ${lease.paidInToken ? "CARD" : "cfUSD"}`],
      [
        "goes to",
        `holders ${perHour(split.holders)}, operator ${perHour(split.node)}, protocol fee ${perHour(split.fee)}`,
      ],
      ["time", `${view.bar(past / (end - start))} ${duration(past)} of ${duration(end - start)}`],
      ["began", moment(start)],
      [lease.running ? "ends" : "ended", `${momentFrom(end, now)}${lease.running ? "" : `: ${reasons[reason]}`}`],
      ["spent", dollars(lease.accrued)],
      ["reserved", dollars(lease.moneyLeft)],
      [
        "refundable",
        `${dollars(lease.refundable)}${lease.running && minimumLeft > 0 ? ` (minimum billing runs for another ${duration(minimumLeft)})` : ""}`,
      ],
      ["extendable by", lease.extendableBy === 0 ? "nothing" : duration(lease.extendableBy)],
    ]),
  ].join("\n");
};

const extend = command({
  description: "Extend a running lease; anybody may, and pays for it",
  args: {
    lease: leaseArg,
    hours: { type: "string", valueHint: "number", description: "Hours to add" },
    for: { type: "string", valueHint: "duration", description: "Time to add: 90m, 24h, 7d" },
  },
  examples: ["cardflow lease extend 2033478471680 --hours 12"],
  run: async (context, values) => {
    const network = await context.network();
    const { client, deployment } = network;
    const added = timeOf(values.hours, values.for);
    const [lease, payer] = await Promise.all([leaseOf(network, values.lease), context.sender()]);
    const { leaseId } = lease;
    const quote = await quoteExtend(client, { deployment, leaseId, added, payer });
    if (!quote.ok)
      throw new RefusedError(`the lease cannot be extended: ${quote.refusal}`, quote.remedy, [quote.refusal]);
    const payment = await paymentOf(network, payer, quote.paid);
    const maxTokenIn = withSlack(quote.tokenIn);
    const inToken = quote.tokenIn > 0n;
    const tokensText = inToken ? (await inDollars(network))(quote.tokenIn) : "";
    return carryOut(
      context,
      network,
      {
        title: `Extend lease ${leaseId} of card ${lease.cardId} by ${duration(added)}`,
        facts: [
          inToken ? ["you pay", `${tokensText} now, burned for ${dollars(quote.paid)} of rent`] : paymentFact(payment),
          ["ends", `${moment(lease.end + added)} instead of ${moment(lease.end)}`],
          [
            "refund",
            isAddressEqual(payer, lease.renter)
              ? "unused rent comes back when you stop"
              : "none to you: it is a gift to the renter",
          ],
        ],
        data: { leaseId, added, paid: quote.paid, tokenIn: quote.tokenIn, end: lease.end + added },
        steps: [
          {
            what: `extend lease ${leaseId}`,
            signs: inToken || payment.fromWallet > 0n,
            call: async (signer) =>
              extendLeaseCall({
                deployment,
                leaseId,
                added,
                maxTokenIn,
                funding: inToken
                  ? await fundingFor(signer, network, "CARD", maxTokenIn)
                  : await fundingFor(signer, network, "cfUSD", payment.fromWallet),
              }),
          },
        ],
      },
      async () => {
        const { end } = await leaseOf(network, values.lease);
        return { data: { leaseId, end, paid: quote.paid }, facts: [["ends", moment(end)]] };
      },
    );
  },
});

/** A time given in hours or as a duration. */
export const timeOf = (hours: string | undefined, duration: string | undefined): number => {
  if (hours !== undefined && duration === undefined) return parseHours("hours", hours);
  if (duration !== undefined && hours === undefined) return parseDuration("for", duration);
  throw new UsageError(
    hours === undefined ? "no time is given" : "the time is given twice",
    "Give --hours 24 or --for 36h.",
  );
};

const stop = command({
  description:
    "Stop a lease; as its renter you get back what is not used, as its operator you may owe the renter a part of your bond",
  args: { lease: leaseArg },
  examples: ["cardflow lease stop 2033478471680"],
  run: async (context, values) => {
    const network = await context.network();
    const { deployment } = network;
    const [lease, account, now] = await Promise.all([leaseOf(network, values.lease), context.sender(), network.now()]);
    const { leaseId } = lease;
    if (!lease.running)
      throw new RefusedError(`lease ${leaseId} is over since ${moment(lease.end)}`, "There is nothing left to stop.", [
        "LeaseNotRunning",
      ]);
    const byRenter = isAddressEqual(account, lease.renter);
    if (byRenter && lease.refundable === 0n)
      throw new RefusedError(
        `stopping lease ${leaseId} would bring nothing back: its minimum billing runs until ${momentFrom(lease.end, now)}`,
        "It ends then by itself; nothing has to be done.",
        ["NothingToRefund"],
      );
    const back = byRenter ? lease.refundable : lease.moneyLeft;
    const minimum = lease.start + lease.minDuration - now;
    return carryOut(
      context,
      network,
      {
        title: `Stop lease ${leaseId} of card ${lease.cardId}`,
        facts: [
          ["spent so far", dollars(lease.accrued)],
          [
            byRenter ? "you get back" : "the renter gets back",
            `about ${dollars(back)} of ${dollars(lease.moneyLeft)} reserved, into the balance`,
          ],
          ...(byRenter && minimum > 0
            ? [
                [
                  "minimum billing",
                  `${duration(lease.minDuration)} are paid in any case; ${duration(minimum)} of it still run`,
                ] as const,
              ]
            : []),
          ...(byRenter
            ? []
            : [["penalty", "up to 10 % of the rest, at most 24 h of rent, from your bond to the renter"] as const]),
        ],
        data: { leaseId, by: byRenter ? "renter" : "operator", refund: back, spent: lease.accrued },
        steps: [{ what: `stop lease ${leaseId}`, call: () => stopLeaseCall({ deployment, leaseId }) }],
      },
      ([receipt]) => {
        const [stopped] = parseEventLogs({
          abi: leaseLedgerAbi,
          eventName: "LeaseStopped",
          logs: [...(receipt?.logs ?? [])],
        });
        const { end = lease.end, refund = 0n, penalty = 0n } = stopped?.args ?? {};
        return {
          data: { leaseId, end, refund, penalty },
          facts: [
            ["ended", moment(end)],
            ["refunded", `${dollars(refund)}, to the renter's balance`],
            ...(penalty > 0n
              ? [["penalty", `${tokens(penalty)} from the operator's bond to the renter`] as const]
              : []),
          ],
        };
      },
    );
  },
});

/** Leases. */
export const lease = group("Leases: list, show, extend, stop", { list, show, extend, stop });
