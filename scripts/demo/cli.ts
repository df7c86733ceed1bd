import { CardflowError } from "../../sdk/src/index.ts";
import { errorText } from "../lib/errorText.ts";
import { CsvFormatError } from "../lib/openb.ts";
import { DemoError } from "./failure.ts";
import { holdOn, introduce } from "./keep.ts";
import { runDemo } from "./main.ts";
import { readOptions, USAGE } from "./options.ts";
import { printAccount } from "./print.ts";
import { progressOn } from "./progress.ts";

/** What goes to people: stdout, or stderr where stdout is for a program. */
const say = (lines: readonly string[], json: boolean): void => {
  (json ? process.stderr : process.stdout).write(`${lines.join("\n")}\n`);
};

const run = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    say([USAGE], false);
    return;
  }
  const begun = Date.now();
  const { play, account, json, close } = await runDemo(options, progressOn(process.stderr));
  try {
    const seconds = ((Date.now() - begun) / 1000).toFixed(0);
    say([...printAccount(play, account), "", `Played and checked in ${seconds} s.`], options.json);
    if (options.keep) say(await introduce(play.system), options.json);
    if (options.json) console.log(JSON.stringify(json));
    if (options.keep) await holdOn(play.system);
  } finally {
    await close();
  }
};

try {
  await run();
  process.exit(0);
} catch (error) {
  const known = error instanceof DemoError || error instanceof CsvFormatError || error instanceof CardflowError;
  console.error(errorText(error, known));
  process.exit(1);
}
