// Runs the command line from its sources, with the SDK's sources instead of its build: node --import ./cli/source.ts cli/src/cardflow.ts
import { registerHooks } from "node:module";

registerHooks({
  resolve: (specifier, context, next) => {
    const [, path] = /^@cardflow\/sdk(?:\/([a-z]+))?$/.exec(specifier) ?? [specifier, undefined];
    if (specifier !== "@cardflow/sdk" && path === undefined) return next(specifier, context);
    const file = path === undefined ? "index.ts" : `${path}/index.ts`;
    return next(new URL(`../sdk/src/${file}`, import.meta.url).href, context);
  },
});
