import type { ArgDef } from "citty";
import type { Command, Group } from "./command.ts";
import { globalArgs } from "./context.ts";
import { exitCodes } from "./failure.ts";

type Tree = Readonly<Record<string, Command | Group>>;

/** Narrower than this nothing is broken any more. */
const leastWidth = 30;

/** A text in lines of so many characters, broken at spaces; further lines stand as far in as they are told. */
const wrapped = (text: string, width: number, indent = 0): string => {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + 1 + word.length > Math.max(leastWidth, width)) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join(`\n${" ".repeat(indent)}`);
};

const columns = (rows: readonly (readonly [string, string])[], width: number): string => {
  const left = Math.max(...rows.map(([name]) => name.length)) + 4;
  return rows.map(([name, what]) => `  ${name.padEnd(left - 2)}${wrapped(what, width - left, left)}`).join("\n");
};

/** Help of everything. */
export const rootHelp = (tree: Tree, version: string, width: number): string =>
  [
    `cardflow ${version}: rent, own, tokenize and invest in GPU cards`,
    "",
    "Usage: cardflow <command> [options]",
    "",
    columns(
      Object.entries(tree).map(([name, item]) => [item.kind === "group" ? `${name} <verb>` : name, item.description]),
      width,
    ),
    "",
    "Options of every command:",
    globals(width),
    "",
    "Exit codes:",
    columns(
      Object.values(exitCodes).map(({ code, meaning }) => [String(code), meaning]),
      width,
    ),
    "",
    wrapped(
      'Prices are dollars per hour of a whole card; durations 90m, 24h, 365d. With --json standard output is one line, {"schema":1,"command":…,"ok":true,"data":…} or {"schema":1,"command":…,"ok":false,"error":…}: amounts are decimal strings in wei (1e18), rates wei per second, times Unix seconds. Standard error is for people. Nothing is sent without a yes or --yes.',
      width,
    ),
    "",
    "More: cardflow <command> --help",
  ].join("\n");

/** Help of a noun. */
export const groupHelp = (name: string, { description, commands }: Group, width: number): string =>
  [
    `${description}`,
    "",
    `Usage: cardflow ${name} <verb> [options]`,
    "",
    columns(
      Object.entries(commands).map(([verb, leaf]) => [verb, leaf.description]),
      width,
    ),
    "",
    `More: cardflow ${name} <verb> --help`,
  ].join("\n");

const optionName = (name: string, { type, valueHint }: ArgDef): string =>
  type === "boolean" ? `--${name}` : `--${name} <${valueHint ?? "value"}>`;

const globals = (width: number): string =>
  columns(
    Object.entries(globalArgs).map(([name, argument]) => [optionName(name, argument), argument.description]),
    width,
  );

/** Help of a command. */
export const commandHelp = (path: string, { description, args, examples }: Command, width: number): string => {
  const named = Object.entries(args).filter(([, { type }]) => type !== "positional");
  const places = Object.entries(args).filter(([, { type }]) => type === "positional");
  const needed = named.filter(([, { required }]) => required === true);
  const row = (name: string, { description: what = "", required }: ArgDef): readonly [string, string] => [
    name,
    `${what}${required === true ? " (required)" : ""}`,
  ];
  return [
    wrapped(description, width),
    "",
    wrapped(
      [
        `Usage: cardflow ${path}`,
        ...places.map(([name, { required }]) => (required === true ? `<${name}>` : `[<${name}>]`)),
        ...needed.map(([name, argument]) => optionName(name, argument)),
        "[options]",
      ].join(" "),
      width,
      7,
    ),
    "",
    ...(Object.keys(args).length === 0
      ? []
      : [
          columns(
            [
              ...places.map(([name, argument]) => row(`<${name}>`, argument)),
              ...named.map(([name, argument]) => row(optionName(name, argument), argument)),
            ],
            width,
          ),
          "",
        ]),
    "Options of every command:",
    globals(width),
    "",
    "Examples:",
    ...examples.map((example) => `  ${example}`),
  ].join("\n");
};
