import { expect } from "chai";
import { type Address, decodeFunctionData, encodeFunctionData, type Hex, HttpRequestError, parseAbi } from "viem";
import { hardhat } from "viem/chains";
import { toEthersCall } from "../../sdk/src/ethers/index.ts";
import {
  approveTokenCall,
  type ContractCall,
  InvalidInputError,
  RequestError,
  retireCardCall,
  TransactionRevertedError,
  WrongChainError,
} from "../../sdk/src/index.ts";
import {
  atomicSupport,
  decodePayment,
  encodePayment,
  multiSendData,
  type PaymentPayload,
  paymentRequirements,
  type SignPaymentArgs,
  safeBatch,
  sendBatch,
  signPayment,
  toBatchCalls,
} from "../../sdk/src/wallets/index.ts";
import { withSlippage } from "../../sdk/src/wallets/slippage.ts";
import { account, scriptedClient } from "../sdk/support/chain.ts";
import { deployment } from "../sdk/support/deployment.ts";
import { otherForms, walletOf } from "../sdk/support/signatures.ts";

const { computeDollar: token, leaseLedger: spender } = deployment.addresses;
const calls: readonly ContractCall[] = [
  approveTokenCall({ token, spender, amount: 5n }),
  retireCardCall({ deployment, cardId: 7n }),
];
const payTo: Address = "0x000000000000000000000000000000000000bEEF";
const tokenDomain = { name: "Cardflow Dollar", version: "1" };

/** What a wallet says of a batch that ended. */
const ended = (status: number, receiptStatus: "0x0" | "0x1") => ({
  version: "2.0.0",
  id: "0x07",
  chainId: "0x7a69",
  status,
  atomic: true,
  receipts: [
    {
      logs: [],
      status: receiptStatus,
      blockHash: "0x01",
      blockNumber: "0x1",
      gasUsed: "0x1",
      transactionHash: "0x02",
    },
  ],
});

/** The path of the value that was not as it should be. */
const pathOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    expect(error.message).not.to.include("Invalid input");
    return error.path;
  }
  return expect.fail("nothing was refused");
};

