import { CardflowError } from "../errors/cardflowError.ts";
import { countKind, createLessons, fadeKinds, type Kinds, priorKinds } from "./placementDemand.ts";
import {
  createPool,
  type HostRegister,
  heldMilli,
  mixHash,
  type Need,
  type Pool,
  type Preference,
} from "./placementPool.ts";
import type {
  CardShare,
  Placement,
  PlacementHost,
  PlacementRefusal,
  PlacementTask,
  Placer,
  PlacerOptions,
  PlacerStats,
} from "./placementTypes.ts";
import { cardWaste, type FleetValue, fleetValue, type ModelValue } from "./placementValue.ts";

/** A host, task or option that is not as it must be; nothing was changed. */
export class PlacementInputError extends CardflowError {
  override readonly name = "PlacementInputError";
  readonly field: string;
  readonly value: unknown;
  readonly expected: string;

  constructor(field: string, value: unknown, expected: string) {
    super(`${field}: expected ${expected}, got ${String(value)}`, `Give ${field} as ${expected}.`);
    this.field = field;
    this.value = value;
    this.expected = expected;
  }
}

/** Most cards of one host, and of one task. */
const MAX_GPUS = 1024;
/** Needs whose preferences are kept; the longest unused half is dropped beyond. */
const MAX_NEEDS = 2048;

/** A need, with its preference in each pool that it was asked of. */
type KnownNeed = Need & { readonly preferences: (Preference | undefined)[]; lastUse: number };

/** What hosts of one kind have when they are empty. */
type HostSize = {
  readonly pool: number;
  readonly gpus: number;
  readonly cpuMilli: number;
  readonly memoryMib: number;
};

type Taken = { readonly host: number; readonly need: Need; readonly gpus: readonly CardShare[] };

/**
 * Makes a placer for a fleet of hosts.
 *
 * Each task goes where it raises least the waste that is to be expected in the end: shares of cards for which no task will
 * come, cards stranded without CPU or memory, whole cards that clusters would have needed together, and models that other
 * tasks insist on. What is to be expected follows from the profile or from the tasks seen. Equal inputs give equal results.
 *
 * @param hosts The fleet.
 * @param options Expected demand and the least share; see {@link PlacerOptions}.
 * @returns The placer, with all hosts empty.
 * @throws {PlacementInputError} When a figure is not a whole number in its range.
 * @example
 * const placer = createPlacer([{ model: "T4", gpus: 2, cpuMilli: 64_000, memoryMib: 262_144 }]);
 * const placed = placer.place({ gpus: 1, gpuMilli: 500, cpuMilli: 4_000 });
 */
