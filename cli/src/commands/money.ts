import {
  accountStatus,
  claimRevenueManyCall,
  collectCardsCall,
  type Deployment,
  depositCall,
  parseDollars,
  withdrawCall,
} from "@cardflow/sdk";
import type { CardflowState } from "@cardflow/sdk/state";
import { type Address, isAddressEqual } from "viem";
import type { Network } from "../chain/network.ts";
import { command } from "../command.ts";
import { RefusedError, UsageError } from "../failure.ts";
import { fundingFor, inDollars } from "../funds.ts";
import { parseAddress, parseAmount, parseIds } from "../input.ts";
import { carryOut, nothingToDo } from "../plan.ts";
import { counted, dollars } from "../terminal/format.ts";
import { requireCards } from "./card.ts";

/** Cards or shares per transaction: well below a block's gas. */
const batch = 40;

const chunksOf = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / batch) }, (_, index) =>
    items.slice(index * batch, (index + 1) * batch),
  );

export const account = command({
  description: "Show the money of an account: available, reserved, refundable, earned",
  args: {},
  examples: ["cardflow account --account 0x70997970C51812dc3A010C7d01b50e0d17dc79C8"],
  run: async (context) => {
    const network = await context.network();
    const { client, deployment } = network;
    const [address, text] = await Promise.all([context.account(), inDollars(network)]);
    const state = await network.state();
    const { walletDollars: inWallet, walletTokens } = await accountStatus(client, { deployment, account: address });
    // The state keeps no balances of wallets: they are read.
    const status = { ...state.accountStatus({ account: address }).value, walletDollars: inWallet, walletTokens };
    const most = [status.available, status.reserved, status.walletDollars].reduce((a, b) => (a > b ? a : b), 1n);
    return {
      data: { account: address, ...status },
      text: (view) => {
        const bar = (amount: bigint): string =>
          `${dollars(amount).padStart(14)}  ${view.bar(Number((amount * 1000n) / most) / 1000, 16)}`;
        return [
          view.title(`Account ${address}`),
          view.facts([
            ["available", `${bar(status.available)} in the ledger: to rent with or to withdraw`],
            ["reserved", `${bar(status.reserved)} for running leases`],
            ["refundable", `${bar(status.refundable)} of it, if you stopped them now`],
            ["in the wallet", `${bar(status.walletDollars)} and ${text(status.walletTokens)}`],
            [
              "earned",
              `${dollars(status.earned).padStart(14)}  as operator, owner or holder; it may be redeemed in the lane of the earned`,
            ],
            ["renter's tier", `${String(status.tier).padStart(14)}  ${text(status.stake.active)} staked`],
          ]),
        ].join("\n");
      },
    };
  },
});

export const claim = command({
  description: "Claim revenue of shares into your wallet",
  args: {
    all: { type: "boolean", description: "Of all shares that owe you something" },
    share: { type: "string", valueHint: "addresses", description: "Of these shares, with commas between" },
  },
  examples: ["cardflow claim --all"],
  run: async (context, values) => {
    const network = await context.network();
    const { deployment } = network;
    if ((values.share === undefined) === (values.all !== true))
      throw new UsageError("which shares are meant is not clear", "Give --all, or --share 0x…; one of them.");
    const holder = await context.sender();
    const state = await network.state();
    const { shares: made } = state.list().value;
    const all =
      values.share === undefined ? made : [...new Set(values.share.split(",").map((text) => madeShare(made, text)))];
    const claims = all
      .map((share) => ({
        share,
        claimable: state.shareStatus({ share, account: holder }).value?.holding?.claimable ?? 0n,
      }))
      .filter(({ claimable }) => claimable > 0n);
    const owed = claims.reduce((sum, { claimable }) => sum + claimable, 0n);
    if (claims.length === 0)
      return nothingToDo(
        context,
        `Nothing to claim: ${all.length === 0 ? "there are no shares yet" : `none of ${counted(all.length, "share")} owes ${holder} anything`}. Revenue accrues by the second while a card is let; \`cardflow share list --mine\` shows yours.`,
        { account: holder, shares: [], claimable: 0n },
        { claimed: 0n, claims: [] },
      );
    const before = await walletDollars(network, holder);
    return carryOut(
      context,
      network,
      {
        title: `Claim ${dollars(owed)} of ${counted(claims.length, "share")}`,
        facts: [
          ["you get", `${dollars(owed)} and what accrues until then, into your wallet`],
          ["you pay", "nothing but gas"],
        ],
        data: { account: holder, shares: claims, claimable: owed },
        steps: chunksOf(claims.map(({ share }) => share)).map((shares) => ({
          what: `claim from ${counted(shares.length, "share")}`,
          call: () => claimRevenueManyCall({ deployment, shares }),
        })),
      },
      async () => {
        const claimed = (await walletDollars(network, holder)) - before;
        return { data: { claimed, claims }, facts: [["claimed", `${dollars(claimed)}, in your wallet`]] };
      },
    );
  },
});

