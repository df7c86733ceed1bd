import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { TypedDataEncoder, verifyTypedData as verifyByEthers } from "ethers";
import secp256k1 from "secp256k1";
import { type Hex, hashTypedData, verifyTypedData } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { z } from "zod";
import { askFields } from "../../sdk/src/abis/orderTypes.ts";
import {
  type Ask,
  askTypedData,
  fastKeccak,
  hashAsk,
  orderDomain,
  recoverBy,
  signAsk,
  verifyAsk,
} from "../../sdk/src/orders/index.ts";
import { root } from "../deployment/environment.ts";
import { runTool } from "../package/command.ts";
import { actionSizes, bundleSize, SDK_PARTS, sdkDist } from "../package/sizes.ts";
import { importPeer, installPeers, peersFolder } from "./peers.ts";

const USAGE = `usage: npm run bench:sdk [-- --json]

Speeds on one thread and sizes of the SDK, beside viem, ethers, ox and another protocol's SDK, all in this run. Speeds of hashing and
verifying are per second of processor time, the best of many short passes, since the machine may be shared. Sizes are minified and gzipped, with viem outside:
  all         the package's root: every action, call, read, quote and error, with the texts of all errors
  one action  the heaviest of all actions, each alone in one file with the errors of its call and their texts; then as it is loaded first
              by a bundler that splits, and the lightest
  matching    the path /matching alone: engine, explanations, audit and placement
`;

/** Seconds of the processor that this thread has had. */
const processorTime = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e6;
};

/** Runs per second of processor time, by the best of many passes of about 20 ms. */
const rate = async (run: (index: number) => unknown, seconds = 1.5): Promise<number> => {
  const end = processorTime() + seconds;
  let index = 0;
  let best = 0;
  while (processorTime() < end) {
    const start = processorTime();
    const first = index;
    let spent = 0;
    while (spent < 0.02) {
      for (const last = index + 10; index < last; index += 1) {
        const result = run(index);
        if (result instanceof Promise) await result;
      }
      spent = processorTime() - start;
    }
    best = Math.max(best, (index - first) / spent);
  }
  return Math.round(best);
};

/** A stranger's order differs from the one before: nothing may be remembered of it. */
const askOf = (index: number, operator: Hex): Ask => ({
  operator,
  cardId: BigInt(index % 100_000),
  epoch: index % 7,
  ratePerSecond: 583_333_333_333_333n + BigInt(index),
  minThousandths: 125,
  minDuration: 3_600,
  maxDuration: 86_400,
  priorityTier: 1,
  openFrom: 1_763_790_000,
  validUntil: 1_763_900_000 + index,
  counter: 5n,
  salt: BigInt(index) * 0x9e3779b97f4a7c15n,
});

const market = `0x${"ab".repeat(20)}` as const;
const domain = orderDomain({ chainId: 31337, market, keccak: fastKeccak });
const eip712 = { name: "Cardflow Rental Market", version: "1", chainId: 31337, verifyingContract: market };
const types = { Ask: [...askFields] };

/** The hash function of ox, an untyped guest; it must give our hash before it is measured. */
const oxHash = async (): Promise<(ask: Ask) => unknown> => {
  const ox = await importPeer("ox");
  const typedData: unknown = typeof ox === "object" && ox !== null ? Reflect.get(ox, "TypedData") : undefined;
  const payload: unknown =
    typeof typedData === "object" && typedData !== null ? Reflect.get(typedData, "getSignPayload") : undefined;
  if (typeof payload !== "function") throw new RangeError("ox has no TypedData.getSignPayload");
  return (message) => payload({ domain: eip712, types, primaryType: "Ask", message });
};

const benchHash = async () => {
  const { address } = account;
  const ox = await oxHash();
  const sample = askOf(1, address);
  const hash = hashAsk(domain, sample);
  const others = [
    hashTypedData(askTypedData(domain, sample)),
    TypedDataEncoder.hash(eip712, types, sample),
    ox(sample),
  ];
  if (others.some((other) => other !== hash)) throw new RangeError("the hashes differ");
  return {
    ours: await rate((index) => hashAsk(domain, askOf(index, address))),
    viem: await rate((index) => hashTypedData(askTypedData(domain, askOf(index, address)))),
    ethers: await rate((index) => TypedDataEncoder.hash(eip712, types, askOf(index, address))),
    ox: await rate((index) => ox(askOf(index, address))),
  };
};

const account = privateKeyToAccount(`0x${"11".repeat(32)}`);