export function createPlacer<H extends PlacementHost>(hosts: readonly H[], options: PlacerOptions = {}): Placer<H> {
  const leastMilli = wholeNumber("leastMilli", options.leastMilli ?? 0, 0, 1000);
  hosts.forEach(checkHost);
  const models = [...new Set(hosts.map(({ model }) => model))].sort();
  const poolIndex = new Map(models.map((model, index) => [model, index]));
  const everyPool = models.map((_, index) => index);
  const poolOf = Int32Array.from(hosts, ({ model }) => poolIndex.get(model) as number);
  const cards = models.map(() => 0);
  hosts.forEach(({ gpus }, host) => {
    const pool = poolOf[host] as number;
    cards[pool] = (cards[pool] as number) + gpus;
  });
  const totalMilli = 1000 * cards.reduce((sum, count) => sum + count, 0);
  const sizes = distinctSizes(hosts, poolOf);

  const firstCard = prefixSums(hosts.map(({ gpus }) => gpus));
  const freeOfCard = new Uint16Array(totalMilli / 1000).fill(1000);
  const freeCpu = Float64Array.from(hosts, ({ cpuMilli }) => cpuMilli ?? Number.POSITIVE_INFINITY);
  const freeMemory = Float64Array.from(hosts, ({ memoryMib }) => memoryMib ?? Number.POSITIVE_INFINITY);
  const sortedFree: number[] = [];

  // Needs by hash; those of equal hash side by side.
  const needs = new Map<number, KnownNeed[]>();
  let needCount = 0;
  let clock = 0;

  /** By accepted models, in ascending order. */
  const demand = new Map<string, { readonly accepts: readonly number[]; readonly kinds: Kinds }>();
  const learns = options.profile === undefined;
  const lessons = createLessons();
  if (learns) for (const kind of priorKinds().values()) expect(kind, everyPool, kind.weight);
  for (const { task, weight } of options.profile ?? []) {
    expect(needOf(task), poolsFor(task), positiveNumber("weight", weight));
  }
  let fleet = judge();

  const register: HostRegister = { state: [], place: new Int32Array(hosts.length) };
  const pools = fleet.models.map((model) => createPool(fleet, model, leastMilli, register));
  hosts.forEach((_, host) => {
    enter(host);
  });

  const taken = new Map<number, Taken>();
  const refused = { model: 0, size: 0, capacity: 0 };
  let usedMilli = 0;
  let nextId = 0;

  /* TASKS */

  function place(task: PlacementTask): Placement<H> | PlacementRefusal {
    const asked = needOf(task);
    const accepted = poolsFor(task);
    const need = known(asked);
    clock += 1;
    need.lastUse = clock;
    if (learns) learn(need, accepted);
    const pool = bestPool(need, accepted);
    if (pool < 0) return refuse(need, accepted);

    const preference = need.preferences[pool] as Preference;
    const { best, bestGap } = pools[pool] as Pool;
    const hostIndex = best(preference);
    const gpus = cardsFor(need, hostIndex, need.gpus === 1 ? bestGap(preference) : 1000);
    change(hostIndex, need, gpus, -1);
    const id = nextId;
    nextId += 1;
    taken.set(id, { host: hostIndex, need: asked, gpus });
    return { id, host: hosts[hostIndex] as H, hostIndex, gpus };
  }

  function remove(id: number): boolean {
    const placement = taken.get(id);
    if (placement === undefined) return false;
    taken.delete(id);
    change(placement.host, placement.need, placement.gpus, 1);
    return true;
  }

  function stats(): PlacerStats {
    let wholeGpusFree = 0;
    let strandedMilli = 0;
    pools.forEach((pool, index) => {
      for (const { hosts: alike, free, whole } of pool.states()) {
        wholeGpusFree += alike.length * whole;
        for (const milli of free) {
          if (milli < 1000) strandedMilli += alike.length * cardWaste(fleet.models[index] as ModelValue, milli);
        }
      }
    });
    return {
      hosts: hosts.length,
      gpus: totalMilli / 1000,
      placements: taken.size,
      usedMilli,
      freeMilli: totalMilli - usedMilli,
      wholeGpusFree,
      strandedMilli: Math.round(strandedMilli),
      refused: { ...refused },
    };
  }

  function bestPool(need: KnownNeed, accepted: readonly number[]): number {
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (const index of accepted) {
      const pool = pools[index] as Pool;
      const preference = need.preferences[index] ?? pool.prefer(need);
      need.preferences[index] = preference;
      if (!pool.update(preference)) continue;
      const score = preference.ranking.scores[0] as number;
      if (score < least || (score === least && index < best)) {
        least = score;
        best = index;
      }
    }
    return best;
  }

  function cardsFor(need: Need, host: number, gap: number): readonly CardShare[] {
    const shares: CardShare[] = [];
    const milli = heldMilli(need.milli, gap, leastMilli);
    const first = firstCard[host] as number;
    for (let index = 0; shares.length < need.gpus; index += 1) {
      if (freeOfCard[first + index] === gap) shares.push({ index, milli });
    }
    return shares;
  }

  function refuse(need: Need, accepted: readonly number[]): PlacementRefusal {
    const reason = accepted.length === 0 ? "model" : isHeld(need, accepted) ? "capacity" : "size";
    refused[reason] += 1;
    return { refused: reason };
  }

  /** Whether some host would hold a task if it were empty. */
  function isHeld(need: Need, accepted: readonly number[]): boolean {
    return sizes.some(
      ({ pool, gpus, cpuMilli, memoryMib }) =>
        gpus >= need.gpus && cpuMilli >= need.cpuMilli && memoryMib >= need.memoryMib && accepted.includes(pool),
    );
  }

  /* HOSTS */

  function change(host: number, need: Need, gpus: readonly CardShare[], sign: 1 | -1): void {
    (pools[poolOf[host] as number] as Pool).leave(host);
    for (const { index, milli } of gpus) {
      const card = (firstCard[host] as number) + index;
      freeOfCard[card] = (freeOfCard[card] as number) + sign * milli;
      usedMilli -= sign * milli;
    }
    freeCpu[host] = (freeCpu[host] as number) + sign * need.cpuMilli;
    freeMemory[host] = (freeMemory[host] as number) + sign * need.memoryMib;
    enter(host);
  }

  function enter(host: number): void {
    sortedFree.length = 0;
    for (let card = firstCard[host] as number; card < (firstCard[host + 1] as number); card += 1) {
      const milli = freeOfCard[card] as number;
      if (milli > 0) insertSorted(sortedFree, milli);
    }
    const pool = pools[poolOf[host] as number] as Pool;
    pool.enter(host, freeCpu[host] as number, freeMemory[host] as number, sortedFree);
  }

  /* DEMAND */

  function poolsFor({ models: names }: PlacementTask): readonly number[] {
    if (names === undefined || names.length === 0) return everyPool;
    const accepted: number[] = [];
    for (const name of names) {
      const index = poolIndex.get(name);
      if (index !== undefined && !accepted.includes(index)) accepted.push(index);
    }
    return accepted;
  }

  function known(need: Need): KnownNeed {
    const hash = mixHash(mixHash(mixHash(need.gpus, need.milli), need.cpuMilli), need.memoryMib);
    const same = needs.get(hash)?.find((other) => equalNeeds(need, other));
    if (same !== undefined) return same;
    if (needCount >= MAX_NEEDS) dropOldNeeds();
    const added: KnownNeed = { ...need, preferences: models.map(() => undefined), lastUse: clock };
    needs.set(hash, [...(needs.get(hash) ?? []), added]);
    needCount += 1;
    return added;
  }

  function dropOldNeeds(): void {
    const byUse = [...needs.values()].flat().sort((a, b) => b.lastUse - a.lastUse);
    const dropped = new Set(byUse.slice(MAX_NEEDS / 2));
    for (const { preferences } of dropped) {
      preferences.forEach((preference, index) => {
        if (preference !== undefined) pools[index]?.forget(preference);
      });
    }
    for (const [hash, alike] of needs) {
      const kept = alike.filter((need) => !dropped.has(need));
      if (kept.length === 0) needs.delete(hash);
      else needs.set(hash, kept);
    }
    needCount -= dropped.size;
  }

  /** Counts a task among what is expected; room for one that no host would ever hold is not worth anything. */
  function expect(need: Need, accepted: readonly number[], weight: number): void {
    if (!isHeld(need, accepted)) return;
    const accepts = [...accepted].sort((a, b) => a - b);
    const key = accepts.join();
    const { kinds } = demand.get(key) ?? { kinds: new Map() };
    demand.set(key, { accepts, kinds });
    const { gpus, milli, cpuMilli, memoryMib } = need;
    countKind(kinds, { gpus, milli, weight, cpuMilli: weight * cpuMilli, memoryMib: weight * memoryMib });
  }

  function judge(): FleetValue {
    const classes = [...demand.values()].flatMap(({ accepts, kinds }) =>
      [...kinds.values()].map((kind) => ({ ...kind, accepts: accepts.length === models.length ? undefined : accepts })),
    );
    return fleetValue(classes, cards, leastMilli);
  }

  function learn(need: Need, accepted: readonly number[]): void {
    expect(need, accepted, 1);
    if (!lessons.isDue()) return;
    fleet = judge();
    pools.forEach((pool, index) => {
      pool.revalue(fleet, fleet.models[index] as ModelValue);
    });
    if (lessons.fades()) for (const { kinds } of demand.values()) fadeKinds(kinds);
  }

  return { place, remove, stats };
}

