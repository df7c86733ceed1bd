import { type AbiParameter, encodeFunctionData, type Hex, isAddress, isHex } from "viem";
import { InvalidInputError } from "../errors/inputErrors.ts";
import { toRequestError } from "../errors/toCardflowError.ts";
import type { ContractCall } from "./types.ts";

/**
 * Calldata of a call.
 *
 * @throws InvalidInputError with the argument's path if one does not fit its type; RequestError if they cannot be encoded
 */
export const encodeCall = (call: ContractCall): Hex => {
  const { abi, functionName, args } = call;
  for (const item of abi)
    if (item.type === "function" && item.name === functionName && item.inputs.length === args.length)
      item.inputs.forEach((input, index) => {
        requireFit(input.name ?? "", input, args[index]);
      });
  try {
    return encodeFunctionData(call);
  } catch (cause) {
    throw toRequestError(cause);
  }
};

type Parameter = AbiParameter & { readonly components?: readonly AbiParameter[] };

const requireFit = (path: string, { type, components, ...rest }: Parameter, value: unknown): void => {
  const fault = faultOf(type, value);
  if (fault !== undefined) throw new InvalidInputError(path, fault);
  if (Array.isArray(value))
    value.forEach((element, index) => {
      requireFit(`${path}[${index}]`, { ...rest, ...(components && { components }), type: type.slice(0, -2) }, element);
    });
  else if (typeof value === "object" && value !== null)
    for (const part of components ?? []) requireFit(`${path}.${part.name}`, part, Reflect.get(value, part.name ?? ""));
};

/** What is expected of a value that does not fit; viem takes numbers for big integers, and so 5 for 5 wei where 5 dollars were meant. */
const faultOf = (type: string, value: unknown): string | undefined => {
  const [, kind, size = ""] = /^(uint|bytes|.+?)(\d*)$/.exec(type) ?? [];
  const must = (fits: boolean, expected: string): string | undefined => (fits ? undefined : expected);
  if (type.endsWith("[]")) return must(Array.isArray(value) && value.length > 0, "a list of at least one");
  if (type === "tuple") return must(typeof value === "object" && value !== null, "an object");
  if (kind === "uint" && Number(size) > 48)
    return must(
      typeof value === "bigint" && value >= 0n && value >> BigInt(size) === 0n,
      `a bigint from 0, below 2^${size}`,
    );
  if (kind === "uint")
    return must(
      Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** Number(size),
      `a whole number from 0, below 2^${size}`,
    );
  if (kind === "bytes")
    return must(
      isHex(value) && value.length % 2 === 0 && (size === "" || value.length === 2 + 2 * Number(size)),
      `${size === "" ? "" : `${size} `}bytes in hex`,
    );
  if (type === "address")
    return must(
      typeof value === "string" && isAddress(value),
      "an address, with the right checksum if the case is mixed",
    );
  return undefined;
};
