export type Ask = {
  readonly operator: string;
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
  readonly renter: string;
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
  readonly matcher: string;
  readonly exclusiveUntil: bigint;
  readonly matcherFee: bigint;
  readonly accessKeyHash: string;
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
  readonly accessKeyHash: string;
};
