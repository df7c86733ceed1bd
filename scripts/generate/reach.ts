import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { compare, root } from "./artifacts.ts";

/**
 * Which errors a call can end with, read out of the syntax trees of the build: what the function's own code raises, its modifiers, the
 * functions it calls inside, and those it calls in other contracts of the deployment, by selector. Calls that stand in a `try` whose
 * `catch` drops the reason are left out; nothing else is, so a list may name an error that no state leads to, and lacks none.
 */

/** A node of a syntax tree. */
type Node = { readonly nodeType: string; readonly id: number; readonly [field: string]: unknown };
/** The syntax trees of one compilation. */
type Tree = { readonly nodes: ReadonlyMap<number, Node>; readonly homes: ReadonlyMap<Node, Node> };
/** A contract as deployed: its tree, and itself and its bases, the most derived first. */
type Deployed = { readonly name: string; readonly tree: Tree; readonly bases: readonly Node[] };
/** Code that runs as part of a contract. */
type Code = { readonly of: Deployed; readonly node: Node };

const artifactSchema = z.object({
  contractName: z.string(),
  inputSourceName: z.string(),
  buildInfoId: z.string(),
});
const outputSchema = z.object({ output: z.object({ sources: z.record(z.string(), z.object({ ast: z.unknown() })) }) });

/** Folders of the artifacts whose contracts are deployed: the project's own, and the access manager. */
const folders = ["contracts", "@openzeppelin/contracts/access/manager"] as const;

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "nodeType" in value && "id" in value;

/** Every node below a value, outermost first, without what lies below a node that `enter` refuses. */
function* nodesIn(value: unknown, enter: (node: Node) => boolean = () => true): Generator<Node> {
  if (typeof value !== "object" || value === null) return;
  if (isNode(value)) {
    if (!enter(value)) return;
    yield value;
  }
  for (const inner of Object.values(value)) yield* nodesIn(inner, enter);
}

const nodesOf = (value: unknown): readonly Node[] => (Array.isArray(value) ? value.filter(isNode) : []);

const field = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (inner, name) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, name) : undefined),
    value,
  );

const textOf = (value: unknown, ...path: readonly string[]): string => {
  const text = field(value, ...path);
  return typeof text === "string" ? text : "";
};

const referenced = (tree: Tree, value: unknown): Node | undefined => {
  const id = field(value, "referencedDeclaration");
  return typeof id === "number" ? tree.nodes.get(id) : undefined;
};

const readTree = (buildInfoId: string): Tree => {
  const text = readFileSync(join(root, "artifacts", "build-info", `${buildInfoId}.output.json`), "utf8");
  const nodes = new Map<number, Node>();
  const homes = new Map<Node, Node>();
  for (const { ast } of Object.values(outputSchema.parse(JSON.parse(text)).output.sources))
    for (const node of nodesIn(ast)) {
      nodes.set(node.id, node);
      if (node.nodeType === "ContractDefinition") for (const inner of nodesOf(node.nodes)) homes.set(inner, node);
    }
  return { nodes, homes };
};

/** Outside the deployment: mocks, and price feeds, whose reasons the oracle drops in assembly. */
const isOutside = (path: string): boolean => /^mocks|[\\/]adapters[\\/]/.test(path);

/** The contracts of the build that are deployed. */
const readDeployed = (): readonly Deployed[] => {
  const trees = new Map<string, Tree>();
  const treeOf = (buildInfoId: string): Tree => {
    const tree = trees.get(buildInfoId) ?? readTree(buildInfoId);
    trees.set(buildInfoId, tree);
    return tree;
  };
  return folders.flatMap((folder) => {
    const base = join(root, "artifacts", folder);
    return readdirSync(base, { recursive: true, encoding: "utf8" })
      .filter((path) => /\.sol[\\/][^\\/]+\.json$/.test(path) && !isOutside(path))
      .sort(compare)
      .flatMap((path) => {
        const { contractName, buildInfoId } = artifactSchema.parse(JSON.parse(readFileSync(join(base, path), "utf8")));
        const tree = treeOf(buildInfoId);
        const node = [...tree.nodes.values()].find(
          ({ nodeType, name, contractKind, abstract }) =>
            nodeType === "ContractDefinition" &&
            name === contractName &&
            contractKind === "contract" &&
            abstract === false,
        );
        return node === undefined ? [] : [{ name: contractName, tree, bases: basesOf(tree, node) }];
      });
  });
};

const basesOf = (tree: Tree, contract: Node): readonly Node[] => {
  const ids: unknown = contract.linearizedBaseContracts;
  return (Array.isArray(ids) ? ids : []).map((id) => tree.nodes.get(id)).filter(isNode);
};

const functionsOf = (contract: Node): readonly Node[] =>
  nodesOf(contract.nodes).filter(
    ({ nodeType }) => nodeType === "FunctionDefinition" || nodeType === "ModifierDefinition",
  );

