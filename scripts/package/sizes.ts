import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { root } from "../deployment/environment.ts";

/** KiB of a bundle, minified and gzipped. */
export type BundleSize = {
  /** What is loaded at once. */
  readonly first: number;
  /** With what is loaded when it is needed: the texts of errors, when something fails. */
  readonly all: number;
};

/** Bundles a module as an application's bundler does, with viem and ethers outside, and weighs it. */
export const bundleSize = async (code: string, folder: string): Promise<BundleSize> => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: folder, sourcefile: "entry.js" },
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    write: false,
    metafile: true,
    absWorkingDir: root,
    outdir: "dist",
    external: ["viem", "viem/*", "ethers"],
  });
  const outputs = new Map(Object.entries(metafile.outputs));
  const later = new Set(
    [...outputs.values()].flatMap(({ imports }) =>
      imports.filter(({ kind }) => kind === "dynamic-import").map(({ path }) => join(root, path)),
    ),
  );
  const sizes = outputFiles.map(({ path, contents }) => ({
    path,
    kib: gzipSync(contents, { level: 9 }).length / 1024,
  }));
  const sumOf = (files: typeof sizes): number => Number(files.reduce((sum, { kib }) => sum + kib, 0).toFixed(2));
  return { first: sumOf(sizes.filter(({ path }) => !later.has(path))), all: sumOf(sizes) };
};

/** The package's parts that have a size to keep to. */
export const SDK_PARTS = {
  all: 'export * from "./index.js";',
  oneAction: 'export { takeAsk } from "./index.js";',
  engine: 'export { createEngine } from "./matching/index.js";',
  matching: 'export * from "./matching/index.js";',
} as const;

export const sdkDist = join(root, "sdk", "dist");
