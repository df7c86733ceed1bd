import hre from "hardhat";
import { type Abi, type Hex, parseEther, toHex } from "viem";
import { type HDAccount, mnemonicToAccount } from "viem/accounts";
import { MODELS, REGIONS } from "../../ignition/catalogue.ts";
import Cardflow from "../../ignition/modules/Cardflow.ts";
import MockFeeds from "../../ignition/modules/MockFeeds.ts";
import { ROLES } from "../../ignition/roles.ts";
import type { State } from "../model/state.ts";
import { type Call, Chain, dataOf, type Provider } from "./chain.ts";

const MNEMONIC = "test test test test test test test test test test test junk";

export type Contract = { readonly address: Hex; readonly abi: Abi };

/** Which contract each name is. */
export const SOURCES = {
  manager: "AccessManager",
  token: "ComputeToken",
  dollar: "ComputeDollar",
  oracle: "PriceOracle",
  minter: "DollarMinter",
  registry: "CardRegistry",
  supplierStaking: "SupplierStaking",
  renterStaking: "RenterStaking",
  ledger: "LeaseLedger",
  market: "RentalMarket",
  shareFactory: "RevenueShareFactory",
  share: "RevenueShare",
  primaryFeed: "MockAggregator",
  secondFeed: "MockAggregator",
  spareFeed: "MockAggregator",
  sequencerFeed: "MockAggregator",
  wallet: "MoodyWallet",
} as const;

export type ContractName = keyof typeof SOURCES;

export const contractNames = Object.keys(SOURCES) as ContractName[];

export type World = {
  readonly chain: Chain;
  readonly contracts: Readonly<Record<ContractName, Contract>>;
  readonly accounts: readonly HDAccount[];
  readonly treasury: Hex;
  readonly governor: Hex;
  readonly guardian: Hex;
  readonly verifier: Hex;
  readonly slasher: Hex;
  /** Who uses the system: keys, one that delegates, and contract wallets. */
  readonly people: readonly Hex[];
  /** A key whose address also has a wallet's code, as EIP-7702 lets it. */
  readonly delegator: Hex;
  /** Keys that wallets may get. */
  readonly keys: readonly Hex[];
  /** Addresses with a wallet's code, the delegator's too, and the key that each begins with. */
  readonly wallets: ReadonlyMap<Hex, Hex>;
};

export const FEED = { heartbeat: 3_600, thresholdBps: 50, minPrice: 1_000, maxPrice: 100_000_000 };

/** CARD burned into the credit at genesis: small, so that the dollar's states can be reached. */
export const SEED = parseEther("500000");
export const PRICE = 10_000_000n;
const INITIAL_SLOW = parseEther("0.1");

/** Whether an address belongs to a contract wallet alone, and to no key. */
export const hasOnlyCode = ({ wallets, delegator }: World, address: Hex): boolean =>
  wallets.has(address) && address !== delegator;

export const lower = (address: string): Hex => address.toLowerCase() as Hex;

