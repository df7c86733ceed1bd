import type { Chain } from "../../../demo/chain.ts";
import { compilePeers } from "./compile.ts";
import { installPeers } from "./install.ts";
import type { PeerGas } from "./known.ts";
import { openLab } from "./lab.ts";
import { measureSablier } from "./sablier.ts";
import { measureSeaport } from "./seaport.ts";
import { measureTokens } from "./tokens.ts";

/** Measures the peers that install from the registry, on the chain of our own figures; none if the registry is out of reach. */
export const measurePeers = async (chain: Chain): Promise<PeerGas> => {
  if (!(await installPeers())) {
    console.error("The registry cannot be reached: the peers' figures are those that were recorded or published.");
    return new Map();
  }
  const contracts = compilePeers();
  const lab = await openLab(chain);
  return new Map([
    ...(await measureTokens(lab, contracts)),
    ...(await measureSablier(lab, contracts)),
    ...(await measureSeaport(lab, contracts)),
  ]);
};
