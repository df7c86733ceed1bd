import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { Interface } from "ethers";
import { type Abi, decodeEventLog, type RpcLog } from "viem";
import * as abis from "../../sdk/src/abis/index.ts";
import { createState, decodeLog, type EventSource } from "../../sdk/src/state/index.ts";
import { generateHistory, type HistoryLog, historyDeployment } from "../lib/history.ts";

const USAGE = `usage: node scripts/bench/decode.ts [--json]

Events per second on the logs of a made-up history: folded into a state (which decodes them, checks them against each other and
applies them), only decoded by this package's fixed layouts, and only decoded by viem and ethers, in the same run.
`;

/** Events per second. */
export type DecodeBench = {
  /** Decoded, checked and applied to the state. */
  readonly decodePerSecond: number;
  /** Decoded, and nothing else. */
  readonly decodeOnlyPerSecond: number;
  /** Decoded by others, and nothing else. */
  readonly peers: { readonly viem: number; readonly ethers: number };
};

/** Runs `work` for each log, again and again for about `seconds`; the best pass counts, since the machine is shared. */
const best = (logs: readonly HistoryLog[], seconds: number, pass: (logs: readonly HistoryLog[]) => void): number => {
  let [most, spent] = [0, 0];
  for (let passes = 0; passes < 2 || spent < seconds; passes += 1) {
    const start = process.hrtime.bigint();
    pass(logs);
    const took = Number(process.hrtime.bigint() - start) / 1e9;
    most = Math.max(most, logs.length / took);
    spent += took;
  }
  return Math.round(most);
};

const abiOf: { readonly [Name in EventSource]: Abi } = {
  computeToken: abis.computeTokenAbi,
  computeDollar: abis.computeDollarAbi,
  priceOracle: abis.priceOracleAbi,
  dollarMinter: abis.dollarMinterAbi,
  cardRegistry: abis.cardRegistryAbi,
  supplierStaking: abis.supplierStakingAbi,
  renterStaking: abis.renterStakingAbi,
  leaseLedger: abis.leaseLedgerAbi,
  rentalMarket: abis.rentalMarketAbi,
  revenueShare: abis.revenueShareAbi,
  revenueShareFactory: abis.revenueShareFactoryAbi,
};

const isSource = (name: string): name is EventSource => name in abiOf;

type Source = { readonly name: EventSource; readonly abi: Abi; readonly ethers: Interface };

const sourceOf = (name: EventSource): Source => ({
  name,
  abi: abiOf[name],
  ethers: Interface.from(JSON.stringify(abiOf[name])),
});

/** The contract of each address; a peer is not asked to look it up. Addresses that the deployment does not name are shares. */
const sourcesOf = (logs: readonly HistoryLog[]): ReadonlyMap<string, Source> => {
  const share = sourceOf("revenueShare");
  const named = Object.entries(historyDeployment.addresses).flatMap(([name, address]) =>
    isSource(name) ? [[address, sourceOf(name)] as const] : [],
  );
  return new Map([...logs.map(({ address }) => [address, share] as const), ...named]);
};

const topicsOf = ({ topics }: RpcLog): string[] => [...topics];

/** Measures folding and decoding on this machine, now. */
export const benchDecode = async (): Promise<DecodeBench> => {
  const blocks = generateHistory({ cards: 500, blocks: 2_000, operationsPerBlock: 8, seed: 1 });
  const logs = blocks.flatMap((block) => block.logs);
  const few = logs.slice(-6_000);
  const sources = sourcesOf(logs);
  const sourceAt = ({ address }: HistoryLog): Source => sources.get(address) ?? sourceOf("revenueShare");
  const fold = best(logs, 2, (all) => {
    const state = createState({ deployment: historyDeployment, logs: all });
    if (state.list().value.leaseIds.length === 0) throw new RangeError("nothing was folded");
  });
  const only = best(logs, 1, (all) => {
    for (const log of all)
      if (decodeLog(sourceAt(log).name, log) === undefined) throw new RangeError("an event is unknown");
  });
  const viem = best(few, 1, (all) => {
    for (const log of all) {
      const { data, topics } = log;
      const [first, ...rest] = topics;
      if (first === undefined) throw new RangeError("a log without topics");
      decodeEventLog({ abi: sourceAt(log).abi, data, topics: [first, ...rest] });
    }
  });
  const ethers = best(few, 1, (all) => {
    for (const log of all) sourceAt(log).ethers.parseLog({ topics: topicsOf(log), data: log.data });
  });
  return { decodePerSecond: fold, decodeOnlyPerSecond: only, peers: { viem, ethers } };
};

const main = async (): Promise<void> => {
  const { values } = parseArgs({ options: { json: { type: "boolean" }, help: { type: "boolean" } } });
  if (values.help === true) {
    console.log(USAGE);
    return;
  }
  const result = await benchDecode();
  if (values.json === true) {
    console.log(JSON.stringify(result));
    return;
  }
  const line = (label: string, rate: number) =>
    console.log(`${label.padEnd(36)}${rate.toLocaleString("en").padStart(12)}/s`);
  line("decoded, checked and folded", result.decodePerSecond);
  line("decoded by fixed layouts", result.decodeOnlyPerSecond);
  line("decoded by viem", result.peers.viem);
  line("decoded by ethers", result.peers.ethers);
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
