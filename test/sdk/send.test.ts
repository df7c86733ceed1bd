import { expect } from "chai";
import { Interface } from "ethers";
import {
  createClient,
  custom,
  encodeAbiParameters,
  encodeErrorResult,
  HttpRequestError,
  LimitExceededRpcError,
  numberToHex,
  parseTransaction,
  UserRejectedRequestError,
  zeroHash,
} from "viem";
import { mainnet } from "viem/chains";
import { z } from "zod";
import { errorAbi } from "../../sdk/src/abis/index.ts";
import {
  AccountMissingError,
  buyShares,
  confirm,
  InvalidInputError,
  isRevert,
  mintDollar,
  RequestError,
  retireCard,
  retireCardCall,
  stopLease,
  TransactionReplacedError,
  TransactionRevertedError,
  WrongChainError,
  withdrawBySignature,
} from "../../sdk/src/index.ts";
import { account, revertWith, scriptedClient, scriptedNode } from "./support/chain.ts";
import { deployment } from "./support/deployment.ts";

const hash = `0x${"ee".repeat(32)}`;
const running = encodeErrorResult({ abi: errorAbi, errorName: "CardHasRunningLeases", args: [7n, 2n] });

const receipt = (status: "0x0" | "0x1") => ({
  transactionHash: hash,
  transactionIndex: "0x0",
  blockHash: zeroHash,
  blockNumber: numberToHex(99),
  from: account.address,
  to: deployment.addresses.cardRegistry,
  contractAddress: null,
  cumulativeGasUsed: "0x5208",
  gasUsed: "0x5208",
  effectiveGasPrice: "0x1",
  logs: [],
  logsBloom: `0x${"00".repeat(256)}`,
  status,
  type: "0x2",
});

/** The transaction, sent and in no block. */
const pending = {
  hash,
  from: account.address,
  to: deployment.addresses.cardRegistry,
  input: "0xabcd",
  nonce: "0x0",
  value: "0x0",
  gas: "0x5208",
  gasPrice: "0x1",
  type: "0x0",
  blockHash: null,
  blockNumber: null,
  transactionIndex: null,
  chainId: "0x7a69",
  v: "0x1b",
  r: "0x1",
  s: "0x1",
};

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => new Error("it succeeded"),
    (error: unknown) => error,
  );

