// Runs every test runner of the repository, one after the other, and adds up what they counted.
// The last line is `N passed, N failed`; the exit code is 0 only if something passed and nothing failed.
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";

type Runner = { readonly name: string; readonly command: readonly string[] };
type Count = { passed: number; failed: number; skipped: number };

const testFiles = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".test.ts"))
        .map((file) => `${folder}/${file}`)
        .sort()
    : [];

const RUNNERS: readonly Runner[] = [
  { name: "TypeScript units", command: ["mocha", ...testFiles("test/unit"), ...testFiles("test/sdk")] },
  { name: "Solidity: units, fuzz, invariants", command: ["hardhat", "test", "solidity"] },
  {
    name: "Stories through the SDK, the independent model",
    command: ["hardhat", "test", "mocha", ...testFiles("test/integration"), ...testFiles("test/parity")],
  },
];

/** Runs a command, shows what it prints and returns it, with its exit code. */
function run(command: readonly string[]): Promise<{ output: string; code: number }> {
  const [program = "", ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const take = (target: NodeJS.WriteStream) => (chunk: Buffer) => {
      output += chunk.toString();
      target.write(chunk);
    };
    child.stdout.on("data", take(process.stdout));
    child.stderr.on("data", take(process.stderr));
    child.on("error", (error) => resolve({ output: `${output}\n${error.message}`, code: 1 }));
    child.on("close", (code) => resolve({ output, code: code ?? 1 }));
  });
}

const sum = (output: string, word: string): number =>
  [...output.matchAll(new RegExp(`^\\s*(\\d+) ${word}\\b`, "gm"))].reduce(
    (total, match) => total + Number(match[1]),
    0,
  );

/** A runner that ends badly without a failed test (a crash, a build that broke, no test at all) counts as one failure. */
function count(output: string, code: number): Count {
  const passed = sum(output, "passing");
  const failed = sum(output, "failing");
  const broken = failed === 0 && (code !== 0 || passed === 0);
  return { passed, failed: broken ? 1 : failed, skipped: sum(output, "pending") };
}

const total: Count = { passed: 0, failed: 0, skipped: 0 };
const lines: string[] = [];
for (const { name, command } of RUNNERS) {
  console.log(`\n== ${name}`);
  const start = Date.now();
  const { output, code } = await run(command);
  const { passed, failed, skipped } = count(output, code);
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  lines.push(`${name}: ${passed} passed, ${failed} failed in ${Math.round((Date.now() - start) / 1000)} s`);
}
if (total.skipped > 0) lines.push(`${total.skipped} skipped, each with its reason above; they count neither way`);
console.log(`\n${lines.join("\n")}\n\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
