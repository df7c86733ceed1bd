import type { ContractFunctionReturnType } from "viem";
import { readContract } from "viem/actions";
import { statusAbi } from "../abis/dollarMinter.ts";
import { type DollarState, dollarStateNames, type PriceHealth, priceHealthNames } from "../abis/enums.ts";
import { memberAt, readWith } from "../client/reading.ts";
import type { CardflowClient } from "../client/types.ts";
import type { At } from "../deployments/deployment.ts";
import { minterStatusReverts } from "../errors/readReverts.ts";

/** Arguments of {@link minterStatus}. */
export type MinterStatusArgs = At<"dollarMinter">;

type RawStatus = ContractFunctionReturnType<typeof statusAbi, "view", "status">;

/** The dollar at one look: `IDollarMinter.Status` with names for numbers. */
export type MinterStatus = Omit<RawStatus, "state" | "price"> & {
  readonly state: DollarState;
  readonly price: Omit<RawStatus["price"], "health"> & { readonly health: PriceHealth };
};

/**
 * State of the dollar, backing (1e18 = 100 %), credit, fees, room of the buckets and prices, by the code that mint and redeem
 * run. Reads the minter at one block.
 *
 * @param client - viem client
 * @param args - see {@link MinterStatusArgs}
 * @throws RevertError, RequestError
 *
 * @example
 * const { state, backing, mintHalted } = await minterStatus(client, { deployment });
 */
export const minterStatus = (client: CardflowClient, { deployment }: MinterStatusArgs): Promise<MinterStatus> =>
  readWith(client, minterStatusReverts, async ({ blockNumber }) => {
    const address = deployment.addresses.dollarMinter;
    const status = await readContract(client, { address, abi: statusAbi, functionName: "status", blockNumber });
    return {
      ...status,
      state: memberAt(dollarStateNames, status.state, "state of the dollar"),
      price: { ...status.price, health: memberAt(priceHealthNames, status.price.health, "health of the price") },
    };
  });
