import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compare, root } from "./artifacts.ts";
import { type GeneratedFile, heading, pascal } from "./output.ts";

/** An action: whether its arguments name a deployment, and nothing else, and whether it sends. */
type Action = {
  readonly folder: string;
  readonly name: string;
  readonly bound: boolean;
  readonly writes: boolean;
  readonly bare: boolean;
};

/** What only signs: folder, file, name. */
const signatures = [
  ["funding", "permitFunding", "permitFunding"],
  ["funding", "authorizationFunding", "authorizationFunding"],
  ["funding", "permit", "signPermit"],
  ["funding", "withdrawal", "signWithdrawal"],
] as const;

const sourceOf = (folder: string, file: string): string =>
  readFileSync(join(root, "sdk", "src", folder, `${file}.ts`), "utf8");

/** Files of a folder that export a function of their own name with arguments of that name. */
const actionsOf = (folder: string, writes: boolean): readonly Action[] =>
  readdirSync(join(root, "sdk", "src", folder))
    .filter((file) => file.endsWith(".ts") && file !== "index.ts")
    .map((file) => file.slice(0, -".ts".length))
    .sort(compare)
    .flatMap((name) => {
      const source = sourceOf(folder, name);
      const isAction =
        new RegExp(`^export const ${name} = (async )?\\(`, "m").test(source) &&
        source.includes(`export type ${pascal(name)}Args`);
      return isAction
        ? [
            {
              folder,
              name,
              writes,
              bound: source.includes("At<"),
              bare: /^export type \w+Args = At<[^>]*>;$/m.test(source),
            },
          ]
        : [];
    });

/** The index of the actions, and the decorator that binds them all. */
export const actionFiles = (): readonly GeneratedFile[] => {
  const actions = actionsOf("actions", true);
  const reads = actionsOf("reads", false);
  return [actionIndex(actions), decorator([...actions, ...reads])];
};

const actionIndex = (actions: readonly Action[]): GeneratedFile => ({
  path: "sdk/src/actions/index.ts",
  text: [
    heading("the files beside it"),
    ...actions.map(({ name }) => `export { ${name}, type ${pascal(name)}Args, ${name}Call } from "./${name}.ts";`),
  ].join("\n"),
});

const decorator = (actions: readonly Action[]): GeneratedFile => ({
  path: "sdk/src/cardflowActions.ts",
  text: [
    heading("the actions and reads"),
    ...actions.map(({ folder, name }) => `import { ${name}, type ${pascal(name)}Args } from "./${folder}/${name}.ts";`),
    ...signatures.map(
      ([folder, file, name]) => `import { ${name}, type ${pascal(name)}Args } from "./${folder}/${file}.ts";`,
    ),
    `import type { CardflowClient, WriteOptions } from "./client/types.ts";`,
    `import type { Deployment } from "./deployments/deployment.ts";`,
    "",
    `
/** Arguments of an action without the deployment, which the decorator knows. */
export type Unbound<Args> = Omit<Args, "deployment">;

/**
 * Every action and read as a method of a viem client, bound to one deployment.
 *
 * @param deployment - where the contracts are
 *
 * @example
 * const cardflow = client.extend(cardflowActions(deployment));
 * await cardflow.retireCard({ cardId: 7n });
 */
export const cardflowActions = (deployment: Deployment) => (client: CardflowClient) => ({`,
    ...actions.map(method),
    ...signatures.map(([, , name]) =>
      method({ folder: "funding", name, bound: name !== "signPermit", writes: false, bare: false }),
    ),
    "});",
  ].join("\n"),
});

const method = ({ name, bound, writes, bare }: Action): string => {
  const args = bound ? `Unbound<${pascal(name)}Args>` : `${pascal(name)}Args`;
  const passed = bound ? "{ ...args, deployment }" : "args";
  return `/** See {@link ${name}}. */\n${name}: (args: ${args}${bare ? " = {}" : ""}${writes ? ", options?: WriteOptions" : ""}) => ${name}(client, ${passed}${writes ? ", options" : ""}),`;
};
