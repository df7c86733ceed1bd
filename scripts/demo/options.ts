import { parseArgs } from "node:util";
import { HARDFORKS, type Hardfork, hardforkNamed, NEWEST } from "./chain.ts";
import { DemoError } from "./failure.ts";

/** What `npm start` was asked for. */
export type Options = {
  readonly keep: boolean;
  readonly json: boolean;
  readonly help: boolean;
  /** A node that runs already. */
  readonly rpc?: string | undefined;
  /** Rules of the node of its own. */
  readonly hardfork?: Hardfork | undefined;
  /** Real demand instead of the story. */
  readonly demand?: { readonly hosts: string; readonly tasks: string; readonly limit: number } | undefined;
};

export const USAGE = `npm start                        play the story on a node of its own
npm start -- --keep              the same, and leave the node up for dApps, with the rules of Osaka (EIP-7702)
npm start -- --hardfork NAME     the same by other rules: cancun (default, those of all figures of gas), prague or osaka
npm start -- --json              the same, and print the account as one JSON object, the last line
npm start -- --rpc URL           the same on a node that runs already (hardhat or anvil)
npm start -- --hosts FILE --tasks FILE [--limit N]
                                 play real demand: the first N tasks (300) in time order, with the durations they had`;

const DEFAULT_LIMIT = 300;

/** Reads the command line. */
export const readOptions = (words: readonly string[]): Options => {
  const { values } = parse(words);
  const { keep, json, help, rpc, hosts, tasks, limit } = values;
  const hardfork = values.hardfork === undefined ? undefined : hardforkNamed(values.hardfork);
  if (values.hardfork !== undefined && hardfork === undefined)
    throw new DemoError(`--hardfork: one of ${HARDFORKS.join(", ")} is expected, found ${values.hardfork}`);
  if (hardfork !== undefined && rpc !== undefined)
    throw new DemoError("--hardfork: the node of --rpc has its own rules");
  if ((hosts === undefined) !== (tasks === undefined)) throw new DemoError("--hosts and --tasks go together");
  if (limit !== undefined && hosts === undefined) throw new DemoError("--limit goes with --hosts and --tasks");
  const demand = hosts === undefined || tasks === undefined ? undefined : { hosts, tasks, limit: readLimit(limit) };
  return { keep, json, help, rpc, hardfork: hardfork ?? (keep ? NEWEST : undefined), demand };
};

const parse = (words: readonly string[]) => {
  try {
    return parseArgs({
      args: [...words],
      options: {
        keep: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false, short: "h" },
        rpc: { type: "string" },
        hardfork: { type: "string" },
        hosts: { type: "string" },
        tasks: { type: "string" },
        limit: { type: "string" },
      },
    });
  } catch (cause) {
    throw new DemoError(cause instanceof Error ? cause.message : "the command line cannot be read", { cause });
  }
};

const readLimit = (text: string | undefined): number => {
  if (text === undefined) return DEFAULT_LIMIT;
  if (!/^[1-9]\d{0,6}$/.test(text))
    throw new DemoError(`--limit: expected a whole number of at least 1, found ${text}`);
  return Number(text);
};
