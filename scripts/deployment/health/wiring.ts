import { type Abi, type Address, type ContractFunctionName, parseAbi, parseEventLogs, zeroAddress } from "viem";
import { readContract } from "viem/actions";
import { PERMISSIONS, type PermittedContract } from "../../../ignition/roles.ts";
import {
  cardRegistryAbi,
  computeDollarAbi,
  computeTokenAbi,
  dollarMinterAbi,
  leaseLedgerAbi,
  renterStakingAbi,
  revenueShareFactoryAbi,
  supplierStakingAbi,
} from "../../../sdk/src/abis/index.ts";
import type { ContractName, Deployment } from "../../../sdk/src/index.ts";
import { each } from "../../demo/each.ts";
import { codeHashOf } from "../deploy.ts";
import { compare, type Finding, judge, type Look } from "./finding.ts";
import { readLogs } from "./logs.ts";

/** Restricted contracts by their name in the SDK. */
const RESTRICTED = {
  ComputeToken: "computeToken",
  ComputeDollar: "computeDollar",
  PriceOracle: "priceOracle",
  DollarMinter: "dollarMinter",
  CardRegistry: "cardRegistry",
  SupplierStaking: "supplierStaking",
  LeaseLedger: "leaseLedger",
  RentalMarket: "rentalMarket",
  RevenueShareFactory: "revenueShareFactory",
} as const satisfies Record<PermittedContract, ContractName>;

/** Restricted contracts: name in Solidity and address. */
export const restrictedContracts = ({ addresses }: Deployment): readonly (readonly [PermittedContract, Address])[] =>
  namesOf(PERMISSIONS).map((name) => [name, addresses[RESTRICTED[name]]] as const);

/** Keys of a record as what they are. */
export const namesOf = <Name extends string>(record: Readonly<Record<Name, unknown>>): readonly Name[] => {
  const isName = (key: string): key is Name => key in record;
  return Object.keys(record).filter(isName);
};

const authorityAbi = parseAbi(["function authority() view returns (address)"]);

/** Whether every contract knows the others it should, and nobody else. */
export const wiringFindings = async (look: Look): Promise<Finding[]> => {
  const { addresses } = look.deployment;
  const stored = <const Contract extends Abi>(contract: ContractName, abi: Contract, title: string) => {
    return async (functionName: ContractFunctionName<Contract, "view">, expected: Address): Promise<Finding> => {
      const at: { address: Address; abi: Abi; functionName: string; blockNumber: bigint } = {
        address: addresses[contract],
        abi,
        functionName,
        blockNumber: look.block.number,
      };
      return compare(`wiring of ${title}.${functionName}`, expected, await readContract(look.reader, at));
    };
  };
  const token = stored("computeToken", computeTokenAbi, "ComputeToken");
  const dollar = stored("computeDollar", computeDollarAbi, "ComputeDollar");
  const minter = stored("dollarMinter", dollarMinterAbi, "DollarMinter");
  const registry = stored("cardRegistry", cardRegistryAbi, "CardRegistry");
  const staking = stored("supplierStaking", supplierStakingAbi, "SupplierStaking");
  const ledger = stored("leaseLedger", leaseLedgerAbi, "LeaseLedger");
  const renters = stored("renterStaking", renterStakingAbi, "RenterStaking");
  return [
    await token("minter", addresses.dollarMinter),
    await token("emitter", zeroAddress),
    await dollar("minter", addresses.dollarMinter),
    await minter("token", addresses.computeToken),
    await minter("dollar", addresses.computeDollar),
    await minter("oracle", addresses.priceOracle),
    await minter("market", addresses.rentalMarket),
    await minter("ledger", addresses.leaseLedger),
    await registry("ledger", addresses.leaseLedger),
    await staking("ledger", addresses.leaseLedger),
    await staking("slasher", zeroAddress),
    await ledger("market", addresses.rentalMarket),
    await ledger("minter", addresses.dollarMinter),
    await ledger("renterStaking", addresses.renterStaking),
    await renters("ledger", addresses.leaseLedger),
    ...(await authorityFindings(look)),
    await encumbrancerFinding(look),
    await implementationFinding(look),
  ];
};

const authorityFindings = ({ reader, deployment, block }: Look): Promise<Finding[]> =>
  each(restrictedContracts(deployment), async ([name, address]) => {
    const at = { address, abi: authorityAbi, functionName: "authority", blockNumber: block.number } as const;
    return compare(`wiring of ${name}.authority`, deployment.addresses.accessManager, await readContract(reader, at));
  });

/** Whoever may encumber cards, by all that was ever allowed. */
const encumbrancerFinding = async (look: Look): Promise<Finding> => {
  const { cardRegistry, revenueShareFactory } = look.deployment.addresses;
  const logs = await readLogs(look, [cardRegistry]);
  const allowed = new Set<Address>();
  for (const { args } of parseEventLogs({ abi: cardRegistryAbi, eventName: "EncumbrancerSet", logs })) {
    if (args.allowed) allowed.add(args.encumbrancer);
    else allowed.delete(args.encumbrancer);
  }
  return compare("wiring of CardRegistry.encumbrancers", revenueShareFactory, [...allowed].sort().join(", "));
};

const implementationFinding = async ({ reader, deployment, block }: Look): Promise<Finding> => {
  const subject = "wiring of RevenueShareFactory.implementation";
  const implementation = await readContract(reader, {
    address: deployment.addresses.revenueShareFactory,
    abi: revenueShareFactoryAbi,
    functionName: "implementation",
    blockNumber: block.number,
  });
  const none =
    (await codeHashOf(reader, zeroAddress, block.number)) === (await codeHashOf(reader, implementation, block.number));
  return none ? judge(subject, "fault", `${implementation} has no code`) : judge(subject, "ok", implementation);
};
