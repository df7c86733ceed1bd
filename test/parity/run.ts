import { type Hex, isHex, parseEther } from "viem";
import { conserved } from "../model/conservation.ts";
import { DAY, HOUR } from "../model/numbers.ts";
import { type Account, Refusal, type State } from "../model/state.ts";
import * as tokens from "../model/tokens.ts";
import type { Outcome } from "./chain.ts";
import { compare, type Difference, touchedBy } from "./observe.ts";
import { nextOperation } from "./operations/all.ts";
import { register, verify } from "./operations/cards.ts";
import { mintFor } from "./operations/dollar.ts";
import { sequencerRound, updateFeed } from "./operations/feeds.ts";
import { emptyMemory, type Generator, type Memory, type Operation, operation, type Scene } from "./operations/scene.ts";
import { stakeBond } from "./operations/stakes.ts";
import { approveAll } from "./operations/tokens.ts";
import { transactionOf } from "./operations/wallets.ts";
import { type Random, randomOf } from "./random.ts";
import type { Tally } from "./tally.ts";
import { genesis, hasOnlyCode, newestTime, type World } from "./world.ts";

const count = (counts: Map<string, number>, name: string): void => {
  counts.set(name, (counts.get(name) ?? 0) + 1);
};

/** Text of anything, with bigints. */
const show = (value: unknown): string =>
  JSON.stringify(value, (_, part) =>
    typeof part === "bigint" ? `${part}` : part instanceof Set ? [...part].map(String) : part,
  );

/** Looks at a state that chain and model share, after a step. */
export type Visit = (s: State, step: number) => Promise<void>;

/** Part of the allowances with which permits and authorizations are wanted often. */
export const SOME_APPROVE = 0.75;

/** One deployment on which runs begin again and again from the same block. */
export class Stage {
  readonly #world: World;
  readonly #approving: number;
  #snapshot: Hex | undefined;

  /** `approving` is the part of all allowances, of people for contracts, that are there when a run begins. */
  constructor(world: World, approving = 1) {
    this.#world = world;
    this.#approving = approving;
  }

