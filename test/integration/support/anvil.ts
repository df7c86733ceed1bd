import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { createClient, http } from "viem";
import { getChainId } from "viem/actions";
import type { CardflowClient } from "../../../sdk/src/index.ts";

const VERSION = "1.7.1";
/** Milliseconds in which anvil must answer, its download included. */
const PATIENCE = 90_000;

/** Another implementation of an Ethereum node. */
export type Anvil = {
  readonly url: string;
  readonly reader: CardflowClient;
  readonly close: () => Promise<void>;
};

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const bound = server.address();
      const port = typeof bound === "object" && bound !== null ? bound.port : 0;
      server.close(() => resolve(port));
    });
  });

/** Starts anvil from the registry, or the one that CARDFLOW_ANVIL names; undefined if there is none to be had. */
export const startAnvil = async (chainId: number): Promise<Anvil | undefined> => {
  const port = await freePort();
  const own = process.env.CARDFLOW_ANVIL;
  const [program, ...words] = own === undefined ? ["npx", "-y", `@foundry-rs/anvil@${VERSION}`] : [own];
  const args = [...words, "--port", `${port}`, "--chain-id", `${chainId}`, "--hardfork", "cancun", "--silent"];
  // A group of its own, because npx starts a process that starts anvil.
  const child = spawn(program ?? "npx", args, { stdio: "ignore", detached: true });
  let failed = false;
  child.once("error", () => {
    failed = true;
  });
  const url = `http://127.0.0.1:${port}`;
  const reader = createClient({ transport: http(url, { retryCount: 0 }), cacheTime: 0 });
  for (const until = Date.now() + PATIENCE; Date.now() < until && !failed && child.exitCode === null; ) {
    if ((await getChainId(reader).catch(() => undefined)) === chainId) return { url, reader, close: () => stop(child) };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await stop(child);
  return undefined;
};

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.pid === undefined || child.exitCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  process.kill(-child.pid, "SIGTERM");
  await ended;
};
