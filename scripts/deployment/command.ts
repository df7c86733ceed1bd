import { DeploymentError } from "./failure.ts";

/** Runs a command to its end: what is known to go wrong is said in its own words, and the exit code tells. */
export const runCommand = async (command: () => Promise<number>): Promise<void> => {
  try {
    process.exit(await command());
  } catch (error) {
    console.error(error instanceof DeploymentError ? `\n${error.message}` : error);
    process.exit(1);
  }
};
