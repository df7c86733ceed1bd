import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTypeChain } from "typechain";
import { type Item, readArtifacts, readOpenZeppelin } from "./artifacts.ts";
import { camel, type GeneratedFile, heading } from "./output.ts";

const folder = "sdk/src/ethers";

/** What an ethers user talks to, by its name in a deployment; a share is not in one, but has a contract per card. */
const CONTRACTS = [
  "AccessManager",
  "ComputeToken",
  "ComputeDollar",
  "PriceOracle",
  "DollarMinter",
  "CardRegistry",
  "SupplierStaking",
  "RenterStaking",
  "LeaseLedger",
  "RentalMarket",
  "RevenueShareFactory",
  "RevenueShare",
] as const;

/** TypeChain's types of the contracts, and the file that joins them to the package's ABIs. */
export const typechainFiles = async (): Promise<readonly GeneratedFile[]> => {
  const artifacts = new Map(readArtifacts().map(({ name, abi }) => [name, abi]));
  artifacts.set("AccessManager", readOpenZeppelin("AccessManager"));
  return [...(await typesOf(artifacts)), contractsFile()];
};

const typesOf = async (artifacts: ReadonlyMap<string, readonly Item[]>): Promise<readonly GeneratedFile[]> => {
  const work = mkdtempSync(join(tmpdir(), "cardflow-typechain-"));
  try {
    const files = CONTRACTS.map((name) => {
      const path = join(work, `${name}.json`);
      writeFileSync(path, JSON.stringify(artifacts.get(name)));
      return path;
    });
    await runTypeChain({
      cwd: work,
      target: "ethers-v6",
      outDir: join(work, "types"),
      filesToProcess: files,
      allFiles: files,
      flags: {
        alwaysGenerateOverloads: false,
        discriminateTypes: false,
        node16Modules: true,
        environment: undefined,
      },
    });
    return [...CONTRACTS, "common"].map((name) => ({
      path: `${folder}/types/${name}.ts`,
      text: readFileSync(join(work, "types", `${name}.ts`), "utf8"),
    }));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

const contractsFile = (): GeneratedFile => {
  const deployed = CONTRACTS.filter((name) => name !== "RevenueShare");
  const text = [
    heading("the contracts"),
    `import { BaseContract, type ContractRunner } from "ethers";`,
    `import type { Address } from "viem";`,
    ...CONTRACTS.map((name) => `import { ${camel(name)}Abi } from "../abis/${camel(name)}.ts";`),
    `import type { At, ContractName } from "../deployments/deployment.ts";`,
    ...CONTRACTS.map((name) => `import type { ${name} } from "./types/${name}.ts";`),
    "",
    `export type { ${CONTRACTS.join(", ")} };`,
    "",
    "/** A contract of ethers with TypeChain's types of its functions. */",
    "export type Typed<Types> = BaseContract & Omit<Types, keyof BaseContract>;",
    "",
    "/** The contracts of a deployment. */",
    "export type EthersContracts = {",
    ...deployed.map((name) => `  readonly ${camel(name)}: Typed<${name}>;`),
    "};",
    "",
    "/**",
    " * The contracts of a deployment as ethers contracts with TypeChain's types: for applications that are built on ethers.",
    " *",
    " * @param at - addresses of the contracts",
    " * @param runner - a signer, or a provider for reads alone",
    " * @returns a contract by each name",
    " *",
    " * @example",
    " * const { leaseLedger } = ethersContracts({ deployment }, signer);",
    " * const { balance, earned } = await leaseLedger.accountOf(renter);",
    " */",
    "export const ethersContracts = ({ deployment: { addresses } }: At<ContractName>, runner?: ContractRunner): EthersContracts => ({",
    ...deployed.map(
      (name) => `  ${camel(name)}: BaseContract.from<${name}>(addresses.${camel(name)}, ${camel(name)}Abi, runner),`,
    ),
    "});",
    "",
    "/**",
    " * A revenue share as an ethers contract with TypeChain's types.",
    " *",
    " * @param share - address of the share",
    " * @param runner - a signer, or a provider for reads alone",
    " *",
    " * @example",
    " * const claimable = await ethersShare(share, signer).claimable(holder);",
    " */",
    "export const ethersShare = (share: Address, runner?: ContractRunner): Typed<RevenueShare> =>",
    "  BaseContract.from<RevenueShare>(share, revenueShareAbi, runner);",
  ].join("\n");
  return { path: `${folder}/contracts.ts`, text };
};
