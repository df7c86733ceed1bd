import { readFile } from "node:fs/promises";
import { type Command, type Group, type Outcome, readArgs, suggestion } from "./command.ts";
import { commands } from "./commands/index.ts";
import { contextOf, type GlobalValues, globalArgs } from "./context.ts";
import { exitCodes, type Failure, failureOf, UsageError } from "./failure.ts";
import { commandHelp, groupHelp, rootHelp } from "./help.ts";
import { quoted } from "./input.ts";
import type { Io } from "./terminal/io.ts";
import { viewOf } from "./terminal/view.ts";

/** Version of what `--json` prints: it grows when something is renamed or goes, not when something is added. */
const schema = 1;

/**
 * Runs a command line.
 *
 * @param argv - the words after `cardflow`
 * @returns the exit code
 */
export const main = async (argv: readonly string[], io: Io): Promise<number> => {
  const { words, rest } = split(argv);
  const json = rest.includes("--json");
  const name = words.join(" ");
  try {
    if (rest.includes("--version")) {
      io.out(await readVersion());
      return exitCodes.ok.code;
    }
    const found = find(words);
    if (rest.includes("--help") || rest.includes("-h") || found === undefined || found.item.kind === "group") {
      const asked = rest.includes("--help") || rest.includes("-h") || words[0] === "help" || argv.length === 0;
      if (!asked)
        throw found === undefined
          ? new UsageError("no command is given", "See cardflow --help.")
          : new UsageError(`cardflow ${name} needs a verb`, `See cardflow ${name} --help.`);
      io.out(await helpOf(found, io.width));
      return exitCodes.ok.code;
    }
    const { path, item, more } = found;
    const all = { ...item.args, ...globalArgs };
    const values = readArgs([...more, ...rest], all);
    const outcome = await item.run(contextOf(io, globalValues(values)), values);
    show(io, path, outcome, json);
    return outcome.faulty === true ? exitCodes.failure.code : exitCodes.ok.code;
  } catch (cause) {
    const failure = await failureOf(cause);
    showFailure(io, name, failure, json);
    return exitCodes[failure.exit].code;
  }
};

/** Options may come before the command's words: they are put after them. */
const split = (argv: readonly string[]): { readonly words: readonly string[]; readonly rest: readonly string[] } => {
  const takesValue = (option: string): boolean =>
    Object.entries(globalArgs).some(([name, { type }]) => `--${name}` === option && type === "string");
  let at = 0;
  while (argv[at]?.startsWith("-")) at += takesValue(argv[at] ?? "") ? 2 : 1;
  const end = argv.findIndex((word, index) => index >= at && word.startsWith("-"));
  const until = end === -1 ? argv.length : end;
  return { words: argv.slice(at, until), rest: [...argv.slice(0, at), ...argv.slice(until)] };
};

/** A command or a noun, and the words after its name. */
type Found = { readonly path: string; readonly item: Command | Group; readonly more: readonly string[] };

const find = ([first, second, ...others]: readonly string[]): Found | undefined => {
  if (first === undefined || first === "help") return undefined;
  const item = Object.hasOwn(commands, first) ? commands[first] : undefined;
  if (item === undefined)
    throw new UsageError(`there is no command ${quoted(first)}`, suggestion(first, Object.keys(commands)));
  const more = second === undefined ? [] : [second, ...others];
  if (item.kind === "command" || second === undefined) return { path: first, item, more };
  const leaf = Object.hasOwn(item.commands, second) ? item.commands[second] : undefined;
  if (leaf === undefined)
    throw new UsageError(
      `cardflow ${first} has no verb ${quoted(second)}`,
      suggestion(second, Object.keys(item.commands)),
    );
  return { path: `${first} ${second}`, item: leaf, more: others };
};

const helpOf = async (found: Found | undefined, width: number): Promise<string> => {
  if (found === undefined) return rootHelp(commands, await readVersion(), width);
  const { path, item } = found;
  return item.kind === "group" ? groupHelp(path, item, width) : commandHelp(path, item, width);
};

const readVersion = async (): Promise<string> => {
  const parsed: unknown = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8"));
  const version: unknown = typeof parsed === "object" && parsed !== null ? Reflect.get(parsed, "version") : undefined;
  return typeof version === "string" ? version : "";
};

const globalValues = (values: Readonly<Record<string, unknown>>): GlobalValues => {
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  };
  return {
    rpc: text("rpc"),
    deployment: text("deployment"),
    account: text("account"),
    keystore: text("keystore"),
    "password-file": text("password-file"),
    yes: values.yes === true,
    "dry-run": values["dry-run"] === true,
    json: values.json === true,
    help: values.help === true,
  };
};

/* OUTPUT */

const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? inner.toString() : inner));

const show = (io: Io, command: string, { data, text }: Outcome, json: boolean): void =>
  io.out(json ? toJson({ schema, command, ok: true, data }) : text(viewOf(io)));

const showFailure = (io: Io, command: string, failure: Failure, json: boolean): void => {
  const { exit, name, message, remedy, reasons, transactions } = failure;
  const { code } = exitCodes[exit];
  if (json) {
    const sent =
      transactions.length === 0 ? {} : { transactions: transactions.map(({ what, hash }) => ({ what, hash })) };
    const error = { exitCode: code, kind: exit, name, message, remedy, reasons, ...sent };
    io.out(toJson({ schema, command, ok: false, error }));
  }
  const { paint } = viewOf({ ...io, colour: true });
  io.err(`${paint.red("✗")} ${message}\n  ${paint.dim("→")} ${remedy}`);
};
