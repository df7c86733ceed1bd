import { expect } from "chai";
import hre from "hardhat";
import Cardflow from "../../ignition/modules/Cardflow.ts";
import { need } from "../../scripts/deployment/failure.ts";
import { CALLED } from "./operations/all.ts";
import { closedTo } from "./operations/closed.ts";
import { type ContractName, contractNames, deploy, newestTime, SOURCES } from "./world.ts";

/** Contracts around the system, and the names they go by. */
const MOCKS: ReadonlySet<string> = new Set(["MockAggregator", "MoodyWallet"]);
const isMock = (called: string): boolean => called.includes("Feed.") || called.startsWith("wallet.");

/** Functions of a contract that may change state, as `Operation.name` has them. */
async function functionsOf(name: ContractName): Promise<string[]> {
  const { abi } = await hre.artifacts.readArtifact(SOURCES[name]);
  const items: readonly { type: string; name?: string; stateMutability?: string; inputs?: readonly unknown[] }[] = abi;
  return items.flatMap((item) =>
    item.type === "function" && item.stateMutability !== "view" && item.stateMutability !== "pure"
      ? [`${name}.${item.name}/${item.inputs?.length}`]
      : [],
  );
}

describe("The random operations", () => {
  it("are on every contract of the deployment, and on shares", () => {
    const deployed = Object.values(Cardflow.results).map((future) => future.contractName);
    const known = contractNames.map((name) => SOURCES[name]).filter((source) => !MOCKS.has(source));
    expect(new Set(known)).to.deep.equal(new Set([...deployed, "RevenueShare"]));
  });

  it("call every function that may change state, overloads apart, and none that is not there", async () => {
    const all = new Set((await Promise.all(contractNames.map(functionsOf))).flat());
    const ofSystem = [...all].filter((name) => !isMock(name));
    expect(ofSystem).to.have.length.greaterThan(100);
    expect(ofSystem.filter((name) => !CALLED.has(name))).to.deep.equal([]);
    expect([...CALLED].filter((name) => !all.has(name))).to.deep.equal([]);
  });

  it("are refused at every entry that is not for people, by name and caller", async () => {
    const world = await deploy();
    const from = need(world.people[0], "somebody");
    let time = await newestTime(world.chain);
    for (const { contract, name, args, error, values } of closedTo(from)) {
      const { address: to, abi } = world.contracts[contract];
      time += 1n;
      const outcome = await world.chain.send(from, { to, abi, name, args }, time);
      expect(outcome, `${contract}.${name}`).to.deep.include({ ok: false, error });
      if (!outcome.ok) expect(outcome.values.slice(0, values.length), `${contract}.${name}`).to.deep.equal(values);
    }
  });
});
