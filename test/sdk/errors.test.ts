import { expect } from "chai";
import { makeError } from "ethers";
import fc from "fast-check";
import {
  AbiEncodingLengthMismatchError,
  AtomicReadyWalletRejectedUpgradeError,
  BaseError,
  CallExecutionError,
  ChainDisconnectedError,
  encodeErrorResult,
  HttpRequestError,
  InsufficientFundsError,
  IntegerOutOfRangeError,
  InternalRpcError,
  InvalidAddressError,
  InvalidInputRpcError,
  LimitExceededRpcError,
  RpcRequestError,
  SizeOverflowError,
  SwitchChainError,
  TimeoutError,
  UnsupportedChainIdError,
  UserRejectedRequestError,
  WaitForCallsStatusTimeoutError,
  WaitForTransactionReceiptTimeoutError,
} from "viem";
import * as enums from "../../sdk/src/abis/enums.ts";
import { errorAbi } from "../../sdk/src/abis/index.ts";
import {
  CardflowError,
  decodeRevert,
  isRevert,
  legRefusalRemedies,
  matchRefusalRemedies,
  mintRefusalRemedies,
  paymentRefusalRemedies,
  RequestError,
  RevertError,
  redeemRefusalRemedies,
  remedies,
  remedyOf,
  requestRemedies,
  toCardflowError,
  UnknownRevertError,
  withoutUrlSecrets,
} from "../../sdk/src/errors/index.ts";
import { everyRevert } from "../../sdk/src/errors/reverts.ts";
import { retireCard } from "../../sdk/src/index.ts";
import { account, revertWith, scriptedClient } from "./support/chain.ts";
import { addressOf, deployment } from "./support/deployment.ts";
import { revertData, sampleOf, selectorOf } from "./support/reverts.ts";

/** Names of the members of the enum that a parameter of an error is, if it is one. */
const membersOf = (error: string, parameter: string): readonly string[] | undefined => {
  const table = everyRevert.find(([name]) => name === error)?.[3]?.[parameter];
  if (table === undefined) return undefined;
  return Array.isArray(table) ? table : Object.keys(table);
};

const names = ["Error", "Panic", ...errorAbi.map(({ name }) => name)].sort();

