import type { Hex } from "viem";
import type { RevertError, UnknownRevertError } from "./revertError.ts";
import { revertIn } from "./revertIn.ts";
import { everyRevert } from "./reverts.ts";

/**
 * Decodes revert data into a named error with its arguments and its remedy. Knows every custom error of every contract, and
 * `Error(string)` and `Panic(uint256)` of the compiler.
 *
 * @param data - raw revert data; nothing where a node gave none
 * @param options - the error that carried the data, as `cause`
 * @returns the error, to be thrown or shown
 *
 * @example
 * const said = decodeRevert("0xf645eedf").message; // "ECDSAInvalidSignature()"
 */
export const decodeRevert = (data: Hex | undefined = "0x", options?: ErrorOptions): RevertError | UnknownRevertError =>
  revertIn(data, everyRevert, options);
