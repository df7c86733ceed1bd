import { encodeAbiParameters, type Hex } from "viem";
import { type FundingKind, fundingKindNames } from "../abis/enums.ts";
import { type Funding, fundingComponents } from "../abis/structs.ts";
import { toRequestError } from "../errors/toCardflowError.ts";

/** How a payer brings money besides balance and allowance, with the kind by name. */
export type FundingInput = Omit<Funding, "kind"> & { readonly kind: FundingKind };

/**
 * Encodes the `funding` bytes of a call.
 *
 * @param funding - a signed permit or authorization
 * @returns the ABI encoding of `ILeaseLedger.Funding`
 * @throws RequestError if a value does not fit its type
 *
 * @example
 * const funding = encodeFunding({ kind: "Permit", value, validAfter: 0n, validBefore: BigInt(deadline), nonce: zeroHash, signature });
 */
export const encodeFunding = (funding: FundingInput): Hex => {
  try {
    return encodeAbiParameters(
      [{ type: "tuple", components: fundingComponents }],
      [{ ...funding, kind: fundingKindNames.indexOf(funding.kind) }],
    );
  } catch (cause) {
    throw toRequestError(cause);
  }
};