/** Every implementation checks the same signed asks, as strangers send them: hash, recover, compare. */
const benchVerify = async () => {
  const signed = await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      const ask = askOf(index, account.address);
      return { ask, signature: await signAsk(account, domain, ask) };
    }),
  );
  const recover = recoverBy(secp256k1.ecdsaRecover, fastKeccak);
  const checked =
    (check: (ask: Ask, signature: Hex) => boolean | Promise<boolean>) =>
    async (index: number): Promise<void> => {
      const { ask, signature } = signed[index % signed.length] ?? { ask: askOf(0, market), signature: "0x" };
      if (!(await check(ask, signature))) throw new RangeError("a good signature was refused");
    };
  return {
    ours: await rate(checked((ask, signature) => verifyAsk(domain, ask, signature, { recover }))),
    plain: await rate(checked((ask, signature) => verifyAsk(domain, ask, signature))),
    viem: await rate(
      checked((ask, signature) =>
        verifyTypedData({ address: account.address, signature, ...askTypedData(domain, ask) }),
      ),
    ),
    ethers: await rate(checked((ask, signature) => verifyByEthers(eip712, types, ask, signature) === account.address)),
  };
};

const benchSizes = async () => {
  if (!existsSync(join(sdkDist, "index.js")))
    throw new RangeError("sdk/dist is missing: run `npm run build:sdk` first");
  const all = await bundleSize(SDK_PARTS.all, sdkDist);
  const actions = await actionSizes();
  const engine = await bundleSize(SDK_PARTS.engine, sdkDist);
  const matching = await bundleSize(SDK_PARTS.matching, sdkDist);
  const morpho = await bundleSize('export * from "@morpho-org/blue-sdk-viem";', peersFolder);
  return { all, actions, engine, matching, morpho };
};

const decodeSchema = z.object({
  decodePerSecond: z.number(),
  peers: z.object({ viem: z.number(), ethers: z.number() }),
});

/** The heaviest action in one file, the heaviest as loaded first, and the lightest in one file. */
const extremes = (actions: Awaited<ReturnType<typeof actionSizes>>) => {
  const [heaviest] = actions;
  const lightest = actions.at(-1);
  if (heaviest === undefined || lightest === undefined) throw new RangeError("the package has no actions");
  return { heaviest, first: Math.max(...actions.map(({ first }) => first)), lightest };
};

/** Measures everything on this machine, now. */
const measure = async () => {
  await installPeers();
  const sizes = await benchSizes();
  const { heaviest, first, lightest } = extremes(sizes.actions);
  const hash = await benchHash();
  const verify = await benchVerify();
  // In a process of its own: what the other measurements leave behind makes folding three times as slow.
  const printed = await runTool(process.execPath, [join(import.meta.dirname, "decode.ts"), "--json"], root);
  const decode = decodeSchema.parse(JSON.parse(printed));
  return {
    hashPerSecond: hash.ours,
    verifyPerSecond: verify.ours,
    verifyPlainPerSecond: verify.plain,
    decodePerSecond: decode.decodePerSecond,
    sizeAllKiB: sizes.all.all,
    sizeOneActionKiB: heaviest.all,
    sizeOneActionFirstLoadedKiB: first,
    sizeLightestActionKiB: lightest.all,
    heaviestAction: heaviest.action,
    lightestAction: lightest.action,
    actions: sizes.actions.length,
    sizeMatchingKiB: sizes.matching.all,
    sizeMatchingEngineKiB: sizes.engine.all,
    peers: {
      hash: { viem: hash.viem, ethers: hash.ethers, ox: hash.ox },
      verify: { viem: verify.viem, ethers: verify.ethers },
      decode: decode.peers,
      size: { "blue-sdk-viem": sizes.morpho.all },
    },
  };
};

type Result = Awaited<ReturnType<typeof measure>>;

const report = ({ peers, ...ours }: Result): void => {
  const line = (what: string, value: number, beside: Readonly<Record<string, number>> = {}): void => {
    const others = Object.entries(beside).map(([name, other]) => `${name} ${other.toLocaleString("en")}`);
    const own = value.toLocaleString("en");
    console.log(`${what.padEnd(44)}${own.padStart(10)}   ${others.join(", ")}`);
  };
  line("orders hashed per second, plain JavaScript", ours.hashPerSecond, peers.hash);
  line("orders verified per second, native curve", ours.verifyPerSecond, peers.verify);
  line("orders verified per second, plain JavaScript", ours.verifyPlainPerSecond);
  line("events decoded and folded per second", ours.decodePerSecond, peers.decode);
  line("everything, KiB", ours.sizeAllKiB, peers.size);
  line(`one action in one file, KiB: ${ours.heaviestAction}`, ours.sizeOneActionKiB);
  line("one action as first loaded, KiB", ours.sizeOneActionFirstLoadedKiB);
  line(`the lightest of ${ours.actions}, KiB: ${ours.lightestAction}`, ours.sizeLightestActionKiB);
  line("matching alone, KiB", ours.sizeMatchingKiB);
  line("the matching engine without placement, KiB", ours.sizeMatchingEngineKiB);
};

const main = async (): Promise<void> => {
  const { values } = parseArgs({ options: { json: { type: "boolean" }, help: { type: "boolean" } } });
  if (values.help === true) {
    console.log(USAGE);
    return;
  }
  const result = await measure();
  if (values.json === true) console.log(JSON.stringify(result));
  else report(result);
};

await main();
