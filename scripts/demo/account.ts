import { type Address, erc20Abi, isAddressEqual } from "viem";
import { getBlock, readContract } from "viem/actions";
import { creditReasonNames } from "../../sdk/src/abis/enums.ts";
import { computeTokenAbi, leaseLedgerAbi } from "../../sdk/src/abis/index.ts";
import { type CreditReason, shareStatus } from "../../sdk/src/index.ts";
import { each, sumOf } from "./each.ts";
import { type Events, readEvents, readShareEvents } from "./events.ts";
import { need } from "./failure.ts";
import { holdersRentWithin, type LeaseRecord, leasesOf, type Parts, secondsOf, totalOf } from "./leases.ts";
import type { Person } from "./people.ts";
import type { Play, SoldShare } from "./play.ts";
import type { System } from "./system.ts";

/** An equality that must hold to the wei. */
export type Check = { readonly what: string; readonly left: bigint; readonly right: bigint };

/** Somebody's part of a play; amounts in cfUSD-wei. */
export type PersonAccount = {
  readonly name: string;
  /** Cards that it owns or runs. */
  readonly cards: number;
  /** Leases that it paid, ran, or had on its cards, and their paid seconds. */
  readonly leases: number;
  readonly seconds: number;
  /** Rent of these leases. */
  readonly rent: bigint;
  /** What it got of that rent. */
  readonly got: bigint;
};

/** What a holder of a share paid and got. */
export type HolderAccount = {
  readonly name: string;
  /** Share-wei bought in the sale. */
  readonly bought: bigint;
  /** CARD-wei paid for them, and given back for what did not vest. */
  readonly paid: bigint;
  readonly handedIn: bigint;
  /** cfUSD-wei. */
  readonly claimed: bigint;
  readonly claimable: bigint;
};

/** What a card's share did. */
export type ShareAccount = {
  readonly address: Address;
  readonly number: number;
  readonly cardId: bigint;
  readonly model: string;
  readonly owner: string;
  /** Share-wei sold. */
  readonly sold: bigint;
  /** CARD-wei. */
  readonly soldFor: bigint;
  readonly paidToOwner: bigint;
  /** cfUSD-wei. */
  readonly revenue: bigint;
  /** Time in which the shares earned, seconds. */
  readonly from: number;
  readonly until: number;
  readonly holders: readonly HolderAccount[];
};

/** Dollars by where they are at the end. */
export type Whereabouts = { readonly who: string; readonly wallets: bigint; readonly ledger: bigint };

/** What a play came to; amounts in wei. */
export type Account = {
  readonly rent: Parts;
  readonly claimed: bigint;
  readonly unclaimed: bigint;
  readonly dollars: MinterTotals;
  readonly matcherFees: bigint;
  readonly cards: number;
  readonly hosts: number;
  readonly models: number;
  readonly leases: readonly LeaseRecord[];
  readonly orders: number;
  readonly seconds: number;
  readonly owners: readonly PersonAccount[];
  readonly operators: readonly PersonAccount[];
  readonly renters: readonly PersonAccount[];
  readonly shares: readonly ShareAccount[];
  readonly whereabouts: readonly Whereabouts[];
  readonly checks: readonly Check[];
};

/** Reads a play back from the chain, computes it again from the terms of its leases, and lists both sides of every sum. */
export const takeAccount = async (play: Play): Promise<Account> => {
  const { system } = play;
  const events = await readEvents(system);
  const leases = leasesOf(events.ledger);
  const rent = totalOf(leases);
  const dollars = minterTotals(events);
  const ledger = await readLedger(play, events);
  const shares = await each(play.shares, (share) => shareAccount(play, events, share));
  const whereabouts = await whereaboutsOf(play, ledger);
  const claimed = ledger.withdrawnByHolders + ledger.claimedToWallets;
  const unclaimed = ledger.holdersBalances + ledger.unpaidShares + ledger.collectable.owner;
  return {
    rent,
    claimed,
    unclaimed,
    dollars,
    matcherFees: ledger.credited("MatcherFee"),
    cards: cardsOf(events).size,
    hosts: hostsOf(events).size,
    models: modelsOf(events).size,
    leases,
    orders: play.orders,
    seconds: leases.reduce((sum, lease) => sum + secondsOf(lease), 0),
    owners: ownerAccounts(play, leases, ledger, shares),
    operators: operatorAccounts(play, leases, ledger),
    renters: renterAccounts(play, leases),
    shares,
    whereabouts,
    checks: [
      ...rentChecks(rent, ledger),
      ...shareChecks(shares, leases),
      {
        what: "paid out to owners and holders + still theirs = their part",
        left: claimed + unclaimed,
        right: rent.holders,
      },
      ...(await moneyChecks(system, dollars, ledger, whereabouts)),
    ],
  };
};

