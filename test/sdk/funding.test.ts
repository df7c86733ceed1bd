import { expect } from "chai";
import { AbiCoder, recoverAddress, TypedDataEncoder } from "ethers";
import { type Abi, type Hex, serializeSignature, zeroHash } from "viem";
import { computeDollarAbi, computeTokenAbi, leaseLedgerAbi } from "../../sdk/src/abis/index.ts";
import {
  AccountMissingError,
  authorizationFunding,
  encodeFunding,
  InvalidInputError,
  permitFunding,
  RequestError,
  signPermit,
  signWithdrawal,
  UnexpectedAnswerError,
} from "../../sdk/src/index.ts";
import { account, answeringViews, scriptedClient } from "./support/chain.ts";
import { deployment } from "./support/deployment.ts";
import { otherForms, walletOf } from "./support/signatures.ts";

const { addresses } = deployment;
const funding =
  "tuple(uint8 kind, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, bytes signature)";

const decode = (bytes: Hex) => {
  const [decoded] = AbiCoder.defaultAbiCoder().decode([funding], bytes);
  return decoded.toObject();
};

/** A node with tokens and a ledger; the account's next nonces are 3 in CARD, 4 in cfUSD and 6 in the ledger. */
const clientOf = (answers = {}) => {
  const tokens: readonly [`0x${string}`, Abi, string, bigint][] = [
    [addresses.computeToken, computeTokenAbi, "Cardflow Compute Token", 3n],
    [addresses.computeDollar, computeDollarAbi, "Cardflow Compute Dollar", 4n],
  ];
  const answer = (params: unknown): Hex => {
    for (const [address, abi, name, nonce] of tokens) {
      const views = {
        eip712Domain: ["0x0f", name, "1", 31337n, address, zeroHash, []],
        nonces: (owner: unknown) => (owner === account.address ? nonce : 0n),
      };
      if (JSON.stringify(params).toLowerCase().includes(`"to":"${address.toLowerCase()}"`))
        return answeringViews([{ address, abi }], views)(params);
    }
    return answeringViews([{ address: addresses.leaseLedger, abi: leaseLedgerAbi }], { nonces: 6n })(params);
  };
  return scriptedClient({ eth_call: answer, ...answers });
};

const permitTypes = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
};

const domainOf = (name: string, verifyingContract: string) => ({
  name,
  version: "1",
  chainId: 31337,
  verifyingContract,
});

describe("encodeFunding", function () {
  this.timeout(60_000);

  it("is the ABI encoding of the ledger's struct", () => {
    const bytes = encodeFunding({
      kind: "Authorization",
      value: 1n,
      validAfter: 2n,
      validBefore: 3n,
      nonce: `0x${"04".repeat(32)}`,
      signature: "0x0506",
    });
    expect(decode(bytes)).to.deep.equal({
      kind: 1n,
      value: 1n,
      validAfter: 2n,
      validBefore: 3n,
      nonce: `0x${"04".repeat(32)}`,
      signature: "0x0506",
    });
    expect(bytes).to.equal(
      AbiCoder.defaultAbiCoder().encode([funding], [[1, 1n, 2n, 3n, `0x${"04".repeat(32)}`, "0x0506"]]),
    );
  });

  it("refuses what does not fit", () => {
    const permit = {
      kind: "Permit",
      value: 1n,
      validAfter: 0n,
      validBefore: 1n,
      nonce: zeroHash,
      signature: "0x",
    } as const;
    for (const change of [{ value: -1n }, { nonce: "0x12" }] as const)
      expect(() => encodeFunding({ ...permit, ...change })).to.throw(RequestError);
  });
});

describe("permitFunding", function () {
  this.timeout(60_000);

  for (const [pay, name, token, spender, nonce] of [
    ["cfUSD", "Cardflow Compute Dollar", addresses.computeDollar, addresses.leaseLedger, 4n],
    ["CARD", "Cardflow Compute Token", addresses.computeToken, addresses.dollarMinter, 3n],
  ] as const) {
    it(`permits ${pay} to who takes it`, async () => {
      const { client } = clientOf();
      const bytes = await permitFunding(client, { deployment, pay, value: 25n, deadline: 77 });
      const { signature, ...fields } = decode(bytes);
      expect(fields).to.deep.equal({ kind: 0n, value: 25n, validAfter: 0n, validBefore: 77n, nonce: zeroHash });
      const message = { owner: account.address, spender, value: 25n, nonce, deadline: 77n };
      const digest = TypedDataEncoder.hash(domainOf(name, token), permitTypes, message);
      expect(recoverAddress(digest, signature)).to.equal(account.address);
      expect(signature).to.have.length(132);
    });
  }

  it("refuses a wallet's answer that no permit can take", async () => {
    const { client } = clientOf({ eth_signTypedData_v4: `0x${"77".repeat(97)}` });
    const error = await permitFunding(client, {
      deployment,
      pay: "cfUSD",
      value: 1n,
      deadline: 77,
      account: account.address,
    }).catch((caught) => caught);
    expect(error).to.be.instanceOf(UnexpectedAnswerError);
  });

  it("needs an account", async () => {
    const { client } = clientOf();
    const error = await permitFunding(
      { ...client, account: undefined },
      { deployment, pay: "CARD", value: 1n, deadline: 77 },
    ).catch((caught) => caught);
    expect(error).to.be.instanceOf(AccountMissingError);
  });
});

