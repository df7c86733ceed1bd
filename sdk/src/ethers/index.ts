import type { Signer, TransactionResponse } from "ethers";
import type { Hex } from "viem";
import { encodeCall } from "../client/encodeCall.ts";
import type { ContractCall } from "../client/types.ts";
import { InvalidInputError } from "../errors/inputErrors.ts";
import { toCardflowError, unconfirmed } from "../errors/toCardflowError.ts";

export { decodeRevert } from "../errors/decodeRevert.ts";
export { isRevert, RevertError, UnknownRevertError } from "../errors/revertError.ts";
export { toCardflowError } from "../errors/toCardflowError.ts";
export * from "./contracts.ts";

/** A call as ethers and Safe take it. */
export type EthersCall = { readonly to: string; readonly data: Hex };

/**
 * A call of this package as a transaction request: for ethers signers, Safe transactions and everything else that takes calldata.
 *
 * @param call - what a `…Call` function returned
 * @throws InvalidInputError if an argument does not fit its type
 *
 * @example
 * const response = await signer.sendTransaction(toEthersCall(retireCardCall({ deployment, cardId: 7n })));
 */
export const toEthersCall = (call: ContractCall): EthersCall => ({ to: call.address, data: encodeCall(call) });

/**
 * Simulates a call with an ethers signer and sends it if it would succeed.
 *
 * @param signer - ethers signer with a provider
 * @param call - what a `…Call` function returned
 * @returns ethers' own response; `wait()` on it waits for the receipt
 * @throws RevertError with the contract's reason and its remedy; InvalidInputError; RequestError
 *
 * @example
 * const response = await send(signer, retireCardCall({ deployment, cardId: 7n }));
 * await response.wait();
 */
export const send = async (signer: Signer, call: ContractCall): Promise<TransactionResponse> => {
  if (!signer?.provider)
    throw new InvalidInputError("signer", "an ethers signer with a provider, as of `wallet.connect(provider)`");
  const request = toEthersCall(call);
  try {
    await signer.call(request);
    return await signer.sendTransaction(request).catch(async (cause: unknown) => {
      throw unconfirmed(await toCardflowError(cause));
    });
  } catch (cause) {
    throw await toCardflowError(cause);
  }
};
