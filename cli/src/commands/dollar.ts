import {
  accountStatus,
  type CardflowClient,
  type Deployment,
  type MinterStatus,
  mintDollarCall,
  mintDollarExactCall,
  minterStatus,
  parseDollars,
  parseTokens,
  quoteMint,
  quoteMintExact,
  quoteRedeem,
  redeemDollarCall,
  redeemEarnedCall,
} from "@cardflow/sdk";
import { zeroAddress } from "viem";
import { command, group } from "../command.ts";
import { RefusedError, UsageError } from "../failure.ts";
import { deadlineOf, inDollars, lessSlack, withSlack } from "../funds.ts";
import { parseAmount } from "../input.ts";
import { carryOut } from "../plan.ts";
import { backingText, dollars, percent, tokens } from "../terminal/format.ts";
import type { Level, View } from "../terminal/view.ts";

const mint = command({
  description: "Make cfUSD by burning CARD",
  args: {
    dollars: { type: "string", valueHint: "$", description: "Make exactly so many dollars" },
    tokens: { type: "string", valueHint: "CARD", description: "Burn exactly so much CARD" },
  },
  examples: ["cardflow dollar mint --dollars 100", "cardflow dollar mint --tokens 1000"],
  run: async (context, values) => {
    const network = await context.network();
    const { client, deployment } = network;
    if ((values.dollars === undefined) === (values.tokens === undefined))
      throw new UsageError("the amount is not clear", "Give --dollars 100, or --tokens 1000; one of them.");
    const to = await context.sender();
    const exactly = values.dollars === undefined ? undefined : parseAmount("dollars", values.dollars, parseDollars);
    const burned = values.tokens === undefined ? 0n : parseAmount("tokens", values.tokens, parseTokens);
    const [quote, status, account, text] = await Promise.all([
      exactly === undefined
        ? quoteMint(client, { deployment, tokenIn: burned })
        : quoteMintExact(client, { deployment, out: exactly }),
      minterStatus(client, { deployment }),
      accountStatus(client, { deployment, account: to }),
      inDollars(network),
    ]);
    if (!quote.ok)
      throw new RefusedError(`no dollars can be made of this now: ${quote.refusal}`, quote.remedy, [quote.refusal]);
    const tokenIn = "tokenIn" in quote ? quote.tokenIn : burned;
    const out = "out" in quote ? quote.out : (exactly ?? 0n);
    const most = exactly === undefined ? tokenIn : withSlack(tokenIn);
    if (account.walletTokens < tokenIn)
      throw new RefusedError(
        `the wallet holds ${tokens(account.walletTokens)}; ${tokens(tokenIn)} are needed`,
        "Get more CARD, or make fewer dollars.",
        ["ERC20InsufficientBalance"],
      );
    return carryOut(
      context,
      network,
      {
        title: `Make ${dollars(out)} by burning CARD`,
        facts: [
          ["you burn", `${text(tokenIn)}${exactly === undefined ? "" : `, at most ${tokens(most)}`}`],
          ["you get", `${exactly === undefined ? "about " : ""}${dollars(out)}`],
          ["fee", `${percent(bpsOf(status.mintFee))}, in the price`],
          ["way back", "redemption pays in CARD at most par, less if backing is below it, and only so much a day"],
        ],
        data: { account: to, tokenIn, maxTokenIn: most, out, fee: status.mintFee },
        steps: [
          {
            what: `make ${dollars(out)}`,
            call: async () => {
              const deadline = await deadlineOf(network);
              return exactly === undefined
                ? mintDollarCall({ deployment, tokenIn, minOut: lessSlack(out), to, deadline })
                : mintDollarExactCall({ deployment, out: exactly, maxIn: most, to, deadline });
            },
          },
        ],
      },
      async () => {
        const after = await accountStatus(client, { deployment, account: to });
        const made = after.walletDollars - account.walletDollars;
        const spent = account.walletTokens - after.walletTokens;
        return {
          data: { minted: made, burned: spent, walletDollars: after.walletDollars, walletTokens: after.walletTokens },
          facts: [
            ["made", dollars(made)],
            ["burned", tokens(spent)],
            ["in the wallet", `${dollars(after.walletDollars)}, ${tokens(after.walletTokens)}`],
          ],
        };
      },
    );
  },
});

