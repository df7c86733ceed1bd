// `npm test` on a fresh clone: installs what is missing, then runs every test under the Node of the development dependencies.
import { install, runInstalled } from "./bootstrap.mjs";

await install();
await runInstalled("scripts/test.ts", process.argv.slice(2));
