import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Address, encodeFunctionData, getAddress, type Hex, type LocalAccount, parseAbi } from "viem";
import { toAccount } from "viem/accounts";
import { sendTransaction } from "viem/actions";
import { type ContractCall, confirm } from "../../sdk/src/index.ts";
import type { Person } from "./people.ts";
import type { System } from "./system.ts";

const executeAbi = parseAbi([
  "struct Call { address target; bytes data; }",
  "function execute(Call[] calls) returns (bytes[] results)",
]);

/** A contract wallet: its address holds the money, its key signs, and calls go out in batches. */
export type SmartAccount = {
  readonly address: Address;
  /** Signs typed data in the name of the contract (ERC-1271), with its key. */
  readonly account: LocalAccount;
  /** Makes calls as the contract, all or none. */
  readonly execute: (calls: readonly ContractCall[]) => Promise<void>;
};

/** Deploys a smart account for a key, with Ignition. */
export const deploySmartAccount = async (
  hre: HardhatRuntimeEnvironment,
  { chain, deployer }: System,
  key: Person,
): Promise<SmartAccount> => {
  const connection = await hre.network.create({
    network: "localhost",
    override: { url: chain.url, accounts: [deployer.key] },
  });
  try {
    const module = buildModule("SmartAccount", (m) => ({
      wallet: m.contract("MockSmartAccount", [m.getParameter("key")]),
    }));
    const { wallet } = await connection.ignition.deploy(module, {
      config: { blockPollingInterval: 20, requiredConfirmations: 1 },
      parameters: { SmartAccount: { key: key.address } },
    });
    const address = getAddress(await wallet.getAddress());
    return {
      address,
      account: accountAt(address, key.account),
      execute: async (calls) => {
        const data = executeData(calls);
        const hash = await sendTransaction(key.client, {
          account: key.account,
          chain: key.client.chain ?? null,
          to: address,
          data,
        });
        await confirm(key.client, hash);
      },
    };
  } finally {
    await connection.close();
  }
};

const executeData = (calls: readonly ContractCall[]): Hex =>
  encodeFunctionData({
    abi: executeAbi,
    functionName: "execute",
    args: [calls.map((call) => ({ target: call.address, data: encodeFunctionData(call) }))],
  });

/** An account at the contract's address whose signatures are its key's. */
const accountAt = (address: Address, key: LocalAccount): LocalAccount =>
  toAccount({
    address,
    signMessage: (message) => key.signMessage(message),
    signTypedData: (typedData) => key.signTypedData(typedData),
    signTransaction: () => Promise.reject(new TypeError("a smart account sends no transactions of its own")),
  });
