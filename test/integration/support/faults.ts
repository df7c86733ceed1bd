import { type Abi, type Address, erc20Abi, parseAbi, parseEther } from "viem";
import { getCode, readContract, writeContract } from "viem/actions";
import { ROLES, selectorOf } from "../../../ignition/roles.ts";
import { need } from "../../../scripts/demo/failure.ts";
import { personOf } from "../../../scripts/demo/people.ts";
import type { Stack } from "../../../scripts/deployment/local.ts";
import { contractNames, testContractNames } from "../../../scripts/deployment/registry.ts";
import {
  accessManagerAbi,
  cardRegistryAbi,
  computeDollarAbi,
  computeTokenAbi,
  dollarMinterAbi,
  leaseLedgerAbi,
  priceOracleAbi,
  rentalMarketAbi,
  supplierStakingAbi,
} from "../../../sdk/src/abis/index.ts";
import type { ContractName } from "../../../sdk/src/index.ts";
import { addToNumber, ask, ownSlots, slotsOf } from "./storage.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;
/** Who extends another's lease in CARD, so that what is minted beyond the need stays in a balance. */
export const GIVER = "giver";
const STRANGER: Address = "0x5757575757575757575757575757575757575757";
const mockAbi = parseAbi([
  "function setRound(int256 answer, uint64 startedAt, uint64 updatedAt)",
  "function setFault(uint8 newFault)",
]);

/** A call of governance. */
export type Call = {
  readonly contract: ContractName;
  readonly abi: Abi;
  readonly name: string;
  readonly args: readonly unknown[];
};

type Named = { readonly title: string; readonly says: readonly RegExp[] };

/** What goes wrong by a call of governance, and the lines of the health check that must say so: each once, and no other. */
export type GovernanceFault = Named & {
  readonly call: (addresses: Stack["system"]["deployment"]["addresses"], stack: Stack) => Call;
};

/** The same for what goes wrong without governance. */
export type PlantedFault = Named & { readonly plant: (stack: Stack) => Promise<void> };

const manage = (name: string, args: unknown[]): Call => ({
  contract: "accessManager",
  abi: accessManagerAbi,
  name,
  args,
});

/* FAULTS OF ROLES */

