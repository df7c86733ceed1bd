import { abiFiles } from "./abis.ts";
import { actionFiles } from "./actions.ts";
import { deploymentFiles } from "./deployments.ts";
import { eventFiles } from "./events.ts";
import { keccakFiles } from "./keccak.ts";
import { emit } from "./output.ts";
import { callRevertFiles } from "./reverts.ts";
import { typechainFiles } from "./typechain.ts";

const check = process.argv.includes("--check");
const changed = emit(
  [
    ...abiFiles(),
    ...eventFiles(),
    ...deploymentFiles(),
    ...actionFiles(),
    ...callRevertFiles(),
    ...keccakFiles(),
    ...(await typechainFiles()),
  ],
  check,
);
for (const path of changed) console.log(check ? `differs: ${path}` : `written: ${path}`);
if (check && changed.length > 0) process.exitCode = 1;
