import { errorText } from "../lib/errorText.ts";
import { DeploymentError } from "./failure.ts";

/** Runs a command to its end: what is known to go wrong is said in its own words, and the exit code tells. */
export const runCommand = async (command: () => Promise<number>): Promise<void> => {
  try {
    process.exit(await command());
  } catch (error) {
    console.error(errorText(error, error instanceof DeploymentError));
    process.exit(1);
  }
};
