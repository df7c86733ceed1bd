import { formatEther } from "viem";
import { readContract } from "viem/actions";
import {
  cardRegistryAbi,
  dollarMinterAbi,
  dollarStateNames,
  priceHealthNames,
  priceOracleAbi,
  rentalMarketAbi,
  revenueShareFactoryAbi,
} from "../../../sdk/src/abis/index.ts";
import type { DollarState } from "../../../sdk/src/index.ts";
import { dollars, tokens } from "../../demo/format.ts";
import { GRACE, readFeed } from "../chainChecks.ts";
import { messageOf } from "../failure.ts";
import { type Finding, judge, type Look, type Verdict } from "./finding.ts";

/* PRICE */

/** Whether the price can be believed, and how old it is. */
export const priceFindings = async (look: Look): Promise<Finding[]> => {
  const { reader, deployment, block } = look;
  const at = { address: deployment.addresses.priceOracle, abi: priceOracleAbi, blockNumber: block.number } as const;
  const reading = await readContract(reader, { ...at, functionName: "peek" });
  const health = priceHealthNames[reading.health] ?? "unknown";
  const clock = await readContract(reader, { ...at, functionName: "slowPriceClock" });
  const prices = `$${formatEther(reading.low)} to $${formatEther(reading.high)}, slow $${formatEther(reading.slow)}`;
  return [
    judge("price", health === "Good" ? "ok" : "fault", `${health}: ${prices}, last poked ${block.time - clock} s ago`),
    await sourceFinding(look, 0, "primary source"),
    await sourceFinding(look, 1, "second source"),
  ];
};

const sourceFinding = async ({ reader, deployment, block }: Look, slot: 0 | 1, name: string): Promise<Finding> => {
  const { feed, heartbeat } = await readContract(reader, {
    address: deployment.addresses.priceOracle,
    abi: priceOracleAbi,
    functionName: "source",
    args: [slot],
    blockNumber: block.number,
  });
  const subject = `price of the ${name}`;
  try {
    const { price, updatedAt } = await readFeed(reader, feed, block.number);
    const [age, limit] = [block.time - updatedAt, heartbeat + GRACE];
    const detail = `$${formatEther(price)}, ${age} s old of at most ${limit} s`;
    return judge(subject, age >= 0 && age <= limit && price > 0n ? "ok" : "fault", detail);
  } catch (cause) {
    return judge(subject, "fault", `${feed} does not answer: ${messageOf(cause)}`);
  }
};

/* DOLLAR */

const VERDICTS: Record<DollarState, Verdict> = {
  Green: "ok",
  Yellow: "note",
  Orange: "fault",
  Red: "fault",
  Skew: "fault",
  Blind: "fault",
};

/** The dollar's state, the room in its buckets, and what is paused. */
export const dollarFindings = async (look: Look): Promise<Finding[]> => {
  const { reader, deployment, block } = look;
  const status = await readContract(reader, {
    address: deployment.addresses.dollarMinter,
    abi: dollarMinterAbi,
    functionName: "status",
    blockNumber: block.number,
  });
  const state = dollarStateNames[status.state] ?? "Blind";
  const backing = status.supply === 0n ? "nothing to back" : `backing ${percentOf(status.backing)}`;
  const supply = `$${dollars(status.supply)} of at most $${dollars(status.ceiling)}`;
  const lane = (
    name: string,
    { room, capacity }: { room: bigint; capacity: bigint },
    unit: (amount: bigint) => string,
  ) =>
    judge(
      `room in ${name}`,
      room === 0n && state === "Green" ? "note" : "ok",
      `${unit(room)} of ${unit(capacity)} a day`,
    );
  const inDollars = (amount: bigint): string => `$${dollars(amount)}`;
  const inTokens = (amount: bigint): string => `${tokens(amount)} CARD`;
  return [
    judge("state of the dollar", VERDICTS[state], `${state}, ${backing}, ${supply}`),
    lane("the open mint", status.openMint, inDollars),
    lane("the leases' mint", status.leaseMint, inDollars),
    lane("the open redemption lane", status.openLane, inTokens),
    lane("the earners' redemption lane", status.earnedLane, inTokens),
    ...(await pauseFindings(look, status)),
  ];
};

const percentOf = (fraction: bigint): string => `${fraction / 10n ** 16n} %`;

const pauseFindings = async (
  { reader, deployment: { addresses }, block }: Look,
  status: { readonly mintPausedUntil: number; readonly redeemPausedUntil: number },
): Promise<Finding[]> => {
  const at = { blockNumber: block.number } as const;
  const ends = [
    ["mint", status.mintPausedUntil],
    ["redemption", status.redeemPausedUntil],
    [
      "matches",
      await readContract(reader, {
        ...at,
        address: addresses.rentalMarket,
        abi: rentalMarketAbi,
        functionName: "pausedUntil",
      }),
    ],
    [
      "registration",
      await readContract(reader, {
        ...at,
        address: addresses.cardRegistry,
        abi: cardRegistryAbi,
        functionName: "registrationPausedUntil",
      }),
    ],
    [
      "share sales",
      await readContract(reader, {
        ...at,
        address: addresses.revenueShareFactory,
        abi: revenueShareFactoryAbi,
        functionName: "salesPausedUntil",
      }),
    ],
  ] as const;
  const paused = ends.filter(([, until]) => until > block.time);
  return paused.length === 0
    ? [judge("pauses", "ok", "none")]
    : paused.map(([kind, until]) => judge(`pause of ${kind}`, "note", `until ${new Date(until * 1000).toISOString()}`));
};
