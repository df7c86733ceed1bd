import {
  buySharesWithPermitCall,
  finaliseSaleCall,
  handInSharesCall,
  parseShares,
  refundPurchaseCall,
  releaseProceedsCall,
  type ShareStatus,
  shareStatus,
  signPermit,
} from "@cardflow/sdk";
import { revenueShareAbi, revenueShareFactoryAbi } from "@cardflow/sdk/abis";
import { type Address, isAddressEqual } from "viem";
import { readContract } from "viem/actions";
import type { Network } from "../chain/network.ts";
import { command, group } from "../command.ts";
import { RefusedError, UsageError } from "../failure.ts";
import { deadlineOf, inDollars } from "../funds.ts";
import { parseAddress, parseAmount, parseCount } from "../input.ts";
import { carryOut } from "../plan.ts";
import {
  counted,
  countedOf,
  dollars,
  duration,
  moment,
  momentFrom,
  percent,
  shares as sharesText,
  tokens,
} from "../terminal/format.ts";
import type { View } from "../terminal/view.ts";

const shareArg = { type: "positional", required: true, description: "Address of the share" } as const;

/** A share that the factory made: whatever else stands at an address is not touched. */
const shareOf = async (
  network: Network,
  text: string,
  account: Address | undefined,
): Promise<ShareStatus & { readonly share: Address }> => {
  const share = parseAddress("share", text);
  const { client, deployment } = network;
  const isShare = await readContract(client, {
    address: deployment.addresses.revenueShareFactory,
    abi: revenueShareFactoryAbi,
    functionName: "isShare",
    args: [share],
  });
  if (!isShare)
    throw new RefusedError(
      `${share} is no revenue share of this deployment`,
      "`cardflow share list` shows the shares there are.",
      ["NotAShare"],
    );
  return { ...(await shareStatus(client, { share, account })), share };
};

const list = command({
  description: "List revenue shares: what they promise, what they earned, what you hold",
  args: {
    mine: { type: "boolean", description: "Only shares that the account holds or bought" },
    selling: { type: "boolean", description: "Only shares that can be bought now" },
    limit: { type: "string", valueHint: "number", description: "At most so many, the newest first (default 50)" },
  },
  examples: ["cardflow share list --selling", "cardflow share list --mine"],
  run: async (context, values) => {
    const network = await context.network();
    const account = values.mine ? await context.account() : await context.accountIfGiven();
    const limit = parseCount("limit", values.limit ?? "50", 1, 100_000);
    const state = await network.state();
    const { shares: made } = state.list().value;
    const fitting = made
      .flatMap((share) => {
        const { value: status } = state.shareStatus({ share, account });
        return status === undefined ? [] : [{ ...status, share }];
      })
      .filter(
        ({ holding }) =>
          !values.mine || (holding !== undefined && holding.balance + holding.paid + holding.claimable > 0n),
      )
      .filter(({ phase }) => !values.selling || phase === "Sale")
      .reverse();
    const shown = fitting.slice(0, limit);
    const { timestamp: now } = state.head();
    return {
      data: {
        shares: shown.map((share) => ({ ...share, holding: share.holding ?? null })),
        fitting: fitting.length,
        total: made.length,
      },
      text: (view) =>
        fitting.length === 0
          ? made.length === 0
            ? "No card has been tokenized yet."
            : `None of ${counted(made.length, "share")} fits.`
          : `${listText(view, shown, now)}\n\n${countedOf(shown.length, fitting.length, "share")}`,
    };
  },
});

