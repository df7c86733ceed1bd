import { withoutUrlSecrets } from "../../sdk/src/errors/index.ts";
import { type Account, broken, takeAccount } from "./account.ts";
import { joinChain, startChain } from "./chain.ts";
import { readDemand } from "./demand.ts";
import { DemoError } from "./failure.ts";
import { type AccountJson, accountJson } from "./json.ts";
import type { Options } from "./options.ts";
import { type Plan, planDemand } from "./placement.ts";
import type { Play } from "./play.ts";
import type { Progress } from "./progress.ts";
import { playDemand } from "./realDemand.ts";
import { playStory } from "./story.ts";
import { deploySystem, openHardhat } from "./system.ts";

/** A demo that was played and accounted for; its node runs until it is closed. */
export type Outcome = {
  readonly play: Play;
  readonly account: Account;
  readonly json: AccountJson;
  /** Stops the node and forgets the deployment. */
  readonly close: () => Promise<void>;
};

/** Deploys on a node, plays, and takes the account. Throws if a sum differs by a wei. */
export const runDemo = async (options: Options, progress: Progress): Promise<Outcome> => {
  const plan = options.demand === undefined ? undefined : await planOf(options.demand);
  progress.step(options.rpc === undefined ? "a node starts" : `joining ${withoutUrlSecrets(options.rpc)}`);
  const { hre, dispose } = await openHardhat();
  const chain = options.rpc === undefined ? await startChain(hre, options.hardfork) : await joinChain(options.rpc);
  const close = async (): Promise<void> => {
    await chain.close();
    await dispose();
  };
  try {
    progress.step("Cardflow is deployed");
    const system = await deploySystem(hre, chain);
    const play = plan === undefined ? await playStory(hre, system, progress) : await playDemand(system, plan, progress);
    progress.step("the account is taken and checked");
    const account = await takeAccount(play);
    progress.end();
    requireExact(account);
    return { play, account, json: accountJson(account, play), close };
  } catch (cause) {
    await close();
    throw cause;
  }
};

/** Reads the files and plans, so that a malformed file, or demand that cannot be met, is said before anything is sent. */
export const planOf = async ({
  hosts: hostsFile,
  tasks: tasksFile,
  limit,
}: NonNullable<Options["demand"]>): Promise<Plan> => {
  const { hosts, tasks } = await readDemand(hostsFile, tasksFile);
  const plan = planDemand(hosts, tasks.slice(0, limit));
  const [unplaced] = plan.unplaced;
  if (plan.placed.length === 0 && unplaced !== undefined)
    throw new DemoError(
      `${tasksFile}: none of ${plan.unplaced.length} tasks can run on the hosts of ${hostsFile}; ${unplaced.task} ${unplaced.reason}`,
    );
  return plan;
};

const requireExact = (account: Account): void => {
  const [wrong] = broken(account);
  if (wrong === undefined) return;
  throw new DemoError(`the account does not add up: ${wrong.what}: ${wrong.left} is not ${wrong.right}`);
};
