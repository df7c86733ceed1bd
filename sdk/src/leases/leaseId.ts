import { InvalidInputError } from "../errors/inputErrors.ts";

/** What a lease's id says. */
export type LeaseIdParts = {
  /** The card. */
  readonly cardId: bigint;
  /** Place on the card, 0 to 7. */
  readonly place: number;
  /** First second of the lease (Unix time). */
  readonly start: number;
};

const placeShift = 40n;
const cardShift = 48n;

/**
 * The id of a lease: `cardId << 48 | place << 40 | start`. No two leases have one id.
 *
 * @param parts - card, place and first second
 * @throws InvalidInputError if a part does not fit
 *
 * @example
 * const leaseId = encodeLeaseId({ cardId: 7n, place: 0, start: 1_763_790_000 });
 */
export const encodeLeaseId = ({ cardId, place, start }: LeaseIdParts): bigint => {
  if (cardId < 0n || cardId >> 208n !== 0n) throw new InvalidInputError("cardId", "an integer from 0 to 2^208 - 1");
  if (!Number.isInteger(place) || place < 0 || place > 7)
    throw new InvalidInputError("place", "an integer from 0 to 7");
  if (!Number.isInteger(start) || start < 0 || start >= 2 ** 40)
    throw new InvalidInputError("start", "seconds from 0 to 2^40 - 1");
  return (cardId << cardShift) | (BigInt(place) << placeShift) | BigInt(start);
};

/**
 * What a lease's id says: its card, place and first second.
 *
 * @param leaseId - the lease
 *
 * @example
 * const { cardId, start } = decodeLeaseId(leaseId);
 */
export const decodeLeaseId = (leaseId: bigint): LeaseIdParts => ({
  cardId: leaseId >> cardShift,
  place: Number((leaseId >> placeShift) & 0xffn),
  start: Number(leaseId & ((1n << placeShift) - 1n)),
});
