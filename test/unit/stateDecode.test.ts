import { expect } from "chai";
import { Interface, type Result } from "ethers";
import fc from "fast-check";
import {
  type Abi,
  type AbiEvent,
  type AbiParameter,
  decodeEventLog,
  encodeAbiParameters,
  getAddress,
  type Hex,
  isAddress,
  toEventSelector,
} from "viem";
import * as abis from "../../sdk/src/abis/index.ts";
import { decodeLog, type EventSource, LogMalformedError } from "../../sdk/src/state/index.ts";

const abiOf: { readonly [Name in EventSource]: Abi } = {
  computeToken: abis.computeTokenAbi,
  computeDollar: abis.computeDollarAbi,
  priceOracle: abis.priceOracleAbi,
  dollarMinter: abis.dollarMinterAbi,
  cardRegistry: abis.cardRegistryAbi,
  supplierStaking: abis.supplierStakingAbi,
  renterStaking: abis.renterStakingAbi,
  leaseLedger: abis.leaseLedgerAbi,
  rentalMarket: abis.rentalMarketAbi,
  revenueShare: abis.revenueShareAbi,
  revenueShareFactory: abis.revenueShareFactoryAbi,
};

const sources: readonly EventSource[] = [
  "computeToken",
  "computeDollar",
  "priceOracle",
  "dollarMinter",
  "cardRegistry",
  "supplierStaking",
  "renterStaking",
  "leaseLedger",
  "rentalMarket",
  "revenueShare",
  "revenueShareFactory",
];

const hexOf = (bytes: number): fc.Arbitrary<Hex> =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((array): Hex => `0x${Buffer.from(array).toString("hex")}`);

/** Any value of an ABI type, the extremes among them. */
const anyOf = (parameter: AbiParameter): fc.Arbitrary<unknown> => {
  const bits = Number(/^uint(\d+)$/.exec(parameter.type)?.[1] ?? Number.NaN);
  if (bits <= 48) return fc.integer({ min: 0, max: 2 ** bits - 1 });
  if (bits > 48) return fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
  if (parameter.type === "address") return hexOf(20);
  if (parameter.type === "bytes32") return hexOf(32);
  if (parameter.type === "bool") return fc.boolean();
  if (parameter.type === "string") return fc.string({ unit: "grapheme", maxLength: 80 });
  if ("components" in parameter)
    return fc.record(Object.fromEntries(parameter.components.map((part) => [part.name ?? "", anyOf(part)])));
  throw new RangeError(`no values of ${parameter.type}`);
};

/** A random log of an event. */
const logOf = (event: AbiEvent): fc.Arbitrary<{ readonly topics: [Hex, ...Hex[]]; readonly data: Hex }> =>
  fc.tuple(...event.inputs.map(anyOf)).map((values) => {
    const encode = (at: number): Hex => encodeAbiParameters([event.inputs[at] ?? { type: "none" }], [values[at]]);
    const [indexed, rest] = [event.inputs, event.inputs].map((inputs, which) =>
      inputs.flatMap((input, at) => ((input.indexed === true) === (which === 0) ? [at] : [])),
    );
    const data = encodeAbiParameters(
      (rest ?? []).map((at) => event.inputs[at] ?? { type: "none" }),
      (rest ?? []).map((at) => values[at]),
    );
    return { topics: [toEventSelector(event), ...(indexed ?? []).map(encode)], data };
  });

/** Addresses in lower case, numbers as bigints: what the three decoders have in common. */
const plain = (value: unknown): unknown => {
  if (typeof value === "number") return BigInt(value);
  if (typeof value === "string") return isAddress(value) ? getAddress(value) : value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
};

/** The values of an ethers result by the names of its parameters. */
const ofEthers = (inputs: readonly AbiParameter[], result: Result): unknown =>
  Object.fromEntries(
    inputs.map((input, index) => [
      input.name,
      "components" in input ? ofEthers(input.components, result[index]) : plain(result[index]),
    ]),
  );

const events = sources.flatMap((source) =>
  abiOf[source].flatMap((item) => (item.type === "event" ? [{ source, event: item }] : [])),
);

describe("decodeLog", function () {
  this.timeout(30_000);

  it("knows every event", () => {
    expect(events.length).to.be.greaterThan(75);
  });

  for (const { source, event } of events) {
    it(`decodes ${source}.${event.name} as viem and ethers do`, () => {
      const ethers = new Interface(JSON.stringify([event]));
      fc.assert(
        fc.property(logOf(event), ({ topics, data }) => {
          const ours = decodeLog(source, { topics, data });
          const theirs = decodeEventLog({ abi: abiOf[source], topics, data });
          expect(ours?.eventName).to.equal(theirs.eventName);
          const args = plain(ours?.args);
          expect(args).to.deep.equal(plain(theirs.args ?? []));
          const parsed = ethers.parseLog({ topics, data }) ?? expect.fail("ethers does not know it");
          if (event.inputs.length > 0) expect(args).to.deep.equal(ofEthers(event.inputs, parsed.args));
        }),
        { numRuns: 12 },
      );
    });
  }

  it("gives nothing for an event that the contract does not declare", () => {
    expect(decodeLog("leaseLedger", { topics: [`0x${"12".repeat(32)}`], data: "0x" })).to.equal(undefined);
    expect(decodeLog("leaseLedger", { topics: [], data: "0x" })).to.equal(undefined);
  });

  it("refuses topics and data that do not have the layout", () => {
    for (const { source, event } of events) {
      fc.assert(
        fc.property(logOf(event), ({ topics, data }) => {
          expect(() => decodeLog(source, { topics: [...topics, topics[0]], data })).to.throw(LogMalformedError);
          if (data.length > 2)
            expect(() => decodeLog(source, { topics, data: data.slice(0, -2) })).to.throw(LogMalformedError);
        }),
        { numRuns: 2 },
      );
    }
  });

  it("refuses words that do not fit their type", () => {
    const [topic] = events.flatMap(({ event }) => (event.name === "CardCollected" ? [toEventSelector(event)] : []));
    const word = (value: bigint) => value.toString(16).padStart(64, "0");
    const log = (until: bigint) => ({
      topics: [topic ?? "0x", `0x${word(1n)}` as const],
      data: `0x${word(until)}${word(5n)}`,
    });
    expect(decodeLog("leaseLedger", log(2n ** 40n - 1n))?.args).to.deep.include({ until: 2 ** 40 - 1, fee: 5n });
    expect(() => decodeLog("leaseLedger", log(2n ** 40n))).to.throw(LogMalformedError, "no integer of 40 bits");
    expect(() => decodeLog("leaseLedger", { ...log(1n), data: `0x${"z".repeat(128)}` })).to.throw(LogMalformedError);
  });
});