function needOf(task: PlacementTask): Need {
  const gpus = wholeNumber("gpus", task.gpus, 0, MAX_GPUS);
  const share = wholeNumber("gpuMilli", task.gpuMilli ?? 1000, 1, 1000);
  return {
    gpus,
    milli: gpus === 0 ? 0 : gpus === 1 ? share : 1000,
    cpuMilli: wholeNumber("cpuMilli", task.cpuMilli ?? 0, 0),
    memoryMib: wholeNumber("memoryMib", task.memoryMib ?? 0, 0),
  };
}

function equalNeeds(a: Need, b: Need): boolean {
  return a.gpus === b.gpus && a.milli === b.milli && a.cpuMilli === b.cpuMilli && a.memoryMib === b.memoryMib;
}

function checkHost({ gpus, cpuMilli, memoryMib }: PlacementHost, index: number): void {
  wholeNumber(`hosts[${index}].gpus`, gpus, 0, MAX_GPUS);
  if (cpuMilli !== undefined) wholeNumber(`hosts[${index}].cpuMilli`, cpuMilli, 0);
  if (memoryMib !== undefined) wholeNumber(`hosts[${index}].memoryMib`, memoryMib, 0);
}

function wholeNumber(field: string, value: number, least: number, most: number = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw new PlacementInputError(field, value, `a whole number from ${least} to ${most}`);
}

function positiveNumber(field: string, value: number): number {
  if (value > 0 && Number.isFinite(value)) return value;
  throw new PlacementInputError(field, value, "a number above 0");
}

function distinctSizes(hosts: readonly PlacementHost[], poolOf: Int32Array): readonly HostSize[] {
  const sizes = new Map<string, HostSize>();
  hosts.forEach(({ gpus, cpuMilli = Number.POSITIVE_INFINITY, memoryMib = Number.POSITIVE_INFINITY }, host) => {
    const pool = poolOf[host] as number;
    sizes.set(`${pool}|${gpus}|${cpuMilli}|${memoryMib}`, { pool, gpus, cpuMilli, memoryMib });
  });
  return [...sizes.values()];
}

function prefixSums(counts: readonly number[]): Int32Array {
  const sums = new Int32Array(counts.length + 1);
  counts.forEach((count, index) => {
    sums[index + 1] = (sums[index] as number) + count;
  });
  return sums;
}

function insertSorted(ascending: number[], value: number): void {
  let position = ascending.length;
  while (position > 0 && (ascending[position - 1] as number) > value) {
    ascending[position] = ascending[position - 1] as number;
    position -= 1;
  }
  ascending[position] = value;
}