const redeem = command({
  description: "Burn cfUSD and get CARD out of the credit: a dollar's worth, or a part of what there is",
  args: {
    dollars: { type: "string", required: true, valueHint: "$", description: "How many dollars, at least 1" },
    earned: { type: "boolean", description: "In the lane of those who earned: without the base rate" },
  },
  examples: ["cardflow dollar redeem --dollars 50", "cardflow dollar redeem --dollars 50 --earned"],
  run: async (context, values) => {
    const network = await context.network();
    const { client, deployment } = network;
    const to = await context.sender();
    const dollarIn = parseAmount("dollars", values.dollars, parseDollars);
    const lane = values.earned ? "Earned" : "Open";
    const [quote, account, text] = await Promise.all([
      quoteRedeem(client, { deployment, dollarIn, lane, account: to }),
      accountStatus(client, { deployment, account: to }),
      inDollars(network),
    ]);
    if (!quote.ok)
      throw new RefusedError(`these dollars cannot be redeemed now: ${quote.refusal}`, quote.remedy, [quote.refusal]);
    if (account.walletDollars < dollarIn)
      throw new RefusedError(
        `the wallet holds ${dollars(account.walletDollars)}`,
        account.available > 0n ? "Withdraw your balance first: cardflow withdraw --all." : "Redeem less.",
        ["ERC20InsufficientBalance"],
      );
    const { out } = quote;
    const minOut = lessSlack(out);
    return carryOut(
      context,
      network,
      {
        title: `Redeem ${dollars(dollarIn)}`,
        facts: [
          ["you burn", dollars(dollarIn)],
          ["you get", `${text(out)}, at least ${tokens(minOut)}`],
          ["lane", lane === "Open" ? "open: with the base rate" : "earned: without the base rate"],
        ],
        data: { account: to, dollarIn, out, minOut, lane },
        steps: [
          {
            what: `redeem ${dollars(dollarIn)}`,
            call: async () => {
              const args = { deployment, dollarIn, minOut, to, deadline: await deadlineOf(network) };
              return lane === "Open" ? redeemDollarCall(args) : redeemEarnedCall(args);
            },
          },
        ],
      },
      async () => {
        const after = await accountStatus(client, { deployment, account: to });
        const got = after.walletTokens - account.walletTokens;
        return {
          data: { redeemed: dollarIn, got, walletDollars: after.walletDollars, walletTokens: after.walletTokens },
          facts: [
            ["got", tokens(got)],
            ["in the wallet", `${dollars(after.walletDollars)}, ${tokens(after.walletTokens)}`],
          ],
        };
      },
    );
  },
});

const status = command({
  description: "Show the dollar: state, backing, prices, and how much can be made and redeemed now",
  args: {},
  examples: ["cardflow dollar status"],
  run: async (context) => {
    const { client, deployment } = await context.network();
    const minter = await minterStatus(client, { deployment });
    const blind = minter.state === "Blind" ? await blindRefusal(client, deployment) : undefined;
    return { data: minter, text: (view) => statusText(view, minter, blind) };
  },
});

/** Why nothing can be redeemed in Blind yet, whatever room the lanes have. */
const blindRefusal = async (client: CardflowClient, deployment: Deployment): Promise<string | undefined> => {
  const quote = await quoteRedeem(client, { deployment, dollarIn: one, lane: "Open", account: zeroAddress });
  if (quote.ok) return undefined;
  return quote.refusal === "BlindNotRecorded" || quote.refusal === "BlindTooShort" ? quote.remedy : undefined;
};

/** How good a state is. */
export const levelOf = (state: MinterStatus["state"]): Level =>
  state === "Green" ? "ok" : state === "Yellow" ? "warning" : "fault";

const one = 10n ** 18n;

const statusText = (view: View, minter: MinterStatus, blind: string | undefined): string => {
  const { state, price, backing, supply, credit, ceiling } = minter;
  const room = (
    { room: left, capacity }: { readonly room: bigint; readonly capacity: bigint },
    show: (amount: bigint) => string,
  ) =>
    `${view.bar(capacity === 0n ? 0 : Number((left * 1000n) / capacity) / 1000)} ${show(left)} of ${show(capacity)} a day`;
  const redemption = (lane: typeof minter.openLane): string =>
    minter.redeemPaused || blind !== undefined ? view.paint.yellow(blind ?? "halted") : room(lane, tokens);
  const baseRate = state === "Blind" ? "" : `, and ${percent(bpsOf(minter.baseRate))} base rate in the open lane`;
  const endless = supply === 0n;
  return [
    view.title(`cfUSD  ${view.mark(levelOf(state))} ${state}`),
    view.facts([
      ["supply", `${dollars(supply)}, ceiling ${dollars(ceiling)}`],
      [
        "backing",
        endless ? "no dollars to back" : `${view.bar(Number((backing * 500n) / one) / 1000)} ${backingText(backing)}`,
      ],
      ["credit", tokens(credit)],
      [
        "CARD",
        `$${priceOf(price.low)} to $${priceOf(price.high)}, slow price $${priceOf(price.slow)}; sources ${price.health}`,
      ],
      ["mint", minter.mintHalted ? view.paint.yellow("halted") : room(minter.openMint, dollars)],
      ["mint for rent", minter.mintHalted ? view.paint.yellow("halted") : room(minter.leaseMint, dollars)],
      ["redeem", redemption(minter.openLane)],
      ["redeem earned", redemption(minter.earnedLane)],
      ["fees", `${percent(bpsOf(minter.mintFee))} to mint; ${percent(bpsOf(minter.redeemFee))} to redeem${baseRate}`],
    ]),
  ].join("\n");
};

/** A fraction of 1e18 in bps. */
const bpsOf = (fraction: bigint): number => Number((fraction * 10_000n) / one);

const priceOf = (price: bigint): string => (Number(price) / 1e18).toPrecision(4);

/** The dollar. */
export const dollar = group("The dollar cfUSD: mint, redeem, status", { mint, redeem, status });
