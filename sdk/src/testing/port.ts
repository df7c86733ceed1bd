/// <reference types="node" />
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Resolves if a program can listen on a port of this machine, 0 being any that is free; throws what the system says if not. To be asked before
 * Hardhat's node starts, which would end the whole process instead.
 */
export const requireFreePort = async (host: string, port: number): Promise<void> => {
  const probe = createServer();
  probe.listen(port, host);
  await once(probe, "listening");
  probe.close();
  await once(probe, "close");
};
