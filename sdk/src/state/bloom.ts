import { type Address, type Hex, hexToBytes, keccak256 } from "viem";

/** Whether a block's bloom filter says that an address may have emitted logs in it; it errs to one side only. */
export const mayHaveEmitted = (bloom: Hex, address: Address): boolean => {
  const filter = hexToBytes(bloom);
  const hash = keccak256(address, "bytes");
  return [0, 2, 4].every((at) => {
    const bit = (((hash[at] ?? 0) << 8) | (hash[at + 1] ?? 0)) & 2047;
    return (((filter[filter.length - 1 - (bit >> 3)] ?? 0) >> (bit & 7)) & 1) === 1;
  });
};
