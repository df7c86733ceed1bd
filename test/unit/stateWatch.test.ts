import { expect } from "chai";
import { createClient, custom, type Hex, hexToNumber, isHex, numberToHex, RpcRequestError } from "viem";
import { z } from "zod";
import {
  generateHistory,
  type HistoryBlock,
  type HistoryOptions,
  historyDeployment,
} from "../../scripts/lib/history.ts";
import { CardflowError, InvalidInputError, RequestError, WrongChainError } from "../../sdk/src/errors/index.ts";
import {
  createState,
  LogsMissingError,
  ProvidersDifferError,
  ReorganisationTooDeepError,
  type StateHead,
  type StateWatcher,
  type WatchStateOptions,
  watchState,
} from "../../sdk/src/state/index.ts";

const deployment = historyDeployment;
const base: HistoryOptions = { cards: 12, blocks: 60, operationsPerBlock: 4, seed: 3 };

const hex = z.custom<Hex>((value) => isHex(value));
const filterSchema = z.object({
  address: z.array(hex),
  fromBlock: hex.optional(),
  toBlock: hex.optional(),
  blockHash: hex.optional(),
});

const refused = (message: string): RpcRequestError =>
  new RpcRequestError({ body: {}, error: { code: -32005, message }, url: "test" });

/** A node that serves a history, as badly as it is told. */
const nodeOf = (blocks: readonly HistoryBlock[]) => {
  const node = {
    blocks,
    /** Newest block that it shows. */
    head: blocks.length,
    mostBlocks: 10_000,
    mostLogs: 1_000_000,
    /** Block whose logs it leaves out of ranges. */
    hides: 0,
    down: false,
    /** What it answers to a method, whatever is asked. */
    instead: undefined as { readonly method: string; readonly answer: unknown } | undefined,
    ranges: [] as number[],
  };
  const header = (block: HistoryBlock) => ({
    number: numberToHex(block.number),
    hash: block.hash,
    parentHash: block.parentHash,
    timestamp: numberToHex(block.timestamp),
    logsBloom: `0x${(block.number === node.hides ? "ff" : "00").repeat(256)}`,
  });
  const logsFor = (params: unknown) => {
    const [{ address, fromBlock, toBlock, blockHash }] = z.tuple([filterSchema]).parse(params);
    const wanted = new Set<string>(address.map((one) => one.toLowerCase()));
    const [from, to] = [hexToNumber(fromBlock ?? "0x0"), hexToNumber(toBlock ?? "0x0")];
    if (blockHash === undefined) node.ranges.push(to - from + 1);
    if (to - from + 1 > node.mostBlocks) throw refused("block range is too wide");
    const found = node.blocks
      .filter((block) =>
        blockHash === undefined
          ? block.number >= from && block.number <= to && block.number !== node.hides
          : block.hash === blockHash,
      )
      .flatMap(({ logs }) => logs)
      .filter((log) => wanted.has(log.address));
    return found.slice(0, node.mostLogs);
  };
  const request = async ({ method, params }: { method: string; params?: unknown }): Promise<unknown> => {
    if (node.down) throw refused("the node is down");
    if (method === node.instead?.method) return node.instead.answer;
    if (method === "eth_getLogs") return logsFor(params);
    if (method !== "eth_getBlockByNumber") throw refused(`no method ${method}`);
    const [tag] = z.tuple([z.string(), z.boolean()]).parse(params);
    const number = isHex(tag) ? hexToNumber(tag) : tag === "latest" ? node.head : Math.max(0, node.head - 20);
    const block = number > node.head ? undefined : node.blocks[number - 1];
    return block === undefined ? null : header(block);
  };
  const client = createClient({ transport: custom({ request }, { retryCount: 0 }), pollingInterval: 5 });
  return { node, client };
};

const says = ({ state }: Pick<StateWatcher, "state">): unknown => {
  const { value: all } = state.list();
  const at = 2_000_000_000;
  return [
    all,
    all.cardIds.map((cardId) => state.cardStatus({ cardId, at }).value),
    all.accounts.map((account) => state.accountStatus({ account, at }).value),
    all.shares.map((share) => [state.shareStatus({ share, at }).value, [...state.holdersOf({ share }).value]]),
  ];
};

const folded = (blocks: readonly HistoryBlock[]): unknown =>
  says({ state: createState({ deployment, logs: blocks.flatMap(({ logs }) => logs) }) });

const caught = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.fail("nothing was thrown"),
    (error: unknown) => error,
  );

