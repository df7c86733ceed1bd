import type { Address, Hex } from "viem";
import type { dollarMinterAbi } from "../abis/dollarMinter.ts";
import type { CardState, PriceHealth } from "../abis/enums.ts";
import type { rentalMarketAbi } from "../abis/rentalMarket.ts";
import type { ShareTerms } from "../abis/structs.ts";
import { type Cell, createCell, createTable, type Journal, type Table } from "./journal.ts";
import type { EventArgs } from "./words.ts";

/** A model of cards: amounts in dollars (1e18). */
export type ModelRecord = {
  readonly name: string;
  readonly memoryMiB: number;
  readonly referenceValue: bigint;
  readonly minimumBond: bigint;
};

/** A term for which a card's cash flow is promised to a holder. */
export type EncumbranceRecord = {
  readonly holder: Address;
  readonly active: boolean;
  readonly floorRate: bigint;
  readonly decayBps: number;
  readonly saleEnd: number;
  readonly termEnd: number;
};

/** A card as the registry knows it. */
export type CardRecord = {
  readonly owner: Address;
  readonly operator: Address;
  readonly hostId: number;
  readonly epoch: number;
  readonly model: number;
  readonly region: number;
  readonly state: CardState;
  readonly floorRate: bigint;
  readonly longestHours: number;
  readonly deviceId: Hex | undefined;
  /** Encumbrances ever named. */
  readonly count: number;
  readonly encumbrance: EncumbranceRecord | undefined;
};

/** A lease with its split, fixed at its start; rates in cfUSD-wei per second. */
export type LeaseRecord = {
  readonly leaseId: bigint;
  readonly cardId: bigint;
  readonly renter: Address;
  readonly operator: Address;
  readonly rate: bigint;
  readonly feeRate: bigint;
  readonly nodeRate: bigint;
  readonly holdersRate: bigint;
  readonly thousandths: number;
  readonly feeBps: number;
  readonly paidInToken: boolean;
  readonly start: number;
  readonly end: number;
  readonly minDuration: number;
  readonly maxDuration: number;
  readonly accessKeyHash: Hex;
  /** The last stop, with what all of them gave back. */
  readonly stop:
    | { readonly by: Address; readonly end: number; readonly refund: bigint; readonly penalty: bigint }
    | undefined;
};

/** Fee, node and holders: rates, or amounts of cfUSD-wei. */
export type Split = { readonly fee: bigint; readonly node: bigint; readonly holders: bigint };

/** What a card has earned: leases on its eight places, what the leases before them made, and what was paid of it. */
export type RentRecord = {
  readonly places: readonly (LeaseRecord | undefined)[];
  /** Accrued by leases whose place was let again. */
  readonly closed: Split;
  readonly feePaid: bigint;
  readonly nodePaid: bigint;
  /** Revenue of the current number that was credited to the owner. */
  readonly ownerPaid: bigint;
  /** Current revenue number. */
  readonly number: number;
  /** Final revenue of all numbers before it. */
  readonly frozen: bigint;
};

/** A revenue number of a card: its final revenue once frozen, its payee and what it was paid. */
export type NumberRecord = { readonly revenue: bigint; readonly holder: Address | undefined; readonly paid: bigint };

/** An account of the ledger, in cfUSD-wei. */
export type AccountRecord = { readonly balance: bigint; readonly earned: bigint };

/** A stake that thaws, in CARD-wei. */
export type BondRecord = { readonly active: bigint; readonly thawing: bigint; readonly thawedAt: number };

/** A renter's stake and tier. */
export type RenterRecord = BondRecord & { readonly pending: bigint; readonly countsAt: number; readonly tier: number };

/** An account's part of a share; the correction is in share-wei times cfUSD-wei. */
export type HoldingRecord = { readonly balance: bigint; readonly correction: bigint; readonly paid: bigint };

