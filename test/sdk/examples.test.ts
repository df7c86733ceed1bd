import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { runInNewContext } from "node:vm";
import { expect } from "chai";
import ts from "typescript";
import { blocksOf } from "./support/docs.ts";
import { readExamples, readSubPaths, undocumented } from "./support/examples.ts";

const subPaths = await readSubPaths();
const exported = new Set(subPaths.flatMap(({ exports }) => Object.keys(exports)));
/** Examples of what applications can import: of functions and classes by name, and of types. */
const examples = readExamples().filter(({ of }) => exported.has(of) || /^[A-Z]/.test(of));

/** What examples take for granted: the package, viem, and the values at hand. */
const prelude = `
import * as sdk from "../../sdk/src/index.ts";
import type { MarketState, MatcherLog } from "../../sdk/src/matching/index.ts";
import type { EcdsaRecover } from "../../sdk/src/orders/index.ts";
import { keccak256, toHex, zeroHash, type Address, type Hash, type Hex, type LocalAccount, type Log, type TransactionReceipt, type WalletClient, type Transport, type Chain, type Account } from "viem";
import { writeContract as viemWriteContract } from "viem/actions";
import type { Signer } from "ethers";
export {};
declare global {
  const client: WalletClient<Transport, Chain | undefined, Account>;
  const deployment: sdk.Deployment; const local: sdk.Deployment;
  const account: LocalAccount; const signer: Signer; const domain: sdk.OrderDomain;
  const ask: sdk.Ask; const bid: sdk.Bid; const take: sdk.Take; const terms: sdk.ShareTerms;
  const registrations: readonly sdk.Registration[];
  const share: Address; const shareA: Address; const shareB: Address; const token: Address; const spender: Address;
  const owner: Address; const buyer: Address; const holder: Address; const submitter: Address; const ledger: Address;
  const signature: Hex; const askSignature: Hex; const bidSignature: Hex; const funding: Hex; const hash: Hash;
  const logs: readonly Log[]; const deviceIds: readonly Hex[]; const leaseId: bigint; const leaseIds: readonly bigint[];
  const amount: bigint; const value: bigint; const maxCost: bigint; const chainId: number;
  const key: Hex; const url: string; const text: string; const deadline: number; const validBefore: number; const body: string; const error: unknown; const cause: unknown;
  const tokenDomain: sdk.TokenDomain; const withdrawal: sdk.Withdrawal;
  const authorization: sdk.ReceiveAuthorization;
  const ecdsaRecover: EcdsaRecover; const market: MarketState; const steps: MatcherLog["steps"];
}
`;

/** Names that stand for one thing in some examples and for another in others. */
const ambiguous = (file: string): string =>
  [
    "declare const operator: Address & LocalAccount; declare const renter: Address & LocalAccount;",
    `declare const permit: ${file.endsWith("typedData.ts") ? "sdk.Permit" : "sdk.PermitSignature"};`,
  ].join("\n");

/** A name that several paths export means the one beside which the example stands. */
const nearestFirst = (file: string): typeof subPaths => {
  const folderOf = (path: string): string => path.split("/").slice(0, -1).join("/");
  const isNear = (path: string): boolean => path !== "index.ts" && folderOf(path) === folderOf(file);
  return [...subPaths.filter(({ file: path }) => isNear(path)), ...subPaths.filter(({ file: path }) => !isNear(path))];
};

