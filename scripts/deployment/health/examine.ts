import { erc20Abi, parseAbi } from "viem";
import { getBlock, readContract } from "viem/actions";
import type { CardflowClient } from "../../../sdk/src/index.ts";
import { tokens } from "../../demo/format.ts";
import { messageOf } from "../failure.ts";
import type { Network } from "../networks.ts";
import type { Parameters } from "../parameters.ts";
import { deploymentOf, type Entry } from "../registry.ts";
import { codeFindings } from "./code.ts";
import { type Finding, judge, type Look } from "./finding.ts";
import { dollarFindings, priceFindings } from "./money.ts";
import { parameterFindings } from "./parameters.ts";
import { roleFindings } from "./roles.ts";
import { supplyFindings } from "./supply.ts";
import { wiringFindings } from "./wiring.ts";

/** A deployment as its chain has it at one block. */
export type Health = {
  readonly healthy: boolean;
  readonly network: string;
  readonly chainId: number;
  readonly block: number;
  /** Of the block, seconds. */
  readonly time: number;
  readonly findings: readonly Finding[];
};

const faucetAbi = parseAbi(["function amount() view returns (uint256)", "function room() view returns (uint256)"]);

/** Reads everything again and judges it. A part that cannot be read is a fault and hides no other. */
export const examine = async (
  reader: CardflowClient,
  what: { readonly network: Network; readonly entry: Entry; readonly parameters: Parameters },
): Promise<Health> => {
  const { network, entry } = what;
  const { number, timestamp } = await getBlock(reader);
  const block = { number, time: Number(timestamp) };
  const look: Look = { ...what, reader, deployment: deploymentOf(network.chainId, entry), block };
  const parts = [
    ["code", codeFindings],
    ["wiring", wiringFindings],
    ["roles", roleFindings],
    ["parameters", parameterFindings],
    ["price", priceFindings],
    ["dollar", dollarFindings],
    ["supply", supplyFindings],
    ["faucet", faucetFindings],
  ] as const;
  const findings: Finding[] = [];
  for (const [name, part] of parts) {
    try {
      findings.push(...(await part(look)));
    } catch (cause) {
      findings.push(judge(name, "fault", `cannot be read: ${messageOf(cause)}`));
    }
  }
  const healthy = findings.every(({ verdict }) => verdict !== "fault");
  return {
    healthy,
    network: network.name,
    chainId: network.chainId,
    block: Number(number),
    time: block.time,
    findings,
  };
};

const faucetFindings = async ({ reader, entry, deployment, block }: Look): Promise<Finding[]> => {
  const address = entry.testContracts.faucet?.address;
  if (address === undefined) return [];
  const at = { address, abi: faucetAbi, blockNumber: block.number } as const;
  const amount = await readContract(reader, { ...at, functionName: "amount" });
  const room = await readContract(reader, { ...at, functionName: "room" });
  const held = await readContract(reader, {
    address: deployment.addresses.computeToken,
    abi: erc20Abi,
    functionName: "balanceOf",
    args: [address],
    blockNumber: block.number,
  });
  const detail = `holds ${tokens(held)} CARD, gives ${tokens(amount)} at once, ${tokens(room)} more today`;
  return held < amount
    ? [judge("faucet", "note", `${detail}: the treasury should send CARD to ${address}`)]
    : [judge("faucet", "ok", detail)];
};

const MARKS = { ok: "✓", note: "!", fault: "✗" } as const;

/** A health in lines; the last one says what is wrong. */
export const healthLines = ({ healthy, network, chainId, block, time, findings }: Health): string[] => {
  const faults = findings.filter(({ verdict }) => verdict === "fault");
  const notes = findings.filter(({ verdict }) => verdict === "note").length;
  const width = Math.min(64, Math.max(...findings.map(({ subject }) => subject.length)));
  return [
    `${network} (chain ${chainId}) at block ${block}, ${new Date(time * 1000).toISOString()}`,
    ...findings.map(({ subject, verdict, detail }) => `  ${MARKS[verdict]} ${subject.padEnd(width)}  ${detail}`),
    healthy
      ? `HEALTHY: ${findings.length} looks, ${notes} to know`
      : `NOT HEALTHY: ${faults.map(({ subject, detail }) => `${subject} ${detail}`).join("; ")}`,
  ];
};