const listText = (view: View, rows: readonly (ShareStatus & { readonly share: Address })[], now: number): string =>
  view.table(
    ["share", "card", "phase", "price", "sold", "", "earned of promise", "", "ends", "yours", "claimable"],
    rows.map(({ share, cardId, phase, terms, sold, accrued, accruedPart, termEnd, holding }) => [
      share,
      String(cardId),
      phase,
      tokens(terms.price),
      view.bar(Number((sold * 1000n) / terms.supply) / 1000, 6),
      percent(Number((sold * 10_000n) / terms.supply)),
      view.bar(Number(accruedPart / 10n ** 15n) / 1000, 6),
      `${dollars(accrued)} of ${dollars(terms.promisedRevenue)}`,
      phase === "Sale"
        ? `sale in ${duration(Math.max(0, terms.saleEnd - now))}`
        : termEnd > now
          ? `in ${duration(termEnd - now)}`
          : "over",
      holding === undefined || holding.balance === 0n ? "–" : sharesText(holding.balance),
      holding === undefined || holding.claimable === 0n ? "–" : dollars(holding.claimable),
    ]),
    ["card", "price", "yours", "claimable"],
  );

const show = command({
  description: "Show a share: sale, revenue, vesting, and what you hold of it",
  args: { share: shareArg },
  examples: ["cardflow share show 0x5FbDB2315678afecb367f032d93F642f64180aa3"],
  run: async (context, values) => {
    const network = await context.network();
    const account = await context.accountIfGiven();
    const [share, now, text] = await Promise.all([
      shareOf(network, values.share, account),
      network.now(),
      inDollars(network),
    ]);
    return {
      data: { ...share, holding: share.holding ?? null },
      text: (view) => showText(view, share, now, text),
    };
  },
});

const showText = (
  view: View,
  share: ShareStatus & { readonly share: Address },
  now: number,
  text: (amount: bigint) => string,
): string => {
  const { terms, holding } = share;
  const part = (of: bigint, whole: bigint): number => (whole === 0n ? 0 : Number((of * 1000n) / whole) / 1000);
  const rest = share.proceeds - (share.proceeds * BigInt(terms.upfrontBps)) / 10_000n;
  const passed = (now - terms.saleEnd) / terms.term;
  return [
    view.title(`Share ${share.share} of card ${share.cardId}  ${phaseWords[share.phase]}`),
    view.facts([
      [
        "sold",
        `${view.bar(part(share.sold, terms.supply))} ${sharesText(share.sold)} of ${sharesText(terms.supply)} at ${text(terms.price)}`,
      ],
      [
        "sale",
        share.phase === "Sale"
          ? `until ${momentFrom(terms.saleEnd, now)}, fails below ${tokens(terms.minimumRaise)}`
          : terms.saleEnd > now
            ? `sold out before its end, ${moment(terms.saleEnd)}`
            : `ended ${momentFrom(terms.saleEnd, now)}`,
      ],
      ["term", `${view.bar(passed)} until ${momentFrom(share.termEnd, now)}`],
      [
        "revenue",
        `${view.bar(part(share.accrued, terms.promisedRevenue))} ${dollars(share.accrued)} of ${dollars(terms.promisedRevenue)} promised`,
      ],
      [
        "proceeds",
        `${view.bar(part(share.vested, rest))} ${tokens(share.proceeds)}: ${percent(terms.upfrontBps)} at once, ${tokens(share.vested)} vested, ${tokens(share.releasable)} to release`,
      ],
    ]),
    ...(holding === undefined
      ? []
      : [
          view.title("Yours"),
          view.facts([
            [
              "shares",
              `${sharesText(holding.balance)} (${percent(Number((holding.balance * 10_000n) / terms.supply))})`,
            ],
            ["claimable", dollars(holding.claimable)],
            ["paid", tokens(holding.paid)],
            [
              "handed in",
              `${tokens(holding.handInValue)} ${share.phase === "Over" ? "to get" : "if no more vested until the end"}`,
            ],
          ]),
        ]),
  ].join("\n");
};

const phaseWords = {
  Sale: "in sale",
  Ended: "sale over, waits for finalise",
  Running: "running",
  Over: "term over",
  Failed: "sale failed, money back",
} as const satisfies Record<ShareStatus["phase"], string>;

