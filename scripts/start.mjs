// `npm start`: installs and compiles what is missing, then plays the demo under the Node version of the development dependencies.
import { build, install, runInstalled } from "./bootstrap.mjs";

await install();
await build();
await runInstalled("scripts/demo/cli.ts", process.argv.slice(2));
