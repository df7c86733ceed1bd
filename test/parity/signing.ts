import type { Hex } from "viem";
import { askFields, bidFields } from "../../sdk/src/abis/orderTypes.ts";
import type { Ask, Bid } from "../model/orders.ts";
import type { World } from "./world.ts";

const domain = ({ contracts }: World) => ({
  name: "Cardflow Rental Market",
  version: "1",
  chainId: 31_337,
  verifyingContract: contracts.market.address,
});

async function sign(world: World, primaryType: "Ask" | "Bid", message: Ask | Bid, signer: Hex): Promise<Hex> {
  const account = world.accounts.find(({ address }) => address.toLowerCase() === signer);
  if (account === undefined) return `0x${"00".repeat(65)}`;
  const types = { Ask: askFields, Bid: bidFields };
  return account.signTypedData({ domain: domain(world), types, primaryType, message } as never);
}

export const signAsk = (world: World, ask: Ask, signer: Hex): Promise<Hex> => sign(world, "Ask", ask, signer);
export const signBid = (world: World, bid: Bid, signer: Hex): Promise<Hex> => sign(world, "Bid", bid, signer);
