// Limits of the SDK, minified and gzipped, with viem and ethers outside. `npm run bench:sdk` prints the sizes beside others'.

const outside = ["viem", "viem/*", "ethers"];
const root = "sdk/dist/index.js";
const matching = "sdk/dist/matching/index.js";
/** The texts of errors are a file of their own to a bundler that splits: loaded when something fails. */
const loadedLater = "*/remedyOf.js";

const limits = [
  { name: "everything: the package's root", path: root, import: "*", limit: "30 KiB", ignore: outside },
  {
    name: "one action, as it is loaded first",
    path: root,
    import: "{ takeAsk }",
    limit: "8 KiB",
    ignore: [...outside, loadedLater],
  },
  {
    name: "one action with the texts of errors",
    path: root,
    import: "{ takeAsk }",
    limit: "10.5 KiB",
    ignore: outside,
  },
  // The goal for matching is 10 KiB; the engine with its constraints, explanations and search trees needs more. These hold it where it is.
  { name: "the matching engine", path: matching, import: "{ createEngine }", limit: "14.25 KiB", ignore: outside },
  { name: "matching, with placement and audit", path: matching, import: "*", limit: "20.5 KiB", ignore: outside },
];

export default limits.map((limit) => ({ ...limit, gzip: true }));
