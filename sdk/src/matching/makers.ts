import type { Account, Waiting } from "./book.ts";
import type { MarketEvent } from "./events.ts";
import { tokensFor } from "./leaseMint.ts";
import { CANCELLED, type MarketState } from "./marketState.ts";
import { type OrderTable, ordersOf, setWord } from "./orderTable.ts";

/** What following the makers of orders asks of the engine. Open orders have codes: 2 · id of an ask, 2 · id + 1 of a bid. */
type Hooks = {
  readonly bid: (bidId: number) => Waiting | undefined;
  readonly bids: () => readonly (Waiting | undefined)[];
  /** Whether a bid that pays in CARD could pay more at another rate of the minter. */
  readonly paysMoreAt: (waiting: Waiting, rate: bigint) => boolean;
  /** Cards that a bid may still take. */
  readonly leftOf: (waiting: Waiting) => number;
  readonly close: (code: number) => void;
  /** Puts a bid in the place of its tier, and tries it again. */
  readonly requeue: (bidId: number) => void;
  /** Looks after the cards that are kept for a bid. */
  readonly tryKept: (bidId: number) => void;
  /** Tries a waiting bid again in its turn. */
  readonly join: (bidId: number) => void;
};

/** What engine and market know of the minter. */
type Minting = { mintRate: bigint | undefined; leaseMint: MarketState["leaseMint"] };

/**
 * Follows what is known of makers of orders: counters, tiers and funds, what their CARD is worth, and how much of their orders was taken.
 *
 * @param state - the market
 * @param orders - their orders
 * @param accountOf - makers by their addresses
 * @param hooks - what the engine does for it
 * @example
 * const { setAccount } = createMakers(market, orders, accountOf, hooks);
 */
export function createMakers(
  state: Minting,
  orders: OrderTable,
  accountOf: (address: string) => Account,
  hooks: Hooks,
) {
  const { bid, leftOf, close, requeue, tryKept, join } = hooks;

  function setAccount(event: Extract<MarketEvent, { type: "account" }>): void {
    const account = accountOf(event.address);
    const { dollars = -1n, tokens = -1n, tier } = account;
    if (event.dollars !== undefined) account.dollars = event.dollars;
    if (event.tokens !== undefined) account.tokens = event.tokens;
    const open = ordersOf(orders, account.index);
    if (event.counter !== undefined && event.counter !== account.counter) {
      account.counter = event.counter;
      open.forEach(close);
    }
    account.tier = event.tier ?? account.tier;
    // A bid takes the place of its new tier, and may reach asks, or pay, as it could not before.
    const isRicher = (account.dollars ?? -1n) > dollars || (account.tokens ?? -1n) > tokens;
    const mayMore = account.tier !== tier || isRicher;
    for (const code of open) if (code % 2 === 1) (mayMore ? requeue : tryKept)(code >> 1);
  }

  /** Those who pay in CARD may pay more where it is worth more. */
  function setMintRate(rate: bigint): void {
    const inTokens = hooks.bids().flatMap((waiting, id) => (waiting?.bid.payInToken ? { waiting, id } : []));
    const more = new Set(inTokens.filter(({ waiting }) => hooks.paysMoreAt(waiting, rate)));
    state.mintRate = rate;
    state.leaseMint = (out) => tokensFor(rate, out);
    for (const one of inTokens) (more.has(one) ? requeue : tryKept)(one.id);
  }

  function setOrder(account: Account, salt: bigint, word: number): void {
    const { index } = account;
    setWord(orders, index, salt, word);
    closeFilled(account, salt);
    for (const code of ordersOf(orders, index, salt)) {
      if (word === CANCELLED) close(code);
      else if (code % 2 === 1) requeue(code >> 1);
    }
  }

  /** Closes bids of which nothing is left, since another of the same maker and salt was filled. */
  function closeFilled({ index }: Account, salt: bigint): void {
    for (const code of ordersOf(orders, index, salt)) {
      const waiting = code % 2 === 1 ? bid(code >> 1) : undefined;
      if (waiting !== undefined && leftOf(waiting) <= 0) close(code);
    }
  }

  /** Looks again at the open bids of a maker and salt: less is left of them, and less is the least that they take. */
  function retryTwins(account: Account, salt: bigint): void {
    closeFilled(account, salt);
    for (const code of ordersOf(orders, account.index, salt))
      if (code % 2 === 1 && bid(code >> 1)?.queued) join(code >> 1);
  }

  return { setAccount, setMintRate, setOrder, retryTwins };
}
