import type { Abi, Address, ContractEventArgsFromTopics, ContractEventName, Hex } from "viem";
import { LogMalformedError } from "./errors.ts";

/** Names of the events of an ABI. */
export type EventName<EventAbi extends Abi> = ContractEventName<EventAbi>;

/** The arguments of an event, as viem's `decodeEventLog` gives them, with addresses in lower case. */
export type EventArgs<EventAbi extends Abi, Name extends EventName<EventAbi>> = ContractEventArgsFromTopics<
  EventAbi,
  Name
>;

/** How to read one event. */
export type EventLayout<Args> = {
  /** Hash of its signature. */
  readonly topic: Hex;
  /** Reads its arguments. */
  readonly decode: (topics: readonly string[], data: string) => Args;
};

/** How to read every event of an ABI. */
export type EventTable<EventAbi extends Abi> = {
  readonly [Name in EventName<EventAbi>]: EventLayout<EventArgs<EventAbi, Name>>;
};

/** Hex digits of a word, and of the `0x` before the first. */
const word = 64;
const prefix = 2;

/**
 * An event of `topics` topics and `words` words of data, or more if `dynamic`. `read` gets the indexed words and the data; a word is
 * `0x` and its digits, so that topics and data are read alike.
 */
export const layout = <Args>(
  topic: Hex,
  topics: number,
  words: number,
  dynamic: boolean,
  read: (a: string, b: string, c: string, data: string) => Args,
): EventLayout<Args> => ({
  topic,
  decode: (given, data) => {
    const length = prefix + words * word;
    const fits = data.length === length || (dynamic && data.length > length && (data.length - length) % word === 0);
    if (given.length !== topics || !fits)
      throw new LogMalformedError(
        `event ${topic} with ${given.length} topics and ${data.length - prefix} digits of data`,
      );
    try {
      return read(given[1] ?? "", given[2] ?? "", given[3] ?? "", data);
    } catch (cause) {
      // What BigInt says of digits that are none.
      if (!(cause instanceof SyntaxError)) throw cause;
      throw new LogMalformedError(`event ${topic} with words that are no hex`, { cause });
    }
  },
});

const zeros = "0".repeat(word);
const positions = Array.from({ length: 32 }, (_, index) => prefix + index * word);
const at = (index: number): number => positions[index] ?? prefix + index * word;

/** An integer above 48 bits. Most are below 2^96, and the fewer digits are parsed the faster it is. */
export const uint = (hex: string, index: number): bigint => {
  const from = at(index);
  const used = hex.startsWith("0000000000000000000000000000000000000000", from) ? from + 40 : from;
  return BigInt(`0x${hex.slice(used, from + word)}`);
};

/** An integer of at most 48 bits. */
export const small = (hex: string, index: number, bits: number): number => {
  const end = at(index) + word;
  const digits = bits >> 2;
  const value = Number.parseInt(hex.slice(end - digits, end), 16);
  if (!hex.startsWith(zeros.slice(digits), end - word) || !(value >= 0))
    throw new LogMalformedError(`${hex.slice(end - word, end)} is no integer of ${bits} bits`);
  return value;
};

/** An address, in lower case. */
export const address = (hex: string, index: number): Address => {
  const from = at(index);
  if (!hex.startsWith("000000000000000000000000", from))
    throw new LogMalformedError(`${hex.slice(from, from + word)} is no address`);
  return `0x${hex.slice(from + 24, from + word).toLowerCase()}`;
};

/** A truth value. */
export const bool = (hex: string, index: number): boolean => {
  const value = small(hex, index, 8);
  if (value > 1) throw new LogMalformedError(`${value} is no truth value`);
  return value === 1;
};

/** Thirty-two bytes. */
export const bytes32 = (hex: string, index: number): Hex => {
  const from = at(index);
  return `0x${hex.slice(from, from + word).toLowerCase()}`;
};

/** Text, whose place the word at `index` tells. */
export const string = (hex: string, index: number): string => {
  const start = small(hex, index, 32) / 32;
  const length = Number.isInteger(start) && hex.length >= at(start) + word ? small(hex, start, 32) : Number.NaN;
  const from = prefix + (start + 1) * word;
  const digits = hex.slice(from, from + 2 * length);
  if (digits.length !== 2 * length) throw new LogMalformedError("a text that is longer than its data");
  const bytes = Uint8Array.from({ length }, (_, byte) => Number.parseInt(digits.slice(2 * byte, 2 * byte + 2), 16));
  return new TextDecoder().decode(bytes);
};

/** The zero address. */
export const nobody: Address = "0x0000000000000000000000000000000000000000";

/** An address, or undefined for the zero one. */
export const present = (account: Address): Address | undefined => (account === nobody ? undefined : account);
