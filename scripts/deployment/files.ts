import { readFile, rename, writeFile } from "node:fs/promises";
import { makeFolder } from "../../cli/src/folders.ts";
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

/** Makes a folder that deployments keep their state in. */
export const makePlace = async (folder: string): Promise<void> => {
  try {
    await makeFolder(folder);
  } catch (cause) {
    throw new DeploymentError(`${folder} cannot be made: ${messageOf(cause)}`, ["another place: --state DIR"], {
      cause,
    });
  }
};
