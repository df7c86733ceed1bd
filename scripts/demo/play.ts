import { type Address, type LocalAccount, zeroHash } from "viem";
import {
  accountStatus,
  anyMask,
  type Bid,
  burnFees,
  collectCards,
  type DollarAmount,
  maskOf,
  orderStatus,
  parseDollars,
  randomSalt,
  redeemEarned,
  signBid,
  withdraw,
} from "../../sdk/src/index.ts";
import { chunksOf, inTurn } from "./each.ts";
import { domainOf, type FleetCard } from "./fleet.ts";
import type { SignedBid } from "./matcher.ts";
import type { Person } from "./people.ts";
import type { SmartAccount } from "./smartAccount.ts";
import type { System } from "./system.ts";

/** What the matcher earns for each card it finds, in dollars. */
export const MATCHER_FEE = "0.02";
const PATIENCE = 3_600;

/** One line of what happened. */
export type Entry = { readonly time: number; readonly text: string };

/** A share of the story, by the card behind it. */
export type SoldShare = { readonly address: Address; readonly card: FleetCard };

/** Everything that an account of a play needs to know; all amounts come from the chain. */
export type Play = {
  readonly system: System;
  readonly cards: readonly FleetCard[];
  readonly owners: readonly Person[];
  readonly operators: readonly Person[];
  readonly renters: readonly (Person | SmartRenter)[];
  readonly buyers: readonly Person[];
  readonly matcher: Person;
  readonly shares: readonly SoldShare[];
  /** Asks and bids that were signed. */
  readonly orders: number;
  readonly journal: readonly Entry[];
  /** Tasks of real demand that found no card, by name. */
  readonly unplaced: readonly { readonly task: string; readonly reason: string }[];
};

/** A renter whose money lies in a contract. */
export type SmartRenter = Person & { readonly wallet: SmartAccount };

/** What a renter wants. */
export type Wish = {
  readonly models: readonly number[];
  readonly quantity?: number | undefined;
  /** Least number of cards to take; by default all. */
  readonly atLeast?: number | undefined;
  readonly sameHost?: boolean | undefined;
  readonly thousandths?: number | undefined;
  /** Seconds. */
  readonly duration: number;
  readonly maxRatePerSecond: bigint;
  /** Most CARD-wei to burn per card; then the lease is paid in CARD. */
  readonly maxTokenIn?: bigint | undefined;
};

/** Signs a bid for a wish. */
export const bidFor = async (system: System, signer: LocalAccount, matcher: Person, wish: Wish): Promise<SignedBid> => {
  const { chain, deployment } = system;
  const { counter } = await orderStatus(chain.reader, { deployment, maker: signer.address });
  const quantity = wish.quantity ?? 1;
  const bid: Bid = {
    renter: signer.address,
    models: maskOf([...new Set(wish.models)]),
    regions: anyMask,
    thousandths: wish.thousandths ?? 1000,
    quantity,
    minQuantity: wish.atLeast ?? quantity,
    sameHost: wish.sameHost ?? false,
    maxRatePerSecond: wish.maxRatePerSecond,
    duration: wish.duration,
    payInToken: wish.maxTokenIn !== undefined,
    maxTokenIn: wish.maxTokenIn ?? 0n,
    matcher: matcher.address,
    exclusiveUntil: 0,
    matcherFee: parseDollars(MATCHER_FEE),
    accessKeyHash: zeroHash,
    validUntil: (await chain.now()) + PATIENCE,
    counter,
    salt: randomSalt(),
  };
  return { bid, signature: await signBid(signer, domainOf(system), bid) };
};

/** Credits everything that is due on all cards, by anyone: here the keeper. */
export const collectAll = async ({ deployment, keeper }: System, cards: readonly FleetCard[]): Promise<void> => {
  const ids = cards.map(({ id }) => id);
  await inTurn(chunksOf(ids, 40), (cardIds) => collectCards(keeper.client, { deployment, cardIds }, { wait: true }));
  await burnFees(keeper.client, { deployment }, { wait: true });
};

/** What somebody could withdraw now. */
export const balanceOf = async ({ chain, deployment }: System, account: Address): Promise<DollarAmount> =>
  (await accountStatus(chain.reader, { deployment, account })).available;

/** Somebody withdraws all it has to its wallet; nothing happens without a balance. */
export const withdrawAll = async (system: System, { client, address }: Person): Promise<DollarAmount> => {
  const amount = await balanceOf(system, address);
  if (amount > 0n) await withdraw(client, { deployment: system.deployment, amount, to: address }, { wait: true });
  return amount;
};

/** Everybody withdraws all. */
export const withdrawEverything = async (system: System, people: readonly Person[]): Promise<void> => {
  await inTurn(people, (person) => withdrawAll(system, person));
};

/** Suppliers turn a part of what they earned back into CARD, in the lane kept for them. */
export const redeemPart = async (system: System, people: readonly Person[], percent: bigint): Promise<void> => {
  const { deployment, chain } = system;
  await inTurn(people, async ({ client, address }) => {
    const { walletDollars, earned } = await accountStatus(chain.reader, { deployment, account: address });
    const most = walletDollars < earned ? walletDollars : earned;
    const dollarIn = (most * percent) / 100n;
    if (dollarIn < parseDollars("1")) return;
    const deadline = (await chain.now()) + PATIENCE;
    await redeemEarned(client, { deployment, dollarIn, minOut: 0n, to: address, deadline }, { wait: true });
  });
};
