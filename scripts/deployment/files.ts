import { readFile, rename, writeFile } from "node:fs/promises";
import { DeploymentError, messageOf } from "./failure.ts";

/** Reads a JSON file that deployments keep. */
export const readJson = async (file: string, remedy: string): Promise<unknown> => {
  const text = await readFile(file, "utf8");
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DeploymentError(`${file} is not JSON: ${messageOf(cause)}`, [remedy], { cause });
  }
};

/** Writes a file all or not at all, whenever the process ends. */
export const writeWhole = async (file: string, text: string): Promise<void> => {
  const fresh = `${file}.${process.pid}`;
  await writeFile(fresh, text);
  await rename(fresh, file);
};