/** The checks that do not hold. */
export const broken = ({ checks }: Account): readonly Check[] => checks.filter(({ left, right }) => left !== right);

/* WHAT EXISTS */

const cardsOf = ({ registry }: Events): Set<bigint> =>
  new Set(registry.flatMap((event) => (event.eventName === "CardRegistered" ? [event.args.cardId] : [])));

const modelsOf = ({ registry }: Events): Set<number> =>
  new Set(registry.flatMap((event) => (event.eventName === "CardRegistered" ? [event.args.model] : [])));

/** A host is operator and host id together. */
const hostsOf = ({ registry }: Events): Set<string> =>
  new Set(
    registry.flatMap((event) =>
      event.eventName === "CardOperatorChanged" ? [`${event.args.operator} ${event.args.hostId}`] : [],
    ),
  );

/* MINTER */

/** What the minter did, from its events: CARD-wei and cfUSD-wei. */
export type MinterTotals = ReturnType<typeof minterTotals>;

const minterTotals = ({ minter }: Events) => {
  const minted = minter.filter((event) => event.eventName === "DollarsMinted");
  const redeemed = minter.filter((event) => event.eventName === "DollarsRedeemed");
  const fees = minter.filter((event) => event.eventName === "FeesBurned");
  return {
    burned: sumOf(minted, ({ args }) => args.tokenIn),
    minted: sumOf(minted, ({ args }) => args.out),
    redeemed: sumOf(redeemed, ({ args }) => args.dollarIn),
    remade: sumOf(redeemed, ({ args }) => args.out),
    feesBurned: sumOf(fees, ({ args }) => args.burned),
    feesPaid: sumOf(fees, ({ args }) => args.paid),
    seed: sumOf(
      minter.filter((event) => event.eventName === "CreditSeeded"),
      ({ args }) => args.credit,
    ),
  };
};

/* LEDGER */

type Ledger = Awaited<ReturnType<typeof readLedger>>;

