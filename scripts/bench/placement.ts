import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  createPlacer,
  type PlacementHost,
  type PlacementTask,
  type PlacerOptions,
} from "../../sdk/src/matching/index.ts";
import { CsvFormatError, type NodeRow, type PodRow, parseNodes, parsePods } from "../lib/openb.ts";
import { generator, round } from "./figures.ts";
import { createMarket } from "./placementMarket.ts";

/** Load at which arrivals end, as a multiple of the cluster's cards. */
const LOAD = 1.3;
/** Most tasks of a run; what is placed must fit into memory. */
const MOST_TASKS = 10_000_000;

const USAGE = `usage: npm run bench:placement -- --nodes FILE --pods FILE [--seeds 10] [--learn | --market] [--json]

Fills the cluster of a node list with the tasks of a pod list, up to ${LOAD * 100} % of its cards, and prints the cards
allocated (in % of all) when tasks for 100 % and for ${LOAD * 100} % have arrived, as the mean over the seeds.

  --learn   learn the demand from the tasks that arrive, instead of being given the task list as a profile
  --market  place them by bids on the matching engine, which learns from what it matched; tasks without cards are left out, since
            they are not let, and a share holds at least an eighth of a card
`;

/** Times in seconds: of the clock, and of the processor in all threads of this process. */
type Run = {
  readonly alloc100: number;
  readonly alloc130: number;
  readonly tasks: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
};

function main(): void {
  const values = readArguments();
  const seeds = Number(values.seeds);
  const isBoth = values.learn && values.market;
  if (values.nodes === undefined || values.pods === undefined || isBoth || !Number.isInteger(seeds) || seeds < 1) {
    fail(USAGE);
  }
  const hosts = parseNodes(readText(values.nodes), values.nodes).map(hostOf);
  const tasks = parsePods(readText(values.pods), values.pods).map(taskOf);
  const cards = hosts.reduce((sum, { gpus }) => sum + gpus, 0);
  if (cards === 0) fail(`${values.nodes}: no host has a card\n`);
  const asked = tasks.reduce((sum, task) => sum + milliOf(task), 0);
  if (asked === 0) fail(`${values.pods}: no task needs a card\n`);
  const needed = Math.round((LOAD * cards * 1000 * tasks.length) / asked);
  if (needed > MOST_TASKS)
    fail(
      `${values.pods}: ${needed} such tasks fill the ${cards} cards of ${values.nodes}, more than ${MOST_TASKS}: give fewer hosts\n`,
    );

  const options: PlacerOptions = values.learn ? {} : { profile: tasks.map((task) => ({ task, weight: 1 })) };
  const own = values.market ? tasks.filter(({ gpus }) => gpus > 0) : tasks;
  const runs = Array.from({ length: seeds }, (_, seed) => {
    const makeFleet = () => (values.market ? createMarket(hosts) : placerOf(hosts, options));
    return run(makeFleet, arrivals(own, cards * 1000, seed), cards);
  });
  report(runs, values.json);
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        nodes: { type: "string" },
        pods: { type: "string" },
        seeds: { type: "string", default: "10" },
        learn: { type: "boolean", default: false },
        market: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    return fail(`${(error as Error).message}\n${USAGE}`);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    return fail(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})\n`);
  }
}

/** What places tasks, and says how much of the cards is in use. */
type Fleet = { readonly place: (task: PlacementTask) => unknown; readonly usedMilli: () => number };

function placerOf(hosts: readonly PlacementHost[], options: PlacerOptions): Fleet {
  const { place, stats } = createPlacer(hosts, options);
  return { place, usedMilli: () => stats().usedMilli };
}

function run(makeFleet: () => Fleet, tasks: readonly PlacementTask[], cards: number): Run {
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  const { place, usedMilli } = makeFleet();
  let arrived = 0;
  let alloc100: number | undefined;
  const allocated = (): number => usedMilli() / cards / 10;
  for (const task of tasks) {
    place(task);
    arrived += milliOf(task);
    if (arrived >= cards * 1000) alloc100 ??= allocated();
  }
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpuStart);
  const cpuSeconds = (user + system) / 1e6;
  const alloc130 = allocated();
  return { alloc100: alloc100 ?? alloc130, alloc130, tasks: tasks.length, seconds, cpuSeconds };
}

/** The list shuffled; then, while too much is asked, without random tasks; while too little, with random tasks again. */
function arrivals(tasks: readonly PlacementTask[], capacityMilli: number, seed: number): readonly PlacementTask[] {
  const random = generator(seed);
  const pick = (count: number): number => Math.floor(random() * count);
  const order = [...tasks];
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = pick(i + 1);
    [order[i], order[j]] = [order[j] as PlacementTask, order[i] as PlacementTask];
  }
  const target = LOAD * capacityMilli;
  let asked = order.reduce((sum, task) => sum + milliOf(task), 0);
  while (asked > target) {
    const [dropped] = order.splice(pick(order.length), 1);
    asked -= milliOf(dropped as PlacementTask);
  }
  for (;;) {
    const task = tasks[pick(tasks.length)] as PlacementTask;
    asked += milliOf(task);
    if (asked > target) return order;
    order.push(task);
  }
}

function hostOf({ model, gpu, cpuMilli, memoryMib }: NodeRow): PlacementHost {
  return { model, gpus: gpu, cpuMilli, memoryMib };
}

function taskOf({ numGpu, gpuMilli, cpuMilli, memoryMib, gpuSpec }: PodRow): PlacementTask {
  const share = numGpu === 1 ? { gpuMilli } : {};
  return { gpus: numGpu, ...share, cpuMilli, memoryMib, models: numGpu === 0 ? [] : gpuSpec };
}

function milliOf({ gpus, gpuMilli = 1000 }: PlacementTask): number {
  return gpus * gpuMilli;
}

function report(runs: readonly Run[], json: boolean): void {
  const total = (figure: (run: Run) => number): number => runs.reduce((sum, each) => sum + figure(each), 0);
  const figures = {
    alloc100: round(total(({ alloc100 }) => alloc100) / runs.length),
    alloc130: round(total(({ alloc130 }) => alloc130) / runs.length),
    tasksPerSecond: Math.round(total(({ tasks }) => tasks) / total(({ seconds }) => seconds)),
    tasksPerCpuSecond: Math.round(total(({ tasks }) => tasks) / total(({ cpuSeconds }) => cpuSeconds)),
    peakMemoryMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    seeds: runs.length,
  };
  if (json) {
    console.log(JSON.stringify(figures));
    return;
  }
  console.log(`allocated at 100 %   ${figures.alloc100.toFixed(2)} %`);
  console.log(`allocated at 130 %   ${figures.alloc130.toFixed(2)} %`);
  console.log(`tasks per second     ${figures.tasksPerSecond}`);
  console.log(`  … of processor     ${figures.tasksPerCpuSecond}`);
  console.log(`peak memory          ${figures.peakMemoryMiB} MiB`);
  console.log(`seeds                ${figures.seeds}`);
}

function fail(message: string): never {
  process.stderr.write(message);
  process.exit(1);
}

try {
  main();
} catch (error) {
  if (error instanceof CsvFormatError) fail(`${error.message}\n`);
  throw error;
}
