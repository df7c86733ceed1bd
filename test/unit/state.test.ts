import { expect } from "chai";
import fc from "fast-check";
import { formatLog, type Hex } from "viem";
import {
  generateHistory,
  type HistoryBlock,
  type HistoryOptions,
  historyDeployment,
} from "../../scripts/lib/history.ts";
import { CardflowError, InvalidInputError } from "../../sdk/src/errors/index.ts";
import { applyBatch } from "../../sdk/src/state/fold.ts";
import { createHistory } from "../../sdk/src/state/history.ts";
import {
  BlockTimeMissingError,
  type CardflowState,
  createState,
  decodeLog,
  type EventSource,
  ForkError,
  LogMalformedError,
  LogOrderError,
  LogsMissingError,
  ReorganisationTooDeepError,
  type StateBatch,
  StateGapError,
  type StateLog,
  StateStaleError,
  StateTimeError,
} from "../../sdk/src/state/index.ts";
import type { Journal } from "../../sdk/src/state/journal.ts";
import { createStore } from "../../sdk/src/state/records.ts";

const deployment = historyDeployment;
const base: HistoryOptions = { cards: 9, blocks: 40, operationsPerBlock: 5, seed: 7 };

const historyOf = (options: Partial<HistoryOptions> = {}): readonly HistoryBlock[] =>
  generateHistory({ ...base, ...options });

const logsOf = (blocks: readonly HistoryBlock[]) => blocks.flatMap(({ logs }) => logs);

const applyBlock = (state: CardflowState, block: HistoryBlock) =>
  state.apply({
    fromBlock: block.number,
    to: block,
    parentHash: block.number === 1 ? undefined : block.parentHash,
    logs: block.logs,
  });

const follow = (state: CardflowState, blocks: readonly HistoryBlock[]): CardflowState => {
  for (const block of blocks) applyBlock(state, block);
  return state;
};

/** Everything that a state says, at a second. */
const dump = (state: CardflowState, at: number): unknown => {
  const { value: all } = state.list();
  return {
    all,
    cards: all.cardIds.map((cardId) => [
      state.cardStatus({ cardId, at }).value,
      state.rentStatus({ cardId, at }).value,
      [0, 1, 2].map((number) => state.revenueOf({ cardId, number, at }).value),
    ]),
    leases: all.leaseIds.map((leaseId) => [
      state.leaseStatus({ leaseId, at }).value,
      state.leaseEnd({ leaseId, at }).value,
    ]),
    accounts: all.accounts.map((account) => [
      state.accountStatus({ account, at }).value,
      [1n, 2n, 30n].map((salt) => state.orderStatus({ maker: account, salt }).value),
    ]),
    shares: all.shares.map((share) =>
      [...state.holdersOf({ share }).value.keys()].map((account) => state.shareStatus({ share, account, at }).value),
    ),
    dollar: state.dollarStatus({ at }).value,
  };
};

const far = 1_800_000_000 + 10 ** 7;

const at = <Value>(values: readonly Value[], index: number): Value =>
  values.at(index) ?? expect.fail(`nothing at ${index}`);

