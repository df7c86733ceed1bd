import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compare, root } from "./artifacts.ts";
import { entryName, type GeneratedFile, heading, pascal } from "./output.ts";
import { readReach } from "./reach.ts";

/** Contracts that answer to the ABI of a standard. */
const standards: Readonly<Record<string, readonly string[]>> = {
  erc20: ["ComputeToken", "ComputeDollar", "RevenueShare"],
  erc721: ["CardRegistry"],
};

/** What an action calls: the contracts that may stand at the address, and their function. */
export type Called = { readonly action: string; readonly contracts: readonly string[]; readonly functionName: string };

/** What every action calls, read out of its source. */
export const readCalled = (): readonly Called[] => {
  const folder = join(root, "sdk", "src", "actions");
  return readdirSync(folder)
    .filter((file) => file.endsWith(".ts") && file !== "index.ts")
    .sort(compare)
    .map((file) => {
      const source = readFileSync(join(folder, file), "utf8");
      const [, abi] = /Abi\b.* from "\.\.\/abis\/(\w+)\.ts"/.exec(source) ?? [];
      const [, functionName] = /functionName: "(\w+)"/.exec(source) ?? [];
      if (abi === undefined || functionName === undefined) throw new Error(`no call is found in ${file}`);
      return { action: file.slice(0, -".ts".length), contracts: standards[abi] ?? [pascal(abi)], functionName };
    });
};

/** For every action the errors that its call can end with, by whichever contract of the deployment they are raised. */
export const actionRevertFiles = (): readonly GeneratedFile[] => {
  const reach = readReach();
  const lists = readCalled().map(({ action, contracts, functionName }) => {
    const errors = contracts.flatMap((contract) => reach.errorsOf(contract, functionName));
    return { action, contracts, functionName, errors: [...new Set(["Error", "Panic", ...errors])].sort(compare) };
  });
  const used = [...new Set(lists.flatMap(({ errors }) => errors))].sort(compare);
  return [
    {
      path: "sdk/src/errors/actionReverts.ts",
      text: [
        heading("the syntax trees of the build"),
        `import type { RevertEntry } from "./revertEntry.ts";`,
        `import { ${used.map(entryName).join(", ")} } from "./reverts.ts";`,
        ...lists.map(
          ({ action, contracts, functionName, errors }) => `
/** What \`${contracts.join(" | ")}.${functionName}\` can end with. */
export const ${action}Reverts: readonly RevertEntry[] = [${errors.map(entryName).join(", ")}];`,
        ),
      ].join("\n"),
    },
  ];
};