/** A share that the factory made: whatever else stands at an address is not touched. */
const madeShare = (made: readonly Address[], text: string): Address => {
  const share = parseAddress("--share", text);
  if (made.includes(share)) return share;
  throw new RefusedError(
    `${share} is no revenue share of this deployment`,
    "`cardflow share list` shows the shares there are.",
    ["NotAShare"],
  );
};

const walletDollars = async ({ client, deployment }: Network, holder: Address): Promise<bigint> =>
  (await accountStatus(client, { deployment, account: holder })).walletDollars;

export const collect = command({
  description: "Collect rent of cards: credits operator and owner; anyone may",
  args: {
    card: { type: "string", valueHint: "ids", description: "Cards: 7, or 1,2,5, or 1-8" },
    mine: { type: "boolean", description: "All cards that the account owns or runs" },
  },
  examples: ["cardflow collect --mine", "cardflow collect --card 1-8"],
  run: async (context, values) => {
    const network = await context.network();
    const { deployment } = network;
    if ((values.card === undefined) === (values.mine !== true))
      throw new UsageError("which cards are meant is not clear", "Give --mine, or --card 1-8; one of them.");
    const state = await network.state();
    const cardIds =
      values.card === undefined ? cardsOf(state, await context.sender()) : parseIds("--card", values.card);
    requireCards(state, cardIds);
    const due = cardIds
      .map((cardId) => ({ cardId, ...state.rentStatus({ cardId }).value.collectable }))
      .filter(({ fee, node, owner }) => fee + node + owner > 0n);
    if (due.length === 0)
      return nothingToDo(
        context,
        `Nothing to collect on ${counted(cardIds.length, "card")}. Rent accrues by the second while a card is let.`,
        { cards: [], operators: 0n, owners: 0n, fee: 0n },
        { cards: 0 },
      );
    const sum = (part: "fee" | "node" | "owner"): bigint => due.reduce((total, row) => total + row[part], 0n);
    const [node, owner, fee] = [sum("node"), sum("owner"), sum("fee")];
    return carryOut(
      context,
      network,
      {
        title: `Collect ${dollars(node + owner + fee)} of ${counted(due.length, "card")}`,
        facts: [
          ["operators", `${dollars(node)}, into their balances`],
          ["owners", `${dollars(owner)}, likewise; what belongs to shares stays there to be claimed`],
          ["protocol fee", dollars(fee)],
        ],
        data: { cards: due, operators: node, owners: owner, fee },
        steps: chunksOf(due.map(({ cardId }) => cardId)).map((ids) => ({
          what: `collect ${counted(ids.length, "card")}`,
          call: () => collectCardsCall({ deployment, cardIds: ids }),
        })),
      },
      () => ({ data: { cards: due.length }, facts: [["collected", counted(due.length, "card")]] }),
    );
  },
});