/** What the ledger was paid and paid out, from its events and from its state now. */
const readLedger = async (play: Play, events: Events) => {
  const { system } = play;
  const { ledger } = events;
  const holders = [...play.owners, ...play.buyers].map(({ address }) => address);
  const isHolder = (account: Address): boolean => holders.some((holder) => isAddressEqual(holder, account));
  const credits = ledger.filter((event) => event.eventName === "AccountCredited");
  const charges = ledger.filter((event) => event.eventName === "AccountCharged");
  const extensions = ledger.filter((event) => event.eventName === "LeaseExtended");
  const claims = ledger.filter((event) => event.eventName === "RevenueClaimed");
  const withdrawals = ledger.filter((event) => event.eventName === "BalanceWithdrawn");
  const credited = (reason: CreditReason, account?: Address): bigint =>
    sumOf(
      credits.filter(
        ({ args }) =>
          creditReasonNames[args.reason] === reason && (account === undefined || isAddressEqual(args.account, account)),
      ),
      ({ args }) => args.amount,
    );
  const balances = new Map<Address, bigint>();
  const everybody = [...play.owners, ...play.operators, ...play.renters, ...play.buyers, play.matcher];
  await each(everybody, async ({ address }) => {
    balances.set(address, await ledgerBalance(system, address));
  });
  const collectable = await each(play.cards, ({ id }) => collectableOf(system, id));
  const series = await each(
    ledger.filter((event) => event.eventName === "RevenueNumberChanged").filter(({ args }) => args.number % 2 === 1),
    ({ args: { cardId, number } }) => seriesOf(system, cardId, number),
  );
  return {
    credited,
    charged: sumOf(charges, ({ args }) => args.amount) + sumOf(extensions, ({ args }) => args.paid),
    refunded: sumOf(
      ledger.filter((event) => event.eventName === "LeaseStopped"),
      ({ args }) => args.refund,
    ),
    claimedToWallets: sumOf(
      claims.filter(({ args }) => args.toWallet),
      ({ args }) => args.amount,
    ),
    withdrawnByHolders: sumOf(
      withdrawals.filter(({ args }) => isHolder(args.account)),
      ({ args }) => args.amount,
    ),
    balanceOf: (account: Address): bigint => balances.get(account) ?? 0n,
    holdersBalances: sumOf(holders, (holder) => balances.get(holder) ?? 0n),
    collectable: {
      fee: sumOf(collectable, ({ fee }) => fee),
      node: sumOf(collectable, ({ node }) => node),
      owner: sumOf(collectable, ({ owner }) => owner),
    },
    shareRevenue: sumOf(series, ({ revenue }) => revenue),
    unpaidShares: sumOf(series, ({ revenue, paid }) => revenue - paid),
    gatheredFees: await gatheredFees(system),
    takenFees: sumOf(
      ledger.filter((event) => event.eventName === "FeesTaken"),
      ({ args }) => args.amount,
    ),
  };
};

const ledgerBalance = async ({ chain, deployment }: System, account: Address): Promise<bigint> => {
  const address = deployment.addresses.leaseLedger;
  const { balance } = await readContract(chain.reader, {
    address,
    abi: leaseLedgerAbi,
    functionName: "accountOf",
    args: [account],
  });
  return balance;
};

const gatheredFees = ({ chain, deployment }: System): Promise<bigint> =>
  readContract(chain.reader, {
    address: deployment.addresses.leaseLedger,
    abi: leaseLedgerAbi,
    functionName: "gatheredFees",
  });

const collectableOf = async ({ chain, deployment }: System, cardId: bigint) => {
  const [fee, node, owner] = await readContract(chain.reader, {
    address: deployment.addresses.leaseLedger,
    abi: leaseLedgerAbi,
    functionName: "collectable",
    args: [cardId],
  });
  return { fee, node, owner };
};

/** Revenue of one share of a card, and how much of it was claimed. */
const seriesOf = async ({ chain, deployment }: System, cardId: bigint, number: number) => {
  const at = { address: deployment.addresses.leaseLedger, abi: leaseLedgerAbi, args: [cardId, number] } as const;
  const revenue = await readContract(chain.reader, { ...at, functionName: "accruedRevenueOf" });
  const [, paid] = await readContract(chain.reader, { ...at, functionName: "holderOf" });
  return { revenue, paid };
};

const rentChecks = (rent: Parts, ledger: Ledger): Check[] => [
  {
    what: "rent = protocol fee + nodes + owners and holders",
    left: rent.gross,
    right: rent.fee + rent.operators + rent.holders,
  },
  {
    what: "paid in advance − paid back = rent of all seconds",
    left: ledger.charged - ledger.credited("MatcherFee") - ledger.refunded,
    right: rent.gross,
  },
  {
    what: "protocol fee on the chain = by the leases' terms",
    left: ledger.gatheredFees + ledger.takenFees + ledger.collectable.fee,
    right: rent.fee,
  },
  {
    what: "nodes on the chain = by the leases' terms",
    left: ledger.credited("Node") + ledger.collectable.node,
    right: rent.operators,
  },
  {
    what: "owners and holders on the chain = by the leases' terms",
    left: ledger.credited("Owner") + ledger.collectable.owner + ledger.shareRevenue,
    right: rent.holders,
  },
];

/* SHARES */

