import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect } from "chai";
import fc from "fast-check";
import { zeroAddress } from "viem";
import { readContract } from "viem/actions";
import { ensureRecording } from "../../scripts/package/recording.ts";
import { hashAskAbi, hashBidAbi } from "../../sdk/src/abis/rentalMarket.ts";
import {
  getDeployment,
  hashAsk,
  hashBid,
  InvalidInputError,
  orderDomain,
  RequestError,
  takeOf,
} from "../../sdk/src/index.ts";
import { NodeMissingError, NodeUnusableError, startCardflow, type TestChain } from "../../sdk/src/testing/index.ts";
import { anyAsk, anyBid } from "../sdk/support/orders.ts";

const folder = join(import.meta.dirname, "../../sdk/examples");
const scripts = readdirSync(folder).filter((file) => file.endsWith(".ts") && file !== "chain.ts");

/** What each script says when it did what it is for. */
const signs: Readonly<Record<string, RegExp>> = {
  "integratorReadsState.ts": /the contracts say the same/,
  "investorBuysAndClaims.ts": /claimed \$[1-9]\d+\.\d\d; the buyer of a quarter can claim \$[1-9]/,
  "matcher.ts":
    /8 asks and 2 of 3 bids are signed[\s\S]*a bid waits: \{"RateAboveBid":8\}; it would do with maxRatePerSecond \d+[\s\S]*3 leases matched, \$0\.15 earned\s+the log is fair/,
  "ownerTokenizesCard.ts": /the owner [1-9][\d.]* CARD more/,
  "renterRentsCluster.ts": /8 leases ended \(StoppedByRenter\)/,
};

const run = async (script: string, rpcUrl: string): Promise<{ readonly code: unknown; readonly said: string }> => {
  const args = ["--conditions=@cardflow/source", join(folder, script), "--rpc", rpcUrl];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
  const [code] = await once(child, "close");
  return { code, said };
};

describe("a test chain of @cardflow/sdk/testing", () => {
  let chain: TestChain;

  before(async () => {
    await ensureRecording("default");
    chain = await startCardflow({ program: "hardhat" });
  });
  after(async () => {
    await chain.stop();
    await chain.stop(); // a test and its clean-up may both do it
  });

  it("says that a port is in use, and leaves the process alone", async () => {
    const port = Number(new URL(chain.rpcUrl).port);
    const failure = await startCardflow({ program: "hardhat", port }).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(NodeUnusableError);
    expect(String(failure)).to.contain(`${port}`);
  });

  it("refuses numbers out of range by their names, before a node is started", async () => {
    for (const [path, options] of [
      ["cards", { cards: 0 }],
      ["chainId", { chainId: 0 }],
      ["chainId", { chainId: Number.NaN }],
      ["port", { port: 70_000 }],
    ] as const) {
      const failure = await startCardflow(options).catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(InvalidInputError).with.property("path", path);
    }
  });

  it("knows the programs that it starts", async () => {
    const failure = await Promise.resolve(Reflect.apply(startCardflow, undefined, [{ program: "geth" }])).catch(
      (error: unknown) => error,
    );
    expect(failure).to.be.instanceOf(InvalidInputError).with.property("path", "program");
  });

  it("goes without a program that is not installed", async () => {
    const { PATH } = process.env;
    const unhandled: unknown[] = [];
    const keep = (reason: unknown): void => {
      unhandled.push(reason);
    };
    process.prependListener("unhandledRejection", keep);
    process.env.PATH = "";
    const failure = await startCardflow({ program: "anvil" }).catch((error: unknown) => error);
    process.env.PATH = PATH;
    await setImmediate();
    process.off("unhandledRejection", keep);
    expect(failure).to.be.instanceOf(NodeMissingError);
    expect(unhandled, "what would end the process").to.deep.equal([]);
  });

  it("has the contracts where the package says that a local chain has them", () => {
    expect(chain.deployment.addresses).to.deep.equal(getDeployment(chain.chainId).addresses);
  });

  it("has cards that can be rented at once, and a clock that moves", async () => {
    const renter = chain.clientOf("renter");
    const { ask, signature } = chain.asks[7] ?? chain.asks[0];
    const { rentable } = await renter.cardStatus({ cardId: ask.cardId });
    expect(rentable).to.equal(true);
    const take = takeOf(ask, { duration: 3_600 });
    const { result: leaseId = 0n } = await renter.takeAsk({ ask, signature, take }, { wait: true });
    expect((await renter.leaseStatus({ leaseId }))?.running).to.equal(true);
    await chain.pass(3_600);
    const after = await renter.leaseStatus({ leaseId });
    expect(after?.running).to.equal(false);
    expect(after?.accrued).to.equal(3_600n * ask.ratePerSecond);
  });

  it("takes whole seconds and addresses only", async () => {
    for (const seconds of [-1, 1.5, Number.NaN]) {
      const error = await chain.pass(seconds).catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(InvalidInputError).with.property("path", "seconds");
    }
    expect(await chain.fund("0x12").catch((caught: unknown) => caught)).to.be.instanceOf(RequestError);
  });

  it("has accounts that can delegate to code (EIP-7702)", async () => {
    const client = chain.clientOf("matcher");
    const code = chain.deployment.addresses.computeToken;
    const authorization = await client.signAuthorization({ contractAddress: code, executor: "self" });
    const hash = await client.sendTransaction({ to: zeroAddress, authorizationList: [authorization] });
    await client.waitForTransactionReceipt({ hash });
    const delegation = `0xef0100${code.slice(2).toLowerCase()}`;
    expect(await client.getCode({ address: client.account.address })).to.equal(delegation);
    // Back to a plain key, as the scripts expect it.
    const end = await client.signAuthorization({ contractAddress: zeroAddress, executor: "self" });
    await client.sendTransaction({ to: zeroAddress, authorizationList: [end] });
  });

  it("A57 has a market that hashes any order as the package does", async () => {
    const { chainId, deployment } = chain;
    const address = deployment.addresses.rentalMarket;
    const domain = orderDomain({ chainId, market: address });
    const client = chain.clientOf("matcher");
    for (const ask of fc.sample(anyAsk, 60)) {
      const hash = await readContract(client, { address, abi: hashAskAbi, functionName: "hashAsk", args: [ask] });
      expect(hashAsk(domain, ask)).to.equal(hash);
    }
    for (const bid of fc.sample(anyBid, 60)) {
      const hash = await readContract(client, { address, abi: hashBidAbi, functionName: "hashBid", args: [bid] });
      expect(hashBid(domain, bid)).to.equal(hash);
    }
  });

  it("has a sign of success for every script", () => {
    expect(Object.keys(signs)).to.deep.equal(scripts);
  });

  for (const script of scripts) {
    it(`plays ${script}`, async () => {
      const { code, said } = await run(script, chain.rpcUrl);
      expect(code, said).to.equal(0);
      expect(said).to.match(signs[script] ?? /^$/);
    });
  }
});
