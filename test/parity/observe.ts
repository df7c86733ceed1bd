import * as dollar from "../model/dollar.ts";
import * as ledger from "../model/ledger.ts";
import { ONE } from "../model/numbers.ts";
import * as oracle from "../model/oracle.ts";
import * as registry from "../model/registry.ts";
import * as renters from "../model/renters.ts";
import * as shares from "../model/shares.ts";
import * as staking from "../model/staking.ts";
import type { State } from "../model/state.ts";
import * as tokens from "../model/tokens.ts";
import type { Call } from "./chain.ts";
import type { Memory } from "./operations.ts";
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

  add(contract: ContractName | string, name: string, args: readonly unknown[], expected: unknown): void {
    const share = this.#memory.shareAddresses.get(contract);
    const known = this.#world.contracts[contract as ContractName];
    const to = share ?? known.address;
    const { abi } = share === undefined ? known : this.#world.contracts.share;
    this.list.push({ label: `${contract}.${name}(${args.join(", ")})`, call: { to, abi, name, args }, expected });
  }
}

/** What may change with every operation: all balances, the dollar, the price, the totals. */
function always(looks: Looks, s: State, world: World): void {
  const accounts = [...world.people, world.treasury];
  for (const account of accounts) {
    looks.add("token", "balanceOf", [account], tokens.balanceOf(s.token, account));
    looks.add("dollar", "balanceOf", [account], tokens.balanceOf(s.dollar, account));
    looks.add("ledger", "accountOf", [account], { ...ledger.purseOf(s, account) });
  }
  for (const name of ["minter", "ledger", "supplierStaking", "renterStaking", "market", "shareFactory"] as const) {
    const { address } = world.contracts[name];
    looks.add("token", "balanceOf", [address], tokens.balanceOf(s.token, address));
    looks.add("dollar", "balanceOf", [address], tokens.balanceOf(s.dollar, address));
  }
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
    looks.add("registry", "deviceOf", [id], card.device ?? `0x${"0".repeat(64)}`);
    looks.add("registry", "encumbrance", [id], {
      holder: memory.shareAddresses.get(card.encumbrance?.holder ?? "") ?? NO_HOLDER,
      count: card.count,
      active: card.encumbrance?.active ?? false,
    });
    looks.add("registry", "leaseTerms", [id], {
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
    for (const number of new Set(card.periods.map((period) => period.number))) {
      looks.add("ledger", "revenueOf", [id, number], [ledger.revenueOf(s, card, number), true]);
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
    const [id, operator] = key.split("/") as [string, string];
    const cardId = BigInt(id);
    looks.add("supplierStaking", "bondOf", [cardId, operator], { ...bond });
    looks.add("supplierStaking", "requiredBond", [cardId, operator], staking.requiredBond(s, cardId, operator));
    looks.add("supplierStaking", "matchWeight", [cardId, operator], staking.matchWeight(s, cardId, operator));
    const card = s.cards.get(cardId);
    if (card === undefined) continue;
    const minimum = staking.minimumBondOf(s, card);
    const { meetsMinimum, rate } = staking.cover(s, cardId, operator, minimum);
    looks.add("supplierStaking", "coverOf", [cardId, operator, minimum], [meetsMinimum, rate]);
  }
  for (const renter of s.renters.keys()) {
    looks.add("renterStaking", "stakeOf", [renter], renters.stakeOf(s, renter));
    looks.add("renterStaking", "tierOf", [renter], renters.tierOf(s, renter));
  }
}

function orders(looks: Looks, s: State): void {
  for (const [key, state] of s.orders) {
    const [maker, salt] = key.split("/") as [string, string];
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
    looks.add(id, "handInValue", [ONE], shares.handInValue(s, share, ONE));
    for (const account of world.people) {
      looks.add(id, "balanceOf", [account], shares.balanceOf(share, account));
      looks.add(id, "paidBy", [account], share.paid.get(account) ?? 0n);
      looks.add(id, "claimable", [account], share.outcome === "succeeded" ? shares.claimable(s, share, account) : 0n);
    }
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

/** Compares the chain with the model at the newest block: the balances and totals, or everything. */
export async function compare(
  world: World,
  memory: Memory,
  s: State,
  everything: boolean,
): Promise<{ differences: Difference[]; looked: number }> {
  const looks = new Looks(world, memory);
  always(looks, s, world);
  if (everything) {
    theDollar(looks, s);
    cards(looks, s, memory);
    leases(looks, s, memory);
    stakes(looks, s);
    orders(looks, s);
    shareSeries(looks, s, world, memory);
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