const buy = command({
  description: "Buy shares in their sale, with CARD by permit",
  args: {
    share: shareArg,
    shares: { type: "string", required: true, valueHint: "number", description: "How many shares" },
  },
  examples: ["cardflow share buy 0x5FbDB2315678afecb367f032d93F642f64180aa3 --shares 25"],
  run: async (context, values) => {
    const network = await context.network();
    const { client, deployment } = network;
    const account = await context.sender();
    const wanted = parseAmount("shares", values.shares, parseShares, { least: 1n });
    const [status, text, now] = await Promise.all([
      shareOf(network, values.share, account),
      inDollars(network),
      network.now(),
    ]);
    const { share, terms, phase, sold } = status;
    if (phase !== "Sale")
      throw new RefusedError(
        `the share is not for sale: ${phaseWords[phase]}`,
        "`cardflow share list --selling` shows those that are.",
        ["SharePhaseWrong"],
      );
    if (wanted > terms.supply - sold)
      throw new RefusedError(`there are ${sharesText(terms.supply - sold)} shares left`, "Buy so many, or fewer.", [
        "ShareSoldOut",
      ]);
    const cost = await readContract(client, {
      address: share,
      abi: revenueShareAbi,
      functionName: "costOf",
      args: [wanted],
    });
    const promised = (terms.promisedRevenue * wanted) / terms.supply;
    return carryOut(
      context,
      network,
      {
        title: `Buy ${sharesText(wanted)} shares of card ${status.cardId}`,
        facts: [
          ["you pay", text(cost)],
          [
            "you get",
            `${percent(Number((wanted * 10_000n) / terms.supply))} of the card's 90 % until ${moment(status.termEnd)}; the owner promises ${dollars(promised)} in all, nobody guarantees it`,
          ],
          [
            "refund",
            `everything back if the sale ends ${momentFrom(terms.saleEnd, now)} below ${tokens(terms.minimumRaise)}; after the term your part of what did not vest`,
          ],
        ],
        data: { share, account, shares: wanted, cost, promised, saleEnd: terms.saleEnd, termEnd: status.termEnd },
        steps: [
          {
            what: `buy ${sharesText(wanted)} shares`,
            signs: true,
            call: async (signer) => {
              const token = deployment.addresses.computeToken;
              const deadline = Math.min(await deadlineOf(network), terms.saleEnd);
              const permit = await signPermit(signer, { token, spender: share, value: cost, deadline });
              return buySharesWithPermitCall({ share, shares: wanted, maxCost: cost, permit });
            },
          },
        ],
      },
      async () => {
        const { holding } = await shareStatus(client, { share, account });
        return {
          data: { share, balance: holding?.balance ?? 0n, paid: holding?.paid ?? 0n },
          facts: [
            ["yours", `${sharesText(holding?.balance ?? 0n)} shares`],
            ["paid", tokens(holding?.paid ?? 0n)],
          ],
        };
      },
    );
  },
});

/** The end of a sale: to the owner and buyers if enough was raised, else back. */
const finalise = command({
  description: "End a sale that is sold out or over: it succeeds, or everyone gets the money back; anyone may",
  args: { share: shareArg },
  examples: ["cardflow share finalise 0x5FbDB2315678afecb367f032d93F642f64180aa3"],
  run: async (context, values) => {
    const network = await context.network();
    const { share, proceeds, terms, phase, sold } = await shareOf(network, values.share, undefined);
    if (phase === "Sale")
      throw new RefusedError(
        `the sale runs until ${moment(terms.saleEnd)}: ${sharesText(terms.supply - sold)} of ${sharesText(terms.supply)} shares are left`,
        "Finalise it once they are sold out or the sale has ended.",
        ["ShareSaleRunning"],
      );
    const enough = proceeds >= terms.minimumRaise;
    return carryOut(
      context,
      network,
      {
        title: "Finalise the sale",
        facts: [["raised", `${tokens(proceeds)}, ${enough ? "enough" : "too little: everyone gets the money back"}`]],
        data: { share, proceeds, enough },
        steps: [{ what: "finalise the sale", call: () => finaliseSaleCall({ share }) }],
      },
      async () => {
        const { phase } = await shareStatus(network.client, { share });
        return { data: { share, phase }, facts: [["now", phaseWords[phase]]] };
      },
    );
  },
});

