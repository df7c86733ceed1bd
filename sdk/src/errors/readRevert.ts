import type { Hex } from "viem";
import type { RevertName } from "../abis/reverts.ts";
import { RevertError } from "./revertError.ts";
import { revertIn } from "./revertIn.ts";
import { everyRevert } from "./reverts.ts";

/** A contract's refusal: the error's name and its arguments by name. */
export type NamedRevert = {
  readonly revertName: RevertName;
  readonly args: Readonly<Record<string, unknown>>;
};

/**
 * Name and arguments of the error in revert data.
 *
 * @param data - raw revert data
 * @returns undefined if it is no error of Cardflow
 *
 * @example
 * readRevert("0x4e487b710000000000000000000000000000000000000000000000000000000000000011")?.revertName; // "Panic"
 */
export const readRevert = (data: Hex): NamedRevert | undefined => {
  const error = revertIn(data, everyRevert);
  return error instanceof RevertError ? { revertName: error.revertName, args: error.args } : undefined;
};
