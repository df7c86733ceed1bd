import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { compare, root } from "./artifacts.ts";

/**
 * Which errors a call can end with, read out of the syntax trees of the build: what the function's own code raises, its modifiers, the
 * functions it calls inside, and those it calls in those other contracts of the deployment that have every function of the type it calls. Calls that stand in a `try` whose
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
  buildInfoId: z.string(),
});
const sourcesSchema = z.record(z.string(), z.object({ ast: z.unknown() }));
const outputSchema = z.object({ output: z.object({ sources: sourcesSchema }) });

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

const readTree = (sources: z.infer<typeof sourcesSchema>): Tree => {
  const nodes = new Map<number, Node>();
  const homes = new Map<Node, Node>();
  for (const { ast } of Object.values(sources))
    for (const node of nodesIn(ast)) {
      nodes.set(node.id, node);
      if (node.nodeType === "ContractDefinition") for (const inner of nodesOf(node.nodes)) homes.set(inner, node);
    }
  return { nodes, homes };
};

/** The contracts of a tree that can be deployed. */
const deployable = (tree: Tree): readonly Deployed[] =>
  [...tree.nodes.values()]
    .filter(
      ({ nodeType, contractKind, abstract }) =>
        nodeType === "ContractDefinition" && contractKind === "contract" && abstract === false,
    )
    .map((node) => ({ name: textOf(node, "name"), tree, bases: basesOf(tree, node) }));

/** Outside the deployment: mocks, and price feeds, whose reasons the oracle drops in assembly. */
const isOutside = (path: string): boolean => /^mocks|[\\/]adapters[\\/]/.test(path);

