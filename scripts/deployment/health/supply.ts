import { type Address, erc20Abi, formatEther, parseEventLogs } from "viem";
import { readContract } from "viem/actions";
import { computeTokenAbi, dollarMinterAbi, leaseLedgerAbi } from "../../../sdk/src/abis/index.ts";
import { each, sumOf } from "../../demo/each.ts";
import { type Finding, judge, type Look } from "./finding.ts";
import { readLogs } from "./logs.ts";

/** Whether the tokens add up: I1, I2, the supply of cfUSD, and I7. */
export const supplyFindings = async (look: Look): Promise<Finding[]> => {
  const { reader, deployment, block } = look;
  const { computeToken, computeDollar, dollarMinter } = deployment.addresses;
  const at = { blockNumber: block.number } as const;
  const token = { ...at, address: computeToken, abi: computeTokenAbi } as const;
  const cap = await readContract(reader, { ...token, functionName: "CAP" });
  const supply = await readContract(reader, { ...token, functionName: "totalSupply" });
  const unissued = await readContract(reader, { ...token, functionName: "emissionLeft" });
  const credit = await readContract(reader, {
    ...at,
    address: dollarMinter,
    abi: dollarMinterAbi,
    functionName: "credit",
  });
  const dollars = await readContract(reader, {
    ...at,
    address: computeDollar,
    abi: erc20Abi,
    functionName: "totalSupply",
  });
  const flows = await flowsOf(look);
  return [
    within("I1 CARD supply + credit + unissued emission ≤ cap", supply + credit + unissued, cap, "CARD"),
    equal(
      "I2 credit = seed + burned + recapitalised − re-minted",
      credit,
      flows.seed + flows.burned + flows.recapitalised - flows.remade,
      "CARD",
    ),
    equal(
      "cfUSD supply = minted − redeemed − fees burned",
      dollars,
      flows.minted - flows.redeemed - flows.feesBurned,
      "cfUSD",
    ),
    await ledgerFinding(look),
  ];
};

const equal = (subject: string, left: bigint, right: bigint, unit: string): Finding =>
  left === right
    ? judge(subject, "ok", `${formatEther(left)} ${unit}`)
    : judge(subject, "fault", `${formatEther(left)} is not ${formatEther(right)} ${unit}`);

const within = (subject: string, left: bigint, right: bigint, unit: string): Finding =>
  left <= right
    ? judge(subject, "ok", `${formatEther(left)} of ${formatEther(right)} ${unit}`)
    : judge(subject, "fault", `${formatEther(left)} is above ${formatEther(right)} ${unit}`);

/** All that the minter ever burned and minted, from its events; wei. */
const flowsOf = async (look: Look) => {
  const logs = await readLogs(look, [look.deployment.addresses.dollarMinter]);
  const events = parseEventLogs({ abi: dollarMinterAbi, logs });
  const minted = events.filter((event) => event.eventName === "DollarsMinted");
  const redeemed = events.filter((event) => event.eventName === "DollarsRedeemed");
  return {
    seed: sumOf(
      events.filter((event) => event.eventName === "CreditSeeded"),
      ({ args }) => args.credit,
    ),
    burned: sumOf(minted, ({ args }) => args.tokenIn),
    minted: sumOf(minted, ({ args }) => args.out),
    recapitalised: sumOf(
      events.filter((event) => event.eventName === "CreditRecapitalised"),
      ({ args }) => args.amount,
    ),
    redeemed: sumOf(redeemed, ({ args }) => args.dollarIn),
    remade: sumOf(redeemed, ({ args }) => args.out),
    feesBurned: sumOf(
      events.filter((event) => event.eventName === "FeesBurned"),
      ({ args }) => args.burned,
    ),
  };
};

/* LEDGER */

/** I7: what the ledger holds covers balances, unspent escrow, uncollected revenue and unburned fees. */
const ledgerFinding = async (look: Look): Promise<Finding> => {
  const { reader, deployment, block } = look;
  const { leaseLedger, computeDollar } = deployment.addresses;
  const held = await readContract(reader, {
    address: computeDollar,
    abi: erc20Abi,
    functionName: "balanceOf",
    args: [leaseLedger],
    blockNumber: block.number,
  });
  const owed = await owedBy(look);
  return within("I7 balances + escrow + revenue + fees ≤ cfUSD held by the ledger", owed, held, "cfUSD");
};

/** Everything that the ledger owes at this block, to all that its events ever named; cfUSD-wei. */
const owedBy = async (look: Look): Promise<bigint> => {
  const { reader, deployment, block } = look;
  const address = deployment.addresses.leaseLedger;
  const at = { address, abi: leaseLedgerAbi, blockNumber: block.number } as const;
  const events = parseEventLogs({ abi: leaseLedgerAbi, logs: await readLogs(look, [address]) });
  const accounts = new Set<Address>();
  const cards = new Set<bigint>();
  const series = new Map<string, readonly [cardId: bigint, number: number]>();
  for (const event of events) {
    if (event.eventName === "AccountCredited") accounts.add(event.args.account);
    if (event.eventName === "AccountCharged") accounts.add(event.args.account);
    if (event.eventName === "LeaseExtended") accounts.add(event.args.payer);
    if (event.eventName === "RevenueClaimed") accounts.add(event.args.account);
    if (event.eventName === "LeaseStarted") {
      accounts.add(event.args.renter);
      cards.add(event.args.cardId);
    }
    if (event.eventName === "RevenueNumberChanged" && event.args.number % 2 === 1)
      series.set(`${event.args.cardId} ${event.args.number}`, [event.args.cardId, event.args.number]);
  }
  const balances = await each([...accounts], async (account) => {
    const { balance } = await readContract(reader, { ...at, functionName: "accountOf", args: [account] });
    return balance;
  });
  const onCards = await each([...cards], (cardId) => owedOn(look, cardId));
  const unpaid = await each([...series.values()], async ([cardId, number]) => {
    const revenue = await readContract(reader, { ...at, functionName: "accruedRevenueOf", args: [cardId, number] });
    const [, paid] = await readContract(reader, { ...at, functionName: "holderOf", args: [cardId, number] });
    return revenue - paid;
  });
  const fees = await readContract(reader, { ...at, functionName: "gatheredFees" });
  return [...balances, ...onCards, ...unpaid].reduce((sum, amount) => sum + amount, fees);
};

/** Escrow of a card's running leases, and what `collect` would credit. */
const owedOn = async ({ reader, deployment, block }: Look, cardId: bigint): Promise<bigint> => {
  const at = { address: deployment.addresses.leaseLedger, abi: leaseLedgerAbi, blockNumber: block.number } as const;
  const [fee, node, owner] = await readContract(reader, { ...at, functionName: "collectable", args: [cardId] });
  const running = await readContract(reader, { ...at, functionName: "runningLeases", args: [cardId] });
  const escrows = await each(running, async (leaseId) => {
    const { rate, end } = await readContract(reader, { ...at, functionName: "lease", args: [leaseId] });
    return BigInt(rate) * BigInt(end - block.time);
  });
  return escrows.reduce((sum, escrow) => sum + escrow, fee + node + owner);
};
