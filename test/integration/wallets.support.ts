import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  type Address,
  createTestClient,
  custom,
  type EIP1193RequestFn,
  encodeDeployData,
  encodeFunctionData,
  getAddress,
  type Hash,
  type Hex,
  http,
  type LocalAccount,
  parseAbi,
  parseEther,
  type TransactionReceipt,
} from "viem";
import {
  entryPoint08Abi,
  entryPoint08Address,
  getUserOperationTypedData,
  toPackedUserOperation,
} from "viem/account-abstraction";
import { getCode, getTransactionReceipt, readContract, sendTransaction } from "viem/actions";
import { z } from "zod";
import { type Chain, joinChain } from "../../scripts/demo/chain.ts";
import { need } from "../../scripts/demo/failure.ts";
import { modelNamed } from "../../scripts/demo/fixtures.ts";
import { buildFleet, type FleetCard } from "../../scripts/demo/fleet.ts";
import { type Person, personOf } from "../../scripts/demo/people.ts";
import { deploySystem, openHardhat, type System } from "../../scripts/demo/system.ts";
import { type CardflowClient, type ContractCall, confirm } from "../../sdk/src/index.ts";
import { toBatchCalls } from "../../sdk/src/wallets/index.ts";

/* A CHAIN WITH SMART ACCOUNTS */

const artifactSchema = z.object({ abi: z.array(z.custom<object>()), bytecode: z.custom<Hex>() });

/** A contract of the reference implementation of ERC-4337, as its package ships it. */
const artifact = (name: string) => {
  const file = import.meta.resolve(`@account-abstraction/contracts/artifacts/${name}.json`);
  return artifactSchema.parse(JSON.parse(readFileSync(fileURLToPath(file), "utf8")));
};

/** The proxy through which contracts get the same address on every chain, and the salt of the entry point. */
const create2Proxy: Address = "0x4e59b44847b379578588920ca78fbf26c0b4956c";
const create2Code: Hex =
  "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3";
const entryPointSalt: Hex = "0x0a59dbff790c23c976a548690c27297883cc66b4c67024f9117b0238995e35e9";

const factoryAbi = parseAbi([
  "constructor(address entryPoint)",
  "function createAccount(address owner, uint256 salt) returns (address)",
  "function getAddress(address owner, uint256 salt) view returns (address)",
]);
const executeAbi = parseAbi([
  "struct Call { address target; uint256 value; bytes data; }",
  "function executeBatch(Call[] calls)",
]);

/** Cardflow on a node that knows EIP-7702, with the entry point at its real address and somebody who bundles. */
export type WalletStage = {
  readonly system: System;
  readonly cards: readonly FleetCard[];
  readonly bundler: Person;
  readonly factory: Address;
  readonly simple7702: Address;
  readonly newcomer: (title: string) => Promise<Person>;
  readonly close: () => Promise<void>;
};

export const openWalletStage = async (count: number): Promise<WalletStage> => {
  const { hre, dispose } = await openHardhat();
  const server = await hre.network.createServer({ network: "node", override: { hardfork: "prague" } }, "127.0.0.1", 0);
  const { address, port } = await server.listen();
  const url = `http://${address}:${port}`;
  const chain = await joinChain(url);
  const system = await deploySystem(hre, chain);
  const [owner, operator, bundler] = [personOf(chain, "owner"), personOf(chain, "node"), personOf(chain, "bundler")];
  await chain.fund([owner, operator, bundler].map((person) => person.address));
  const model = modelNamed("RTX 4090 24GB");
  const host = { name: "host", model, cards: count, region: 0, owner, operator, hostId: 1, dollarsPerHour: "0.44" };
  const cards = await buildFleet(system, [host]);
  await deployEntryPoint(url, bundler);
  const { bytecode } = artifact("SimpleAccountFactory");
  const factory = await deploy(bundler, encodeDeployData({ abi: factoryAbi, bytecode, args: [entryPoint08Address] }));
  const simple7702 = await deploy(bundler, artifact("Simple7702Account").bytecode);
  let people = 0;
  return {
    system,
    cards,
    bundler,
    factory,
    simple7702,
    newcomer: async (title) => {
      const person = personOf(chain, `${title} ${++people}`);
      await chain.fund([person.address]);
      return person;
    },
    close: async () => {
      await chain.close();
      await server.close();
      await dispose();
    },
  };
};

const transact = async (
  { client, account }: Person,
  request: { readonly to?: Address; readonly data?: Hex; readonly value?: bigint },
): Promise<TransactionReceipt> =>
  confirm(client, await sendTransaction(client, { account, chain: client.chain ?? null, ...request }));

const deploy = async (by: Person, data: Hex): Promise<Address> =>
  getAddress(need((await transact(by, { data })).contractAddress ?? undefined, "a contract"));

const deployEntryPoint = async (url: string, by: Person): Promise<void> => {
  const control = createTestClient({ mode: "hardhat", transport: http(url) });
  await control.setCode({ address: create2Proxy, bytecode: create2Code });
  const { bytecode } = artifact("EntryPoint");
  await transact(by, { to: create2Proxy, data: `${entryPointSalt}${bytecode.slice(2)}` });
};

/* ACCOUNTS */

