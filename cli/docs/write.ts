// Writes the reference of every command into README.md, out of the definitions: node cli/docs/write.ts [--check]
import "../source.ts";
import { readFile, writeFile } from "node:fs/promises";

const [{ commands }, { reference }] = await Promise.all([import("../src/commands/index.ts"), import("./reference.ts")]);
const file = new URL("../README.md", import.meta.url);
const before = await readFile(file, "utf8");
const mark = "<!-- reference: written by `node cli/docs/write.ts` -->";
const after = `${before.slice(0, before.indexOf(mark))}${mark}\n\n${reference(commands)}\n`;
if (process.argv.includes("--check")) process.exitCode = after === before ? 0 : 1;
else await writeFile(file, after);
