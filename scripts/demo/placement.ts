import { type DemandHost, LONGEST, type Task } from "./demand.ts";

/** Cards of a card's thousandths, and leases that run on it at once. */
const WHOLE = 1000;
const CRUMB = 125;
const PLACES = 8;
/** Most cards of one bid. */
const MOST_CARDS = 254;

/** Where and when a task runs. Times are seconds since the first task's. */
export type Placed = {
  readonly task: Task;
  /** First second of its leases. */
  readonly start: number;
  /** Host in the fleet, and the places of its cards on it. */
  readonly host: number;
  readonly cards: readonly number[];
};

/** A plan: the hosts that are needed, who runs where, and who runs nowhere and why. */
export type Plan = {
  readonly fleet: readonly DemandHost[];
  readonly placed: readonly Placed[];
  readonly unplaced: readonly { readonly task: string; readonly reason: string }[];
};

type Running = { readonly end: number; readonly thousandths: number };
type Slot = { readonly cards: Running[][]; used: { end: number; cpuMilli: number; memoryMib: number }[] };

/**
 * Plans tasks in time order on as few hosts as they need: on a host that is there, where the tightest fit is, else on the next host
 * of the file that fits. Keeps the ledger's rules (a lease holds at least an eighth of a card or what is left, eight to a card), so
 * that every lease of the plan can be opened at its second.
 */
export const planDemand = (hosts: readonly DemandHost[], tasks: readonly Task[]): Plan => {
  const waiting = [...hosts];
  const fleet: DemandHost[] = [];
  const slots: Slot[] = [];
  const placed: Placed[] = [];
  const unplaced: { task: string; reason: string }[] = [];
  const first = tasks[0]?.start ?? 0;
  let last = 0;
  for (const task of tasks) {
    const reason = impossible(hosts, task, first);
    if (reason !== undefined) {
      unplaced.push({ task: task.name, reason });
      continue;
    }
    // One lease a block, and a block before it to look at: two seconds apart at least.
    const start = Math.max(task.start - first + 2, last + 2);
    const found = bestFit(fleet, slots, task, start) ?? grow(waiting, fleet, slots, task);
    if (found === undefined) {
      unplaced.push({ task: task.name, reason: "all hosts of the file that it fits on are full at its time" });
      continue;
    }
    last = start;
    occupy(slots[found.host], task, found.cards, start);
    placed.push({ task, start, ...found });
  }
  return { fleet, placed, unplaced };
};

/** Why a task can never be leased: it fits on no host of the file, even on an empty one, or no order would hold it. */
const impossible = (hosts: readonly DemandHost[], task: Task, first: number): string | undefined => {
  if (task.cards === 0) return "asks for no GPU";
  if (task.cards > MOST_CARDS) return `asks for more than ${MOST_CARDS} cards, the most of one bid`;
  if (task.duration > LONGEST) return "asks for more than 366 days";
  if (task.start - first > LONGEST) return "begins more than 366 days after the first task; asks do not stand so long";
  const accepted = hosts.filter((host) => accepts(task, host));
  if (accepted.length === 0)
    return `no host has a card${task.models.length === 0 ? "" : ` of ${task.models.join(" or ")}`}`;
  const most = Math.max(...accepted.map(({ gpu }) => gpu));
  if (most < task.cards) return `asks for ${task.cards} cards on one host, the largest that it accepts has ${most}`;
  if (accepted.some((host) => host.gpu >= task.cards && hasRoom(host, 0, 0, task))) return undefined;
  return "asks for more CPU or memory than any host that it accepts has";
};

const accepts = (task: Task, host: DemandHost): boolean => task.models.length === 0 || task.models.includes(host.model);

const hasRoom = (host: DemandHost, cpuMilli: number, memoryMib: number, task: Task): boolean =>
  cpuMilli + task.cpuMilli <= host.cpuMilli && memoryMib + task.memoryMib <= host.memoryMib;

type Found = { readonly host: number; readonly cards: readonly number[] };

/** The host with the least free cards after the task, and of it the fullest cards that fit. */
const bestFit = (
  fleet: readonly DemandHost[],
  slots: readonly Slot[],
  task: Task,
  start: number,
): Found | undefined => {
  let best: (Found & { readonly left: number }) | undefined;
  for (const [index, host] of fleet.entries()) {
    const slot = slots[index];
    if (slot === undefined || !accepts(task, host)) continue;
    forget(slot, start);
    const cpu = slot.used.reduce((sum, { cpuMilli }) => sum + cpuMilli, 0);
    const memory = slot.used.reduce((sum, { memoryMib }) => sum + memoryMib, 0);
    if (!hasRoom(host, cpu, memory, task)) continue;
    const fitting = slot.cards
      .map((running, place) => ({ place, free: freeOf(running), running: running.length }))
      .filter(({ free, running }) => running < PLACES && heldBy(task, free) <= free)
      .sort((a, b) => a.free - b.free || a.place - b.place)
      .slice(0, task.cards);
    if (fitting.length < task.cards) continue;
    const left = slot.cards.reduce((sum, running) => sum + freeOf(running), 0);
    if (best === undefined || left < best.left) best = { host: index, cards: fitting.map(({ place }) => place), left };
  }
  return best === undefined ? undefined : { host: best.host, cards: best.cards };
};

/** Adds the first host of the file on which the task fits when empty. */
const grow = (waiting: DemandHost[], fleet: DemandHost[], slots: Slot[], task: Task): Found | undefined => {
  const next = waiting.findIndex((host) => accepts(task, host) && host.gpu >= task.cards && hasRoom(host, 0, 0, task));
  const [host] = next < 0 ? [] : waiting.splice(next, 1);
  if (host === undefined) return undefined;
  fleet.push(host);
  slots.push({ cards: Array.from({ length: host.gpu }, () => []), used: [] });
  return { host: fleet.length - 1, cards: Array.from({ length: task.cards }, (_, place) => place) };
};

/** What ended a second ago or earlier is free: the preview looks one block before the lease begins. */
const forget = (slot: Slot, start: number): void => {
  slot.used = slot.used.filter(({ end }) => end >= start);
  for (const [place, running] of slot.cards.entries()) slot.cards[place] = running.filter(({ end }) => end >= start);
};

const freeOf = (running: readonly Running[]): number =>
  WHOLE - running.reduce((sum, { thousandths }) => sum + thousandths, 0);

const heldBy = ({ thousandths }: Task, free: number): number => Math.max(thousandths, Math.min(CRUMB, free));

const occupy = (slot: Slot | undefined, task: Task, cards: readonly number[], start: number): void => {
  if (slot === undefined) return;
  const end = start + task.duration;
  slot.used.push({ end, cpuMilli: task.cpuMilli, memoryMib: task.memoryMib });
  for (const place of cards) {
    const running = slot.cards[place] ?? [];
    running.push({ end, thousandths: heldBy(task, freeOf(running)) });
  }
};
