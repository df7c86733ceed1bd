import type { Address } from "viem";

/** Contracts of a deployment. */
export type ContractName =
  | "accessManager"
  | "computeToken"
  | "computeDollar"
  | "priceOracle"
  | "dollarMinter"
  | "cardRegistry"
  | "supplierStaking"
  | "renterStaking"
  | "leaseLedger"
  | "rentalMarket"
  | "revenueShareFactory";

/** One deployment of Cardflow on one chain. */
export type Deployment = {
  /** EIP-155 id of the chain. */
  readonly chainId: number;
  /** Block of the first contract: the place to start reading logs. */
  readonly startBlock: bigint;
  /** Address of every contract. */
  readonly addresses: { readonly [Name in ContractName]: Address };
};

/**
 * The part of a deployment that a call needs: pass a whole {@link Deployment}, or only the addresses named.
 *
 * @example
 * const args: At<"cardRegistry"> = { deployment: { addresses: { cardRegistry: "0x5FbDB2315678afecb367f032d93F642f64180aa3" } } };
 */
export type At<Name extends ContractName> = {
  /** Where the contracts are; with a `chainId` the chain is checked before anything is sent. */
  readonly deployment: {
    readonly chainId?: number | undefined;
    readonly addresses: { readonly [Key in Name]: Address };
  };
};