  async reset(): Promise<void> {
    const { chain } = this.#world;
    if (this.#snapshot !== undefined) await chain.request("evm_revert", this.#snapshot);
    this.#snapshot = await chain.request<Hex>("evm_snapshot");
  }

  /** Runs `operations` random operations of a seed on chain and model, comparing at every step. */
  async run(seed: bigint, operations: number, every: number, tally: Tally, visit?: Visit): Promise<void> {
    await this.reset();
    const run = new Run(this.#world, await genesis(this.#world), randomOf(seed), seed, tally);
    await run.prepare(this.#approving);
    await run.check(true);
    for (let step = 1; step <= operations; step += 1) {
      await run.step(step, step % every === 0 || step === operations);
      await visit?.(run.s, step);
    }
    tally.leases += run.s.leases.length;
    tally.shares += run.s.shares.size;
  }
}

class Run {
  s: State;
  readonly #world: World;
  readonly #memory: Memory = emptyMemory();
  readonly #random: Random;
  readonly #seed: bigint;
  readonly #tally: Tally;
  readonly #touched = new Set<Account>();
  #step = 0;
  #last = "nothing";

  constructor(world: World, s: State, random: Random, seed: bigint, tally: Tally) {
    this.#world = world;
    this.s = s;
    this.#random = random;
    this.#seed = seed;
    this.#tally = tally;
  }

  get #scene(): Scene {
    return { world: this.#world, s: this.s, memory: this.#memory, random: this.#random };
  }

  /** Money, approvals, feeds and a few bonded cards. */
  async prepare(approving: number): Promise<void> {
    const { people, treasury, contracts } = this.#world;
    const all = tokens.UNLIMITED;
    this.s.now = await newestTime(this.#world.chain);
    for (const account of people) {
      const amount = parseEther("5000000");
      await this.#mustRun(
        operation(this.#scene, treasury, "token", "transfer", [account, amount], (m) =>
          tokens.transfer(m.token, treasury, account, amount),
        ),
      );
      // Who has not approved pays by permit or authorization; a wallet cannot permit.
      for (const [which, spender] of [
        ["token", "minter"],
        ["token", "supplierStaking"],
        ["token", "renterStaking"],
        ["dollar", "ledger"],
      ] as const) {
        const must = which === "token" && hasOnlyCode(this.#world, account);
        if (must || this.#random.chance(approving))
          await this.#mustRun(approveAll(this.#scene, account, which, contracts[spender].address, all));
      }
    }
    for (const feed of ["primaryFeed", "secondFeed", "spareFeed"] as const) await this.#try(updateFeed(feed));
    await this.#try(sequencerRound);
    for (const account of people) await this.#mustRun(mintFor(this.#scene, account, parseEther("9000")));
    for (let i = 0; i < 4; i += 1) await this.#try(register);
    for (let i = 0; i < 6; i += 1) await this.#try(verify);
    for (let i = 0; i < 12; i += 1) await this.#try(stakeBond);
  }

  async #try(generator: Generator): Promise<void> {
    const before = this.s.now;
    this.s.now += 1n;
    const operation = await generator(this.#scene);
    if (operation !== undefined) await this.#both(operation);
    // No block, no second: the chain is asked as of its newest block.
    else this.s.now = before;
  }

  async #mustRun(operation: Operation): Promise<void> {
    this.s.now += 1n;
    await this.#both(operation);
  }

  #sleep(): bigint {
    const random = this.#random;
    return random.weighted<() => bigint>([
      [8, () => 0n],
      [44, () => random.between(1n, 60n)],
      [34, () => random.between(60n, HOUR)],
      [9, () => random.between(HOUR, 12n * HOUR)],
      [4, () => random.between(12n * HOUR, 4n * DAY)],
      [1, () => random.between(5n * DAY, 40n * DAY)],
    ])();
  }

  async step(step: number, everything: boolean): Promise<void> {
    this.#step = step;
    const before = this.s.now;
    this.s.now += this.#sleep();
    if (this.s.now - before > HOUR / 2n && this.#random.chance(0.9)) {
      for (const feed of ["primaryFeed", "secondFeed"] as const) await this.#both(await this.#made(updateFeed(feed)));
      if (this.#random.chance(0.3)) await this.#both(await this.#made(updateFeed("spareFeed")));
    }
    const operation = await nextOperation(this.#scene);
    await this.#both(operation);
    this.#tally.operations += 1;
    count(this.#tally.byName, operation.name);
    await this.check(everything);
  }

  async #made(generator: Generator): Promise<Operation> {
    const operation = await generator(this.#scene);
    if (operation === undefined) throw new RangeError("no operation");
    return operation;
  }

  /** Executes an operation on both sides and compares how it ended. */
  async #both(operation: Operation): Promise<void> {
    this.#last = `${operation.name} by ${operation.from} of ${show(operation.call.args)} at ${this.s.now}`;
    const { from, call } = transactionOf(this.#world, this.s, operation);
    const outcome = await this.#world.chain.send(from, call, this.s.now);
    const backup = structuredClone(this.s);
    let refusal: Refusal | undefined;
    try {
      operation.run(this.s, outcome.ok ? outcome.logs : []);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusal = error;
      this.s = backup;
    }
    this.#judge(outcome, refusal);
    const logs = outcome.ok ? outcome.logs : [];
    for (const account of touchedBy(this.#world, backup, this.s, logs)) this.#touched.add(account);
  }

  #judge(outcome: Outcome, refusal: Refusal | undefined): void {
    const chain = outcome.ok ? "accepted" : `${outcome.error}(${outcome.values.map(show).join(", ")})`;
    const model = refusal === undefined ? "accepted" : refusal.message;
    if (outcome.ok !== (refusal === undefined)) this.#fail([{ label: "outcome", chain, model }]);
    if (outcome.ok || refusal === undefined) {
      this.#tally.accepted += 1;
      return;
    }
    const sameValues =
      refusal.values === undefined || refusal.values.every((value, index) => this.#same(outcome.values[index], value));
    if (outcome.error !== refusal.error || !sameValues) this.#fail([{ label: "refusal", chain, model }]);
    const detail =
      typeof refusal.values?.[0] === "string" && /^[A-Z]/.test(refusal.values[0]) ? `:${refusal.values[0]}` : "";
    count(
      this.#tally.refused,
      refusal.error + (refusal.error === "ExtensionRefused" ? `:${refusal.values?.[1]}` : detail),
    );
    for (const value of refusal.values ?? []) {
      if (Array.isArray(value)) for (const leg of value) count(this.#tally.refused, `leg:${leg}`);
    }
  }

  async check(everything: boolean): Promise<void> {
    const unbalanced = conserved(this.s);
    if (unbalanced.length > 0) this.#fail(unbalanced);
    const { differences, looked } = await compare(
      this.#world,
      this.#memory,
      this.s,
      everything ? "everything" : this.#touched,
    );
    this.#touched.clear();
    this.#tally.compared += looked;
    if (differences.length > 0) this.#fail(differences);
  }

  /** Whether the chain's argument of an error is the model's, which may leave some open. */
  #same(actual: unknown, expected: unknown): boolean {
    if (expected === undefined) return true;
    if (Array.isArray(expected)) {
      const parts = Array.isArray(actual) ? actual : [];
      return parts.length === expected.length && expected.every((value, index) => this.#same(parts[index], value));
    }
    const share = isHex(expected, { strict: false }) ? this.#memory.shareAddresses.get(expected) : undefined;
    return actual === (share ?? expected);
  }

  #fail(differences: readonly Difference[]): never {
    const lines = differences
      .slice(0, 12)
      .map(({ label, chain, model }) => `  ${label}\n    chain ${show(chain)}\n    model ${show(model)}`);
    throw new Error(
      `chain and model disagree at step ${this.#step} of CARDFLOW_SEED=${this.#seed}\n  after ${this.#last}\n${lines.join("\n")}`,
    );
  }
}
