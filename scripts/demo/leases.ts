import type { Address } from "viem";
import { decodeLeaseId } from "../../sdk/src/index.ts";
import { sumOf } from "./each.ts";
import type { LedgerEvent } from "./events.ts";

/** A lease that is over, computed from nothing but the terms it was opened with and its end. */
export type LeaseRecord = {
  readonly id: bigint;
  readonly cardId: bigint;
  readonly renter: Address;
  readonly operator: Address;
  readonly paidInToken: boolean;
  readonly start: number;
  readonly end: number;
  /** Parts of its rent per second. */
  readonly rates: Parts;
  /** Parts of its whole rent. */
  readonly rent: Parts;
};

/** Rent and what it is split into. */
export type Parts = {
  readonly gross: bigint;
  readonly fee: bigint;
  readonly operators: bigint;
  readonly holders: bigint;
};

/** Seconds that a lease was paid for. */
export const secondsOf = ({ start, end }: Pick<LeaseRecord, "start" | "end">): number => end - start;

/** The leases of a ledger, from its events: how each began, and where its end was moved. */
export const leasesOf = (events: readonly LedgerEvent[]): LeaseRecord[] => {
  const ends = new Map<bigint, number>();
  for (const event of events) {
    if (event.eventName === "LeaseExtended" || event.eventName === "LeaseStopped")
      ends.set(event.args.leaseId, event.args.end);
  }
  return events.flatMap((event) => {
    if (event.eventName !== "LeaseStarted") return [];
    const { leaseId: id, cardId, renter, operator, paidInToken, rate, feeBps } = event.args;
    const { start } = decodeLeaseId(id);
    const end = ends.get(id) ?? event.args.end;
    const rates = split(rate, feeBps);
    return [{ id, cardId, renter, operator, paidInToken, start, end, rates, rent: times(rates, end - start) }];
  });
};

/** How the protocol splits a rate: the fee first, a tenth of the rest for the node, all else for owner or holders. */
const split = (gross: bigint, feeBps: number): Parts => {
  const fee = (gross * BigInt(feeBps)) / 10_000n;
  const operators = (gross - fee) / 10n;
  return { gross, fee, operators, holders: gross - fee - operators };
};

const times = (rates: Parts, seconds: number): Parts => {
  const by = BigInt(seconds);
  return {
    gross: rates.gross * by,
    fee: rates.fee * by,
    operators: rates.operators * by,
    holders: rates.holders * by,
  };
};

/** Sum of the rent of leases, part by part. */
export const totalOf = (leases: readonly LeaseRecord[]): Parts => ({
  gross: sumOf(leases, ({ rent }) => rent.gross),
  fee: sumOf(leases, ({ rent }) => rent.fee),
  operators: sumOf(leases, ({ rent }) => rent.operators),
  holders: sumOf(leases, ({ rent }) => rent.holders),
});

/** What holders of a card earned from `from` to `until` (seconds), by the terms of its leases. */
export const holdersRentWithin = (
  leases: readonly LeaseRecord[],
  cardId: bigint,
  from: number,
  until: number,
): bigint =>
  sumOf(
    leases.filter((lease) => lease.cardId === cardId),
    ({ rates, start, end }) => rates.holders * BigInt(Math.max(0, Math.min(end, until) - Math.max(start, from))),
  );
