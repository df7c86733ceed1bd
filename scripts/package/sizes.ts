import { readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { root } from "../deployment/environment.ts";

/** KiB of a bundle, minified and gzipped. */
export type BundleSize = {
  /** What is loaded at once, where the bundler splits. */
  readonly first: number;
  /** Everything in one file, as a bundler makes it that does not split. */
  readonly all: number;
};

/** Bundles a module as an application's bundler does, with viem and ethers outside, and weighs it. */
export const bundleSize = async (code: string, folder: string): Promise<BundleSize> => ({
  first: await weigh(code, folder, true),
  all: await weigh(code, folder, false),
});

const weigh = async (code: string, folder: string, splitting: boolean): Promise<number> => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: folder, sourcefile: "entry.js" },
    bundle: true,
    minify: true,
    splitting,
    format: "esm",
    target: "es2022",
    platform: "browser",
    write: false,
    metafile: true,
    absWorkingDir: root,
    outdir: "dist",
    external: ["viem", "viem/*", "ethers"],
  });
  const later = new Set(
    Object.values(metafile.outputs).flatMap(({ imports }) =>
      imports.filter(({ kind }) => kind === "dynamic-import").map(({ path }) => join(root, path)),
    ),
  );
  const kib = outputFiles
    .filter(({ path }) => !later.has(path))
    .map(({ contents }) => gzipSync(contents, { level: 9 }).length / 1024);
  return Number(kib.reduce((sum, size) => sum + size, 0).toFixed(2));
};

/** The package's parts that have a size to keep to. */
export const SDK_PARTS = {
  all: 'export * from "./index.js";',
  engine: 'export { createEngine } from "./matching/index.js";',
  matching: 'export * from "./matching/index.js";',
} as const;

export const sdkDist = join(root, "sdk", "dist");

/** Every action of the built package, and what it weighs alone; the heaviest first. */
export const actionSizes = async (): Promise<readonly (BundleSize & { readonly action: string })[]> => {
  const actions = readdirSync(join(sdkDist, "actions"))
    .filter((file) => file.endsWith(".js") && file !== "index.js")
    .map((file) => file.slice(0, -".js".length));
  const sizes = [];
  for (const action of actions) {
    const size = await bundleSize(`export { ${action} } from "./index.js";`, sdkDist);
    sizes.push({ action, ...size });
  }
  return sizes.sort((a, b) => b.all - a.all);
};
