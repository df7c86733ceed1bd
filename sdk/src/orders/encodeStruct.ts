import { keccak256, toBytes } from "viem";
import { InvalidInputError } from "../errors/inputErrors.ts";
import type { Keccak } from "./domain.ts";

/** A field of an EIP-712 struct without nested types. */
export type StructField = { readonly name: string; readonly type: string };

/** Values of a struct's fields. */
export type StructValues = Readonly<Record<string, string | number | bigint | boolean>>;

/** Writes a value as one 32-byte word. */
type WriteWord = (
  bytes: Uint8Array,
  at: number,
  value: string | number | bigint | boolean | undefined,
  path: string,
) => void;

/** What is fixed of a struct: its type's hash and how each field is written. */
export type StructEncoder = {
  readonly typeHash: Uint8Array;
  readonly writers: readonly { readonly name: string; readonly path: string; readonly write: WriteWord }[];
};

const wordLength = 32;

/**
 * Prepares the encoder of an EIP-712 struct.
 *
 * @param name - name of the struct
 * @param fields - its fields, in order
 */
export const structEncoder = (name: string, fields: readonly StructField[]): StructEncoder => ({
  typeHash: keccak256(toBytes(`${name}(${fields.map((field) => `${field.type} ${field.name}`).join(",")})`), "bytes"),
  writers: fields.map((field) => ({
    name: field.name,
    path: `${name.toLowerCase()}.${field.name}`,
    write: writerOf(field.type),
  })),
});

/**
 * EIP-712 hash of a struct.
 *
 * @throws InvalidInputError if a value does not fit its field
 */
export const hashStruct = (keccak: Keccak, { typeHash, writers }: StructEncoder, values: StructValues): Uint8Array => {
  const bytes = new Uint8Array(wordLength * (writers.length + 1));
  bytes.set(typeHash);
  let at = wordLength;
  for (const { name, path, write } of writers) {
    write(bytes, at, values[name], path);
    at += wordLength;
  }
  return keccak(bytes);
};

const writerOf = (type: string): WriteWord => {
  if (type === "address") return hexWriter(20);
  if (type === "bytes32") return hexWriter(32);
  if (type === "bool") return writeBool;
  return integerWriter(Number(type.slice("uint".length)));
};

const writeBool: WriteWord = (bytes, at, value, path) => {
  if (typeof value !== "boolean") throw new InvalidInputError(path, "true or false");
  bytes[at + wordLength - 1] = value ? 1 : 0;
};

/** Addresses stand right in their word; 32 bytes fill it. */
const hexWriter = (size: number): WriteWord => {
  const length = 2 + 2 * size;
  const expected = `0x and ${2 * size} hex digits`;
  return (bytes, at, value, path) => {
    if (typeof value !== "string" || value.length !== length || !value.startsWith("0x"))
      throw new InvalidInputError(path, expected);
    let to = at + wordLength - size;
    for (let from = 2; from < length; from += 2) {
      const byte = (nibble(value.charCodeAt(from)) << 4) | nibble(value.charCodeAt(from + 1));
      if (byte < 0) throw new InvalidInputError(path, expected);
      bytes[to++] = byte;
    }
  };
};

/** Value of a hex digit, -1 if it is none. */
const nibble = (code: number): number => {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
};

const integerWriter = (bits: number): WriteWord => {
  const limit = 1n << BigInt(bits);
  const expected = `an integer from 0 to 2^${bits} - 1`;
  return (bytes, at, value, path) => {
    if (typeof value === "number") {
      if (!Number.isSafeInteger(value) || value < 0 || (bits < 53 && value >= 2 ** bits))
        throw new InvalidInputError(path, expected);
      writeNumber(bytes, at + wordLength - 1, value);
    } else {
      if (typeof value !== "bigint" || value < 0n || value >= limit) throw new InvalidInputError(path, expected);
      writeInteger(bytes, at + wordLength - 1, value);
    }
  };
};

/** Writes from the last byte on, seven hex-safe bytes at most. */
const writeNumber = (bytes: Uint8Array, last: number, value: number): void => {
  let rest = value;
  for (let to = last; rest > 0; to -= 1) {
    bytes[to] = rest % 256;
    rest = Math.floor(rest / 256);
  }
};

const chunkBits = 48n;
const chunkMask = (1n << chunkBits) - 1n;

/** Writes 48 bits at a time, which a number holds exactly. */
const writeInteger = (bytes: Uint8Array, last: number, value: bigint): void => {
  let rest = value;
  for (let to = last; rest > 0n; to -= 6) {
    writeNumber(bytes, to, Number(rest & chunkMask));
    rest >>= chunkBits;
  }
};
