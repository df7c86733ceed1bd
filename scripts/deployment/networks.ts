import { parseEther } from "viem";

/** A local chain lives as long as its process; on a testnet nothing has value; everything else counts as a mainnet. */
export type NetworkKind = "local" | "testnet" | "mainnet";

/** The least that a deployment's parameters must keep to on a network, beyond the bounds written in the contracts. */
export type Floors = {
  /** CARD-wei burned at genesis as the dollar's first credit. */
  readonly seed: bigint;
  /** Least backing after a mint. */
  readonly gateBps: number;
  readonly dollarFeeBps: number;
  /** Treasury, timelock, guardian and verifier are four accounts, and none is the deployer's. */
  readonly distinctAccounts: boolean;
  /** The timelock is a contract: a multisig or a governor, not a key. */
  readonly timelockIsContract: boolean;
};

/** Where Cardflow can be deployed. */
export type Network = {
  readonly name: string;
  readonly chainId: number;
  readonly kind: NetworkKind;
  /** Whether a sequencer orders its transactions, so that its outages must be known to the price oracle. */
  readonly sequencer: boolean;
  /** Blocks after which a transaction counts as final for the deployment. */
  readonly confirmations: number;
  /** Configuration variables, from the environment or the keystore. */
  readonly variables?: { readonly url: string; readonly key: string };
  readonly floors: Floors;
};

/** The variable that holds the deployer's private key, the same on every network. */
export const KEY_VARIABLE = "DEPLOYER_PRIVATE_KEY";

const FLOORS: Record<NetworkKind, Floors> = {
  local: { seed: 0n, gateBps: 11_000, dollarFeeBps: 25, distinctAccounts: false, timelockIsContract: false },
  testnet: {
    seed: parseEther("1000000"),
    gateBps: 11_000,
    dollarFeeBps: 25,
    distinctAccounts: false,
    timelockIsContract: false,
  },
  mainnet: {
    seed: parseEther("30000000"),
    gateBps: 12_000,
    dollarFeeBps: 50,
    distinctAccounts: true,
    timelockIsContract: true,
  },
};

const live = (
  name: string,
  chainId: number,
  kind: Exclude<NetworkKind, "local">,
  { sequencer, confirmations }: { readonly sequencer: boolean; readonly confirmations: number },
): Network => ({
  name,
  chainId,
  kind,
  sequencer,
  confirmations,
  variables: { url: `${name.toUpperCase().replaceAll("-", "_")}_RPC_URL`, key: KEY_VARIABLE },
  floors: FLOORS[kind],
});

const L1 = { sequencer: false, confirmations: 3 } as const;
const L2 = { sequencer: true, confirmations: 3 } as const;

export const LOCALHOST: Network = {
  name: "localhost",
  chainId: 31_337,
  kind: "local",
  sequencer: false,
  confirmations: 1,
  floors: FLOORS.local,
};

/** Networks with variables of their own in the configuration. */
export const LIVE_NETWORKS: readonly Network[] = [
  live("sepolia", 11_155_111, "testnet", L1),
  live("base-sepolia", 84_532, "testnet", L2),
  live("arbitrum-sepolia", 421_614, "testnet", L2),
  live("optimism-sepolia", 11_155_420, "testnet", L2),
  live("ethereum", 1, "mainnet", L1),
  live("base", 8_453, "mainnet", L2),
  live("arbitrum", 42_161, "mainnet", L2),
  live("optimism", 10, "mainnet", L2),
];

export const NETWORKS: readonly Network[] = [LOCALHOST, ...LIVE_NETWORKS];
