// Builds the SDK into sdk/dist: compiled sources, declarations, and the recorded deployment for its test chain.
// `npm pack` and `npm publish` run it first.
import { copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../deployment/environment.ts";
import { runTool } from "./command.ts";
import { ensureRecording } from "./recording.ts";

const dist = join(root, "sdk", "dist");

const recording = await ensureRecording("production");
await rm(dist, { recursive: true, force: true });
await runTool("tsc", ["-p", "sdk/tsconfig.build.json"], root);
await mkdir(join(dist, "testing"), { recursive: true });
await copyFile(recording, join(dist, "testing", "recording.json"));
