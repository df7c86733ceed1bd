import type { CardflowClient } from "@cardflow/sdk";
import { type AccountStatus, accountStatus, minterStatus, permitFunding } from "@cardflow/sdk";
import type { Address, Hex } from "viem";
import type { Network } from "./chain/network.ts";
import { HOUR } from "./input.ts";
import { dollars, tokens } from "./terminal/format.ts";
import type { Fact } from "./terminal/view.ts";

/** Seconds in which a signed permit or a call may still run. */
export const patience = HOUR;

/** Where the dollars for a payment come from. */
export type Payment = {
  readonly due: bigint;
  /** Out of the balance in the ledger. */
  readonly fromBalance: bigint;
  /** Out of the wallet, by a permit: never a separate approval. */
  readonly fromWallet: bigint;
  /** What is missing in both. */
  readonly missing: bigint;
  readonly status: AccountStatus;
};

/** How an account would pay. */
export const paymentOf = async ({ client, deployment }: Network, account: Address, due: bigint): Promise<Payment> => {
  const status = await accountStatus(client, { deployment, account });
  const fromBalance = due < status.available ? due : status.available;
  const rest = due - fromBalance;
  const fromWallet = rest < status.walletDollars ? rest : status.walletDollars;
  return { due, fromBalance, fromWallet, missing: rest - fromWallet, status };
};

/** A payment in words. */
export const paymentFact = ({ due, fromBalance, fromWallet }: Payment): Fact => [
  "you pay",
  `${dollars(due)} now: ${[
    ...(fromBalance > 0n || fromWallet === 0n ? [`${dollars(fromBalance)} from your balance`] : []),
    ...(fromWallet > 0n ? [`${dollars(fromWallet)} from your wallet, by permit`] : []),
  ].join(", ")}`,
];

/** The permit that a payment needs, as funding of a call; nothing if the balance is enough. */
export const fundingFor = async (
  client: CardflowClient,
  network: Network,
  pay: "cfUSD" | "CARD",
  value: bigint,
): Promise<Hex> =>
  value === 0n
    ? "0x"
    : permitFunding(client, {
        deployment: network.deployment,
        pay,
        value,
        deadline: (await network.soon()) + patience,
      });

/** The last second at which a call may run. */
export const deadlineOf = async (network: Network): Promise<number> => (await network.soon()) + patience;

/** CARD in dollars at the cautious price, for people; undefined while there is no price. */
export const inDollars = async ({ client, deployment }: Network): Promise<(amount: bigint) => string> => {
  const { price } = await minterStatus(client, { deployment });
  return (amount) =>
    price.low === 0n ? tokens(amount) : `${tokens(amount)} (about ${dollars((amount * price.low) / 10n ** 18n)})`;
};

/** A little more than what is quoted now, for what may move until the call runs: 2 %. */
export const withSlack = (amount: bigint): bigint => amount + amount / 50n;

/** A little less, likewise: 2 %. */
export const lessSlack = (amount: bigint): bigint => amount - amount / 50n;
