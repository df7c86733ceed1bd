import { createRanking, dropFirst, type Ranking, rank, retain } from "./placementRanking.ts";
import { cardWaste, type FleetValue, hostWaste, type ModelValue } from "./placementValue.ts";

/** States without hosts that are kept, beyond one per state with hosts. */
const SPARE_STATES = 4096;
/** Entries of hosts into states that are remembered; a ranking that missed more is made anew. A power of two. */
const ENTERED_KEPT = 8192;

/** What a task needs of one host, whatever its model. `milli` is the share of each card, in thousandths. */
export type Need = {
  readonly gpus: number;
  readonly milli: number;
  readonly cpuMilli: number;
  readonly memoryMib: number;
};

/** What a host has left. Hosts of one model in the same state are alike to every task. */
export type HostState = {
  readonly id: number;
  readonly hash: number;
  readonly cpuMilli: number;
  readonly memoryMib: number;
  /** Free thousandths of the cards that have any, in ascending order. */
  readonly free: readonly number[];
  readonly freeMilli: number;
  /** Wholly free cards. */
  readonly whole: number;
  /** The hosts, and the position of the state among those that have hosts, or -1. */
  readonly hosts: number[];
  place: number;
  /** Expected waste that the host's cards share, by the current value of the fleet. */
  waste: number;
};

/** The states of one pool in the order in which one need prefers them; brought up to date when it is asked for. */
export type Preference = {
  readonly need: Need;
  /** States where the need fits; also some that have no hosts any more, which are dropped when they come first. */
  readonly ranking: Ranking;
  /** Whether a state is in the ranking, by state. */
  ranked: Uint8Array;
  /** Entries of hosts into states that the ranking knows of, or -1 when it must be made anew. */
  upTo: number;
};

/** Where each host is, by number of the host: its state, and its position among the hosts of that state. */
export type HostRegister = { readonly state: HostState[]; readonly place: Int32Array };

/** The hosts of one model, by state. */
export type Pool = {
  /** Puts a host, by its number, among those that have as much left. `free` is copied. */
  readonly enter: (host: number, cpuMilli: number, memoryMib: number, free: readonly number[]) => void;
  /** Takes a host out, before what it has left changes. */
  readonly leave: (host: number) => void;
  /** A preference for a need, kept up to date until it is forgotten. */
  readonly prefer: (need: Need) => Preference;
  readonly forget: (preference: Preference) => void;
  /** Whether any host has room now; if so the best is first in the ranking. */
  readonly update: (preference: Preference) => boolean;
  /** A host in the best state; only after an update that found one. */
  readonly best: (preference: Preference) => number;
  /** Free thousandths of the card that a share of one card should take in the best state. */
  readonly bestGap: (preference: Preference) => number;
  /** Judges all states by another value. */
  readonly revalue: (fleet: FleetValue, model: ModelValue) => void;
  /** States that have hosts. */
  readonly states: () => Iterable<HostState>;
};

/**
 * Makes the pool of one model, without hosts.
 *
 * A task costs as many scores as hosts changed their state since a task with the same need was placed: only those can have
 * become better than what is known.
 *
 * @param value Expected demand of the fleet.
 * @param modelValue Value of the model.
 * @param leastMilli A share takes at least this much of a card, or all that is free of it, in thousandths.
 * @param register Where the hosts of all pools are; kept by the pools.
 * @returns The pool.
 * @example
 * const pool = createPool(fleet, fleet.models[0], 0, { state: [], place: new Int32Array(1) });
 * pool.enter(0, 64_000, 262_144, [1000, 1000]);
 */
