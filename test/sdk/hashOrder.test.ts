import { readFileSync } from "node:fs";
import { expect } from "chai";
import { TypedDataEncoder } from "ethers";
import fc from "fast-check";
import { hashTypedData, keccak256, toBytes } from "viem";
import { rentalMarketAbi } from "../../sdk/src/abis/index.ts";
import { askFields, bidFields } from "../../sdk/src/abis/orderTypes.ts";
import { askTypedData, bidTypedData, hashAsk, hashBid, InvalidInputError, orderDomain } from "../../sdk/src/index.ts";
import { addressOf, deployment } from "./support/deployment.ts";
import { anyAsk, anyBid, ask, bid } from "./support/orders.ts";

const domain = orderDomain({ chainId: deployment.chainId, market: deployment.addresses.rentalMarket });
const eip712 = {
  name: "Cardflow Rental Market",
  version: "1",
  chainId: 31337,
  verifyingContract: deployment.addresses.rentalMarket,
};

/** Hashes of the two orders of support/orders.ts. */
const golden = [
  "0x42cc35aa8c247c4792684cfcf33dec731eb9f3ef219b8113265152360c5893a7",
  "0x1a3d96c3e7a03b7a2ad881f3e201f18a86a28ee94d7c7342743040834408f712",
];

describe("hashAsk, hashBid", function () {
  this.timeout(60_000);

  it("A57 equal viem's and ethers' hashes of any ask", () => {
    fc.assert(
      fc.property(anyAsk, (any) => {
        const hash = hashAsk(domain, any);
        expect(hash).to.equal(hashTypedData(askTypedData(domain, any)));
        expect(hash).to.equal(TypedDataEncoder.hash(eip712, { Ask: [...askFields] }, any));
      }),
      { numRuns: 300 },
    );
  });

  it("A57 equal viem's and ethers' hashes of any bid", () => {
    fc.assert(
      fc.property(anyBid, (any) => {
        const hash = hashBid(domain, any);
        expect(hash).to.equal(hashTypedData(bidTypedData(domain, any)));
        expect(hash).to.equal(TypedDataEncoder.hash(eip712, { Bid: [...bidFields] }, any));
      }),
      { numRuns: 300 },
    );
  });

  it("A57 hash the types that the market hashes", () => {
    const source = readFileSync(new URL("../../contracts/market/libraries/Orders.sol", import.meta.url), "utf8");
    const types = [...source.matchAll(/"((?:Ask|Bid)\([^"]*\))"/g)].map(([, type]) => type);
    const ours = [
      ["Ask", askFields],
      ["Bid", bidFields],
    ] as const;
    expect(
      ours.map(([name, fields]) => `${name}(${fields.map((f) => `${f.type} ${f.name}`).join(",")})`),
    ).to.deep.equal(types);
  });

  it("A57 take the fields of the market's ABI, in its order", () => {
    for (const [functionName, fields] of [
      ["hashAsk", askFields],
      ["hashBid", bidFields],
    ] as const) {
      const item = rentalMarketAbi.find((entry) => entry.type === "function" && entry.name === functionName);
      const [input] = item !== undefined && "inputs" in item ? item.inputs : [];
      expect(input !== undefined && "components" in input ? input.components : []).to.deep.equal(fields);
    }
  });

  it("do not change from version to version", () => {
    expect(hashAsk(domain, ask)).to.equal(hashTypedData(askTypedData(domain, ask)));
    expect([hashAsk(domain, ask), hashBid(domain, bid)]).to.deep.equal(golden);
  });

  it("A45 differ between chains", () => {
    const other = orderDomain({ chainId: 1, market: deployment.addresses.rentalMarket });
    expect(hashAsk(other, ask)).not.to.equal(hashAsk(domain, ask));
    expect(hashBid(other, bid)).not.to.equal(hashBid(domain, bid));
  });

  it("A46 differ between markets", () => {
    const other = orderDomain({ chainId: 31337, market: addressOf(1) });
    expect(hashAsk(other, ask)).not.to.equal(hashAsk(domain, ask));
    expect(hashBid(other, bid)).not.to.equal(hashBid(domain, bid));
  });

  it("A58 differ when any one field does", () => {
    fc.assert(
      fc.property(anyAsk, fc.constantFrom(...askFields), (any, field) => {
        const value = any[field.name];
        const changed =
          typeof value === "bigint" ? value ^ 1n : typeof value === "number" ? value ^ 1 : addressOf(0xdead);
        fc.pre(value !== changed && !(typeof changed === "number" && changed < 0));
        expect(hashAsk(domain, { ...any, [field.name]: changed })).not.to.equal(hashAsk(domain, any));
      }),
    );
  });

  it("read addresses in any case", () => {
    const lower = ask.operator.toLowerCase();
    expect(hashAsk(domain, { ...ask, operator: `0x${lower.slice(2)}` })).to.equal(hashAsk(domain, ask));
    expect(hashAsk(domain, { ...ask, operator: `0x${lower.slice(2).toUpperCase()}` })).to.equal(hashAsk(domain, ask));
  });

  const wrong: readonly (readonly [string, Partial<typeof ask>])[] = [
    ["ask.operator", { operator: "0x12" }],
    ["ask.operator", { operator: `0x${"zz".repeat(20)}` }],
    ["ask.operator", { operator: `0x${" ".repeat(40)}` }],
    ["ask.cardId", { cardId: -1n }],
    ["ask.cardId", { cardId: 2n ** 256n }],
    ["ask.epoch", { epoch: 2 ** 32 }],
    ["ask.epoch", { epoch: -1 }],
    ["ask.epoch", { epoch: 1.5 }],
    ["ask.epoch", { epoch: Number.NaN }],
    ["ask.openFrom", { openFrom: 2 ** 40 }],
    ["ask.ratePerSecond", { ratePerSecond: 2n ** 64n }],
    ["ask.priorityTier", { priorityTier: 256 }],
  ];
  for (const [path, change] of wrong) {
    it(`refuses ${path} = ${String(Object.values(change)[0])}`, () => {
      expect(() => hashAsk(domain, { ...ask, ...change }))
        .to.throw(InvalidInputError)
        .with.property("path", path);
    });
  }

  it("refuses a bid's key hash and flags of the wrong form", () => {
    expect(() => hashBid(domain, { ...bid, accessKeyHash: "0x00" })).to.throw(InvalidInputError, "bid.accessKeyHash");
  });

  it("refuses a domain on no chain or of no market", () => {
    const { chainId, market } = domain;
    for (const wrong of [1.5, -1, Number.NaN])
      expect(() => orderDomain({ chainId: wrong, market })).to.throw(InvalidInputError, "chainId");
    for (const wrong of ["0x12", `0x${"zz".repeat(20)}`] as const)
      expect(() => orderDomain({ chainId, market: wrong })).to.throw(InvalidInputError, "market");
  });

  it("has the separator of EIP-712", () => {
    const expected = TypedDataEncoder.hashDomain(eip712);
    expect(`0x${Buffer.from(domain.separator).toString("hex")}`).to.equal(expected);
    expect(keccak256(toBytes(eip712.name))).to.have.length(66);
  });
});
