import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { HARDFORKS, type Hardfork, hardforkNamed, NEWEST } from "../demo/chain.ts";
import { type Profile, root } from "./environment.ts";
import { DeploymentError, messageOf } from "./failure.ts";
import { NETWORKS, type Network } from "./networks.ts";

/** Words that all commands understand. */
const common = {
  network: { type: "string" },
  rpc: { type: "string" },
  state: { type: "string" },
  parameters: { type: "string" },
  release: { type: "string" },
  help: { type: "boolean", default: false, short: "h" },
} as const;

const flags = {
  yes: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

const names = NETWORKS.map(({ name }) => name).join(", ");

export const DEPLOY_USAGE = `npm run deploy -- --network NAME      deploy, resume, or find that there is nothing to do
  --network NAME       ${names}
  --yes                do not ask before the first transaction
  --release NAME       name of the release, by default the version of package.json
  --parameters FILE    by default ignition/parameters/NAME.json5
  --rpc URL            a node other than the configured one
  --state DIR          keep the record there rather than in the repository
  --build-profile P    production (default), or default, which compiles fast, on local chains and testnets`;

export const HEALTH_USAGE = `npm run health -- --network NAME      re-read the chain; exit 1 with the reason if something is wrong
  --json               one JSON object on stdout
  --parameters FILE, --rpc URL, --state DIR as for deploy`;

export const VERIFY_USAGE = `npm run verify -- --network NAME      verify the sources of a deployment, Sourcify first; can be run again
  --release NAME, --rpc URL, --state DIR as for deploy
  --sourcify URL       another Sourcify server`;

export const FEEDS_USAGE = `npm run feeds -- --network NAME       a testnet's mock feeds answer again, as of now
  --price DOLLARS      with another price per CARD
  --rpc URL, --state DIR as for deploy`;

export const LOCAL_USAGE = `npm run local                         a node with everything on it: contracts, feeds, faucet, cards and asks
  --port N             by default 8545
  --hardfork NAME      rules of the node: osaka (default), prague, or cancun, for which the contracts are compiled
  --json               say what there is as one JSON object`;

/** What every command knows after reading its words. */
export type Common = {
  readonly network: Network;
  readonly release: string;
  readonly file: string;
  readonly rpc?: string | undefined;
  readonly state?: string | undefined;
};

type Help = { readonly help: true };

export const readDeployOptions = (
  words: readonly string[],
): Help | (Common & { readonly help: false; readonly yes: boolean; readonly profile: Profile }) => {
  const values = parse(() =>
    parseArgs({ args: [...words], options: { ...common, yes: flags.yes, "build-profile": { type: "string" } } }),
  );
  if (values.help) return { help: true };
  const read = commonOf(values);
  const profile = values["build-profile"] ?? "production";
  if (profile !== "production" && profile !== "default")
    throw new DeploymentError(`--build-profile: production or default is expected, found ${profile}`);
  if (profile === "default" && read.network.kind === "mainnet")
    throw new DeploymentError("--build-profile: a mainnet is deployed to with the production profile");
  return { ...read, help: false, yes: values.yes, profile };
};

export const readHealthOptions = (
  words: readonly string[],
): Help | (Common & { readonly help: false; readonly json: boolean }) => {
  const values = parse(() => parseArgs({ args: [...words], options: { ...common, json: flags.json } }));
  return values.help ? { help: true } : { ...commonOf(values), help: false, json: values.json };
};

export const readVerifyOptions = (
  words: readonly string[],
): Help | (Common & { readonly help: false; readonly sourcify?: string | undefined }) => {
  const values = parse(() => parseArgs({ args: [...words], options: { ...common, sourcify: { type: "string" } } }));
  return values.help ? { help: true } : { ...commonOf(values), help: false, sourcify: values.sourcify };
};

export const readFeedsOptions = (
  words: readonly string[],
): Help | (Common & { readonly help: false; readonly price?: string | undefined }) => {
  const values = parse(() => parseArgs({ args: [...words], options: { ...common, price: { type: "string" } } }));
  if (values.help) return { help: true };
  if (values.price !== undefined && !/^\d{1,9}(\.\d{1,18})?$/.test(values.price))
    throw new DeploymentError(`--price: dollars such as 0.10 are expected, found ${values.price}`);
  return { ...commonOf(values), help: false, price: values.price };
};

export const readLocalOptions = (
  words: readonly string[],
): Help | { readonly help: false; readonly port: number; readonly hardfork: Hardfork; readonly json: boolean } => {
  const text = { type: "string" } as const;
  const values = parse(() =>
    parseArgs({ args: [...words], options: { port: text, hardfork: text, json: flags.json, help: common.help } }),
  );
  if (values.help) return { help: true };
  const port = Number(values.port ?? "8545");
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new DeploymentError(`--port: a whole number up to 65535 is expected, found ${values.port}`);
  const hardfork = hardforkNamed(values.hardfork ?? NEWEST);
  if (hardfork === undefined)
    throw new DeploymentError(`--hardfork: one of ${HARDFORKS.join(", ")} is expected, found ${values.hardfork}`);
  return { help: false, port, hardfork, json: values.json };
};

const parse = <Values>(read: () => { readonly values: Values }): Values => {
  try {
    return read().values;
  } catch (cause) {
    throw new DeploymentError(messageOf(cause), [], { cause });
  }
};

const commonOf = (values: {
  readonly network?: string | undefined;
  readonly rpc?: string | undefined;
  readonly state?: string | undefined;
  readonly parameters?: string | undefined;
  readonly release?: string | undefined;
}): Common => {
  const network = networkOf(values.network);
  return {
    network,
    release: releaseOf(values.release),
    file: values.parameters ?? join(root, "ignition", "parameters", `${network.name}.json5`),
    rpc: values.rpc,
    state: values.state,
  };
};

const networkOf = (name: string | undefined): Network => {
  if (name === undefined) throw new DeploymentError(`--network is missing: one of ${names}`);
  const network = NETWORKS.find((known) => known.name === name);
  if (network === undefined) throw new DeploymentError(`--network: ${name} is none of ${names}`);
  return network;
};

/** A release's name: given, or the version of package.json. */
export const releaseOf = (name: string | undefined): string => {
  const release = name ?? versionSchema.parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8"))).version;
  if (!/^[0-9a-zA-Z][0-9a-zA-Z._-]{0,39}$/.test(release))
    throw new DeploymentError(`--release: letters, digits, dots and dashes are expected, found ${release}`);
  return release;
};

const versionSchema = z.object({ version: z.string() });