describe("batches", () => {
  it("are the same calldata for every kind of wallet", () => {
    const data = calls.map((call) => encodeFunctionData(call));
    expect(toBatchCalls(calls).map((call) => call.data)).to.deep.equal(data);
    expect(calls.map((call) => toEthersCall(call).data)).to.deep.equal(data);
    expect(safeBatch({ calls, chainId: 1 }).transactions.map((transaction) => transaction.data)).to.deep.equal(data);
  });

  it("of arguments that do not fit are refused", () => {
    const bad = [retireCardCall({ deployment, cardId: -1n })];
    for (const encode of [toBatchCalls, multiSendData, () => safeBatch({ calls: bad, chainId: 1 })])
      expect(() => encode(bad))
        .to.throw(InvalidInputError)
        .with.property("path", "cardId");
  });

  it("make a file for Safe's Transaction Builder that says what it does", () => {
    const batch = safeBatch({ calls, chainId: 8453, safe: payTo });
    expect(batch).to.deep.include({ version: "1.0", chainId: "8453", createdAt: 0 });
    expect(batch.meta).to.deep.equal({
      name: "Cardflow",
      description: "approve, retire",
      createdFromSafeAddress: payTo,
    });
    expect(JSON.parse(JSON.stringify(batch))).to.deep.equal(batch);
  });

  it("are packed for MultiSend so that its loop finds every call again", () => {
    const { args } = decodeFunctionData({
      abi: parseAbi(["function multiSend(bytes transactions)"]),
      data: multiSendData(calls),
    });
    const packed = (args[0] ?? "0x").slice(2);
    const found: { readonly to: string; readonly data: Hex }[] = [];
    // Byte by byte as the contract reads: 1 operation, 20 to, 32 value, 32 length, data.
    let at = 0;
    const take = (bytes: number): string => {
      at += bytes * 2;
      return packed.slice(at - bytes * 2, at);
    };
    while (at < packed.length) {
      expect(take(1)).to.equal("00");
      const to = `0x${take(20)}`;
      expect(BigInt(`0x${take(32)}`)).to.equal(0n);
      const length = Number(BigInt(`0x${take(32)}`));
      found.push({ to, data: `0x${take(length)}` });
    }
    const expected = toBatchCalls(calls).map(({ to, data }) => ({ to: to.toLowerCase(), data }));
    expect(found).to.deep.equal(expected);
  });

  it("ask a wallet what it can do, and take an error for no", async () => {
    const refusing = () => {
      throw new Error("method not found");
    };
    expect(await atomicSupport(scriptedClient({ wallet_getCapabilities: refusing }).client)).to.equal("unsupported");
    for (const status of ["supported", "ready", "unsupported"] as const) {
      const { client } = scriptedClient({ wallet_getCapabilities: { "0x7a69": { atomic: { status } } } });
      expect(await atomicSupport(client)).to.equal(status);
    }
  });

  it("ask for all or nothing, and fail by name on another chain", async () => {
    const asked: unknown[] = [];
    const { client } = scriptedClient({
      wallet_getCapabilities: { "0x7a69": { atomic: { status: "ready" } } },
      wallet_sendCalls: (params: unknown) => {
        asked.push(params);
        return { id: "0x07" };
      },
      wallet_getCallsStatus: ended(200, "0x1"),
    });
    const wallet = { ...client, chain: hardhat };
    expect(await sendBatch(wallet, calls, { chainId: 31337 })).to.deep.equal({ mode: "atomic", hashes: ["0x02"] });
    expect(JSON.stringify(asked)).to.contain('"atomicRequired":true');
    const refusal = await sendBatch(wallet, calls, { chainId: 1 }).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(WrongChainError);
  });

  it("that failed say how: reverted by hash, without an answer as perhaps sent, and by the wallet's word else", async function () {
    // viem asks a silent wallet five times, over three seconds.
    this.timeout(20_000);
    const silent = () => {
      throw new HttpRequestError({ url: "test", status: 502 });
    };
    const failure = (answers: Readonly<Record<string, unknown>>): Promise<unknown> => {
      const { client } = scriptedClient({
        wallet_getCapabilities: { "0x7a69": { atomic: { status: "supported" } } },
        wallet_sendCalls: { id: "0x07" },
        ...answers,
      });
      return sendBatch({ ...client, chain: hardhat }, calls).catch((error: unknown) => error);
    };
    expect(await failure({ wallet_getCallsStatus: ended(500, "0x0") }))
      .to.be.instanceOf(TransactionRevertedError)
      .with.property("hash", "0x02");
    expect(await failure({ wallet_sendCalls: silent }))
      .to.be.instanceOf(RequestError)
      .with.property("failure", "Unconfirmed");
    const lost = await failure({ wallet_getCallsStatus: silent });
    expect(lost).to.be.instanceOf(RequestError).with.property("failure", "Unconfirmed");
    expect(lost).to.have.property("message", "batch 0x07: HTTP request failed.");
    const dropped = await failure({ wallet_getCallsStatus: { ...ended(400, "0x1"), receipts: [] } });
    expect(dropped).to.have.property("message", "the wallet ended the batch 0x07 as failure");
    expect(dropped).to.have.nested.property("cause.statusCode", 400);
  });
});

describe("slippage", () => {
  it("is whole basis points of what was quoted, on top of it", () => {
    expect([withSlippage(1_000n), withSlippage(1_000n, 0), withSlippage(1_000n, 10_000)]).to.deep.equal([
      1_010n,
      1_000n,
      2_000n,
    ]);
    for (const bps of [0.5, -1, 10_001, Number.NaN])
      expect(pathOf(() => withSlippage(1n, bps))).to.equal("slippageBps");
  });
});