const refund = command({
  description: "Get back what you paid in a sale that failed",
  args: { share: shareArg },
  examples: ["cardflow share refund 0x5FbDB2315678afecb367f032d93F642f64180aa3"],
  run: async (context, values) => {
    const network = await context.network();
    const account = await context.sender();
    const { share, holding } = await shareOf(network, values.share, account);
    const paid = holding?.paid ?? 0n;
    return carryOut(
      context,
      network,
      {
        title: `Take back ${tokens(paid)}`,
        facts: [["you get", (await inDollars(network))(paid)]],
        data: { share, account, paid },
        steps: [{ what: `take back ${tokens(paid)}`, call: () => refundPurchaseCall({ share, account }) }],
      },
      () => ({ data: { share, paid }, facts: [["refunded", tokens(paid)]] }),
    );
  },
});

const release = command({
  description: "Pay what has vested of a sale's proceeds to the card's owner; anyone may",
  args: { share: shareArg },
  examples: ["cardflow share release 0x5FbDB2315678afecb367f032d93F642f64180aa3"],
  run: async (context, values) => {
    const network = await context.network();
    const [status, text] = await Promise.all([shareOf(network, values.share, undefined), inDollars(network)]);
    const { share, releasable } = status;
    if (releasable === 0n)
      throw new RefusedError(
        "nothing has vested since the last release",
        "The rest vests with time and rent: see share show.",
        ["NothingToRelease"],
      );
    return carryOut(
      context,
      network,
      {
        title: `Release ${tokens(releasable)} to the card's owner`,
        facts: [["the owner gets", text(releasable)]],
        data: { share, releasable },
        steps: [{ what: `release ${tokens(releasable)}`, call: () => releaseProceedsCall({ share }) }],
      },
      async () => {
        const { vested } = await shareStatus(network.client, { share });
        return { data: { share, released: vested }, facts: [["released in all", tokens(vested)]] };
      },
    );
  },
});

const handIn = command({
  description: "Hand in shares after the term, for your part of what did not vest",
  args: {
    share: shareArg,
    shares: { type: "string", valueHint: "number", description: "How many (default: all you hold)" },
  },
  examples: ["cardflow share hand-in 0x5FbDB2315678afecb367f032d93F642f64180aa3"],
  run: async (context, values) => {
    const network = await context.network();
    const { client } = network;
    const account = await context.sender();
    const status = await shareOf(network, values.share, account);
    const { share, phase } = status;
    if (phase !== "Over")
      throw new RefusedError(
        `shares are handed in after the term: ${phaseWords[phase]}`,
        `Wait until ${moment(status.termEnd)}.`,
        ["SharePhaseWrong"],
      );
    const [unsoldOwner, unsold] = await readContract(client, {
      address: share,
      abi: revenueShareAbi,
      functionName: "unsold",
    });
    const balance = status.holding?.balance ?? 0n;
    const movable = isAddressEqual(unsoldOwner, account) ? balance - unsold : balance;
    const amount = values.shares === undefined ? movable : parseAmount("shares", values.shares, parseShares);
    if (amount === 0n) throw new UsageError("there are no shares to hand in", "You hold none that were sold.");
    const [value, text] = await Promise.all([
      readContract(client, { address: share, abi: revenueShareAbi, functionName: "previewHandIn", args: [amount] }),
      inDollars(network),
    ]);
    return carryOut(
      context,
      network,
      {
        title: `Hand in ${sharesText(amount)} shares`,
        facts: [
          ["you get", text(value)],
          ["stays", "what they earned stays claimable"],
        ],
        data: { share, account, shares: amount, value },
        steps: [
          { what: `hand in ${sharesText(amount)} shares`, call: () => handInSharesCall({ share, shares: amount }) },
        ],
      },
      () => ({ data: { share, shares: amount, value }, facts: [["got", tokens(value)]] }),
    );
  },
});

/** Revenue shares. */
export const share = group("Revenue shares: list, show, buy, finalise, refund, release, hand-in", {
  list,
  show,
  buy,
  finalise,
  refund,
  release,
  "hand-in": handIn,
});