describe("an action", function () {
  this.timeout(60_000);

  it("simulates, then sends exactly its call", async () => {
    const raw: string[] = [];
    const { client, asked } = scriptedClient({
      eth_sendRawTransaction: (params: unknown) => {
        raw.push(...z.tuple([z.string()]).parse(params));
        return hash;
      },
    });
    const sent = await retireCard(client, { deployment, cardId: 7n });
    expect(sent).to.deep.equal({ hash, result: undefined, receipt: undefined });
    expect(asked.indexOf("eth_call")).to.be.greaterThan(-1).and.below(asked.indexOf("eth_sendRawTransaction"));
    const [text = ""] = raw;
    const transaction = parseTransaction(`0x02${text.slice(4)}`);
    expect(transaction.to?.toLowerCase()).to.equal(deployment.addresses.cardRegistry.toLowerCase());
    const registry = new Interface(["function retire(uint256 cardId)"]);
    expect(transaction.data).to.equal(registry.encodeFunctionData("retire", [7n]));
    expect(transaction.chainId).to.equal(31337);
    expect(transaction.value ?? 0n).to.equal(0n);
  });

  it("returns what the simulation returned", async () => {
    const { client } = scriptedClient({
      eth_call: encodeAbiParameters([{ type: "uint40" }, { type: "uint256" }], [1_763_800_060, 42n]),
    });
    const { result } = await stopLease(client, { deployment, leaseId: 9n });
    expect(result).to.deep.equal([1_763_800_060, 42n]);
  });

  it("sends nothing that would be refused, and says why and what to do", async () => {
    const { client, asked } = scriptedClient({ eth_call: revertWith(running) });
    const error = await failureOf(retireCard(client, { deployment, cardId: 7n }));
    expect(isRevert(error, "CardHasRunningLeases") && error.args).to.deep.equal({ cardId: 7n, running: 2n });
    expect(isRevert(error, "CardHasRunningLeases") && error.remedy).to.equal(
      "Wait until the leases end, or stop them.",
    );
    expect(asked).not.to.include("eth_sendRawTransaction");
  });

  it("names the reason also where only the estimate or the sending fails", async () => {
    for (const method of ["eth_estimateGas", "eth_sendRawTransaction"]) {
      const { client } = scriptedClient({ [method]: revertWith({ message: "reverted", data: running }) });
      const error = await failureOf(retireCard(client, { deployment, cardId: 7n }));
      expect(isRevert(error, "CardHasRunningLeases"), method).to.equal(true);
    }
  });

  it("refuses to send on another chain than the deployment's", async () => {
    const { client, asked } = scriptedClient({ eth_chainId: "0x1" });
    const error = await failureOf(retireCard(client, { deployment, cardId: 7n }));
    expect(error).to.be.instanceOf(WrongChainError).with.property("actual", 1);
    expect(error).to.have.property("expected", 31337);
    expect(asked).to.deep.equal(["eth_chainId"]);
  });

  it("takes the client's word for its chain where it names one", async () => {
    const { request, asked } = scriptedNode();
    const client = createClient({ account, chain: mainnet, transport: custom({ request }) });
    expect(await failureOf(retireCard(client, { deployment, cardId: 7n }))).to.be.instanceOf(WrongChainError);
    expect(asked).to.deep.equal([]);
  });

  it("needs no chain id where only addresses are given", async () => {
    const { client } = scriptedClient();
    const { cardRegistry } = deployment.addresses;
    expect((await retireCard(client, { deployment: { addresses: { cardRegistry } }, cardId: 7n })).hash).to.equal(hash);
  });

  it("needs an account, and takes it from the options", async () => {
    const { request, asked } = scriptedNode();
    const client = createClient({ transport: custom({ request }) });
    expect(await failureOf(retireCard(client, { deployment, cardId: 7n }))).to.be.instanceOf(AccountMissingError);
    expect(asked).to.deep.equal([]);
    expect((await retireCard(client, { deployment, cardId: 7n }, { account })).hash).to.equal(hash);
  });

  it("waits if asked, and returns the receipt", async () => {
    const { client } = scriptedClient({ eth_getTransactionReceipt: receipt("0x1") });
    const sent = await retireCard(client, { deployment, cardId: 7n }, { wait: true });
    expect(sent.receipt?.status).to.equal("success");
    const twice = await retireCard(client, { deployment, cardId: 7n }, { wait: 2 });
    expect(twice.receipt?.blockNumber).to.equal(99n);
  });

  it("says so when the transaction reverts in its block", async () => {
    const { client } = scriptedClient({ eth_getTransactionReceipt: receipt("0x0") });
    const error = await failureOf(retireCard(client, { deployment, cardId: 7n }, { wait: true }));
    expect(error).to.be.instanceOf(TransactionRevertedError).with.property("hash", hash);
    expect(await failureOf(confirm(client, `0x${"ee".repeat(32)}`))).to.be.instanceOf(TransactionRevertedError);
  });

  for (const [title, change, replaced] of [
    ["another call", { input: "0x1234" }, true],
    ["a cancellation", { to: account.address, input: "0x" }, true],
    ["itself at another price", {}, false],
  ] as const) {
    it(`${replaced ? "says so" : "goes on"} when the account replaces the transaction by ${title}`, async () => {
      const other = `0x${"dd".repeat(32)}`;
      const { client } = scriptedClient({
        eth_getTransactionByHash: pending,
        eth_getTransactionReceipt: (params: unknown) =>
          z.tuple([z.string()]).parse(params)[0] === other ? { ...receipt("0x1"), transactionHash: other } : null,
        eth_getBlockByNumber: {
          number: numberToHex(100),
          timestamp: numberToHex(1_763_800_000),
          gasLimit: "0x1",
          gasUsed: "0x0",
          baseFeePerGas: "0x1",
          transactions: [{ ...pending, ...change, hash: other, blockNumber: numberToHex(99), blockHash: zeroHash }],
        },
      });
      const waited = confirm(client, `0x${"ee".repeat(32)}`);
      if (!replaced) return expect((await waited).transactionHash).to.equal(other);
      const error = await failureOf(waited);
      return expect(error).to.be.instanceOf(TransactionReplacedError).with.property("hash", hash);
    });
  }

  it("says so when the node does not answer", async () => {
    const { client } = scriptedClient({
      eth_call: () => {
        throw new HttpRequestError({ url: "test", status: 503 });
      },
    });
    const error = await failureOf(retireCard(client, { deployment, cardId: 7n }));
    expect(error).to.be.instanceOf(RequestError).with.property("failure", "Network");
  });

  it("says that a transaction may be sent when the answer to it is lost, and names it when the answer to a look for it is", async () => {
    const silent = () => {
      throw new HttpRequestError({ url: "test", status: 502 });
    };
    const sending = scriptedClient({ eth_sendRawTransaction: silent }).client;
    const lost = await failureOf(retireCard(sending, { deployment, cardId: 7n }));
    expect(lost).to.be.instanceOf(RequestError).with.property("failure", "Unconfirmed");
    expect(lost).to.have.property("hash", undefined);
    const waiting = scriptedClient({ eth_getTransactionByHash: pending, eth_getTransactionReceipt: silent }).client;
    const open = await failureOf(retireCard(waiting, { deployment, cardId: 7n }, { wait: true }));
    expect(open).to.be.instanceOf(RequestError).with.property("failure", "Unconfirmed");
    expect(open).to.have.property("hash", hash);
    expect(open).to.have.property("cause").that.is.instanceOf(HttpRequestError);
  });

  it("says that nothing is sent when the node or the user refuses it", async () => {
    for (const [error, failure] of [
      [new LimitExceededRpcError(new Error("too many")), "TooManyRequests"],
      [new UserRejectedRequestError(new Error("no")), "UserRejected"],
    ] as const) {
      const { client } = scriptedClient({
        eth_sendRawTransaction: () => {
          throw error;
        },
      });
      const refused = await failureOf(retireCard(client, { deployment, cardId: 7n }));
      expect(refused).to.be.instanceOf(RequestError).with.property("failure", failure);
    }
  });

  it("says so when an argument does not fit", async () => {
    const { client, asked } = scriptedClient();
    const error = await failureOf(retireCard(client, { deployment, cardId: -1n }));
    expect(error).to.be.instanceOf(InvalidInputError).with.property("path", "cardId");
    expect(asked).not.to.include("eth_sendRawTransaction");
    const to = account.address;
    const half = await failureOf(mintDollar(client, { deployment, tokenIn: 1n, minOut: 0n, to, deadline: 1.5 }));
    expect(half).to.be.instanceOf(InvalidInputError).with.property("path", "deadline");
  });

  it("refuses a deadline that is not whole seconds", async () => {
    const { client } = scriptedClient();
    const [to, deadline] = [account.address, 1_763_800_000.5];
    const refused = [
      buyShares(client, { share: to, shares: 1n, maxCost: 1n, deadline }),
      withdrawBySignature(client, { deployment, account: to, amount: 1n, to, deadline, signature: "0x" }),
    ];
    for (const action of refused)
      expect(await failureOf(action))
        .to.be.instanceOf(InvalidInputError)
        .with.property("path", "deadline");
  });

  it("sends nothing where the address answers nothing to a function that returns something", async () => {
    const { client, asked } = scriptedClient({ eth_call: "0x" });
    const error = await failureOf(stopLease(client, { deployment, leaseId: 9n }));
    expect(error).to.be.instanceOf(RequestError).with.property("failure", "NoContract");
    expect(asked).not.to.include("eth_sendRawTransaction");
  });

  it("has a call that is plain data", () => {
    const call = retireCardCall({ deployment, cardId: 7n });
    expect(call).to.have.keys("address", "abi", "functionName", "args");
    expect(call.functionName).to.equal("retire");
    expect(call.args).to.deep.equal([7n]);
  });
});
