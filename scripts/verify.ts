import { runCommand } from "./deployment/command.ts";
import { placeOf } from "./deployment/environment.ts";
import { readVerifyOptions, VERIFY_USAGE } from "./deployment/options.ts";
import { verify } from "./deployment/verify.ts";

await runCommand(async () => {
  const options = readVerifyOptions(process.argv.slice(2));
  if (options.help) {
    console.log(VERIFY_USAGE);
    return 0;
  }
  const place = placeOf(options.network, options.state);
  const results = await verify({ ...options, place }, (line) => console.log(line));
  const left = results.filter(({ problem }) => problem !== undefined).length;
  console.log(
    left === 0
      ? `All ${results.length} contracts are verified.`
      : `${left} of ${results.length} contracts are not verified; run the same command to try them again.`,
  );
  return left === 0 ? 0 : 1;
});