/** A revenue share. */
export type ShareRecord = {
  readonly share: Address;
  readonly cardId: bigint;
  readonly number: number;
  readonly terms: ShareTerms;
  readonly stage: "Open" | "Succeeded" | "Failed";
  readonly sold: bigint;
  readonly proceeds: bigint;
  readonly released: bigint;
  /** Share-wei handed in or refunded. */
  readonly burned: bigint;
  readonly unsoldOwner: Address | undefined;
  readonly holdings: Table<Address, HoldingRecord>;
};

/** Prices of CARD as a poke found them (1e18 dollars). */
export type PriceRecord = {
  readonly low: bigint;
  readonly high: bigint;
  readonly slow: bigint;
  readonly health: PriceHealth;
  /** Second of the poke. */
  readonly at: number;
};

/** The dollar as far as events say: amounts in wei. */
export type DollarRecord = {
  /** R, in CARD. */
  readonly credit: bigint;
  /** cfUSD in being. */
  readonly supply: bigint;
  /** CARD burned for dollars, and re-minted for them. */
  readonly tokensBurned: bigint;
  readonly tokensMinted: bigint;
  readonly recapitalised: bigint;
  /** Protocol fees that were burned, and paid to the treasury, in cfUSD. */
  readonly feesBurned: bigint;
  readonly feesPaid: bigint;
  readonly parameters: EventArgs<typeof dollarMinterAbi, "ParametersChanged">["parameters"] | undefined;
  /** The newest poke that found both sources good. */
  readonly price: PriceRecord | undefined;
  /** Second since which a poke has recorded Blind; undefined if none runs. */
  readonly blindSince: number | undefined;
};

/** An ERC-20: balances and supply in wei. */
export type TokenTable = { readonly balances: Table<Address, bigint>; readonly supply: Cell<bigint> };

/** A list that shares its tail with the one before it, so that adding and taking back cost the same at any length. */
export type Linked<Value> = { readonly value: Value; readonly before: Linked<Value> } | undefined;

/** Everything that is folded. */
export type Store = ReturnType<typeof createStore>;

/** An empty store whose changes a journal can take back. */
export const createStore = (journal: Journal) => {
  const table = <Key, Value>(): Table<Key, Value> => createTable<Key, Value>(journal);
  const cell = <Value>(initial: Value): Cell<Value> => createCell(journal, initial);
  return {
    models: table<number, ModelRecord>(),
    regions: table<number, string>(),
    cards: table<bigint, CardRecord>(),
    devices: table<Hex, bigint>(),
    rents: table<bigint, RentRecord>(),
    numbers: table<string, NumberRecord>(),
    leases: table<bigint, LeaseRecord>(),
    leasesOf: table<Address, Linked<bigint>>(),
    accounts: table<Address, AccountRecord>(),
    gatheredFees: cell(0n),
    bonds: table<string, BondRecord>(),
    bondPrice: cell(0n),
    renters: table<Address, RenterRecord>(),
    counters: table<Address, bigint>(),
    orders: table<string, number>(),
    market: cell<EventArgs<typeof rentalMarketAbi, "MarketParametersSet">["parameters"] | undefined>(undefined),
    /** Ends of the pauses (Unix time), by kind. */
    pauses: table<string, number>(),
    shares: table<Address, ShareRecord>(),
    dollar: cell<DollarRecord>({
      credit: 0n,
      supply: 0n,
      tokensBurned: 0n,
      tokensMinted: 0n,
      recapitalised: 0n,
      feesBurned: 0n,
      feesPaid: 0n,
      parameters: undefined,
      price: undefined,
      blindSince: undefined,
    }),
    tokens: {
      computeToken: { balances: table<Address, bigint>(), supply: cell(0n) },
      computeDollar: { balances: table<Address, bigint>(), supply: cell(0n) },
    },
    holdings: () => table<Address, HoldingRecord>(),
  };
};

/** Key of a bond. Hex, since a radix that is a power of two is the fastest to write. */
export const bondKey = (cardId: bigint, operator: Address): string => `${cardId.toString(16)}/${operator}`;

/** Key of a card's revenue number. */
export const numberKey = (cardId: bigint, number: number): string => `${cardId.toString(16)}/${number}`;

/** Key of an order. */
export const orderKey = (maker: Address, salt: bigint): string => `${salt.toString(16)}/${maker}`;
