import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Address, isAddressEqual } from "viem";
import { getBlock, getBlockNumber, getCode, getTransactionCount, getTransactionReceipt } from "viem/actions";
import { runDemo } from "../../scripts/demo/main.ts";
import { silent } from "../../scripts/demo/progress.ts";
import { openHardhat } from "../../scripts/demo/system.ts";
import { root } from "../../scripts/deployment/environment.ts";
import { need } from "../../scripts/deployment/failure.ts";
import { entryOf, readRegistry } from "../../scripts/deployment/registry.ts";
import type { CardflowClient } from "../../sdk/src/index.ts";
import { type Anvil, startAnvil } from "./support/anvil.ts";
import { command, killedAt } from "./support/commands.ts";
import { ask } from "./support/storage.ts";

const KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const SEPOLIA = 11_155_111;

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

  it("the story of the demo comes out as on Hardhat's node, and the deployment takes the same gas", async () => {
    const { hre, dispose } = await openHardhat();
    const server = await hre.network.createServer({ network: "node" }, "127.0.0.1", 0);
    try {
      const { address, port } = await server.listen();
      const there = await play(need(anvils[1], "anvil").url);
      const here = await play(`http://${address}:${port}`);
      expect(there.account).to.deep.equal(here.account);
      expect(there.gas).to.have.length.greaterThan(60);
      expect(there.gas).to.deep.equal(here.gas);
    } finally {
      await server.close();
      await dispose();
    }
  });

  /** Plays the story on a node: what of its account does not depend on the second of a block, and the gas of the deployer's transactions. */
  const play = async (rpc: string) => {
    const { json, play: played, close } = await runDemo({ keep: false, json: true, help: false, rpc }, silent);
    try {
      const { chain, deployer } = played.system;
      const { addresses, burned, minted, cards, hosts, leases, shares, orders, unplaced } = json;
      const account = { addresses, burned, minted, cards, hosts, leases, shares, orders, unplaced };
      return { account, gas: await gasOf(chain.reader, deployer.address) };
    } finally {
      await close();
    }
  };

  const gasOf = async (reader: CardflowClient, from: Address): Promise<bigint[]> => {
    const sent = await getTransactionCount(reader, { address: from });
    const used: bigint[] = [];
    for (let number = 1n; used.length < sent; number += 1n) {
      const { transactions } = await getBlock(reader, { blockNumber: number, includeTransactions: true });
      for (const { from: sender, hash } of transactions)
        if (isAddressEqual(sender, from)) used.push((await getTransactionReceipt(reader, { hash })).gasUsed);
    }
    return used;
  };
});
