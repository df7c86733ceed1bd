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

/** A function of a contract, and the contracts that may stand at the address it is called at. */
type Called = { readonly contracts: readonly string[]; readonly functionName: string };

/** What an action or a read calls. */
type Caller = { readonly name: string; readonly calls: readonly Called[] };

/** The slices of ABIs that a source imports, which are named by their functions: what it can call. */
const callsIn = (source: string): readonly Called[] =>
  [...source.matchAll(/^import \{([^}]*)\} from "\.\.\/abis\/(\w+)\.ts"/gm)].flatMap(([, names = "", file = ""]) =>
    [...names.matchAll(/\b(\w+)(?<!Event)Abi\b/g)].map(([, functionName = ""]) => ({
      contracts: standards[file] ?? [pascal(file)],
      functionName,
    })),
  );

/** Every file of a folder that asks for a list of errors, with what it calls. */
const callersIn = (folder: string): readonly Caller[] => {
  const path = join(root, "sdk", "src", folder);
  return readdirSync(path)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -".ts".length))
    .sort(compare)
    .flatMap((name) => {
      const source = readFileSync(join(path, `${name}.ts`), "utf8");
      return source.includes(`${name}Reverts`) ? [{ name, calls: callsIn(source) }] : [];
    });
};

const describe = (calls: readonly Called[]): string => {
  const names = calls.map(({ contracts, functionName }) => `\`${contracts.join(" | ")}.${functionName}\``);
  return names.length === 0 ? "No contract is called." : `What can be the end of ${names.join(", ")}.`;
};

/** For every action and read the errors that its calls can end with, by whichever contract of the deployment they are raised. */
export const callRevertFiles = (): readonly GeneratedFile[] => {
  const reach = readReach();
  return [
    { file: "actionReverts", callers: callersIn("actions") },
    { file: "readReverts", callers: callersIn("reads") },
  ].map(({ file, callers }) => {
    const lists = callers.map(({ name, calls }) => {
      const errors = calls.flatMap(({ contracts, functionName }) =>
        contracts.flatMap((contract) => reach.errorsOf(contract, functionName)),
      );
      return { name, calls, errors: [...new Set(["Error", "Panic", ...errors])].sort(compare) };
    });
    const used = [...new Set(lists.flatMap(({ errors }) => errors))].sort(compare);
    return {
      path: `sdk/src/errors/${file}.ts`,
      text: [
        heading("the syntax trees of the build"),
        `import type { RevertEntry } from "./revertEntry.ts";`,
        `import { ${used.map(entryName).join(", ")} } from "./reverts.ts";`,
        ...lists.map(
          ({ name, calls, errors }) => `
/** ${describe(calls)} */
export const ${name}Reverts: readonly RevertEntry[] = [${errors.map(entryName).join(", ")}];`,
        ),
      ].join("\n"),
    };
  });
};
