import type { ArgDef } from "citty";
import type { Command, Group } from "./command.ts";
import { globalArgs } from "./context.ts";
import { exitCodes } from "./failure.ts";

type Tree = Readonly<Record<string, Command | Group>>;

const columns = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
};

/** Help of everything. */
export const rootHelp = (tree: Tree, version: string): string =>
  [
    `cardflow ${version}: rent, own, tokenize and invest in GPU cards`,
    "",
    "Usage: cardflow <command> [options]",
    "",
    columns(
      Object.entries(tree).map(([name, item]) => [item.kind === "group" ? `${name} <verb>` : name, item.description]),
    ),
    "",
    "Options of every command:",
    globals,
    "",
    "Exit codes:",
    columns(Object.values(exitCodes).map(({ code, meaning }) => [String(code), meaning])),
    "",
    "Prices are dollars per hour of a whole card; durations 90m, 24h, 365d. With --json standard output is one line,",
    '{"schema":1,"command":…,"ok":true,"data":…} or {"schema":1,"command":…,"ok":false,"error":…}: amounts are decimal strings in',
    "wei (1e18), rates wei per second, times Unix seconds. Standard error is for people. Nothing is sent without a yes or --yes.",
    "",
    "More: cardflow <command> --help",
  ].join("\n");

/** Help of a noun. */
export const groupHelp = (name: string, { description, commands }: Group): string =>
  [
    `${description}`,
    "",
    `Usage: cardflow ${name} <verb> [options]`,
    "",
    columns(Object.entries(commands).map(([verb, leaf]) => [verb, leaf.description])),
    "",
    `More: cardflow ${name} <verb> --help`,
  ].join("\n");

const optionName = (name: string, { type, valueHint }: ArgDef): string =>
  type === "boolean" ? `--${name}` : `--${name} <${valueHint ?? "value"}>`;

const globals = columns(
  Object.entries(globalArgs).map(([name, argument]) => [optionName(name, argument), argument.description]),
);

/** Help of a command. */
export const commandHelp = (path: string, { description, args, examples }: Command): string => {
  const named = Object.entries(args).filter(([, { type }]) => type !== "positional");
  const places = Object.entries(args).filter(([, { type }]) => type === "positional");
  const needed = named.filter(([, { required }]) => required === true);
  const row = (name: string, { description: what = "", required }: ArgDef): readonly [string, string] => [
    name,
    `${what}${required === true ? " (required)" : ""}`,
  ];
  return [
    description,
    "",
    [
      `Usage: cardflow ${path}`,
      ...places.map(([name, { required }]) => (required === true ? `<${name}>` : `[<${name}>]`)),
      ...needed.map(([name, argument]) => optionName(name, argument)),
      "[options]",
    ].join(" "),
    "",
    ...(Object.keys(args).length === 0
      ? []
      : [
          columns([
            ...places.map(([name, argument]) => row(`<${name}>`, argument)),
            ...named.map(([name, argument]) => row(optionName(name, argument), argument)),
          ]),
          "",
        ]),
    "Options of every command:",
    globals,
    "",
    "Examples:",
    ...examples.map((example) => `  ${example}`),
  ].join("\n");
};