/** The whole system on a chain of its own, with the parameters' role in hands that need not wait. */
export async function deploy(): Promise<World> {
  const connection = await hre.network.create({
    network: "node",
    override: { allowBlocksWithSameTimestamp: true, initialBaseFeePerGas: 0 },
  });
  const provider = connection.provider as unknown as Provider;
  const accounts = Array.from({ length: 20 }, (_, addressIndex) => mnemonicToAccount(MNEMONIC, { addressIndex }));
  const [deployer, treasury, governor, guardian, verifier, slasher, delegator, ...others] = accounts.map(
    ({ address }) => lower(address),
  );
  if (!deployer || !treasury || !governor || !guardian || !verifier || !slasher || !delegator)
    throw new RangeError("too few accounts");

  const feeds = await connection.ignition.deploy(MockFeeds);
  const source = async (feed: keyof typeof feeds) => ({ feed: await feeds[feed].getAddress(), ...FEED });
  const deployed = await connection.ignition.deploy(Cardflow, {
    parameters: {
      Cardflow: {
        treasury,
        timelock: governor,
        guardian,
        verifier,
        seed: SEED,
        initialSlowPrice: INITIAL_SLOW,
        primarySource: await source("primaryFeed"),
        secondSource: await source("secondFeed"),
      },
    },
  });

  const entries: [ContractName, Contract][] = [];
  for (const name of contractNames) {
    const { abi } = await hre.artifacts.readArtifact(SOURCES[name]);
    const known = { ...deployed, ...feeds } as Record<string, { getAddress(): Promise<string> }>;
    const address = (await known[name]?.getAddress()) ?? `0x${"0".repeat(40)}`;
    entries.push([name, { address: lower(address), abi: abi as Abi }]);
  }
  const contracts = Object.fromEntries(entries) as Record<ContractName, Contract>;

  const request = (method: string, ...params: unknown[]) => provider.request({ method, params });
  const create = async (data: Hex): Promise<Hex> => {
    const hash = await request("eth_sendTransaction", { from: deployer, data, gas: toHex(8_000_000n) });
    const receipt = (await request("eth_getTransactionReceipt", hash)) as { contractAddress: Hex };
    return lower(receipt.contractAddress);
  };
  const made = async (name: ContractName, ...words: readonly bigint[]): Promise<Contract> => {
    const { bytecode } = await hre.artifacts.readArtifact(SOURCES[name]);
    const data = words.map((value) => value.toString(16).padStart(64, "0")).join("");
    return { ...contracts[name], address: await create(`${bytecode}${data}` as Hex) };
  };
  contracts.spareFeed = await made("spareFeed", 8n, PRICE);
  contracts.sequencerFeed = await made("sequencerFeed", 0n, 0n);
  const [persons, keys] = [others.slice(0, -5), others.slice(-5)];
  const wallets = new Map<Hex, Hex>();
  for (const key of keys.slice(0, 3)) wallets.set((await made("wallet", BigInt(key))).address, key);
  const people = [...persons, delegator, ...wallets.keys()];
  const errors = Object.values(contracts).flatMap(({ abi }) => abi.filter(({ type }) => type === "error"));
  const chain = new Chain(provider, errors, await create(await multicallBytecode()));
  const roles = { treasury, governor, guardian, verifier, slasher };
  const world = { chain, contracts, accounts, ...roles, people, delegator, keys, wallets };
  for (const key of keys.slice(3, 4)) wallets.set(await delegate(world, key), key);
  await takeRoles(world);
  return world;
}

/** Creation code of the well-known Multicall3, which viem carries. */
async function multicallBytecode(): Promise<Hex> {
  const url = new URL("./constants/contracts.js", import.meta.resolve("viem"));
  return ((await import(url.href)) as { multicall3Bytecode: Hex }).multicall3Bytecode;
}

/** Lets the delegator's address run a wallet's code for a key. */
async function delegate({ chain, contracts: { wallet }, delegator, wallets }: World, key: Hex): Promise<Hex> {
  const [code] = wallets.keys();
  await chain.request("hardhat_setCode", delegator, await chain.request("eth_getCode", code, "latest"));
  const rotate = { to: delegator, abi: wallet.abi, name: "rotate", args: [key] };
  await chain.send(delegator, rotate, (await newestTime(chain)) + 1n);
  return delegator;
}

/** Waits out the timelock's delays once: the parameters' role waits no longer, and the slasher is named. */
async function takeRoles({ chain, contracts, governor, slasher }: World): Promise<void> {
  const { manager, supplierStaking } = contracts;
  const grant = { to: manager.address, abi: manager.abi, name: "grantRole", args: [ROLES.parameters.id, governor, 0] };
  const name = { to: supplierStaking.address, abi: supplierStaking.abi, name: "setSlasher", args: [slasher] };
  const schedule = (call: Call): Call => {
    return { to: manager.address, abi: manager.abi, name: "schedule", args: [call.to, dataOf(call), 0] };
  };
  const start = await newestTime(chain);
  const days = (count: bigint): bigint => start + count * 86_400n;
  for (const [call, time] of [
    [schedule(grant), start + 1n],
    [schedule(name), start + 2n],
    [name, days(8n)],
    [grant, days(31n)],
  ] as const) {
    const outcome = await chain.send(governor, call, time);
    if (!outcome.ok) throw new Error(`${call.name} refused with ${outcome.error}(${outcome.values})`);
  }
  // A lowered delay takes effect after the old one.
  await chain.request("evm_setNextBlockTimestamp", toHex(days(40n)));
  await chain.request("evm_mine");
}

