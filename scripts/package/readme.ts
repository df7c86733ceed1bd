import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../deployment/environment.ts";
import { need } from "../deployment/failure.ts";

/** The blocks of code of a language in a Markdown file of the repository. */
export const codeBlocks = (file: string, language: string): readonly string[] =>
  [...readFileSync(join(root, file), "utf8").matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(
    ([, code = ""]) => code,
  );

/** The first block that says a word. */
export const blockWith = (file: string, language: string, word: string): string =>
  need(
    codeBlocks(file, language).find((code) => code.includes(word)),
    `a block with ${word} in ${file}`,
  );
