import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type Address, getAddress, type Hex, isAddress, isHash } from "viem";
import { z } from "zod";
import type { ContractName, Deployment } from "../../sdk/src/index.ts";
import { DeploymentError } from "./failure.ts";
import { makePlace, readJson, writeWhole } from "./files.ts";

const addressSchema = z
  .string()
  .refine((text) => isAddress(text) && getAddress(text) === text, "a checksummed address is expected")
  .transform((text): Address => getAddress(text));
const hashSchema = z.string().refine((text): text is Hex => isHash(text), "32 bytes in hex are expected");
const blockSchema = z.string().regex(/^(0|[1-9][0-9]*)$/, "a block number in decimal digits is expected");

const recordedSchema = z.strictObject({
  address: addressSchema,
  block: blockSchema,
  transaction: hashSchema,
  codeHash: hashSchema,
});

/** The same for all eleven, in the order they are listed. */
const contractsOf = <Schema extends z.ZodType>(contract: Schema) =>
  z.strictObject({
    accessManager: contract,
    computeToken: contract,
    computeDollar: contract,
    priceOracle: contract,
    dollarMinter: contract,
    cardRegistry: contract,
    supplierStaking: contract,
    renterStaking: contract,
    leaseLedger: contract,
    rentalMarket: contract,
    revenueShareFactory: contract,
  } satisfies Record<ContractName, Schema>);

const testContractsSchema = z.strictObject({
  primaryFeed: recordedSchema.optional(),
  secondFeed: recordedSchema.optional(),
  sequencerFeed: recordedSchema.optional(),
  faucet: recordedSchema.optional(),
});

const entrySchema = z.strictObject({
  release: z.string(),
  startBlock: blockSchema,
  contracts: contractsOf(recordedSchema),
  testContracts: testContractsSchema,
});

/** A local chain begins anew with its process: what stays is where its contracts will be. */
const localEntrySchema = z.strictObject({
  startBlock: blockSchema,
  contracts: contractsOf(z.strictObject({ address: addressSchema })),
});

/** Deployments by chain id, as sdk/deployments.json holds them. */
export const registrySchema = z.record(
  z.string().regex(/^[1-9][0-9]*$/, "a chain id in decimal digits is expected"),
  z.union([entrySchema, localEntrySchema]),
);

/** A contract on a chain: where, since which block, by which transaction, and the hash of its code. */
export type Recorded = z.infer<typeof recordedSchema>;
/** What is known of one deployment. */
export type Entry = z.infer<typeof entrySchema>;
export type LocalEntry = z.infer<typeof localEntrySchema>;
/** Deployments by chain id. */
export type Registry = z.infer<typeof registrySchema>;
export type TestContract = keyof Entry["testContracts"];

export const contractNames = entrySchema.shape.contracts.keyof().options;
export const testContractNames = testContractsSchema.keyof().options;

/** Reads a registry file; an absent one is empty. */
export const readRegistry = async (file: string): Promise<Registry> => {
  if (!existsSync(file)) return {};
  const content = await readJson(
    file,
    "put the last good one back, or remove it: a deployment that is run again writes what it knows",
  );
  const parsed = registrySchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new DeploymentError(
    `${file} is not a registry of deployments:`,
    parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`),
  );
};

/** The recorded deployment on a chain, if there is one with everything in it. */
export const entryOf = (registry: Registry, chainId: number): Entry | undefined => {
  const entry = registry[chainId];
  return entry !== undefined && "release" in entry ? entry : undefined;
};

/**
 * Puts one deployment into a registry file, and leaves the others.
 *
 * @returns whether the file changed
 */
export const writeEntry = async (file: string, chainId: number, entry: Entry | LocalEntry): Promise<boolean> => {
  const before = existsSync(file) ? await readFile(file, "utf8") : "";
  const text = `${JSON.stringify({ ...(await readRegistry(file)), [chainId]: entry }, null, 2)}\n`;
  if (text === before) return false;
  await makePlace(dirname(file));
  await writeWhole(file, text);
  return true;
};

/** A registry's entry as the SDK's calls take it. */
export const deploymentOf = (chainId: number, { startBlock, contracts }: Entry | LocalEntry): Deployment => ({
  chainId,
  startBlock: BigInt(startBlock),
  addresses: {
    accessManager: contracts.accessManager.address,
    computeToken: contracts.computeToken.address,
    computeDollar: contracts.computeDollar.address,
    priceOracle: contracts.priceOracle.address,
    dollarMinter: contracts.dollarMinter.address,
    cardRegistry: contracts.cardRegistry.address,
    supplierStaking: contracts.supplierStaking.address,
    renterStaking: contracts.renterStaking.address,
    leaseLedger: contracts.leaseLedger.address,
    rentalMarket: contracts.rentalMarket.address,
    revenueShareFactory: contracts.revenueShareFactory.address,
  },
});
