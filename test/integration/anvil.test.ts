import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { keccak256, numberToHex, toBytes } from "viem";
import { getBlock, getBlockNumber, getCode, getTransactionReceipt } from "viem/actions";
import { runDemo } from "../../scripts/demo/main.ts";
import { silent } from "../../scripts/demo/progress.ts";
import { openHardhat } from "../../scripts/demo/system.ts";
import { root } from "../../scripts/deployment/environment.ts";
import { need } from "../../scripts/deployment/failure.ts";
import { entryOf, readRegistry } from "../../scripts/deployment/registry.ts";
import type { CardflowClient } from "../../sdk/src/index.ts";
import { type Anvil, startAnvil } from "./support/anvil.ts";
import { command, killedAt } from "./support/commands.ts";
import { steadyClock } from "./support/steadyClock.ts";
import { ask } from "./support/storage.ts";

const KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const SEPOLIA = 11_155_111;
/** When the stories begin, seconds. */
const START = 2_000_000_000;

describe("on anvil, another client", () => {
  let anvils: readonly Anvil[];
  let folder: string;

  before(async function () {
    folder = await mkdtemp(join(tmpdir(), "cardflow-anvil-"));
    const started = [await startAnvil(SEPOLIA), await startAnvil(31_337)];
    anvils = started.filter((anvil) => anvil !== undefined);
    if (anvils.length === started.length) return;
    console.log(
      "    anvil cannot be had from the registry here, so nothing is checked on it; npm run check:anvil elsewhere",
    );
    this.skip();
  });
  after(async () => {
    for (const { close } of anvils) await close();
    await rm(folder, { recursive: true, force: true });
  });

  it("a deployment that is killed half-way is resumed, is healthy, and other code in it is named", async () => {
    const { url, reader } = need(anvils[0], "anvil");
    const env = { SEPOLIA_RPC_URL: url, DEPLOYER_PRIVATE_KEY: KEY };
    const common = ["--network", "sepolia", "--state", folder];
    const parameters = ["--parameters", join(root, "ignition", "parameters", "localhost.json5")];
    const deploy = ["scripts/deploy.ts", ...common, ...parameters, "--build-profile", "default", "--yes"];
    await killedAt(deploy, reader, 25n, env);
    const resumed = await command(deploy, env);
    expect(resumed.code, resumed.text).to.equal(0);
    expect(resumed.text).to.include("RESUME Cardflow");

    const block = await getBlockNumber(reader);
    const again = await command(deploy, env);
    expect(again.text).to.include("nothing is sent");
    expect(await getBlockNumber(reader)).to.equal(block);

    const health = ["scripts/health.ts", ...common, ...parameters];
    const good = await command(health, env);
    expect(good.code, good.text).to.equal(0);
    const entry = need(entryOf(await readRegistry(join(folder, "deployments.json")), SEPOLIA), "the record");
    const { address } = entry.contracts.leaseLedger;
    await ask(reader, "anvil_setCode", [address, `${await getCode(reader, { address })}00`]);
    const bad = await command(health, env);
    expect(bad.code).to.equal(1);
    expect(bad.text).to.match(/NOT HEALTHY: code of leaseLedger at 0x[^;]*; 0x[0-9a-f]{64} was deployed$/m);
  });

  it("every figure of the demo's story is that of Hardhat's node, and every transaction takes the same gas", async () => {
    const { hre, dispose } = await openHardhat();
    const server = await hre.network.createServer({ network: "node" }, "127.0.0.1", 0);
    try {
      const { address, port } = await server.listen();
      const there = await play(need(anvils[1], "anvil").url);
      const here = await play(`http://${address}:${port}`);
      expect(there.figures).to.deep.equal(here.figures);
      expect(there.gas).to.have.length(here.gas.length);
      expect(there.gas).to.have.length.greaterThan(300);
      expect(there.gas.filter((line, index) => line !== here.gas[index])).to.deep.equal([]);
    } finally {
      await server.close();
      await dispose();
    }
  });

  /** Plays the story on a node whose clock stands still, with the same salts and nonces each time: its figures, and the gas of its transactions. */
  const play = async (node: string) => {
    const door = await steadyClock(node, START);
    const restore = steadyRandom();
    try {
      const {
        json,
        play: played,
        close,
      } = await runDemo({ keep: false, json: true, help: false, rpc: door.url }, silent);
      try {
        const { rpc: _, ...figures } = json;
        return { figures, gas: await gasOf(played.system.chain.reader) };
      } finally {
        await close();
      }
    } finally {
      restore();
      await door.close();
    }
  };

  /** Random bytes that are the same in every play; a second call takes them back. */
  const steadyRandom = (): (() => void) => {
    let count = 0n;
    const fill = <T extends ArrayBufferView | null>(array: T): T => {
      if (!(array instanceof Uint8Array)) throw new RangeError("random bytes are expected to be asked for");
      count += 1n;
      array.set(toBytes(keccak256(numberToHex(count))).subarray(0, array.length));
      return array;
    };
    Object.defineProperty(crypto, "getRandomValues", { value: fill, configurable: true });
    return () => Reflect.deleteProperty(crypto, "getRandomValues");
  };

  /** Sender, receiver and gas of every transaction, in order. */
  const gasOf = async (reader: CardflowClient): Promise<string[]> => {
    const used: string[] = [];
    const newest = await getBlockNumber(reader);
    for (let number = 1n; number <= newest; number += 1n) {
      const { transactions } = await getBlock(reader, { blockNumber: number });
      for (const hash of transactions) {
        const { from, to, gasUsed } = await getTransactionReceipt(reader, { hash });
        used.push(`${from} to ${to}: ${gasUsed}`);
      }
    }
    return used;
  };
});
