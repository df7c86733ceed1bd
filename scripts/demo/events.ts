import { type Address, parseEventLogs } from "viem";
import {
  cardRegistryAbi,
  dollarMinterAbi,
  leaseLedgerAbi,
  rentalMarketAbi,
  revenueShareAbi,
  revenueShareFactoryAbi,
} from "../../sdk/src/abis/index.ts";
import { readLogs } from "../lib/logs.ts";
import type { System } from "./system.ts";

/** Everything that the contracts said since they were deployed. */
export const readEvents = async ({ chain, deployment }: System) => {
  const { leaseLedger, dollarMinter, cardRegistry, revenueShareFactory, rentalMarket } = deployment.addresses;
  const contracts = [leaseLedger, dollarMinter, cardRegistry, revenueShareFactory, rentalMarket];
  const logs = await readLogs(chain.reader, contracts, deployment.startBlock);
  return {
    ledger: parseEventLogs({ abi: leaseLedgerAbi, logs }),
    minter: parseEventLogs({ abi: dollarMinterAbi, logs }),
    registry: parseEventLogs({ abi: cardRegistryAbi, logs }),
    market: parseEventLogs({ abi: rentalMarketAbi, logs }),
    factory: parseEventLogs({ abi: revenueShareFactoryAbi, logs }),
  };
};

/** Everything that one share said. */
export const readShareEvents = async ({ chain, deployment }: System, share: Address) => {
  const logs = await readLogs(chain.reader, [share], deployment.startBlock);
  const events = parseEventLogs({ abi: revenueShareAbi, logs });
  return {
    bought: events.filter((event) => event.eventName === "SharesBought"),
    finalised: events.filter((event) => event.eventName === "ShareFinalised"),
    released: events.filter((event) => event.eventName === "ProceedsReleased"),
    handedIn: events.filter((event) => event.eventName === "SharesHandedIn"),
  };
};

export type Events = Awaited<ReturnType<typeof readEvents>>;
export type LedgerEvent = Events["ledger"][number];
