import { expect } from "chai";
import {
  type Address,
  encodeAbiParameters,
  encodeEventTopics,
  type Hex,
  numberToHex,
  zeroAddress,
  zeroHash,
} from "viem";
import { z } from "zod";
import { leaseLedgerAbi } from "../../sdk/src/abis/index.ts";
import { leaseExtendedEventAbi, leaseStartedEventAbi, leaseStoppedEventAbi } from "../../sdk/src/abis/leaseLedger.ts";
import { encodeLeaseId, leaseEnd, matchOrders, startedLeases, takeAsk } from "../../sdk/src/index.ts";
import { account, now, scriptedClient } from "./support/chain.ts";
import { addressOf, deployment } from "./support/deployment.ts";
import { ask, bid } from "./support/orders.ts";

const renter = addressOf(0xb1);
const operator = addressOf(0xa1);
const start = now - 1_000;
const leaseId = encodeLeaseId({ cardId: 7n, place: 0, start });
const hash: Hex = `0x${"ee".repeat(32)}`;

/** A log as a node gives it. */
const log = (topics: readonly unknown[], data: Hex, address: Address = deployment.addresses.leaseLedger) => ({
  address,
  topics,
  data,
  blockNumber: numberToHex(90),
  blockHash: zeroHash,
  transactionHash: hash,
  transactionIndex: "0x0",
  logIndex: "0x0",
  removed: false,
});

/** The parameters of an event that stand in its data. */
const unindexed = <Input extends object>(inputs: readonly Input[]): readonly Input[] =>
  inputs.filter((input) => !("indexed" in input));

const startedLog = (id: bigint, end: number, address?: Address) =>
  log(
    encodeEventTopics({ abi: leaseLedgerAbi, eventName: "LeaseStarted", args: { leaseId: id, cardId: 7n, renter } }),
    encodeAbiParameters(unindexed(leaseStartedEventAbi[0].inputs), [
      operator,
      100n,
      250,
      500,
      false,
      end,
      10,
      2,
      zeroHash,
    ]),
    address,
  );

const extendedLog = (end: number) =>
  log(
    encodeEventTopics({ abi: leaseLedgerAbi, eventName: "LeaseExtended", args: { leaseId, payer: renter } }),
    encodeAbiParameters(unindexed(leaseExtendedEventAbi[0].inputs), [end, 5n, 0n, 0n]),
  );

const stoppedLog = (by: Address, end: number, refund: bigint, penalty: bigint) =>
  log(
    encodeEventTopics({ abi: leaseLedgerAbi, eventName: "LeaseStopped", args: { leaseId, by } }),
    encodeAbiParameters(unindexed(leaseStoppedEventAbi[0].inputs), [end, refund, penalty]),
  );

const filterSchema = z.tuple([
  z.object({ address: z.string(), topics: z.array(z.unknown()), fromBlock: z.string(), toBlock: z.string() }),
]);

/** A node that holds these logs and filters them by topic. */
const nodeWith = (logs: readonly ReturnType<typeof log>[]) =>
  scriptedClient({
    eth_getLogs: (params: unknown) => {
      const [{ topics, fromBlock, toBlock }] = filterSchema.parse(params);
      expect([fromBlock, toBlock]).to.deep.equal(["0x0", numberToHex(100)]);
      return logs.filter((entry) => topics.every((topic, index) => topic === null || topic === entry.topics[index]));
    },
  }).client;

const endOf = (...logs: readonly ReturnType<typeof log>[]) =>
  leaseEnd(nodeWith(logs.map((one, index) => ({ ...one, logIndex: numberToHex(index) }))), { deployment, leaseId });

