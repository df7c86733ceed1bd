import { join } from "node:path";
import { root } from "../deployment/environment.ts";
import { need } from "../deployment/failure.ts";
import { runTool } from "./command.ts";

/** Builds and packs a workspace; gives the path of the tarball. */
export const pack = async (workspace: string, folder: string): Promise<string> => {
  const args = ["pack", "--silent", "--workspace", workspace, "--pack-destination", folder];
  const printed = await runTool("npm", args, root);
  return join(folder, need(printed.trim().split("\n").at(-1), "the name of a tarball"));
};
