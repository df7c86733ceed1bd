// Builds the SDK into sdk/dist: compiled sources, declarations, matching as one file, and the recorded deployment for its test chain.
// `npm pack` and `npm publish` run it first.
import { copyFile, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../deployment/environment.ts";
import { runTool } from "./command.ts";
import { bundleMatching } from "./matching.ts";
import { ensureRecording } from "./recording.ts";

const dist = join(root, "sdk", "dist");

const recording = await ensureRecording("production");
await rm(dist, { recursive: true, force: true });
await runTool("tsc", ["-p", "sdk/tsconfig.build.json"], root);
const matching = join(dist, "matching");
for (const file of await readdir(matching)) if (/\.js(\.map)?$/.test(file)) await rm(join(matching, file));
await bundleMatching(join(matching, "index.js"), "../errors/cardflowError.js");
await mkdir(join(dist, "testing"), { recursive: true });
await copyFile(recording, join(dist, "testing", "recording.json"));
