import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./artifacts.ts";

/** An enum of an interface, in the words of its source. */
export type EnumSource = { readonly owner: string; readonly name: string; readonly members: readonly Member[] };
/** A struct of an interface, in the words of its source. */
export type StructSource = {
  readonly owner: string;
  readonly name: string;
  readonly notice: string;
  readonly fields: readonly Field[];
};
/** A member of an enum with the comment behind it. */
export type Member = { readonly name: string; readonly comment: string };
/** A field of a struct with the comment behind it. */
export type Field = { readonly name: string; readonly type: string; readonly comment: string };

export type Sources = { readonly enums: readonly EnumSource[]; readonly structs: readonly StructSource[] };

const blockPattern = /((?:^[ \t]*\/\/\/.*\n)*)^[ \t]*(enum|struct|interface)\s+(\w+)[^{;]*\{/gm;

/** Reads the enums and structs that the interfaces declare. */
export const readSources = (): Sources => {
  const folder = join(root, "contracts", "interfaces");
  const enums: EnumSource[] = [];
  const structs: StructSource[] = [];
  for (const file of readdirSync(folder).sort()) {
    const text = readFileSync(join(folder, file), "utf8");
    let owner = "";
    for (const match of text.matchAll(blockPattern)) {
      const [all, natspec = "", kind = "", name = ""] = match;
      if (kind === "interface") {
        owner = name;
        continue;
      }
      const begin = match.index + all.length;
      const body = text.slice(begin, text.indexOf("}", begin));
      if (kind === "enum") enums.push({ owner, name, members: membersOf(body) });
      else structs.push({ owner, name, notice: noticeOf(natspec), fields: fieldsOf(body) });
    }
  }
  return { enums, structs };
};

const linesOf = (body: string): readonly { code: string; comment: string }[] =>
  body
    .split("\n")
    .map((line) => {
      const at = line.indexOf("//");
      return at < 0
        ? { code: line.trim(), comment: "" }
        : {
            code: line.slice(0, at).trim(),
            comment: line
              .slice(at)
              .replace(/^\/+\s*/, "")
              .trim(),
          };
    })
    .filter(({ code }) => code !== "");

const membersOf = (body: string): readonly Member[] =>
  linesOf(body).flatMap(({ code, comment }) =>
    code
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "")
      .map((name) => ({ name, comment })),
  );

const fieldsOf = (body: string): readonly Field[] =>
  linesOf(body).map(({ code, comment }) => {
    const match = /^([\w.[\]]+)\s+(\w+);$/.exec(code);
    if (match === null) throw new Error(`a struct field is expected, found: ${code}`);
    const [, type = "", name = ""] = match;
    return { name, type, comment: comment.replace(/^slot \d+ \([^)]*\);?\s*/, "") };
  });

const noticeOf = (natspec: string): string =>
  natspec
    .split("\n")
    .map((line) => line.replace(/^\s*\/\/\/\s*(@\w+ )?/, "").trim())
    .filter((line) => line !== "")
    .join(" ");
