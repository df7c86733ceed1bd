import { minterStatus, toCardflowError } from "@cardflow/sdk";
import {
  cardRegistryAbi,
  dollarMinterAbi,
  leaseLedgerAbi,
  priceOracleAbi,
  rentalMarketAbi,
  revenueShareFactoryAbi,
  supplierStakingAbi,
} from "@cardflow/sdk/abis";
import { type Address, isAddressEqual } from "viem";
import { readContract } from "viem/actions";
import { chainIdAt, codeOf, type Network, networkOf, recordOf, recordsOf, urlOf } from "../chain/network.ts";
import { command } from "../command.ts";
import { backingText, dollars, duration, momentFrom } from "../terminal/format.ts";
import type { Level, View } from "../terminal/view.ts";
import { levelOf } from "./dollar.ts";

/** Something that was looked at. */
export type Finding = {
  readonly what: string;
  readonly level: Level;
  readonly found: string;
  /** What to do about it. */
  readonly remedy?: string;
};

/** Findings, one a line. */
export const findingsText = (view: View, findings: readonly Finding[]): string => {
  const width = Math.max(...findings.map(({ what }) => what.length));
  return findings
    .map(({ what, level, found, remedy }) => {
      const hint =
        remedy === undefined || level === "ok" ? "" : `\n${" ".repeat(width + 4)}${view.paint.dim(`→ ${remedy}`)}`;
      return `${view.mark(level)} ${what.padEnd(width)}  ${found}${hint}`;
    })
    .join("\n");
};

export const health = command({
  description: "Check a deployment: code, wiring, prices, the dollar, pauses. Exit code 1 if something is wrong",
  args: {},
  examples: ["cardflow health", "cardflow health --json --rpc $RPC"],
  run: async ({ io, options }) => {
    const url = urlOf(io, options);
    const [records, chainId] = await Promise.all([recordsOf(io, options), chainIdAt(url)]);
    const network = networkOf(io, url, recordOf(records, chainId));
    const code = await codeFindings(network);
    // Without the right code every other answer is one of a stranger.
    const sound = code.every(({ level }) => level !== "fault");
    const findings = sound ? [...code, ...(await looks(network))] : code;
    const faulty = findings.some(({ level }) => level === "fault");
    return {
      data: { chainId, release: network.release ?? null, healthy: !faulty, findings },
      text: (view) =>
        `${view.title(`Cardflow on chain ${chainId}`)}\n${findingsText(view, findings)}\n\n${view.mark(faulty ? "fault" : "ok")} ${faulty ? "something is wrong" : "nothing is wrong"}${sound ? "" : "; nothing else was asked of contracts that are not the right ones"}`,
      faulty,
    };
  },
});

/** Code of all contracts against the record: one line if all is right. */
export const codeFindings = async (network: Network): Promise<readonly Finding[]> => {
  const code = await codeOf(network);
  const wrong = code.filter(({ right }) => !right);
  const recorded = code.filter(({ expected }) => expected !== undefined).length;
  if (wrong.length > 0)
    return wrong.map(({ name, found, expected }) => ({
      what: `code of ${name}`,
      level: "fault",
      found: found === undefined ? "there is none" : `has the hash ${found}, recorded is ${expected}`,
      remedy: "Check --rpc and --deployment; if both are right, do not use this deployment.",
    }));
  return [
    recorded === code.length
      ? { what: "code", level: "ok", found: `all ${code.length} contracts have the code that was recorded` }
      : {
          what: "code",
          level: "warning",
          found: `all ${code.length} contracts have code, but the record has no hashes to compare with`,
          remedy: "Normal on a local chain; else pass the deployment's own record with --deployment.",
        },
  ];
};

const looks = async (network: Network): Promise<readonly Finding[]> => {
  try {
    const [wiring, dollar] = await Promise.all([wiringFindings(network), dollarFindings(network)]);
    return [...wiring, ...dollar];
  } catch (cause) {
    throw await toCardflowError(cause);
  }
};

