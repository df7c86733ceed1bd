import fc from "fast-check";
import { type Address, getAddress, type Hex } from "viem";
import type { Ask, Bid } from "../../../sdk/src/index.ts";
import { addressOf } from "./deployment.ts";

const hex = (bytes: number): fc.Arbitrary<Hex> =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((array): Hex => `0x${Buffer.from(array).toString("hex")}`);

const address: fc.Arbitrary<Address> = hex(20).map((text) => getAddress(text));

/** Integers of a width as a number, its bounds often. */
const small = (bits: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.constantFrom(0, 1, 2 ** bits - 1),
    fc.maxSafeNat().map((n) => n % 2 ** bits),
  );

/** Integers of a width, its bounds often. */
const big = (bits: bigint): fc.Arbitrary<bigint> =>
  fc.oneof(fc.constantFrom(0n, 1n, 2n ** bits - 1n), fc.bigInt({ min: 0n, max: 2n ** bits - 1n }));

/** Any ask that fits its fields. */
export const anyAsk: fc.Arbitrary<Ask> = fc.record({
  operator: address,
  cardId: big(256n),
  epoch: small(32),
  ratePerSecond: big(64n),
  minThousandths: small(16),
  minDuration: small(32),
  maxDuration: small(32),
  priorityTier: small(8),
  openFrom: small(40),
  validUntil: small(40),
  counter: big(256n),
  salt: big(256n),
});

/** Any bid that fits its fields. */
export const anyBid: fc.Arbitrary<Bid> = fc.record({
  renter: address,
  models: big(256n),
  regions: big(256n),
  thousandths: small(16),
  quantity: small(8),
  minQuantity: small(8),
  sameHost: fc.boolean(),
  maxRatePerSecond: big(64n),
  duration: small(32),
  payInToken: fc.boolean(),
  maxTokenIn: big(128n),
  matcher: address,
  exclusiveUntil: small(40),
  matcherFee: big(96n),
  accessKeyHash: hex(32),
  validUntil: small(40),
  counter: big(256n),
  salt: big(256n),
});

/** An ask as an operator would sign it. */
export const ask: Ask = {
  operator: addressOf(0xa1),
  cardId: 7n,
  epoch: 3,
  ratePerSecond: 583_333_333_333_333n,
  minThousandths: 125,
  minDuration: 3_600,
  maxDuration: 86_400,
  priorityTier: 1,
  openFrom: 1_763_790_000,
  validUntil: 1_763_900_000,
  counter: 5n,
  salt: 64n,
};

/** A bid as a renter would sign it. */
export const bid: Bid = {
  renter: addressOf(0xb1),
  models: 18n,
  regions: 3n,
  thousandths: 1_000,
  quantity: 8,
  minQuantity: 8,
  sameHost: true,
  maxRatePerSecond: 600_000_000_000_000n,
  duration: 7_200,
  payInToken: false,
  maxTokenIn: 0n,
  matcher: addressOf(0xb2),
  exclusiveUntil: 1_763_790_060,
  matcherFee: 10_000_000_000_000_000n,
  accessKeyHash: `0x${"ab".repeat(32)}`,
  validUntil: 1_763_900_000,
  counter: 0n,
  salt: 96n,
};
