import {
  accountStatus,
  type BondStatus,
  parseTokens,
  requestBondUnstakeCall,
  requestRenterUnstakeCall,
  signPermit,
  stakeBondWithPermitCall,
  stakeRenterWithPermitCall,
  withdrawBondCall,
  withdrawRenterStakeCall,
} from "@cardflow/sdk";
import { supplierStakingAbi } from "@cardflow/sdk/abis";
import type { Address } from "viem";
import { readContract } from "viem/actions";
import type { Network } from "../chain/network.ts";
import { command, group } from "../command.ts";
import { RefusedError, UsageError } from "../failure.ts";
import { deadlineOf, inDollars } from "../funds.ts";
import { parseAmount, parseId } from "../input.ts";
import { carryOut } from "../plan.ts";
import { moment, momentFrom, perHour, tokens } from "../terminal/format.ts";
import type { View } from "../terminal/view.ts";
import { cardOf, requireCards } from "./card.ts";

const amountArg = { type: "string", valueHint: "CARD", description: "How much CARD" } as const;
const cardArg = { type: "string", valueHint: "id", description: "The card whose bond it is" } as const;
const renterArg = { type: "boolean", description: "Your stake as a renter, instead of a card's bond" } as const;

const thaw = "it thaws for 14 days, can be slashed until then, and covers no new leases";

const bondOf = ({ client, deployment }: Network, cardId: bigint, operator: Address) =>
  readContract(client, {
    address: deployment.addresses.supplierStaking,
    abi: supplierStakingAbi,
    functionName: "bondOf",
    args: [cardId, operator],
  });

const requireTokens = async ({ client, deployment }: Network, account: Address, amount: bigint): Promise<void> => {
  const { walletTokens } = await accountStatus(client, { deployment, account });
  if (walletTokens < amount)
    throw new RefusedError(
      `the wallet holds ${tokens(walletTokens)}, ${tokens(amount - walletTokens)} too little`,
      "Get more CARD, or stake less.",
      ["ERC20InsufficientBalance"],
    );
};

const bond = command({
  description: "Add to your bond as the operator of a card",
  args: {
    card: { ...cardArg, required: true },
    amount: { ...amountArg, description: "How much CARD (default: what the card still lacks)" },
  },
  examples: ["cardflow stake bond --card 7 --amount 6000", "cardflow stake bond --card 7"],
  run: async (context, values) => {
    const network = await context.network();
    const { deployment } = network;
    const cardId = parseId("--card", values.card);
    const [card, operator, text] = await Promise.all([cardOf(network, cardId), context.sender(), inDollars(network)]);
    const isOperator = card.operator?.toLowerCase() === operator.toLowerCase();
    const amount =
      values.amount === undefined
        ? isOperator
          ? (card.bond?.missing ?? 0n)
          : 0n
        : parseAmount("amount", values.amount, parseTokens, { least: 1n });
    if (amount === 0n)
      throw new UsageError(
        "there is no amount to stake",
        "Give --amount; the default is what the operator's bond still lacks, and it lacks nothing.",
      );
    await requireTokens(network, operator, amount);
    return carryOut(
      context,
      network,
      {
        title: `Bond ${tokens(amount)} on card ${cardId}`,
        facts: [
          ["you stake", text(amount)],
          ["for", "leases of this card: renters are made whole from it if you fail them"],
          ["way back", `request, then ${thaw}`],
          ...(isOperator
            ? []
            : [["note", "you are not the card's operator now; the bond covers only leases that you run"] as const]),
        ],
        data: { cardId, operator, amount },
        steps: [
          {
            what: `bond ${tokens(amount)} on card ${cardId}`,
            signs: true,
            call: async (client) => {
              const { computeToken: token, supplierStaking: spender } = deployment.addresses;
              const permit = await signPermit(client, {
                token,
                spender,
                value: amount,
                deadline: await deadlineOf(network),
              });
              return stakeBondWithPermitCall({ deployment, cardId, amount, permit });
            },
          },
        ],
      },
      async () => {
        const { active } = await bondOf(network, cardId, operator);
        return { data: { cardId, active }, facts: [["bond", tokens(active)]] };
      },
    );
  },
});