const wiringFindings = async ({ client, deployment: { addresses } }: Network): Promise<readonly Finding[]> => {
  const { cardRegistry, leaseLedger, rentalMarket, dollarMinter, supplierStaking, revenueShareFactory } = addresses;
  const pointers: readonly (readonly [string, Promise<Address>, Address])[] = [
    [
      "registry → ledger",
      readContract(client, { address: cardRegistry, abi: cardRegistryAbi, functionName: "ledger" }),
      leaseLedger,
    ],
    [
      "staking → ledger",
      readContract(client, { address: supplierStaking, abi: supplierStakingAbi, functionName: "ledger" }),
      leaseLedger,
    ],
    [
      "ledger → market",
      readContract(client, { address: leaseLedger, abi: leaseLedgerAbi, functionName: "market" }),
      rentalMarket,
    ],
    [
      "ledger → minter",
      readContract(client, { address: leaseLedger, abi: leaseLedgerAbi, functionName: "minter" }),
      dollarMinter,
    ],
    [
      "minter → ledger",
      readContract(client, { address: dollarMinter, abi: dollarMinterAbi, functionName: "ledger" }),
      leaseLedger,
    ],
  ];
  const encumbrances = readContract(client, {
    address: cardRegistry,
    abi: cardRegistryAbi,
    functionName: "isEncumbrancer",
    args: [revenueShareFactory],
  });
  const wrong: Finding[] = [];
  for (const [what, read, expected] of pointers) {
    const found = await read;
    if (!isAddressEqual(found, expected))
      wrong.push({
        what,
        level: "fault",
        found: `points to ${found}, not to ${expected}`,
        remedy: "Ask governance whether it was moved.",
      });
  }
  if (!(await encumbrances))
    wrong.push({
      what: "factory",
      level: "fault",
      found: "the registry does not let it tokenize cards",
      remedy: "Governance sets it with setEncumbrancer.",
    });
  return wrong.length > 0
    ? wrong
    : [{ what: "wiring", level: "ok", found: "contracts name each other as they should" }];
};

const dollarFindings = async ({ client, deployment }: Network): Promise<readonly Finding[]> => {
  const { addresses } = deployment;
  const [minter, clock, market, sales, registration, now] = await Promise.all([
    minterStatus(client, { deployment }),
    readContract(client, { address: addresses.priceOracle, abi: priceOracleAbi, functionName: "slowPriceClock" }),
    readContract(client, { address: addresses.rentalMarket, abi: rentalMarketAbi, functionName: "pausedUntil" }),
    readContract(client, {
      address: addresses.revenueShareFactory,
      abi: revenueShareFactoryAbi,
      functionName: "salesPausedUntil",
    }),
    readContract(client, {
      address: addresses.cardRegistry,
      abi: cardRegistryAbi,
      functionName: "registrationPausedUntil",
    }),
    client
      .request({ method: "eth_getBlockByNumber", params: ["latest", false] })
      .then((block) => Number(block?.timestamp ?? 0)),
  ]);
  const { state, price } = minter;
  const halt = (what: string, until: number): readonly Finding[] =>
    until > now
      ? [{ what, level: "warning", found: `paused until ${momentFrom(until, now)}`, remedy: "It opens by itself." }]
      : [];
  const old = now - clock;
  return [
    {
      what: "prices",
      level: price.health === "Good" ? "ok" : "fault",
      found: `${price.health}: $${dollarsOf(price.low)} to $${dollarsOf(price.high)} per CARD`,
      remedy:
        price.health === "Skew"
          ? "The sources disagree: wait until they do not."
          : "A source fails: wait, and poke the oracle.",
    },
    {
      what: "slow price",
      level: old > staleAfter ? "warning" : "ok",
      found: `$${dollarsOf(price.slow)}, last poked ${duration(Math.max(0, old))} ago`,
      remedy: "Anyone may poke the oracle; after silence it rises by hourly pokes only.",
    },
    {
      what: "dollar",
      level: levelOf(state),
      found: `${state}, supply ${dollars(minter.supply)}${minter.supply === 0n ? "" : `, backing ${backingText(minter.backing)}`}${minter.mintHalted ? ", minting is halted" : ""}`,
      remedy: "See `cardflow dollar status`, and docs/protocol.md for what each state allows.",
    },
    ...halt("minting", minter.mintPausedUntil),
    ...halt("redemption", minter.redeemPausedUntil),
    ...halt("matches", market),
    ...halt("share sales", sales),
    ...halt("registration", registration),
  ];
};

/** Seconds after which the slow price deserves a poke. */
const staleAfter = 90_000;

const dollarsOf = (price: bigint): string => (Number(price) / 1e18).toPrecision(4);
