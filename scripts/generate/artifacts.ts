import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

export const root = fileURLToPath(new URL("../..", import.meta.url));

const parameterSchema = z.object({
  name: z.string(),
  type: z.string(),
  internalType: z.string().optional(),
  indexed: z.boolean().optional(),
  get components() {
    return z.array(parameterSchema).optional();
  },
});

const itemSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("function"),
    name: z.string(),
    stateMutability: z.enum(["pure", "view", "nonpayable", "payable"]),
    inputs: z.array(parameterSchema),
    outputs: z.array(parameterSchema),
  }),
  z.object({
    type: z.literal("event"),
    name: z.string(),
    anonymous: z.boolean().default(false),
    inputs: z.array(parameterSchema),
  }),
  z.object({ type: z.literal("error"), name: z.string(), inputs: z.array(parameterSchema) }),
  z.object({
    type: z.literal("constructor"),
    stateMutability: z.enum(["nonpayable", "payable"]),
    inputs: z.array(parameterSchema),
  }),
  z.object({ type: z.enum(["fallback", "receive"]) }),
]);

const artifactSchema = z.object({ contractName: z.string(), abi: z.array(itemSchema) });

export type Parameter = z.infer<typeof parameterSchema>;
export type Item = z.infer<typeof itemSchema>;
export type FunctionItem = Extract<Item, { type: "function" }>;
export type EventItem = Extract<Item, { type: "event" }>;
export type ErrorItem = Extract<Item, { type: "error" }>;

/** An artifact of the build: a contract's name, its folder below contracts/ and its ABI. */
export type Artifact = { readonly name: string; readonly folder: string; readonly abi: readonly Item[] };

const read = (path: string): z.infer<typeof artifactSchema> =>
  artifactSchema.parse(JSON.parse(readFileSync(path, "utf8")));

/** All artifacts of contracts/ but mocks, ordered by path. */
export const readArtifacts = (): readonly Artifact[] => {
  const base = join(root, "artifacts", "contracts");
  if (!existsSync(base)) throw new Error("no artifacts: run `npx hardhat build` first");
  return readdirSync(base, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.sol[\\/][^\\/]+\.json$/.test(path) && !path.startsWith("mocks"))
    .sort()
    .map((path) => {
      const { contractName, abi } = read(join(base, path));
      return { name: contractName, folder: path.split(/[\\/]/)[0] ?? "", abi };
    });
};

/** An ABI that the OpenZeppelin package ships. */
export const readOpenZeppelin = (name: string): readonly Item[] =>
  read(fileURLToPath(import.meta.resolve(`@openzeppelin/contracts/build/contracts/${name}.json`))).abi;

const typeOf = (parameter: Parameter): string =>
  parameter.type.startsWith("tuple")
    ? `(${(parameter.components ?? []).map(typeOf).join(",")})${parameter.type.slice("tuple".length)}`
    : parameter.type;

/** Canonical signature, as hashed for selectors and topics. */
export const signatureOf = (item: FunctionItem | EventItem | ErrorItem): string =>
  `${item.name}(${item.inputs.map(typeOf).join(",")})`;

/** Stable order of ABI items: kind, then name, then signature. */
export const byNameThenSignature = (
  a: FunctionItem | EventItem | ErrorItem,
  b: FunctionItem | EventItem | ErrorItem,
): number => compare(a.name, b.name) || compare(signatureOf(a), signatureOf(b));

/** Order by code unit, the same on every machine. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
