// Plays many random operations on the contracts and on the model of the protocol page, in worlds of a few hundred, and compares; or random
// markets on the matching engine and on a plain reference of its rules.
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";

const USAGE = `npm run deep                      100 000 random operations on contracts and model, in fresh worlds
  --operations N       as many in all
  --seed N             seed of the first world; each further one takes the next. By default by chance
  --world N            operations per world (500)
  --every N            compares everything at every Nth operation (20), balances and totals at each
  --markets N          instead, as many random markets on the matching engine and on the reference of its rules`;

const DEFAULTS = { operations: "100000", world: "500", every: "20" } as const;

/** So many operations call every function. */
const ENOUGH = 20_000;

const whole = (name: string, text: string, least: number): number => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least)
    throw new RangeError(`--${name}: a whole number of at least ${least} is expected, found ${text}`);
  return value;
};

const optionsOf = (args: string[]) => {
  const { values } = parseArgs({
    args,
    options: {
      operations: { type: "string", default: DEFAULTS.operations },
      world: { type: "string", default: DEFAULTS.world },
      every: { type: "string", default: DEFAULTS.every },
      seed: { type: "string" },
      markets: { type: "string" },
      help: { type: "boolean", default: false, short: "h" },
    },
  });
  return {
    help: values.help,
    operations: whole("operations", values.operations, 1),
    world: whole("world", values.world, 1),
    every: whole("every", values.every, 1),
    markets: values.markets === undefined ? undefined : whole("markets", values.markets, 1),
    seed: values.seed === undefined ? randomInt(2 ** 40) : whole("seed", values.seed, 0),
  };
};

const durationOf = (seconds: number): string => {
  const minutes = Math.floor(seconds / 60);
  return minutes < 1 ? `${Math.round(seconds)} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

/** The wallets of the world are test contracts, which are not built with the others. */
const buildWallets = async (): Promise<void> => {
  const { default: hre } = await import("hardhat");
  await hre.tasks.getTask("build").run({ files: ["test/contracts/support/Wallets.sol"], quiet: true });
};

const playMarkets = async (markets: number, seed: number): Promise<void> => {
  const { play } = await import("../test/unit/matchingMarkets.ts");
  const begun = Date.now();
  const told = { matched: 0, waited: 0, weighed: 0 };
  console.log(`${markets} markets, from seed ${seed}`);
  for (let done = 1; done <= markets; done += 1) {
    const played = play(BigInt(seed + done - 1));
    for (const figure of ["matched", "waited", "weighed"] as const) told[figure] += played[figure];
    if (done % 500 > 0 && done < markets) continue;
    const left = durationOf(((Date.now() - begun) / 1000 / done) * (markets - done));
    console.log(
      `${done} markets agree: ${told.matched} matches, ${told.weighed} cards by what they waste, ${left} left`,
    );
  }
  console.log(`AGREED: ${markets} markets, seeds ${seed} to ${seed + markets - 1}`);
};

const playOperations = async ({ operations, world, every, seed }: ReturnType<typeof optionsOf>): Promise<void> => {
  await buildWallets();
  const { SOME_APPROVE, Stage } = await import("../test/parity/run.ts");
  const { emptyTally, missedBy, summaryOf } = await import("../test/parity/tally.ts");
  const { deploy } = await import("../test/parity/world.ts");
  const stage = new Stage(await deploy(), SOME_APPROVE);
  const tally = emptyTally();
  const begun = Date.now();
  const seconds = (): number => (Date.now() - begun) / 1000;
  let next = BigInt(seed);
  console.log(`${operations} operations, ${world} per world, from seed ${seed}`);
  while (tally.operations < operations) {
    await stage.run(next, Math.min(world, operations - tally.operations), every, tally);
    const rate = tally.operations / seconds();
    const left = durationOf((operations - tally.operations) / rate);
    console.log(`seed ${next} agrees: ${tally.operations} operations, ${rate.toFixed(1)}/s, ${left} left`);
    next += 1n;
  }
  console.log(summaryOf(tally, next - 1n, seconds()).join("\n"));
  if (operations >= ENOUGH && missedBy(tally).length > 0)
    throw new RangeError(`in ${operations} operations nothing called ${missedBy(tally).join(", ")}`);
  console.log(`AGREED: ${tally.operations} operations, seeds ${seed} to ${next - 1n}`);
};

try {
  const options = optionsOf(process.argv.slice(2));
  if (options.help) console.log(USAGE);
  else if (options.markets === undefined) await playOperations(options);
  else await playMarkets(options.markets, options.seed);
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? `\n${error.message}` : error);
  process.exit(1);
}
