import type { cardRegistryAbi } from "../abis/cardRegistry.ts";
import type { computeDollarAbi } from "../abis/computeDollar.ts";
import type { computeTokenAbi } from "../abis/computeToken.ts";
import type { dollarMinterAbi } from "../abis/dollarMinter.ts";
import type { leaseLedgerAbi } from "../abis/leaseLedger.ts";
import type { priceOracleAbi } from "../abis/priceOracle.ts";
import type { rentalMarketAbi } from "../abis/rentalMarket.ts";
import type { renterStakingAbi } from "../abis/renterStaking.ts";
import type { revenueShareAbi } from "../abis/revenueShare.ts";
import type { revenueShareFactoryAbi } from "../abis/revenueShareFactory.ts";
import type { supplierStakingAbi } from "../abis/supplierStaking.ts";
import * as cardRegistry from "./layouts/cardRegistry.ts";
import * as computeDollar from "./layouts/computeDollar.ts";
import * as computeToken from "./layouts/computeToken.ts";
import * as dollarMinter from "./layouts/dollarMinter.ts";
import * as leaseLedger from "./layouts/leaseLedger.ts";
import * as priceOracle from "./layouts/priceOracle.ts";
import * as rentalMarket from "./layouts/rentalMarket.ts";
import * as renterStaking from "./layouts/renterStaking.ts";
import * as revenueShare from "./layouts/revenueShare.ts";
import * as revenueShareFactory from "./layouts/revenueShareFactory.ts";
import * as supplierStaking from "./layouts/supplierStaking.ts";
import type { StateLog } from "./logs.ts";
import type { EventLayout, EventTable } from "./words.ts";

/** Arguments of a contract's events, by name. */
type ArgsByName = { readonly [name: string]: unknown };

type Layouts<Args extends ArgsByName> = { readonly [Name in keyof Args]: EventLayout<Args[Name]> };

type Decoded<Args extends ArgsByName> = {
  readonly [Name in keyof Args]: {
    readonly eventName: Name;
    /** As viem's `decodeEventLog` gives them, with addresses in lower case. */
    readonly args: Args[Name];
  };
};

type Decoder<Args extends ArgsByName> = (topics: readonly string[], data: string) => Decoded<Args>[keyof Args];

const decodersOf = <Args extends ArgsByName>(table: Layouts<Args>): ReadonlyMap<string, Decoder<Args>> => {
  const read = <Name extends keyof Args>(
    eventName: Name,
    topics: readonly string[],
    data: string,
  ): Decoded<Args>[Name] => ({ eventName, args: table[eventName].decode(topics, data) });
  const found = new Map<string, Decoder<Args>>();
  for (const name in table) found.set(table[name].topic, (topics, data) => read(name, topics, data));
  return found;
};

const decoders = {
  computeToken: decodersOf(computeToken satisfies EventTable<typeof computeTokenAbi>),
  computeDollar: decodersOf(computeDollar satisfies EventTable<typeof computeDollarAbi>),
  priceOracle: decodersOf(priceOracle satisfies EventTable<typeof priceOracleAbi>),
  dollarMinter: decodersOf(dollarMinter satisfies EventTable<typeof dollarMinterAbi>),
  cardRegistry: decodersOf(cardRegistry satisfies EventTable<typeof cardRegistryAbi>),
  supplierStaking: decodersOf(supplierStaking satisfies EventTable<typeof supplierStakingAbi>),
  renterStaking: decodersOf(renterStaking satisfies EventTable<typeof renterStakingAbi>),
  leaseLedger: decodersOf(leaseLedger satisfies EventTable<typeof leaseLedgerAbi>),
  rentalMarket: decodersOf(rentalMarket satisfies EventTable<typeof rentalMarketAbi>),
  revenueShare: decodersOf(revenueShare satisfies EventTable<typeof revenueShareAbi>),
  revenueShareFactory: decodersOf(revenueShareFactory satisfies EventTable<typeof revenueShareFactoryAbi>),
};

/** A contract whose events can be decoded. */
export type EventSource = keyof typeof decoders;

/** An event of a contract: its name and arguments. */
export type DecodedLog<Source extends EventSource = EventSource> = {
  readonly [Name in EventSource]: (typeof decoders)[Name] extends ReadonlyMap<string, (...args: never) => infer Event>
    ? Event
    : never;
}[Source];

/** What looks an event up, by contract. */
const lookups: {
  readonly [Name in EventSource]: { readonly get: (topic: string) => DecoderOf<Name> | undefined };
} = decoders;

type DecoderOf<Source extends EventSource> = (topics: readonly string[], data: string) => DecodedLog<Source>;

/**
 * Decodes a log of a contract by the fixed layout of its event: some ten times faster than by an ABI. The arguments are those of
 * viem's `decodeEventLog`, with addresses in lower case.
 *
 * @param source - the contract that emitted it; look at the log's address first, since anybody can emit anything
 * @param log - as a node answers it, or as viem gives it
 * @returns name and arguments; undefined for an event that the contract does not declare
 * @throws LogMalformedError if topics or data do not have the event's layout
 *
 * @example
 * for (const log of logs) {
 *   const event = decodeLog("leaseLedger", log);
 *   if (event?.eventName === "LeaseStarted") console.log(event.args.leaseId, event.args.end);
 * }
 */
export const decodeLog = <Source extends EventSource>(
  source: Source,
  { topics, data }: Pick<StateLog, "topics" | "data">,
): DecodedLog<Source> | undefined => lookups[source].get(topics[0] ?? "")?.(topics, data);