describe("watchState", function () {
  this.timeout(30_000);
  const blocks = generateHistory(base);
  const watchers: StateWatcher[] = [];
  const watch = (
    client: ReturnType<typeof nodeOf>["client"],
    options: Partial<WatchStateOptions> = {},
  ): StateWatcher => {
    const watcher = watchState(client, { deployment, confirmations: 0, pollingInterval: 1_000_000, ...options });
    watchers.push(watcher);
    return watcher;
  };

  afterEach(async () => {
    await Promise.all(watchers.splice(0).map(({ stop }) => stop()));
  });

  it("says that a provider is on another chain, instead of finding nothing there", async () => {
    const { node, client } = nodeOf(blocks);
    const on = (chainId: number): StateWatcher => watch(client, { deployment: { ...deployment, chainId } });
    expect((await on(1).sync()).blockNumber, "a node that does not say").to.equal(BigInt(blocks.length));
    node.instead = { method: "eth_chainId", answer: "0x5" };
    expect((await on(5).sync()).blockNumber).to.equal(BigInt(blocks.length));
    expect(await caught(on(1).sync()))
      .to.be.instanceOf(WrongChainError)
      .with.property("actual", 5);
  });

  it("catches up, follows with confirmations, and stops", async () => {
    const { node, client } = nodeOf(blocks);
    node.head = 40;
    const heads: StateHead[] = [];
    const errors: CardflowError[] = [];
    const watcher = watch(client, {
      confirmations: 3,
      pollingInterval: 2,
      onChange: (head) => heads.push(head),
      onError: (error) => errors.push(error),
    });
    await watcher.ready;
    expect(says(watcher)).to.deep.equal(folded(blocks.slice(0, 37)));
    node.down = true;
    await new Promise((resolve) => setTimeout(resolve, 30));
    node.down = false;
    node.head = blocks.length;
    while (watcher.state.head().blockNumber < 58n) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(says(watcher)).to.deep.equal(folded(blocks.slice(0, -3)));
    expect(heads.map(({ blockNumber }) => blockNumber)).to.deep.equal([37n, 58n]);
    expect(errors[0]).to.be.instanceOf(RequestError);
    await watcher.stop();
    const asked = node.ranges.length;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(node.ranges.length).to.equal(asked);
  });

  it("waits for what the chain calls safe", async () => {
    const watcher = watch(nodeOf(blocks).client, { confirmations: "safe" });
    await watcher.ready;
    expect(watcher.state.head().blockNumber).to.equal(BigInt(blocks.length - 20));
  });

  it("A112: halves ranges that a provider refuses or cuts, and grows them again", async () => {
    const { node, client } = nodeOf(blocks);
    node.mostBlocks = 7;
    const watcher = watch(client, { mostBlocks: 32 });
    await watcher.ready;
    expect(says(watcher)).to.deep.equal(folded(blocks));
    expect(Math.max(...node.ranges)).to.equal(32);
    expect(node.ranges.filter((size) => size > 7).length).to.be.lessThan(6);

    const cutting = nodeOf(blocks);
    cutting.node.mostLogs = 600;
    const cut = watch(cutting.client, { mostLogs: 600 });
    await cut.ready;
    expect(says(cut)).to.deep.equal(folded(blocks));
  });

  it("A112: notices by the bloom filter when a range leaves a block's logs out", async () => {
    const { node, client } = nodeOf(blocks);
    node.head = 30;
    const watcher = watch(client);
    await watcher.ready;
    [node.head, node.hides] = [31, 31];
    const error = await caught(watcher.sync());
    expect(error)
      .to.be.instanceOf(LogsMissingError)
      .that.deep.includes({ refetch: { from: 31n, to: 31n } });
    node.hides = 0;
    await watcher.sync();
    expect(says(watcher)).to.deep.equal(folded(blocks.slice(0, 31)));
  });

  it("A110: rewinds what a reorganisation took back, also when the head falls", async () => {
    const { node, client } = nodeOf(blocks);
    node.head = 50;
    const kept: StateHead[] = [];
    const watcher = watch(client, { onReorganisation: (head) => kept.push(head) });
    await watcher.ready;
    node.head = 55;
    await watcher.sync();
    node.blocks = generateHistory({ ...base, fork: { after: 50, seed: 99 } });
    node.head = 52;
    await watcher.sync();
    expect(kept.map(({ blockNumber }) => blockNumber)).to.deep.equal([50n]);
    expect(says(watcher)).to.deep.equal(folded(node.blocks.slice(0, 52)));
    node.blocks = generateHistory({ ...base, seed: 1234 });
    const deep = createState({ deployment, depth: 4 });
    const shallow = watch(nodeOf(blocks).client, { state: deep });
    await shallow.ready;
    const other = watch(client, { state: deep });
    expect(await caught(other.sync())).to.be.instanceOf(ReorganisationTooDeepError);
  });

  it("A111: waits for a provider that lags, and does not take that for a reorganisation", async () => {
    const { node, client } = nodeOf(blocks);
    node.head = 50;
    const kept: StateHead[] = [];
    const watcher = watch(client, { onReorganisation: (head) => kept.push(head) });
    await watcher.ready;
    node.head = 46;
    expect((await watcher.sync()).blockNumber).to.equal(50n);
    node.head = 55;
    await watcher.sync();
    expect(kept).to.deep.equal([]);
    expect(says(watcher)).to.deep.equal(folded(blocks.slice(0, 55)));
    // A chain that begins anew is another one.
    node.head = 5;
    await watcher.sync();
    expect(kept.map(({ blockNumber }) => blockNumber)).to.deep.equal([5n]);
  });

  it("A111: says by an error of its own what a provider answers that is no answer", async () => {
    const { node, client } = nodeOf(blocks);
    node.head = 30;
    const watcher = watch(client);
    await watcher.ready;
    const before = says(watcher);
    node.head = 31;
    const nonsense: readonly (readonly [string, unknown])[] = [
      ["eth_getLogs", null],
      ["eth_getLogs", [null]],
      ["eth_getLogs", [{ address: deployment.addresses.leaseLedger }]],
      ["eth_getBlockByNumber", "<html>"],
      [
        "eth_getBlockByNumber",
        { number: "0x1f", hash: "0x12", parentHash: "0x13", timestamp: "0x1", logsBloom: "0xzz" },
      ],
    ];
    for (const [method, answer] of nonsense) {
      node.instead = { method, answer };
      expect(await caught(watcher.sync()), `${method} ${JSON.stringify(answer)}`).to.be.instanceOf(CardflowError);
      expect(says(watcher)).to.deep.equal(before);
    }
    node.instead = undefined;
    await watcher.sync();
    expect(says(watcher)).to.deep.equal(folded(blocks.slice(0, 31)));
  });

  it("A111: refuses when heads lie apart, hashes differ or logs differ, and goes on when they agree", async () => {
    const [first, second, third] = [nodeOf(blocks), nodeOf(blocks), nodeOf(blocks)];
    first.node.head = 20;
    const watcher = watch(first.client, { providers: [second.client, third.client], mostHeadDifference: 5 });
    const apart = await caught(watcher.sync());
    expect(apart).to.be.instanceOf(ProvidersDifferError);
    expect(watcher.state.head().blockNumber).to.equal(0n);
    for (const { node } of [first, second, third]) node.head = 30;
    first.node.blocks = generateHistory({ ...base, fork: { after: 10, seed: 5 } });
    await watcher.sync();
    expect(says(watcher)).to.deep.equal(folded(blocks.slice(0, 30)));
    second.node.blocks = generateHistory({ ...base, fork: { after: 10, seed: 6 } });
    for (const { node } of [first, second, third]) node.head = 32;
    expect(await caught(watcher.sync()))
      .to.be.instanceOf(ProvidersDifferError)
      .with.property("message")
      .that.includes("same block");
    second.node.blocks = blocks;
    second.node.hides = 31;
    expect(await caught(watcher.sync()))
      .to.be.instanceOf(ProvidersDifferError)
      .with.property("message")
      .that.includes("other logs");
    second.node.hides = 0;
    third.node.down = true;
    first.node.blocks = blocks;
    await watcher.sync();
    expect(says(watcher)).to.deep.equal(folded(blocks.slice(0, 32)));
    second.node.down = true;
    expect(await caught(watcher.sync())).to.be.instanceOf(RequestError);
  });

  it("goes on with a state that was folded before, and without wallets if told so", async () => {
    const state = createState({ deployment, logs: blocks.slice(0, 30).flatMap(({ logs }) => logs) });
    const watcher = watch(nodeOf(blocks).client, { state });
    await watcher.ready;
    expect(says(watcher)).to.deep.equal(folded(blocks));
    const lean = watch(nodeOf(blocks).client, { wallets: false });
    await lean.ready;
    const account = lean.state.list().value.accounts[0] ?? expect.fail("no account");
    expect(lean.state.accountStatus({ account }).value.walletTokens).to.equal(0n);
    expect(lean.state.accountStatus({ account }).value.available).to.equal(
      watcher.state.accountStatus({ account }).value.available,
    );
  });

  it("refuses options that cannot be", () => {
    const { client } = nodeOf(blocks);
    expect(() => watch(client, { quorum: 2 })).to.throw(InvalidInputError, "quorum");
    expect(() => watch(client, { confirmations: -1 })).to.throw(InvalidInputError, "confirmations");
    expect(() => watch(client, { mostBlocks: 0 })).to.throw(InvalidInputError, "mostBlocks");
    expect(() => watch(client, { mostLogs: Number.NaN })).to.throw(InvalidInputError, "mostLogs");
    expect(() => watch(client, { mostHeadDifference: Number.NaN })).to.throw(InvalidInputError, "mostHeadDifference");
  });
});