const shareAccount = async (play: Play, events: Events, { address, card }: SoldShare): Promise<ShareAccount> => {
  const { chain } = play.system;
  const status = await shareStatus(chain.reader, { share: address });
  const changes = events.ledger
    .filter((event) => event.eventName === "RevenueNumberChanged")
    .filter(({ args }) => args.cardId === card.id);
  const begun = changes.find(({ args }) => args.number === status.number);
  const ended = changes.find(({ args }) => args.number === status.number + 1);
  const sale = await readShareEvents(play.system, address);
  const claims = events.ledger
    .filter((event) => event.eventName === "RevenueClaimed")
    .filter(({ args }) => args.cardId === card.id && args.number === status.number);
  const holders = await each(play.buyers, async (buyer) => {
    const mine = ({ args }: { readonly args: { readonly account: Address } }): boolean =>
      isAddressEqual(args.account, buyer.address);
    const bought = sale.bought.filter(({ args }) => isAddressEqual(args.buyer, buyer.address));
    const { holding } = await shareStatus(chain.reader, { share: address, account: buyer.address });
    return {
      name: buyer.name,
      bought: sumOf(bought, ({ args }) => args.shares),
      paid: sumOf(bought, ({ args }) => args.cost),
      handedIn: sumOf(sale.handedIn.filter(mine), ({ args }) => args.amount),
      claimed: sumOf(claims.filter(mine), ({ args }) => args.amount),
      claimable: holding?.claimable ?? 0n,
    };
  });
  return {
    address,
    number: status.number,
    cardId: card.id,
    model: card.host.model.name,
    owner: card.host.owner.name,
    sold: status.sold,
    soldFor: status.proceeds,
    paidToOwner: sumOf(sale.finalised, ({ args }) => args.upfront) + sumOf(sale.released, ({ args }) => args.amount),
    revenue: status.accrued,
    from: await timeOf(play.system, need(begun, "the beginning of a share").blockNumber),
    // The card may be freed later than the term ends; nothing is earned in between.
    until: Math.min(
      status.termEnd,
      ended === undefined ? await chain.now() : await timeOf(play.system, ended.blockNumber),
    ),
    holders: holders.filter(({ bought, claimed, claimable }) => bought + claimed + claimable > 0n),
  };
};

const timeOf = async ({ chain }: System, blockNumber: bigint): Promise<number> =>
  Number((await getBlock(chain.reader, { blockNumber })).timestamp);

const shareChecks = (shares: readonly ShareAccount[], leases: readonly LeaseRecord[]): Check[] =>
  shares.flatMap(({ cardId, revenue, from, until, holders }) => {
    const owed = sumOf(holders, ({ claimed, claimable }) => claimed + claimable);
    const dust = revenue - owed;
    return [
      {
        what: `share of card ${cardId}: on the chain = by the leases' terms`,
        left: revenue,
        right: holdersRentWithin(leases, cardId, from, until),
      },
      {
        what: `share of card ${cardId}: holders' parts + ${dust} wei of rounding = all of it`,
        // What rounding down leaves is less than one wei for each who ever held.
        left: owed + (dust >= 0n && dust <= BigInt(holders.length) ? dust : 0n),
        right: revenue,
      },
    ];
  });

/* DOLLARS */

const whereaboutsOf = async (play: Play, ledger: Ledger): Promise<Whereabouts[]> => {
  const { system, owners, operators, renters, buyers, matcher } = play;
  const groups: readonly (readonly [string, readonly Pick<Person, "address">[]])[] = [
    ["renters, not spent", renters],
    ["owners", owners],
    ["nodes", operators],
    ["share holders", buyers],
    ["matcher", [matcher]],
    ["treasury", [system.treasury]],
  ];
  const dollar = system.deployment.addresses.computeDollar;
  const rows = await each(groups, async ([who, people]) => {
    const wallets = await each(people, ({ address }) => erc20Balance(system, dollar, address));
    return {
      who,
      wallets: sumOf(wallets, (amount) => amount),
      ledger: sumOf(people, ({ address }) => ledger.balanceOf(address)),
    };
  });
  return [
    ...rows,
    { who: "shares, not claimed", wallets: 0n, ledger: ledger.unpaidShares },
    { who: "fees, not taken yet", wallets: 0n, ledger: ledger.gatheredFees },
    {
      who: "rent, not collected yet",
      wallets: 0n,
      ledger: ledger.collectable.fee + ledger.collectable.node + ledger.collectable.owner,
    },
  ].filter(({ wallets, ledger: held }) => wallets + held > 0n);
};

