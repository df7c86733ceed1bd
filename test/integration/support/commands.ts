import { execFile, spawn } from "node:child_process";
import { getBlockNumber } from "viem/actions";
import { root } from "../../../scripts/deployment/environment.ts";
import type { CardflowClient } from "../../../sdk/src/index.ts";

/** How a command of the repository ended. */
export type Ended = { readonly code: number; readonly text: string };

/** Runs a command of the repository as people run it; `words` begin with its file. */
export const command = (words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, [...words], { cwd: root, env: { ...process.env, ...env } }, (error, out, err) =>
      resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : 1, text: out + err }),
    );
  });

/** Starts a command, and ends it without a word once the chain has come so far. */
export const killedAt = async (
  words: readonly string[],
  reader: CardflowClient,
  block: bigint,
  env: NodeJS.ProcessEnv = {},
): Promise<void> => {
  const child = spawn(process.execPath, [...words], { cwd: root, stdio: "ignore", env: { ...process.env, ...env } });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  while (child.exitCode === null && (await getBlockNumber(reader, { cacheTime: 0 })) < block)
    await new Promise((resolve) => setTimeout(resolve, 10));
  child.kill("SIGKILL");
  await ended;
};
