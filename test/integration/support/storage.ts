import { type Address, encodeAbiParameters, type Hex, hexToBigInt, keccak256, pad, toHex } from "viem";
import { getStorageAt } from "viem/actions";
import type { CardflowClient } from "../../../sdk/src/index.ts";

/** Slots of a contract's own variables that are looked through. */
const SLOTS = 40n;

/** Where in a word a number may stand, in bits. */
const PARTS = [
  { shift: 0n, bits: 256n },
  { shift: 0n, bits: 160n },
  { shift: 0n, bits: 128n },
  { shift: 0n, bits: 96n },
  { shift: 96n, bits: 160n },
  { shift: 96n, bits: 128n },
  { shift: 128n, bits: 128n },
  { shift: 160n, bits: 96n },
] as const;

/** Sends a request that only test nodes know, by the name that both Hardhat and anvil understand. */
export const ask = (reader: CardflowClient, method: string, params: readonly unknown[]): Promise<unknown> =>
  reader.request<{ Method: string; Parameters: readonly unknown[]; ReturnType: unknown }>({
    method,
    params: [...params],
  });

/** Adds to a number that stands somewhere in a contract's storage; fails unless it stands in exactly one place. */
export const addToNumber = async (
  reader: CardflowClient,
  address: Address,
  places: readonly Hex[],
  number: bigint,
  added: bigint,
): Promise<void> => {
  const found: { slot: Hex; word: bigint; shift: bigint }[] = [];
  for (const slot of places) {
    const word = hexToBigInt((await getStorageAt(reader, { address, slot })) ?? "0x0");
    const part = PARTS.find(({ shift, bits }) => ((word >> shift) & (2n ** bits - 1n)) === number);
    if (part !== undefined) found.push({ slot, word, shift: part.shift });
  }
  const [place, other] = found;
  if (place === undefined || other !== undefined)
    throw new RangeError(`${number} stands in ${found.length} places of ${address}`);
  const value = pad(toHex(place.word + (added << place.shift)), { size: 32 });
  await ask(reader, "hardhat_setStorageAt", [address, toHex(hexToBigInt(place.slot)), value]);
};

/** Slots of a contract's plain variables. */
export const ownSlots: readonly Hex[] = Array.from({ length: Number(SLOTS) }, (_, slot) =>
  pad(toHex(slot), { size: 32 }),
);

/** Slots at which mappings of a contract keep what belongs to an account. */
export const slotsOf = (account: Address): readonly Hex[] =>
  Array.from({ length: Number(SLOTS) }, (_, slot) =>
    keccak256(encodeAbiParameters([{ type: "address" }, { type: "uint256" }], [account, BigInt(slot)])),
  );
