// What list commands of the command line cost on a chain with a history: npm run bench:cli [-- --leases N]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { takeOf } from "../../sdk/src/index.ts";
import { startCardflow, type TestChain } from "../../sdk/src/testing/index.ts";
import { root } from "../deployment/environment.ts";
import { need } from "../deployment/failure.ts";
import { openProxy } from "../lib/proxy.ts";
import { ensureRecording } from "../package/recording.ts";

const commands: readonly (readonly string[])[] = [
  ["card", "list", "--limit", "1000"],
  ["lease", "list", "--all", "--limit", "5000"],
  ["account"],
  ["share", "list"],
];

/** Lets every card again and again. */
const makeHistory = async ({ asks, clientOf, pass }: TestChain, leases: number): Promise<void> => {
  const renter = clientOf("renter");
  for (let made = 0; made < leases; made += 1) {
    if (made % asks.length === 0 && made > 0) await pass(601);
    const { ask, signature } = need(asks[made % asks.length], "an ask");
    await renter.takeAsk({ ask, signature, take: takeOf(ask, { duration: 600 }) }, { wait: true });
  }
};

const run = async (line: readonly string[], env: Readonly<Record<string, string>>): Promise<number> => {
  const program = ["--import", "./cli/source.ts", "cli/src/cardflow.ts", ...line];
  const start = performance.now();
  const child = spawn(process.execPath, program, { cwd: root, env: { ...process.env, ...env }, stdio: "ignore" });
  const [code] = await once(child, "close");
  if (code !== 0) throw new RangeError(`cardflow ${line.join(" ")} ended with ${code}`);
  return performance.now() - start;
};

const { values } = parseArgs({ options: { leases: { type: "string", default: "1000" } } });
await ensureRecording("default");
const chain = await startCardflow({ program: "hardhat", cards: 200 });
const cache = await mkdtemp(join(tmpdir(), "cardflow-bench-"));
const proxy = await openProxy(chain.rpcUrl);
try {
  await makeHistory(chain, Number(values.leases));
  const reader = chain.clientOf("renter");
  const { addresses, startBlock } = chain.deployment;
  const logs = await reader.getLogs({ fromBlock: startBlock, address: Object.values(addresses) });
  console.log(`${logs.length} events in ${await reader.getBlockNumber()} blocks`);
  const env = {
    CARDFLOW_RPC_URL: proxy.url,
    CARDFLOW_ACCOUNT: chain.accounts.renter.address,
    CARDFLOW_CACHE: cache,
  };
  for (const line of commands) {
    for (const call of ["first", "second"]) {
      proxy.asked.length = 0;
      const time = await run(line, env);
      const bytes = proxy.asked.reduce((sum, answer) => sum + answer.bytes, 0);
      console.log(
        `cardflow ${line.join(" ").padEnd(34)} ${call.padEnd(6)} ${time.toFixed(0).padStart(6)} ms ${String(proxy.asked.length).padStart(6)} requests ${(bytes / 1024).toFixed(0).padStart(6)} KiB`,
      );
    }
    // Each command begins without what the one before kept.
    await rm(cache, { recursive: true, force: true });
  }
} finally {
  proxy.close();
  await rm(cache, { recursive: true, force: true });
  await chain.stop();
}
process.exit(0);