describe("decodeRevert", function () {
  this.timeout(60_000);

  for (const { name, inputs } of errorAbi) {
    it(`decodes ${name} by name`, () => {
      const values = inputs.map((input, index) => sampleOf(input, index));
      const data = revertData(name, inputs, values);
      const error = decodeRevert(data);
      expect(error).to.be.instanceOf(RevertError).with.property("revertName", name);
      if (!(error instanceof RevertError)) return;
      const expected = inputs.map((input, index): [string, unknown] => {
        const members = membersOf(name, input.name);
        const value = values[index];
        if (members === undefined) return [input.name, value];
        return [input.name, Array.isArray(value) ? value.map((n) => members[n]) : members[Number(value)]];
      });
      expect(error.args).to.deep.equal(Object.fromEntries(expected));
      expect(error.data).to.equal(data);
      expect(error.remedy).to.have.length.above(10);
      expect(error.message.startsWith(`${name}(`)).to.equal(true);
    });
  }

  it("gives remedies that point at arguments which the error has", () => {
    for (const { name, inputs } of errorAbi) {
      const remedy = remedies[name];
      const given = inputs.map((input) => input.name);
      const named = [...remedy.matchAll(/`(\w+)`/g)].map(([, argument]) => argument);
      expect(given, name).to.include.members(named);
      if (remedy.includes("bounds that the error carries"))
        expect(given, name).to.satisfy((all: string[]) => all.some((one) => /^(limit|least|most|held)$/.test(one)));
    }
  });

  it("has selectors of its own for every error", () => {
    const selectors = errorAbi.map(({ name }) => selectorOf(name));
    expect(new Set(selectors).size).to.equal(selectors.length);
  });

  it("decodes a match's refusal with the refusal of every ask, and a remedy for each", () => {
    const legs = [5, 24, 0, 5];
    const data = revertData("MatchRefused", [{ type: "uint8" }, { type: "uint8[]" }], [10, legs]);
    const error = decodeRevert(data);
    expect(isRevert(error, "MatchRefused")).to.equal(true);
    if (!isRevert(error, "MatchRefused")) return;
    const { refusal, legs: refusals } = error.args;
    expect(refusal).to.equal(enums.matchRefusalNames[10]).and.to.equal("CardsTooFew");
    expect(refusals).to.deep.equal(["AskExpired", enums.legRefusalNames[24], "None", "AskExpired"]);
    expect(error.remedy).to.equal(
      `${matchRefusalRemedies.CardsTooFew} AskExpired: ${legRefusalRemedies.AskExpired} ThousandthsNotFree: ${legRefusalRemedies.ThousandthsNotFree}`,
    );
    expect(error.message).to.equal(
      "MatchRefused(refusal: CardsTooFew, legs: [AskExpired, ThousandthsNotFree, None, AskExpired])",
    );
  });

  it("gives the reason's remedy where an ask or an extension is refused", () => {
    const ask = decodeRevert(revertData("AskRefused", [{ type: "uint8" }], [9]));
    expect(ask.remedy).to.equal(legRefusalRemedies.CardEpochOld);
    const extension = decodeRevert(revertData("ExtensionRefused", [{ type: "uint256" }, { type: "uint8" }], [1n, 19]));
    expect(extension.remedy).to.equal(legRefusalRemedies.TermEndPassed);
  });

  it("does not guess at members of enums that it does not know", () => {
    expect(decodeRevert(revertData("AskRefused", [{ type: "uint8" }], [255]))).to.be.instanceOf(UnknownRevertError);
    const legs = revertData("MatchRefused", [{ type: "uint8" }, { type: "uint8[]" }], [10, [0, 200]]);
    expect(decodeRevert(legs)).to.be.instanceOf(UnknownRevertError);
  });

  it("decodes what the compiler reverts with", () => {
    const text = decodeRevert(
      encodeErrorResult({
        abi: [{ type: "error", name: "Error", inputs: [{ name: "m", type: "string" }] }],
        args: ["no"],
      }),
    );
    expect(isRevert(text, "Error") && text.args.message).to.equal("no");
    const panic = decodeRevert(`0x4e487b71${"0".repeat(62)}11`);
    expect(isRevert(panic, "Panic") && panic.args.code).to.equal(0x11n);
  });

  it("keeps data that it does not know, and says what to check", () => {
    for (const data of ["0x", "0x12", "0xdeadbeef", `0xdeadbeef${"00".repeat(32)}`] as const) {
      const error = decodeRevert(data);
      expect(error).to.be.instanceOf(UnknownRevertError).with.property("data", data);
      expect(error.remedy).to.include("address");
    }
  });

  it("names what an action does not know, as the action's error says", async () => {
    const foreign = revertData("AskRefused", [{ type: "uint8" }], [3]);
    const { client } = scriptedClient({ eth_call: revertWith(foreign) });
    const acting = retireCard(client, { deployment, cardId: 7n }).catch((caught) => caught);
    const error = await acting;
    expect(error).to.be.instanceOf(UnknownRevertError);
    expect(error.remedy).to.match(/^`decodeRevert\(error\.data\)` of `@cardflow\/sdk\/errors` knows every error/);
    expect(decodeRevert(error.data)).to.be.instanceOf(RevertError).with.property("revertName", "AskRefused");
    expect(decodeRevert("0x").remedy).to.match(/^Check that the address/);
  });

  it("keeps data of a known error that is cut short", () => {
    const whole = revertData(
      "CardNotOwnedByCaller",
      [{ type: "uint256" }, { type: "address" }, { type: "address" }],
      [7n, addressOf(1), addressOf(2)],
    );
    for (const cut of [whole.slice(0, 12), whole.slice(0, 74), whole.slice(0, -2)])
      expect(decodeRevert(`0x${cut.slice(2)}`)).to.be.instanceOf(UnknownRevertError);
  });

  it("never throws, whatever the data", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("", ...errorAbi.map(({ name }) => selectorOf(name))),
        fc.uint8Array({ maxLength: 200 }),
        (selector, bytes) => {
          const error = decodeRevert(`0x${selector.slice(2)}${Buffer.from(bytes).toString("hex")}`);
          expect(error).to.be.instanceOf(CardflowError);
        },
      ),
      { numRuns: 60 },
    );
  }).timeout(120_000);
});

