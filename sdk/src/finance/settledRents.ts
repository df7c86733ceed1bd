import { requireWhole } from "../client/whole.ts";
import type { RatePerSecond } from "../money/amounts.ts";
import { ratio } from "./checks.ts";
import type { LeaseRecord, RentBook } from "./rentBook.ts";
import { type RelationOfArgs, relationOf } from "./rentHistory.ts";

/** A lease that is over, as the price index takes it. */
export type SettledRent = {
  readonly model: number;
  /** cfUSD-wei per second of the whole card. */
  readonly ratePerSecond: RatePerSecond;
  /** Seconds of a whole card that were paid: half a card for an hour is 1800. */
  readonly cardSeconds: number;
  /** The second (Unix time) in which it ended. */
  readonly end: number;
};

/** Arguments of {@link settledRents}. */
export type SettledRentsArgs = Pick<RelationOfArgs, "hops" | "ignore"> & {
  /** Second (Unix time): leases that end later are not settled yet. */
  readonly now: number;
  /** Whether rent by parties related to the card counts, too. Default: it does not. */
  readonly related?: boolean | undefined;
};

/**
 * The leases that are over, for {@link createPriceIndex}, without those in which owners may have rented from themselves. Leases of cards whose
 * registration is not among the logs are left out, as their model is not known.
 *
 * @param book - what {@link readRentBook} returned
 * @param args - see {@link SettledRentsArgs}
 * @returns by their ends
 * @throws InvalidInputError if a number is out of range
 *
 * @example
 * const rents = settledRents(readRentBook({ deployment, logs }), { now: 1_763_790_000 });
 */
export const settledRents = (
  book: RentBook,
  { now, related = false, ...relation }: SettledRentsArgs,
): readonly SettledRent[] => {
  requireWhole("now", now, 0, 2 ** 40);
  return book.leases
    .filter(({ end }) => end <= now)
    .filter(({ cardId, renter: account }) => related || !relationOf(book, { cardId, account, ...relation }))
    .flatMap(({ model, rate, thousandths, start, end }) =>
      model === undefined
        ? []
        : {
            model,
            ratePerSecond: wholeCard(rate, thousandths),
            cardSeconds: ((end - start) * thousandths) / 1_000,
            end,
          },
    )
    .sort((a, b) => a.end - b.end);
};

/** The whole card's rate, rounded to the nearest wei. */
const wholeCard = (rate: bigint, thousandths: number): bigint =>
  (rate * 1_000n + BigInt(thousandths) / 2n) / BigInt(thousandths);

/** Arguments of {@link utilisation}. */
export type UtilisationArgs = {
  /** The cards that could have been let in all of this time. */
  readonly cardIds: readonly bigint[];
  /** First second (Unix time). */
  readonly from: number;
  /** The second after the last one. */
  readonly until: number;
};

/** How well cards were let. */
export type Utilisation = {
  /** Part of the time that the whole of them was let, 0 to 1. */
  readonly utilisation: number;
  /** Seconds of whole cards that were let. */
  readonly letSeconds: number;
  /** Seconds of whole cards that there were. */
  readonly cardSeconds: number;
};

/**
 * Utilisation of cards: thousandths × seconds that were let, of those that there were. Leases count while they ran, also those that run still.
 *
 * @param leases - of {@link RentBook}
 * @param args - see {@link UtilisationArgs}
 * @throws InvalidInputError if there is no card or no time
 *
 * @example
 * const { letSeconds } = utilisation(readRentBook({ deployment, logs }).leases, { cardIds: [7n, 8n], from: 1_763_700_000, until: 1_763_790_000 });
 */
export const utilisation = (leases: readonly LeaseRecord[], { cardIds, from, until }: UtilisationArgs): Utilisation => {
  requireWhole("from", from, 0, 2 ** 40);
  requireWhole("until", until, from + 1, 2 ** 40);
  requireWhole("cardIds.length", cardIds.length, 1, 2 ** 32);
  const cards = new Set(cardIds);
  const thousandthSeconds = leases
    .filter(({ cardId }) => cards.has(cardId))
    .reduce(
      (sum, { start, end, thousandths }) =>
        sum + BigInt(Math.max(0, Math.min(end, until) - Math.max(start, from))) * BigInt(thousandths),
      0n,
    );
  const all = BigInt(until - from) * BigInt(cards.size) * 1_000n;
  return {
    utilisation: ratio(thousandthSeconds, all),
    letSeconds: Number(thousandthSeconds) / 1_000,
    cardSeconds: Number(all) / 1_000,
  };
};
