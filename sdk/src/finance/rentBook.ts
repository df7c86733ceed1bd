import { type Address, getAddress, type Hash, type Log, parseEventLogs, zeroAddress } from "viem";
import {
  transferEventAbi as cardMovedEventAbi,
  cardOperatorChangedEventAbi,
  cardRegisteredEventAbi,
} from "../abis/cardRegistry.ts";
import { dollarsMintedEventAbi, dollarsRedeemedEventAbi } from "../abis/dollarMinter.ts";
import { creditReasonNames } from "../abis/enums.ts";
import { transferEventAbi } from "../abis/erc20.ts";
import {
  accountCreditedEventAbi,
  balanceWithdrawnEventAbi,
  leaseExtendedEventAbi,
  leaseStartedEventAbi,
  leaseStoppedEventAbi,
} from "../abis/leaseLedger.ts";
import { cardTokenizedEventAbi } from "../abis/revenueShareFactory.ts";
import type { At } from "../deployments/deployment.ts";
import { decodeLeaseId } from "../leases/leaseId.ts";
import type { RatePerSecond } from "../money/amounts.ts";

/** A lease as the logs tell it. */
export type LeaseRecord = {
  readonly leaseId: bigint;
  readonly cardId: bigint;
  /** Model of the card; undefined if its registration is not among the logs. */
  readonly model: number | undefined;
  readonly renter: Address;
  readonly operator: Address;
  /** What the renter pays, cfUSD-wei per second of this lease. */
  readonly rate: RatePerSecond;
  /** Part of the card that it holds, of 1000. */
  readonly thousandths: number;
  readonly feeBps: number;
  /** First second (Unix time). */
  readonly start: number;
  /** The second after the last one, with all extensions and stops. */
  readonly end: number;
};

/** Why an account has to do with a card. */
export type Party = "owner" | "operator" | "issuer";

/** A payment between two accounts: a sign that they belong together. */
export type Tie = {
  /** Who paid, and for whom. */
  readonly accounts: readonly [Address, Address];
  /**
   * `transfer` of CARD or cfUSD; `deposit` into the other's balance; `withdrawal` to the other's wallet; `mint` and `redemption` paid to the
   * other; `extension` of the other's lease.
   */
  readonly by: "transfer" | "deposit" | "withdrawal" | "mint" | "redemption" | "extension";
  readonly transactionHash: Hash | null;
};

/** What logs tell of rent. Addresses are checksummed. */
export type RentBook = {
  /** In the order in which they began. */
  readonly leases: readonly LeaseRecord[];
  /** Everybody who ever owned or operated a card, or issued a share of it. */
  readonly parties: ReadonlyMap<bigint, ReadonlyMap<Address, Party>>;
  /** The ties of every account, without those to contracts of the deployment. */
  readonly ties: ReadonlyMap<Address, readonly Tie[]>;
};

/** Arguments of {@link readRentBook}. */
export type ReadRentBookArgs = At<
  "cardRegistry" | "leaseLedger" | "revenueShareFactory" | "dollarMinter" | "computeToken" | "computeDollar"
> & {
  /** Logs of these contracts from the deployment on, in any order; logs of others are passed over. */
  readonly logs: readonly Log[];
};

/**
 * Folds logs into what a rent history needs: leases with their real ends, the parties of each card, and the payments between accounts.
 * Contracts of the deployment and its shares are no accounts: what they pay ties nobody.
 *
 * @param args - see {@link ReadRentBookArgs}
 *
 * @example
 * const { leases } = readRentBook({ deployment, logs });
 */
export const readRentBook = ({ deployment: { addresses }, logs }: ReadRentBookArgs): RentBook => {
  const events = eventsOf(addresses, logs);
  const draft: Draft = {
    leases: new Map(),
    models: new Map(),
    parties: new Map(),
    ties: new Map(),
    contracts: new Set([zeroAddress, ...Object.values<Address>(addresses).map((address) => getAddress(address))]),
    ledger: getAddress(addresses.leaseLedger),
    deposit: undefined,
  };
  for (const event of events) if (event.eventName === "CardTokenized") draft.contracts.add(event.args.share);
  for (const event of events) {
    recordLease(draft, event);
    recordParty(draft, event);
    recordTie(draft, event);
  }
  const leases = [...draft.leases.values()].map((lease) => ({ ...lease, model: draft.models.get(lease.cardId) }));
  return { leases, parties: draft.parties, ties: draft.ties };
};

type Draft = {
  readonly leases: Map<bigint, Omit<LeaseRecord, "model">>;
  readonly models: Map<bigint, number>;
  readonly parties: Map<bigint, Map<Address, Party>>;
  readonly ties: Map<Address, Tie[]>;
  /** Addresses that are no accounts. */
  readonly contracts: Set<Address>;
  readonly ledger: Address;
  /** The last payment into the ledger: whoever is credited for a deposit after it, in its transaction, got it from there. */
  deposit: { readonly from: Address; readonly transactionHash: Hash | null } | undefined;
};