describe("signPermit", function () {
  this.timeout(60_000);

  it("gives v, r and s of the permit", async () => {
    const { client } = clientOf();
    const spender = addresses.supplierStaking;
    const { deadline, v, r, s } = await signPermit(client, {
      token: addresses.computeToken,
      spender,
      value: 9n,
      deadline: 77,
    });
    const message = { owner: account.address, spender, value: 9n, nonce: 3n, deadline: 77n };
    const digest = TypedDataEncoder.hash(
      domainOf("Cardflow Compute Token", addresses.computeToken),
      permitTypes,
      message,
    );
    expect(recoverAddress(digest, { v, r, s })).to.equal(account.address);
    expect(deadline).to.equal(77n);
    expect([27, 28]).to.include(v);
  });
});

describe("authorizationFunding", function () {
  this.timeout(60_000);

  it("authorises the ledger alone, once", async () => {
    const { client } = clientOf();
    const first = decode(await authorizationFunding(client, { deployment, value: 25n, validBefore: 77 }));
    const { kind, value, validAfter, validBefore, nonce, signature } = first;
    expect([kind, value, validAfter, validBefore]).to.deep.equal([1n, 25n, 0n, 77n]);
    const types = {
      ReceiveWithAuthorization: [
        { name: "from", type: "address" },
        { name: "to", type: "address" },
        { name: "value", type: "uint256" },
        { name: "validAfter", type: "uint256" },
        { name: "validBefore", type: "uint256" },
        { name: "nonce", type: "bytes32" },
      ],
    };
    const message = {
      from: account.address,
      to: addresses.leaseLedger,
      value: 25n,
      validAfter: 0n,
      validBefore: 77n,
      nonce,
    };
    const digest = TypedDataEncoder.hash(domainOf("Cardflow Compute Dollar", addresses.computeDollar), types, message);
    expect(recoverAddress(digest, signature)).to.equal(account.address);
    const second = decode(await authorizationFunding(client, { deployment, value: 25n, validBefore: 77 }));
    expect(second.nonce).not.to.equal(nonce);
  });
});

describe("signWithdrawal", function () {
  this.timeout(60_000);

  it("signs what the ledger checks", async () => {
    const { client } = clientOf();
    const to = addresses.computeToken;
    const signature = await signWithdrawal(client, { deployment, amount: 40n, to, deadline: 77 });
    const types = {
      Withdrawal: [
        { name: "account", type: "address" },
        { name: "amount", type: "uint256" },
        { name: "to", type: "address" },
        { name: "deadline", type: "uint256" },
        { name: "nonce", type: "uint256" },
      ],
    };
    const message = { account: account.address, amount: 40n, to, deadline: 77n, nonce: 6n };
    const digest = TypedDataEncoder.hash(domainOf("Cardflow Lease Ledger", addresses.leaseLedger), types, message);
    expect(recoverAddress(digest, signature)).to.equal(account.address);
  });
});

describe("times in signatures", () => {
  it("are whole seconds", async () => {
    const { client } = clientOf();
    const [pay, value, deadline, to] = ["cfUSD", 1n, 77.5, account.address] as const;
    const refused = {
      deadline: [
        permitFunding(client, { deployment, pay, value, deadline }),
        permitFunding(client, { deployment, pay, value, deadline: Number.NaN }),
        signWithdrawal(client, { deployment, amount: value, to, deadline }),
      ],
      validBefore: [authorizationFunding(client, { deployment, value, validBefore: deadline })],
      validAfter: [authorizationFunding(client, { deployment, value, validBefore: 77, validAfter: -1 })],
    };
    for (const [path, actions] of Object.entries(refused))
      for (const action of actions) {
        const error = await action.catch((caught) => caught);
        expect(error).to.be.instanceOf(InvalidInputError).with.property("path", path);
      }
  });
});

describe("wallets that write signatures in other forms", function () {
  this.timeout(60_000);

  it("have them written as the contracts take them", async () => {
    for (const form of ["v of 0 or 1", "64 bytes", "high s"] as const) {
      const { wallet, given } = walletOf(account, (signature) => otherForms(signature)[form]);
      const client = { ...clientOf().client, account: wallet };
      const { computeToken: token, leaseLedger: spender } = addresses;
      const { r, s, v } = await signPermit(client, { token, spender, value: 9n, deadline: 77 });
      const signed = [
        serializeSignature({ r, s, v: BigInt(v) }),
        decode(await permitFunding(client, { deployment, pay: "CARD", value: 1n, deadline: 77 })).signature,
        decode(await authorizationFunding(client, { deployment, value: 25n, validBefore: 77 })).signature,
        await signWithdrawal(client, { deployment, amount: 40n, to: token, deadline: 77 }),
      ];
      expect(signed, form).to.deep.equal(given);
    }
  });

  it("get no permit of bytes that are no key's signature", async () => {
    const { client } = clientOf({ eth_signTypedData_v4: `0x${"77".repeat(65)}` });
    const { computeToken: token, leaseLedger: spender } = addresses;
    const signing = signPermit(client, { token, spender, value: 9n, deadline: 77, account: account.address });
    expect(await signing.catch((caught) => caught)).to.be.instanceOf(UnexpectedAnswerError);
  });
});
