import { join } from "node:path";
import { deploymentFiles } from "../generate/deployments.ts";
import { emit } from "../generate/output.ts";
import type { Place } from "./environment.ts";

/**
 * Writes the SDK's registry from the record of deployments, if that is the repository's.
 *
 * @returns whether the SDK's registry changed
 */
export const publish = ({ registry }: Place, root: string): boolean =>
  registry === join(root, "sdk", "deployments.json") && emit(deploymentFiles(), false).length > 0;
