import type { ArgDef } from "citty";
import type { Command, Group } from "../src/command.ts";
import { globalArgs } from "../src/context.ts";
import { exitCodes } from "../src/failure.ts";

/** The reference of every command as Markdown, as README.md holds it. */
export const reference = (tree: Readonly<Record<string, Command | Group>>): string =>
  [
    "### Options of every command",
    "",
    table(
      ["option", "what"],
      Object.entries(globalArgs).map(([name, argument]) => optionRow(name, argument)),
    ),
    "",
    "### Exit codes",
    "",
    table(
      ["code", "meaning"],
      Object.values(exitCodes).map(({ code, meaning }) => [String(code), meaning]),
    ),
    ...Object.entries(tree).flatMap(([name, item]) =>
      item.kind === "command"
        ? section(name, item)
        : Object.entries(item.commands).flatMap(([verb, leaf]) => section(`${name} ${verb}`, leaf)),
    ),
  ].join("\n");

const section = (path: string, { description, args, examples }: Command): readonly string[] => [
  "",
  `### \`cardflow ${path}\``,
  "",
  `${description}.`,
  "",
  "```sh",
  ...examples,
  "```",
  ...(Object.keys(args).length === 0
    ? []
    : [
        "",
        table(
          ["argument", "what"],
          Object.entries(args).map(([name, argument]) => optionRow(name, argument)),
        ),
      ]),
];

const optionRow = (
  name: string,
  { type, valueHint, description = "", required }: ArgDef,
): readonly [string, string] => {
  const value = type === "boolean" ? "" : ` <${valueHint ?? "value"}>`;
  const shown = type === "positional" ? `<${name}>` : `--${name}${value}`;
  return [`\`${shown.replaceAll("|", "\\|")}\``, `${description}${required === true ? " (required)" : ""}`];
};

const table = (head: readonly [string, string], rows: readonly (readonly [string, string])[]): string =>
  [`| ${head.join(" | ")} |`, "|---|---|", ...rows.map((row) => `| ${row.join(" | ")} |`)].join("\n");
