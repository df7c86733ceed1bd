import "../../cli/source.ts";
import { execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import fc from "fast-check";
import { z } from "zod";
import { parseTokens, UnknownRevertError } from "../../sdk/src/index.ts";

const root = join(import.meta.dirname, "../..");
const { main } = await import("../../cli/src/main.ts");
const { commands } = await import("../../cli/src/commands/index.ts");
const { regionsNamed } = await import("../../cli/src/chain/catalogue.ts");
const { reference } = await import("../../cli/docs/reference.ts");
const { readArgs } = await import("../../cli/src/command.ts");
const { failureOf, SourceError, UnfinishedError } = await import("../../cli/src/failure.ts");
const input = await import("../../cli/src/input.ts");
const format = await import("../../cli/src/terminal/format.ts");
const { viewOf } = await import("../../cli/src/terminal/view.ts");

/** Runs a command line that needs no chain. */
const run = async (...line: readonly string[]): Promise<{ code: number; out: string; err: string }> => {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(line, {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    input: async () => "",
    env: {},
    asks: false,
    terminal: false,
    colour: false,
    width: 80,
    confirm: async () => false,
    secret: async () => undefined,
    progress: () => () => {},
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
};

const paths = Object.entries(commands).flatMap(([name, item]) =>
  item.kind === "command" ? [name] : Object.keys(item.commands).map((verb) => `${name} ${verb}`),
);

describe("the command line without a chain", () => {
  it("reads durations, hours, parts and ids, and nothing that is not one", () => {
    expect(input.parseDuration("for", "1d12h")).to.equal(129_600);
    expect(input.parseHours("hours", "0.5")).to.equal(1_800);
    expect(input.parsePercent("upfront", "0.5%", 5_000)).to.equal(50);
    expect(input.parseIds("--card", "1-3,2,7")).to.deep.equal([1n, 2n, 3n, 7n]);
    for (const text of ["", "24", "1.5h", "h", "-1h", "1h ", "1y", "0h"])
      expect(() => input.parseDuration("for", text), text).to.throw(/is no duration/);
    for (const text of ["", "0", "-1", "1e3", "24h"])
      expect(() => input.parseHours("hours", text), text).to.throw(/no number of hours/);
    for (const text of ["50.1%", "-1%", "%", "x"])
      expect(() => input.parsePercent("upfront", text, 5_000), text).to.throw(/is not a part/);
    for (const text of ["3-1", "1-2-3", "1-9999", "x", "", "01"])
      expect(() => input.parseIds("--card", text), text).to.throw(/is no/);
  });

  it("reads every amount that fits a contract, names the option otherwise, and takes no short limit for none", () => {
    const amount = (text: string): bigint => input.parseAmount("amount", text, parseTokens, { least: 1n });
    expect(amount("0.000000000000000001")).to.equal(1n);
    expect(amount("340282366920938463463.374607431768211455")).to.equal(2n ** 128n - 1n);
    for (const text of ["1e3", "-1", "1,5", "0.0000000000000000001"])
      expect(() => amount(text), text).to.throw(`--amount: "${text}" is no amount`);
    expect(() => amount("0")).to.throw('--amount: "0" is too little');
    expect(() => amount("340282366920938463464")).to.throw(/--amount: .* is too much/);
    expect(() => input.parseRate("floor", "99999999999999")).to.throw(/--floor: .* is too much/);
    expect(input.parseLongest("90m")).to.equal(1);
    for (const text of ["1s", "59m", "99999d"])
      expect(() => input.parseLongest(text), text).to.throw(/is not from 1h to 65535h/);
  });

  it("reads every salt that an order can have, each once", () => {
    const largest = 2n ** 256n - 1n;
    expect(input.parseSalts(`0,${largest},7,7`)).to.deep.equal([0n, largest, 7n]);
    for (const text of [`${largest + 1n}`, "01", "0x7", "", "7,"])
      expect(() => input.parseSalts(text), text).to.throw(/is no salt/);
  });

  it("writes every duration so that it is read again to within its smaller unit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 * 366 * 86_400 }), (seconds) => {
        const text = format.duration(seconds).replaceAll(" min", "m").replaceAll(" ", "");
        const lost = seconds - input.parseDuration("for", text);
        expect(lost).to.be.within(0, seconds >= 86_400 ? 3_599 : seconds >= 3_600 ? 59 : 0);
      }),
    );
  });

  it("never shows more money than there is", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), (amount) => {
        const shown = format.dollars(amount).replaceAll(/[$ ]/g, "");
        const [whole = "0", fraction = ""] = shown.split(".");
        const wei = BigInt(whole) * 10n ** 18n + BigInt(fraction.padEnd(18, "0").slice(0, 18));
        expect(wei <= amount).to.equal(true);
        expect(amount - wei < 10n ** 16n).to.equal(true);
      }),
    );
    expect(format.dollars(1_234_567n * 10n ** 18n)).to.equal("$1 234 567.00");
    expect(format.dollars(1_230_000_000_000_000n)).to.equal("$0.0012");
  });

  it("knows every option or refuses it", () => {
    const args = {
      mine: { type: "boolean" },
      limit: { type: "string" },
      card: { type: "positional", required: true },
    } as const;
    expect(readArgs(["7", "--limit", "5", "--mine"], args)).to.deep.equal({ card: "7", limit: "5", mine: true });
    expect(readArgs(["--limit=5", "7"], args)).to.deep.equal({ card: "7", limit: "5", mine: undefined });
    expect(() => readArgs(["7", "--limti", "5"], args)).to.throw("--limti is no option");
    expect(() => readArgs(["7", "--limit", "--mine"], args)).to.throw("--limit needs a value");
    expect(() => readArgs(["7", "-x"], args)).to.throw("-x is no option");
    expect(() => readArgs(["7", "8"], args)).to.throw("2 words");
  });

  it("names what there is by number, where nothing is called so", () => {
    const regions = new Map([10, 9, 2].map((id) => [id, `region ${id}`]));
    const refusal = (() => {
      try {
        return regionsNamed({ models: new Map(), regions }, "mars");
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).to.have.property("remedy", "There are: 2 region 2, 9 region 9, 10 region 10.");
  });

  it("has help for everything, and ends with 2 without a verb", async () => {
    const all = await run();
    expect(all.code).to.equal(0);
    for (const path of paths) {
      expect(all.out).to.include(path.split(" ")[0]);
      const help = await run(...path.split(" "), "--help");
      expect(help.code, path).to.equal(0);
      expect(help.out).to.include(`cardflow ${path}`).and.to.include("--dry-run").and.to.include("Examples:");
    }
    for (const path of [[], ["stake"], ...paths.map((words) => words.split(" "))]) {
      const { out } = await run(...path, "--help");
      const [help = ""] = out.split("\nExamples:"); // those are lines to copy
      expect(
        help.split("\n").filter((line) => line.length > 80),
        path.join(" "),
      ).to.deep.equal([]);
    }
    const noun = await run("card");
    expect(noun.code).to.equal(2);
    expect(noun.err).to.include("needs a verb");
    expect((await run("card", "--help")).out).to.include("register");
    expect((await run("--version")).out).to.match(/^\d+\.\d+\.\d+$/);
  });

  it("says in its README what the definitions say", async () => {
    const readme = await readFile(join(root, "cli/README.md"), "utf8");
    expect(readme.endsWith(`${reference(commands)}\n`), "run: node cli/docs/write.ts").to.equal(true);
  });

  it("completes nouns, verbs and options in bash", async () => {
    const { out: script } = await run("completion", "bash");
    const complete = (...words: readonly string[]): readonly string[] => {
      const line = ["cardflow", ...words].map((word) => `'${word}'`).join(" ");
      const ask = `${script}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length}; _cardflow; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return execFileSync("bash", ["-c", ask], { encoding: "utf8" }).trim().split("\n");
    };
    expect(complete("do")).to.have.members(["dollar", "doctor"]);
    expect(complete("lease", "")).to.have.members(["list", "show", "extend", "stop"]);
    expect(complete("rent", "--gp")).to.deep.equal(["--gpus"]);
    expect(complete("card", "show", "7", "--j")).to.deep.equal(["--json"]);
    for (const shell of ["zsh", "fish"])
      expect((await run("completion", shell)).out.split("\n").length).to.be.greaterThan(15);
  });

  it("draws tables, bars and charts without a terminal in plain text", () => {
    const view = viewOf({ colour: false, terminal: false, width: 80 });
    const table = view.table(
      ["card", "earns"],
      [
        ["7", "$2.10/h"],
        ["12", "–"],
      ],
      ["earns"],
    );
    expect(table).to.equal("card    earns\n7     $2.10/h\n12          –");
    expect(view.bar(0.5, 4)).to.equal("██░░");
    expect(view.bar(7, 4)).to.equal("████");
    const chart = view.chart([1, 2, 3], (value) => `$${value.toFixed(0)}`, 2);
    expect(chart.split("\n")).to.have.length(3);
    expect(`${table}${chart}`).not.to.include("\u001b");
  });

  it("shows of a node's address host and port only", async () => {
    const server = createServer((_, response) => response.end('{"jsonrpc":"2.0","id":1,"result":"0x7a69"}'));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = z.object({ port: z.int() }).parse(server.address());
    const shown = async (origin: string, line: readonly string[], path = "/v2/SECRET?key=SECRET"): Promise<string> => {
      const { out, err } = await run(...line, "--rpc", origin.replace("://", "://me:SECRET@") + path);
      expect(out + err).not.to.include("SECRET");
      return out + err;
    };
    try {
      expect(await shown(`http://127.0.0.1:${port}`, ["doctor"])).to.include(`http://127.0.0.1:${port} answers`);
    } finally {
      server.close();
    }
    for (const line of [["doctor"], ["health"], ["card", "list", "--json"]])
      expect(await shown("http://127.0.0.1:9", line)).to.include("no node answers at http://127.0.0.1:9");
    for (const [origin, path] of [
      ["wss://node.example", "/SECRET"],
      ["node.example", "/SECRET"],
      ["http://x:SECRET"],
    ] as const)
      expect(await shown(origin, ["health"], path)).to.include("--rpc is no http address");
    const book = new SourceError("https://me:SECRET@book.example/SECRET does not answer", "Check it.");
    expect((await failureOf(book)).message).to.equal("https://book.example does not answer");
    expect((await failureOf(new UnfinishedError(book, []))).message).not.to.include("SECRET");
  });

  it("names an error of the contracts also where the call does not know it", async () => {
    const known = await failureOf(new UnknownRevertError("0xf645eedf"));
    expect(known.reasons).to.deep.equal(["ECDSAInvalidSignature"]);
    expect([known.exit, known.name]).to.deep.equal(["refused", "RevertError"]);
    const unknown = await failureOf(new UnknownRevertError("0xdeadbeef"));
    expect([unknown.exit, unknown.name, unknown.reasons]).to.deep.equal(["refused", "UnknownRevertError", []]);
  });

  it("starts as a program and ends without a stack trace", async () => {
    const program = ["--import", "./cli/source.ts", "cli/src/cardflow.ts"];
    const started = promisify(execFile)(process.execPath, [...program, "lease", "shwo"], { cwd: root });
    const failed = await started.then(
      () => expect.fail("it ended well"),
      (error: unknown) => error,
    );
    expect(failed).to.include({ code: 2, stdout: "" });
    expect(failed)
      .to.have.property("stderr")
      .that.matches(/^✗ .*"shwo"\n {2}→ Did you mean show\? See --help\.\n$/);
  }).timeout(20_000);
});
