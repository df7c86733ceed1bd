import { fileURLToPath } from "node:url";
import type { ContractName, Deployment } from "@cardflow/sdk";
import { type Address, getAddress, type Hash, isAddress, isHash } from "viem";
import * as z from "zod/mini";
import { SourceError } from "../failure.ts";
import { textOf } from "./signer.ts";

const contractSchema = z.object({
  address: z.pipe(
    z.string().check(z.refine((text) => isAddress(text), "an address is expected")),
    z.transform((text): Address => getAddress(text)),
  ),
  codeHash: z.optional(
    z.custom<Hash>((value) => typeof value === "string" && isHash(value), "32 bytes in hex are expected"),
  ),
});

const contractsSchema = z.object({
  accessManager: contractSchema,
  computeToken: contractSchema,
  computeDollar: contractSchema,
  priceOracle: contractSchema,
  dollarMinter: contractSchema,
  cardRegistry: contractSchema,
  supplierStaking: contractSchema,
  renterStaking: contractSchema,
  leaseLedger: contractSchema,
  rentalMarket: contractSchema,
  revenueShareFactory: contractSchema,
} satisfies Record<ContractName, typeof contractSchema>);

const recordsSchema = z.record(
  z.string().check(z.regex(/^[1-9]\d{0,15}$/, "a chain id is expected")),
  z.object({
    release: z.optional(z.string()),
    startBlock: z.string().check(z.regex(/^\d{1,18}$/, "a block number in decimal digits is expected")),
    contracts: contractsSchema,
  }),
);

/** A deployment as its record says it is. */
export type DeploymentRecord = {
  readonly release: string | undefined;
  readonly deployment: Deployment;
  /** Hash of each contract's code; undefined where the record has none, as for local chains. */
  readonly codeHashes: Readonly<Record<ContractName, Hash | undefined>>;
};

/**
 * Reads records of deployments: those that the SDK publishes, or a file of the same form.
 *
 * @throws SourceError if the file is not one
 */
export const readRecords = async (file: string | undefined): Promise<readonly DeploymentRecord[]> => {
  const path = file ?? fileURLToPath(import.meta.resolve("@cardflow/sdk/deployments.json"));
  const parsed = recordsSchema.safeParse(jsonOf(path, await textOf(path)));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new SourceError(
      `${path} is no record of deployments: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`,
      "Give a file like the SDK's deployments.json: deployments by chain id.",
    );
  }
  return Object.entries(parsed.data).map(([chainId, { release, startBlock, contracts }]) => ({
    release,
    deployment: {
      chainId: Number(chainId),
      startBlock: BigInt(startBlock),
      addresses: mapContracts(contracts, ({ address }) => address),
    },
    codeHashes: mapContracts(contracts, ({ codeHash }) => codeHash),
  }));
};

const mapContracts = <Value>(
  contracts: z.infer<typeof contractsSchema>,
  map: (contract: z.infer<typeof contractSchema>) => Value,
): Record<ContractName, Value> => ({
  accessManager: map(contracts.accessManager),
  computeToken: map(contracts.computeToken),
  computeDollar: map(contracts.computeDollar),
  priceOracle: map(contracts.priceOracle),
  dollarMinter: map(contracts.dollarMinter),
  cardRegistry: map(contracts.cardRegistry),
  supplierStaking: map(contracts.supplierStaking),
  renterStaking: map(contracts.renterStaking),
  leaseLedger: map(contracts.leaseLedger),
  rentalMarket: map(contracts.rentalMarket),
  revenueShareFactory: map(contracts.revenueShareFactory),
});

/** The contracts of a record, in its order. */
export const contractNames = Object.keys(contractsSchema.shape).filter(
  (name): name is ContractName => name in contractsSchema.shape,
);

const jsonOf = (path: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SourceError(`${path} is not JSON`, "Give a file like the SDK's deployments.json.", { cause });
  }
};
