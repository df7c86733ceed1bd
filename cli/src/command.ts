import { parseArgs as scanArgs } from "node:util";
import { type ArgsDef, parseArgs } from "citty";
import type { Context } from "./context.ts";
import { UsageError } from "./failure.ts";
import { quoted } from "./input.ts";
import type { View } from "./terminal/view.ts";

/** Values of arguments: text, or whether a flag is set. What is not required may be missing. */
export type Values<Args extends ArgsDef> = {
  readonly [Name in keyof Args]: Args[Name]["type"] extends "boolean"
    ? boolean | undefined
    : Args[Name] extends { readonly type: "enum"; readonly options: readonly (infer Option)[] }
      ? Option | (Args[Name]["required"] extends true ? never : undefined)
      : Args[Name]["required"] extends true
        ? string
        : string | undefined;
};

/** What a command answers. */
export type Outcome = {
  /** For scripts: integers of more than 53 bits become decimal strings. */
  readonly data: unknown;
  /** For people. */
  readonly text: (view: View) => string;
  /** Whether what was looked at is not as it should be, though the command worked. */
  readonly faulty?: boolean;
};

/** What a command is. */
type Definition<Args extends ArgsDef> = {
  readonly description: string;
  readonly args?: Args;
  /** Complete command lines to show in the help. */
  readonly examples: readonly string[];
  readonly run: (context: Context, values: Values<Args>) => Promise<Outcome>;
};

/** A command that does something. */
export type Command = {
  readonly kind: "command";
  readonly description: string;
  readonly args: ArgsDef;
  readonly examples: readonly string[];
  readonly run: (context: Context, values: Readonly<Record<string, unknown>>) => Promise<Outcome>;
};

/** A noun with its verbs. */
export type Group = {
  readonly kind: "group";
  readonly description: string;
  readonly commands: Readonly<Record<string, Command>>;
};

/** Defines a command. */
export const command = <const Args extends ArgsDef = Record<never, never>>(definition: Definition<Args>): Command => {
  const { description, examples, run } = definition;
  const args: ArgsDef = definition.args ?? {};
  return {
    kind: "command",
    description,
    args,
    examples,
    run: (context, values) => {
      if (!fits<Args>(values, args)) throw new UsageError("the arguments cannot be read", "See --help.");
      return run(context, values);
    },
  };
};

/** Groups the verbs of a noun. */
export const group = (description: string, commands: Readonly<Record<string, Command>>): Group => ({
  kind: "group",
  description,
  commands,
});

const fits = <Args extends ArgsDef>(
  values: Readonly<Record<string, unknown>>,
  args: ArgsDef,
): values is Readonly<Record<string, unknown>> & Values<Args> =>
  Object.entries(args).every(([name, { type, required }]) => {
    const value = values[name];
    if (value === undefined) return required !== true;
    return typeof value === (type === "boolean" ? "boolean" : "string");
  });

/**
 * Reads the arguments of a command. The parser below it ignores what it does not know; here that is an error, because a filter that is
 * silently dropped costs money.
 *
 * @throws UsageError
 */
export const readArgs = (raw: readonly string[], args: ArgsDef): Readonly<Record<string, unknown>> => {
  const named = Object.entries(args).filter(([, { type }]) => type !== "positional");
  const places = Object.entries(args).filter(([, { type }]) => type === "positional");
  const { tokens } = scanArgs({
    args: [...raw],
    options: Object.fromEntries(
      named.map(([name, { type }]) => [name, { type: type === "boolean" ? "boolean" : "string" }] as const),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const isOption = (text: string): boolean => named.some(([name]) => `--${name}` === text);
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const argument = args[token.name];
    if (argument === undefined || argument.type === "positional")
      throw new UsageError(
        `${token.rawName} is no option of this command`,
        suggestion(
          token.name,
          named.map(([name]) => name),
        ),
      );
    if (
      argument.type === "boolean"
        ? token.value !== undefined
        : (token.value ?? "") === "" || isOption(token.value ?? "")
    )
      throw new UsageError(
        argument.type === "boolean" ? `${token.rawName} takes no value` : `${token.rawName} needs a value`,
        argument.type === "boolean"
          ? `Leave ${quoted(token.value ?? "")} out.`
          : `Write ${token.rawName} <${argument.valueHint ?? "value"}>.`,
      );
  }
  const words = tokens.filter(({ kind }) => kind === "positional").length;
  if (words > places.length)
    throw new UsageError(
      `${words} words are given where ${places.length} ${places.length === 1 ? "is" : "are"} expected`,
      "See --help; texts with spaces need quotes.",
    );
  const parsed = parseArgs([...raw], args);
  return Object.fromEntries(Object.keys(args).map((name) => [name, parsed[name]]));
};

/** What may have been meant by a word that is not known. */
export const suggestion = (word: string, known: readonly string[]): string => {
  const [nearest] = known
    .map((candidate) => ({ candidate, distance: distanceOf(word, candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.ceil(candidate.length / 3))
    .sort((a, b) => a.distance - b.distance);
  return nearest === undefined ? "See --help." : `Did you mean ${nearest.candidate}? See --help.`;
};

/** Letters to insert, delete or replace to make one word of another. */
const distanceOf = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries())
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    row = next;
  }
  return row.at(-1) ?? 0;
};
