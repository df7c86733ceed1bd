// Writes the transactions that deploy Cardflow, for `@cardflow/sdk/testing`. They are recorded from the deployment modules, so that a test
// chain cannot differ from a deployment. Usage: node scripts/package/recording.ts [--production]
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isAddressEqual } from "viem";
import { getBlock, getBlockNumber } from "viem/actions";
import { z } from "zod";
import { type Recording, recordingFile } from "../../sdk/src/testing/recording.ts";
import { joinChain } from "../demo/chain.ts";
import { personOf } from "../demo/people.ts";
import { silent } from "../demo/progress.ts";
import { deploy } from "../deployment/deploy.ts";
import { openHardhat, type Profile, root } from "../deployment/environment.ts";
import { need } from "../deployment/failure.ts";
import { LOCALHOST } from "../deployment/networks.ts";
import { readParameters } from "../deployment/parameters.ts";
import { deploymentOf } from "../deployment/registry.ts";

const headSchema = z.object({ source: z.string(), profile: z.string() });

/** Writes the recording if there is none of these sources; with production code, or what tests compile. */
export const ensureRecording = async (profile: Profile): Promise<string> => {
  const file = fileURLToPath(recordingFile);
  const source = await sourceHash();
  if (isFresh(file, source, profile)) return file;
  await writeFile(file, `${JSON.stringify(await record(profile, source))}\n`);
  return file;
};

/** Production code serves tests as well. */
const isFresh = (file: string, source: string, profile: Profile): boolean => {
  if (!existsSync(file)) return false;
  const head = headSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
  return head.success && head.data.source === source && [profile, "production"].includes(head.data.profile);
};

/** Hash of everything that a deployment is made of. */
const sourceHash = async (): Promise<string> => {
  const hash = createHash("sha256");
  for (const place of ["contracts", "ignition/modules"]) {
    const files = await readdir(join(root, place), { recursive: true });
    for (const file of files.filter((name) => /\.(sol|ts)$/.test(name)).sort())
      hash.update(file).update(readFileSync(join(root, place, file)));
  }
  for (const file of ["ignition/roles.ts", "ignition/catalogue.ts", "ignition/parameters/localhost.json5"])
    hash.update(readFileSync(join(root, file)));
  return hash.update(readFileSync(join(root, "hardhat.config.ts"))).digest("hex");
};

const record = async (profile: Profile, source: string): Promise<Recording> => {
  const folder = await mkdtemp(join(tmpdir(), "cardflow-recording-"));
  const hre = await openHardhat(profile, folder);
  const server = await hre.network.createServer({ network: "node" }, "127.0.0.1", 0);
  const { address, port } = await server.listen();
  try {
    const rpc = `http://${address}:${port}`;
    const file = join(root, "ignition", "parameters", "localhost.json5");
    const place = { ignition: folder, registry: join(folder, "deployments.json") };
    const parameters = await readParameters(file);
    const { entry } = await deploy(
      { network: LOCALHOST, release: "recorded", parameters, file, profile, place, rpc },
      { progress: silent, say: () => {}, confirm: async () => true },
    );
    const { primaryFeed, secondFeed, faucet } = entry.testContracts;
    return {
      source,
      profile,
      addresses: deploymentOf(LOCALHOST.chainId, entry).addresses,
      feeds: [need(primaryFeed, "a feed").address, need(secondFeed, "a feed").address],
      faucet: need(faucet, "the faucet").address,
      transactions: await sentByDeployer(rpc),
    };
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
};

/** What the deployer sent, by nonce. */
const sentByDeployer = async (rpc: string): Promise<Recording["transactions"]> => {
  const chain = await joinChain(rpc);
  const deployer = personOf(chain, "deployer").address;
  const sent: Recording["transactions"] = [];
  const last = await getBlockNumber(chain.reader);
  for (let blockNumber = 1n; blockNumber <= last; blockNumber += 1n) {
    const { transactions } = await getBlock(chain.reader, { blockNumber, includeTransactions: true });
    for (const { from, nonce, to, input, gas } of transactions)
      if (isAddressEqual(from, deployer)) sent[nonce] = { data: input, gas: Number(gas), ...(to !== null && { to }) };
  }
  return sent;
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await ensureRecording(process.argv.includes("--production") ? "production" : "default");
}
