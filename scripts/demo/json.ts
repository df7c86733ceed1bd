import { withoutUrlSecrets } from "../../sdk/src/errors/index.ts";
import type { Account } from "./account.ts";
import type { Play } from "./play.ts";

/** The account for programs: amounts are decimal strings in wei, counts are numbers. */
export const accountJson = (account: Account, { unplaced, system }: Play) => ({
  gross: `${account.rent.gross}`,
  fee: `${account.rent.fee}`,
  operators: `${account.rent.operators}`,
  holders: `${account.rent.holders}`,
  claimed: `${account.claimed}`,
  unclaimed: `${account.unclaimed}`,
  burned: `${account.dollars.burned}`,
  minted: `${account.dollars.minted}`,
  cards: account.cards,
  hosts: account.hosts,
  leases: account.leases.length,
  shares: account.shares.length,
  orders: account.orders,
  seconds: account.seconds,
  unplaced: unplaced.length,
  unplacedTasks: unplaced,
  chainId: system.deployment.chainId,
  rpc: withoutUrlSecrets(system.chain.url),
  addresses: system.deployment.addresses,
});

export type AccountJson = ReturnType<typeof accountJson>;