/** The ERC-4337 account of a key, made by its first user operation, with money for its gas at the entry point. */
export const simpleAccountOf = async ({ factory, bundler, system }: WalletStage, key: Person): Promise<Address> => {
  const call = { address: factory, abi: factoryAbi, functionName: "getAddress", args: [key.address, 0n] } as const;
  const address = await readContract(system.chain.reader, call);
  await payGasOf(bundler, address);
  return address;
};

/** Puts money for the gas of an account into the entry point. */
export const payGasOf = (bundler: Person, account: Address): Promise<TransactionReceipt> =>
  transact(bundler, {
    to: entryPoint08Address,
    value: parseEther("10"),
    data: encodeFunctionData({ abi: entryPoint08Abi, functionName: "depositTo", args: [account] }),
  });

/** Lets a key's account run a contract's code (EIP-7702), by a transaction that somebody else pays. */
export const delegate = async ({ bundler, system }: WalletStage, key: Person, to: Address): Promise<void> => {
  const { client } = key;
  const nonce = Number(await client.request({ method: "eth_getTransactionCount", params: [key.address, "latest"] }));
  const authorization = await need(
    key.account.signAuthorization,
    "a key that delegates",
  )({
    address: to,
    chainId: system.chain.id,
    nonce,
  });
  const hash = await sendTransaction(bundler.client, {
    account: bundler.account,
    chain: bundler.client.chain ?? null,
    to: bundler.address,
    authorizationList: [authorization],
  });
  await confirm(bundler.client, hash);
};

/** Calls as one call of an account of the reference implementation. */
export const executeBatchData = (calls: readonly ContractCall[]): Hex =>
  encodeFunctionData({
    abi: executeAbi,
    functionName: "executeBatch",
    args: [toBatchCalls(calls).map(({ to: target, value, data }) => ({ target, value, data }))],
  });

/** Makes calls by one user operation of an account: its key signs, the bundler hands it to the entry point, which makes the account first. */
export const operate = async (
  { system: { chain }, bundler, factory }: WalletStage,
  sender: Address,
  key: LocalAccount,
  calls: readonly ContractCall[],
): Promise<TransactionReceipt> => {
  const made = (await getCode(chain.reader, { address: sender })) !== undefined;
  const createAccount = { abi: factoryAbi, functionName: "createAccount", args: [key.address, 0n] } as const;
  const entryPoint = { address: entryPoint08Address, abi: entryPoint08Abi } as const;
  const nonce = await readContract(chain.reader, { ...entryPoint, functionName: "getNonce", args: [sender, 0n] });
  const operation = {
    sender,
    nonce,
    ...(made ? {} : { factory, factoryData: encodeFunctionData(createAccount) }),
    callData: executeBatchData(calls),
    callGasLimit: 2_000_000n,
    verificationGasLimit: 1_000_000n,
    preVerificationGas: 100_000n,
    maxFeePerGas: parseEther("0.000001"),
    maxPriorityFeePerGas: 1n,
    signature: "0x",
  } as const;
  const typedData = getUserOperationTypedData({
    chainId: chain.id,
    entryPointAddress: entryPoint08Address,
    userOperation: operation,
  });
  const signature = await key.signTypedData(typedData);
  const packed = toPackedUserOperation({ ...operation, signature });
  const data = encodeFunctionData({ ...entryPoint, functionName: "handleOps", args: [[packed], bundler.address] });
  return transact(bundler, { to: entryPoint08Address, data });
};

/* A WALLET THAT BATCHES */

const sendCallsSchema = z.tuple([
  z.object({ calls: z.array(z.object({ to: z.custom<Address>(), data: z.custom<Hex>() })) }),
]);

/**
 * A client of a wallet that knows EIP-5792: the key's account is delegated to a contract that batches, and calls itself.
 */
export const batchingTransport = (chain: Chain, key: Person) => {
  const answer = async (method: string, params: unknown): Promise<unknown> => {
    if (method === "wallet_getCapabilities")
      return { [`0x${chain.id.toString(16)}`]: { atomic: { status: "supported" } } };
    if (method === "wallet_sendCalls") {
      const [{ calls }] = sendCallsSchema.parse(params);
      const args = [calls.map(({ to: target, data }) => ({ target, value: 0n, data }))] as const;
      const data = encodeFunctionData({ abi: executeAbi, functionName: "executeBatch", args });
      const { transactionHash } = await transact(key, { to: key.address, data });
      return { id: transactionHash };
    }
    if (method === "wallet_getCallsStatus") return statusOf(chain.reader, z.tuple([z.custom<Hash>()]).parse(params)[0]);
    return z.custom<EIP1193RequestFn>().parse(chain.reader.request)({ method, params });
  };
  return custom({
    request: ({ method, params }: { readonly method: string; readonly params?: unknown }) => answer(method, params),
  });
};

const statusOf = async (reader: CardflowClient, hash: Hash): Promise<unknown> => {
  const receipt = await getTransactionReceipt(reader, { hash });
  return {
    version: "2.0.0",
    id: hash,
    chainId: "0x7a69",
    status: receipt.status === "success" ? 200 : 500,
    atomic: true,
    receipts: [
      {
        logs: [],
        status: receipt.status === "success" ? "0x1" : "0x0",
        blockHash: receipt.blockHash,
        blockNumber: `0x${receipt.blockNumber.toString(16)}`,
        gasUsed: `0x${receipt.gasUsed.toString(16)}`,
        transactionHash: hash,
      },
    ],
  };
};
