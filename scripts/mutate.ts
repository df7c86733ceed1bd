// Changes one operator or drops one check of a contract at a time, in a copy of the repository, runs the tests of that contract's
// room and prints the changes that no test noticed.
// Usage: npm run mutate -- FILE… [--count N] [--offset N]     (N mutants per file, spread over its lines)
import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Mutant, mutantsOf, spread } from "./mutation/mutants.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const NEEDED = [
  "contracts",
  "test/contracts",
  "hardhat.config.ts",
  "package.json",
  "tsconfig.json",
  "scripts",
  "cache",
  "artifacts",
];

/** A mutant that only a rare draw finds is worth a look too. */
const FEWER_RUNS = "solidity: { fuzz: { runs: 32 }, invariant: { runs: 4, depth: 40, failOnRevert: true } },";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: "string", default: "5" }, offset: { type: "string", default: "0" } },
});

/** Tests beside a contract: those of its folder. */
const testsOf = (copy: string, file: string): readonly string[] => {
  const folder = join("test", dirname(file));
  const room = existsSync(join(copy, folder)) ? folder : dirname(folder);
  return readdirSync(join(copy, room))
    .filter((name) => name.endsWith(".t.sol"))
    .map((name) => join(room, name));
};

type Outcome = "killed" | "survived" | "does not compile";

/** Runs the tests of a room in the copy. */
const test = (copy: string, file: string): Promise<Outcome> =>
  new Promise((done) => {
    const hardhat = join(root, "node_modules/hardhat/dist/src/cli.js");
    const child = spawn(process.execPath, [hardhat, "test", "solidity", ...testsOf(copy, file)], { cwd: copy });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("close", (code) => {
      if (code === 0) return done("survived");
      done(/\d+ (passing|failing)/.test(output) ? "killed" : "does not compile");
    });
  });

const attempt = async (copy: string, mutant: Mutant): Promise<Outcome> => {
  const path = join(copy, mutant.file);
  const original = readFileSync(path, "utf8");
  writeFileSync(path, mutant.source);
  const outcome = await test(copy, mutant.file);
  writeFileSync(path, original);
  return outcome;
};

if (positionals.length === 0) {
  console.error("Name at least one contract, such as contracts/leases/CardBook.sol");
  process.exit(1);
}
const copy = mkdtempSync(join(tmpdir(), "cardflow-mutants-"));
process.on("exit", () => rmSync(copy, { recursive: true, force: true }));
for (const path of NEEDED)
  if (existsSync(join(root, path))) cpSync(join(root, path), join(copy, path), { recursive: true });
symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
const config = readFileSync(join(root, "hardhat.config.ts"), "utf8");
writeFileSync(join(copy, "hardhat.config.ts"), config.replace(/solidity: \{ fuzz.*/, FEWER_RUNS));

const counts: Record<Outcome, number> = { killed: 0, survived: 0, "does not compile": 0 };
for (const file of positionals) {
  const chosen = spread(
    mutantsOf(file, readFileSync(resolve(root, file), "utf8")),
    Number(values.count),
    Number(values.offset),
  );
  for (const mutant of chosen) {
    const outcome = await attempt(copy, mutant);
    counts[outcome] += 1;
    console.log(
      `${outcome.padEnd(17)} ${mutant.file}:${mutant.line}\n    ${mutant.from}\n    ${mutant.to || "(left out)"}`,
    );
  }
}
console.log(`\n${counts.killed} killed, ${counts.survived} survived, ${counts["does not compile"]} do not compile`);
process.exitCode = counts.survived === 0 ? 0 : 1;
