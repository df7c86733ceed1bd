import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { PEERS } from "./compile.ts";

/** Seconds after which the registry counts as out of reach. */
const PATIENCE = 120;

/** Installs the peers' packages, unless they are there already. Returns whether they are there now. */
export const installPeers = async (): Promise<boolean> => {
  const installed = join(PEERS, "node_modules", ".package-lock.json");
  const lock = join(PEERS, "package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return true;
  console.error("Installing the contracts that the figures are measured beside …");
  return new Promise((done) => {
    const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1"];
    const child = spawn("npm", ["ci", ...options], {
      cwd: PEERS,
      stdio: ["ignore", "ignore", "inherit"],
      timeout: PATIENCE * 1000,
    });
    child.on("error", () => done(false));
    child.on("close", (code) => done(code === 0));
  });
};
