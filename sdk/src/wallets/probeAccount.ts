import { type Account, type Address, getAddress, type Hex, hashTypedData } from "viem";
import { getCode } from "viem/actions";
import { accountOf, addressOf } from "../client/account.ts";
import { signTyped } from "../client/signTyped.ts";
import type { CardflowClient } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { toCardflowError } from "../errors/toCardflowError.ts";
import { acceptedByContract } from "../orders/verifyOrder.ts";

/** What an account is: a key; a key whose account runs a contract's code (EIP-7702); a contract. */
export type AccountKind = "key" | "delegated" | "contract";

/** How an account can act without a transaction of its own. */
export type AccountProbe = {
  readonly address: Address;
  readonly kind: AccountKind;
  /** The contract whose code a delegated key runs. */
  readonly delegate: Address | undefined;
  /**
   * Whether it can sign asks and bids: `yes`; `no` if its code refuses the signature that it gives, as delegates do that hash once more;
   * `unknown` if it has code and was not asked for a signature.
   */
  readonly orders: "yes" | "no" | "unknown";
  /** Whether ERC-2612 permits work: with a key, also a delegated one. A contract approves in its batch instead. */
  readonly permits: boolean;
  /** Whether ERC-3009 authorizations work: with a key, and with a contract that signs orders. */
  readonly authorizations: "yes" | "no" | "unknown";
};

/** Arguments of {@link probeAccount}. */
export type ProbeAccountArgs = At<"rentalMarket"> & {
  /** The account; by default the client's. */
  readonly account?: Account | Address | undefined;
  /** Chain of the deployment, part of what is signed. */
  readonly chainId: number;
  /** Whether an account with code may be asked to sign a harmless message, to see if its code accepts it. Default: false. */
  readonly sign?: boolean | undefined;
};

const delegation = /^0xef0100[0-9a-f]{40}$/i;

/**
 * Finds out what an account can sign before a signature is offered to its user: a key signs everything; an account with code signs orders
 * only if its `isValidSignature` (ERC-1271) takes the very digest of the market, which some EIP-7702 delegates do not. Reads the account's code and, with
 * `sign`, asks it for one signature that moves nothing.
 *
 * @param client - viem client
 * @param args - see {@link ProbeAccountArgs}
 * @throws AccountMissingError; RequestError if the node does not answer or the wallet refuses to sign
 *
 * @example
 * const { orders, permits } = await probeAccount(client, { deployment, chainId, sign: true });
 */
export const probeAccount = async (
  client: CardflowClient,
  { deployment, account, chainId, sign = false }: ProbeAccountArgs,
): Promise<AccountProbe> => {
  const signer = accountOf(client, account);
  const address = addressOf(signer);
  try {
    const code = (await getCode(client, { address })) ?? "0x";
    const kind = kindOf(code);
    const market = deployment.addresses.rentalMarket;
    const orders =
      kind === "key" ? "yes" : sign ? await tryDigest(client, signer, { chainId, market }) : ("unknown" as const);
    return {
      address,
      kind,
      delegate: kind === "delegated" ? getAddress(`0x${code.slice(8)}`) : undefined,
      orders,
      permits: kind !== "contract",
      authorizations: kind === "contract" ? orders : "yes",
    };
  } catch (cause) {
    throw await toCardflowError(cause);
  }
};

/** What an account is, by its code. */
export const kindOf = (code: Hex): AccountKind =>
  code === "0x" ? "key" : delegation.test(code) ? "delegated" : "contract";

const tryDigest = async (
  client: CardflowClient,
  account: Account | Address,
  { chainId, market }: { readonly chainId: number; readonly market: Address },
): Promise<"yes" | "no"> => {
  const message = {
    domain: { name: "Cardflow signature test", chainId, verifyingContract: market },
    types: { Test: [{ name: "purpose", type: "string" }] },
    primaryType: "Test",
    message: { purpose: "Finds out whether this account can sign orders. Moves nothing." },
  } as const;
  const signature = await signTyped(client, account, message);
  const accepted = await acceptedByContract(client, addressOf(account), hashTypedData(message), signature);
  return accepted ? "yes" : "no";
};