const cardEvents = [...cardRegisteredEventAbi, ...cardOperatorChangedEventAbi] as const;
const ledgerEvents = [
  ...leaseStartedEventAbi,
  ...leaseExtendedEventAbi,
  ...leaseStoppedEventAbi,
  ...accountCreditedEventAbi,
  ...balanceWithdrawnEventAbi,
] as const;
const minterEvents = [...dollarsMintedEventAbi, ...dollarsRedeemedEventAbi] as const;

/** The events that matter, in the order of the chain; what a reorganisation removed is left out. */
const eventsOf = (addresses: ReadRentBookArgs["deployment"]["addresses"], all: readonly Log[]) => {
  const by = new Map<string, Log[]>();
  for (const log of all) {
    if (log.removed) continue;
    const address = log.address.toLowerCase();
    const logs = by.get(address);
    if (logs === undefined) by.set(address, [log]);
    else logs.push(log);
  }
  const of = (name: keyof typeof addresses): Log[] => by.get(addresses[name].toLowerCase()) ?? [];
  const tokens = [...of("computeToken"), ...of("computeDollar")];
  return [
    ...parseEventLogs({ abi: cardEvents, logs: of("cardRegistry") }),
    ...parseEventLogs({ abi: cardMovedEventAbi, logs: of("cardRegistry") }).map((log) => ({
      ...log,
      eventName: "CardMoved" as const,
    })),
    ...parseEventLogs({ abi: ledgerEvents, logs: of("leaseLedger") }),
    ...parseEventLogs({ abi: cardTokenizedEventAbi, logs: of("revenueShareFactory") }),
    ...parseEventLogs({ abi: minterEvents, logs: of("dollarMinter") }),
    ...parseEventLogs({ abi: transferEventAbi, logs: tokens }),
  ].sort((a, b) => Number((a.blockNumber ?? 0n) - (b.blockNumber ?? 0n)) || (a.logIndex ?? 0) - (b.logIndex ?? 0));
};

type RentEvent = ReturnType<typeof eventsOf>[number];

const recordLease = ({ leases, models }: Draft, event: RentEvent): void => {
  if (event.eventName === "CardRegistered") models.set(event.args.cardId, event.args.model);
  if (event.eventName === "LeaseStarted") {
    const { leaseId, cardId, renter, operator, rate, thousandths, feeBps, end } = event.args;
    const { start } = decodeLeaseId(leaseId);
    leases.set(leaseId, { leaseId, cardId, renter, operator, rate, thousandths, feeBps, start, end });
  }
  if (event.eventName === "LeaseExtended" || event.eventName === "LeaseStopped") {
    const { leaseId, end } = event.args;
    const lease = leases.get(leaseId);
    if (lease !== undefined) leases.set(leaseId, { ...lease, end });
  }
};

const recordParty = (draft: Draft, { eventName, args }: RentEvent): void => {
  if (eventName === "CardRegistered") addParty(draft, args.cardId, args.owner, "owner");
  if (eventName === "CardMoved") addParty(draft, args.tokenId, args.to, "owner");
  if (eventName === "CardTokenized") addParty(draft, args.cardId, args.owner, "issuer");
  if (eventName === "CardOperatorChanged" || eventName === "LeaseStarted")
    addParty(draft, args.cardId, args.operator, "operator");
};

const recordTie = (draft: Draft, { eventName, args, transactionHash }: RentEvent): void => {
  const tie = (from: Address, to: Address | undefined, by: Tie["by"]): void => {
    if (to !== undefined) addTie(draft, { accounts: [from, to], by, transactionHash });
  };
  if (eventName === "Transfer" && args.value > 0n) tie(args.from, args.to, "transfer");
  if (eventName === "Transfer" && args.to === draft.ledger) draft.deposit = { from: args.from, transactionHash };
  if (eventName === "AccountCredited" && creditReasonNames[args.reason] === "Deposit") {
    const { deposit } = draft;
    if (deposit?.transactionHash === transactionHash) tie(deposit.from, args.account, "deposit");
  }
  if (eventName === "BalanceWithdrawn") tie(args.account, args.to, "withdrawal");
  if (eventName === "DollarsMinted") tie(args.payer, args.to, "mint");
  if (eventName === "DollarsRedeemed") tie(args.account, args.to, "redemption");
  if (eventName === "LeaseExtended") tie(args.payer, draft.leases.get(args.leaseId)?.renter, "extension");
};

const addParty = ({ parties, contracts }: Draft, cardId: bigint, account: Address, party: Party): void => {
  if (contracts.has(account)) return;
  const known = parties.get(cardId) ?? new Map<Address, Party>();
  if (!known.has(account)) known.set(account, party);
  parties.set(cardId, known);
};

const addTie = ({ ties, contracts }: Draft, tie: Tie): void => {
  const [from, to] = tie.accounts;
  if (from === to || contracts.has(from) || contracts.has(to)) return;
  for (const account of tie.accounts) {
    const known = ties.get(account);
    if (known === undefined) ties.set(account, [tie]);
    else known.push(tie);
  }
};
