import { deploySystem } from "../../demo/system.ts";
import { onSteadyChain } from "./chain.ts";
import { measureBonds, measureMoney } from "./money.ts";
import type { Measured } from "./operations.ts";
import { ordersOf } from "./orders.ts";
import type { PeerGas } from "./peers/known.ts";
import { measureRents } from "./rents.ts";
import { measureShares } from "./shares.ts";
import { prepareStage } from "./stage.ts";

const CARDS = 8;

/** Gas of all operations and, if asked, of their peers, on one chain in one run. */
export const measure = (withPeers: boolean): Promise<{ readonly ours: Measured; readonly peers: PeerGas }> =>
  onSteadyChain(async (hre, chain) => {
    const stage = await prepareStage(await deploySystem(hre, chain), CARDS);
    const orders = ordersOf(stage);
    const ours: Measured = new Map([
      ...(await measureRents(stage, orders)),
      ...(await measureMoney(stage)),
      ...(await measureBonds(stage)),
      ...(await measureShares(stage, orders)),
    ]);
    if (!withPeers) return { ours, peers: new Map() };
    const { measurePeers } = await import("./peers/index.ts");
    return { ours, peers: await measurePeers(chain) };
  });
