import type { Hex } from "viem";
import { type Bid, type MatchQuote, matchOrders, quoteMatch, startedLeases } from "../../sdk/src/index.ts";
import { groupBy } from "./each.ts";
import { DemoError, need } from "./failure.ts";
import type { FleetCard } from "./fleet.ts";
import type { Person } from "./people.ts";
import type { System } from "./system.ts";

/** A renter's signed bid. */
export type SignedBid = {
  readonly bid: Bid;
  readonly signature: Hex;
  /** Money besides balance and allowance. */
  readonly funding?: Hex | undefined;
};

/** A lease that a match started. */
export type StartedLease = ReturnType<typeof startedLeases>[number];

/** Why a bid found no cards. */
export class NoMatchError extends DemoError {
  readonly refusal: string;

  constructor(renter: string, refusal: string) {
    super(`the bid of ${renter} finds no cards: ${refusal}`);
    this.refusal = refusal;
  }
}

/**
 * Cards whose ask a bid accepts, best first: by price, then by the time of the ask (the order of the list). What only the chain
 * knows (what is free, who is paid) is the preview's matter.
 */
export const acceptable = (bid: Bid, cards: readonly FleetCard[]): FleetCard[] =>
  cards
    .filter(
      ({ ask, host }) =>
        ((bid.models >> BigInt(host.model.id)) & 1n) === 1n &&
        ((bid.regions >> BigInt(host.region)) & 1n) === 1n &&
        ask.ratePerSecond <= bid.maxRatePerSecond &&
        ask.minThousandths <= bid.thousandths &&
        ask.minDuration <= bid.duration &&
        bid.duration <= ask.maxDuration,
    )
    .sort((a, b) =>
      a.ask.ratePerSecond < b.ask.ratePerSecond ? -1 : a.ask.ratePerSecond > b.ask.ratePerSecond ? 1 : 0,
    );

/** Groups in which a bid must find all its cards: one per host where it asks for one host, else one for all. */
const poolsOf = (bid: Bid, cards: readonly FleetCard[]): FleetCard[][] =>
  bid.sameHost
    ? [...groupBy(cards, ({ host }) => host).values()].filter((pool) => pool.length >= bid.quantity)
    : [[...cards]];

/** Matches a bid with the best cards that the market's own preview accepts, and submits it as `submitter`. */
export const matchBid = async (
  system: System,
  submitter: Person,
  cards: readonly FleetCard[],
  signed: SignedBid,
): Promise<readonly StartedLease[]> => {
  let reason = "no ask fits";
  for (const pool of poolsOf(signed.bid, acceptable(signed.bid, cards))) {
    const found = await previewPool(system, submitter, pool, signed);
    if ("picked" in found) return submit(system, submitter, found.picked, signed);
    reason = found.reason;
  }
  throw new NoMatchError(signed.bid.renter, reason);
};

type Found = { readonly picked: readonly FleetCard[] } | { readonly reason: string };

/** Takes the best cards of a pool, replaces those that the preview refuses by the next best, until enough are accepted. */
const previewPool = async (
  system: System,
  submitter: Person,
  pool: readonly FleetCard[],
  signed: SignedBid,
): Promise<Found> => {
  const left = [...pool];
  let picked = left.splice(0, signed.bid.quantity);
  while (picked.length > 0) {
    const quote = await preview(system, submitter, picked, signed);
    const accepted = byCard(picked).filter((_, index) => quote.legs[index]?.ok);
    if (quote.ok && (accepted.length === signed.bid.quantity || left.length === 0)) return { picked: accepted };
    if (accepted.length === picked.length && !quote.ok && quote.refusal !== "CardsTooFew")
      return { reason: quote.refusal };
    const refused = quote.legs.find(({ ok }) => !ok)?.refusal ?? "CardsTooFew";
    if (left.length === 0) return { reason: refused };
    picked = [...accepted, ...left.splice(0, signed.bid.quantity - accepted.length)];
  }
  return { reason: "no ask fits" };
};

/** The market wants cards by ascending number. */
const byCard = (cards: readonly FleetCard[]): FleetCard[] =>
  [...cards].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));

const ordersOf = (cards: readonly FleetCard[], { bid, signature }: SignedBid) => ({
  bid,
  bidSignature: signature,
  asks: byCard(cards).map(({ ask }) => ask),
  askSignatures: byCard(cards).map((card) => card.signature),
});

const preview = (
  { deployment, chain }: System,
  submitter: Person,
  cards: readonly FleetCard[],
  signed: SignedBid,
): Promise<MatchQuote> =>
  quoteMatch(chain.reader, { deployment, ...ordersOf(cards, signed), submitter: submitter.address });

const submit = async (
  { deployment }: System,
  submitter: Person,
  cards: readonly FleetCard[],
  signed: SignedBid,
): Promise<readonly StartedLease[]> => {
  const { receipt } = await matchOrders(
    submitter.client,
    { deployment, ...ordersOf(cards, signed), funding: signed.funding },
    { wait: true },
  );
  return startedLeases({ deployment, receipt: need(receipt, "the receipt of a match") });
};