/** The contracts of the build that are deployed. */
const readDeployed = (): readonly Deployed[] => {
  const builds = new Map<string, readonly Deployed[]>();
  const buildOf = (id: string): readonly Deployed[] => {
    const text = (): string => readFileSync(join(root, "artifacts", "build-info", `${id}.output.json`), "utf8");
    const build = builds.get(id) ?? deployable(readTree(outputSchema.parse(JSON.parse(text())).output.sources));
    builds.set(id, build);
    return build;
  };
  return folders.flatMap((folder) => {
    const base = join(root, "artifacts", folder);
    return readdirSync(base, { recursive: true, encoding: "utf8" })
      .filter((path) => /\.sol[\\/][^\\/]+\.json$/.test(path) && !isOutside(path))
      .sort(compare)
      .flatMap((path) => {
        const { contractName, buildInfoId } = artifactSchema.parse(JSON.parse(readFileSync(join(base, path), "utf8")));
        return buildOf(buildInfoId).filter(({ name }) => name === contractName);
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

/** A contract's code for a selector: a function, or a getter, which raises nothing. */
const behind = (of: Deployed, selector: string): readonly Code[] => {
  const node = of.bases
    .flatMap(({ nodes }) => nodesOf(nodes))
    .find(
      ({ nodeType, functionSelector, body }) =>
        functionSelector === selector && (nodeType === "VariableDeclaration" || isNode(body)),
    );
  return node === undefined ? [] : [{ of, node }];
};

const selectorsIn = (nodes: readonly Node[]): readonly string[] =>
  nodes.flatMap(({ functionSelector }) => (typeof functionSelector === "string" ? [functionSelector] : []));

/** A call of another contract, by the identifier of the type that it goes through: `t_contract$_IERC20_$1234`. */
const callOf = (tree: Tree, called: Node, through: string): Call => {
  const [, type = "", id] = /t_contract\$_(\w+)_\$(\d+)/.exec(through) ?? [];
  const node = tree.nodes.get(Number(id));
  const functions = (node === undefined ? [] : basesOf(tree, node)).flatMap((base) => nodesOf(base.nodes));
  return { type, selectors: selectorsIn([called, ...functions]), called };
};

/** Whether a `try` drops the reason of what it catches, whatever it is. */
const dropsReasons = (node: Node): boolean =>
  nodesOf(node.clauses)
    .slice(1)
    .some(({ errorName, parameters }) => errorName === "" && !isNode(parameters));

/** What a piece of code names: errors that it raises, code of its own contract that it goes on to, and what it calls in others. */
type Named = { readonly errors: readonly string[]; readonly next: readonly Code[]; readonly calls: readonly Call[] };
/** A function of another contract, called through a type: all functions of that type by selector, and its name. */
type Call = { readonly type: string; readonly selectors: readonly string[]; readonly called: Node };

const namedBy = ({ of, node: code }: Code): Named => {
  const { nodes, homes } = of.tree;
  const errors: string[] = [];
  const next: Code[] = [];
  const calls: Call[] = [];
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
    else if (typeof target.functionSelector === "string") calls.push(callOf(of.tree, target, through));
    else next.push({ of, node: target });
  }
  return { errors, next, calls };
};

/** Everything that some code goes on to, itself included; `others`: the code behind a call of another contract. */
const walk = (start: readonly Code[], others: (call: Call) => readonly Code[]): readonly Named[] => {
  const seen = new Map<Deployed, Set<Node>>();
  const open = [...start];
  const visited: Named[] = [];
  for (let code = open.pop(); code !== undefined; code = open.pop()) {
    const known = seen.get(code.of) ?? new Set();
    seen.set(code.of, known);
    if (known.has(code.node)) continue;
    known.add(code.node);
    const named = namedBy(code);
    visited.push(named);
    open.push(...named.next, ...named.calls.flatMap(others));
  }
  return visited;
};

const errorsIn = (visited: readonly Named[]): readonly string[] =>
  [...new Set(visited.flatMap(({ errors }) => errors))].sort(compare);

/** What can be asked of contracts that call each other. */
export type Reach = {
  /** Names of the contracts. */
  readonly contracts: readonly string[];
  /** Errors that a call of a contract's function can end with; overloads count together. */
  readonly errorsOf: (contract: string, functionName: string) => readonly string[];
  /** Errors that a contract's own code raises anywhere, whoever calls it. */
  readonly errorsWithin: (contract: string) => readonly string[];
  /** Functions that a contract calls and none of the contracts has: what they end with is not known. */
  readonly unanswered: (contract: string) => readonly string[];
};

const reachAmong = (deployed: readonly Deployed[]): Reach => {
  const find = (contract: string): Deployed => {
    const found = deployed.find(({ name }) => name === contract);
    if (found === undefined) throw new Error(`no contract of this name is deployed: ${contract}`);
    return found;
  };
  const answering = ({ selectors, called }: Call): readonly Code[] =>
    deployed
      .filter((other) => selectors.every((selector) => behind(other, selector).length > 0))
      .flatMap((other) => behind(other, textOf(called, "functionSelector")));
  const within = (contract: string): readonly Named[] => {
    const of = find(contract);
    return walk(
      of.bases.flatMap(functionsOf).map((node) => ({ of, node })),
      () => [],
    );
  };
  return {
    contracts: deployed.map(({ name }) => name),
    errorsOf: (contract, functionName) => {
      const of = find(contract);
      const selectors = selectorsIn(
        of.bases.flatMap(({ nodes }) => nodesOf(nodes)).filter(({ name }) => name === functionName),
      );
      if (selectors.length === 0) throw new Error(`${contract} has no function ${functionName}`);
      return errorsIn(
        walk(
          selectors.flatMap((selector) => behind(of, selector)),
          answering,
        ),
      );
    },
    errorsWithin: (contract) => errorsIn(within(contract)),
    unanswered: (contract) => {
      const calls = within(contract).flatMap((named) => named.calls);
      const open = calls.filter((call) => answering(call).length === 0);
      return [...new Set(open.map(({ type, called }) => `${type}.${textOf(called, "name")}`))].sort(compare);
    },
  };
};

/** What can be asked of the deployment's contracts, after a build. */
export const readReach = (): Reach => reachAmong(readDeployed());

/** The same of the contracts in a compiler's output. */
export const reachIn = (output: unknown): Reach =>
  reachAmong(deployable(readTree(outputSchema.parse({ output }).output.sources)));