export const ROLE_FAULTS: readonly GovernanceFault[] = [
  {
    title: "another guardian",
    call: () => manage("grantRole", [ROLES.guardian.id, STRANGER, 0]),
    says: [/role guardian is held by 0x5757.*should not/],
  },
  {
    title: "another admin",
    call: () => manage("grantRole", [0n, STRANGER, 0]),
    says: [/role admin is held by 0x5757/],
  },
  {
    title: "a role that the protocol does not know",
    call: () => manage("grantRole", [99n, STRANGER, 0]),
    says: [/role 99 is held by 0x5757/],
  },
  {
    title: "a verifier whose role was taken",
    call: (_, { system }) => manage("revokeRole", [ROLES.verifier.id, system.verifier.address]),
    says: [/role verifier is not held by the verifier/],
  },
  {
    title: "a shorter delay to come",
    call: (_, { system }) => manage("grantRole", [ROLES.parameters.id, system.timelock.address, DAY]),
    says: [/role parameters will have a delay of 86400 s/],
  },
  {
    title: "a guardian that must wait",
    call: (_, { system }) => manage("grantRole", [ROLES.guardian.id, system.guardian.address, HOUR]),
    says: [/role guardian has a delay of 3600 s.*should have 0 s/],
  },
  {
    title: "a role given by another role",
    call: () => manage("setRoleAdmin", [ROLES.wiring.id, ROLES.guardian.id]),
    says: [/role wiring's admin is guardian, should be admin/],
  },
  {
    title: "a role whose operations another cancels",
    call: () => manage("setRoleGuardian", [ROLES.wiring.id, ROLES.guardian.id]),
    says: [/role wiring's guardian is guardian, should be admin/],
  },
  {
    title: "a function in other hands",
    call: ({ dollarMinter }) =>
      manage("setTargetFunctionRole", [dollarMinter, [selectorOf("setMarket(address)")], ROLES.guardian.id]),
    says: [/role over DollarMinter.setMarket is guardian, should be wiring/],
  },
  {
    title: "a role over a function that nobody guards",
    call: ({ rentalMarket }) =>
      manage("setTargetFunctionRole", [rentalMarket, [selectorOf("bump()")], ROLES.guardian.id]),
    says: [/role over another function .* is given to the role guardian/],
  },
  {
    title: "a closed contract",
    call: ({ leaseLedger }) => manage("setTargetClosed", [leaseLedger, true]),
    says: [/closed to its roles: LeaseLedger is true, should be false/],
  },
  {
    title: "another authority",
    call: ({ dollarMinter, computeToken }) => manage("updateAuthority", [dollarMinter, computeToken]),
    says: [/wiring of DollarMinter.authority is 0x.*, should be 0x/],
  },
];

/* FAULTS OF WIRING */

const restricted = (contract: ContractName, abi: Abi, name: string, ...args: unknown[]): Call => ({
  contract,
  abi,
  name,
  args,
});

export const WIRING_FAULTS: readonly GovernanceFault[] = [
  {
    title: "CARD with another minter",
    call: () => restricted("computeToken", computeTokenAbi, "setMinter", STRANGER),
    says: [/wiring of ComputeToken.minter is 0x5757/],
  },
  {
    title: "CARD with an emitter",
    call: () => restricted("computeToken", computeTokenAbi, "setEmitter", STRANGER),
    says: [/wiring of ComputeToken.emitter is 0x5757/],
  },
  {
    title: "cfUSD with another minter",
    call: () => restricted("computeDollar", computeDollarAbi, "setMinter", STRANGER),
    says: [/wiring of ComputeDollar.minter is 0x5757/],
  },
  {
    title: "a minter with another market",
    call: () => restricted("dollarMinter", dollarMinterAbi, "setMarket", STRANGER),
    says: [/wiring of DollarMinter.market is 0x5757/],
  },
  {
    title: "a ledger with another market",
    call: () => restricted("leaseLedger", leaseLedgerAbi, "setMarket", STRANGER),
    says: [/wiring of LeaseLedger.market is 0x5757/],
  },
  {
    title: "a ledger with another minter",
    call: () => restricted("leaseLedger", leaseLedgerAbi, "setMinter", STRANGER),
    says: [/wiring of LeaseLedger.minter is 0x5757/],
  },
  {
    title: "somebody else who encumbers cards",
    call: () => restricted("cardRegistry", cardRegistryAbi, "setEncumbrancer", STRANGER, true),
    says: [/wiring of CardRegistry.encumbrancers is 0x.*, 0x/],
  },
  {
    title: "a slasher",
    call: () => restricted("supplierStaking", supplierStakingAbi, "setSlasher", STRANGER),
    says: [/wiring of SupplierStaking.slasher is 0x5757/],
  },
];

/* FAULTS OF PARAMETERS */

export const PARAMETER_FAULTS: readonly GovernanceFault[] = [
  {
    title: "another gate",
    call: () =>
      restricted("dollarMinter", dollarMinterAbi, "setParameters", {
        feeBps: 50,
        gateBps: 11_000,
        ceilingBps: 1_000,
        openMintBps: 250,
        leaseMintBps: 250,
        openLaneBps: 200,
        earnedLaneBps: 100,
        hardCeiling: 50_000_000,
      }),
    says: [/parameter DollarMinter.gateBps is 11000, should be 12000/],
  },
  {
    title: "another fee",
    call: () =>
      restricted("rentalMarket", rentalMarketAbi, "setParameters", {
        feeBps: 700,
        tokenFeeBps: 200,
        longestMinDuration: 3_600,
      }),
    says: [/parameter RentalMarket.feeBps is 700, should be 500/],
  },
  {
    title: "a source that is believed for longer",
    call: (_, { entry }) =>
      restricted("priceOracle", priceOracleAbi, "setSource", 0, {
        feed: need(entry.testContracts.primaryFeed, "a feed").address,
        heartbeat: 90_000,
        thresholdBps: 50,
        minPrice: 1_000,
        maxPrice: 100_000_000,
      }),
    says: [/parameter PriceOracle.primarySource.heartbeat is 90000, should be 86400/],
  },
  {
    title: "a model with another bond",
    call: () =>
      restricted("cardRegistry", cardRegistryAbi, "setModel", 0, "NVIDIA T4 16GB", 16_384, parseEther("900"), 1n),
    says: [/parameter CardRegistry.model 0.minimumBond is 1, should be 18000000000000000000/],
  },
  {
    title: "a region of another name",
    call: () => restricted("cardRegistry", cardRegistryAbi, "setRegion", 5, "Elsewhere"),
    says: [/parameter CardRegistry.region 5 is Elsewhere, should be Asia South/],
  },
];

/* FAULTS OF THE CHAIN */

/** A byte that is never run, at the end of the code. */
const otherCode = async ({ system: { chain } }: Stack, address: Address): Promise<void> => {
  const code = need(await getCode(chain.reader, { address }), "code");
  await ask(chain.reader, "hardhat_setCode", [address, `${code}00`]);
};

const codeFault = (name: ContractName): PlantedFault => ({
  title: `other code of ${name}`,
  plant: (stack) => otherCode(stack, stack.entry.contracts[name].address),
  says: [new RegExp(`code of ${name} at 0x.* has the hash 0x.*was deployed`)],
});

const testCodeFaults: readonly PlantedFault[] = testContractNames.flatMap((name) =>
  name === "sequencerFeed"
    ? []
    : [
        {
          title: `other code of ${name}`,
          plant: (stack: Stack) => otherCode(stack, need(stack.entry.testContracts[name], name).address),
          says: [new RegExp(`code of ${name} at 0x`)],
        },
      ],
);

const setFeed = async (
  { entry, system: { chain, keeper } }: Stack,
  feed: "primaryFeed" | "secondFeed",
  round: { readonly answer: bigint; readonly age: number },
): Promise<void> => {
  const time = BigInt((await chain.now()) - round.age);
  await writeContract(keeper.client, {
    address: need(entry.testContracts[feed], feed).address,
    abi: mockAbi,
    functionName: "setRound",
    args: [round.answer, time, time],
    account: keeper.account,
    chain: null,
  });
};

const totalSupply = ({ system }: Stack, name: "computeToken" | "computeDollar"): Promise<bigint> =>
  readContract(system.chain.reader, {
    address: system.deployment.addresses[name],
    abi: erc20Abi,
    functionName: "totalSupply",
  });

/** Another contract stored where it can be set only once: governance cannot, so its word is overwritten. */
const storedFault = (
  contract: ContractName,
  title: string,
  other: ContractName = "leaseLedger",
  getter = "ledger",
): PlantedFault => ({
  title: `another ${getter} stored in ${title}`,
  plant: ({ system: { chain, deployment } }) =>
    addToNumber(chain.reader, deployment.addresses[contract], ownSlots, BigInt(deployment.addresses[other]), 1n),
  says: [new RegExp(`wiring of ${title}.${getter} is 0x.*, should be 0x`)],
});

export const CHAIN_FAULTS: readonly PlantedFault[] = [
  storedFault("dollarMinter", "DollarMinter"),
  storedFault("cardRegistry", "CardRegistry"),
  storedFault("supplierStaking", "SupplierStaking"),
  storedFault("leaseLedger", "LeaseLedger", "renterStaking", "renterStaking"),
  ...contractNames.map(codeFault),
  ...testCodeFaults,
  {
    title: "a feed that fell silent",
    plant: (stack) => setFeed(stack, "primaryFeed", { answer: 10_000_000n, age: 2 * DAY }),
    says: [/price of the primary source \$0.1, 1728\d\d s old of at most 87300 s/, /price Blind/, /dollar Blind/],
  },
  {
    title: "a feed that answers nothing",
    plant: (stack) => setFeed(stack, "secondFeed", { answer: 0n, age: 0 }),
    says: [/price of the second source \$0/, /price Blind/, /dollar Blind/],
  },
  {
    title: "sources that disagree",
    plant: (stack) => setFeed(stack, "secondFeed", { answer: 12_000_000n, age: 0 }),
    says: [/price Skew/, /dollar Skew/],
  },
  {
    title: "a feed that reverts",
    plant: async ({ entry, system: { keeper } }) => {
      await writeContract(keeper.client, {
        address: need(entry.testContracts.primaryFeed, "a feed").address,
        abi: mockAbi,
        functionName: "setFault",
        args: [1],
        account: keeper.account,
        chain: null,
      });
    },
    says: [/price of the primary source 0x.* does not answer/, /price Blind/, /dollar Blind/],
  },
  {
    title: "CARD above its cap (I1)",
    plant: async (stack) => {
      const supply = await totalSupply(stack, "computeToken");
      const { computeToken } = stack.system.deployment.addresses;
      await addToNumber(stack.system.chain.reader, computeToken, ownSlots, supply, 1n);
    },
    says: [/I1 CARD supply.*is above/],
  },
  {
    title: "credit that nobody burned (I2)",
    plant: async ({ system: { chain, deployment } }) => {
      const { dollarMinter: address } = deployment.addresses;
      const credit = await readContract(chain.reader, { address, abi: dollarMinterAbi, functionName: "credit" });
      await addToNumber(chain.reader, address, ownSlots, credit, -1n);
    },
    says: [/I2 credit.*is not/],
  },
  {
    title: "dollars that nobody minted",
    plant: async (stack) => {
      const supply = await totalSupply(stack, "computeDollar");
      const { computeDollar } = stack.system.deployment.addresses;
      await addToNumber(stack.system.chain.reader, computeDollar, ownSlots, supply, 1n);
    },
    says: [/cfUSD supply.*is not/],
  },
  {
    title: "a balance of somebody who did nothing but extend another's lease (I7)",
    plant: async ({ system: { chain, deployment } }) => {
      const { leaseLedger: address } = deployment.addresses;
      const account = personOf(chain, GIVER).address;
      const at = { address, abi: leaseLedgerAbi, functionName: "accountOf", args: [account] } as const;
      const { balance } = await readContract(chain.reader, at);
      await addToNumber(chain.reader, address, slotsOf(account), balance, 1n);
    },
    says: [/I7 balances \+ escrow.*is above/],
  },
  {
    title: "a ledger that misses dollars (I7)",
    plant: async ({ system: { chain, deployment } }) => {
      const { computeDollar: address, leaseLedger } = deployment.addresses;
      const at = { address, abi: erc20Abi, functionName: "balanceOf", args: [leaseLedger] } as const;
      const held = await readContract(chain.reader, at);
      await addToNumber(chain.reader, address, slotsOf(leaseLedger), held, -1n);
    },
    says: [/I7 balances \+ escrow.*is above/],
  },
];
