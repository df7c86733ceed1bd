import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

/** An example of the documentation: where it stands, and its code. */
export type Example = { readonly file: string; readonly of: string; readonly code: string };

const source = fileURLToPath(new URL("../../../sdk/src/", import.meta.url));

/** Every example in the package's documentation comments. */
export const readExamples = (): readonly Example[] =>
  sourceFiles().flatMap((file) =>
    docsOf(file).flatMap(({ doc, of }) =>
      doc
        .split("@example")
        .slice(1)
        .map((part) => ({ file, of, code: (part.split(/^@\w/m)[0] ?? "").trim() })),
    ),
  );

/** Exported functions and constants that their documentation shows no example of. */
export const undocumented = (): readonly string[] =>
  sourceFiles().flatMap((file) => {
    const documented = new Set(
      docsOf(file)
        .filter(({ doc }) => doc.includes("@example"))
        .map(({ of }) => of),
    );
    const text = readFileSync(source + file, "utf8");
    return [...text.matchAll(/^export (?:const (?=\w+ = (?:async )?[(<])|(?:async )?function )(\w+)/gm)]
      .map(([, name = ""]) => name)
      .filter((name) => !documented.has(name));
  });

/** A path that applications can import: its source, and what it exports. */
export type SubPath = { readonly file: string; readonly exports: Readonly<Record<string, unknown>> };

/** Every path that applications can import, the root first. New ones come in by themselves. */
export const readSubPaths = (): Promise<readonly SubPath[]> =>
  Promise.all(
    ["index.ts", ...sourceFiles().filter((file) => /^\w+\/index\.ts$/.test(file) && !file.startsWith("actions"))].map(
      async (file) => ({ file, exports: await import(pathToFileURL(source + file).href) }),
    ),
  );

const sourceFiles = (): readonly string[] =>
  readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.startsWith("abis"))
    .sort();

const docsOf = (file: string): readonly { readonly doc: string; readonly of: string }[] =>
  [
    ...readFileSync(source + file, "utf8").matchAll(
      /\/\*\*\n((?:(?!\*\/)[\s\S])*)\*\/\n(?:export )?(?:const|type|class|(?:async )?function) (\w+)/g,
    ),
  ].map(([, comment = "", of = ""]) => ({ of, doc: comment.replace(/^\s*\* ?/gm, "") }));