const renter = command({
  description: "Stake as a renter: earlier access to asks, and 5, 10 or 15 % off the protocol fee",
  args: { amount: { ...amountArg, required: true } },
  examples: ["cardflow stake renter --amount 20000"],
  run: async (context, values) => {
    const network = await context.network();
    const { client, deployment } = network;
    const amount = parseAmount("amount", values.amount, parseTokens, { least: 1n });
    const [account, text] = await Promise.all([context.sender(), inDollars(network)]);
    await requireTokens(network, account, amount);
    return carryOut(
      context,
      network,
      {
        title: `Stake ${tokens(amount)} as a renter`,
        facts: [
          ["you stake", text(amount)],
          ["counts", "after 24 hours; tiers begin at $1 000, $10 000 and $100 000"],
          ["way back", "request, then it thaws for 14 days"],
        ],
        data: { account, amount },
        steps: [
          {
            what: `stake ${tokens(amount)}`,
            signs: true,
            call: async (signer) => {
              const { computeToken: token, renterStaking: spender } = deployment.addresses;
              const permit = await signPermit(signer, {
                token,
                spender,
                value: amount,
                deadline: await deadlineOf(network),
              });
              return stakeRenterWithPermitCall({ deployment, amount, permit });
            },
          },
        ],
      },
      async () => {
        const { stake, tier } = await accountStatus(client, { deployment, account });
        return {
          data: { ...stake, tier },
          facts: [
            ["counts", `${tokens(stake.active)} now, ${tokens(stake.pending)} from ${moment(stake.countsAt)}`],
            ["tier", String(tier)],
          ],
        };
      },
    );
  },
});

/** Either the bond of a card or the stake of a renter. */
const targetOf = (card: string | undefined, isRenter: boolean | undefined): bigint | undefined => {
  if ((card === undefined) === (isRenter !== true))
    throw new UsageError("which stake is meant is not clear", "Give --card ID for a bond, or --renter; one of them.");
  return card === undefined ? undefined : parseId("--card", card);
};

const request = command({
  description: "Ask for CARD back: it thaws for 14 days",
  args: { card: cardArg, renter: renterArg, amount: { ...amountArg, required: true } },
  examples: ["cardflow stake request --card 7 --amount 500", "cardflow stake request --renter --amount 20000"],
  run: async (context, values) => {
    const network = await context.network();
    const { client, deployment } = network;
    const cardId = targetOf(values.card, values.renter);
    const amount = parseAmount("amount", values.amount, parseTokens, { least: 1n });
    const [account, text] = await Promise.all([context.sender(), inDollars(network)]);
    const what = `ask for ${tokens(amount)} back`;
    return carryOut(
      context,
      network,
      {
        title: `${what}, from ${cardId === undefined ? "your stake as a renter" : `the bond on card ${cardId}`}`,
        facts: [
          ["you get", `${text(amount)}, after 14 days`],
          ["until then", cardId === undefined ? "it thaws for 14 days and counts for no tier" : thaw],
          ["note", "a request before this one is still thawing? The clock starts again for all of it"],
        ],
        data: { cardId: cardId ?? null, account, amount },
        steps: [
          {
            what,
            call: () =>
              cardId === undefined
                ? requestRenterUnstakeCall({ deployment, amount })
                : requestBondUnstakeCall({ deployment, cardId, amount }),
          },
        ],
      },
      async () => {
        const { thawing, thawedAt } =
          cardId === undefined
            ? (await accountStatus(client, { deployment, account })).stake
            : await bondOf(network, cardId, account);
        return { data: { thawing, thawedAt }, facts: [["thawing", `${tokens(thawing)} until ${moment(thawedAt)}`]] };
      },
    );
  },
});

