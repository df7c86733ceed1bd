import { encodeFunctionData, type Hex } from "viem";
import { toRequestError } from "../errors/toCardflowError.ts";
import type { ContractCall } from "./types.ts";

/**
 * Calldata of a call.
 *
 * @throws RequestError if an argument does not fit its type
 */
export const encodeCall = (call: ContractCall): Hex => {
  try {
    return encodeFunctionData(call);
  } catch (cause) {
    throw toRequestError(cause);
  }
};