describe("createState", function () {
  this.timeout(30_000);

  it("folds raw logs and viem's logs to the same, at once or block by block", () => {
    const blocks = historyOf();
    const raw = createState({ deployment, logs: logsOf(blocks) });
    const formatted = createState({ deployment, logs: logsOf(blocks).map((log) => formatLog(log)) });
    const live = follow(createState({ deployment }), blocks);
    expect(raw.list().value.leaseIds.length).to.be.greaterThan(20);
    expect(dump(formatted, far)).to.deep.equal(dump(raw, far));
    expect(dump(live, far)).to.deep.equal(dump(raw, far));
    expect(live.head()).to.deep.equal({
      blockNumber: BigInt(at(blocks, -1).number),
      blockHash: at(blocks, -1).hash,
      timestamp: at(blocks, -1).timestamp,
    });
  });

  it("A110: folding a branch, rewinding and folding another equals folding the other alone", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.integer({ min: 1, max: 29 }),
        fc.integer({ min: 1, max: 12 }),
        fc.boolean(),
        (seed, after, length, inOne) => {
          const options = { seed, cards: 4, operationsPerBlock: 4 };
          const ours = historyOf({ ...options, blocks: after + length });
          const theirs = historyOf({ ...options, blocks: 45, fork: { after, seed: seed + 1 } });
          const state = follow(createState({ deployment }), ours);
          const kept = at(theirs, after - 1);
          expect(kept.hash).to.equal(at(ours, after - 1).hash);
          expect(() => applyBlock(state, at(theirs, ours.length))).to.throw(ForkError);
          state.rewind(kept);
          if (inOne) {
            const rest = theirs.slice(after);
            state.apply({ fromBlock: after + 1, to: at(rest, -1), parentHash: kept.hash, logs: logsOf(rest) });
          } else follow(state, theirs.slice(after));
          expect(dump(state, far)).to.deep.equal(dump(createState({ deployment, logs: logsOf(theirs) }), far));
        },
      ),
      { numRuns: 25 },
    );
  });

  it("A110: keeps a bounded number of blocks and says when a fork is deeper", () => {
    const blocks = historyOf();
    const state = follow(createState({ deployment, depth: 8 }), blocks);
    expect(state.checkpoints().length).to.equal(9);
    expect(at(state.checkpoints(), -1).blockNumber).to.equal(BigInt(blocks.length - 8));
    expect(() => state.rewind(at(blocks, -10))).to.throw(ReorganisationTooDeepError);
    state.rewind(at(blocks, -9));
    expect(dump(state, far)).to.deep.equal(dump(createState({ deployment, logs: logsOf(blocks.slice(0, -8)) }), far));
    expect(() => state.rewind(at(blocks, -1))).to.throw(StateGapError);
    expect(() => state.rewind({ ...at(blocks, -9), hash: `0x${"00".repeat(32)}` })).to.throw(ForkError);
  });

  it("A110: rewinds to a block between two that are folded, but not to one that is older or newer than both", () => {
    const state = createState({ deployment: historyDeployment });
    state.apply({ fromBlock: 1, to: { number: 100, hash: "0xaa", timestamp: 1_000 }, logs: [] });
    state.apply({ fromBlock: 101, to: { number: 200, hash: "0xbb", timestamp: 2_000 }, logs: [] });
    for (const timestamp of [999, 2_001]) {
      expect(() => state.rewind({ number: 150, hash: "0xcc", timestamp })).to.throw(LogOrderError, `${timestamp}`);
      expect(state.head().blockNumber).to.equal(200n);
    }
    state.rewind({ number: 150, hash: "0xcc", timestamp: 1_500 });
    expect(state.head()).to.deep.equal({ blockNumber: 150n, blockHash: "0xcc", timestamp: 1_500 });
  });

  it("A112: refuses a gap and says what to fetch", () => {
    const blocks = historyOf();
    const state = follow(createState({ deployment }), blocks.slice(0, 10));
    const before = dump(state, far);
    expect(() => applyBlock(state, at(blocks, 12)))
      .to.throw(StateGapError)
      .that.deep.includes({ refetch: { from: 11n, to: 12n } });
    expect(dump(state, far)).to.deep.equal(before);
  });

  it("A112: refuses logs out of order, of other blocks, and of blocks without a time, and applies nothing of them", () => {
    const blocks = historyOf();
    const state = follow(createState({ deployment }), blocks.slice(0, 10));
    const before = dump(state, far);
    const block = at(blocks, 10);
    const [first, second, ...rest] = block.logs;
    const give = (logs: readonly (StateLog | undefined)[]) => () =>
      state.apply({ fromBlock: 11, to: block, logs: logs.map((log) => log ?? expect.fail("too few logs")) });
    expect(give([...block.logs, first])).to.throw(LogOrderError);
    expect(give([second, first, ...rest]))
      .to.throw(LogOrderError)
      .that.deep.includes({ refetch: { from: 11n, to: 11n } });
    expect(give([at(at(blocks, 11).logs, 0)])).to.throw(LogOrderError);
    expect(give([...block.logs.slice(0, -1), { ...at(block.logs, -1), blockHash: `0x${"ab".repeat(32)}` }])).to.throw(
      ForkError,
    );
    expect(give([{ ...at(block.logs, 0), removed: true }])).to.throw(LogMalformedError);
    expect(give([{ ...at(block.logs, 0), blockNumber: null }])).to.throw(LogMalformedError);
    const timeless = block.logs.map(({ blockTimestamp: _, ...log }) => log);
    expect(() => createState({ deployment, logs: timeless })).to.throw(BlockTimeMissingError);
    expect(() => state.apply({ fromBlock: 12, to: at(blocks, 10), logs: [] })).to.throw(LogOrderError);
    expect(() => state.apply({ fromBlock: 11, to: { ...block, timestamp: 1 }, logs: [] })).to.throw(
      LogOrderError,
      "older than the one before",
    );
    expect(dump(state, far)).to.deep.equal(before);
    state.apply({ fromBlock: 11, to: block, logs: timeless });
    expect(dump(state, far)).to.deep.equal(dump(createState({ deployment, logs: logsOf(blocks.slice(0, 11)) }), far));
  });

  it("is idempotent for logs that it has, and notices one that it should have had", () => {
    const blocks = historyOf();
    const state = follow(createState({ deployment }), blocks);
    const before = dump(state, far);
    const again = state.apply({ fromBlock: 1, to: at(blocks, -1), logs: logsOf(blocks) });
    expect(again).to.deep.equal({ applied: 0, duplicates: logsOf(blocks).length, ignored: 0 });
    const twice = createState({ deployment, logs: logsOf(blocks).flatMap((log) => [log, log]) });
    expect(dump(twice, far)).to.deep.equal(before);
    expect(dump(state, far)).to.deep.equal(before);
    const last = at(blocks, -1);
    const late: Hex = `0x${last.logs.length.toString(16)}`;
    expect(() =>
      state.apply({ fromBlock: last.number, to: last, logs: [{ ...at(last.logs, 0), logIndex: late }] }),
    ).to.throw(LogOrderError, "was missing");
  });

  it("A112: notices a log of rent, of a share or of the dollar that a provider left out, by what later events say", () => {
    const logs = logsOf(historyOf({ blocks: 150, operationsPerBlock: 10 }));
    const { shares } = createState({ deployment, logs }).list().value;
    const sources = new Map<string, EventSource>(shares.map((share) => [share.toLowerCase(), "revenueShare"]));
    sources.set(deployment.addresses.leaseLedger, "leaseLedger").set(deployment.addresses.dollarMinter, "dollarMinter");
    const telling = ["LeaseStarted", "LeaseStopped", "CardCollected", "DollarsMinted", "SharesBought", "Transfer"];
    let left = 0;
    for (let index = 300; index < 1_400; index += 3) {
      const log = at(logs, index);
      const source = sources.get(log.address);
      const name = source === undefined ? undefined : decodeLog(source, log)?.eventName;
      if (name === undefined || !telling.includes(name)) continue;
      const rest = logs.toSpliced(index, 1);
      expect(() => createState({ deployment, logs: rest }), name)
        .to.throw(LogsMissingError)
        .with.property("refetch");
      left += 1;
    }
    expect(left).to.be.greaterThan(60);
  });

  it("refuses what is no log, and words that are no hex, by an error of its own", () => {
    const logs = logsOf(historyOf());
    const at = logs.findIndex(({ data }) => data.length > 2);
    const nonsense = [
      null,
      { ...logs[at], topics: undefined },
      { ...logs[at], topics: {} },
      { ...logs[at], topics: [7] },
      { ...logs[at], address: 7 },
      { ...logs[at], data: undefined },
      { ...logs[at], data: logs[at]?.data.replace(/.{8}$/, "nonsense") },
      { ...logs[at], blockHash: 7 },
      { ...logs[at], blockNumber: [] },
      { ...logs[at], logIndex: true },
      "a log",
    ];
    for (const log of nonsense) {
      const given: readonly StateLog[] = JSON.parse(JSON.stringify([...logs.slice(0, at), log, ...logs.slice(at + 1)]));
      expect(() => createState({ deployment, logs: given })).to.throw(LogMalformedError);
      expect(() => createState({ deployment, logs: given.slice(0, at + 1) })).to.throw(LogMalformedError);
    }
  });

  it("refuses a batch that is none likewise", () => {
    const [block] = historyOf();
    const batch = { fromBlock: block?.number, to: block, logs: block?.logs };
    for (const wrong of [
      { to: null },
      { to: { ...block, hash: 7 } },
      { logs: null },
      { blocks: [null] },
      { blocks: 7 },
    ]) {
      const given: StateBatch = JSON.parse(JSON.stringify({ ...batch, ...wrong }));
      expect(() => createState({ deployment }).apply(given), JSON.stringify(wrong)).to.throw(LogMalformedError);
    }
    const none: readonly StateLog[] = JSON.parse("{}");
    expect(() => createState({ deployment, logs: none })).to.throw(LogMalformedError);
    const blocks: StateBatch["blocks"] = JSON.parse("[null]");
    expect(() => createState({ deployment, logs: [], blocks })).to.throw(LogMalformedError);
  });

  it("says of logs with other words nothing but errors of its own", () => {
    const logs = logsOf(historyOf());
    const words = ["0".repeat(64), "f".repeat(64), `${"0".repeat(63)}7`, `${"0".repeat(60)}ffff`, "z".repeat(64)];
    let refused = 0;
    fc.assert(
      fc.property(fc.nat(logs.length - 1), fc.nat(5), fc.constantFrom(...words), (index, place, word) => {
        const log = logs[index];
        if (log === undefined) return;
        const [kept, rest] = [log.data.slice(0, 2 + 64 * place), log.data.slice(2 + 64 * (place + 1))];
        const topics = log.topics.map((topic, at): Hex => (at === place + 1 ? `0x${word}` : topic));
        const data = kept.length < log.data.length ? `${kept}${word}${rest}` : log.data;
        for (const other of [
          { ...log, topics },
          { ...log, data },
        ])
          try {
            createState({ deployment, logs: logs.with(index, JSON.parse(JSON.stringify(other))) });
          } catch (error) {
            expect(error).to.be.instanceOf(CardflowError);
            refused += 1;
          }
      }),
      { numRuns: 400 },
    );
    expect(refused).to.be.greaterThan(100);
  });

  it("takes no slip of a program for a bad log, and takes back what was folded before it", () => {
    const slip = new TypeError("undefined is no function");
    const journal: Journal = { undo: [] };
    const history = createHistory(journal, 1, 8);
    const [address, topic] = ["0x00000000000000000000000000000000000000aa", `0x${"11".repeat(32)}`] as const;
    const fail = (): never => {
      throw slip;
    };
    const emitters = new Map([[address, new Map([[topic, fail]])]]);
    const folding = { store: createStore(journal), history, emitters, startBlock: 1n };
    const to = { number: 1, hash: `0x${"22".repeat(32)}`, timestamp: 5 } as const;
    const place = { blockNumber: 1, blockHash: to.hash, logIndex: 0 };
    const logs = [{ address, topics: [topic], data: "0x", ...place }];
    expect(() => applyBatch(folding, { fromBlock: 1, to, logs })).to.throw(slip);
    expect(history.last().number).to.equal(0);
  });

  it("knows a block by its hash in any case", () => {
    const blocks = historyOf();
    const loud = (hash: Hex): Hex => `0x${hash.slice(2).toUpperCase()}`;
    const shouted = blocks.map((block) => ({
      ...block,
      ...{ hash: loud(block.hash), parentHash: loud(block.parentHash) },
      logs: block.logs.map((log) => ({ ...log, blockHash: loud(log.blockHash) })),
    }));
    const [at, last] = [3_000_000_000, shouted.at(-1)];
    const state = follow(createState({ deployment }), shouted);
    expect(dump(state, at)).to.deep.equal(dump(follow(createState({ deployment }), blocks), at));
    if (last === undefined) return expect.fail("no block");
    state.rewind(last);
    expect(applyBlock(state, last).applied).to.equal(0);
  });

  it("ignores strangers that emit the same events", () => {
    const blocks = historyOf();
    const stranger = logsOf(blocks).map((log): StateLog => ({ ...log, address: `0x${"99".repeat(20)}` }));
    const state = createState({ deployment, logs: stranger });
    expect(state.list().value).to.deep.equal({ cardIds: [], leaseIds: [], shares: [], accounts: [] });
  });

  it("A113: every answer carries height and age, and a stale one can be refused", () => {
    const blocks = historyOf();
    const last = at(blocks, -1);
    const state = createState({ deployment, logs: logsOf(blocks), now: () => last.timestamp + 90 });
    const { blockNumber, blockHash, age, at: second } = state.cardStatus({ cardId: 1n });
    expect({ blockNumber, blockHash, age, second }).to.deep.equal({
      blockNumber: BigInt(last.number),
      blockHash: last.hash,
      age: 90,
      second: last.timestamp,
    });
    expect(() => state.cardStatus({ cardId: 1n, maxAge: 60 })).to.throw(StateStaleError);
    expect(state.cardStatus({ cardId: 1n, maxAge: 90, at: far }).at).to.equal(far);
    expect(() => state.cardStatus({ cardId: 1n, at: last.timestamp - 1 })).to.throw(StateTimeError);
  });

  it("A113: no number that is none switches a limit off", () => {
    const state = createState({ deployment, logs: logsOf(historyOf()) });
    expect(() => state.dollarStatus({ maxAge: Number.NaN })).to.throw(StateStaleError);
    for (const at of [Number.NaN, 3_000_000_000.5])
      expect(() => state.dollarStatus({ at })).to.throw(InvalidInputError, "at");
    for (const depth of [-1, Number.NaN])
      expect(() => createState({ deployment, depth })).to.throw(InvalidInputError, "depth");
  });

  it("computes what time makes true: a lease that ran out ended at that second", () => {
    const state = createState({ deployment, logs: logsOf(historyOf()) });
    const head = state.head().timestamp;
    const running = state
      .list()
      .value.leaseIds.find((leaseId) => state.leaseStatus({ leaseId }).value?.running === true);
    const leaseId = running ?? expect.fail("no lease runs");
    const lease = state.leaseStatus({ leaseId }).value ?? expect.fail("no lease");
    const over = state.leaseStatus({ leaseId, at: lease.end }).value;
    expect(over).to.deep.include({ running: false, secondsLeft: 0, moneyLeft: 0n });
    expect(over?.accrued).to.equal(lease.rate * BigInt(lease.end - lease.start));
    expect(state.leaseEnd({ leaseId, at: lease.end - 1 }).value?.reason).to.equal("Running");
    expect(state.leaseEnd({ leaseId, at: lease.end }).value?.reason).to.equal("TimeRanOut");
    const { cardId } = lease;
    const sum = (second: number): bigint => {
      const { fee, node, holders } = state.rentStatus({ cardId, at: second }).value.accrued;
      return fee + node + holders;
    };
    const ids = state.cardStatus({ cardId }).value.leaseIds;
    const rent = ids.reduce((total, id) => total + (state.leaseStatus({ leaseId: id }).value?.moneyLeft ?? 0n), 0n);
    expect(sum(far) - sum(head)).to.equal(rent);
  });
});
