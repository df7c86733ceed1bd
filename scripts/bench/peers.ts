import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const folder = join(import.meta.dirname, "peers");
const resolver = createRequire(join(folder, "package.json"));

/** What the benchmarks are measured beside could not be installed. */
export class PeersError extends Error {
  override readonly name = "PeersError";
}

/** Installs what the benchmarks are measured beside, at the versions of scripts/bench/peers, unless it is there. */
export const installPeers = async (): Promise<void> => {
  const lock = join(folder, "package-lock.json");
  const installed = join(folder, "node_modules", ".package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  console.error("Installing peers (npm ci in scripts/bench/peers) …");
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const child = spawn("npm", args, {
    cwd: folder,
    stdio: ["ignore", 2, "inherit"],
    shell: process.platform === "win32",
  });
  const [code] = await once(child, "close");
  if (code !== 0)
    throw new PeersError(
      `npm ci in ${folder} ended with ${code}: the peers come from the npm registry, is it reachable?`,
    );
};

/** Folder in which the peers are installed. */
export const peersFolder = folder;

/** A peer's module. Call {@link installPeers} first. */
export const importPeer = (name: string): Promise<unknown> => import(pathToFileURL(resolver.resolve(name)).href);
