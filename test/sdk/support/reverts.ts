import {
  type AbiParameter,
  concat,
  encodeAbiParameters,
  type Hex,
  toFunctionSelector,
  toFunctionSignature,
} from "viem";
import { errorAbi } from "../../../sdk/src/abis/index.ts";
import { addressOf } from "./deployment.ts";

/** A value of a type, different for every place. */
export const sampleOf = ({ type }: AbiParameter, n: number): unknown => {
  if (type.endsWith("[]")) return [sampleOf({ type: type.slice(0, -2) }, 0), sampleOf({ type: type.slice(0, -2) }, 1)];
  if (type === "address") return addressOf(n + 1);
  if (type === "bool") return n % 2 === 0;
  if (type === "string") return `text ${n}`;
  if (type === "uint8") return n % 2;
  const bytes = /^bytes(\d+)$/.exec(type);
  if (bytes !== null) return `0x${"0d".repeat(Number(bytes[1]))}`;
  const bits = Number(/\d+$/.exec(type)?.[0]);
  return bits <= 48 ? n + 10 : BigInt(n + 10);
};

/** Selector of an error, by the ABI. */
export const selectorOf = (name: string): Hex => {
  const item = errorAbi.find((entry) => entry.name === name);
  if (item === undefined) throw new Error(name);
  return toFunctionSelector(toFunctionSignature({ ...item, type: "function", outputs: [], stateMutability: "view" }));
};

/** Revert data of an error. */
export const revertData = (name: string, types: readonly AbiParameter[], values: readonly unknown[]): Hex =>
  concat([selectorOf(name), encodeAbiParameters(types, values)]);
