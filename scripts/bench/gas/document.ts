import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DemoError } from "../../demo/failure.ts";

const FILE = join(import.meta.dirname, "../../../docs/gas.md");

/** Parts of docs/gas.md that benchmarks write. */
export type Part = "figures" | "growth";

/** The page as it should be with this part. */
const pageWith = (part: Part, content: string): { readonly before: string; readonly after: string } => {
  const before = readFileSync(FILE, "utf8");
  const [start, end] = [`<!-- ${part} -->`, `<!-- /${part} -->`];
  const [from, to] = [before.indexOf(start), before.indexOf(end)];
  if (from < 0 || to < from) throw new DemoError(`${FILE} lacks the marks ${start} and ${end}`);
  const after = `${before.slice(0, from + start.length)}\n${content}\n${before.slice(to)}`;
  return { before, after };
};

/** Whether the page says what it should. */
export const isDocumented = (part: Part, content: string): boolean => {
  const { before, after } = pageWith(part, content);
  return before === after;
};

/** Writes a part of the page. */
export const document = (part: Part, content: string): void => {
  writeFileSync(FILE, pageWith(part, content).after);
};