describe("remedies", function () {
  this.timeout(60_000);

  it("are there for every error of every contract, and for nothing else", () => {
    expect(Object.keys(remedies).sort()).to.deep.equal(names);
    expect(everyRevert.map(([name]) => name).sort()).to.deep.equal(names);
    for (const [name, , remedy] of everyRevert) expect(remedy, name).to.equal(remedies[name]);
  });

  it("are there for every refusal, and for nothing else", () => {
    expect(Object.keys(legRefusalRemedies)).to.deep.equal([...enums.legRefusalNames]);
    expect(Object.keys(matchRefusalRemedies)).to.deep.equal([...enums.matchRefusalNames]);
    expect(Object.keys(mintRefusalRemedies)).to.deep.equal([...enums.mintRefusalNames]);
    expect(Object.keys(paymentRefusalRemedies)).to.deep.equal([...enums.paymentRefusalNames]);
    expect(Object.keys(redeemRefusalRemedies)).to.deep.equal([...enums.redeemRefusalNames]);
  });

  it("are sentences", () => {
    const all = [
      remedies,
      legRefusalRemedies,
      matchRefusalRemedies,
      mintRefusalRemedies,
      paymentRefusalRemedies,
      redeemRefusalRemedies,
      requestRemedies,
    ];
    for (const text of all.flatMap((table) => Object.values(table))) expect(text).to.match(/^[A-Z`].{9,}\.$/);
  });

  it("name the money that is missing, in cfUSD or CARD, and not ways to pay that need it too", () => {
    for (const { FundsTooLow } of [matchRefusalRemedies, paymentRefusalRemedies]) {
      expect(FundsTooLow).to.include("cfUSD").and.to.include("CARD");
      expect(FundsTooLow).not.to.match(/allowance|permit|authorization/);
    }
  });

  it("say the error's own where its arguments carry no reason", () => {
    expect(remedyOf({ revertName: "CardUnknown", args: { cardId: 7n } })).to.equal(remedies.CardUnknown);
    expect(remedyOf({ revertName: "AskRefused", args: {} })).to.equal(remedies.AskRefused);
  });

  it("of an error that is new do not compile before they are written", () => {
    // @ts-expect-error: a table without all names is no table of remedies
    const incomplete = { Error: "…" } satisfies Record<keyof typeof remedies, string>;
    expect(incomplete).to.have.property("Error");
  });
});

describe("isRevert", function () {
  this.timeout(60_000);

  it("tells names apart and types the arguments", () => {
    const error: unknown = decodeRevert(
      revertData("CardHasRunningLeases", [{ type: "uint256" }, { type: "uint256" }], [7n, 2n]),
    );
    expect(isRevert(error, "CardUnknown")).to.equal(false);
    expect(isRevert(new Error("CardUnknown"), "CardUnknown")).to.equal(false);
    if (!isRevert(error, "CardHasRunningLeases")) throw new Error("not recognised");
    const running: bigint = error.args.running;
    expect(running).to.equal(2n);
  });
});

describe("toCardflowError", function () {
  this.timeout(60_000);

  const data = revertData("CardUnknown", [{ type: "uint256" }], [7n]);
  const rpcError = (carried: unknown): RpcRequestError =>
    new RpcRequestError({ body: {}, error: { code: 3, message: "execution reverted", data: carried }, url: "test" });

  const shapes: readonly (readonly [string, unknown])[] = [
    ["viem's call", new CallExecutionError(new BaseError("reverted", { cause: rpcError(data) }), { to: addressOf(1) })],
    [
      "a node's error with an object as data",
      new BaseError("reverted", { cause: rpcError({ message: "reverted", data }) }),
    ],
    [
      "ethers' call",
      makeError("execution reverted", "CALL_EXCEPTION", {
        action: "call",
        data,
        reason: null,
        transaction: { to: null, data: "0x99" },
        invocation: null,
        revert: null,
      }),
    ],
    ["ethers' nested provider error", { code: "UNKNOWN_ERROR", info: { error: { code: -32000, data } } }],
    [
      "a wallet's error",
      { code: -32603, message: "Internal JSON-RPC error.", data: { originalError: { data }, data } },
    ],
    ["a wallet's error that keeps the node's", { code: -32603, data: { originalError: { code: 3, data } } }],
  ];
  for (const [title, cause] of shapes) {
    it(`finds the revert data in ${title}`, async () => {
      const error = await toCardflowError(cause);
      expect(isRevert(error, "CardUnknown") && error.args.cardId).to.equal(7n);
      expect(error.remedy).to.equal(remedies.CardUnknown);
      expect(error.cause).to.equal(cause);
    });
  }

  it("says that a call reverted without a reason", async () => {
    const error = await toCardflowError(new BaseError("reverted", { cause: rpcError("0x") }));
    expect(error).to.be.instanceOf(UnknownRevertError).with.property("data", "0x");
  });

  it("returns its own errors as they are", async () => {
    const error = new CardflowError("a", "b");
    expect(await toCardflowError(error)).to.equal(error);
  });

  const failures: readonly (readonly [string, unknown])[] = [
    ["UserRejected", new UserRejectedRequestError(new Error("no"))],
    ["UserRejected", makeError("rejected", "ACTION_REJECTED", { action: "sendTransaction", reason: "rejected" })],
    ["UserRejected", new InternalRpcError(Object.assign(new Error("no"), { data: { originalError: { code: 4001 } } }))],
    ["UserRejected", new AtomicReadyWalletRejectedUpgradeError(new Error("no"))],
    ["WrongChain", new SwitchChainError(new Error("Unrecognized chain ID"))],
    ["WrongChain", new ChainDisconnectedError(new Error("no"))],
    ["WrongChain", new UnsupportedChainIdError(new Error("no"))],
    ["WrongChain", Object.assign(new Error("of wagmi"), { name: "ConnectorChainMismatchError" })],
    ["Unconfirmed", new WaitForTransactionReceiptTimeoutError({ hash: `0x${"ee".repeat(32)}` })],
    ["Unconfirmed", new WaitForCallsStatusTimeoutError({ id: "0x07" })],
    ["ArgumentInvalid", new InvalidAddressError({ address: "0x12" })],
    ["ArgumentInvalid", new IntegerOutOfRangeError({ value: "300", min: "0", max: "255" })],
    ["ArgumentInvalid", new SizeOverflowError({ givenSize: 33, maxSize: 32 })],
    ["ArgumentInvalid", new AbiEncodingLengthMismatchError({ expectedLength: 1, givenLength: 2 })],
    ["ArgumentInvalid", makeError("no", "INVALID_ARGUMENT", { argument: "a", value: 1 })],
    ["FundsForGas", new BaseError("outer", { cause: new InsufficientFundsError() })],
    ["FundsForGas", makeError("insufficient funds", "INSUFFICIENT_FUNDS", { transaction: {} })],
    ["Network", new HttpRequestError({ url: "test", status: 503 })],
    ["TooManyRequests", new HttpRequestError({ url: "test", status: 429 })],
    ["TooManyRequests", new LimitExceededRpcError(new Error("too many"))],
    ["Network", new TimeoutError({ body: {}, url: "test" })],
    ["Nonce", makeError("nonce", "NONCE_EXPIRED", { transaction: {} })],
    ["Other", new Error("boom")],
    ["Other", "boom"],
    ["Other", undefined],
    ["Other", null],
  ];
  for (const [failure, cause] of failures) {
    it(`calls ${cause instanceof Error ? cause.name : String(cause)} ${failure}`, async () => {
      const error = await toCardflowError(cause);
      expect(error).to.be.instanceOf(RequestError).with.property("failure", failure);
      expect(error.cause).to.equal(cause);
    });
  }

  it("repeats what a node or a wallet said where its kind is not known, without what is secret", async () => {
    const said = "header not found at https://node.example/SECRET";
    const error = await toCardflowError(new InvalidInputRpcError(new BaseError("outer", { details: said })));
    expect(error.message).to.match(/^Missing or invalid parameters/);
    expect(error.message).to.match(/ \(header not found at https:\/\/node\.example\)$/);
    const page = new HttpRequestError({ url: "test", status: 503, details: "<html>" });
    expect((await toCardflowError(page)).message).to.equal("HTTP request failed.");
  });

  it("is made again of a revert's data where only plain values arrive", async () => {
    const error = decodeRevert(data);
    const { data: sent } = structuredClone({ data: error.data });
    expect(structuredClone(error)).not.to.be.instanceOf(CardflowError);
    expect(decodeRevert(sent)).to.deep.include({ message: error.message, remedy: error.remedy });
  });

  it("takes data that could not be decoded for no revert", async () => {
    const { client } = scriptedClient();
    expect(client.account.address).to.equal(account.address);
    const error = await toCardflowError(
      Object.assign(new Error("size"), { name: "AbiDecodingDataSizeTooSmallError", data: "0x00" }),
    );
    expect(error).to.be.instanceOf(RequestError);
  });

  it("ends on errors that contain themselves", async () => {
    const loop: { cause?: unknown } = {};
    loop.cause = loop;
    expect(await toCardflowError(loop)).to.be.instanceOf(RequestError);
  });
});

describe("the addresses of nodes", () => {
  const urls = [
    ["https://me:SECRET@node.example/", "https://node.example"],
    ["https://SECRET@node.example:8545", "https://node.example:8545"],
    ["https://me:it's,a;SECRET@node.example", "https://node.example"],
    ["https://node.example/v2/SECRET", "https://node.example"],
    ["HTTPS://Node.example?key=SECRET", "HTTPS://Node.example"],
    ["wss://node.example#SECRET", "wss://node.example"],
    ["https://node.example\\v2\\SECRET", "https://node.example"],
    ["http://[::1]:8545/SECRET/?a=SECRET&b=http://x.example/SECRET", "http://[::1]:8545"],
    ["http://127.0.0.1:8545", "http://127.0.0.1:8545"],
  ] as const;

  it("are shown without what is secret in them, whatever stands around", () => {
    for (const [url, shown] of urls)
      for (const around of [
        "?",
        "no node at ?, it seems",
        '{"url":"?","id":1}',
        "(see ?)",
        "\n  url: '?'\n",
        "a `?` b ?.",
      ])
        expect(withoutUrlSecrets(around.replaceAll("?", () => url))).to.equal(around.replaceAll("?", () => shown));
    expect(withoutUrlSecrets("file:///a/b and me@node.example/x")).to.equal("file:///a/b and me@node.example/x");
  });

  it("stand in no message, whoever put them there", async () => {
    for (const [url] of urls) {
      const fetched = new Error(`request to ${url} failed, reason: connect ECONNREFUSED`);
      const requests = [
        fetched,
        new HttpRequestError({ url, body: { method: "eth_call" }, details: `${url} fails` }),
        new CallExecutionError(new HttpRequestError({ url, cause: fetched }), { account: undefined }),
        makeError(`server response 401 of ${url}`, "SERVER_ERROR", { request: url }),
      ];
      for (const cause of requests) {
        const error = await toCardflowError(cause);
        expect([error.message, error.remedy, JSON.stringify(error)].join()).not.to.include("SECRET");
        expect(error.cause).to.equal(cause);
      }
    }
  });
});
