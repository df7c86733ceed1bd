import { spawn } from "node:child_process";
import { once } from "node:events";

/** A command that ended badly, with what it printed. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/**
 * Runs a program found on the path and gives what it printed to stdout; stderr is shown.
 *
 * @throws CommandError
 */
export const runTool = async (program: string, args: readonly string[], cwd: string): Promise<string> => {
  const child = spawn(program, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new CommandError(`${[program, ...args].join(" ")} ended with ${code}\n${printed}`);
  return printed;
};
