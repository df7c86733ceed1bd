// Makes a fresh clone ready with nothing but Node 20 and npm, and runs a program under the Node version that the tools need.
// Usage: node scripts/bootstrap.mjs [--build] PROGRAM [ARGUMENTS…]    (a file, or the name of an installed tool)
import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const windows = process.platform === "win32";

/** Installs what is missing: all output goes to stderr, so that stdout stays the program's. */
export async function install() {
  const lock = join(root, "package-lock.json");
  const installed = join(modules, ".package-lock.json");
  if (existsSync(installed) && existsSync(nodePath()) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  console.error("Installing dependencies (npm ci) …");
  const npm = windows ? "npm.cmd" : "npm";
  await run(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { toStderr: true, shell: windows });
}

/** Compiles the contracts; a second time only what changed. */
export async function build() {
  console.error("Compiling contracts …");
  await runInstalled("hardhat", ["build", "--no-tests", "--quiet"], { toStderr: true, quiet: true });
}

/** Runs a file or an installed tool under the Node version of the development dependencies. */
export async function runInstalled(program, args, options = {}) {
  await run(nodePath(), [scriptOf(program), ...args], options);
}

function nodePath() {
  return join(modules, "node", "bin", windows ? "node.exe" : "node");
}

/** The JavaScript file of a tool, so that no shell and no other Node comes in between. */
function scriptOf(program) {
  if (existsSync(resolve(root, program))) return resolve(root, program);
  const manifest = JSON.parse(readFileSync(join(modules, program, "package.json"), "utf8"));
  const bin = typeof manifest.bin === "string" ? manifest.bin : manifest.bin[program];
  return join(modules, program, bin);
}

/** Ends this process with the other's status if that is not 0. Signals reach both, and this one waits for the other. */
function run(command, args, { toStderr = false, quiet = false, shell = false } = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd: root,
      shell,
      stdio: ["inherit", toStderr ? (quiet ? "pipe" : 2) : "inherit", quiet ? "pipe" : "inherit"],
      env: {
        ...process.env,
        // Tools that start others by name find the installed ones, and the right Node.
        PATH: [join(modules, ".bin"), process.env.PATH].join(delimiter),
        HARDHAT_DISABLE_TELEMETRY_PROMPT: "true",
        HARDHAT_SKIP_VERSION_CHECK: "true",
      },
    });
    const kept = [];
    child.stdout?.on("data", (chunk) => kept.push(chunk));
    child.stderr?.on("data", (chunk) => kept.push(chunk));
    const forward = (signal) => child.kill(signal);
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
    for (const signal of signals) process.on(signal, forward);
    child.on("error", (error) => {
      console.error(`${command}: ${error.message}`);
      process.exit(1);
    });
    child.on("close", (code, signal) => {
      for (const name of signals) process.off(name, forward);
      if (code === 0) return done();
      process.stderr.write(Buffer.concat(kept));
      process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const words = process.argv.slice(2);
  const wantsBuild = words[0] === "--build";
  const [program, ...args] = wantsBuild ? words.slice(1) : words;
  if (program === undefined) {
    console.error("usage: node scripts/bootstrap.mjs [--build] PROGRAM [ARGUMENTS…]");
    process.exit(2);
  }
  await install();
  if (wantsBuild) await build();
  await runInstalled(program, args);
}
