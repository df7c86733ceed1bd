import { type AbiParameter, encodeFunctionData, type Hex, isAddress, isHex } from "viem";
import { InvalidInputError } from "../errors/inputErrors.ts";
import type { ContractCall } from "./types.ts";

/**
 * Calldata of a call.
 *
 * @throws InvalidInputError with the argument's path if one does not fit its type
 */
export const encodeCall = (call: ContractCall): Hex => {
  const { abi, functionName, args } = call;
  for (const item of abi)
    if (item.type === "function" && item.name === functionName && item.inputs.length === args.length)
      for (const [index, input] of item.inputs.entries()) requireFit(input.name ?? "", input, args[index]);
  return encodeFunctionData(call);
};

type Parameter = AbiParameter & { readonly components?: readonly AbiParameter[] };

const requireFit = (path: string, { type, components = [] }: Parameter, value: unknown): void => {
  const fault = faultOf(type, value);
  if (fault) throw new InvalidInputError(path, fault);
  if (Array.isArray(value))
    for (const [index, element] of value.entries())
      requireFit(`${path}[${index}]`, { type: type.slice(0, -2), components }, element);
  else
    for (const part of components)
      requireFit(`${path}.${part.name}`, part, Reflect.get(Object(value), part.name ?? ""));
};

/**
 * What is expected of a value that does not fit. viem takes numbers for big integers: 5 would be 5 wei where 5 dollars are meant. An empty
 * list would cost gas for nothing.
 */
const faultOf = (type: string, value: unknown): string | false => {
  const size = Number(/\d*$/.exec(type));
  const must = (fits: boolean, expected: string): string | false => !fits && expected;
  if (type.endsWith("[]")) return must(Array.isArray(value) && value.length > 0, "a list of at least one");
  if (type === "address") return must(isAddress(`${value}`), "an address, any mixed case being its checksum");
  if (type.startsWith("bytes"))
    return must(isHex(value) && (size ? value.length === 2 + 2 * size : value.length % 2 === 0), `${type} in hex`);
  if (!type.startsWith("uint")) return false;
  const kind = size > 48 ? "bigint" : "number";
  const whole = typeof value === "bigint" || Number.isSafeInteger(value) ? BigInt(value as bigint | number) : -1n;
  return must(typeof value === kind && whole >= 0n && whole >> BigInt(size) === 0n, `a ${kind} of ${size} bits`);
};
