import type { Ask, Bid } from "./orders.ts";

/** An account: the address of a person or contract, or the model's own name for a contract it does not know the address of. */
export type Account = `0x${string}`;

/** Why an operation is refused: the name of the custom error and, where the page fixes them, its arguments. */
export class Refusal extends Error {
  readonly error: string;
  readonly values: readonly unknown[] | undefined;

  constructor(error: string, values?: readonly unknown[]) {
    super(`${error}(${values?.join(", ") ?? "…"})`);
    this.error = error;
    this.values = values;
  }
}

export function require(condition: boolean, error: string, ...values: unknown[]): asserts condition {
  if (!condition) throw new Refusal(error, values);
}

/** What holders let others spend. */
export type Allowing = {
  /** By "holder>spender". */
  readonly allowances: Map<string, bigint>;
  /** Permits used so far. */
  readonly nonces: Map<Account, bigint>;
};

export type Token = Allowing & {
  supply: bigint;
  readonly balances: Map<Account, bigint>;
};

export type Feed = {
  answer: bigint;
  decimals: bigint;
  startedAt: bigint;
  updatedAt: bigint;
  broken: boolean;
};

export type Source = { feed: Account; heartbeat: bigint; thresholdBps: bigint; minPrice: bigint; maxPrice: bigint };

export type Oracle = {
  sources: [Source, Source];
  sequencer: Account | undefined;
  slow: bigint;
  clock: bigint;
  lastGoodHigh: bigint;
  blindSince: bigint;
  blindEndedSeconds: bigint;
  blindLastEnd: bigint;
};

export type Bucket = { used: bigint; at: bigint };

export type MinterParameters = {
  feeBps: bigint;
  gateBps: bigint;
  ceilingBps: bigint;
  openMintBps: bigint;
  leaseMintBps: bigint;
  openLaneBps: bigint;
  earnedLaneBps: bigint;
  hardCeiling: bigint;
};

export type Minter = {
  parameters: MinterParameters;
  credit: bigint;
  baseRate: bigint;
  baseRateAt: bigint;
  buckets: { openMint: Bucket; leaseMint: Bucket; openLane: Bucket; earnedLane: Bucket };
};

export type Pause = { began: bigint; until: bigint };
export type PauseKind = "mint" | "redeem" | "matches" | "registration" | "sales";

export type CardState = "Registered" | "Verified" | "Retired";

export type Encumbrance = {
  holder: Account;
  number: bigint;
  active: boolean;
  floorRate: bigint;
  decayBps: bigint;
  saleEnd: bigint;
  termEnd: bigint;
};

/** A stretch of time in which the card's revenue was counted under one number. */
export type Period = {
  number: bigint;
  from: bigint;
  to: bigint | undefined;
  holder: Account | undefined;
  paid: bigint;
};

export type Card = {
  id: bigint;
  owner: Account;
  /** Who may move this card besides the owner and those who may move all of the owner's. */
  approved: Account;
  operator: Account;
  hostId: bigint;
  epoch: bigint;
  model: bigint;
  region: bigint;
  state: CardState;
  ownerFloor: bigint;
  longestHours: bigint;
  device: string | undefined;
  count: bigint;
  encumbrance: Encumbrance | undefined;
  periods: Period[];
  /** Until when the owner has been credited. */
  ownerPaidUntil: bigint;
};

export type Lease = {
  id: number;
  cardId: bigint;
  renter: Account;
  operator: Account;
  rate: bigint;
  feeRate: bigint;
  nodeRate: bigint;
  holdersRate: bigint;
  thousandths: bigint;
  feeBps: bigint;
  paidInToken: boolean;
  start: bigint;
  end: bigint;
  minDuration: bigint;
  maxDuration: bigint;
  /** Until when its fee and node have been paid. */
  paidUntil: bigint;
  deposited: bigint;
  refunded: bigint;
};

export type Purse = { balance: bigint; earned: bigint };

export type Bond = { active: bigint; thawing: bigint; thawedAt: bigint };

export type RenterStake = Bond & { tier: bigint; pending: bigint; countsAt: bigint };

export type MarketParameters = { feeBps: bigint; tokenFeeBps: bigint; longestMinDuration: bigint };

export type ShareTerms = {
  supply: bigint;
  price: bigint;
  minimumRaise: bigint;
  promisedRevenue: bigint;
  floorRate: bigint;
  floorDecayBps: bigint;
  upfrontBps: bigint;
  saleEnd: bigint;
  term: bigint;
};

/** So many shares, held from one second to another. */
export type Holding = { account: Account; shares: bigint; from: bigint; to: bigint | undefined };

export type Share = Allowing & {
  id: Account;
  cardId: bigint;
  number: bigint;
  terms: ShareTerms;
  outcome: "open" | "succeeded" | "failed";
  sold: bigint;
  proceeds: bigint;
  paid: Map<Account, bigint>;
  bought: Map<Account, bigint>;
  unsoldOwner: Account | undefined;
  holdings: Holding[];
  claimed: Map<Account, bigint>;
  upfront: bigint;
  released: bigint;
};

/** How a wallet answers when it is asked for a signature, or fails to, by the test contract's names. */
export const MOODS = [
  "Fair",
  "Slow",
  "LongWinded",
  "Refusing",
  "Dirty",
  "Short",
  "Reverting",
  "TooSlow",
  "Burning",
] as const;

export type Mood = (typeof MOODS)[number];

/** The code of an account that is asked whether a signature is the account's. */
export type Wallet = {
  /** Whose signatures it takes. */
  key: Account;
  mood: Mood;
  refusesCards: boolean;
};

export type State = {
  now: bigint;
  readonly at: {
    treasury: Account;
    minter: Account;
    ledger: Account;
    supplierStaking: Account;
    renterStaking: Account;
    slasher: Account;
  };
  readonly models: Map<bigint, { minimumBond: bigint; referenceValue: bigint }>;
  readonly regions: Set<bigint>;
  token: Token;
  dollar: Token;
  feeds: Map<Account, Feed>;
  oracle: Oracle;
  minter: Minter;
  pauses: Record<PauseKind, Pause>;
  cards: Map<bigint, Card>;
  /** Who may move all cards of an owner, by "owner>mover". */
  readonly movers: Set<string>;
  devices: Map<string, bigint>;
  leases: Lease[];
  purses: Map<Account, Purse>;
  gatheredFees: bigint;
  bondPrice: bigint;
  /** By "card/operator". */
  bonds: Map<string, Bond>;
  renters: Map<Account, RenterStake>;
  market: MarketParameters;
  counters: Map<Account, bigint>;
  /** Withdrawals by signature so far. */
  readonly nonces: Map<Account, bigint>;
  /** ERC-3009 nonces that are used or cancelled, by "account/nonce". */
  readonly authorizations: Set<string>;
  /** CARD that holders burned for nothing. */
  burned: bigint;
  /** By "maker/salt": cards taken, or 255 once cancelled. */
  orders: Map<string, bigint>;
  shares: Map<Account, Share>;
  readonly wallets: Map<Account, Wallet>;
};

/** An order, and whose key signed it: its maker's, or that of its maker's wallet, if it is to fill. */
export type Signed<T extends Ask | Bid> = { readonly order: T; readonly signer: Account };
