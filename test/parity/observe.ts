import * as dollar from "../model/dollar.ts";
import * as ledger from "../model/ledger.ts";
import { ONE } from "../model/numbers.ts";
import * as oracle from "../model/oracle.ts";
import * as registry from "../model/registry.ts";
import * as renters from "../model/renters.ts";
import * as shares from "../model/shares.ts";
import * as staking from "../model/staking.ts";
import type { Account, Allowing, State } from "../model/state.ts";
import * as tokens from "../model/tokens.ts";
import type { Call, Log } from "./chain.ts";
import { addressIn, contractOf, type Memory } from "./operations/scene.ts";
import type { ContractName, World } from "./world.ts";

type Look = { readonly label: string; readonly call: Call; readonly expected: unknown };

/** What the chain answers and the model says, where they differ. */
export type Difference = { readonly label: string; readonly chain: unknown; readonly model: unknown };

const NO_HOLDER = tokens.NOBODY;

class Looks {
  readonly list: Look[] = [];
  readonly #world: World;
  readonly #memory: Memory;

  constructor(world: World, memory: Memory) {
    this.#world = world;
    this.#memory = memory;
  }

  add(contract: ContractName | Account, name: string, args: readonly unknown[], expected: unknown): void {
    const { address: to, abi } = contractOf(this.#world, this.#memory, contract);
    this.list.push({ label: `${contract}.${name}(${args.join(", ")})`, call: { to, abi, name, args }, expected });
  }
}

const HOLDERS = ["minter", "ledger", "supplierStaking", "renterStaking", "market", "shareFactory"] as const;

/** All whose money is compared, but shares. */
const accountsOf = ({ people, treasury, contracts }: World): Account[] => [
  ...people,
  treasury,
  ...HOLDERS.map((name) => contracts[name].address),
];

const moneyOf = (s: State, account: Account) => [
  tokens.balanceOf(s.token, account),
  tokens.balanceOf(s.dollar, account),
  ...Object.values(ledger.purseOf(s, account)),
];

/** Accounts whose money an operation may have moved: by the model, or because the chain's logs name them. */
export function touchedBy(world: World, before: State, after: State, logs: readonly Log[]): Account[] {
  const named = new Set(logs.flatMap(({ topics, data }) => [...topics, data].flatMap(addressesIn)));
  return accountsOf(world).filter(
    (account) => named.has(account) || moneyOf(before, account).join() !== moneyOf(after, account).join(),
  );
}

/** Every word that may be an address. */
const addressesIn = (words: string): string[] =>
  (words.slice(2).match(/.{64}/g) ?? []).flatMap((word) =>
    word.startsWith("0".repeat(24)) ? [`0x${word.slice(24)}`] : [],
  );

function money(looks: Looks, s: State, accounts: Iterable<Account>): void {
  for (const account of accounts) {
    looks.add("token", "balanceOf", [account], tokens.balanceOf(s.token, account));
    looks.add("dollar", "balanceOf", [account], tokens.balanceOf(s.dollar, account));
    looks.add("ledger", "accountOf", [account], { ...ledger.purseOf(s, account) });
    looks.add("ledger", "tierOf", [account], renters.tierOf(s, account));
  }
}

/** What may change with every operation: the dollar, the price, the totals. */
function always(looks: Looks, s: State): void {
  looks.add("token", "totalSupply", [], s.token.supply);
  looks.add("dollar", "totalSupply", [], s.dollar.supply);
  looks.add("ledger", "gatheredFees", [], s.gatheredFees);
  looks.add("oracle", "slowPrice", [], s.oracle.slow);
  looks.add("oracle", "slowPriceClock", [], s.oracle.clock);
  looks.add("supplierStaking", "price", [], s.bondPrice);
  looks.add("minter", "status", [], dollar.status(s));
}

function theDollar(looks: Looks, s: State): void {
  looks.add("oracle", "peek", [], oracle.peek(s));
  looks.add("oracle", "lastGoodHigh", [], s.oracle.lastGoodHigh);
  const { blindSince, blindEndedSeconds, blindLastEnd } = s.oracle;
  looks.add("oracle", "blindRecord", [], [blindSince, blindEndedSeconds, blindLastEnd]);
  looks.add("minter", "credit", [], s.minter.credit);
  looks.add("minter", "parameters", [], { ...s.minter.parameters });
  looks.add("minter", "mintHalted", [], dollar.mintHalted(s));
}

function cards(looks: Looks, s: State, memory: Memory): void {
  looks.add("registry", "cardCount", [], BigInt(s.cards.size));
  for (const card of s.cards.values()) {
    const { id } = card;
    looks.add("registry", "card", [id], {
      operator: card.operator,
      hostId: card.hostId,
      epoch: card.epoch,
      model: card.model,
      region: card.region,
      state: card.state,
    });
    looks.add("registry", "ownerOf", [id], card.owner);
    looks.add("registry", "getApproved", [id], card.approved);
    looks.add("registry", "deviceOf", [id], card.device ?? `0x${"0".repeat(64)}`);
    looks.add("registry", "encumbrance", [id], {
      holder: memory.shareAddresses.get(card.encumbrance?.holder ?? NO_HOLDER) ?? NO_HOLDER,
      count: card.count,
      active: card.encumbrance?.active ?? false,
    });
    looks.add("registry", "leasingTerms", [id], {
      floorRate: registry.floorOf(s, card),
      longestLease: card.longestHours * 3_600n,
      termEnd: registry.isTermOver(s, card) ? undefined : (registry.termEndOf(s, card) ?? 0n),
      termOver: registry.isTermOver(s, card),
      minimumBond: staking.minimumBondOf(s, card),
    });
    looks.add("registry", "revenueNumber", [id], registry.revenueNumber(card));
    looks.add("ledger", "revenueNumber", [id], ledger.currentPeriod(card).number);
    const { fee, node, owner } = ledger.collectable(s, card);
    looks.add("ledger", "collectable", [id], [fee, node, owner]);
    const next = ledger.currentPeriod(card).number + 1n;
    for (const number of new Set([...card.periods.map((period) => period.number), next])) {
      looks.add("ledger", "accruedRevenueOf", [id, number], ledger.revenueOf(s, card, number));
    }
    const running = ledger.runningOn(s, id);
    const ids = running.map((lease) => memory.leaseIds.get(lease.id) ?? 0n);
    looks.add("ledger", "runningLeases", [id], new Set(ids));
    const whole = running.find((lease) => lease.thousandths === 1_000n);
    looks.add("registry", "userOf", [id], whole?.renter ?? NO_HOLDER);
    looks.add("registry", "userExpires", [id], whole?.end ?? 0n);
  }
}

function leases(looks: Looks, s: State, memory: Memory): void {
  for (const lease of s.leases) {
    const id = memory.leaseIds.get(lease.id) ?? 0n;
    looks.add("ledger", "isRunning", [id], ledger.isRunning(s, lease));
    if (!ledger.isRunning(s, lease)) continue;
    looks.add("ledger", "lease", [id], {
      cardId: lease.cardId,
      renter: lease.renter,
      operator: lease.operator,
      rate: lease.rate,
      feeRate: lease.feeRate,
      nodeRate: lease.nodeRate,
      holdersRate: lease.holdersRate,
      thousandths: lease.thousandths,
      feeBps: lease.feeBps,
      paidInToken: lease.paidInToken,
      start: lease.start,
      end: lease.end,
      minDuration: lease.minDuration,
      maxDuration: lease.maxDuration,
    });
  }
}

function stakes(looks: Looks, s: State): void {
  for (const [key, bond] of s.bonds) {
    const [id = "", owner] = key.split("/");
    const [cardId, operator] = [BigInt(id), addressIn(owner)];
    looks.add("supplierStaking", "bondOf", [cardId, operator], { ...bond });
    looks.add("supplierStaking", "requiredBond", [cardId, operator], staking.requiredBond(s, cardId, operator));
    looks.add("supplierStaking", "matchWeight", [cardId, operator], staking.matchWeight(s, cardId, operator));
    const card = s.cards.get(cardId);
    if (card === undefined) continue;
    const minimum = staking.minimumBondOf(s, card);
    const { meetsMinimum, rate } = staking.cover(s, cardId, operator, minimum);
    looks.add("supplierStaking", "bondCoverage", [cardId, operator, minimum], [meetsMinimum, rate]);
  }
  for (const renter of s.renters.keys()) {
    looks.add("renterStaking", "stakeOf", [renter], renters.stakeOf(s, renter));
    looks.add("renterStaking", "tierOf", [renter], renters.tierOf(s, renter));
  }
}

function permissions(looks: Looks, s: State, world: World, memory: Memory): void {
  const tokensBy: readonly (readonly [ContractName | Account, Allowing])[] = [
    ["token", s.token],
    ["dollar", s.dollar],
    ...s.shares.entries(),
  ];
  for (const [contract, token] of tokensBy) {
    for (const [account, nonce] of token.nonces) looks.add(contract, "nonces", [account], nonce);
    for (const [key, amount] of token.allowances) {
      const [holder, spender] = key.split(">");
      const address = memory.shareAddresses.get(addressIn(spender)) ?? spender;
      looks.add(contract, "allowance", [holder, address], amount);
    }
  }
  for (const owner of world.people)
    for (const mover of world.people)
      if (s.movers.has(`${owner}>${mover}`)) looks.add("registry", "isApprovedForAll", [owner, mover], true);
}

function orders(looks: Looks, s: State): void {
  for (const [key, state] of s.orders) {
    const [maker, salt = ""] = key.split("/");
    looks.add("market", "orderState", [maker, BigInt(salt)], state);
  }
  for (const [account, nonce] of s.nonces) looks.add("ledger", "nonces", [account], nonce);
  for (const key of s.authorizations) looks.add("dollar", "authorizationState", key.split("/"), true);
  for (const [maker, counter] of s.counters) looks.add("market", "counterOf", [maker], counter);
}

function shareSeries(looks: Looks, s: State, world: World, memory: Memory): void {
  for (const share of s.shares.values()) {
    const { id } = share;
    const address = memory.shareAddresses.get(id);
    looks.add("token", "balanceOf", [address], tokens.balanceOf(s.token, id));
    looks.add(id, "phase", [], shares.phaseOf(s, share));
    looks.add(id, "number", [], share.number);
    looks.add(id, "sold", [], share.sold);
    looks.add(id, "proceeds", [], share.proceeds);
    looks.add(
      id,
      "unsold",
      [],
      [share.unsoldOwner ?? NO_HOLDER, share.unsoldOwner === undefined ? 0n : share.terms.supply - share.sold],
    );
    looks.add(id, "revenue", [], share.outcome === "succeeded" ? shares.revenueOfShare(s, share) : 0n);
    looks.add(id, "vested", [], [shares.vested(s, share), share.released]);
    looks.add(id, "previewHandIn", [ONE], shares.handInValue(s, share, ONE));
    for (const account of world.people) {
      looks.add(id, "balanceOf", [account], shares.balanceOf(share, account));
      looks.add(id, "paidBy", [account], share.paid.get(account) ?? 0n);
      looks.add(id, "claimable", [account], share.outcome === "succeeded" ? shares.claimable(s, share, account) : 0n);
    }
  }
}

function wallets(looks: Looks, s: State): void {
  for (const [account, { key, mood, refusesCards }] of s.wallets) {
    looks.add(account, "key", [], key);
    looks.add(account, "mood", [], mood);
    looks.add(account, "refusesCards", [], refusesCards);
  }
}

/** Whether an answer has all that is expected of it; structs may say more. */
function agrees(actual: unknown, expected: unknown): boolean {
  if (expected === undefined) return true;
  if (expected instanceof Set) {
    return Array.isArray(actual) && actual.length === expected.size && actual.every((value) => expected.has(value));
  }
  if (Array.isArray(expected)) {
    return Array.isArray(actual) && expected.every((value, index) => agrees(actual[index], value));
  }
  if (typeof expected === "object" && expected !== null) {
    if (typeof actual !== "object" || actual === null) return false;
    const fields = actual as Record<string, unknown>;
    return Object.entries(expected).every(([name, value]) => name in fields && agrees(fields[name], value));
  }
  return actual === expected;
}

/** A difference, of structs only in the fields that differ. */
function narrowed(label: string, chain: unknown, model: unknown): Difference[] {
  const isStruct = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Set);
  if (!isStruct(chain) || !isStruct(model)) return [{ label, chain, model }];
  return Object.keys(model)
    .filter((name) => !agrees(chain[name], model[name]))
    .flatMap((name) => narrowed(`${label}.${name}`, chain[name], model[name]));
}

/** Compares the chain with the model at the newest block: totals and the money of the accounts touched, or everything. */
export async function compare(
  world: World,
  memory: Memory,
  s: State,
  touched: ReadonlySet<Account> | "everything",
): Promise<{ differences: Difference[]; looked: number }> {
  const looks = new Looks(world, memory);
  always(looks, s);
  money(looks, s, touched === "everything" ? accountsOf(world) : touched);
  if (touched === "everything") {
    theDollar(looks, s);
    cards(looks, s, memory);
    leases(looks, s, memory);
    stakes(looks, s);
    orders(looks, s);
    permissions(looks, s, world, memory);
    shareSeries(looks, s, world, memory);
    wallets(looks, s);
  }
  const differences: Difference[] = [];
  const answers: unknown[] = [];
  for (let from = 0; from < looks.list.length; from += 400) {
    answers.push(...(await world.chain.read(looks.list.slice(from, from + 400).map(({ call }) => call))));
  }
  looks.list.forEach(({ label, expected }, index) => {
    const actual = answers[index];
    if (!agrees(actual, expected)) differences.push(...narrowed(label, actual, expected));
  });
  return { differences, looked: looks.list.length };
}