describe("x402 payments", () => {
  const requirements = paymentRequirements({ deployment, amount: 50n, payTo, tokenDomain });

  const sign = (): Promise<PaymentPayload> =>
    signPayment(scriptedClient().client, { deployment, requirements, now: 1_763_800_000, most: 50n });

  const expectRefused = async (
    args: Partial<SignPaymentArgs> & Pick<SignPaymentArgs, "requirements">,
    path: string,
  ): Promise<void> => {
    const signing = signPayment(scriptedClient().client, { deployment, now: 1_763_800_000, most: 10n ** 30n, ...args });
    const refusal = await signing.catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(InvalidInputError).with.property("path", path);
  };

  it("of wallets that write signatures in other forms are as the token takes them", async () => {
    for (const form of ["v of 0 or 1", "64 bytes", "high s"] as const) {
      const { wallet, given } = walletOf(account, (signature) => otherForms(signature)[form]);
      const client = { ...scriptedClient().client, account: wallet };
      const { payload } = await signPayment(client, { deployment, requirements, now: 1_763_800_000, most: 50n });
      expect([payload.signature], form).to.deep.equal(given);
    }
  });

  it("travel as text and come back the same", async () => {
    const payment = await sign();
    expect(decodePayment(encodePayment(payment))).to.deep.equal(payment);
    expect(payment.payload.authorization).to.include({
      from: account.address,
      to: payTo,
      value: "50",
      validBefore: "1763800060",
    });
  });

  it("are signed for no more than the payer allows", async () => {
    await expectRefused({ requirements, most: 49n }, "requirements.amount");
    expect(pathOf(() => paymentRequirements({ deployment, amount: 0n, payTo, tokenDomain }))).to.equal("amount");
  });

  it("are signed for cfUSD of the deployment only, as the most allowed counts nothing else", async () => {
    const changes: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
      ["asset", { asset: deployment.addresses.computeToken }],
      ["asset", { asset: "0x1234" }],
      ["network", { network: "eip155:1" }],
      ["scheme", { scheme: "upto" }],
      ["maxTimeoutSeconds", { maxTimeoutSeconds: Number.POSITIVE_INFINITY }],
      ...["", "0x10", "-5", "1.5", "5 "].map((amount) => ["amount", { amount }] as const),
    ];
    for (const [name, change] of changes)
      await expectRefused({ requirements: { ...requirements, ...change } }, `requirements.${name}`);
    await expectRefused({ requirements, now: 1.5 }, "now");
  });

  it("from strangers are refused with the path of what is wrong", async () => {
    const payment = await sign();
    const encode = (value: unknown): string => btoa(JSON.stringify(value));
    const { payload, accepted } = payment;
    const bad: readonly (readonly [string, string])[] = [
      ["payment", "not base64 !"],
      ["payment", btoa("not json")],
      ["payment", "A".repeat(40_000)],
      ["payment.x402Version", encode({ ...payment, x402Version: 1 })],
      ["payment.accepted.scheme", encode({ ...payment, accepted: { ...accepted, scheme: "upto" } })],
      ["payment.accepted.network", encode({ ...payment, accepted: { ...accepted, network: "solana:1" } })],
      ["payment.payload.signature", encode({ ...payment, payload: { ...payload, signature: "0xzz" } })],
      [
        "payment.payload.authorization.value",
        encode({ ...payment, payload: { ...payload, authorization: { ...payload.authorization, value: "-1" } } }),
      ],
      [
        "payment.payload.authorization.from",
        encode({ ...payment, payload: { ...payload, authorization: { ...payload.authorization, from: "0x1" } } }),
      ],
      [
        "payment.payload.authorization.nonce",
        encode({ ...payment, payload: { ...payload, authorization: { ...payload.authorization, nonce: "0x12" } } }),
      ],
      [
        "payment.payload.authorization.validBefore",
        encode({
          ...payment,
          payload: { ...payload, authorization: { ...payload.authorization, validBefore: "9".repeat(78) } },
        }),
      ],
      ["payment", encode(null)],
      ["payment.accepted", encode({ ...payment, accepted: undefined })],
      ["payment.accepted.maxTimeoutSeconds", encode({ ...payment, accepted: { ...accepted, maxTimeoutSeconds: 1.5 } })],
    ];
    for (const [path, text] of bad)
      expect(
        pathOf(() => decodePayment(text)),
        path,
      ).to.equal(path);
  });
});
