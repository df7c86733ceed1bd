// What must hold of the packages before they are published: npm run check:package
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../deployment/environment.ts";
import { runTool } from "./command.ts";
import { pack } from "./pack.ts";

const folder = await mkdtemp(join(tmpdir(), "cardflow-package-"));
const check = async (program: string, ...args: readonly string[]): Promise<void> => {
  console.log((await runTool(program, args, root)).trim());
};
try {
  const [sdk, contracts] = [await pack("sdk", folder), await pack("contracts", folder)];
  await check("publint", "run", "--strict", sdk);
  await check("publint", "run", "--strict", contracts);
  await check("attw", "--profile", "esm-only", sdk);
  await check("size-limit");
  await check("knip");
} finally {
  await rm(folder, { recursive: true, force: true });
}
