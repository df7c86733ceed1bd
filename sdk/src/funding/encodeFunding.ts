import { encodeAbiParameters, type Hex } from "viem";
import { type FundingKind, fundingKindNames } from "../abis/enums.ts";
import { type Funding, fundingComponents } from "../abis/structs.ts";

/** How a payer brings money besides balance and allowance, with the kind by name. */
export type FundingInput = Omit<Funding, "kind"> & { readonly kind: FundingKind };

/**
 * Encodes the `funding` bytes of a call.
 *
 * @param funding - a signed permit or authorization
 * @returns the ABI encoding of `ILeaseLedger.Funding`
 *
 * @example
 * const funding = encodeFunding({ kind: "Permit", value, validAfter: 0n, validBefore: BigInt(deadline), nonce: zeroHash, signature });
 */
export const encodeFunding = (funding: FundingInput): Hex =>
  encodeAbiParameters(
    [{ type: "tuple", components: fundingComponents }],
    [{ ...funding, kind: fundingKindNames.indexOf(funding.kind) }],
  );