const withdraw = command({
  description: "Take out CARD that has thawed",
  args: { card: cardArg, renter: renterArg },
  examples: ["cardflow stake withdraw --card 7", "cardflow stake withdraw --renter"],
  run: async (context, values) => {
    const network = await context.network();
    const { client, deployment } = network;
    const cardId = targetOf(values.card, values.renter);
    const [account, now, text] = await Promise.all([context.sender(), network.now(), inDollars(network)]);
    const { thawing, thawedAt } =
      cardId === undefined
        ? (await accountStatus(client, { deployment, account })).stake
        : await bondOf(network, cardId, account);
    if (thawing === 0n)
      throw new RefusedError("nothing thaws", "Ask for CARD back first: cardflow stake request.", [
        "StakeNothingThawing",
      ]);
    const what = `withdraw ${tokens(thawing)}`;
    return carryOut(
      context,
      network,
      {
        title: what,
        facts: [
          ["you get", text(thawing)],
          ["thawed", momentFrom(thawedAt, now)],
        ],
        data: { cardId: cardId ?? null, account, amount: thawing, thawedAt },
        steps: [
          {
            what,
            call: () =>
              cardId === undefined
                ? withdrawRenterStakeCall({ deployment, to: account })
                : withdrawBondCall({ deployment, cardId, to: account }),
          },
        ],
      },
      () => ({ data: { amount: thawing }, facts: [["withdrawn", tokens(thawing)]] }),
    );
  },
});

const show = command({
  description: "Show your stake as a renter, and your bonds on the cards you run",
  args: { card: { ...cardArg, description: "Only the bond on this card" } },
  examples: ["cardflow stake show", "cardflow stake show --card 7"],
  run: async (context, values) => {
    const network = await context.network();
    const [account, text, state] = await Promise.all([context.account(), inDollars(network), network.state()]);
    const { stake, tier } = state.accountStatus({ account }).value;
    const cardIds = values.card === undefined ? state.list().value.cardIds : [parseId("--card", values.card)];
    requireCards(state, cardIds);
    const bonds = cardIds
      .map((cardId) => ({ cardId, ...state.bondStatus({ cardId, operator: account }).value }))
      .filter(({ active, thawing }) => values.card !== undefined || active + thawing > 0n);
    const now = state.head().timestamp;
    return {
      data: { account, tier, stake, bonds },
      text: (view) =>
        [
          view.title("Stake as a renter"),
          view.facts([
            ["tier", String(tier)],
            ["active", text(stake.active)],
            [
              "pending",
              stake.pending === 0n
                ? "nothing"
                : `${text(stake.pending)}, counts from ${momentFrom(stake.countsAt, now)}`,
            ],
            [
              "thawing",
              stake.thawing === 0n ? "nothing" : `${text(stake.thawing)}, until ${momentFrom(stake.thawedAt, now)}`,
            ],
          ]),
          "",
          view.title("Bonds as an operator"),
          bonds.length === 0 ? "  none" : bondsTable(view, bonds, now),
        ].join("\n"),
    };
  },
});

const bondsTable = (view: View, bonds: readonly (BondStatus & { readonly cardId: bigint })[], now: number): string =>
  view.table(
    ["card", "active", "held by leases", "covers rents to", "thawing", "thawed"],
    bonds.map(({ cardId, active, required, coveredRate, thawing, thawedAt }) => [
      String(cardId),
      tokens(active),
      tokens(required),
      perHour(coveredRate),
      thawing === 0n ? "–" : tokens(thawing),
      thawing === 0n ? "–" : momentFrom(thawedAt, now),
    ]),
    ["card", "active", "held by leases", "covers rents to", "thawing"],
  );

/** Stakes of operators and renters. */
export const stake = group("Stakes: bond, renter, request, withdraw, show", { bond, renter, request, withdraw, show });
