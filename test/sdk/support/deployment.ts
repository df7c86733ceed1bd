import { type Address, getAddress, pad, toHex } from "viem";
import type { Deployment } from "../../../sdk/src/index.ts";

/** The n-th test address. */
export const addressOf = (n: number): Address => getAddress(pad(toHex(n), { size: 20 }));

/** A deployment whose contracts all have addresses of their own. */
export const deployment: Deployment = {
  chainId: 31337,
  startBlock: 0n,
  addresses: {
    accessManager: addressOf(0xc1),
    computeToken: addressOf(0xc2),
    computeDollar: addressOf(0xc3),
    priceOracle: addressOf(0xc4),
    dollarMinter: addressOf(0xc5),
    cardRegistry: addressOf(0xc6),
    supplierStaking: addressOf(0xc7),
    renterStaking: addressOf(0xc8),
    leaseLedger: addressOf(0xc9),
    rentalMarket: addressOf(0xca),
    revenueShareFactory: addressOf(0xcb),
  },
};
