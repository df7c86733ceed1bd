import { once } from "node:events";
import { existsSync } from "node:fs";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { createClient, getContractAddress, http, keccak256, parseAbi, zeroAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import {
  getBlockNumber,
  getCode,
  getTransactionCount,
  getTransactionReceipt,
  readContract,
  sendTransaction,
  verifyTypedData,
} from "viem/actions";
import { ADMIN, ROLES } from "../../ignition/roles.ts";
import { joinChain } from "../../scripts/demo/chain.ts";
import { personOf } from "../../scripts/demo/people.ts";
import { silent } from "../../scripts/demo/progress.ts";
import { deploy, type Order, type Outcome } from "../../scripts/deployment/deploy.ts";
import { configOf, openHardhat, root } from "../../scripts/deployment/environment.ts";
import { DeploymentError, need } from "../../scripts/deployment/failure.ts";
import { makePlace } from "../../scripts/deployment/files.ts";
import { startStack } from "../../scripts/deployment/local.ts";
import { LOCALHOST, NETWORKS } from "../../scripts/deployment/networks.ts";
import { type Parameters, parseParameters, readParameters } from "../../scripts/deployment/parameters.ts";
import { readJournal } from "../../scripts/deployment/recovery.ts";
import { contractNames, entryOf, readRegistry, writeEntry } from "../../scripts/deployment/registry.ts";
import { readRelease, releaseIdOf, writeRelease } from "../../scripts/deployment/release.ts";
import { verify } from "../../scripts/deployment/verify.ts";
import { errorText } from "../../scripts/lib/errorText.ts";
import { accessManagerAbi } from "../../sdk/src/abis/index.ts";
import { type CardflowClient, confirm, deployments } from "../../sdk/src/index.ts";
import { askFields, marketName, marketVersion, parseSignedAsk } from "../../sdk/src/orders/index.ts";
import { command, killedAt } from "./support/commands.ts";
import { startSourcify } from "./support/sourcify.ts";

const localFile = join(root, "ignition", "parameters", "localhost.json5");
const SEPOLIA = NETWORKS.find(({ name }) => name === "sepolia") ?? LOCALHOST;
/** A key that Hardhat's node gives gas to. */
const KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

type Node = { readonly url: string; readonly reader: CardflowClient; readonly close: () => Promise<void> };

describe("deployment", () => {
  let hre: HardhatRuntimeEnvironment;
  const folders: string[] = [];
  /** How many an undisturbed deployment sends. */
  let transactions = 0;
  /** What it writes down when it begins a future. */
  let begins: readonly string[] = [];

  /** A node of its own that says it is of a chain. */
  const startNode = async (chainId: number): Promise<Node> => {
    const server = await hre.network.createServer({ network: "node", override: { chainId } }, "127.0.0.1", 0);
    const { address, port } = await server.listen();
    const url = `http://${address}:${port}`;
    return { url, reader: createClient({ transport: http(url), cacheTime: 0 }), close: () => server.close() };
  };

  const futureOf = (line: string): string | undefined => /"futureId":"([^"]+)"/.exec(line)?.[1];

  const tempFolder = async (): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), "cardflow-deployment-"));
    folders.push(folder);
    return folder;
  };

  const orderFor = async (url: string, folder: string, more: Partial<Order> = {}): Promise<Order> => ({
    network: LOCALHOST,
    release: "test",
    parameters: await readParameters(localFile),
    file: "localhost.json5",
    profile: "default",
    place: { ignition: folder, registry: join(folder, "deployments.json") },
    rpc: url,
    ...more,
  });

  /** Deploys, and gives what was said too. */
  const run = async (order: Order, confirmed = true): Promise<Outcome & { readonly said: string }> => {
    const said: string[] = [];
    const outcome = await deploy(order, {
      progress: silent,
      say: (lines) => said.push(...lines),
      confirm: async () => confirmed,
    });
    return { ...outcome, said: said.join("\n") };
  };

  const refusal = async (running: Promise<unknown>): Promise<string> => {
    try {
      await running;
    } catch (error) {
      if (error instanceof DeploymentError) return error.message;
      throw error;
    }
    return expect.fail("nothing was refused");
  };

  before(async () => {
    hre = await openHardhat("default", await tempFolder());
    process.env.DEPLOYER_PRIVATE_KEY = KEY;
  });

  after(async () => {
    delete process.env.DEPLOYER_PRIVATE_KEY;
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  describe("of a testnet, on a node that poses as it", () => {
    let node: Node;
    let folder: string;
    let order: Order;
    let outcome: Awaited<ReturnType<typeof run>>;

    before(async () => {
      node = await startNode(SEPOLIA.chainId);
      folder = await tempFolder();
      order = await orderFor(node.url, folder, { network: SEPOLIA });
    });
    after(() => node.close());

    it("sends nothing before the plan is confirmed", async () => {
      expect(await refusal(run(order, false))).to.equal("not confirmed; nothing was sent");
      expect(await getBlockNumber(node.reader)).to.equal(0n);
      expect(existsSync(order.place.registry)).to.equal(false);
    });

    it("says the plan, deploys, and records what is on the chain", async () => {
      outcome = await run(order);
      expect(outcome.said).to.match(/DEPLOY Cardflow test on sepolia \(chain 11155111, testnet\)/);
      expect(outcome.said).to.match(/tokenMinter +timelock +0xEe109efFb499494568AA70009964BF3Af5324f5a +30 days/);
      const entry = entryOf(await readRegistry(order.place.registry), SEPOLIA.chainId);
      expect(entry).to.deep.equal(outcome.entry);
      for (const recorded of [
        ...Object.values(outcome.entry.contracts),
        ...Object.values(outcome.entry.testContracts),
      ]) {
        if (recorded === undefined) continue;
        const receipt = await getTransactionReceipt(node.reader, { hash: recorded.transaction });
        expect(receipt.contractAddress?.toLowerCase()).to.equal(recorded.address.toLowerCase());
        expect(`${receipt.blockNumber}`).to.equal(recorded.block);
        const code = await getCode(node.reader, { address: recorded.address });
        expect(keccak256(code ?? "0x")).to.equal(recorded.codeHash);
      }
      transactions = await getTransactionCount(node.reader, privateKeyToAccount(KEY));
      const journal = await readFile(join(folder, "deployments", "sepolia-test", "journal.jsonl"), "utf8");
      begins = journal.split("\n").filter((line) => line.includes("_EXECUTION_STATE_INITIALIZE"));
      expect(Object.keys(outcome.entry.testContracts).sort()).to.deep.equal(["faucet", "primaryFeed", "secondFeed"]);
    });

    it("leaves the deployer no role", async () => {
      const receipt = await getTransactionReceipt(node.reader, {
        hash: outcome.entry.contracts.accessManager.transaction,
      });
      for (const { id } of [ADMIN, ...Object.values(ROLES)]) {
        const [member] = await readContract(node.reader, {
          address: outcome.entry.contracts.accessManager.address,
          abi: accessManagerAbi,
          functionName: "hasRole",
          args: [id, receipt.from],
        });
        expect(member, `role ${id}`).to.equal(false);
      }
    });

    it("changes nothing a second time", async () => {
      const [block, text] = [await getBlockNumber(node.reader), await readFile(order.place.registry, "utf8")];
      const again = await run(order, false);
      expect(again.changed).to.equal(false);
      expect(again.entry).to.deep.equal(outcome.entry);
      expect(again.said).to.equal("Release test is on sepolia already; nothing is sent.");
      expect(await getBlockNumber(node.reader)).to.equal(block);
      expect(await readFile(order.place.registry, "utf8")).to.equal(text);
    });

    it("says which parameter of a finished release differs now", async () => {
      const { parameters } = order;
      const other = { ...parameters, Cardflow: { ...parameters.Cardflow, feeBps: 700 } };
      const again = await run({ ...order, parameters: other }, false);
      expect(again.said).to.include("parameter Cardflow.feeBps: was 500, is 700");
    });

    it("gives a registry back what it lost, and never another release's addresses for this one's", async () => {
      const { registry } = order.place;
      const text = await readFile(registry, "utf8");
      await rm(registry);
      const found = await run(order, false);
      expect([found.entry, found.changed]).to.deep.equal([outcome.entry, true]);
      expect(await readFile(registry, "utf8")).to.equal(text);

      const computeToken = { ...outcome.entry.contracts.computeToken, address: privateKeyToAccount(KEY).address };
      const contracts = { ...outcome.entry.contracts, computeToken };
      await writeEntry(registry, SEPOLIA.chainId, { ...outcome.entry, release: "later", contracts });
      const named = await run(order, false);
      expect([named.entry, named.changed]).to.deep.equal([outcome.entry, false]);
      expect(named.said).to.include("names release later on this chain");

      await writeFile(registry, text.slice(0, 100));
      expect(await refusal(run(order, false))).to.match(
        /deployments\.json is not JSON: .*\n {2}put the last good one back/,
      );
      await writeFile(registry, text);
    });

    it("reads a journal that is being written", async () => {
      const release = join(folder, "deployments", "sepolia-test");
      const whole = await readJournal(release);
      const copy = await tempFolder();
      const text = (await readFile(join(release, "journal.jsonl"), "utf8")).trimEnd();
      await writeFile(join(copy, "journal.jsonl"), `${text}\n${text.slice(text.lastIndexOf("\n") + 1, -9)}`);
      expect(await readJournal(copy)).to.deep.equal(whole);
    });

    it("tells apart releases whose names differ in a dot, and says when a record is not whole", async () => {
      const place = { ignition: await tempFolder(), registry: "" };
      const [dotted, dashed] = [releaseIdOf(SEPOLIA, "1.2", place), releaseIdOf(SEPOLIA, "1-2", place)];
      const begun = need(await readRelease(releaseIdOf(SEPOLIA, "test", order.place)), "the release");
      await writeRelease(dotted, { ...begun, release: "1.2" });
      expect((await readRelease(dotted))?.finished).to.equal(true);
      expect(await refusal(readRelease(dashed))).to.match(/^release 1-2 would be kept where release 1\.2 is:/);
      await writeFile(join(dotted.folder, "release.json"), "{");
      expect(await refusal(readRelease(dotted))).to.match(/release\.json is not JSON/);
    });

    it("never repeats what is no key", async () => {
      const words = ["scripts/deploy.ts", "--network", "sepolia", "--parameters", localFile];
      for (const key of [`${KEY.slice(0, -1)}g`, `0x${"f".repeat(64)}`]) {
        const { code, text } = await command(words, { SEPOLIA_RPC_URL: node.url, DEPLOYER_PRIVATE_KEY: key });
        expect([code, text.trim()]).to.deep.equal([1, "DEPLOYER_PRIVATE_KEY is not a private key of 32 bytes in hex"]);
      }
    });

    it("takes an interrupted deployment up where the journal was cut off, and sends nothing twice", async () => {
      const release = join(folder, "deployments", "sepolia-test");
      const journal = join(release, "journal.jsonl");
      const lines = (await readFile(journal, "utf8")).trimEnd().split("\n");
      const prepared = lines.findLastIndex((line) => line.includes("TRANSACTION_PREPARE_SEND"));
      // The transaction was sent, and the process ended in the middle of saying so.
      await writeFile(journal, [...lines.slice(0, prepared + 1), lines[prepared + 1]?.slice(0, 40)].join("\n"));
      await unfinish(join(release, "release.json"));
      await rm(order.place.registry);
      const block = await getBlockNumber(node.reader);
      const resumed = await run(order);
      expect(resumed.said).to.match(/RESUME Cardflow test on sepolia/);
      expect(resumed.said).to.match(/Faucet#Faucet was sent by 0x/);
      expect(resumed.entry).to.deep.equal(outcome.entry);
      expect(await getBlockNumber(node.reader)).to.equal(block);
    });

    it("tells a changed compiler setting before anything is sent", async () => {
      const other = { ...order, hre: await otherCompiler(folder) };
      const block = await getBlockNumber(node.reader);
      const finished = await run(other, false);
      expect(finished.changed).to.equal(false);
      expect(finished.said).to.include("compiler setting settings.optimizer.runs: was 200, is 1");
      await unfinish(join(folder, "deployments", "sepolia-test", "release.json"));
      const message = await refusal(run(other));
      expect(message).to.include("half done and cannot go on as it began");
      expect(message).to.include("compiler setting settings.optimizer.runs: was 200, is 1");
      expect(message).to.match(/so other code of .*LeaseLedger/);
      expect(await getBlockNumber(node.reader)).to.equal(block);
      expect((await run(order)).entry).to.deep.equal(outcome.entry);
    });

    it("verifies its sources, and asks again only for what is left", async () => {
      const sourcify = await startSourcify();
      try {
        const request = {
          network: SEPOLIA,
          release: "test",
          place: order.place,
          rpc: node.url,
          sourcify: sourcify.url,
        };
        sourcify.failNext(3);
        const first = await verify(request, () => {});
        const left = first.filter(({ problem }) => problem !== undefined);
        expect(left).to.have.length(3);
        const asked = sourcify.requests();
        const second = await verify(request, () => {});
        expect(second.filter(({ problem }) => problem !== undefined)).to.deep.equal([]);
        expect(sourcify.requests() - asked).to.equal(3);
        for (const { address, contract } of second)
          expect(sourcify.verified.get(address)?.split(":")[1]).to.equal(contract.split(":")[1]);
        expect(second.map(({ contract }) => contract)).to.include("contracts/revenue/RevenueShare.sol:RevenueShare");
      } finally {
        await sourcify.close();
      }
    });
  });

  /** Makes a record look as if the release had not ended. */
  const unfinish = async (file: string): Promise<void> => {
    const record: object = JSON.parse(await readFile(file, "utf8"));
    await writeFile(file, JSON.stringify({ ...record, finished: false }));
  };

  /** The repository's contracts under another setting of the optimizer, compiled into a folder. */
  const otherCompiler = async (ignition: string): Promise<HardhatRuntimeEnvironment> => {
    const config = configOf("default", ignition);
    const own = await tempFolder();
    const compiler = need(hre.config.solidity.profiles.default?.compilers[0], "a compiler");
    const settings = { ...compiler.settings, optimizer: { enabled: true, runs: 1 } };
    const other = { version: compiler.version, path: need(compiler.path, "its path"), settings };
    return createHardhatRuntimeEnvironment(
      {
        ...config,
        paths: { ...config.paths, artifacts: join(own, "artifacts"), cache: join(own, "cache") },
        solidity: {
          npmFilesToBuild: [...hre.config.solidity.npmFilesToBuild],
          profiles: { default: other },
        },
      },
      { buildProfile: "default", noTypechain: true },
      root,
    );
  };

  describe("that is killed", () => {
    /** Kills a deployment half-way, changes its journal, and runs the same command again. */
    const resumed = async (release: string, change: (journal: string) => Promise<void>): Promise<string> => {
      const node = await startNode(LOCALHOST.chainId);
      const folder = await tempFolder();
      const words = ["scripts/deploy.ts", "--network", "localhost", "--rpc", node.url, "--state", folder];
      const args = [...words, "--release", release, "--build-profile", "default", "--yes"];
      try {
        await killedAt(args, node.reader, 25n);
        expect(await getBlockNumber(node.reader)).to.be.within(25n, 60n);
        await change(join(folder, "deployments", `localhost-${release}`, "journal.jsonl"));
        const { code, text } = await command(args);
        expect(code, text).to.equal(0);
        expect(text).to.include(`RESUME Cardflow ${release} on localhost`);
        const deployer = personOf(await joinChain(node.url), "deployer");
        const entry = entryOf(await readRegistry(join(folder, "deployments.json")), LOCALHOST.chainId);
        for (const name of contractNames)
          expect(await getCode(node.reader, need(entry?.contracts[name], name))).to.be.a("string");
        expect(await getTransactionCount(node.reader, deployer)).to.equal(transactions);
        return text;
      } finally {
        await node.close();
      }
    };

    it("is resumed by the same command, and sends each transaction once", async () => {
      await resumed("killed", async () => {});
    });

    it("likewise where it had only begun its next call, which Ignition does not resume", async () => {
      let next = "";
      const text = await resumed("begun", async (journal) => {
        const known = new Set((await readFile(journal, "utf8")).split("\n").map(futureOf));
        next = need(
          begins.find((line) => line.includes("CALL_EXECUTION_STATE_INITIALIZE") && !known.has(futureOf(line))),
          "a call that has not begun",
        );
        await appendFile(journal, `\n${next}`);
      });
      expect(text).to.include(`${futureOf(next)} was begun, and nothing was sent`);
    });
  });

  it("of the local stack says which port is in use, before anything is compiled", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address();
    if (address === null || typeof address === "string") return expect.fail("no port is bound");
    const { port } = address;
    const folder = await tempFolder();
    const place = { ignition: folder, registry: join(folder, "deployments.json") };
    const failure = await startStack({ port, release: "local", place }, silent).catch((error: unknown) => error);
    other.close();
    expect(failure).to.be.instanceOf(DeploymentError);
    expect(String(failure)).to.contain(`no node can listen on port ${port}`).and.to.contain("--port N");
  });

  it("of the local stack is where the SDK's registry says, with cards, signed asks and a filled faucet", async () => {
    const folder = await tempFolder();
    const place = { ignition: folder, registry: join(folder, "deployments.json") };
    const stack = await startStack({ port: 0, release: "local", place }, silent);
    try {
      const { system, entry, cards, asks } = stack;
      expect(system.deployment.addresses).to.deep.equal(
        deployments.find(({ chainId }) => chainId === LOCALHOST.chainId)?.addresses,
      );
      const orders: unknown[] = JSON.parse(await readFile(asks, "utf8"));
      expect(orders).to.have.length(cards.length).and.to.have.length.greaterThan(20);
      for (const text of orders) {
        const order = parseSignedAsk(JSON.stringify(text));
        const valid = await verifyTypedData(system.chain.reader, {
          address: order.ask.operator,
          domain: {
            name: marketName,
            version: marketVersion,
            chainId: system.chain.id,
            verifyingContract: system.deployment.addresses.rentalMarket,
          },
          types: { Ask: askFields },
          primaryType: "Ask",
          message: order.ask,
          signature: order.signature,
        });
        expect(valid).to.equal(true);
      }
      const room = await readContract(system.chain.reader, {
        address: entry.testContracts.faucet?.address ?? "0x",
        abi: parseAbi(["function room() view returns (uint256)"]),
        functionName: "room",
      });
      expect(room > 0n).to.equal(true);
      // A wallet that delegates to code can be tried on it (EIP-7702).
      const { client, account, address } = system.keeper;
      const code = system.deployment.addresses.computeToken;
      const nonce = await getTransactionCount(system.chain.reader, { address });
      const authorization = await need(
        account.signAuthorization,
        "a key that delegates",
      )({
        ...{ address: code, chainId: system.chain.id, nonce: nonce + 1 },
      });
      const to = { to: zeroAddress, chain: client.chain ?? null };
      await confirm(client, await sendTransaction(client, { account, ...to, authorizationList: [authorization] }));
      expect(await getCode(system.chain.reader, { address })).to.equal(`0xef0100${code.slice(2).toLowerCase()}`);
    } finally {
      await stack.close();
    }
  });

  describe("is refused before any transaction", () => {
    let node: Node;
    let parameters: Parameters;

    before(async () => {
      node = await startNode(1);
      parameters = await readParameters(localFile);
    });
    after(() => node.close());

    const mainnet = NETWORKS.find(({ chainId }) => chainId === 1) ?? LOCALHOST;

    it("with mocks and a faucet on a mainnet's chain id", async () => {
      const order = await orderFor(node.url, await tempFolder(), { network: mainnet });
      const message = await refusal(run(order));
      expect(message).to.include("MockFeeds: is for test chains only, and ethereum is a mainnet");
      expect(message).to.include("Faucet: is for test chains only, and ethereum is a mainnet");
      expect(await getBlockNumber(node.reader)).to.equal(0n);
    });

    it("below a mainnet's floors, and to a timelock that is a key", async () => {
      const { Cardflow } = parameters;
      const feeds = {
        primarySource: { ...Cardflow.primarySource, feed: Cardflow.timelock },
        secondSource: { ...Cardflow.secondSource, feed: Cardflow.guardian },
      };
      const low = { Cardflow: { ...Cardflow, ...feeds, gateBps: 11_500, dollarFeeBps: 30, seed: 1n } };
      const folder = await tempFolder();
      const floors = await refusal(run(await orderFor(node.url, folder, { network: mainnet, parameters: low })));
      for (const field of ["gateBps", "dollarFeeBps", "seed"]) expect(floors).to.include(`Cardflow.${field}: at least`);
      const high = { Cardflow: { ...Cardflow, ...feeds } };
      const chain = await refusal(run(await orderFor(node.url, folder, { network: mainnet, parameters: high })));
      expect(chain).to.include("Cardflow.timelock: 0xEe109efFb499494568AA70009964BF3Af5324f5a has no code");
      expect(chain).to.include("Cardflow.primarySource.feed: there is no contract at");
    });

    it("on a node of another chain", async () => {
      const order = await orderFor(node.url, await tempFolder(), { network: SEPOLIA });
      expect(await refusal(run(order))).to.equal("sepolia is chain 11155111, but the node answers for chain 1");
    });

    it("by an L2 without its sequencer's feed", async () => {
      const base = NETWORKS.find(({ name }) => name === "base-sepolia") ?? LOCALHOST;
      const l2 = await startNode(base.chainId);
      try {
        const message = await refusal(run(await orderFor(l2.url, await tempFolder(), { network: base })));
        expect(message).to.include("Cardflow.sequencerFeed: is missing: base-sepolia has a sequencer that can fail");
      } finally {
        await l2.close();
      }
    });

    it("to a place where nothing can be kept", async () => {
      const file = join(await tempFolder(), "file");
      await writeFile(file, "");
      const places = process.platform === "linux" ? [file, "/proc/nowhere"] : [file];
      for (const place of places)
        expect(await refusal(makePlace(join(place, "deployments", "sepolia-1")))).to.match(/cannot be made: E[A-Z]+:/);
    });

    it("without repeating the keys in a node's address", async () => {
      const words = ["scripts/deploy.ts", "--parameters", localFile, "--network"];
      const url = "http://me:SECRET@127.0.0.1:9/v2/SECRET?key=SECRET";
      const local = await command([...words, "localhost", "--rpc", url]);
      expect(local.text).to.include("at http://127.0.0.1:9: start one").and.not.to.include("SECRET");
      const env = { SEPOLIA_RPC_URL: "node.example/v2/SECRET", DEPLOYER_PRIVATE_KEY: KEY };
      const { text } = await command([...words, "sepolia"], env);
      expect(text).to.include("SEPOLIA_RPC_URL is no http address").and.not.to.include("SECRET");
      const unknown = await createClient({ transport: http(url, { retryCount: 0 }) })
        .request({ method: "eth_chainId" })
        .catch((cause: unknown) => cause);
      expect(errorText(unknown, false)).to.include("HttpRequestError").and.not.to.include("SECRET");
    });

    it("when a variable is missing, which is named", async () => {
      for (const name of ["sepolia", "base-sepolia", "arbitrum-sepolia", "optimism-sepolia"]) {
        const variable = `${name.toUpperCase().replaceAll("-", "_")}_RPC_URL`;
        const file = ["--parameters", localFile];
        const { code, text } = await command(["scripts/deploy.ts", "--network", name, ...file], {
          DEPLOYER_PRIVATE_KEY: undefined,
        });
        expect(code).to.equal(1);
        expect(text).to.include(`${name} needs what is not set:`);
        expect(text).to.include(`${variable}: put it into the environment`);
        expect(text).to.include("DEPLOYER_PRIVATE_KEY: put it into the environment");
      }
    });
  });

  describe("parameters", () => {
    let good: Record<"Cardflow" | "MockFeeds" | "Faucet", Record<string, unknown>>;

    before(async () => {
      const { Cardflow, MockFeeds, Faucet } = await readParameters(localFile);
      good = { Cardflow: { ...Cardflow }, MockFeeds: { ...MockFeeds }, Faucet: { ...Faucet } };
    });

    const wrong: readonly (readonly [title: string, change: (file: typeof good) => unknown, says: string])[] = [
      [
        "a bad checksum",
        ({ Cardflow, ...rest }) => ({
          ...rest,
          Cardflow: { ...Cardflow, treasury: "0x8363675acbaabf5033C51a45EaEeaf9E5ae138f1" },
        }),
        "Cardflow.treasury: has a wrong checksum",
      ],
      [
        "no address",
        ({ Cardflow, ...rest }) => ({ ...rest, Cardflow: { ...Cardflow, guardian: "GUARDIAN" } }),
        'Cardflow.guardian: an address is expected, found "GUARDIAN"',
      ],
      [
        "a gate below its bound",
        ({ Cardflow, ...rest }) => ({ ...rest, Cardflow: { ...Cardflow, gateBps: 10_999 } }),
        "Cardflow.gateBps: a whole number from 11000 to 20000",
      ],
      [
        "lanes that are too wide together",
        ({ Cardflow, ...rest }) => ({ ...rest, Cardflow: { ...Cardflow, openLaneBps: 400, earnedLaneBps: 101 } }),
        "Cardflow.openLaneBps: openLaneBps and earnedLaneBps together must be from 100 to 500",
      ],
      [
        "a CARD fee above the fee",
        ({ Cardflow, ...rest }) => ({ ...rest, Cardflow: { ...Cardflow, tokenFeeBps: 501 } }),
        "Cardflow.tokenFeeBps: must not be above feeBps",
      ],
      [
        "a number for a big integer",
        ({ Cardflow, ...rest }) => ({ ...rest, Cardflow: { ...Cardflow, seed: 5 } }),
        "Cardflow.seed: a big integer such as",
      ],
      ["an unknown field", ({ Cardflow, ...rest }) => ({ ...rest, Cardflow: { ...Cardflow, owner: "x" } }), "owner"],
      [
        "a faucet that gives more than a day's limit",
        ({ Faucet, ...rest }) => ({ ...rest, Faucet: { ...Faucet, dailyLimit: 1n } }),
        "Faucet.dailyLimit: must not be below amount",
      ],
      ["no feed and no mock", ({ Cardflow }) => ({ Cardflow }), "Cardflow.primarySource.feed: is missing"],
    ];

    for (const [title, change, says] of wrong)
      it(`are refused with ${title}`, async () => {
        expect(await refusal((async () => parseParameters(change(good), "FILE"))())).to.include(says);
      });

    it("of every testnet need nothing but accounts", async () => {
      const account = (digit: string): string => getContractAddress({ from: `0x${digit.repeat(40)}`, nonce: 1n });
      for (const name of ["sepolia", "base-sepolia", "arbitrum-sepolia", "optimism-sepolia"]) {
        const file = join(root, "ignition", "parameters", `${name}.json5`);
        expect(await refusal(readParameters(file))).to.include("Cardflow.treasury: an address is expected");
        const text = await readFile(file, "utf8");
        const filled = ["TREASURY", "TIMELOCK", "GUARDIAN", "VERIFIER"].reduce(
          (rest, word, index) => rest.replace(`"${word}"`, `"${account(`${index + 1}`)}"`),
          text,
        );
        const own = join(await tempFolder(), "own.json5");
        await writeFile(own, filled);
        expect((await readParameters(own)).Cardflow.treasury).to.equal(account("1"));
      }
    });
  });
});
