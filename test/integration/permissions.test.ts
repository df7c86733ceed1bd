import { expect } from "chai";
import {
  type Abi,
  type AbiFunction,
  type AbiParameter,
  type Address,
  encodeFunctionData,
  parseEventLogs,
  toFunctionSelector,
  toFunctionSignature,
} from "viem";
import { call, getLogs, readContract } from "viem/actions";
import { ADMIN, PERMISSIONS, ROLES, selectorOf } from "../../ignition/roles.ts";
import { type Chain, startChain } from "../../scripts/demo/chain.ts";
import { need } from "../../scripts/demo/failure.ts";
import { deploySystem, openHardhat, type System } from "../../scripts/demo/system.ts";
import { accessManagerAbi } from "../../sdk/src/abis/index.ts";
import { isRevert, toCardflowError } from "../../sdk/src/index.ts";

type Opened = Awaited<ReturnType<typeof openHardhat>>;

/** The zero value of a type, for a call that must be refused before its arguments matter. */
const zeroOf = (parameter: AbiParameter): unknown => {
  if (parameter.type.endsWith("[]")) return [];
  if ("components" in parameter)
    return Object.fromEntries(parameter.components.map((part) => [part.name ?? "", zeroOf(part)]));
  if (parameter.type === "bool") return false;
  if (parameter.type === "string") return "";
  if (parameter.type === "bytes") return "0x";
  if (parameter.type === "address") return `0x${"00".repeat(20)}`;
  if (parameter.type.startsWith("bytes")) return `0x${"00".repeat(Number(parameter.type.slice(5)))}`;
  return 0n;
};

/** Whether the access manager refuses a stranger before anything else is looked at. */
const isRestricted = async (chain: Chain, to: Address, fn: AbiFunction): Promise<boolean> => {
  const abi: Abi = [fn];
  const data = encodeFunctionData({ abi, functionName: fn.name, args: fn.inputs.map(zeroOf) });
  try {
    await call(chain.reader, { to, data, account: `0x${"57".repeat(20)}` });
    return false;
  } catch (cause) {
    return isRevert(await toCardflowError(cause), "AccessManagedUnauthorized");
  }
};

describe("permissions of a deployed system", () => {
  let opened: Opened;
  let system: System;
  let contracts: readonly {
    readonly name: string;
    readonly address: Address;
    readonly abi: Abi;
    readonly functions: readonly AbiFunction[];
  }[];

  before(async () => {
    opened = await openHardhat();
    system = await deploySystem(opened.hre, await startChain(opened.hre));
    const known = new Map(Object.entries(system.deployment.addresses).map(([name, at]) => [name.toLowerCase(), at]));
    const names = (await opened.hre.artifacts.getAllFullyQualifiedNames()).keys();
    const found = [];
    for (const fullName of names) {
      const { abi, contractName } = await opened.hre.artifacts.readArtifact(fullName);
      const address = known.get(contractName.toLowerCase());
      if (!fullName.startsWith("contracts/") || fullName.startsWith("contracts/interfaces/") || address === undefined)
        continue;
      const functions = (abi as Abi).filter((item) => item.type === "function");
      found.push({ name: contractName, address, abi: abi as Abi, functions });
    }
    contracts = found;
  });
  after(async () => {
    await system.chain.close();
    await opened.dispose();
  });

  it("A95: every function that the manager guards is given to a role by name, and no other is", async () => {
    expect(contracts.length).to.be.at.least(10);
    for (const { name, address, functions } of contracts) {
      const writing = functions.filter(({ stateMutability }) => stateMutability === "nonpayable");
      const restricted = [];
      for (const fn of writing)
        if (await isRestricted(system.chain, address, fn)) restricted.push(toFunctionSignature(fn));
      const expected = Object.entries(PERMISSIONS).find(([contract]) => contract === name)?.[1] ?? {};
      const own = restricted.filter((signature) => signature !== "setAuthority(address)");
      expect(own.sort(), name).to.deep.equal(Object.keys(expected).sort());
    }
  });

  it("I22: no function takes ETH, and no contract has a place to receive it", () => {
    for (const { name, abi } of contracts) {
      const open = abi.filter(
        (item) =>
          item.type === "receive" ||
          item.type === "fallback" ||
          ("stateMutability" in item && item.stateMutability === "payable"),
      );
      expect(open, name).to.deep.equal([]);
    }
  });

  it("A95: the manager on the chain gives each of these functions to that role", async () => {
    for (const [name, permissions] of Object.entries(PERMISSIONS)) {
      const { address, functions } = need(
        contracts.find((contract) => contract.name === name),
        name,
      );
      for (const [signature, role] of Object.entries(permissions)) {
        const selector = selectorOf(signature);
        expect(functions.map(toFunctionSelector), signature).to.include(selector);
        const given = await readContract(system.chain.reader, {
          address: system.deployment.addresses.accessManager,
          abi: accessManagerAbi,
          functionName: "getTargetFunctionRole",
          args: [address, selector],
        });
        expect(given, signature).to.equal(ROLES[role].id);
      }
    }
  });

  it("A95: each role has exactly its holder, with its delay, and the deployer has none", async () => {
    const address = system.deployment.addresses.accessManager;
    const logs = await getLogs(system.chain.reader, { address, fromBlock: 0n, toBlock: "latest" });
    const members = new Map<bigint, Set<string>>();
    for (const event of parseEventLogs({ abi: accessManagerAbi, logs })) {
      if (event.eventName !== "RoleGranted" && event.eventName !== "RoleRevoked") continue;
      const { roleId, account } = event.args;
      const of = members.get(roleId) ?? new Set<string>();
      members.set(roleId, of);
      if (event.eventName === "RoleGranted") of.add(account);
      else of.delete(account);
    }
    const { timelock, guardian, verifier, deployer } = system;
    const holders = { timelock, guardian, verifier };
    const roles = [ADMIN, ...Object.values(ROLES)];
    expect([...members.keys()].sort()).to.deep.equal(roles.map(({ id }) => id).sort());
    for (const { id, holder, delay } of roles) {
      expect([...(members.get(id) ?? [])], `role ${id}`).to.deep.equal([holders[holder].address]);
      const hasRole = (account: Address) =>
        readContract(system.chain.reader, {
          address,
          abi: accessManagerAbi,
          functionName: "hasRole",
          args: [id, account],
        });
      expect(await hasRole(holders[holder].address), `role ${id}`).to.deep.equal([true, delay]);
      expect((await hasRole(deployer.address))[0], `the deployer and role ${id}`).to.equal(false);
    }
  });
});
