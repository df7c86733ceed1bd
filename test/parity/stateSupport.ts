import { type Client, createClient, custom, type Hex, numberToHex, type RpcLog, type Transport } from "viem";
import type { FoldedContract, StateBlock, StateDeployment } from "../../sdk/src/state/index.ts";
import type { ContractName, World } from "./world.ts";

type Header = { readonly number: Hex; readonly hash: Hex; readonly timestamp: Hex; readonly logsBloom: Hex };

const names: { readonly [Name in FoldedContract]: ContractName } = {
  computeToken: "token",
  computeDollar: "dollar",
  priceOracle: "oracle",
  dollarMinter: "minter",
  cardRegistry: "registry",
  supplierStaking: "supplierStaking",
  renterStaking: "renterStaking",
  leaseLedger: "ledger",
  rentalMarket: "market",
  revenueShareFactory: "shareFactory",
};

/** The world as the SDK knows deployments. */
export const deploymentOf = ({ contracts }: World): StateDeployment => {
  const at = (name: FoldedContract): Hex => contracts[names[name]].address;
  return {
    startBlock: 0n,
    addresses: {
      computeToken: at("computeToken"),
      computeDollar: at("computeDollar"),
      priceOracle: at("priceOracle"),
      dollarMinter: at("dollarMinter"),
      cardRegistry: at("cardRegistry"),
      supplierStaking: at("supplierStaking"),
      renterStaking: at("renterStaking"),
      leaseLedger: at("leaseLedger"),
      rentalMarket: at("rentalMarket"),
      revenueShareFactory: at("revenueShareFactory"),
    },
  };
};

/** A viem client of the world's chain, for which a given block is the newest. */
export const clientOf = ({ chain }: World, newest?: bigint): Client<Transport, undefined, undefined> =>
  createClient({
    transport: custom(
      {
        request: ({ method, params = [] }: { method: string; params?: unknown[] }) =>
          method === "eth_getBlockByNumber" && params[0] === "latest" && newest !== undefined
            ? chain.request(method, numberToHex(newest), params[1])
            : chain.request(method, ...params),
      },
      { retryCount: 0 },
    ),
    pollingInterval: 10,
  });

/** A block's header. */
export const headerAt = ({ chain }: World, block: bigint | "latest"): Promise<Header> =>
  chain.request("eth_getBlockByNumber", block === "latest" ? block : numberToHex(block), false);

/** Every log of a range with the times of their blocks, as a node answers. */
export const readLogs = async (
  world: World,
  fromBlock: bigint,
  toBlock: bigint,
): Promise<{ readonly logs: readonly RpcLog[]; readonly blocks: readonly StateBlock[] }> => {
  const range = { fromBlock: numberToHex(fromBlock), toBlock: numberToHex(toBlock) };
  const logs = await world.chain.request<readonly RpcLog[]>("eth_getLogs", range);
  const numbers = [...new Set(logs.map(({ blockNumber }) => BigInt(blockNumber ?? 0)))];
  return { logs, blocks: await Promise.all(numbers.map((number) => headerAt(world, number))) };
};

/** Lets time pass on the chain and mines a block. */
export const mineAt = async (world: World, time: bigint): Promise<Header> => {
  await world.chain.request("evm_setNextBlockTimestamp", numberToHex(time));
  await world.chain.request("evm_mine");
  return headerAt(world, "latest");
};
