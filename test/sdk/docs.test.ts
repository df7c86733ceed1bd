import "../../cli/source.ts";
import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import solc from "solc";
import { z } from "zod";
import { readOptions } from "../../scripts/demo/options.ts";
import {
  readDeployOptions,
  readFeedsOptions,
  readHealthOptions,
  readLocalOptions,
  readVerifyOptions,
} from "../../scripts/deployment/options.ts";
import { readParameters } from "../../scripts/deployment/parameters.ts";
import { blocksOf, commandLines, pages, proseOf, root, wordsOf } from "./support/docs.ts";

const { main } = await import("../../cli/src/main.ts");

/* LINKS */

/** A heading's anchor, as GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

const anchorsOf = (page: string): readonly string[] =>
  [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));

/** Links of a page that lead nowhere. */
const deadLinks = (page: string): readonly string[] =>
  [...proseOf(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)].flatMap(([, path = "", anchor]) => {
    const target = path === "" ? page : join(dirname(page), path);
    const alive = existsSync(join(root, target)) && (anchor === undefined || anchorsOf(target).includes(anchor));
    return alive ? [] : [`${page}: ${path}${anchor === undefined ? "" : `#${anchor}`}`];
  });

/* COMMANDS */

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));

/** Scripts that read their words apart from what they do. */
const readers: Readonly<Record<string, (words: readonly string[]) => unknown>> = {
  start: readOptions,
  local: readLocalOptions,
  deploy: readDeployOptions,
  health: readHealthOptions,
  feeds: readFeedsOptions,
  verify: readVerifyOptions,
};

/** What is wrong with a call of an npm script; the words of others must stand in their source. */
const scriptFault = ([, ...words]: readonly string[]): string | undefined => {
  const [name = "", ...rest] = words[0] === "run" ? words.slice(1) : words;
  const script = scripts[name];
  if (script === undefined) return `there is no script ${name}`;
  const options = rest[0] === "--" ? rest.slice(1) : rest;
  try {
    readers[name]?.(options);
  } catch (error) {
    return String(error);
  }
  const source = /scripts\/[\w/]+\.ts/.exec(script)?.[0];
  if (readers[name] !== undefined || source === undefined) return undefined;
  const text = readFileSync(join(root, source), "utf8");
  return options.find((word) => word.startsWith("--") && !new RegExp(`\\b${word.slice(2)}\\b`).test(text));
};

/** What the command line says of a call of it that never gets to a node: nothing is listening there. */
const run = async (words: readonly string[]): Promise<{ readonly code: number; readonly said: string }> => {
  const said: string[] = [];
  const take = (text: string): void => void said.push(text);
  const code = await main(words, {
    out: take,
    err: take,
    input: async () => "[]",
    env: { CARDFLOW_RPC_URL: "http://127.0.0.1:9", CARDFLOW_PRIVATE_KEY: `0x${"11".repeat(32)}` },
    asks: false,
    terminal: false,
    colour: false,
    width: 80,
    confirm: async () => false,
    secret: async () => undefined,
    progress: () => () => {},
  });
  return { code, said: said.join("\n") };
};

/* SOLIDITY */

const packages: readonly (readonly [string, string])[] = [
  ["@cardflow/contracts/", "contracts/"],
  ["", "node_modules/"],
];

const compile = (content: string): unknown => {
  const settings = { evmVersion: "cancun", outputSelection: { "*": { "*": ["abi"] } } };
  const find = (path: string): { contents: string } | { error: string } => {
    const [from, to] = packages.find(([name]) => path.startsWith(name)) ?? ["", ""];
    const file = join(root, to, path.slice(from.length));
    return existsSync(file) ? { contents: readFileSync(file, "utf8") } : { error: `no ${file}` };
  };
  const input = { language: "Solidity", sources: { "Block.sol": { content } }, settings };
  const { errors = [] } = z
    .object({ errors: z.array(z.object({ formattedMessage: z.string() })).optional() })
    .parse(JSON.parse(solc.compile(JSON.stringify(input), { import: find })));
  return errors.map(({ formattedMessage }) => formattedMessage);
};

describe("the pages", function () {
  this.timeout(120_000);

  it("are all found", () => {
    expect(pages).to.include.members(["README.md", "docs/deploying.md", "sdk/README.md", "cli/README.md"]);
  });

  it("have no dead links", () => {
    expect(pages.flatMap(deadLinks)).to.deep.equal([]);
  });

  it("call scripts that are there, with options that they know", () => {
    const calls = commandLines().filter(({ code }) => /^npm (run|start|test)\b/.test(code));
    expect(calls.length).to.be.greaterThan(30);
    const faults = calls.map(({ page, code }) => [page, code, scriptFault(wordsOf(code))]);
    expect(faults.filter(([, , fault]) => fault !== undefined)).to.deep.equal([]);
  });

  it("call the command line as it can be called", async () => {
    const calls = commandLines().flatMap(({ page, code }) =>
      [...code.matchAll(/(?:^|\(|\| )(?:npx |npm run )?cardflow( .*)$/g)].map(([, line = ""]) => ({ page, line })),
    );
    expect(calls.length).to.be.greaterThan(60);
    for (const { page, line } of calls) {
      const { code, said } = await run(wordsOf(line.replace(/^ -- /, " ").replace("$RPC", "http://127.0.0.1:9")));
      expect(code, `${page}: cardflow${line}\n${said}`).not.to.equal(2);
    }
  });

  it("name files of the repository that are there", () => {
    const named = commandLines().flatMap(({ page, code }) =>
      [...code.matchAll(/(?:^| )((?:scripts|contracts|test|ignition|cli|sdk|node_modules)\/\S+)/g)].map(
        ([, file = ""]) => [page, file],
      ),
    );
    expect(named.length).to.be.greaterThan(2);
    expect(named.filter(([, file = ""]) => !existsSync(join(root, file)))).to.deep.equal([]);
  });

  it("fill in a testnet's parameters as they say", async () => {
    const line = commandLines().find(({ code }) => code.startsWith("sed "))?.code ?? "";
    const folder = await mkdtemp(join(tmpdir(), "cardflow-docs-"));
    const file = join(folder, "own.json5");
    try {
      execFileSync("sh", ["-c", line.replace(/> \S+$/, `> ${file}`)], { cwd: root });
      expect((await readParameters(file)).Cardflow.guardian).to.equal("0x90F79bf6EB2c4f870365E785982E1f101E93b906");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("show Solidity that compiles", () => {
    const blocks = blocksOf("solidity");
    expect(blocks.length).to.be.greaterThan(0);
    for (const { page, code } of blocks) expect(compile(code), page).to.deep.equal([]);
  });

  it("of the SDK name what there is", () => {
    const files = globSync("sdk/src/**/*.ts", { cwd: root });
    const known = new Set(files.flatMap((file) => readFileSync(join(root, file), "utf8").match(/\w+/g) ?? []));
    for (const page of pages.filter((path) => path.startsWith("sdk/"))) {
      const names = [...proseOf(page).matchAll(/`([a-z]{2,}[A-Z]\w*)(…?)[`(]/g)];
      expect(names.length, page).to.be.greaterThan(3);
      const strange = names.filter(
        ([, name = "", more]) =>
          !(more === "" ? known.has(name) : [...known].some((word) => word.startsWith(name) && word !== name)),
      );
      expect(
        strange.map(([, name]) => name),
        page,
      ).to.deep.equal([]);
    }
  });
});