export async function newestTime(chain: Chain): Promise<bigint> {
  const block = await chain.request<{ timestamp: Hex }>("eth_getBlockByNumber", "latest", false);
  return BigInt(block.timestamp);
}

/** The model's state at deployment: what the page and the deployment's parameters say, and two clocks read from the chain. */
export async function genesis(world: World): Promise<State> {
  const { chain, contracts, treasury, slasher } = world;
  const { oracle, minter, supplierStaking, renterStaking, ledger } = contracts;
  const now = await newestTime(chain);
  const [seeded] = await chain.request<{ blockNumber: Hex }[]>("eth_getLogs", {
    fromBlock: "0x0",
    address: minter.address,
  });
  const block = await chain.request<{ timestamp: Hex }>("eth_getBlockByNumber", seeded?.blockNumber, false);
  const born = BigInt(block.timestamp);
  const [clock] = (await chain.read([{ to: oracle.address, abi: oracle.abi, name: "slowPriceClock", args: [] }])) as [
    bigint,
  ];
  const feed = (decimals: bigint, answer: bigint) => ({
    answer,
    decimals,
    startedAt: 0n,
    updatedAt: 0n,
    broken: false,
  });
  const source = (name: "primaryFeed" | "secondFeed") => ({
    feed: contracts[name].address,
    heartbeat: BigInt(FEED.heartbeat),
    thresholdBps: BigInt(FEED.thresholdBps),
    minPrice: BigInt(FEED.minPrice),
    maxPrice: BigInt(FEED.maxPrice),
  });
  const empty = () => ({ used: 0n, at: 0n });
  const open = () => ({ began: 0n, until: 0n });
  const supply = parseEther("600000000") - SEED;
  return {
    now,
    at: {
      treasury,
      minter: minter.address,
      ledger: ledger.address,
      supplierStaking: supplierStaking.address,
      renterStaking: renterStaking.address,
      slasher,
    },
    models: new Map(
      MODELS.map((model) => [
        BigInt(model.id),
        {
          minimumBond: parseEther(`${model.minimumBondDollars}`),
          referenceValue: parseEther(`${model.referenceDollars}`),
        },
      ]),
    ),
    regions: new Set(REGIONS.map((region) => BigInt(region.id))),
    token: { supply, balances: new Map([[treasury, supply]]), allowances: new Map(), nonces: new Map() },
    dollar: { supply: 0n, balances: new Map(), allowances: new Map(), nonces: new Map() },
    feeds: new Map([
      [contracts.primaryFeed.address, feed(8n, PRICE)],
      [contracts.secondFeed.address, feed(8n, PRICE)],
      [contracts.spareFeed.address, feed(8n, PRICE)],
      [contracts.sequencerFeed.address, feed(0n, 0n)],
    ]),
    oracle: {
      sources: [source("primaryFeed"), source("secondFeed")],
      sequencer: undefined,
      slow: INITIAL_SLOW,
      clock,
      lastGoodHigh: INITIAL_SLOW,
      blindSince: 0n,
      blindEndedSeconds: 0n,
      blindLastEnd: 0n,
    },
    minter: {
      parameters: {
        feeBps: 50n,
        gateBps: 12_000n,
        ceilingBps: 1_000n,
        openMintBps: 250n,
        leaseMintBps: 250n,
        openLaneBps: 200n,
        earnedLaneBps: 100n,
        hardCeiling: 50_000_000n,
      },
      credit: SEED,
      baseRate: 0n,
      baseRateAt: born,
      buckets: { openMint: empty(), leaseMint: empty(), openLane: empty(), earnedLane: empty() },
    },
    pauses: { mint: open(), redeem: open(), matches: open(), registration: open(), sales: open() },
    cards: new Map(),
    movers: new Set(),
    devices: new Map(),
    leases: [],
    purses: new Map(),
    gatheredFees: 0n,
    bondPrice: INITIAL_SLOW,
    bonds: new Map(),
    renters: new Map(),
    market: { feeBps: 500n, tokenFeeBps: 200n, longestMinDuration: 3_600n },
    counters: new Map(),
    nonces: new Map(),
    authorizations: new Set(),
    burned: 0n,
    orders: new Map(),
    shares: new Map(),
    wallets: new Map([...world.wallets].map(([address, key]) => [address, { key, mood: "Fair", refusesCards: false }])),
  };
}
