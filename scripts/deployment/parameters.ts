import { existsSync } from "node:fs";
import { readDeploymentParameters } from "@nomicfoundation/hardhat-ignition/helpers";
import { type Address, formatEther, getAddress, isAddress, isAddressEqual, parseEther, zeroAddress } from "viem";
import { z } from "zod";
import { DeploymentError, messageOf } from "./failure.ts";
import type { Network } from "./networks.ts";

/** One millionth of a dollar, the unit of a source's bounds, at 18 decimals. */
const BOUND_UNIT = 10n ** 12n;

const address = z.string("an address is expected").transform((text, context): Address => {
  const problem = problemOfAddress(text);
  if (problem === undefined) return getAddress(text);
  context.addIssue({ code: "custom", message: problem });
  return z.NEVER;
});

const problemOfAddress = (text: string): string | undefined => {
  if (!isAddress(text, { strict: false })) return `an address is expected, found "${text}"`;
  const right = getAddress(text);
  if (right === zeroAddress) return "is the zero address";
  return text === right ? undefined : `has a wrong checksum: ${text} should read ${right}`;
};

const whole = (least: number, most: number, unit: string) => {
  const error = ({ input }: { readonly input: unknown }): string =>
    `a whole number from ${least} to ${most} (${unit}) is expected, found ${shown(input)}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
};

const wei = (least: bigint, most: bigint, unit: string) => {
  const error = ({ input }: { readonly input: unknown }): string =>
    `a big integer such as "${least}n", from ${least} to ${most} (${unit}), is expected, found ${shown(input)}`;
  return z.bigint({ error }).min(least, { error }).max(most, { error });
};

const shown = (input: unknown): string => {
  if (input === undefined) return "nothing";
  return typeof input === "bigint" ? `"${input}n"` : JSON.stringify(input);
};

const bps = (least: number, most: number) => whole(least, most, "bps");

const sourceSchema = z
  .strictObject({
    /** Left out where the deployment brings mock feeds. */
    feed: address.optional(),
    heartbeat: whole(1, 90_000, "seconds"),
    thresholdBps: bps(0, 200),
    minPrice: whole(1, 2 ** 32 - 1, "millionths of a dollar"),
    maxPrice: whole(1, 2 ** 32 - 1, "millionths of a dollar"),
  })
  .refine(({ minPrice, maxPrice }) => minPrice < maxPrice, {
    path: ["minPrice"],
    error: "must be below maxPrice",
  });

const sum = (name: string, first: number, second: number, least: number, most: number): string | undefined =>
  first + second >= least && first + second <= most
    ? undefined
    : `${name} together must be from ${least} to ${most} (bps), are ${first + second}`;

const cardflowSchema = z
  .strictObject({
    treasury: address,
    timelock: address,
    guardian: address,
    verifier: address,
    primarySource: sourceSchema,
    secondSource: sourceSchema,
    initialSlowPrice: wei(BOUND_UNIT, 2n ** 96n - 1n, "wei of a dollar per CARD"),
    /** Uptime feed of an L2's sequencer. */
    sequencerFeed: address.optional(),
    seed: wei(0n, parseEther("600000000"), "CARD-wei"),
    dollarFeeBps: bps(25, 200),
    gateBps: bps(11_000, 20_000),
    ceilingBps: bps(100, 1_500),
    openMintBps: bps(0, 1_000),
    leaseMintBps: bps(0, 1_000),
    openLaneBps: bps(100, 500),
    earnedLaneBps: bps(0, 400),
    hardCeiling: whole(1, 3_000_000_000, "cfUSD"),
    feeBps: bps(0, 1_000),
    tokenFeeBps: bps(0, 1_000),
    longestMinDuration: whole(600, 86_400, "seconds"),
  })
  .superRefine((all, context) => {
    const say = (path: string, message: string | undefined): void => {
      if (message !== undefined) context.addIssue({ code: "custom", path: [path], message });
    };
    say("openMintBps", sum("openMintBps and leaseMintBps", all.openMintBps, all.leaseMintBps, 100, 1_000));
    say("openLaneBps", sum("openLaneBps and earnedLaneBps", all.openLaneBps, all.earnedLaneBps, 100, 500));
    if (all.tokenFeeBps > all.feeBps)
      say("tokenFeeBps", `must not be above feeBps, which is ${all.feeBps}; found ${all.tokenFeeBps}`);
    for (const slot of ["primarySource", "secondSource"] as const) {
      const { minPrice, maxPrice } = all[slot];
      const inside =
        all.initialSlowPrice > BigInt(minPrice) * BOUND_UNIT && all.initialSlowPrice < BigInt(maxPrice) * BOUND_UNIT;
      if (!inside) say("initialSlowPrice", `lies outside the bounds of ${slot}`);
    }
  });

const parametersSchema = z
  .strictObject({
    Cardflow: cardflowSchema,
    /** Two feeds that anyone can set, for test chains. */
    MockFeeds: z
      .strictObject({
        decimals: whole(0, 18, "decimals"),
        answer: wei(1n, 2n ** 127n - 1n, "dollars per CARD with these decimals"),
      })
      .optional(),
    /** A sequencer feed that anyone can set and that says "up", for test chains. */
    MockSequencer: z.strictObject({}).optional(),
    /** Gives CARD to anyone, for test chains. */
    Faucet: z
      .strictObject({
        amount: wei(1n, 2n ** 128n - 1n, "CARD-wei"),
        interval: whole(1, 2_592_000, "seconds"),
        dailyLimit: wei(1n, 2n ** 128n - 1n, "CARD-wei"),
      })
      .refine(({ amount, dailyLimit }) => dailyLimit >= amount, {
        path: ["dailyLimit"],
        error: "must not be below amount",
      })
      .optional(),
  })
  .superRefine(({ Cardflow, MockFeeds, MockSequencer }, context) => {
    const say = (path: readonly string[], message: string): void =>
      context.addIssue({ code: "custom", path: ["Cardflow", ...path], message });
    for (const slot of ["primarySource", "secondSource"] as const) {
      const { feed } = Cardflow[slot];
      if (MockFeeds === undefined && feed === undefined)
        say([slot, "feed"], "is missing: name a price feed, or ask for MockFeeds on a test chain");
      if (MockFeeds !== undefined && feed !== undefined)
        say([slot, "feed"], "is named although MockFeeds are asked for: leave one of the two out");
    }
    const [first, second] = [Cardflow.primarySource.feed, Cardflow.secondSource.feed];
    if (first !== undefined && second !== undefined && isAddressEqual(first, second))
      say(["secondSource", "feed"], "is the primary source's feed too: two sources are needed");
    if (MockSequencer !== undefined && Cardflow.sequencerFeed !== undefined)
      say(["sequencerFeed"], "is named although MockSequencer is asked for: leave one of the two out");
  });

/** What a deployment is made with: the modules' parameters, by module. */
export type Parameters = z.infer<typeof parametersSchema>;

/** Checks parameters as they stand in a file; names every field that is wrong. */
export const parseParameters = (content: unknown, file: string): Parameters => {
  const parsed = parametersSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new DeploymentError(
    `${file} cannot be used:`,
    parsed.error.issues.map(({ path, message }) => `${path.length === 0 ? "the file" : path.join(".")}: ${message}`),
  );
};

/** Reads a parameter file (JSON5; big integers as "7n"). */
export const readParameters = async (file: string): Promise<Parameters> => {
  if (!existsSync(file)) throw new DeploymentError(`there is no parameter file ${file}`);
  try {
    return parseParameters(await readDeploymentParameters(file), file);
  } catch (cause) {
    if (cause instanceof DeploymentError) throw cause;
    const inner = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
    throw new DeploymentError(`${file} is not JSON5: ${messageOf(inner)}`, [], { cause });
  }
};

/**
 * What speaks against these parameters on this network, whatever the chain says: its floors, mocks where they must not be, and
 * accounts that must differ.
 */
export const problemsOn = (
  { floors, kind, name, sequencer }: Network,
  { Cardflow, MockFeeds, MockSequencer, Faucet }: Parameters,
  deployer: Address,
): string[] => {
  const problems: string[] = [];
  const forbid = (wrong: boolean, field: string, why: string): void => {
    if (wrong) problems.push(`${field}: ${why}`);
  };
  const mocks = { MockFeeds, MockSequencer, Faucet };
  for (const [mock, wanted] of Object.entries(mocks))
    forbid(wanted !== undefined && kind === "mainnet", mock, `is for test chains only, and ${name} is a mainnet`);
  forbid(
    Cardflow.seed < floors.seed,
    "Cardflow.seed",
    `at least ${formatEther(floors.seed)} CARD on ${name}, found ${formatEther(Cardflow.seed)}`,
  );
  for (const field of ["gateBps", "dollarFeeBps"] as const)
    forbid(
      Cardflow[field] < floors[field],
      `Cardflow.${field}`,
      `at least ${floors[field]} on ${name}, found ${Cardflow[field]}`,
    );
  const watched = Cardflow.sequencerFeed !== undefined || MockSequencer !== undefined;
  forbid(sequencer && !watched, "Cardflow.sequencerFeed", `is missing: ${name} has a sequencer that can fail`);
  forbid(!sequencer && watched, "Cardflow.sequencerFeed", `is named, and ${name} has no sequencer`);
  return [...problems, ...accountProblems({ floors, name }, Cardflow, deployer)];
};

/** The deployer gives its rights away; an account that it gives them to must be another's. */
const accountProblems = (
  { floors, name }: Pick<Network, "floors" | "name">,
  { timelock, guardian, verifier, treasury }: Parameters["Cardflow"],
  deployer: Address,
): string[] => {
  const holders = Object.entries({ timelock, guardian, verifier });
  const accounts = floors.distinctAccounts ? [...holders, ["treasury", treasury] as const] : holders;
  return accounts.flatMap(([field, account], index) => {
    if (isAddressEqual(account, deployer)) return [`Cardflow.${field}: is the deployer, which must keep nothing`];
    const twin = accounts.slice(0, index).find(([, other]) => isAddressEqual(other, account));
    return floors.distinctAccounts && twin !== undefined
      ? [`Cardflow.${field}: is the ${twin[0]}'s account too; ${name} needs separate ones`]
      : [];
  });
};
