import { type Address, concatBytes, isAddress, keccak256, numberToBytes, padBytes, toBytes } from "viem";
import { InvalidInputError } from "../errors/inputErrors.ts";

/** Where orders are valid: one market on one chain. Keep the object, it carries the hash that every order's hash needs. */
export type OrderDomain = {
  /** EIP-155 id of the chain. */
  readonly chainId: number;
  /** The rental market. */
  readonly market: Address;
  /** EIP-712 domain separator, 32 bytes. */
  readonly separator: Uint8Array;
  /** The hash function that orders are hashed with. */
  readonly keccak: Keccak;
};

/** Keccak-256: 32 bytes of any bytes. */
export type Keccak = (bytes: Uint8Array) => Uint8Array;

/** Arguments of {@link orderDomain}. */
export type OrderDomainArgs = {
  /** EIP-155 id of the chain. */
  readonly chainId: number;
  /** The rental market. */
  readonly market: Address;
  /** Keccak-256; by default viem's. `fastKeccak` of `@cardflow/sdk/orders` is three times faster, a native one more. */
  readonly keccak?: Keccak | undefined;
};

/** EIP-712 name of the rental market. */
export const marketName = "Cardflow Rental Market";
/** EIP-712 version of the rental market. */
export const marketVersion = "1";

/**
 * The domain of a market's orders, with its EIP-712 separator computed once.
 *
 * @param args - see {@link OrderDomainArgs}
 * @throws InvalidInputError if the chain is no whole number or the market no address
 *
 * @example
 * const domain = orderDomain({ chainId: deployment.chainId, market: deployment.addresses.rentalMarket });
 */
export const orderDomain = ({ chainId, market, keccak = plainKeccak }: OrderDomainArgs): OrderDomain => {
  if (!Number.isSafeInteger(chainId) || chainId < 0)
    throw new InvalidInputError("chainId", "the EIP-155 id of a chain");
  if (!isAddress(market))
    throw new InvalidInputError("market", "an address, with the right checksum if the case is mixed");
  const separator = keccak(
    concatBytes([
      keccak(toBytes("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")),
      keccak(toBytes(marketName)),
      keccak(toBytes(marketVersion)),
      numberToBytes(chainId, { size: 32 }),
      padBytes(toBytes(market), { size: 32 }),
    ]),
  );
  return { chainId, market, keccak, separator };
};

const plainKeccak: Keccak = (bytes) => keccak256(bytes, "bytes");