const importsFor = (code: string, file: string): string => {
  const taken = new Set<string>();
  const isFree = (name: string): boolean =>
    new RegExp(`\\b${name}\\b`).test(code) && !new RegExp(`(const|let) (\\{[^}]*)?\\b${name}\\b`).test(code);
  const once = (names: readonly string[]): readonly string[] =>
    names.filter((name) => isFree(name) && !taken.has(name) && taken.add(name));
  const types = ["At", "DollarAmount", "Deployment"].filter((name) => new RegExp(`\\b${name}\\b`).test(code));
  return [
    ...nearestFirst(file).map(
      ({ file: path, exports }) => [`../../sdk/src/${path}`, once(Object.keys(exports))] as const,
    ),
    ["../../sdk/src/index.ts", types.map((name) => `type ${name}`)] as const,
    ["viem", ["keccak256", "toHex", "zeroHash"].filter(isFree)] as const,
    ["viem/actions", ["writeContract"].filter(isFree)] as const,
  ]
    .filter(([, names]) => names.length > 0)
    .map(([module, names]) => `import { ${names.join(", ")} } from "${module}";`)
    .join("\n");
};

/** A block of a page as a module, with the package's source in place of its name. */
const pageModule = (code: string): string => {
  const imports = [...code.matchAll(/^import .*;$/gm)].map(([line]) => line);
  const paths = imports.map((line) =>
    line.replace(/"@cardflow\/sdk(\/\w+)?"/, (_, path: string | undefined) => `"../../sdk/src${path ?? ""}/index.ts"`),
  );
  const body = code.replace(/^import .*;$/gm, "");
  const renter = 'import type { LocalAccount as Local } from "viem"; declare const renter: Local;';
  return `${paths.join("\n")}\n${renter}\nexport const run = async () => {\n${body}\n};\n`;
};

const folder = fileURLToPath(new URL(".", import.meta.url));
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  types: ["node"],
};

/** Compiles every example as a module of its own; returns what the compiler says of each. */
const compile = (): readonly string[] => {
  const files = new Map(
    examples.map(({ code, file }, index) => [
      `${folder}example-${index}.ts`,
      `${importsFor(code, file)}\nimport type { Address, LocalAccount } from "viem";\nimport type * as sdk from "../../sdk/src/index.ts";\n${ambiguous(file)}\nexport const run = async () => {\n${code}\n};\n`,
    ]),
  );
  for (const [index, { page, code }] of blocksOf("ts").entries())
    files.set(`${folder}${page.replaceAll("/", "-")}-${index}.ts`, pageModule(code));
  files.set(`${folder}prelude.ts`, prelude);
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.getSourceFile = (name, version, ...rest) => {
    const text = files.get(name);
    return text === undefined ? getSourceFile(name, version, ...rest) : ts.createSourceFile(name, text, version);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].flatMap((name) => {
    const file = program.getSourceFile(name);
    const example = examples[Number(/example-(\d+)/.exec(name)?.[1])];
    return [...program.getSemanticDiagnostics(file), ...program.getSyntacticDiagnostics(file)].map(
      ({ messageText }) =>
        `${example === undefined ? basename(name) : `${example.file} ${example.of}`}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
  });
};

describe("examples", function () {
  this.timeout(300_000);

  it("stand beside every function that is exported", () => {
    expect(undocumented().filter((name) => exported.has(name))).to.deep.equal([]);
  });

  it("compile", () => {
    expect(compile()).to.deep.equal([]);
  });

  // What needs a value at hand can only be compiled.
  const atHand = [...prelude.matchAll(/const (\w+):/g)].map(([, name = ""]) => new RegExp(`\\b${name}\\b`));
  const claims = examples.flatMap(({ file, of, code }) =>
    code.split("\n").flatMap((line) => {
      const [, expression, value] = /^(?:const \w+ = )?(.+); \/\/ (.*[\d"\]]n?)$/.exec(line) ?? [];
      return expression === undefined || value === undefined || atHand.some((name) => name.test(expression))
        ? []
        : [{ file, of, expression, value }];
    }),
  );

  it("make claims that can be checked", () => {
    expect(claims.length).to.be.greaterThan(8);
  });

  for (const { file, of, expression, value } of claims) {
    it(`of ${of} tells the truth: ${expression} is ${value}`, () => {
      const context = Object.assign({}, ...nearestFirst(file).map(({ exports }) => exports));
      expect(inspect(runInNewContext(expression, context))).to.equal(inspect(runInNewContext(value)));
    });
  }
});
