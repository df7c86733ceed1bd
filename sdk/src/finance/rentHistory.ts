import type { Address } from "viem";
import { requireWhole } from "../client/whole.ts";
import type { DollarAmount } from "../money/amounts.ts";
import { requireAddress } from "./checks.ts";
import type { LeaseRecord, Party, RentBook, Tie } from "./rentBook.ts";
import { type RentSplit, rentSplit } from "./rentSplit.ts";

/** How a renter is related to a card: who of the card's people it is or is tied to, and by which payments. */
export type Relation = {
  /** The owner, operator or issuer: the account itself, or the one it is tied to. */
  readonly party: Address;
  readonly as: Party;
  /** From the account to the party; empty if the account is the party. */
  readonly ties: readonly Tie[];
};

/** Arguments of {@link relationOf}. */
export type RelationOfArgs = {
  readonly cardId: bigint;
  readonly account: Address;
  /**
   * Most payments between the account and the party. Default: 1, a payment from one to the other. At 2 those whom a third account paid
   * both are related, too: name exchanges, faucets and pools in `ignore`, or all their customers are.
   */
  readonly hops?: number | undefined;
  /** Accounts through which nobody is related. Default: none. */
  readonly ignore?: readonly Address[] | undefined;
};

/**
 * How an account is related to a card, if it is: it was, at any time in the logs, the card's owner, operator or issuer of a share, or
 * payments connect it to one of them (see {@link Tie}). A payment is a sign and no proof: show it with its transaction.
 *
 * @param book - what {@link readRentBook} returned
 * @param args - see {@link RelationOfArgs}
 * @returns the shortest relation; undefined if there is none
 * @throws InvalidInputError if `hops` is out of range, or an address is none
 *
 * @example
 * const relation = relationOf(readRentBook({ deployment, logs }), { cardId: 7n, account: renter.address });
 */
export const relationOf = (
  { parties, ties }: RentBook,
  { cardId, account, hops = 1, ignore = [] }: RelationOfArgs,
): Relation | undefined => {
  requireWhole("hops", hops, 0, 8);
  const people = parties.get(cardId) ?? new Map<Address, Party>();
  const first = requireAddress("account", account);
  const seen = new Set([first, ...ignore.map((address) => requireAddress("ignore", address))]);
  let front: readonly { readonly at: Address; readonly path: readonly Tie[] }[] = [{ at: first, path: [] }];
  for (let hop = 0; hop <= hops; hop++) {
    for (const { at, path } of front) {
      const as = people.get(at);
      if (as !== undefined) return { party: at, as, ties: path };
    }
    front = front.flatMap(({ at, path }) =>
      (ties.get(at) ?? []).flatMap((tie) => {
        const other = tie.accounts[0] === at ? tie.accounts[1] : tie.accounts[0];
        if (seen.has(other)) return [];
        seen.add(other);
        return [{ at: other, path: [...path, tie] }];
      }),
    );
  }
  return undefined;
};

/** Rent of some leases in cfUSD-wei; `gross = fee + node + holders`. */
export type RentSum = { readonly [Part in keyof RentSplit]: DollarAmount };

/** A lease in a history. */
export type RentEntry = {
  readonly lease: LeaseRecord;
  /** Seconds served so far. */
  readonly seconds: number;
  /** What accrued in them, split as the ledger splits it. */
  readonly rent: RentSum;
  /** Why it may be the owner's own money; undefined if nothing in the logs says so. */
  readonly relation: Relation | undefined;
};

/** The rent of a card as a buyer should see it. */
export type RentHistory = {
  readonly cardId: bigint;
  /** In the order in which the leases began. */
  readonly entries: readonly RentEntry[];
  readonly total: RentSum;
  /** The part paid by renters who are related to the card. */
  readonly related: RentSum;
  /** The rest: what strangers paid. */
  readonly unrelated: RentSum;
};

/** Arguments of {@link rentHistory}. */
export type RentHistoryArgs = Pick<RelationOfArgs, "cardId" | "hops" | "ignore"> & {
  /** Second (Unix time) up to which rent counts: the time of the last block of the logs. */
  readonly now: number;
};

/**
 * Rent of a card from logs, with rent by parties related to the owner marked, since an owner who rents from itself before a sale makes a
 * history that is worth nothing.
 *
 * @param book - what {@link readRentBook} returned
 * @param args - see {@link RentHistoryArgs}
 * @throws InvalidInputError if `now` or `hops` is out of range
 *
 * @example
 * const { total, related } = rentHistory(readRentBook({ deployment, logs }), { cardId: 7n, now: 1_763_790_000 });
 */
export const rentHistory = (book: RentBook, { cardId, now, ...relation }: RentHistoryArgs): RentHistory => {
  requireWhole("now", now, 0, 2 ** 40);
  const relations = new Map<Address, Relation | undefined>();
  const relate = (account: Address): Relation | undefined => {
    if (!relations.has(account)) relations.set(account, relationOf(book, { cardId, account, ...relation }));
    return relations.get(account);
  };
  const entries = book.leases
    .filter((lease) => lease.cardId === cardId)
    .map((lease) => ({ lease, ...accrued(lease, now), relation: relate(lease.renter) }));
  const sum = (some: readonly RentEntry[]): RentSum => some.reduce((total, { rent }) => add(total, rent), none);
  return {
    cardId,
    entries,
    total: sum(entries),
    related: sum(entries.filter((entry) => entry.relation !== undefined)),
    unrelated: sum(entries.filter((entry) => entry.relation === undefined)),
  };
};

const none: RentSum = { gross: 0n, fee: 0n, node: 0n, holders: 0n };

const add = (a: RentSum, b: RentSum): RentSum => ({
  gross: a.gross + b.gross,
  fee: a.fee + b.fee,
  node: a.node + b.node,
  holders: a.holders + b.holders,
});

/** The rate of a lease is of its thousandths already. */
const accrued = ({ start, end, rate, feeBps }: LeaseRecord, now: number): Pick<RentEntry, "seconds" | "rent"> => {
  const seconds = Math.max(0, Math.min(now, end) - start);
  const { gross, fee, node, holders } = rentSplit({ ratePerSecond: rate, feeBps });
  const times = BigInt(seconds);
  return { seconds, rent: { gross: gross * times, fee: fee * times, node: node * times, holders: holders * times } };
};