const cardsOf = (state: CardflowState, who: Address): readonly bigint[] =>
  state
    .list()
    .value.cardIds.map((cardId) => state.cardStatus({ cardId }).value)
    .filter(({ owner, operator }) => isSame(owner, who) || isSame(operator, who))
    .map(({ cardId }) => cardId);

const isSame = (one: Address | undefined, other: Address): boolean => one !== undefined && isAddressEqual(one, other);

const amountArgs = {
  amount: { type: "string", valueHint: "$", description: "How many dollars" },
  all: { type: "boolean", description: "All there is" },
} as const;

const amountOf = (amount: string | undefined, all: boolean | undefined, there: bigint, where: string): bigint => {
  if ((amount === undefined) === (all !== true))
    throw new UsageError("the amount is not clear", "Give --amount 25.50, or --all; one of them.");
  const wanted = amount === undefined ? there : parseAmount("amount", amount, parseDollars, { least: 1n });
  if (wanted === 0n || wanted > there)
    throw new RefusedError(
      wanted === 0n ? `there is nothing in ${where}` : `${where} holds ${dollars(there)}, not ${dollars(wanted)}`,
      "`cardflow account` shows what there is.",
      ["BalanceTooLow"],
    );
  return wanted;
};

export const deposit = command({
  description: "Bring cfUSD from your wallet into the ledger, to rent with; by permit, without an approval",
  args: amountArgs,
  examples: ["cardflow deposit --amount 100"],
  run: async (context, values) => {
    const network = await context.network();
    const { client, deployment } = network;
    const who = await context.sender();
    const status = await accountStatus(client, { deployment, account: who });
    const amount = amountOf(values.amount, values.all, status.walletDollars, "your wallet");
    return moveMoney(context, network, deployment, who, {
      title: `Deposit ${dollars(amount)}`,
      amount,
      explained: "into your balance; you can withdraw it at any time",
      signs: true,
      call: async (signer) =>
        depositCall({ deployment, account: who, amount, funding: await fundingFor(signer, network, "cfUSD", amount) }),
    });
  },
});

export const withdraw = command({
  description: "Take cfUSD out of your balance in the ledger",
  args: { ...amountArgs, to: { type: "string", valueHint: "address", description: "Receiver (default: you)" } },
  examples: ["cardflow withdraw --all", "cardflow withdraw --amount 25.50"],
  run: async (context, values) => {
    const network = await context.network();
    const { client, deployment } = network;
    const who = await context.sender();
    const to = values.to === undefined ? who : parseAddress("--to", values.to);
    const status = await accountStatus(client, { deployment, account: who });
    const amount = amountOf(values.amount, values.all, status.available, "your balance");
    return moveMoney(context, network, deployment, who, {
      title: `Withdraw ${dollars(amount)}`,
      amount,
      explained: isAddressEqual(to, who) ? "to your wallet" : `to ${to}`,
      signs: false,
      call: () => withdrawCall({ deployment, amount, to }),
    });
  },
});

const moveMoney = (
  context: Parameters<typeof carryOut>[0],
  network: Network,
  deployment: Deployment,
  who: Address,
  move: {
    readonly title: string;
    readonly amount: bigint;
    readonly explained: string;
    readonly signs: boolean;
    readonly call: Parameters<typeof carryOut>[2]["steps"][number]["call"];
  },
) =>
  carryOut(
    context,
    network,
    {
      title: move.title,
      facts: [["what happens", `${dollars(move.amount)} goes ${move.explained}`]],
      data: { account: who, amount: move.amount },
      steps: [{ what: move.title.toLowerCase(), signs: move.signs, call: move.call }],
    },
    async () => {
      const { available, walletDollars: wallet } = await accountStatus(network.client, { deployment, account: who });
      return {
        data: { amount: move.amount, available, walletDollars: wallet },
        facts: [
          ["available", dollars(available)],
          ["in the wallet", dollars(wallet)],
        ],
      };
    },
  );
