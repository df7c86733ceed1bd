import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import fc from "fast-check";
import {
  createPlacer,
  type Placement,
  type PlacementHost,
  PlacementInputError,
  type PlacementTask,
  type Placer,
  type PlacerOptions,
} from "../../sdk/src/matching/index.ts";
import { expectedGapWaste, GAP_LEVELS, GAP_STEP } from "../../sdk/src/matching/placementGaps.ts";
import { createRanking, dropFirst, rank, retain } from "../../sdk/src/matching/placementRanking.ts";
import { cardWaste, type DemandClass, fleetValue, hostWaste } from "../../sdk/src/matching/placementValue.ts";

type Held = { readonly placement: Placement<PlacementHost>; readonly task: PlacementTask };

/** What is in use, kept apart from the placer: the judge of every placement. */
class Ledger {
  readonly hosts: readonly PlacementHost[];
  readonly freeCards: number[][];
  readonly freeCpu: number[];
  readonly freeMemory: number[];

  constructor(hosts: readonly PlacementHost[]) {
    this.hosts = hosts;
    this.freeCards = hosts.map(({ gpus }) => new Array<number>(gpus).fill(1000));
    this.freeCpu = hosts.map(({ cpuMilli }) => cpuMilli ?? Number.POSITIVE_INFINITY);
    this.freeMemory = hosts.map(({ memoryMib }) => memoryMib ?? Number.POSITIVE_INFINITY);
  }

  fits(host: number, task: PlacementTask): boolean {
    const { model } = this.hosts[host] as PlacementHost;
    if (task.models !== undefined && task.models.length > 0 && !task.models.includes(model)) return false;
    if ((this.freeCpu[host] as number) < (task.cpuMilli ?? 0)) return false;
    if ((this.freeMemory[host] as number) < (task.memoryMib ?? 0)) return false;
    const share = task.gpus === 1 ? (task.gpuMilli ?? 1000) : 1000;
    return (this.freeCards[host] as number[]).filter((free) => free >= share).length >= task.gpus;
  }

  fitsSomewhere(task: PlacementTask): boolean {
    return this.hosts.some((_, host) => this.fits(host, task));
  }

  move({ placement, task }: Held, sign: 1 | -1): void {
    const cards = this.freeCards[placement.hostIndex] as number[];
    for (const { index, milli } of placement.gpus) cards[index] = (cards[index] as number) + sign * milli;
    this.freeCpu[placement.hostIndex] = (this.freeCpu[placement.hostIndex] as number) + sign * (task.cpuMilli ?? 0);
    const memory = this.freeMemory[placement.hostIndex] as number;
    this.freeMemory[placement.hostIndex] = memory + sign * (task.memoryMib ?? 0);
  }

  usedMilli(): number {
    return this.freeCards.flat().reduce((sum, free) => sum + 1000 - free, 0);
  }

  isWithinCapacity(host: number): boolean {
    const free = [...(this.freeCards[host] as number[]), this.freeCpu[host], this.freeMemory[host]] as number[];
    return free.every((left) => left >= 0);
  }
}

/** What is asked of a host that states no limit. */
const MANY = Number.MAX_SAFE_INTEGER;
const MODELS = ["A10", "G2", "T4"] as const;

const hostArbitrary: fc.Arbitrary<PlacementHost> = fc.record(
  {
    model: fc.constantFrom(...MODELS),
    gpus: fc.integer({ min: 0, max: 8 }),
    cpuMilli: fc.integer({ min: 0, max: 64 }).map((cores) => cores * 1000),
    memoryMib: fc.integer({ min: 0, max: 64 }).map((gib) => gib * 1024),
  },
  { requiredKeys: ["model", "gpus"] },
);

const taskArbitrary: fc.Arbitrary<PlacementTask> = fc.oneof(
  fc.record(
    {
      gpus: fc.constant(1),
      gpuMilli: fc.integer({ min: 1, max: 1000 }),
      cpuMilli: fc.integer({ min: 0, max: 12 }).map((cores) => cores * 1000),
      memoryMib: fc.integer({ min: 0, max: 16 }).map((gib) => gib * 1024),
      models: fc.subarray([...MODELS, "absent"]),
    },
    { requiredKeys: ["gpus"] },
  ),
  fc.record({ gpus: fc.constantFrom(0, 2, 4, 8), cpuMilli: fc.constantFrom(0, 4_000, 32_000) }),
);

