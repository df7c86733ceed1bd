// Gas of what users do: whole transactions (21 000 + calldata + execution − refunds) in the production profile, on a chain of its own,
// beside the peers that install from the registry, measured on the same chain in the same run, and the floor of the gas schedule.
//
//   npm run bench:gas                 a table
//   npm run bench:gas -- --json       … and one line of JSON at the end
//   npm run bench:gas -- --check      our figures alone, compared with snapshots/gas.json and docs/gas.md; exits 1 if they differ
//   npm run bench:gas -- --update     writes both
//   npm run bench:gas -- --growth     the same operations after 1, 100 and 10 000 cards, holders, leases and days (--sizes 1,100,1000)
import { parseArgs } from "node:util";
import { DemoError } from "../demo/failure.ts";
import { document, isDocumented } from "./gas/document.ts";
import { growthTable, measureGrowth, SIZES } from "./gas/growth.ts";
import { measure } from "./gas/measure.ts";
import { asJson, asMarkdown, asTable } from "./gas/report.ts";
import { committed, differences, recordedPeers, writeSnapshots } from "./gas/snapshot.ts";

const flag = { type: "boolean", default: false } as const;

/** Numbers between commas, rising. */
const sizesOf = (text: string | undefined): readonly number[] => {
  if (text === undefined) return SIZES;
  const sizes = text.split(",").map(Number);
  const rise = sizes.every((size, index) => Number.isInteger(size) && size > (sizes[index - 1] ?? 0));
  if (!rise) throw new DemoError(`--sizes ${text}: whole numbers that rise are needed, such as 1,100,10000`);
  return sizes;
};

const check = async (): Promise<void> => {
  const { ours } = await measure(false);
  const lines = differences(ours);
  const recorded = recordedPeers();
  const page = asMarkdown({ ours: committed(), peers: recorded, recorded });
  if (!isDocumented("figures", page)) lines.push("docs/gas.md does not show the committed figures");
  if (lines.length === 0) return console.log(`gas: ${ours.size} operations cost what snapshots/gas.json says`);
  console.error([...lines, "If that is meant: npm run bench:gas -- --update"].join("\n"));
  process.exitCode = 1;
};

const main = async (): Promise<void> => {
  const options = { json: flag, check: flag, update: flag, growth: flag, sizes: { type: "string" } } as const;
  const { values } = parseArgs({ options });
  if (values.check) return check();
  if (values.growth) {
    const growth = await measureGrowth(sizesOf(values.sizes));
    const { text, markdown } = growthTable(growth);
    if (values.update) document("growth", markdown);
    return console.log(values.json ? JSON.stringify(growth) : text);
  }
  const { ours, peers } = await measure(true);
  if (values.update) {
    if (peers.size === 0) throw new DemoError("the peers could not be measured, so nothing is written");
    writeSnapshots(ours, peers);
    document("figures", asMarkdown({ ours, peers, recorded: peers }));
  }
  const results = { ours, peers, recorded: recordedPeers() };
  console.log(asTable(results));
  if (values.json) console.log(asJson(results));
};

await main();
