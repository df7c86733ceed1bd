// Limits of the SDK, minified and gzipped, with viem and ethers outside. `npm run bench:sdk` prints the sizes beside others'.

import { readdirSync } from "node:fs";

const outside = ["viem", "viem/*", "ethers"];
const root = "sdk/dist/index.js";
const matching = "sdk/dist/matching/index.js";
/** Every action: each must keep to the limit alone, in one file, with the errors of its call and their texts. */
const actions = readdirSync("sdk/dist/actions")
  .filter((file) => file.endsWith(".js") && file !== "index.js")
  .map((file) => file.slice(0, -".js".length));

const limits = [
  { name: "everything: the package's root", path: root, import: "*", limit: "30 KiB", ignore: outside },
  ...actions.map((action) => ({
    name: `one action: ${action}`,
    path: root,
    import: `{ ${action} }`,
    limit: "7 KiB",
    ignore: outside,
  })),
  // The goal for matching is 10 KiB; the engine with its constraints, explanations, search trees and what it learns of demand needs more. These hold it where it is.
  { name: "the matching engine", path: matching, import: "{ createEngine }", limit: "20.75 KiB", ignore: outside },
  { name: "matching, with placement and audit", path: matching, import: "*", limit: "25.5 KiB", ignore: outside },
];

export default limits.map((limit) => ({ ...limit, gzip: true }));
