import { bytesToHex, type Hex } from "viem";
import { askFields, bidFields } from "../abis/orderTypes.ts";
import type { Ask, Bid } from "../abis/structs.ts";
import type { OrderDomain } from "./domain.ts";
import { hashStruct, structEncoder } from "./encodeStruct.ts";

const askEncoder = /* #__PURE__ */ structEncoder("Ask", askFields);
const bidEncoder = /* #__PURE__ */ structEncoder("Bid", bidFields);

/**
 * EIP-712 hash of an ask: what its operator signs.
 *
 * @param domain - from {@link orderDomain}
 * @param ask - the ask
 * @throws InvalidInputError if a value does not fit its field
 *
 * @example
 * const hash = hashAsk(domain, ask);
 */
export const hashAsk = (domain: OrderDomain, ask: Ask): Hex =>
  digest(domain, hashStruct(domain.keccak, askEncoder, ask));

/**
 * EIP-712 hash of a bid: what its renter signs.
 *
 * @param domain - from {@link orderDomain}
 * @param bid - the bid
 * @throws InvalidInputError if a value does not fit its field
 *
 * @example
 * const hash = hashBid(domain, bid);
 */
export const hashBid = (domain: OrderDomain, bid: Bid): Hex =>
  digest(domain, hashStruct(domain.keccak, bidEncoder, bid));

const digest = ({ separator, keccak }: OrderDomain, structHash: Uint8Array): Hex => {
  const bytes = new Uint8Array(66);
  bytes[0] = 0x19;
  bytes[1] = 0x01;
  bytes.set(separator, 2);
  bytes.set(structHash, 34);
  return bytesToHex(keccak(bytes));
};