describe("leaseEnd", function () {
  this.timeout(60_000);

  it("says that time ran out", async () => {
    expect(await endOf(startedLog(leaseId, now))).to.deep.equal({
      reason: "TimeRanOut",
      end: now,
      refund: 0n,
      penalty: 0n,
    });
  });

  it("says that it still runs, also when it was extended", async () => {
    expect(await endOf(startedLog(leaseId, now + 1))).to.include({ reason: "Running", end: now + 1 });
    const extended = await endOf(startedLog(leaseId, now - 60), extendedLog(now), extendedLog(now + 60));
    expect(extended).to.include({ reason: "Running", end: now + 60 });
  });

  it("says who stopped it, and what came back", async () => {
    const byRenter = await endOf(startedLog(leaseId, now + 500), stoppedLog(renter, now - 100, 60_000n, 0n));
    expect(byRenter).to.deep.equal({ reason: "StoppedByRenter", end: now - 100, refund: 60_000n, penalty: 0n });
    const byOperator = await endOf(startedLog(leaseId, now + 500), stoppedLog(operator, now - 100, 60_000n, 9n));
    expect(byOperator).to.deep.equal({ reason: "StoppedByOperator", end: now - 100, refund: 60_000n, penalty: 9n });
  });

  it("runs on while the minimum billing does", async () => {
    expect(await endOf(startedLog(leaseId, now + 500), stoppedLog(renter, now + 100, 40_000n, 0n))).to.include({
      reason: "Running",
      end: now + 100,
    });
  });

  it("adds up what several stops gave back, and says who stopped it last", async () => {
    const started = startedLog(leaseId, now + 500);
    const [first, again] = [stoppedLog(renter, now - 50, 40_000n, 0n), stoppedLog(renter, now - 50, 0n, 0n)];
    const byRenter = { reason: "StoppedByRenter", end: now - 50, refund: 40_000n, penalty: 0n };
    expect(await endOf(started, first, again)).to.deep.equal(byRenter);
    const byOperator = { reason: "StoppedByOperator", end: now - 100, refund: 45_000n, penalty: 9n };
    expect(await endOf(started, first, stoppedLog(operator, now - 100, 5_000n, 9n))).to.deep.equal(byOperator);
  });

  it("runs as long as it was extended after a stop", async () => {
    const stopped = [startedLog(leaseId, now + 500), stoppedLog(renter, now + 100, 40_000n, 0n)];
    const running = { reason: "Running", end: now + 200, refund: 40_000n, penalty: 0n };
    expect(await endOf(...stopped, extendedLog(now + 200))).to.deep.equal(running);
  });

  it("knows no lease that never was", async () => {
    expect(await endOf(startedLog(leaseId + 1n, now))).to.equal(undefined);
  });
});

const receiptWith = (logs: readonly ReturnType<typeof log>[]) => ({
  transactionHash: hash,
  transactionIndex: "0x0",
  blockHash: zeroHash,
  blockNumber: numberToHex(99),
  from: account.address,
  to: deployment.addresses.rentalMarket,
  contractAddress: null,
  cumulativeGasUsed: "0x5208",
  gasUsed: "0x5208",
  effectiveGasPrice: "0x1",
  logs,
  logsBloom: `0x${"00".repeat(256)}`,
  status: "0x1",
  type: "0x2",
});

describe("startedLeases", function () {
  this.timeout(60_000);

  const take = {
    thousandths: 250,
    duration: 3_600,
    maxRatePerSecond: 1n,
    payInToken: false,
    maxTokenIn: 0n,
    accessKeyHash: zeroHash,
  };
  const foreign = startedLog(leaseId + 5n, now, zeroAddress);

  it("reads the leases of the ledger, and of no other contract", async () => {
    const { client } = scriptedClient({
      eth_getTransactionReceipt: receiptWith([foreign, startedLog(leaseId, now + 500)]),
    });
    const { receipt } = await takeAsk(client, { deployment, ask, signature: "0x12", take }, { wait: true });
    if (receipt === undefined) throw new Error("not waited for");
    const leases = startedLeases({ deployment, receipt });
    expect(leases).to.have.length(1);
    expect(leases[0]).to.include({
      leaseId,
      cardId: 7n,
      renter,
      operator,
      rate: 100n,
      thousandths: 250,
      end: now + 500,
      minMinutes: 10,
    });
  });

  it("gives takeAsk and matchOrders the ids that came to be, not those that were foretold", async () => {
    const foretold = encodeAbiParameters([{ type: "uint256" }], [leaseId - 12n]);
    const second = encodeLeaseId({ cardId: 8n, place: 1, start });
    const answers = {
      eth_call: foretold,
      eth_getTransactionReceipt: receiptWith([startedLog(leaseId, now), startedLog(second, now)]),
    };
    const { client } = scriptedClient(answers);
    const taken = await takeAsk(client, { deployment, ask, signature: "0x12", take }, { wait: true });
    expect(taken.result).to.equal(leaseId);
    const match = { deployment, bid, bidSignature: "0x12", asks: [ask], askSignatures: ["0x34"] } as const;
    expect((await matchOrders(client, match, { wait: true })).result).to.deep.equal([leaseId, second]);
    expect((await matchOrders(client, match)).result).to.equal(undefined);
    expect((await takeAsk(client, { deployment, ask, signature: "0x12", take })).result).to.equal(undefined);
  });
});
