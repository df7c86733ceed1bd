import "../../../cli/source.ts";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { type Hex, keccak256 } from "viem";
import { getCode } from "viem/actions";
import type { Person } from "../../../scripts/demo/people.ts";
import type { System } from "../../../scripts/demo/system.ts";

/** What a run of the command line did. */
export type Ran = { readonly code: number; readonly out: string; readonly err: string };

/** How the world around a run is. */
export type Around = {
  readonly as?: Person | undefined;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Whether somebody sits at a terminal, and what is answered to "Send?". */
  readonly answer?: boolean;
};

/** The command line in this process: the same code as the program's, with the process around it given. */
export type CommandLine = {
  readonly folder: string;
  /** Records of the deployment, with the hashes of its code. */
  readonly record: string;
  readonly env: (as?: Person) => Readonly<Record<string, string>>;
  readonly run: (line: readonly string[], around?: Around) => Promise<Ran>;
  /** The same with `--json`: what was printed, read. */
  readonly json: (line: readonly string[], around?: Around) => Promise<Ran & { readonly body: unknown }>;
  readonly close: () => Promise<void>;
};

/** A deployment's record, as sdk/deployments.json holds it. */
export const recordOf = async (
  { chain, deployment }: System,
  change: (name: string, hash: Hex) => Hex = (_, hash) => hash,
): Promise<string> => {
  const contracts = await Promise.all(
    Object.entries(deployment.addresses).map(async ([name, address]) => {
      const code = await getCode(chain.reader, { address });
      return [name, { address, codeHash: change(name, keccak256(code ?? "0x")) }] as const;
    }),
  );
  const entry = {
    release: "test",
    startBlock: String(deployment.startBlock),
    contracts: Object.fromEntries(contracts),
  };
  return JSON.stringify({ [deployment.chainId]: entry });
};

/** Opens the command line on a system. */
export const openCommandLine = async (system: System): Promise<CommandLine> => {
  const { main } = await import("../../../cli/src/main.ts");
  const folder = await mkdtemp(join(tmpdir(), "cardflow-cli-"));
  const record = join(folder, "deployments.json");
  await writeFile(record, await recordOf(system));
  const env = (as?: Person): Record<string, string> => ({
    CARDFLOW_RPC_URL: system.chain.url,
    CARDFLOW_DEPLOYMENT: record,
    CARDFLOW_CACHE: join(folder, "cache"),
    ...(as === undefined ? {} : { CARDFLOW_PRIVATE_KEY: as.key }),
  });
  const run = async (line: readonly string[], around: Around = {}): Promise<Ran> => {
    const out: string[] = [];
    const err: string[] = [];
    const { answer, input = "" } = around;
    const code = await main(line, {
      out: (text) => void out.push(text),
      err: (text) => void err.push(stripVTControlCharacters(text)),
      input: async () => input,
      env: { ...env(around.as), ...around.env },
      asks: answer !== undefined,
      terminal: false,
      colour: false,
      width: 100,
      confirm: async (question) => {
        err.push(question);
        return answer === true;
      },
      secret: async () => undefined,
      progress: (what) => {
        err.push(what);
        return (ended) => void err.push(ended);
      },
    });
    return { code, out: out.join("\n"), err: err.join("\n") };
  };
  return {
    folder,
    record,
    env,
    run,
    json: async (line, around) => {
      const ran = await run([...line, "--json"], around);
      return { ...ran, body: JSON.parse(ran.out) };
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
};
