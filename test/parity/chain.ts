import {
  type Abi,
  decodeErrorResult,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  multicall3Abi,
  type RpcLog,
  toHex,
} from "viem";
import { enumNames } from "./enums.ts";

export type Provider = { request(args: { method: string; params?: unknown[] }): Promise<unknown> };

export type Call = { readonly to: Hex; readonly abi: Abi; readonly name: string; readonly args: readonly unknown[] };

export type Log = RpcLog;

/** How a transaction ended: its logs, or the custom error with its arguments. */
export type Outcome =
  | { readonly ok: true; readonly logs: readonly Log[] }
  | { readonly ok: false; readonly error: string; readonly values: readonly unknown[] };

const GAS = toHex(12_000_000n);

/** The bytes that a call sends. */
export const dataOf = ({ abi, name, args }: Call): Hex =>
  encodeFunctionData({ abi, functionName: name, args: [...args] });

/** Plain requests to the chain: nothing is estimated, polled or waited for. */
export class Chain {
  readonly #provider: Provider;
  readonly #errors: Abi;
  readonly #multicall: Hex;

  constructor(provider: Provider, errors: Abi, multicall: Hex) {
    this.#provider = provider;
    this.#errors = errors;
    this.#multicall = multicall;
  }

  async request<T>(method: string, ...params: unknown[]): Promise<T> {
    return (await this.#provider.request({ method, params })) as T;
  }

  /** Runs one call in a block of its own at `time`. */
  async send(from: Hex, call: Call, time: bigint): Promise<Outcome> {
    await this.request("evm_setNextBlockTimestamp", toHex(time));
    try {
      const hash = await this.request<Hex>("eth_sendTransaction", {
        from,
        to: call.to,
        data: dataOf(call),
        gas: GAS,
        gasPrice: "0x0",
      });
      const receipt = await this.request<{ logs: Log[]; status: Hex }>("eth_getTransactionReceipt", hash);
      return { ok: true, logs: receipt.logs };
    } catch (failure) {
      return this.#refusal(failure);
    }
  }

  #refusal(failure: unknown): Outcome {
    const data = revertData(failure);
    if (data === undefined) throw failure;
    if (data === "0x") return { ok: false, error: "(no data)", values: [] };
    const { errorName, args, abiItem } = decodeErrorResult({ abi: this.#errors, data });
    const inputs = (abiItem as { inputs?: readonly { internalType?: string }[] }).inputs ?? [];
    const values = (args ?? []).map((value, index) => plain(value, inputs[index]?.internalType));
    return { ok: false, error: errorName, values };
  }

  /** Reads many views at the newest block in one request. */
  async read(calls: readonly Call[]): Promise<unknown[]> {
    const data = encodeFunctionData({
      abi: multicall3Abi,
      functionName: "aggregate3",
      args: [
        calls.map((call) => ({
          target: call.to,
          allowFailure: true,
          callData: dataOf(call),
        })),
      ],
    });
    const answer = await this.request<Hex>(
      "eth_call",
      { to: this.#multicall, data, gas: toHex(800_000_000n) },
      "latest",
    );
    const results = decodeFunctionResult({ abi: multicall3Abi, functionName: "aggregate3", data: answer });
    return results.map(({ success, returnData }, index) => {
      const call = calls[index];
      if (call === undefined || !success) return { reverted: returnData };
      const result = decodeFunctionResult({ abi: call.abi, functionName: call.name, data: returnData });
      const item = call.abi.find((entry) => entry.type === "function" && entry.name === call.name);
      const outputs = (item as { outputs: readonly Parameter[] }).outputs;
      return outputs.length === 1
        ? normal(result, outputs[0])
        : (result as unknown[]).map((part, i) => normal(part, outputs[i]));
    });
  }
}

type Parameter = {
  readonly internalType?: string;
  readonly type: string;
  readonly name?: string;
  readonly components?: readonly Parameter[];
};

/** Numbers become bigints, enums names, addresses lower case. */
function plain(value: unknown, internalType: string | undefined): unknown {
  if (Array.isArray(value)) return value.map((part) => plain(part, internalType?.replace(/\[\]$/, "")));
  if (typeof value === "number" || typeof value === "bigint") {
    const names = enumNames(internalType);
    return names === undefined ? BigInt(value) : (names[Number(value)] ?? value);
  }
  return typeof value === "string" && value.startsWith("0x") ? value.toLowerCase() : value;
}

function normal(value: unknown, parameter: Parameter | undefined): unknown {
  if (parameter?.components !== undefined && !Array.isArray(value)) {
    const fields = value as Record<string, unknown>;
    return Object.fromEntries(parameter.components.map((part) => [part.name, normal(fields[part.name ?? ""], part)]));
  }
  return plain(value, parameter?.internalType);
}

function revertData(failure: unknown): Hex | undefined {
  for (let error = failure; typeof error === "object" && error !== null; error = (error as { cause?: unknown }).cause) {
    const { data } = error as { data?: unknown };
    if (typeof data === "string") return data as Hex;
    if (typeof data === "object" && data !== null && "data" in data) return (data as { data: Hex }).data;
  }
  return undefined;
}
