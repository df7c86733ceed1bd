import { join } from "node:path";
import { build } from "esbuild";
import { root } from "../deployment/environment.ts";

/**
 * Writes the SDK's matching as one file with its numbers in place, as it is published: module by module the engine does a fifth less.
 *
 * @param outfile - where
 * @param errors - the module of CardflowError as the file shall import it, since there must be only one such class
 */
export async function bundleMatching(outfile: string, errors: string): Promise<void> {
  await build({
    entryPoints: [join(root, "sdk", "src", "matching", "index.ts")],
    outfile,
    bundle: true,
    format: "esm",
    target: "es2023",
    minifySyntax: true,
    sourcemap: true,
    logLevel: "error",
    plugins: [
      {
        name: "one CardflowError",
        setup: ({ onResolve }) => {
          onResolve({ filter: /\/errors\/cardflowError\.ts$/ }, () => ({ path: errors, external: true }));
        },
      },
    ],
  });
}
