import type { Account } from "./state.ts";

export type Ask = {
  readonly operator: Account;
  readonly cardId: bigint;
  readonly epoch: bigint;
  readonly ratePerSecond: bigint;
  readonly minThousandths: bigint;
  readonly minDuration: bigint;
  readonly maxDuration: bigint;
  readonly priorityTier: bigint;
  readonly openFrom: bigint;
  readonly validUntil: bigint;
  readonly counter: bigint;
  readonly salt: bigint;
};

export type Bid = {
  readonly renter: Account;
  readonly models: bigint;
  readonly regions: bigint;
  readonly thousandths: bigint;
  readonly quantity: bigint;
  readonly minQuantity: bigint;
  readonly sameHost: boolean;
  readonly maxRatePerSecond: bigint;
  readonly duration: bigint;
  readonly payInToken: boolean;
  readonly maxTokenIn: bigint;
  readonly matcher: Account;
  readonly exclusiveUntil: bigint;
  readonly matcherFee: bigint;
  readonly accessKeyHash: `0x${string}`;
  readonly validUntil: bigint;
  readonly counter: bigint;
  readonly salt: bigint;
};

export type Take = {
  readonly thousandths: bigint;
  readonly duration: bigint;
  readonly maxRatePerSecond: bigint;
  readonly payInToken: boolean;
  readonly maxTokenIn: bigint;
  readonly accessKeyHash: `0x${string}`;
};
