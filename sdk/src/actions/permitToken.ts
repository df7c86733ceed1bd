import type { Address } from "viem";
import { permitAbi } from "../abis/erc20.ts";
import { decodeNothing, perform } from "../client/perform.ts";
import type { CardflowClient, Sent, WriteOptions } from "../client/types.ts";
import { permitTokenReverts } from "../errors/actionReverts.ts";
import type { PermitSignature } from "../funding/permit.ts";

/** Arguments of {@link permitToken}. */
export type PermitTokenArgs = {
  /** CARD, cfUSD, a share or any ERC-20. */
  readonly token: Address;
  /** Who signed. */
  readonly owner: Address;
  /** Who may spend. */
  readonly spender: Address;
  /** Amount in wei that was signed. */
  readonly value: bigint;
  /** A signed ERC-2612 permit: what `signPermit` returned. */
  readonly permit: PermitSignature;
};

/**
 * The call of {@link permitToken} as plain data, for multicalls, batches, smart accounts and other libraries.
 *
 * @param args - see {@link PermitTokenArgs}
 *
 * @example
 * const call = permitTokenCall({ token, owner, spender, value, permit });
 */
export const permitTokenCall = ({ token, owner, spender, value, permit }: PermitTokenArgs) =>
  ({
    address: token,
    abi: permitAbi,
    functionName: "permit",
    args: [owner, spender, value, permit.deadline, permit.v, permit.r, permit.s],
  }) as const;

/**
 * Records a signed ERC-2612 permit as an allowance; anyone may pay the gas.
 *
 * @param client - viem client
 * @param args - see {@link PermitTokenArgs}
 * @param options - sender, and whether to wait for the receipt
 * @returns the hash of the transaction
 * @throws RevertError with one of `ERC2612ExpiredSignature`, `ERC2612InvalidSigner`; RequestError if the request fails
 * on its way
 *
 * @example
 * await permitToken(client, { token, owner, spender, value, permit });
 */
export const permitToken = (
  client: CardflowClient,
  args: PermitTokenArgs,
  options?: WriteOptions,
): Promise<Sent<undefined>> => perform(client, permitTokenCall(args), decodeNothing, permitTokenReverts, options);
