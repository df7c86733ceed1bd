import { type Log, parseEventLogs } from "viem";
import { leaseStartedEventAbi } from "../abis/leaseLedger.ts";
import type { At } from "../deployments/deployment.ts";

/**
 * The leases that a transaction started, out of its receipt: what really happened, where a simulation only foretold.
 *
 * @param args - `deployment`; `receipt`: of `matchOrders` or `takeAsk`
 * @returns one entry per lease, in order: id, card, renter, operator, rate (cfUSD-wei per second), end (seconds) and the terms
 *
 * @example
 * const { hash } = await takeAsk(client, { deployment, ask, signature, take });
 * const [lease] = startedLeases({ deployment, receipt: await confirm(client, hash) });
 */
export const startedLeases = ({
  deployment,
  receipt,
}: At<"leaseLedger"> & { readonly receipt: { readonly logs: readonly Log[] } }) => {
  const ledger = deployment.addresses.leaseLedger.toLowerCase();
  const logs = receipt.logs.filter(({ address }) => address.toLowerCase() === ledger);
  return parseEventLogs({ abi: leaseStartedEventAbi, eventName: "LeaseStarted", logs }).map(({ args }) => args);
};