type Event = { readonly task: PlacementTask } | { readonly leaves: number };

const eventArbitrary: fc.Arbitrary<Event> = fc.oneof(
  { weight: 3, arbitrary: taskArbitrary.map((task) => ({ task })) },
  { weight: 1, arbitrary: fc.nat().map((leaves) => ({ leaves })) },
);

const optionsArbitrary: fc.Arbitrary<PlacerOptions> = fc.record(
  {
    leastMilli: fc.constantFrom(0, 125, 400),
    profile: fc.array(fc.record({ task: taskArbitrary, weight: fc.integer({ min: 1, max: 9 }) }), { maxLength: 6 }),
  },
  { requiredKeys: [] },
);

/** Plays events on a placer and on the ledger, and returns what is still placed. */
function play(placer: Placer<PlacementHost>, ledger: Ledger, events: readonly Event[], leastMilli = 0): Held[] {
  const held: Held[] = [];
  for (const event of events) {
    if ("leaves" in event) {
      if (held.length === 0) continue;
      const [left] = held.splice(event.leaves % held.length, 1) as [Held];
      expect(placer.remove(left.placement.id)).to.equal(true);
      ledger.move(left, 1);
      continue;
    }
    const { task } = event;
    const result = placer.place(task);
    if ("refused" in result) {
      expect(ledger.fitsSomewhere(task), `refused as ${result.refused} although there is room`).to.equal(false);
      continue;
    }
    expect(ledger.fits(result.hostIndex, task), "placed where it does not fit").to.equal(true);
    expect(result.host).to.equal(ledger.hosts[result.hostIndex]);
    expect(new Set(result.gpus.map(({ index }) => index)).size).to.equal(task.gpus);
    for (const { index, milli } of result.gpus) {
      const free = (ledger.freeCards[result.hostIndex] as number[])[index] as number;
      const asked = task.gpus === 1 ? (task.gpuMilli ?? 1000) : 1000;
      expect(milli).to.equal(Math.max(asked, Math.min(leastMilli, free)));
    }
    held.push({ placement: result, task });
    ledger.move({ placement: result, task }, -1);
    if (!ledger.isWithinCapacity(result.hostIndex)) expect.fail(`host ${result.hostIndex} holds more than it has`);
  }
  return held;
}

/** Plays events and compares placements, of every n-th event from one on, with a search through all hosts and cards. */
function playAgainstSearch(
  hosts: readonly PlacementHost[],
  profile: readonly PlacementTask[],
  events: readonly Event[],
  comparedFrom = 0,
  comparedEach = 1,
): void {
  const names = [...new Set(hosts.map(({ model }) => model))].sort();
  const shareOf = (task: PlacementTask): number => (task.gpus === 1 ? (task.gpuMilli ?? 1000) : 1000);
  const ledger = new Ledger(hosts);
  // What no host would hold even now, while all are empty, does not count.
  const demand = profile
    .filter((task) => ledger.fitsSomewhere(task))
    .map((task): DemandClass => {
      const { models = [], gpus, cpuMilli = 0, memoryMib = 0 } = task;
      const accepted = names.flatMap((name, index) => (models.includes(name) ? [index] : []));
      const accepts = models.length === 0 ? undefined : accepted;
      return { accepts, gpus, milli: shareOf(task), weight: 1, cpuMilli, memoryMib };
    });
  const cards = names.map((name) => hosts.reduce((sum, { model, gpus }) => sum + (model === name ? gpus : 0), 0));
  const fleet = fleetValue(demand, cards, 0);

  const wasteAt = (host: number, free: readonly number[], cpuMilli: number, memoryMib: number): number => {
    const model = fleet.models[names.indexOf((hosts[host] as PlacementHost).model)];
    if (model === undefined) return expect.fail("no value for a model");
    const total = free.reduce((sum, milli) => sum + milli, 0);
    const whole = free.filter((milli) => milli === 1000).length;
    const gaps = free.reduce((sum, milli) => sum + cardWaste(model, milli), 0);
    return gaps + hostWaste(fleet, model, total, whole, cpuMilli, memoryMib);
  };
  const scoreOf = (host: number, task: PlacementTask, taken: readonly number[]): number => {
    const free = ledger.freeCards[host] as number[];
    const left = free.map((milli, card) => (taken.includes(card) ? milli - shareOf(task) : milli));
    const [cpu, memory] = [ledger.freeCpu[host] as number, ledger.freeMemory[host] as number];
    const after = wasteAt(host, left, cpu - (task.cpuMilli ?? 0), memory - (task.memoryMib ?? 0));
    return after - wasteAt(host, free, cpu, memory);
  };
  const leastScore = (task: PlacementTask): number => {
    let least = Number.POSITIVE_INFINITY;
    hosts.forEach((_, host) => {
      if (!ledger.fits(host, task)) return;
      const free = ledger.freeCards[host] as number[];
      const usable = free.flatMap((milli, card) => (milli >= shareOf(task) ? [card] : []));
      const choices = task.gpus === 1 ? usable.map((card) => [card]) : [usable.slice(0, task.gpus)];
      for (const taken of choices) least = Math.min(least, scoreOf(host, task, taken));
    });
    return least;
  };

  const placer = createPlacer(hosts, { profile: profile.map((task) => ({ task, weight: 1 })) });
  const held: Held[] = [];
  events.forEach((event, index) => {
    if ("leaves" in event) {
      const [left] = held.splice(event.leaves % Math.max(1, held.length), 1);
      if (left === undefined) return;
      placer.remove(left.placement.id);
      ledger.move(left, 1);
      return;
    }
    const { task } = event;
    const placement = placer.place(task);
    if ("refused" in placement) {
      if (ledger.fitsSomewhere(task)) expect.fail(`refused as ${placement.refused} although there is room`);
      return;
    }
    if (index >= comparedFrom && index % comparedEach === 0) {
      const taken = placement.gpus.map((share) => share.index);
      expect(scoreOf(placement.hostIndex, task, taken)).to.be.closeTo(leastScore(task), 1e-6);
    }
    held.push({ placement, task });
    ledger.move({ placement, task }, -1);
  });
}

