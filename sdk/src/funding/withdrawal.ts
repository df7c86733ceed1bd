import type { Account, Address, Hex } from "viem";
import { readContract } from "viem/actions";
import { noncesAbi } from "../abis/leaseLedger.ts";
import { accountOf, addressOf } from "../client/account.ts";
import { toSeconds } from "../client/seconds.ts";
import { signTyped } from "../client/signTyped.ts";
import type { CardflowClient } from "../client/types.ts";
import type { Deployment } from "../deployments/deployment.ts";
import { signingReverts } from "../errors/signingReverts.ts";
import { errorFrom } from "../errors/toCardflowError.ts";
import type { DollarAmount } from "../money/amounts.ts";

/** EIP-712 name of the lease ledger. */
export const ledgerName = "Cardflow Lease Ledger";
/** EIP-712 version of the lease ledger. */
export const ledgerVersion = "1";

/** Fields of a signed withdrawal. */
export const withdrawalFields = [
  { name: "account", type: "address" },
  { name: "amount", type: "uint256" },
  { name: "to", type: "address" },
  { name: "deadline", type: "uint256" },
  { name: "nonce", type: "uint256" },
] as const;

/** What a signed withdrawal says. */
export type Withdrawal = {
  /** Whose balance pays, and who signs. */
  readonly account: Address;
  /** cfUSD-wei. */
  readonly amount: DollarAmount;
  /** Receiver. */
  readonly to: Address;
  /** Last second (Unix time) at which it is valid. */
  readonly deadline: bigint;
  /** The account's next nonce in the ledger. */
  readonly nonce: bigint;
};

/**
 * A withdrawal as EIP-712 typed data.
 *
 * @param domain - chain, and address of the ledger
 * @param message - the withdrawal
 *
 * @example
 * const signature = await account.signTypedData(withdrawalTypedData({ chainId, ledger }, withdrawal));
 */
export const withdrawalTypedData = (
  { chainId, ledger }: { readonly chainId: number; readonly ledger: Address },
  message: Withdrawal,
) =>
  ({
    domain: { name: ledgerName, version: ledgerVersion, chainId, verifyingContract: ledger },
    types: { Withdrawal: withdrawalFields },
    primaryType: "Withdrawal",
    message,
  }) as const;

/** Arguments of {@link signWithdrawal}. */
export type SignWithdrawalArgs = {
  /** The deployment; its chain is part of what is signed. */
  readonly deployment: Pick<Deployment, "chainId"> & {
    readonly addresses: Pick<Deployment["addresses"], "leaseLedger">;
  };
  /** cfUSD-wei. */
  readonly amount: DollarAmount;
  /** Receiver. */
  readonly to: Address;
  /** Last second (Unix time) at which it is valid. */
  readonly deadline: number;
  /** Who signs; by default the client's account. */
  readonly account?: Account | Address | undefined;
};

/**
 * Signs a withdrawal from the ledger that anybody can send with `withdrawBySignature`: who earns needs no gas to be paid. Reads the
 * account's next nonce.
 *
 * @param client - viem client with the account that signs
 * @param args - see {@link SignWithdrawalArgs}
 * @returns the signature
 * @throws AccountMissingError; InvalidInputError if the deadline is not whole seconds; RequestError if the node does not answer or the wallet refuses
 *
 * @example
 * const signature = await signWithdrawal(client, { deployment, amount: parseDollars("40"), to: operator, deadline });
 */
export const signWithdrawal = async (
  client: CardflowClient,
  { deployment, amount, to, deadline, account }: SignWithdrawalArgs,
): Promise<Hex> => {
  const signer = accountOf(client, account);
  const owner = addressOf(signer);
  const ledger = deployment.addresses.leaseLedger;
  try {
    const nonce = await readContract(client, {
      address: ledger,
      abi: noncesAbi,
      functionName: "nonces",
      args: [owner],
    });
    const message = { account: owner, amount, to, deadline: toSeconds("deadline", deadline), nonce };
    const typedData = withdrawalTypedData({ chainId: deployment.chainId, ledger }, message);
    return await signTyped(client, signer, typedData);
  } catch (cause) {
    throw errorFrom(cause, signingReverts);
  }
};
