import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it. One by one, because Node's own recursion never ends where a folder is there and nothing can be made
 * in it, as under /proc.
 *
 * @throws what the file system says if one cannot be made
 */
export const makeFolder = async (folder: string, mode?: number): Promise<void> => {
  const above = dirname(folder);
  try {
    await make(folder, mode);
  } catch (cause) {
    if (above === folder || !says(cause, "ENOENT")) throw cause;
    await makeFolder(above, mode);
    await make(folder, mode);
  }
};

/** What is there already may be a file: whatever is written into it says so. */
const make = async (folder: string, mode: number | undefined): Promise<void> => {
  try {
    await mkdir(folder, { mode });
  } catch (cause) {
    if (!says(cause, "EEXIST")) throw cause;
  }
};

const says = (cause: unknown, code: string): boolean =>
  cause instanceof Error && "code" in cause && cause.code === code;
