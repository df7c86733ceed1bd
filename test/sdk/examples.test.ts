import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { runInNewContext } from "node:vm";
import { expect } from "chai";
import ts from "typescript";
import * as errors from "../../sdk/src/errors/index.ts";
import * as finance from "../../sdk/src/finance/index.ts";
import * as sdk from "../../sdk/src/index.ts";
import * as orders from "../../sdk/src/orders/index.ts";
import * as wallets from "../../sdk/src/wallets/index.ts";
import { readExamples, readReadme, undocumented } from "./support/examples.ts";

const examples = readExamples();

/** What examples take for granted: the package, viem, and the values at hand. */
const prelude = `
import * as sdk from "../../sdk/src/index.ts";
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
  const key: Hex; const text: string; const deadline: number; const validBefore: number; const body: string; const error: unknown; const cause: unknown;
  const tokenDomain: sdk.TokenDomain; const withdrawal: sdk.Withdrawal;
  const authorization: sdk.ReceiveAuthorization;
}
`;

/** Names that stand for one thing in some examples and for another in others. */
const ambiguous = (file: string): string =>
  [
    "declare const operator: Address & LocalAccount; declare const renter: Address & LocalAccount;",
    `declare const permit: ${file.endsWith("typedData.ts") ? "sdk.Permit" : "sdk.PermitSignature"};`,
  ].join("\n");

const importsFor = (code: string, file: string): string => {
  const from = (module: object): readonly string[] =>
    Object.keys(module).filter((name) => new RegExp(`\\b${name}\\b`).test(code));
  const taken = new Set<string>();
  const once = (names: readonly string[]): readonly string[] =>
    names.filter(
      (name) => !taken.has(name) && taken.add(name) && !new RegExp(`(const|let) (\\{[^}]*)?\\b${name}\\b`).test(code),
    );
  const ethers = file.startsWith("ethers") ? ["send", "toEthersCall"].filter((name) => code.includes(name)) : [];
  const types = ["At", "DollarAmount", "Deployment"].filter((name) => new RegExp(`\\b${name}\\b`).test(code));
  return [
    ["../../sdk/src/ethers/index.ts", once(ethers)],
    ["../../sdk/src/index.ts", [...once(from(sdk)), ...types.map((name) => `type ${name}`)]],
    ["../../sdk/src/orders/index.ts", once(from(orders))],
    ["../../sdk/src/errors/index.ts", once(from(errors))],
    ["../../sdk/src/finance/index.ts", once(from(finance))],
    ["../../sdk/src/wallets/index.ts", once(from(wallets))],
    ["viem", ["keccak256", "toHex", "zeroHash"].filter((name) => code.includes(name))],
    ["viem/actions", ["writeContract"].filter((name) => code.includes(name))],
  ]
    .filter(([, names]) => names !== undefined && names.length > 0)
    .map(([module, names]) => `import { ${Array.isArray(names) ? names.join(", ") : names} } from "${module}";`)
    .join("\n");
};

/** A block of the README as a module, with the package's source in place of its name. */
const readmeModule = (code: string): string => {
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
  for (const [index, code] of readReadme().entries()) files.set(`${folder}readme-${index}.ts`, readmeModule(code));
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
    const exported = new Set([sdk, orders, errors, finance, wallets].flatMap((module) => Object.keys(module)));
    expect(undocumented().filter((name) => exported.has(name))).to.deep.equal([]);
  });

  it("compile", () => {
    expect(compile()).to.deep.equal([]);
  });

  const claims = examples.flatMap(({ of, code }) =>
    code.split("\n").flatMap((line) => {
      const [, expression, value] = /^(?:const \w+ = )?(.+); \/\/ (.*[\d"\]]n?)$/.exec(line) ?? [];
      return expression === undefined || value === undefined ? [] : [{ of, expression, value }];
    }),
  );

  it("make claims that can be checked", () => {
    expect(claims.length).to.be.greaterThan(8);
  });

  for (const { of, expression, value } of claims) {
    it(`of ${of} tells the truth: ${expression} is ${value}`, () => {
      const context = { ...sdk, ...orders, ...errors, ...finance, ...wallets };
      expect(inspect(runInNewContext(expression, context))).to.equal(inspect(runInNewContext(value)));
    });
  }
});
