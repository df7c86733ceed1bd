import { createInterface } from "node:readline/promises";
import { progressOn } from "./demo/progress.ts";
import { runCommand } from "./deployment/command.ts";
import { deploy } from "./deployment/deploy.ts";
import { placeOf, root } from "./deployment/environment.ts";
import { DeploymentError } from "./deployment/failure.ts";
import { DEPLOY_USAGE, readDeployOptions } from "./deployment/options.ts";
import { readParameters } from "./deployment/parameters.ts";
import { addressLines } from "./deployment/plan.ts";
import { publish } from "./deployment/publish.ts";

const say = (lines: readonly string[]): void => console.log(lines.join("\n"));

const confirm = async (): Promise<boolean> => {
  if (!process.stdin.isTTY) throw new DeploymentError("nobody can be asked here: add --yes to go on");
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await prompt.question("Send these transactions? [y/N] ")).trim());
  } finally {
    prompt.close();
  }
};

await runCommand(async () => {
  const options = readDeployOptions(process.argv.slice(2));
  if (options.help) {
    say([DEPLOY_USAGE]);
    return 0;
  }
  const parameters = await readParameters(options.file);
  const place = placeOf(options.network, options.state);
  const { entry, changed } = await deploy(
    { ...options, place, parameters },
    { progress: progressOn(process.stderr), say, confirm: async () => options.yes || (await confirm()) },
  );
  say(["", ...addressLines(entry), ""]);
  if (changed && publish(place, root))
    say(["The SDK's registry names this deployment now: commit it with ignition/deployments."]);
  return 0;
});
