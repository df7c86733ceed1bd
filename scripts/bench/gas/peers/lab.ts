import { type Abi, type Address, encodeDeployData, type Hex } from "viem";
import { sendTransaction, waitForTransactionReceipt, writeContract } from "viem/actions";
import type { Chain } from "../../../demo/chain.ts";
import { DemoError, need } from "../../../demo/failure.ts";
import { type Person, personOf } from "../../../demo/people.ts";
import type { Compiled } from "./compile.ts";

/** A contract that can be called. */
export type Deployed = { readonly abi: Abi; readonly address: Address; readonly gas: number };

/** Two who trade and one who submits, and how they deploy and call. */
export type Lab = {
  readonly chain: Chain;
  readonly maker: Person;
  readonly taker: Person;
  readonly other: Person;
  readonly deploy: (contract: Compiled, args?: readonly unknown[]) => Promise<Deployed>;
  /** Sends a call and returns the gas of its transaction. */
  readonly call: (who: Person, to: Deployed, functionName: string, args: readonly unknown[]) => Promise<number>;
};

/** A laboratory on a chain; the maker deploys. */
export const openLab = async (chain: Chain): Promise<Lab> => {
  const [maker, taker, other] = [personOf(chain, "maker"), personOf(chain, "peer taker"), personOf(chain, "other")];
  await chain.fund([maker, taker, other].map(({ address }) => address));
  const gasOf = async (hash: Hex) => {
    const receipt = await waitForTransactionReceipt(chain.reader, { hash });
    return { ...receipt, gas: Number(receipt.gasUsed) };
  };
  const { client, account } = maker;
  return {
    chain,
    maker,
    taker,
    other,
    deploy: async ({ abi, bytecode }, args = []) => {
      const data = encodeDeployData({ abi, bytecode, args });
      const hash = await sendTransaction(client, { account, chain: client.chain ?? null, data });
      const { contractAddress, gas } = await gasOf(hash);
      return { abi, gas, address: need(contractAddress, "the address of a peer contract") };
    },
    call: async (who, { abi, address }, functionName, args) => {
      const call = { abi, address, functionName, args, account: who.account, chain: who.client.chain ?? null };
      const { gas, status } = await gasOf(await writeContract(who.client, call));
      if (status !== "success") throw new DemoError(`${functionName} of a peer reverted`);
      return gas;
    },
  };
};
