import type { Address, Hex } from "viem";

/** EIP-712 domain of a token, as its `eip712Domain()` says. */
export type TokenDomain = {
  readonly name: string;
  readonly version: string;
  readonly chainId: number;
  readonly verifyingContract: Address;
};

/** Fields of an ERC-2612 permit. */
export const permitFields = [
  { name: "owner", type: "address" },
  { name: "spender", type: "address" },
  { name: "value", type: "uint256" },
  { name: "nonce", type: "uint256" },
  { name: "deadline", type: "uint256" },
] as const;

/** Fields of an ERC-3009 authorization that only its receiver can use. */
export const receiveAuthorizationFields = [
  { name: "from", type: "address" },
  { name: "to", type: "address" },
  { name: "value", type: "uint256" },
  { name: "validAfter", type: "uint256" },
  { name: "validBefore", type: "uint256" },
  { name: "nonce", type: "bytes32" },
] as const;

/** What an ERC-2612 permit says. */
export type Permit = {
  readonly owner: Address;
  readonly spender: Address;
  /** Amount in wei. */
  readonly value: bigint;
  readonly nonce: bigint;
  /** Last second (Unix time) at which it is valid. */
  readonly deadline: bigint;
};

/** What an ERC-3009 authorization says. */
export type ReceiveAuthorization = {
  readonly from: Address;
  readonly to: Address;
  /** Amount in wei. */
  readonly value: bigint;
  /** Valid after this second (Unix time). */
  readonly validAfter: bigint;
  /** Valid before this second (Unix time). */
  readonly validBefore: bigint;
  readonly nonce: Hex;
};

/**
 * An ERC-2612 permit as EIP-712 typed data.
 *
 * @param domain - domain of the token
 * @param message - the permit
 *
 * @example
 * const signature = await account.signTypedData(permitTypedData(tokenDomain, permit));
 */
export const permitTypedData = (domain: TokenDomain, message: Permit) =>
  ({ domain, types: { Permit: permitFields }, primaryType: "Permit", message }) as const;

/**
 * An ERC-3009 authorization as EIP-712 typed data.
 *
 * @param domain - domain of the token
 * @param message - the authorization
 *
 * @example
 * const signature = await account.signTypedData(receiveAuthorizationTypedData(tokenDomain, authorization));
 */
export const receiveAuthorizationTypedData = (domain: TokenDomain, message: ReceiveAuthorization) =>
  ({
    domain,
    types: { ReceiveWithAuthorization: receiveAuthorizationFields },
    primaryType: "ReceiveWithAuthorization",
    message,
  }) as const;
