import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deploymentOf, registrySchema } from "../deployment/registry.ts";
import { root } from "./artifacts.ts";
import { type GeneratedFile, heading } from "./output.ts";

/** The registry of deployments, from sdk/deployments.json. */
export const deploymentFiles = (): readonly GeneratedFile[] => {
  const registry = registrySchema.parse(JSON.parse(readFileSync(join(root, "sdk", "deployments.json"), "utf8")));
  const entries = Object.entries(registry).sort(([a], [b]) => Number(a) - Number(b));
  return [
    {
      path: "sdk/src/deployments/registry.ts",
      text: [
        heading("sdk/deployments.json"),
        `import type { Deployment } from "./deployment.ts";`,
        "",
        "/** Every published deployment, by chain id. */",
        "export const deployments: readonly Deployment[] = [",
        ...entries.map(([chainId, entry]) => {
          const { startBlock, addresses } = deploymentOf(Number(chainId), entry);
          return `{ chainId: ${chainId}, startBlock: ${startBlock}n, addresses: ${JSON.stringify(addresses)} },`;
        }),
        "];",
      ].join("\n"),
    },
  ];
};
