import type { Address, Hex } from "viem";
import { withdrawBySignatureAbi } from "../abis/leaseLedger.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import { toSeconds } from "../client/seconds.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { withdrawBySignatureReverts } from "../errors/actionReverts.ts";
import type { DollarAmount } from "../money/amounts.ts";

/** Arguments of {@link withdrawBySignature}. */
export type WithdrawBySignatureArgs = At<"leaseLedger"> & {
  /** Whose balance pays, and who signed. */
  readonly account: Address;
  /** cfUSD-wei. */
  readonly amount: DollarAmount;
  /** Receiver. */
  readonly to: Address;
  /** Last second (Unix time) at which the call may run. */
  readonly deadline: number;
  /** What `signWithdrawal` returned. */
  readonly signature: Hex;
};

/**
 * The call of {@link withdrawBySignature} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link WithdrawBySignatureArgs}
 * @throws InvalidInputError if the deadline is not whole seconds
 *
 * @example
 * const call = withdrawBySignatureCall({ deployment, account: operator, amount, to: operator, deadline, signature });
 */
export const withdrawBySignatureCall = ({
  deployment,
  account,
  amount,
  to,
  deadline,
  signature,
}: WithdrawBySignatureArgs) =>
  ({
    address: deployment.addresses.leaseLedger,
    abi: withdrawBySignatureAbi,
    functionName: "withdrawBySignature",
    args: [account, amount, to, toSeconds("deadline", deadline), signature],
  }) as const;

/**
 * Pays from the balance of whoever signed; anyone may pay the gas. Never paused.
 *
 * @param client - viem client
 * @param args - see {@link WithdrawBySignatureArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `LedgerSignatureInvalid`, `LedgerSignatureExpired`, `LedgerBalanceTooLow`;
 * InvalidInputError if the deadline is not whole seconds; RequestError if the request fails on its way
 *
 * @example
 * await withdrawBySignature(client, { deployment, account: operator, amount, to: operator, deadline, signature });
 */
export const withdrawBySignature = async (
  client: CardflowClient,
  args: WithdrawBySignatureArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> =>
  perform(client, withdrawBySignatureCall(args), decodeNothing, withdrawBySignatureReverts, options, args.deployment);