export function createPool(
  value: FleetValue,
  modelValue: ModelValue,
  leastMilli: number,
  register: HostRegister,
): Pool {
  let fleet = value;
  let model = modelValue;
  const all: HostState[] = [];
  const byHash = new Map<number, HostState[]>();
  const live: number[] = [];
  const vacantIds: number[] = [];
  const preferences = new Set<Preference>();
  // States that came to have hosts, in order; the oldest are written over.
  const entered = new Int32Array(ENTERED_KEPT);
  let entries = 0;
  const found = { score: 0, gap: 0 };

  /* HOSTS */

  function enter(host: number, cpuMilli: number, memoryMib: number, free: readonly number[]): void {
    const hash = hashOf(cpuMilli, memoryMib, free);
    const known = byHash.get(hash)?.find((state) => isState(state, cpuMilli, memoryMib, free));
    const state = known ?? newState(hash, cpuMilli, memoryMib, [...free]);
    if (state.place < 0) {
      state.place = live.length;
      live.push(state.id);
      entered[entries & (ENTERED_KEPT - 1)] = state.id;
      entries += 1;
    }
    register.place[host] = state.hosts.length;
    state.hosts.push(host);
    register.state[host] = state;
  }

  function leave(host: number): void {
    const state = register.state[host] as HostState;
    const last = state.hosts.pop() as number;
    if (last !== host) {
      state.hosts[register.place[host] as number] = last;
      register.place[last] = register.place[host] as number;
    }
    if (state.hosts.length > 0) return;
    const lastLive = live.pop() as number;
    if (lastLive !== state.id) {
      live[state.place] = lastLive;
      (all[lastLive] as HostState).place = state.place;
    }
    state.place = -1;
  }

  function newState(hash: number, cpuMilli: number, memoryMib: number, free: readonly number[]): HostState {
    if (vacantIds.length === 0 && all.length >= SPARE_STATES + 2 * live.length) forgetVacated();
    const state: HostState = {
      id: vacantIds.pop() ?? all.length,
      hash,
      cpuMilli,
      memoryMib,
      free,
      freeMilli: free.reduce((sum, milli) => sum + milli, 0),
      whole: free.filter((milli) => milli === 1000).length,
      hosts: [],
      place: -1,
      waste: 0,
    };
    state.waste = sharedWaste(state.freeMilli, state.whole, cpuMilli, memoryMib);
    all[state.id] = state;
    byHash.set(hash, [...(byHash.get(hash) ?? []), state]);
    return state;
  }

  /** Makes the numbers of states without hosts free for others, so that memory stays bounded. */
  function forgetVacated(): void {
    for (const { id, hash, place } of all) {
      if (place >= 0) continue;
      const others = (byHash.get(hash) ?? []).filter((state) => state.place >= 0);
      if (others.length === 0) byHash.delete(hash);
      else byHash.set(hash, others);
      vacantIds.push(id);
    }
    for (const preference of preferences) {
      if (isStale(preference)) {
        preference.upTo = -1;
        continue;
      }
      const { ranking, ranked } = preference;
      retain(ranking, (id) => (all[id] as HostState).place >= 0);
      for (const id of vacantIds) if (id < ranked.length) ranked[id] = 0;
    }
  }

  function revalue(nextFleet: FleetValue, nextModel: ModelValue): void {
    fleet = nextFleet;
    model = nextModel;
    for (const state of all) state.waste = sharedWaste(state.freeMilli, state.whole, state.cpuMilli, state.memoryMib);
    for (const preference of preferences) preference.upTo = -1;
  }

  function* states(): Generator<HostState> {
    for (const id of live) yield all[id] as HostState;
  }

  /* SCORES */

  function sharedWaste(freeMilli: number, whole: number, cpuMilli: number, memoryMib: number): number {
    return hostWaste(fleet, model, freeMilli, whole, cpuMilli, memoryMib);
  }

  /** Change of expected waste when the need goes to a host in this state; infinite where it does not fit. */
  function scoreOf(need: Need, state: HostState): number {
    const cpuMilli = state.cpuMilli - need.cpuMilli;
    const memoryMib = state.memoryMib - need.memoryMib;
    if (cpuMilli < 0 || memoryMib < 0) return Number.POSITIVE_INFINITY;
    if (need.gpus === 1) return shareScore(need, state, cpuMilli, memoryMib).score;
    const whole = state.whole - need.gpus;
    if (whole < 0) return Number.POSITIVE_INFINITY;
    const after = sharedWaste(state.freeMilli - need.gpus * 1000, whole, cpuMilli, memoryMib);
    return after - state.waste - need.gpus * cardWaste(model, 1000);
  }

  /** The free share of a card that costs least, and the score there. */
  function shareScore(need: Need, state: HostState, cpuMilli: number, memoryMib: number): typeof found {
    const { free, freeMilli, whole } = state;
    found.score = Number.POSITIVE_INFINITY;
    let previous = -1;
    for (let i = free.length - 1; i >= 0; i -= 1) {
      const gap = free[i] as number;
      if (gap < need.milli) break;
      if (gap === previous) continue;
      previous = gap;
      const milli = heldMilli(need.milli, gap, leastMilli);
      const card = cardWaste(model, gap - milli) - cardWaste(model, gap);
      const after = sharedWaste(freeMilli - milli, gap === 1000 ? whole - 1 : whole, cpuMilli, memoryMib);
      const score = after - state.waste + card;
      if (score < found.score) {
        found.score = score;
        found.gap = gap;
      }
    }
    return found;
  }

  /* PREFERENCES */

  function prefer(need: Need): Preference {
    const preference = { need, ranking: createRanking(), ranked: new Uint8Array(0), upTo: -1 };
    preferences.add(preference);
    return preference;
  }

  function forget(preference: Preference): void {
    preferences.delete(preference);
  }

  function update(preference: Preference): boolean {
    if (preference.ranked.length < all.length) preference.ranked = grown(preference.ranked, all.length);
    if (isStale(preference)) {
      preference.ranking.size = 0;
      preference.ranked.fill(0);
      for (const id of live) consider(preference, id);
    } else {
      for (let entry = preference.upTo; entry < entries; entry += 1) {
        consider(preference, entered[entry & (ENTERED_KEPT - 1)] as number);
      }
    }
    preference.upTo = entries;
    return dropVacated(preference);
  }

  /** Whether ranking all states anew costs no more than catching up, or is the only way. */
  function isStale({ upTo }: Preference): boolean {
    return upTo < 0 || entries - upTo > Math.min(live.length, ENTERED_KEPT);
  }

  function consider({ need, ranking, ranked }: Preference, id: number): void {
    if (ranked[id] === 1) return;
    const state = all[id] as HostState;
    if (state.place < 0) return;
    const score = scoreOf(need, state);
    if (score === Number.POSITIVE_INFINITY) return;
    rank(ranking, score, id);
    ranked[id] = 1;
  }

  function dropVacated({ ranking, ranked }: Preference): boolean {
    while (ranking.size > 0) {
      const id = ranking.ids[0] as number;
      if ((all[id] as HostState).place >= 0) return true;
      dropFirst(ranking);
      ranked[id] = 0;
    }
    return false;
  }

  function best({ ranking }: Preference): number {
    const { hosts } = all[ranking.ids[0] as number] as HostState;
    return hosts[hosts.length - 1] as number;
  }

  function bestGap({ need, ranking }: Preference): number {
    const state = all[ranking.ids[0] as number] as HostState;
    return shareScore(need, state, state.cpuMilli - need.cpuMilli, state.memoryMib - need.memoryMib).gap;
  }

  return { enter, leave, prefer, forget, update, best, bestGap, revalue, states };
}

