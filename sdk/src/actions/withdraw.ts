import type { Address } from "viem";
import { withdrawAbi } from "../abis/leaseLedger.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { withdrawReverts } from "../errors/actionReverts.ts";
import type { DollarAmount } from "../money/amounts.ts";

/** Arguments of {@link withdraw}. */
export type WithdrawArgs = At<"leaseLedger"> & {
  /** cfUSD-wei. */
  readonly amount: DollarAmount;
  /** Receiver. */
  readonly to: Address;
};

/**
 * The call of {@link withdraw} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link WithdrawArgs}
 *
 * @example
 * const call = withdrawCall({ deployment, amount: parseDollars("40"), to: renter });
 */
export const withdrawCall = ({ deployment, amount, to }: WithdrawArgs) =>
  ({
    address: deployment.addresses.leaseLedger,
    abi: withdrawAbi,
    functionName: "withdraw",
    args: [amount, to],
  }) as const;

/**
 * Pays from the sender's balance in the ledger. Never paused.
 *
 * @param client - viem client
 * @param args - see {@link WithdrawArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `LedgerBalanceTooLow`, `LedgerAmountZero`, `LedgerAccountZero`; RequestError if the
 * request fails on its way
 *
 * @example
 * await withdraw(client, { deployment, amount: parseDollars("40"), to: renter });
 */
export const withdraw = (
  client: CardflowClient,
  args: WithdrawArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, withdrawCall(args), decodeNothing, withdrawReverts, options, args.deployment);
