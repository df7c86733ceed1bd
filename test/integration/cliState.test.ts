import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { createTestClient, http } from "viem";
import { getBlockNumber } from "viem/actions";
import { z } from "zod";
import { type NodeProxy, openProxy } from "../../scripts/lib/proxy.ts";
import { registerCards } from "../../sdk/src/index.ts";
import { type CommandLine, openCommandLine } from "./support/commandLine.ts";
import { openStage, type Stage } from "./support/stage.ts";

/** What the command line keeps of the contracts' events between two calls. */
describe("the command line's memory", () => {
  let stage: Stage;
  let cli: CommandLine;
  let proxy: NodeProxy;

  before(async () => {
    stage = await openStage(2);
    cli = await openCommandLine(stage.system);
    proxy = await openProxy(stage.system.chain.url);
  });
  after(async () => {
    proxy.close();
    await cli.close();
    await stage.close();
  });

  const register = async (regions: readonly number[]): Promise<void> => {
    const { deployment } = stage.system;
    const { client, address: operator } = stage.owner;
    const registrations = regions.map((region) => ({
      ...{ model: 12, region, hostId: 9, operator, floorRate: 0n, longestHours: 0 },
    }));
    await registerCards(client, { deployment, registrations }, { wait: true });
  };
  const list = async (cache: string) => {
    proxy.asked.length = 0;
    const env = { CARDFLOW_RPC_URL: proxy.url, CARDFLOW_CACHE: cache };
    const { code, out, err } = await cli.json(["card", "list"], { env });
    expect(code, err).to.equal(0);
    const ranges = proxy.asked.filter(({ method }) => method === "eth_getLogs").map(({ params: [range] }) => range);
    return { out, ranges, requests: proxy.asked.length };
  };
  const folder = (name: string): string => join(cli.folder, name);
  const fileIn = async (name: string): Promise<string> => {
    const [file = ""] = await readdir(folder(name));
    return join(folder(name), file);
  };
  const block = (): Promise<bigint> => getBlockNumber(stage.system.chain.reader);
  const control = () => createTestClient({ mode: "hardhat", transport: http(stage.system.chain.url) });

  it("reads only new blocks the second time, and says the same as without a memory", async () => {
    const first = await list(folder("a"));
    expect(first.ranges.length).to.be.greaterThan(0);
    const second = await list(folder("a"));
    expect(second.ranges).to.deep.equal([]);
    expect(second.requests).to.be.lessThan(20);
    expect(second.out).to.equal(first.out);
    const from = (await block()) + 1n;
    await register([0, 1]);
    const third = await list(folder("a"));
    expect(third.ranges).to.have.length(1);
    expect(third.ranges[0]).to.include({ fromBlock: `0x${from.toString(16)}` });
    expect(third.out).not.to.equal(first.out);
    expect(third.out).to.equal((await list("off")).out);
    expect(await readdir(cli.folder)).not.to.include("off");
  });

  it("forgets what the chain took back", async () => {
    const before = await list(folder("b"));
    const snapshot = await control().snapshot();
    await register([2, 2, 2]);
    const taken = await list(folder("b"));
    await control().revert({ id: snapshot });
    expect((await list(folder("b"))).out).to.equal(before.out);
    // Another history of the same length, then a longer one.
    await register([1]);
    const other = await list(folder("b"));
    expect(other.out).to.equal((await list("off")).out);
    expect(other.out).not.to.equal(taken.out);
    // The memory itself was written anew: it is right without a look at what it held before.
    expect((await list(folder("b"))).ranges).to.deep.equal([]);
  });

  it("reads all anew if what it kept is of another chain, broken, or from another version", async () => {
    const { out } = await list(folder("c"));
    const file = await fileIn("c");
    const kept = await readFile(file, "utf8");
    const changes: readonly ((text: string) => string)[] = [
      (text) => text.slice(0, -20),
      (text) => text.replace(/"form":\d+/, '"form":0'),
      (text) => text.replace(/("to":\[\d+,"0x)[0-9a-f]{8}/, "$100000000"),
      // The region of a card: nothing else contradicts it.
      (text) => text.replace(/("0x0{62}[0-9a-f]{2}0{63})(\d)"/, (_, head, digit) => `${head}${digit === "5" ? 6 : 5}"`),
      () => "no JSON",
    ];
    for (const change of changes) {
      expect(change(kept)).not.to.equal(kept);
      await writeFile(file, change(kept));
      expect((await list(folder("c"))).out).to.equal(out);
    }
  });

  it("answers without a memory where it can keep none, and leaves nothing behind there", async () => {
    const { out } = await list("off");
    await mkdir(folder("d"));
    await writeFile(join(folder("d"), "file"), "");
    const places = [join(folder("d"), "file"), join(folder("d"), "file", "deep"), "/dev/null/deep"];
    if (process.platform === "linux") places.push("/proc/deep/deeper");
    for (const place of places) expect((await list(place)).out, place).to.equal(out);
    await list(folder("d/deep/deeper"));
    const file = join(folder("d/deep/deeper"), (await readdir(folder("d/deep/deeper")))[0] ?? "");
    await rm(file);
    await mkdir(join(file, "in its place"), { recursive: true });
    expect((await list(folder("d/deep/deeper"))).out).to.equal(out);
    expect(await readdir(folder("d/deep/deeper"))).to.have.length(1);
  });

  it("reads a node that contradicts itself no more than twice, and says what is wrong", async () => {
    await list(folder("e"));
    await register([0]);
    // Two events that can never have happened one after the other: the card registered twice.
    const twice = z.looseObject({ result: z.array(z.looseObject({ logIndex: z.string() })) });
    const liar = await openProxy(stage.system.chain.url, (method, answer) => {
      if (method !== "eth_getLogs") return answer;
      const { result, ...rest } = twice.parse(JSON.parse(answer));
      const again = result.map((log) => ({ ...log, logIndex: `0x${(Number(log.logIndex) + 1_000).toString(16)}` }));
      return JSON.stringify({ ...rest, result: [...result, ...again] });
    });
    try {
      const env = { CARDFLOW_RPC_URL: liar.url, CARDFLOW_CACHE: folder("e") };
      const { code, err } = await cli.json(["card", "list"], { env });
      expect(code).to.not.equal(0);
      expect(err).to.match(/logs are missing before block \d+/);
      expect(liar.asked.filter(({ method }) => method === "eth_getLogs").length).to.equal(2);
    } finally {
      liar.close();
    }
  });
});