/**
 * What a share of one card holds.
 *
 * @param milli What is asked for, in thousandths.
 * @param gap What is free of the card, in thousandths, at least `milli`.
 * @param leastMilli The least that a share holds where there is as much, in thousandths.
 * @returns Thousandths.
 * @example
 * heldMilli(50, 100, 125); // 100
 */
export function heldMilli(milli: number, gap: number, leastMilli: number): number {
  return Math.max(milli, Math.min(leastMilli, gap));
}

/**
 * Next value of a hash when a figure is added.
 *
 * @param hash Value so far.
 * @param figure Any number; what is beyond 32 bits does not count.
 * @returns A number of 30 bits.
 * @example
 * const hash = mixHash(mixHash(0, 12_000), 24_576);
 */
export function mixHash(hash: number, figure: number): number {
  const mixed = Math.imul(hash ^ figure, 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) & 0x3fffffff;
}

function hashOf(cpuMilli: number, memoryMib: number, free: readonly number[]): number {
  let hash = mixHash(mixHash(free.length, cpuMilli), memoryMib);
  for (const milli of free) hash = mixHash(hash, milli);
  return hash;
}

function isState(state: HostState, cpuMilli: number, memoryMib: number, free: readonly number[]): boolean {
  if (state.cpuMilli !== cpuMilli || state.memoryMib !== memoryMib || state.free.length !== free.length) return false;
  for (let i = 0; i < free.length; i += 1) if (state.free[i] !== free[i]) return false;
  return true;
}

function grown(ranked: Uint8Array, needed: number): Uint8Array {
  const larger = new Uint8Array(Math.max(2 * needed, 256));
  larger.set(ranked);
  return larger;
}
