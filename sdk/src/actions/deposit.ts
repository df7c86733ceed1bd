import type { Address, Hex } from "viem";
import { depositAbi } from "../abis/leaseLedger.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { depositReverts } from "../errors/actionReverts.ts";
import type { DollarAmount } from "../money/amounts.ts";

/** Arguments of {@link deposit}. */
export type DepositArgs = At<"leaseLedger"> & {
  /** Whose balance grows. */
  readonly account: Address;
  /** cfUSD-wei. */
  readonly amount: DollarAmount;
  /** Money besides balance and allowance: what `permitFunding` or `authorizationFunding` returned. Default: none. */
  readonly funding?: Hex | undefined;
};

/**
 * The call of {@link deposit} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link DepositArgs}
 *
 * @example
 * const call = depositCall({ deployment, account: renter, amount: parseDollars("100"), funding });
 */
export const depositCall = ({ deployment, account, amount, funding = "0x" }: DepositArgs) =>
  ({
    address: deployment.addresses.leaseLedger,
    abi: depositAbi,
    functionName: "deposit",
    args: [account, amount, funding],
  }) as const;

/**
 * Moves cfUSD of the sender into a balance of the ledger, by allowance or by a signed funding.
 *
 * @param client - viem client
 * @param args - see {@link DepositArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `LedgerAmountZero`, `LedgerAccountZero`, `ERC20InsufficientAllowance`,
 * `ERC20InsufficientBalance`; RequestError if the request fails on its way
 *
 * @example
 * await deposit(client, { deployment, account: renter, amount: parseDollars("100"), funding });
 */
export const deposit = (client: CardflowClient, args: DepositArgs, options?: WriteOptions): Promise<Sent<undefined>> =>
  perform(client, depositCall(args), decodeNothing, depositReverts, options, args.deployment);
