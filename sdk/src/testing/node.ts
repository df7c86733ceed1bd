/// <reference types="node" />
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { requireFreePort } from "./port.ts";
import { NodeMissingError, NodeUnusableError } from "./testingErrors.ts";

/** Programs that run a local chain, in the order in which they are looked for. */
export const nodePrograms = ["anvil", "hardhat"] as const;

/** A program that runs a local chain. */
export type NodeProgram = (typeof nodePrograms)[number];

/** A node that runs. */
export type RunningNode = { readonly rpcUrl: string; readonly stop: () => Promise<void> };

/** Where a node is to listen, and what chain it says it is. */
export type NodeOptions = { readonly chainId: number; readonly port: number };

const host = "127.0.0.1";
/** Milliseconds that a node may take to start. */
const patience = 60_000;

/** Starts the program that is asked for, else the first that is installed. */
export const startNode = async (options: NodeOptions, program?: NodeProgram): Promise<RunningNode> => {
  const starts = { anvil: startAnvil, hardhat: startHardhat } as const;
  const programs: readonly NodeProgram[] = program === undefined ? nodePrograms : [program];
  for (const name of programs) {
    const node = await starts[name](options);
    if (node !== undefined) return node;
  }
  throw new NodeMissingError(`looked for ${programs.join(" and ")}`);
};

/* ANVIL */

/** The npm package's program, run by this very Node; else whatever is called anvil on the path. */
const anvilCommand = (): readonly [string, ...string[]] => {
  try {
    return [process.execPath, fileURLToPath(import.meta.resolve("@foundry-rs/anvil/bin.mjs"))];
  } catch {
    return ["anvil"];
  }
};

const startAnvil = async ({ chainId, port }: NodeOptions): Promise<RunningNode | undefined> => {
  const [command, ...first] = anvilCommand();
  const args = [...first, "--host", host, "--port", `${port}`, "--chain-id", `${chainId}`, "--accounts", "1"];
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  // Not `once`, which would reject, with nobody listening, for a program that is not there.
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const endWithUs = (): void => {
    child.kill();
  };
  process.once("exit", endWithUs);
  const stop = async (): Promise<void> => {
    process.off("exit", endWithUs);
    if (child.exitCode === null && child.signalCode === null && child.kill()) await exited;
  };
  let said = "";
  const listening = new Promise<RunningNode>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      said += chunk.toString();
      const url = /Listening on ([\d.]+:\d+)/.exec(said)?.[1];
      if (url !== undefined) resolve({ rpcUrl: `http://${url}`, stop });
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", (code) => reject(new NodeUnusableError(`anvil ended with code ${code}: ${said.trim()}`)));
    setTimeout(() => reject(new NodeUnusableError(`anvil does not listen: ${said.trim()}`)), patience).unref();
  });
  try {
    return await Promise.race([listening, failureOf(once(child, "error"))]);
  } catch (cause) {
    await stop();
    if (isMissing(cause, "ENOENT")) return undefined;
    throw cause;
  }
};

/** Throws what an `error` event carried. */
const failureOf = async (event: Promise<readonly unknown[]>): Promise<never> => {
  const [error] = await event;
  throw error;
};

const isMissing = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && codes.includes(String(Reflect.get(error, "code")));

/* HARDHAT */

const startHardhat = async ({ chainId, port }: NodeOptions): Promise<RunningNode | undefined> => {
  try {
    const { createHardhatRuntimeEnvironment } = await import("hardhat/hre");
    const hre = await createHardhatRuntimeEnvironment({
      networks: { cardflow: { type: "edr-simulated", chainType: "l1", chainId } },
    });
    await requireFreePort(host, port);
    const server = await hre.network.createServer({ network: "cardflow" }, host, port);
    const bound = await server.listen();
    let closed: Promise<void> | undefined;
    const stop = (): Promise<void> => {
      closed ??= server.close();
      return closed;
    };
    return { rpcUrl: `http://${bound.address}:${bound.port}`, stop };
  } catch (cause) {
    if (isMissing(cause, "ERR_MODULE_NOT_FOUND", "ERR_PACKAGE_PATH_NOT_EXPORTED")) return undefined;
    throw new NodeUnusableError(`Hardhat's node does not start: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
};
