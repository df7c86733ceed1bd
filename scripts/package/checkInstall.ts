// Installs the packed packages into an empty project outside the repository and uses them as their READMEs say: types under the oldest and
// the newest supported TypeScript, the quick start on a test chain of either node, Solidity imports under Hardhat, and the oldest viem and ethers
// that the SDK takes. Needs the npm registry.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { root } from "../deployment/environment.ts";
import { need } from "../deployment/failure.ts";
import { runTool } from "./command.ts";
import { pack } from "./pack.ts";
import { blockWith } from "./readme.ts";

/** What the project has besides the packages. */
const OTHERS = {
  viem: "2.57.20",
  ethers: "6.17.0",
  "@foundry-rs/anvil": "1.7.1",
  hardhat: "3.13.0",
  solc: "0.8.37",
  "@types/node": "24.19.2",
  "typescript-oldest": "npm:typescript@5.9.3",
  "typescript-newest": "npm:typescript@latest",
};
const COMPILERS = ["typescript-oldest", "typescript-newest"] as const;

const manifestSchema = z.object({
  exports: z.record(z.string(), z.unknown()),
  peerDependencies: z.record(z.string(), z.string()),
});

const readManifest = async (): Promise<z.infer<typeof manifestSchema>> =>
  manifestSchema.parse(JSON.parse(await readFile(join(root, "sdk", "package.json"), "utf8")));

const say = (what: string): void => console.log(`  ${what}`);

/** One import of everything that the package exports. */
const everything = async (): Promise<string> => {
  const { exports } = await readManifest();
  const paths = Object.keys(exports).filter((path) => !path.endsWith(".json"));
  return paths
    .map(
      (path, index) =>
        `import * as part${index} from "@cardflow/sdk${path.slice(1)}";\nconsole.log(Object.keys(part${index}).length);`,
    )
    .join("\n");
};

/** The oldest libraries that the SDK says it works with. */
const oldestPeers = async (): Promise<readonly string[]> => {
  const { peerDependencies } = await readManifest();
  return ["viem", "ethers"].map((name) => {
    const oldest = /\d+\.\d+\.\d+/.exec(peerDependencies[name] ?? "")?.[0];
    return `${name}@${need(oldest, `the oldest version of ${name}`)}`;
  });
};

const HARDHAT_CONFIG = `import { fileURLToPath } from "node:url";
import { defineConfig } from "hardhat/config";
export default defineConfig({
  solidity: { version: "0.8.37", path: fileURLToPath(import.meta.resolve("solc/soljson.js")), settings: { evmVersion: "cancun" } },
});
`;

const writeProject = async (project: string, tarballs: readonly string[]): Promise<void> => {
  const [sdk = "", contracts = ""] = tarballs;
  const dependencies = { "@cardflow/sdk": `file:${sdk}`, "@cardflow/contracts": `file:${contracts}`, ...OTHERS };
  const compilerOptions = { target: "ES2023", module: "NodeNext", strict: true, noEmit: true, types: ["node"] };
  const quickStart = blockWith("sdk/README.md", "ts", "startCardflow");
  const files = {
    "package.json": JSON.stringify({ name: "project", private: true, type: "module", dependencies }),
    "tsconfig.json": JSON.stringify({ compilerOptions, include: ["*.ts"], exclude: ["hardhat.config.ts"] }),
    "quickStart.ts": quickStart,
    "quickStartOnHardhat.ts": quickStart.replace("startCardflow()", 'startCardflow({ program: "hardhat" })'),
    "everything.ts": await everything(),
    "hardhat.config.ts": HARDHAT_CONFIG,
    "contracts/Gate.sol": blockWith("contracts/README.md", "solidity", "@cardflow/contracts"),
  };
  await mkdir(join(project, "contracts"), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(project, name), text);
};

const check = async (project: string): Promise<void> => {
  const inProject = (program: string, args: readonly string[]): Promise<string> => runTool(program, args, project);
  const install = (...packages: readonly string[]): Promise<string> =>
    inProject("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", ...packages]);
  await install();
  say("installed");
  for (const compiler of COMPILERS) {
    const manifest = await readFile(join(project, "node_modules", compiler, "package.json"), "utf8");
    await inProject("node", [`node_modules/${compiler}/bin/tsc`, "--project", "."]);
    say(`types are right under TypeScript ${z.object({ version: z.string() }).parse(JSON.parse(manifest)).version}`);
  }
  await inProject("node", ["everything.ts"]);
  say("every path can be imported");
  say(`quick start on anvil: ${(await inProject("node", ["quickStart.ts"])).trim()}`);
  say(`quick start on Hardhat: ${(await inProject("node", ["quickStartOnHardhat.ts"])).trim()}`);
  await inProject("node", ["node_modules/hardhat/dist/src/cli.js", "build", "--quiet"]);
  say("Solidity imports compile under Hardhat");
  const oldest = await oldestPeers();
  await install(...oldest);
  await inProject("node", ["node_modules/typescript-oldest/bin/tsc", "--project", "."]);
  await inProject("node", ["everything.ts"]);
  await inProject("node", ["quickStart.ts"]);
  say(`types and quick start are right with ${oldest.join(" and ")}`);
};

const folder = await mkdtemp(join(tmpdir(), "cardflow-install-"));
try {
  const tarballs = [await pack("sdk", folder), await pack("contracts", folder)];
  say(`packed ${tarballs.length} packages`);
  const project = join(folder, "project");
  await mkdir(project);
  await writeProject(project, tarballs);
  await check(project);
} finally {
  await rm(folder, { recursive: true, force: true });
}
