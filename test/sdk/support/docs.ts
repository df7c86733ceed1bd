import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { codeBlocks } from "../../../scripts/package/readme.ts";

export const root = join(import.meta.dirname, "../../..");

/** Every page that people read: of the repository, and of each package. */
export const pages: readonly string[] = [".", "docs", "sdk", "cli", "contracts"].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith(".md"))
    .map((file) => join(folder, file)),
);

/** A block of code of a page. */
export type Block = { readonly page: string; readonly code: string };

/** All blocks of a language, in the order of the pages. */
export const blocksOf = (language: string): readonly Block[] =>
  pages.flatMap((page) => codeBlocks(page, language).map((code) => ({ page, code })));

/** Text of a page, without its code. */
export const proseOf = (page: string): string =>
  readFileSync(join(root, page), "utf8").replace(/^```[\s\S]*?^```/gm, "");

/** Command lines of the shell's blocks, without comments, and of transcripts. */
export const commandLines = (): readonly Block[] =>
  [
    ...blocksOf("sh").flatMap(({ page, code }) =>
      code
        .replaceAll("\\\n", " ")
        .split("\n")
        .map((line) => ({ page, code: bare(line) })),
    ),
    ...blocksOf("text").flatMap(({ page, code }) =>
      [...code.matchAll(/^\$ (.*)$/gm)].map(([, line = ""]) => ({ page, code: bare(line) })),
    ),
  ].filter(({ code }) => code !== "");

/** A line without its comment. */
const bare = (line: string): string => line.replace(/(^|\s)#.*$/, "").trim();

/** Words of a command, as a shell splits them; a pipe, a list or a redirection ends it. */
export const wordsOf = (command: string): readonly string[] => {
  const [first = ""] = command.split(/\s[|>&]|\)/);
  return [...first.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? "",
  );
};
