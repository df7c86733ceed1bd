import { minterStatus, orderDomain, quoteMatch } from "@cardflow/sdk";
import { createEngine, type Engine, type Explanation, leaseMintRate, type Match } from "@cardflow/sdk/matching";
import { type SignedAsk, type SignedBid, verifyAsk, verifyBid } from "@cardflow/sdk/orders";
import { type Address, erc20Abi } from "viem";
import { readContract } from "viem/actions";
import { inParts } from "./chain/inParts.ts";
import type { Network } from "./chain/network.ts";
import type { Orders } from "./orderFiles.ts";

/** A match that the market's own preview takes, and what its submitter earns. */
export type Proposal = {
  readonly bid: SignedBid;
  /** By ascending card id. */
  readonly asks: readonly SignedAsk[];
  readonly match: Match;
  readonly total: bigint;
  readonly matcherFees: bigint;
};

/** A bid that gets fewer cards than it wants, with how many it lacks, and why. */
export type Unfilled = { readonly bid: SignedBid; readonly left: number; readonly explanation: Explanation };

/** An order that cannot be filled whatever others do, and why, in the contracts' words. */
export type Rejected =
  | { readonly ask: SignedAsk; readonly reason: string }
  | { readonly bid: SignedBid; readonly reason: string };

/** Who gets what of some orders, and why not. */
export type Result = {
  readonly proposals: readonly Proposal[];
  readonly unfilled: readonly Unfilled[];
  readonly rejected: readonly Rejected[];
};

/**
 * Runs the matching engine once over the market of now and these orders. The orders count as come at once: bids of higher tiers first,
 * else in the order given.
 */
export const matchNow = async (network: Network, orders: Orders, submitter: Address): Promise<Result> => {
  const { good, rejected } = await verified(network, orders);
  const [state, at] = await Promise.all([network.state(), network.soon()]);
  const tierOf = ({ bid }: SignedBid): number => state.accountStatus({ account: bid.renter, at }).value.tier;
  const bids = [...good.bids].sort((a, b) => tierOf(b) - tierOf(a));
  const market = { asks: good.asks.map(({ ask }) => ask), bids: bids.map(({ bid }) => bid) };
  const engine = createEngine({ submitter, now: at });
  for (const event of state.marketEvents({ ...market, at }).value) engine.apply(event);
  await tellPurses(network, engine, [...new Set(market.bids.map(({ renter }) => renter))]);
  if (market.bids.some(({ payInToken }) => payInToken))
    engine.apply({ type: "leaseMint", rate: leaseMintRate(await minterStatus(network.client, network)) });
  const found = placeOrders(engine, good.asks, bids);
  const previewed = await inParts(found.matches, (match) => preview(network, match, good.asks, submitter));
  return {
    proposals: previewed.flatMap((look) => ("match" in look ? [look] : [])),
    unfilled: found.unfilled,
    rejected: [...rejected, ...found.rejected, ...previewed.flatMap((look) => ("match" in look ? [] : [look]))],
  };
};

/** Sorts out what was not signed by its maker. */
const verified = async ({ client, deployment }: Network, orders: Orders) => {
  const domain = orderDomain({ chainId: deployment.chainId, market: deployment.addresses.rentalMarket });
  const asks = await inParts(orders.asks, async (order) => ({
    order,
    good: await verifyAsk(domain, order.ask, order.signature, { client }),
  }));
  const bids = await inParts(orders.bids, async (order) => ({
    order,
    good: await verifyBid(domain, order.bid, order.signature, { client }),
  }));
  const of = <Order>(looks: readonly { readonly order: Order; readonly good: boolean }[], wanted: boolean): Order[] =>
    looks.filter(({ good }) => good === wanted).map(({ order }) => order);
  const rejected: Rejected[] = [
    ...of(asks, false).map((ask) => ({ ask, reason: "AskSignatureInvalid" })),
    ...of(bids, false).map((bid) => ({ bid, reason: "BidSignatureInvalid" })),
  ];
  return { good: { asks: of(asks, true), bids: of(bids, true) }, rejected };
};

/** Tells the engine what renters can pay: the balance in the ledger, and what ledger and minter may take from the wallet. */
const tellPurses = async ({ client, deployment }: Network, engine: Engine, renters: readonly Address[]) => {
  const { computeDollar, computeToken, leaseLedger, dollarMinter } = deployment.addresses;
  const usable = async (address: Address, owner: Address, spender: Address): Promise<bigint> => {
    const token = { address, abi: erc20Abi } as const;
    const [wallet, allowed] = await Promise.all([
      readContract(client, { ...token, functionName: "balanceOf", args: [owner] }),
      readContract(client, { ...token, functionName: "allowance", args: [owner, spender] }),
    ]);
    return wallet < allowed ? wallet : allowed;
  };
  await inParts(renters, async (renter) => {
    const [inWallet, tokens] = await Promise.all([
      usable(computeDollar, renter, leaseLedger),
      usable(computeToken, renter, dollarMinter),
    ]);
    const inLedger = engine.state().accounts.get(renter.toLowerCase())?.dollars ?? 0n;
    engine.apply({ type: "account", address: renter, dollars: inLedger + inWallet, tokens });
  });
};

type Placed = { readonly order: SignedBid; readonly id: number; taken: number };

/** Gives the engine all asks, then the bids one by one. */
const placeOrders = (engine: Engine, asks: readonly SignedAsk[], bids: readonly SignedBid[]) => {
  const rejected: Rejected[] = [];
  const matches: { readonly match: Match; readonly bid: SignedBid }[] = [];
  const placed: Placed[] = [];
  for (const ask of asks) {
    const { refusal } = engine.apply({ type: "ask", ask: ask.ask });
    if (refusal !== undefined) rejected.push({ ask, reason: refusal });
  }
  for (const order of bids) {
    const { id, refusal, matches: made } = engine.apply({ type: "bid", bid: order.bid });
    if (refusal !== undefined) rejected.push({ bid: order, reason: refusal });
    else placed.push({ order, id, taken: made.reduce((sum, { legs }) => sum + legs.length, 0) });
    matches.push(...made.map((match) => ({ match, bid: order })));
  }
  const unfilled = placed.flatMap(({ order, id, taken }): readonly Unfilled[] => {
    const left = order.bid.quantity - taken;
    const explanation = left > 0 ? engine.explain(id) : undefined;
    return explanation === undefined ? [] : [{ bid: order, left, explanation }];
  });
  return { rejected, matches, unfilled };
};

/** What the market says of a match; the engine does not know how much can be minted now, for bids that pay in CARD. */
const preview = async (
  { client, deployment }: Network,
  { match, bid }: { readonly match: Match; readonly bid: SignedBid },
  all: readonly SignedAsk[],
  submitter: Address,
): Promise<Proposal | Rejected> => {
  const asks = match.legs.flatMap(({ ask }) => all.find((order) => order.ask === ask) ?? []);
  const quote = await quoteMatch(client, { deployment, submitter, ...ordersOf({ bid, asks }) });
  if (!quote.ok) return { bid, reason: quote.refusal };
  return { bid, asks, match, total: quote.total, matcherFees: quote.matcherFees };
};

/** Orders as the market takes them. */
export const ordersOf = ({ bid, asks }: Pick<Proposal, "bid" | "asks">) => ({
  bid: bid.bid,
  bidSignature: bid.signature,
  asks: asks.map(({ ask }) => ask),
  askSignatures: asks.map(({ signature }) => signature),
});
