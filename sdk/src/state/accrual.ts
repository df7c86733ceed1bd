import type { HoldingRecord, LeaseRecord, RentRecord, ShareRecord, Split, Store } from "./records.ts";
import { numberKey } from "./records.ts";

const basisPoints = 10_000n;
const none: Split = { fee: 0n, node: 0n, holders: 0n };

/** A card on which no lease ever ran. */
export const noRent: RentRecord = {
  places: Array.from({ length: 8 }, () => undefined),
  closed: none,
  feePaid: 0n,
  nodePaid: 0n,
  ownerPaid: 0n,
  number: 0,
  frozen: 0n,
};

/** The split of a gross rate (cfUSD-wei per second), each part rounded down and the rest to the holders. */
export const splitOf = (gross: bigint, feeBps: number): Split => {
  const fee = (gross * BigInt(feeBps)) / basisPoints;
  const node = (gross - fee) / 10n;
  return { fee, node, holders: gross - fee - node };
};

/** Seconds that a lease has run up to a second. */
const secondsOf = ({ start, end }: LeaseRecord, at: number): bigint => BigInt(Math.max(0, Math.min(end, at) - start));

/** All that a card's leases have accrued up to a second, not before the newest block. */
export const accruedBy = ({ closed, places }: Pick<RentRecord, "closed" | "places">, at: number): Split => {
  let { fee, node, holders } = closed;
  for (const lease of places) {
    if (lease === undefined) continue;
    const time = secondsOf(lease, at);
    if (time === 0n) continue;
    fee += lease.feeRate * time;
    node += lease.nodeRate * time;
    holders += lease.holdersRate * time;
  }
  return { fee, node, holders };
};

/** Revenue of holders under a number up to a second; nothing before the number has become the card's current one. */
export const revenueBy = (store: Store, cardId: bigint, number: number, at: number): bigint => {
  const rent = store.rents.get(cardId) ?? noRent;
  if (number === rent.number) return accruedBy(rent, at).holders - rent.frozen;
  return store.numbers.get(numberKey(cardId, number))?.revenue ?? 0n;
};

/** What an account may claim of a share when its revenue is `cum`, rounded down. */
export const claimableOf = ({ terms }: ShareRecord, holding: HoldingRecord, cum: bigint): bigint =>
  (holding.balance * cum - holding.correction) / terms.supply;
