import { expect } from "chai";
import { Wallet } from "ethers";
import {
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  HttpRequestError,
  hashTypedData,
  numberToHex,
  parseSignature,
  RpcRequestError,
  recoverAddress,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { erc1271Abi } from "../../sdk/src/abis/index.ts";
import {
  askTypedData,
  bidTypedData,
  canonicalSignature,
  hashAsk,
  InvalidInputError,
  orderDomain,
  RequestError,
  signAsk,
  signBid,
  UnexpectedAnswerError,
  verifyAsk,
  verifyBid,
} from "../../sdk/src/index.ts";
import { account, scriptedClient } from "./support/chain.ts";
import { addressOf, deployment } from "./support/deployment.ts";
import { bid as aBid, ask as anAsk } from "./support/orders.ts";
import { otherForms, walletOf } from "./support/signatures.ts";

const domain = orderDomain({ chainId: deployment.chainId, market: deployment.addresses.rentalMarket });
const ask = { ...anAsk, operator: account.address };
const bid = { ...aBid, renter: account.address };

const tail = (signature: Hex, v: string): Hex => `0x${signature.slice(2, 130)}${v}`;

describe("signAsk, signBid", function () {
  this.timeout(60_000);

  it("sign as an account and as a wallet's client, alike", async () => {
    const { client } = scriptedClient();
    expect(await signAsk(account, domain, ask)).to.equal(await signAsk(client, domain, ask));
    expect(await signBid(account, domain, bid)).to.equal(await signBid(client, domain, bid));
  });

  it("show a wallet the fields that it signs", async () => {
    const { client, asked } = scriptedClient({ eth_signTypedData_v4: `0x${"77".repeat(65)}` });
    const remote = { ...client, account: { address: account.address, type: "json-rpc" } } as const;
    await signAsk(remote, domain, ask);
    expect(asked).to.deep.equal(["eth_signTypedData_v4"]);
  });

  it("agree with ethers", async () => {
    const wallet = new Wallet(`0x${"11".repeat(32)}`);
    const { domain: eip712, types, message } = askTypedData(domain, ask);
    expect(await signAsk(account, domain, ask)).to.equal(
      await wallet.signTypedData(eip712, { Ask: [...types.Ask] }, message),
    );
  });

  it("refuse an order whose values do not fit before anything is signed", async () => {
    const failure = await signAsk(account, domain, { ...ask, ratePerSecond: 2n ** 64n }).catch((error) => error);
    expect(failure).to.be.instanceOf(InvalidInputError).with.property("path", "ask.ratePerSecond");
    const other = await signBid(account, domain, { ...bid, quantity: 256 }).catch((error) => error);
    expect(other).to.be.instanceOf(InvalidInputError).with.property("path", "bid.quantity");
  });

  it("say so when the user refuses", async () => {
    const { client } = scriptedClient({
      eth_signTypedData_v4: () => {
        throw Object.assign(new Error("denied"), { code: 4001 });
      },
    });
    const remote = { ...client, account: { address: account.address, type: "json-rpc" } } as const;
    const failure = await signBid(remote, domain, bid).catch((error) => error);
    expect(failure).to.be.instanceOf(RequestError).with.property("failure", "UserRejected");
  });
});

describe("verifyAsk, verifyBid", function () {
  this.timeout(60_000);

  it("take what the maker signed", async () => {
    expect(await verifyAsk(domain, ask, await signAsk(account, domain, ask))).to.equal(true);
    expect(await verifyBid(domain, bid, await signBid(account, domain, bid))).to.equal(true);
  });

  it("refuse what somebody else signed", async () => {
    const stranger = privateKeyToAccount(generatePrivateKey());
    expect(await verifyAsk(domain, ask, await signAsk(stranger, domain, ask))).to.equal(false);
    expect(await verifyBid(domain, bid, await signBid(stranger, domain, bid))).to.equal(false);
  });

  it("A45, A46 refuse what was signed for another chain or market", async () => {
    const chain = orderDomain({ chainId: 1, market: domain.market });
    const market = orderDomain({ chainId: domain.chainId, market: addressOf(1) });
    expect(await verifyAsk(domain, ask, await signAsk(account, chain, ask))).to.equal(false);
    expect(await verifyAsk(domain, ask, await signAsk(account, market, ask))).to.equal(false);
  });

  it("refuse an order that was changed after it was signed", async () => {
    const signature = await signAsk(account, domain, ask);
    expect(await verifyAsk(domain, { ...ask, ratePerSecond: ask.ratePerSecond + 1n }, signature)).to.equal(false);
    expect(await verifyAsk(domain, { ...ask, counter: ask.counter + 1n }, signature)).to.equal(false);
  });

  it("A43 refuse the mirrored signature, which recovers to the same key", async () => {
    const signature = await signAsk(account, domain, ask);
    const mirrored = otherForms(signature)["high s"];
    expect(await recoverAddress({ hash: hashAsk(domain, ask), signature: mirrored })).to.equal(account.address);
    expect(await verifyAsk(domain, ask, mirrored)).to.equal(false);
  });

  it("A43 refuse other values of v", async () => {
    const signature = await signAsk(account, domain, ask);
    const { yParity } = parseSignature(signature);
    for (const v of [yParity === 0 ? "00" : "01", yParity === 0 ? "1c" : "1b", "1d", "ff"])
      expect(await verifyAsk(domain, ask, tail(signature, v)), v).to.equal(false);
  });

  it("A44 refuse the compact form", async () => {
    const compact = otherForms(await signAsk(account, domain, ask))["64 bytes"];
    expect(compact).to.have.length(130);
    expect(await verifyAsk(domain, ask, compact)).to.equal(false);
  });

  it("A49 refuse bytes that are no signature, also for the zero address", async () => {
    const nobody = { ...ask, operator: addressOf(0) };
    for (const bytes of [
      "0x",
      "0x00",
      `0x${"00".repeat(65)}`,
      `0x${"00".repeat(64)}1b`,
      `0x${"ff".repeat(64)}1c`,
    ] as const) {
      expect(await verifyAsk(domain, ask, bytes), bytes).to.equal(false);
      expect(await verifyAsk(domain, nobody, bytes), bytes).to.equal(false);
    }
  });

  it("can recover by another implementation", async () => {
    const signature = await signAsk(account, domain, ask);
    const hashes: Hex[] = [];
    const recover = (hash: Hex) => {
      hashes.push(hash);
      return account.address;
    };
    expect(await verifyAsk(domain, ask, signature, { recover })).to.equal(true);
    expect(hashes).to.deep.equal([hashTypedData(askTypedData(domain, ask))]);
    expect(await verifyAsk(domain, { ...ask, operator: addressOf(1) }, signature, { recover })).to.equal(false);
  });
});

describe("verifyAsk, verifyBid of smart accounts", function () {
  this.timeout(60_000);

  const wallet = { ...bid, renter: addressOf(0x5a) };
  const signature: Hex = `0x${"cd".repeat(97)}`;

  it("ask the account, with the hash and the signature as they are", async () => {
    const calls: unknown[] = [];
    const { client } = scriptedClient({
      eth_call: (params: unknown) => {
        calls.push(params);
        return numberToHex(1, { size: 32 });
      },
    });
    expect(await verifyBid(domain, wallet, signature, { client })).to.equal(true);
    const question = encodeFunctionData({
      abi: erc1271Abi,
      functionName: "isValidSignature",
      args: [hashTypedData(bidTypedData(domain, wallet)), signature],
    });
    expect(calls).to.have.length(1);
    expect(calls[0])
      .to.have.nested.property("[0].data")
      .that.contains(wallet.renter.slice(2).toLowerCase())
      .and.matches(new RegExp(`${question.slice(2)}$`));
  });

  it("are not asked where the key's own signature is good", async () => {
    const { client, asked } = scriptedClient();
    expect(await verifyBid(domain, bid, await signBid(account, domain, bid), { client })).to.equal(true);
    expect(asked).to.deep.equal([]);
  });

  it("are refused when they say no", async () => {
    const { client } = scriptedClient({ eth_call: numberToHex(0, { size: 32 }) });
    expect(await verifyBid(domain, wallet, signature, { client })).to.equal(false);
  });

  it("are refused without a client to ask", async () => {
    expect(await verifyBid(domain, wallet, signature)).to.equal(false);
  });

  const rpcError = (code: number, message: string) =>
    new RpcRequestError({ body: {}, error: { code, message }, url: "test" });
  for (const [title, failure, error] of [
    ["is down", "Network", new HttpRequestError({ url: "test", status: 503 })],
    ["has enough of requests", "TooManyRequests", new HttpRequestError({ url: "test", status: 429 })],
    ["says so in JSON-RPC", "TooManyRequests", rpcError(-32_005, "daily request count exceeded")],
    ["caps the gas of calls", "Other", rpcError(-32_000, "gas limit is too high")],
    ["does not run creations", "Other", rpcError(-32_602, "invalid params: to is missing")],
  ] as const) {
    it(`are not called liars because the node ${title}`, async () => {
      const { client } = scriptedClient({
        eth_call: () => {
          throw error;
        },
      });
      const caught = await verifyBid(domain, wallet, signature, { client }).catch((cause) => cause);
      expect(caught).to.be.instanceOf(RequestError).with.property("failure", failure);
    });
  }

  it("are not called liars because the node answers something else", async () => {
    for (const answer of ["0x", encodeAbiParameters([{ type: "bytes4" }], ["0x1626ba7e"])]) {
      const { client } = scriptedClient({ eth_call: answer });
      const caught = await verifyBid(domain, wallet, signature, { client }).catch((cause) => cause);
      expect(caught).to.be.instanceOf(UnexpectedAnswerError);
    }
  });
});

describe("canonicalSignature", function () {
  this.timeout(60_000);

  it("writes every form of a key's signature as the market takes it", async () => {
    for (let salt = 0n; salt < 20n; salt++) {
      const one = { ...ask, salt };
      const signature = await account.signTypedData(askTypedData(domain, one));
      for (const [form, other] of Object.entries(otherForms(signature))) {
        expect(await verifyAsk(domain, one, other), form).to.equal(false);
        expect(await canonicalSignature(one.operator, hashAsk(domain, one), other), form).to.equal(signature);
      }
      expect(await canonicalSignature(one.operator, () => expect.fail("nothing to hash"), signature)).to.equal(
        signature,
      );
    }
  });

  it("leaves alone what the signer's key did not sign, and what is no signature of a key", async () => {
    const hash = hashAsk(domain, ask);
    const forms = Object.values(otherForms(await account.signTypedData(askTypedData(domain, ask))));
    const [first = "0x"] = forms;
    const bytes: readonly Hex[] = [
      "0x",
      "0x00",
      `0x${"00".repeat(64)}`,
      `0x${"00".repeat(65)}`,
      `0x${"ff".repeat(64)}`,
      `0x${"ff".repeat(64)}00`,
      tail(first, "1d"),
      `${first}00`,
      `0x${"cd".repeat(97)}`,
    ];
    for (const given of bytes) expect(await canonicalSignature(account.address, hash, given), given).to.equal(given);
    for (const given of forms) {
      expect(await canonicalSignature(addressOf(0x5a), hash, given)).to.equal(given);
      expect(await canonicalSignature(account.address, hashAsk(domain, { ...ask, salt: 999n }), given)).to.equal(given);
    }
  });

  it("is what every signing of an order gives, by an account and by a wallet's client", async () => {
    for (const form of ["v of 0 or 1", "64 bytes", "high s"] as const) {
      const { wallet, given } = walletOf(account, (signature) => otherForms(signature)[form]);
      const client = { ...scriptedClient().client, account: wallet };
      const signed = [
        await signAsk(wallet, domain, ask),
        await signBid(wallet, domain, bid),
        await signAsk(client, domain, ask),
        await signBid(client, domain, bid),
      ];
      expect(signed, form).to.deep.equal(given);
      expect(await verifyBid(domain, bid, signed[1] ?? "0x")).to.equal(true);
    }
  });
});
