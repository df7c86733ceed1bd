// Writes the ABI of every contract into contracts/abis, for the package `@cardflow/contracts`. `npm pack` and `npm publish` run it first.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openHardhat, root } from "../deployment/environment.ts";

const folder = join(root, "contracts", "abis");

const hre = await openHardhat("production");
await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
for (const name of await hre.artifacts.getAllFullyQualifiedNames()) {
  const { sourceName, contractName, abi } = await hre.artifacts.readArtifact(name);
  const isOurs = sourceName.startsWith("contracts/") && !sourceName.endsWith("/MockSmartAccount.sol");
  if (isOurs && abi.length > 0)
    await writeFile(join(folder, `${contractName}.json`), `${JSON.stringify(abi, null, 2)}\n`);
}
