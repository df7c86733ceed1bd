import { readFileSync } from "node:fs";
import { expect } from "chai";
import { type AbiParameter, encodeErrorResult, type Hex } from "viem";
import { call } from "viem/actions";
import { errorAbi } from "../../sdk/src/abis/index.ts";
import { readAtLatest } from "../../sdk/src/client/readAtLatest.ts";
import * as ofActions from "../../sdk/src/errors/actionReverts.ts";
import { decodeRevert, RevertError, remedies } from "../../sdk/src/errors/index.ts";
import * as ofReads from "../../sdk/src/errors/readReverts.ts";
import type { RevertEntry } from "../../sdk/src/errors/revertEntry.ts";
import { type CardflowClient, decodeNothing, retireCardCall, send } from "../../sdk/src/index.ts";
import { bundler } from "./support/bundle.ts";
import { revertWith, scriptedClient } from "./support/chain.ts";
import { deployment } from "./support/deployment.ts";
import { revertData, sampleOf } from "./support/reverts.ts";
import { readSamples, samples } from "./support/samples.ts";

/** What one action or read may weigh in one file. */
const limitKiB = 8;

const known = new Map<string, readonly RevertEntry[]>(Object.entries({ ...ofActions, ...ofReads }));
const namesOf = (action: string): readonly string[] => known.get(`${action}Reverts`)?.map(([name]) => name) ?? [];

const builtIn: Readonly<Record<string, Hex>> = {
  Error: encodeErrorResult({
    abi: [{ type: "error", name: "Error", inputs: [{ name: "message", type: "string" }] }],
    args: ["no"],
  }),
  Panic: `0x4e487b71${"0".repeat(62)}11`,
};

/** Revert data of an error with sample arguments, by its ABI. */
const dataOf = (name: string): Hex => {
  const inputs: readonly AbiParameter[] = errorAbi.find((item) => item.name === name)?.inputs ?? [];
  return builtIn[name] ?? revertData(name, inputs, inputs.map(sampleOf));
};

/** What a user sees of an error. */
const shownOf = (error: unknown): Readonly<Record<string, unknown>> => {
  if (!(error instanceof Error)) return { thrown: error };
  return Object.fromEntries(
    ["name", "message", "remedy", "revertName", "args", "data"].map((key) => [key, Reflect.get(error, key)]),
  );
};

const failureOf = (run: () => unknown): Promise<unknown> =>
  Promise.resolve()
    .then(run)
    .then(
      () => new Error("it succeeded"),
      (error: unknown) => error,
    );

describe("an action or a read alone in one file", function () {
  this.timeout(60_000);

  const { bundle, remove } = bundler();
  after(remove);

  for (const [action, args] of Object.entries({ ...samples, ...readSamples })) {
    const failing = async (act: unknown, data: Hex): Promise<unknown> => {
      if (typeof act !== "function") throw new TypeError(`${action} is not in its bundle`);
      const { client } = scriptedClient({ eth_call: revertWith(data) });
      return shownOf(await failureOf(() => act(client, args)));
    };

    it(`${action}: at most ${limitKiB} KiB, and every error of its calls in full`, async () => {
      const { kib, load } = await bundle(action);
      expect(kib).to.be.below(limitKiB);
      const { [action]: act } = await load();
      expect(namesOf(action)).to.include.members(["Error", "Panic"]);
      for (const name of namesOf(action)) {
        const whole = decodeRevert(dataOf(name));
        expect(whole).to.be.instanceOf(RevertError).with.property("revertName", name);
        expect(await failing(act, dataOf(name)), name).to.deep.equal(shownOf(whole));
      }
      for (const data of ["0x", "0xdeadbeef"] as const)
        expect(await failing(act, data)).to.deep.equal(shownOf(decodeRevert(data)));
    });
  }
});

describe("a call or a read of one's own", function () {
  this.timeout(60_000);

  const whatever = {
    send: (client) => send(client, retireCardCall({ deployment, cardId: 7n }), decodeNothing),
    readAtLatest: (client) =>
      readAtLatest(client, () => call(client, { to: deployment.addresses.cardRegistry, data: "0x" })),
  } satisfies Readonly<Record<string, (client: CardflowClient) => Promise<unknown>>>;

  for (const [name, act] of Object.entries(whatever)) {
    it(`${name} says every error of every contract in full`, async () => {
      for (const error of Object.keys(remedies)) {
        const { client } = scriptedClient({ eth_call: revertWith(dataOf(error)) });
        const whole = decodeRevert(dataOf(error));
        expect(whole).to.be.instanceOf(RevertError).with.property("revertName", error);
        expect(shownOf(await failureOf(() => act(client))), error).to.deep.equal(shownOf(whole));
      }
    });
  }
});

describe("the errors of an action", function () {
  this.timeout(60_000);

  it("are listed for every action, and for nothing else", () => {
    expect(Object.keys(ofActions).sort()).to.deep.equal(
      Object.keys(samples)
        .map((action) => `${action}Reverts`)
        .sort(),
    );
  });

  it("include those that its documentation names", () => {
    const isError = (name: string): boolean => Object.hasOwn(remedies, name);
    const forContracts = remedies.LedgerCallerNotMarket;
    let named = 0;
    for (const action of Object.keys(samples)) {
      const source = readFileSync(new URL(`../../sdk/src/actions/${action}.ts`, import.meta.url), "utf8");
      const [, throws = ""] = /@throws ([\s\S]*?)(?:\* @|\*\/)/.exec(source) ?? [];
      const documented = [...throws.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name).filter(isError);
      expect(namesOf(action), action).to.include.members(documented);
      for (const name of documented)
        expect(Reflect.get(remedies, name), `${action} is for people, ${name}`).not.to.equal(forContracts);
      named += documented.length;
    }
    expect(named).to.be.above(100);
  });

  it("include those of the contracts behind the one that is called", () => {
    const market = namesOf("takeAsk");
    expect(market, "the ledger").to.include("LedgerCallerNotMarket");
    expect(market, "the minter").to.include.members(["GateBroken", "MintHaltedInBlind", "MintBucketEmpty"]);
    expect(market, "the oracle").to.include("OracleGasTooLow");
    expect(market, "the registry").to.include.members(["CardNotEncumberedBy", "CardTermRunning"]);
    expect(market, "the tokens").to.include.members(["ERC20InsufficientBalance", "CallerNotTokenMinter"]);
    expect(namesOf("withdrawBond"), "the token behind the staking").to.include("ERC20InvalidReceiver");
    expect(namesOf("verifyCards"), "the access manager").to.include("AccessManagerNotScheduled");
    expect(namesOf("claimRevenueMany"), "the shares behind the factory").to.include("RevenueOverdrawn");
    expect(namesOf("finaliseSale"), "the registry behind a share").to.include("CardEncumbranceActive");
  });

  it("are no more than its call can reach", () => {
    expect(namesOf("bumpCounter")).to.have.members(["Error", "Panic"]);
    expect(namesOf("takeAsk")).not.to.include("TermsPriceZero").and.not.to.include("MatchRefused");
  });
});
