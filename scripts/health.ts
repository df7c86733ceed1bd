import { runCommand } from "./deployment/command.ts";
import { connect, openHardhat, placeOf } from "./deployment/environment.ts";
import { need } from "./deployment/failure.ts";
import { examine, healthLines } from "./deployment/health/examine.ts";
import { HEALTH_USAGE, readHealthOptions } from "./deployment/options.ts";
import { readParameters } from "./deployment/parameters.ts";
import { entryOf, readRegistry } from "./deployment/registry.ts";

await runCommand(async () => {
  const options = readHealthOptions(process.argv.slice(2));
  if (options.help) {
    console.log(HEALTH_USAGE);
    return 0;
  }
  const { network, file, rpc, state, json } = options;
  const parameters = await readParameters(file);
  const place = placeOf(network, state);
  const entry = need(
    entryOf(await readRegistry(place.registry), network.chainId),
    `a deployment on ${network.name} in ${place.registry}`,
  );
  const hre = await openHardhat("default");
  const { reader } = await connect(hre, network, rpc);
  const health = await examine(reader, { network, entry, parameters });
  console.log(json ? JSON.stringify(health) : healthLines(health).join("\n"));
  return health.healthy ? 0 : 1;
});
