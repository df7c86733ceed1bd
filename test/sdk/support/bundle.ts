import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** A bundle of some of the package's exports in one file: what it weighs, and what it exports. */
export type Bundle = { readonly kib: number; readonly load: () => Promise<Readonly<Record<string, unknown>>> };

/** Bundles exports of the package as an application's bundler does that splits nothing, with viem outside. */
export const bundler = () => {
  const folder = mkdtempSync(join(tmpdir(), "cardflow-bundle-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "dir");
  return {
    bundle: async (name: string): Promise<Bundle> => {
      const { outputFiles } = await build({
        stdin: { contents: `export { ${name} } from "./index.ts";`, resolveDir: join(root, "sdk", "src") },
        bundle: true,
        minify: true,
        format: "esm",
        target: "es2022",
        platform: "browser",
        write: false,
        external: ["viem", "viem/*"],
      });
      const code = outputFiles.map(({ text }) => text).join("");
      const file = join(folder, `${name}.mjs`);
      writeFileSync(file, code);
      return { kib: gzipSync(code, { level: 9 }).length / 1024, load: () => import(pathToFileURL(file).href) };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
};