function expectPlaced<H extends PlacementHost>(result: ReturnType<Placer<H>["place"]>): Placement<H> {
  if ("refused" in result) expect.fail(`refused: ${result.refused}`);
  return result;
}

describe("createPlacer", function () {
  this.timeout(30_000);

  describe("holds for all fleets and tasks", () => {
    it("never exceeds a card, the CPU or the memory of a host, and never refuses a task that fits", () => {
      fc.assert(
        fc.property(
          fc.array(hostArbitrary, { maxLength: 6 }),
          optionsArbitrary,
          fc.array(eventArbitrary, { maxLength: 80 }),
          (hosts, options, events) => {
            const ledger = new Ledger(hosts);
            const placer = createPlacer(hosts, options);
            const held = play(placer, ledger, events, options.leastMilli);
            expect(placer.stats().usedMilli).to.equal(ledger.usedMilli());
            expect(placer.stats().placements).to.equal(held.length);
          },
        ),
        { numRuns: 150 },
      );
    });

    it("gives everything back: after all have left, the fleet is as it was", () => {
      fc.assert(
        fc.property(
          fc.array(hostArbitrary, { maxLength: 5 }),
          optionsArbitrary,
          fc.array(eventArbitrary, { maxLength: 60 }),
          (hosts, options, events) => {
            const placer = createPlacer(hosts, options);
            const before = placer.stats();
            for (const { placement } of play(placer, new Ledger(hosts), events, options.leastMilli)) {
              placer.remove(placement.id);
            }
            const { refused: _, ...after } = placer.stats();
            expect(after).to.deep.equal({ ...after, ...withoutRefused(before) });
            // Every host takes as much as it has, at once.
            for (const model of MODELS) {
              for (const { gpus, cpuMilli = MANY, memoryMib = MANY } of hosts
                .filter((host) => host.model === model)
                .sort(bySize)) {
                expectPlaced(placer.place({ gpus, cpuMilli, memoryMib, models: [model] }));
              }
            }
          },
        ),
        { numRuns: 100 },
      );
    });

    it("does the same again for the same input", () => {
      fc.assert(
        fc.property(
          fc.array(hostArbitrary, { maxLength: 6 }),
          optionsArbitrary,
          fc.array(eventArbitrary, { maxLength: 60 }),
          (hosts, options, events) => {
            const run = (): unknown => {
              const placer = createPlacer(hosts, options);
              const held = play(placer, new Ledger(hosts), events, options.leastMilli);
              return [held, placer.stats()];
            };
            expect(run()).to.deep.equal(run());
          },
        ),
        { numRuns: 60 },
      );
    });

    it("takes the place that raises expected waste least, whatever came before", () => {
      fc.assert(
        fc.property(
          fc.array(hostArbitrary, { minLength: 1, maxLength: 6 }),
          fc.array(eventArbitrary, { maxLength: 60 }),
          (hosts, events) => {
            const tasks = events.flatMap((event) => ("task" in event ? [event.task] : []));
            playAgainstSearch(hosts, tasks, events);
          },
        ),
        { numRuns: 80 },
      );
    });

    it("does so also when its memory of states has been cleared many times", () => {
      const hosts = Array.from({ length: 400 }, (_, host) => ({
        model: MODELS[host % 2] as string,
        gpus: 1 + (host % 4),
        cpuMilli: 900_000,
        memoryMib: 500_000,
      }));
      const tasks: readonly PlacementTask[] = [
        { gpus: 1, gpuMilli: 400, cpuMilli: 7 },
        { gpus: 1, gpuMilli: 600, cpuMilli: 101 },
        { gpus: 1, gpuMilli: 250 },
        { gpus: 1, cpuMilli: 1_009, models: ["A10"] },
        { gpus: 2, memoryMib: 64 },
        { gpus: 0, cpuMilli: 10_007 },
      ];
      let state = 1;
      const random = (): number => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state >>> 8;
      };
      const rare: PlacementTask = { gpus: 1, gpuMilli: 333, cpuMilli: 3 };
      const events = Array.from({ length: 26_000 }, (_, index): Event => {
        if (index % 12_000 === 100) return { task: rare };
        // Every so often a need that never was before, so that states hardly ever come again.
        if (random() % 8 === 0) return { task: { gpus: 0, cpuMilli: random() % 60_000 } };
        const task = tasks[random() % tasks.length];
        return random() % 20 < 10 && task !== undefined ? { task } : { leaves: random() };
      });
      playAgainstSearch(hosts, tasks, events, 10_000, 5);
    });

    it("stays right after more states and needs than it keeps", () => {
      const hosts = Array.from({ length: 12 }, (_, host) => ({
        model: MODELS[host % 2] as string,
        gpus: 4,
        cpuMilli: 1_000_000,
        memoryMib: 1_000_000,
      }));
      const ledger = new Ledger(hosts);
      const placer = createPlacer(hosts);
      const events: Event[] = [];
      for (let i = 0; i < 14_000; i += 1) {
        events.push({ task: { gpus: 1, gpuMilli: 1 + ((i * 37) % 900), cpuMilli: i, memoryMib: (i * 7) % 1000 } });
        events.push({ leaves: i * 13 });
        if (i % 3 === 0) events.push({ task: { gpus: 1, gpuMilli: 250 } });
      }
      const held = play(placer, ledger, events);
      expect(placer.stats().usedMilli).to.equal(ledger.usedMilli());
      expect(held.length).to.be.greaterThan(20);
    });
  });

  describe("does not strand cards", () => {
    const shares = {
      profile: [
        { task: { gpus: 1, gpuMilli: 500 }, weight: 2 },
        { task: { gpus: 1 }, weight: 1 },
      ],
    };

    it("packs shares on partly used cards, here two halves on each", () => {
      const placer = createPlacer(
        [
          { model: "T4", gpus: 2 },
          { model: "T4", gpus: 2 },
        ],
        shares,
      );
      for (let i = 0; i < 4; i += 1) placer.place({ gpus: 1, gpuMilli: 500 });
      expect(placer.stats()).to.include({ usedMilli: 2000, freeMilli: 2000, wholeGpusFree: 2, strandedMilli: 0 });
    });

    it("puts a share into the gap that it leaves least waste in", () => {
      const sizes = [810, 650, 190, 350, 1000];
      const profile = sizes.map((gpuMilli) => ({ task: { gpus: 1, gpuMilli }, weight: 1 }));
      const placer = createPlacer([{ model: "T4", gpus: 4 }], { profile });
      const big = expectPlaced(placer.place({ gpus: 1, gpuMilli: 810 }));
      const middle = expectPlaced(placer.place({ gpus: 1, gpuMilli: 650 }));
      const small = expectPlaced(placer.place({ gpus: 1, gpuMilli: 350 }));
      const smallest = expectPlaced(placer.place({ gpus: 1, gpuMilli: 190 }));
      expect(small.gpus[0]?.index).to.equal(middle.gpus[0]?.index);
      expect(smallest.gpus[0]?.index).to.equal(big.gpus[0]?.index);
    });

    it("keeps whole hosts for clusters", () => {
      const hosts = [
        { model: "G2", gpus: 8 },
        { model: "G2", gpus: 8 },
      ];
      const profile = [
        { task: { gpus: 1 }, weight: 8 },
        { task: { gpus: 8 }, weight: 1 },
      ];
      const placer = createPlacer(hosts, { profile });
      const used = new Set<number>();
      for (let i = 0; i < 8; i += 1) used.add(expectPlaced(placer.place({ gpus: 1 })).hostIndex);
      expect(used.size).to.equal(1);
      expect(expectPlaced(placer.place({ gpus: 8 })).gpus).to.have.lengthOf(8);
    });

    it("keeps no room for what no host will ever hold", () => {
      const hosts = Array.from({ length: 6 }, (_, i) => ({ model: i < 3 ? "A" : "B", gpus: 4, cpuMilli: 32_000 }));
      const usual = [250, 400, 600, 1_000].map((gpuMilli) => ({
        task: { gpus: 1, gpuMilli, cpuMilli: 4_000 },
        weight: 1,
      }));
      const impossible = [{ gpus: 16 }, { gpus: 1, cpuMilli: 64_000 }, { gpus: 4, models: ["C"] }];
      const [plain, mixed] = [usual, [...usual, ...impossible.map((task) => ({ task, weight: 50 }))]].map((profile) => {
        const placer = createPlacer(hosts, { profile });
        return Array.from({ length: 40 }, (_, i) => placer.place(usual[(i * 7) % 4]?.task ?? expect.fail("no task")));
      });
      expect(mixed).to.deep.equal(plain);
    });

    it("sends what needs much CPU to hosts that are rich in it", () => {
      const poor = { model: "G2", gpus: 4, cpuMilli: 40_000 };
      const rich = { model: "T4", gpus: 4, cpuMilli: 200_000 };
      const profile = [
        { task: { gpus: 1, cpuMilli: 10_000 }, weight: 9 },
        { task: { gpus: 0, cpuMilli: 30_000 }, weight: 1 },
      ];
      const placer = createPlacer([poor, rich], { profile });
      expect(expectPlaced(placer.place({ gpus: 0, cpuMilli: 30_000 })).host).to.equal(rich);
      expect(expectPlaced(placer.place({ gpus: 1, cpuMilli: 30_000 })).host).to.equal(rich);
    });

    it("keeps models that other tasks insist on", () => {
      const profile = [
        { task: { gpus: 1, models: ["A10"] }, weight: 3 },
        { task: { gpus: 1 }, weight: 1 },
      ];
      const placer = createPlacer(
        [
          { model: "A10", gpus: 4 },
          { model: "T4", gpus: 4 },
        ],
        { profile },
      );
      for (let i = 0; i < 4; i += 1) expect(expectPlaced(placer.place({ gpus: 1 })).host.model).to.equal("T4");
    });

    it("learns from what it has seen: halves are paired and clusters find a host", () => {
      const hosts = Array.from({ length: 40 }, () => ({ model: "G2", gpus: 8 }));
      const placer = createPlacer(hosts);
      let clusters = 0;
      for (let i = 0; i < 240; i += 1) {
        placer.place({ gpus: 1, gpuMilli: 700 });
        placer.place({ gpus: 1, gpuMilli: 300 });
        if (i % 40 === 0) clusters += "refused" in placer.place({ gpus: 8 }) ? 0 : 1;
      }
      expect(clusters).to.equal(6);
      expect(placer.stats()).to.include({ usedMilli: 240_000 + 48_000, wholeGpusFree: 320 - 240 - 48 });
    });

    it("stats: strandedMilli counts what nobody will take", () => {
      const profile = [{ task: { gpus: 1, gpuMilli: 810 }, weight: 1 }];
      const placer = createPlacer([{ model: "T4", gpus: 1 }], { profile });
      placer.place({ gpus: 1, gpuMilli: 810 });
      expect(placer.stats().strandedMilli).to.equal(190);
    });
  });

  describe("refuses with the reason", () => {
    const hosts = [{ model: "T4", gpus: 2, cpuMilli: 8_000, memoryMib: 1_024 }];

    it("model: no host has an accepted one", () => {
      expect(createPlacer(hosts).place({ gpus: 1, models: ["H100"] })).to.deep.equal({ refused: "model" });
    });

    it("model: there is no host at all", () => {
      expect(createPlacer([]).place({ gpus: 0 })).to.deep.equal({ refused: "model" });
    });

    for (const task of [{ gpus: 3 }, { gpus: 0, cpuMilli: 8_001 }, { gpus: 1, memoryMib: 1_025 }]) {
      it(`size: no host would hold ${JSON.stringify(task)}`, () => {
        expect(createPlacer(hosts).place(task)).to.deep.equal({ refused: "size" });
      });
    }

    it("size: large enough hosts have other models", () => {
      const placer = createPlacer([...hosts, { model: "G2", gpus: 8 }]);
      expect(placer.place({ gpus: 4, models: ["T4"] })).to.deep.equal({ refused: "size" });
    });

    it("capacity: there is no room now, but again after a task has left", () => {
      const placer = createPlacer(hosts);
      const { id } = expectPlaced(placer.place({ gpus: 2 }));
      expect(placer.place({ gpus: 1, gpuMilli: 1 })).to.deep.equal({ refused: "capacity" });
      expect(placer.remove(id)).to.equal(true);
      expectPlaced(placer.place({ gpus: 1, gpuMilli: 1 }));
      expect(placer.stats().refused).to.deep.equal({ model: 0, size: 0, capacity: 1 });
    });
  });

  it("removes a placement once, and only its own", () => {
    const placer = createPlacer([{ model: "T4", gpus: 2 }]);
    const { id } = expectPlaced(placer.place({ gpus: 2 }));
    expect(placer.remove(id + 1)).to.equal(false);
    expect(placer.remove(id)).to.equal(true);
    expect(placer.remove(id)).to.equal(false);
    expect(placer.stats()).to.include({ placements: 0, usedMilli: 0 });
    expect(expectPlaced(placer.place({ gpus: 1 })).id).to.not.equal(id);
  });

  it("takes hosts without stated CPU and memory as not limited", () => {
    const placer = createPlacer([{ model: "T4", gpus: 1 }]);
    expectPlaced(placer.place({ gpus: 1, cpuMilli: Number.MAX_SAFE_INTEGER, memoryMib: Number.MAX_SAFE_INTEGER }));
  });

  it("lets a share hold at least leastMilli, or what is free of the card", () => {
    const placer = createPlacer([{ model: "T4", gpus: 1 }], { leastMilli: 125 });
    const held = Array.from({ length: 8 }, () => expectPlaced(placer.place({ gpus: 1, gpuMilli: 1 })));
    expect(held.map(({ gpus }) => gpus[0]?.milli)).to.deep.equal(new Array(8).fill(125));
    expect(placer.place({ gpus: 1, gpuMilli: 1 })).to.deep.equal({ refused: "capacity" });
    placer.remove(held[0]?.id ?? -1);
    expect(expectPlaced(placer.place({ gpus: 1, gpuMilli: 30 })).gpus).to.deep.equal([{ index: 0, milli: 125 }]);
  });

  describe("rejects bad input and changes nothing", () => {
    const placer = createPlacer([{ model: "T4", gpus: 1 }]);
    const cases: readonly [PlacementTask, string][] = [
      [{ gpus: -1 }, "gpus"],
      [{ gpus: 1.5 }, "gpus"],
      [{ gpus: Number.NaN }, "gpus"],
      [{ gpus: 1025 }, "gpus"],
      [{ gpus: 1, gpuMilli: 0 }, "gpuMilli"],
      [{ gpus: 1, gpuMilli: 1001 }, "gpuMilli"],
      [{ gpus: 1, cpuMilli: -1 }, "cpuMilli"],
      [{ gpus: 1, memoryMib: Number.POSITIVE_INFINITY }, "memoryMib"],
    ];
    for (const [task, field] of cases) {
      it(`place: ${field} of ${Object.values(task).join(" / ")}`, () => {
        expect(() => placer.place(task))
          .to.throw(PlacementInputError)
          .that.satisfies(
            (error: PlacementInputError) =>
              error.field === field && Object.is(error.value, task[field as keyof PlacementTask]),
          );
        expect(placer.stats()).to.include({ placements: 0, usedMilli: 0 });
      });
    }

    it("createPlacer: hosts, weights and the least share", () => {
      const host = { model: "T4", gpus: 1 };
      const task = { gpus: 1 };
      expect(() => createPlacer([host, { ...host, gpus: -1 }])).to.throw(PlacementInputError, "hosts[1].gpus");
      expect(() => createPlacer([{ ...host, cpuMilli: 0.5 }])).to.throw(PlacementInputError, "hosts[0].cpuMilli");
      expect(() => createPlacer([{ ...host, memoryMib: -1 }])).to.throw(PlacementInputError, "hosts[0].memoryMib");
      expect(() => createPlacer([host], { leastMilli: 1001 })).to.throw(PlacementInputError, "leastMilli");
      expect(() => createPlacer([host], { profile: [{ task, weight: 0 }] })).to.throw(PlacementInputError, "weight");
      expect(() => createPlacer([host], { profile: [{ task: { gpus: 2.5 }, weight: 1 }] })).to.throw(
        PlacementInputError,
        "gpus",
      );
    });
  });
});