/** Kind, name and parameters: the same in everything that overrides. */
const shapeOf = (node: Node): string => {
  const parameters = nodesOf(field(node, "parameters", "parameters")).map((parameter) =>
    textOf(parameter, "typeDescriptions", "typeIdentifier").replace(/_(memory|calldata|storage)_ptr/g, ""),
  );
  return `${node.nodeType} ${textOf(node, "kind")} ${textOf(node, "name")}(${parameters.join()})`;
};

/** The code that runs when a function or modifier is called inside a contract, looked for from one of its bases on. */
const overriding = (of: Deployed, called: Node, after?: Node): Node =>
  of.bases
    .slice(after === undefined ? 0 : of.bases.indexOf(after) + 1)
    .flatMap(functionsOf)
    .find((candidate) => isNode(candidate.body) && shapeOf(candidate) === shapeOf(called)) ?? called;

/** A contract's code for a selector; nothing for a getter. */
const behind = (of: Deployed, selector: string): readonly Code[] => {
  const node = of.bases
    .flatMap(functionsOf)
    .find(({ functionSelector, body }) => functionSelector === selector && isNode(body));
  return node === undefined ? [] : [{ of, node }];
};

/** Whether a `try` drops the reason of what it catches, whatever it is. */
const dropsReasons = (node: Node): boolean =>
  nodesOf(node.clauses)
    .slice(1)
    .some(({ errorName, parameters }) => errorName === "" && !isNode(parameters));

/** What a piece of code names: errors that it raises, and code that it goes on to. `others`: what a call of another contract leads to. */
const visit = (
  { of, node: code }: Code,
  others: (selector: string) => readonly Code[],
): { readonly errors: readonly string[]; readonly next: readonly Code[] } => {
  const { nodes, homes } = of.tree;
  const errors: string[] = [];
  const next: Code[] = [];
  const dropped = new Set<unknown>();
  for (const node of nodesIn([code.body, code.modifiers])) {
    if (node.nodeType === "TryStatement" && dropsReasons(node)) dropped.add(field(node, "externalCall", "expression"));
    const operator = node.nodeType.endsWith("Operation") ? field(node, "function") : undefined;
    const target = typeof operator === "number" ? nodes.get(operator) : referenced(of.tree, node);
    if (target?.nodeType === "ErrorDefinition") errors.push(textOf(target, "name"));
    if (target?.nodeType === "ModifierDefinition") next.push({ of, node: overriding(of, target) });
    if (target?.nodeType !== "FunctionDefinition" || dropped.has(node)) continue;
    const home = homes.get(target);
    const through = textOf(node, "expression", "typeDescriptions", "typeIdentifier");
    if (home === undefined || home.contractKind === "library") next.push({ of, node: target });
    else if (node.nodeType === "Identifier") next.push({ of, node: overriding(of, target) });
    else if (through.includes("super")) next.push({ of, node: overriding(of, target, homes.get(code)) });
    else if (typeof target.functionSelector === "string") next.push(...others(target.functionSelector));
    else next.push({ of, node: target });
  }
  return { errors, next };
};

/** Errors of some code and of everything it goes on to, by name. */
const collect = (start: readonly Code[], others: (selector: string) => readonly Code[]): readonly string[] => {
  const errors = new Set<string>();
  const seen = new Map<Deployed, Set<Node>>();
  const open = [...start];
  for (let code = open.pop(); code !== undefined; code = open.pop()) {
    const known = seen.get(code.of) ?? new Set();
    seen.set(code.of, known);
    if (known.has(code.node)) continue;
    known.add(code.node);
    const found = visit(code, others);
    for (const error of found.errors) errors.add(error);
    open.push(...found.next);
  }
  return [...errors].sort(compare);
};

/** Reads the build once, and answers of its contracts. */
export const readReach = () => {
  const deployed = readDeployed();
  const named = (contract: string): Deployed => {
    const found = deployed.find(({ name }) => name === contract);
    if (found === undefined) throw new Error(`no contract of this name is deployed: ${contract}`);
    return found;
  };
  return {
    /** Names of the contracts that can be deployed. */
    contracts: deployed.map(({ name }) => name),
    /** Errors that a call of a contract's function can end with; overloads count together. */
    errorsOf: (contract: string, functionName: string): readonly string[] => {
      const of = named(contract);
      const selectors = of.bases
        .flatMap(functionsOf)
        .flatMap(({ name, functionSelector }) =>
          name === functionName && typeof functionSelector === "string" ? [functionSelector] : [],
        );
      if (selectors.length === 0) throw new Error(`${contract} has no function ${functionName}`);
      return collect(
        selectors.flatMap((selector) => behind(of, selector)),
        (selector) => deployed.flatMap((other) => behind(other, selector)),
      );
    },
    /** Errors that a contract's own code raises anywhere, whoever calls it. */
    errorsWithin: (contract: string): readonly string[] => {
      const of = named(contract);
      return collect(
        of.bases.flatMap(functionsOf).map((node) => ({ of, node })),
        () => [],
      );
    },
  };
};
