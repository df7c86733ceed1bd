import {
  type Abi,
  type Address,
  createWalletClient,
  custom,
  decodeFunctionData,
  type EIP1193RequestFn,
  encodeFunctionResult,
  type Hex,
  numberToHex,
  RpcRequestError,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { z } from "zod";

/** The account of the tests' clients. */
export const account = privateKeyToAccount(`0x${"11".repeat(32)}`);

/** What a node answers to a method; a function is called with the parameters. */
export type Answers = { readonly [method: string]: unknown };

const sent: Hex = `0x${"ee".repeat(32)}`;

const block = {
  number: numberToHex(100),
  timestamp: numberToHex(1_763_800_000),
  hash: `0x${"aa".repeat(32)}`,
  parentHash: `0x${"bb".repeat(32)}`,
  baseFeePerGas: numberToHex(1_000_000_000),
  gasLimit: numberToHex(30_000_000),
  gasUsed: "0x0",
  transactions: [],
};

/** Time of the block that every test reads at. */
export const now = 1_763_800_000;

const ordinary: Answers = {
  eth_chainId: numberToHex(31337),
  eth_blockNumber: block.number,
  eth_getBlockByNumber: block,
  eth_getTransactionCount: "0x0",
  eth_estimateGas: numberToHex(100_000),
  eth_gasPrice: numberToHex(1_000_000_000),
  eth_maxPriorityFeePerGas: numberToHex(1_000_000_000),
  eth_call: "0x",
  eth_getCode: "0x",
  eth_sendRawTransaction: sent,
};

/** A node that answers from a table and remembers what it was asked. */
export const scriptedNode = (
  answers: Answers = {},
): { readonly asked: string[]; readonly request: EIP1193RequestFn } => {
  const asked: string[] = [];
  const table: Answers = { ...ordinary, ...answers };
  const request: EIP1193RequestFn = async ({ method, params }: { method: string; params?: unknown }) => {
    asked.push(method);
    const answer = table[method];
    return typeof answer === "function" ? answer(params) : answer;
  };
  return { asked, request };
};

/** A client with an account over such a node. */
export const scriptedClient = (answers: Answers = {}) => {
  const node = scriptedNode(answers);
  const transport = custom({ request: node.request }, { retryCount: 0 });
  return { asked: node.asked, client: createWalletClient({ account, transport, pollingInterval: 1 }) };
};

/** A node's refusal of a call, with revert data. */
export const revertWith = (data: unknown, message = "execution reverted"): (() => never) => {
  return () => {
    throw new RpcRequestError({ body: {}, error: { code: 3, message, data }, url: "test" });
  };
};

const callSchema = z.tuple([z.object({ to: z.string(), data: z.string() })], z.unknown());

/** What a view of a contract answers, by `address.function`. */
export type Views = { readonly [key: string]: unknown };

/** Answers eth_call out of a table of views. */
export const answeringViews =
  (contracts: readonly { readonly address: Address; readonly abi: Abi }[], views: Views) =>
  (params: unknown): Hex => {
    const [{ to, data }] = callSchema.parse(params);
    const contract = contracts.find(({ address }) => address.toLowerCase() === to.toLowerCase());
    if (contract === undefined) throw new Error(`no contract at ${to}`);
    const { functionName, args } = decodeFunctionData({
      abi: contract.abi,
      data: z.templateLiteral(["0x", z.string()]).parse(data),
    });
    const view = views[functionName];
    const result = typeof view === "function" ? view(...(args ?? [])) : view;
    return encodeFunctionResult({ abi: contract.abi, functionName, result });
  };