describe("expectedGapWaste", function () {
  this.timeout(30_000);

  it("is between nothing and the whole gap, and all of a gap that nobody fits into", () => {
    const demandArbitrary = fc.array(
      fc.record({ milli: fc.integer({ min: 1, max: 1000 }), weight: fc.integer({ min: 1, max: 1000 }) }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(demandArbitrary, fc.constantFrom(0, 125), (demand, leastMilli) => {
        const waste = expectedGapWaste(demand, leastMilli);
        expect(waste).to.have.lengthOf(GAP_LEVELS + 1);
        const smallest = Math.min(1001, ...demand.map(({ milli }) => Math.ceil(milli / GAP_STEP) * GAP_STEP));
        waste.forEach((lost, level) => {
          const gap = level * GAP_STEP;
          expect(lost).to.be.within(0, gap + 1e-9);
          if (gap < smallest) expect(lost).to.be.closeTo(gap, 2);
        });
      }),
      { numRuns: 60 },
    );
  });

  it("finds that complements make a gap worth keeping", () => {
    const [with300, without300] = [
      [700, 300],
      [700, 650],
    ].map((sizes) =>
      expectedGapWaste(
        sizes.map((milli) => ({ milli, weight: 1 })),
        0,
      ),
    );
    expect(with300?.[30]).to.be.lessThan(60);
    expect(without300?.[30]).to.be.greaterThan(290);
  });
});

describe("the ranking", () => {
  it("yields entries by score, then by id, also after some were taken out", () => {
    const entryArbitrary = fc.record({ score: fc.integer({ min: -5, max: 5 }), id: fc.nat({ max: 1000 }) });
    fc.assert(
      fc.property(fc.array(entryArbitrary, { maxLength: 200 }), fc.integer({ min: 1, max: 7 }), (entries, divisor) => {
        const ranking = createRanking();
        for (const { score, id } of entries) rank(ranking, score, id);
        retain(ranking, (id) => id % divisor === 0);
        const drained: number[][] = [];
        while (ranking.size > 0) {
          drained.push([ranking.scores[0] as number, ranking.ids[0] as number]);
          dropFirst(ranking);
        }
        const sorted = entries
          .filter(({ id }) => id % divisor === 0)
          .map(({ score, id }) => [score, id] as const)
          .sort(([a, i], [b, j]) => a - b || i - j);
        expect(drained).to.deep.equal(sorted.map((entry) => [...entry]));
      }),
    );
  });
});

describe("bench:placement", function () {
  this.timeout(120_000);

  const root = fileURLToPath(new URL("../..", import.meta.url));
  const bench = join(root, "scripts/bench/placement.ts");
  const folder = mkdtempSync(join(tmpdir(), "placement-"));
  const nodes = join(folder, "nodes.csv");
  const pods = join(folder, "pods.csv");

  before(() => {
    const hosts = Array.from({ length: 10 }, (_, host) => `node-${host},64000,262144,4,T4`);
    writeFileSync(nodes, ["sn,cpu_milli,memory_mib,gpu,model", ...hosts].join("\n"));
    const tasks = Array.from({ length: 50 }, (_, task) => `task-${task},4000,8192,1,${task % 2 === 0 ? 500 : 1000}`);
    writeFileSync(pods, ["name,cpu_milli,memory_mib,num_gpu,gpu_milli", ...tasks].join("\n"));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  const figures = (args: readonly string[]): Record<string, number> =>
    JSON.parse(execFileSync(process.execPath, [bench, ...args, "--json"], { encoding: "utf8" }));

  it("prints the allocation, the speed and the memory, the same allocation each time", () => {
    for (const mode of [[], ["--learn"], ["--market"]]) {
      const args = ["--nodes", nodes, "--pods", pods, "--seeds", "2", ...mode];
      const { alloc100, alloc130, tasksPerSecond, peakMemoryMiB } = figures(args);
      expect(alloc100).to.be.within(90, 100);
      expect(alloc130).to.equal(100);
      expect(tasksPerSecond).to.be.greaterThan(0);
      expect(peakMemoryMiB).to.be.greaterThan(0);
      expect(figures(args)).to.include({ alloc100, alloc130 });
    }
  });

  it("says where a file is wrong before anything else", () => {
    const broken = join(folder, "broken.csv");
    writeFileSync(broken, "name,cpu_milli,memory_mib,num_gpu,gpu_milli\ntask-0,4000,8192,one,500\n");
    const { status, stdout, stderr } = spawnSync(process.execPath, [bench, "--nodes", nodes, "--pods", broken], {
      encoding: "utf8",
    });
    expect([status, stdout]).to.deep.equal([1, ""]);
    expect(stderr).to.equal(`${broken}:2: column 4 (num_gpu): expected a whole number from 0 to 1024, found "one"\n`);
  });

  it("says so when more tasks would come than it can hold", () => {
    const [many, tiny] = [join(folder, "many.csv"), join(folder, "tiny.csv")];
    const hosts = Array.from({ length: 8 }, (_, host) => `node-${host},64000,262144,1024,T4`);
    writeFileSync(many, ["sn,cpu_milli,memory_mib,gpu,model", ...hosts].join("\n"));
    writeFileSync(tiny, "name,cpu_milli,memory_mib,num_gpu,gpu_milli\ntask-0,0,0,1,1\n");
    const run = spawnSync(process.execPath, [bench, "--nodes", many, "--pods", tiny, "--seeds", "1"], {
      encoding: "utf8",
    });
    expect(run).to.include({ status: 1, stdout: "" });
    expect(run.stderr).to.equal(
      `${tiny}: 10649600 such tasks fill the 8192 cards of ${many}, more than 10000000: give fewer hosts\n`,
    );
  });

  it("says so when an argument or a file is missing", () => {
    const run = (...args: string[]) => spawnSync(process.execPath, [bench, ...args], { encoding: "utf8" });
    expect(run("--nodes", nodes)).to.include({ status: 1, stdout: "" });
    expect(run("--nodes", nodes).stderr).to.match(/^usage: /);
    expect(run("--nodes", nodes, "--pods", pods, "--seeds", "0").stderr).to.match(/^usage: /);
    expect(run("--nodes", nodes, "--pods", pods, "--learn", "--market").stderr).to.match(/^usage: /);
    expect(run("--hosts", nodes).stderr).to.contain("--hosts").and.to.contain("usage: ");
    const absent = join(folder, "absent.csv");
    expect(run("--nodes", absent, "--pods", pods).stderr).to.equal(`${absent}: cannot be read (ENOENT)\n`);
  });

  it("fills the openb cluster above what fragmentation gradient descent is published with", function () {
    const data = ["../shared/data/openb", "../../shared/data/openb"].map((path) => join(root, path)).find(existsSync);
    if (data === undefined) {
      console.log("      the openb trace is not beside the repository: skipped");
      this.skip();
    }
    // Published mean over seeds, at 100 % and at 130 % of arrivals.
    const published: readonly [string, number, number][] = [
      ["default", 95.23, 95.39],
      ["gpuspec33", 87.84, 94.55],
    ];
    for (const [list, at100, at130] of published) {
      const file = join(data, `openb_pod_list_${list}.csv`);
      const args = ["--nodes", join(data, "openb_node_list_gpu_node.csv"), "--pods", file, "--seeds", "2"];
      for (const mode of [[], ["--market"]]) {
        const { alloc100, alloc130 } = figures([...args, ...mode]);
        expect(alloc100).to.be.greaterThan(at100);
        expect(alloc130).to.be.greaterThan(at130 + 0.4);
      }
    }
  });
});

function withoutRefused<T extends { readonly refused: unknown }>({ refused: _, ...rest }: T): Omit<T, "refused"> {
  return rest;
}

function bySize(a: PlacementHost, b: PlacementHost): number {
  const amount = ({ gpus, cpuMilli = MANY, memoryMib = MANY }: PlacementHost): readonly number[] => [
    gpus,
    cpuMilli,
    memoryMib,
  ];
  const [x, y] = [amount(a), amount(b)];
  return (
    (y[0] as number) - (x[0] as number) || (y[1] as number) - (x[1] as number) || (y[2] as number) - (x[2] as number)
  );
}
