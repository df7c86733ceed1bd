import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import solc from "solc";
import { type Abi, type Hex, isHex } from "viem";
import { z } from "zod";
import config from "../../../../hardhat.config.ts";
import { DemoError, need } from "../../../demo/failure.ts";

/** Where the peers' packages and our wrappers of them lie. */
export const PEERS = join(import.meta.dirname, "../../peers-solidity");

const SOURCES = join(PEERS, "contracts");

/** What can be deployed. */
export type Compiled = { readonly abi: Abi; readonly bytecode: Hex };

/** Finds a compiled contract by its name. */
export type Contracts = (name: string) => Compiled;

const Settings = z.object({ profiles: z.object({ production: z.object({ settings: z.looseObject({}) }) }) });
const abi = z.custom<Abi>(Array.isArray);
const Contract = z.object({ abi, evm: z.object({ bytecode: z.object({ object: z.string() }) }).optional() });
const Output = z.object({
  errors: z.array(z.object({ severity: z.string(), formattedMessage: z.string() })).default([]),
  contracts: z.record(z.string(), z.record(z.string(), Contract)).default({}),
});
type Output = z.infer<typeof Output>;

/**
 * The peers' contracts, compiled by the compiler and with the settings of our production profile; from the cache where nothing
 * changed.
 */
export const compilePeers = (): Contracts => {
  const lock = readFileSync(join(PEERS, "package-lock.json"));
  const outputs = readdirSync(SOURCES).map((file) => {
    const input = inputOf(file);
    const key = createHash("sha256").update(input).update(lock).update(solc.version()).digest("hex");
    return cached(key, () => compile(input));
  });
  const files = outputs.flatMap(({ contracts }) => Object.values(contracts)).flatMap((file) => Object.entries(file));
  const found = new Map(files.filter(([, { evm }]) => (evm?.bytecode.object ?? "") !== ""));
  return (name) => {
    const { abi, evm } = need(found.get(name), `the peer contract ${name}`);
    const bytecode = `0x${evm?.bytecode.object ?? ""}`;
    if (!isHex(bytecode) || bytecode === "0x") throw new DemoError(`the peer contract ${name} has no code to deploy`);
    return { abi, bytecode };
  };
};

/** Seaport needs more stack slots than the compiler's new pipeline gives it, so it gets the old one and the runs it is published with. */
const SETTINGS_OF: Readonly<Record<string, object>> = {
  "Market.sol": { viaIR: false, optimizer: { enabled: true, runs: 4_294_967_295 } },
};

const inputOf = (file: string): string => {
  const { settings } = Settings.parse(config.solidity).profiles.production;
  const outputSelection = { "*": { "*": ["abi", "evm.bytecode.object"] } };
  return JSON.stringify({
    language: "Solidity",
    sources: { [file]: { content: readFileSync(join(SOURCES, file), "utf8") } },
    settings: { ...settings, ...SETTINGS_OF[file], outputSelection },
  });
};

const compile = (input: string): Output => {
  const find = (path: string) => {
    const file = join(PEERS, "node_modules", path);
    return existsSync(file) ? { contents: readFileSync(file, "utf8") } : { error: `${path} is not installed` };
  };
  const output = Output.parse(JSON.parse(solc.compile(input, { import: find })));
  const errors = output.errors.filter(({ severity }) => severity === "error");
  if (errors.length !== 0) throw new DemoError(errors.map(({ formattedMessage }) => formattedMessage).join("\n"));
  return output;
};

const cached = (key: string, make: () => Output): Output => {
  const folder = join(PEERS, "cache");
  const file = join(folder, `${key}.json`);
  if (existsSync(file)) return Output.parse(JSON.parse(readFileSync(file, "utf8")));
  const output = make();
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(output));
  return output;
};
