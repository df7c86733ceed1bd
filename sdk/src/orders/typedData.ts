import { askFields, bidFields } from "../abis/orderTypes.ts";
import type { Ask, Bid } from "../abis/structs.ts";
import { marketName, marketVersion, type OrderDomain } from "./domain.ts";

const eip712Domain = ({ chainId, market }: OrderDomain) =>
  ({ name: marketName, version: marketVersion, chainId, verifyingContract: market }) as const;

/**
 * An ask as EIP-712 typed data, for wallets that show what they sign.
 *
 * @param domain - from {@link orderDomain}
 * @param ask - the ask
 *
 * @example
 * const signature = await account.signTypedData(askTypedData(domain, ask));
 */
export const askTypedData = (domain: OrderDomain, ask: Ask) =>
  ({ domain: eip712Domain(domain), types: { Ask: askFields }, primaryType: "Ask", message: ask }) as const;

/**
 * A bid as EIP-712 typed data, for wallets that show what they sign.
 *
 * @param domain - from {@link orderDomain}
 * @param bid - the bid
 *
 * @example
 * const signature = await account.signTypedData(bidTypedData(domain, bid));
 */
export const bidTypedData = (domain: OrderDomain, bid: Bid) =>
  ({ domain: eip712Domain(domain), types: { Bid: bidFields }, primaryType: "Bid", message: bid }) as const;