const moneyChecks = async (
  system: System,
  dollars: MinterTotals,
  ledger: Ledger,
  whereabouts: readonly Whereabouts[],
): Promise<Check[]> => {
  const { computeDollar, computeToken, leaseLedger } = system.deployment.addresses;
  const supply = await totalSupply(system, computeDollar);
  const genesis = await readContract(system.chain.reader, {
    address: computeToken,
    abi: computeTokenAbi,
    functionName: "GENESIS_SUPPLY",
  });
  return [
    {
      what: "dollars minted − redeemed − fees burned = dollars there are",
      left: dollars.minted - dollars.redeemed - dollars.feesBurned,
      right: supply,
    },
    {
      what: "dollars there are = dollars of everybody named above",
      left: supply,
      right: sumOf(whereabouts, ({ wallets, ledger: held }) => wallets + held),
    },
    {
      what: "dollars that the ledger holds = dollars that it owes",
      left: await erc20Balance(system, computeDollar, leaseLedger),
      right: sumOf(whereabouts, ({ ledger: held }) => held),
    },
    {
      what: "fees taken = fees burned + treasury's part",
      left: ledger.takenFees,
      right: dollars.feesBurned + dollars.feesPaid,
    },
    {
      what: "CARD of genesis − seed − burned + redeemed = CARD there is",
      left: genesis - dollars.seed - dollars.burned + dollars.remade,
      right: await totalSupply(system, computeToken),
    },
  ];
};

const erc20Balance = ({ chain }: System, token: Address, account: Address): Promise<bigint> =>
  readContract(chain.reader, { address: token, abi: erc20Abi, functionName: "balanceOf", args: [account] });

const totalSupply = ({ chain }: System, token: Address): Promise<bigint> =>
  readContract(chain.reader, { address: token, abi: erc20Abi, functionName: "totalSupply" });

/* PEOPLE */

/** Owners by the leases whose 90 % was theirs: what sold cards earn is in the account of their shares. */
const ownerAccounts = (
  play: Play,
  leases: readonly LeaseRecord[],
  ledger: Ledger,
  shares: readonly ShareAccount[],
): PersonAccount[] => {
  const isSold = ({ cardId, start }: LeaseRecord): boolean =>
    shares.some((share) => share.cardId === cardId && start >= share.from && start < share.until);
  return play.owners.map(({ name, address }) => {
    const cards = new Set(play.cards.filter(({ host }) => host.owner.address === address).map(({ id }) => id));
    const own = leases.filter((lease) => cards.has(lease.cardId) && !isSold(lease));
    return personAccount(name, cards.size, own, ledger.credited("Owner", address));
  });
};

const operatorAccounts = (play: Play, leases: readonly LeaseRecord[], ledger: Ledger): PersonAccount[] =>
  play.operators.map(({ name, address }) => {
    const cards = play.cards.filter(({ host }) => host.operator.address === address).length;
    const own = leases.filter(({ operator }) => isAddressEqual(operator, address));
    return personAccount(name, cards, own, ledger.credited("Node", address));
  });

const renterAccounts = (play: Play, leases: readonly LeaseRecord[]): PersonAccount[] =>
  play.renters.map(({ name, address }) => {
    const own = leases.filter(({ renter }) => isAddressEqual(renter, address));
    return personAccount(name, 0, own, 0n);
  });

const personAccount = (name: string, cards: number, own: readonly LeaseRecord[], got: bigint): PersonAccount => ({
  name,
  cards,
  leases: own.length,
  seconds: own.reduce((sum, lease) => sum + secondsOf(lease), 0),
  rent: totalOf(own).gross,
  got,
});
