import type { Account, Chain, Client, Hex, LocalAccount, Transport, TypedDataDefinition } from "viem";
import type { Ask, Bid } from "../abis/structs.ts";
import { signTyped, signTypedAlone } from "../client/signTyped.ts";
import { signingReverts } from "../errors/signingReverts.ts";
import { errorFrom } from "../errors/toCardflowError.ts";
import type { OrderDomain } from "./domain.ts";
import { hashAsk, hashBid } from "./hashOrder.ts";
import { askTypedData, bidTypedData } from "./typedData.ts";

/** Who signs: an account that holds its key, or a client with an account of a wallet. */
export type Signer = LocalAccount | Client<Transport, Chain | undefined, Account>;

/**
 * Signs an ask as EIP-712 typed data. Costs no gas; the ask stands until it expires or is cancelled.
 *
 * @param signer - account or wallet client of the ask's operator
 * @param domain - from {@link orderDomain}
 * @param ask - the ask
 * @returns the signature
 * @throws InvalidInputError if a value does not fit its field; RequestError if the wallet refuses
 *
 * @example
 * const signature = await signAsk(operator, domain, ask);
 */
export const signAsk = async (signer: Signer, domain: OrderDomain, ask: Ask): Promise<Hex> => {
  hashAsk(domain, ask);
  return sign(signer, askTypedData(domain, ask));
};

/**
 * Signs a bid as EIP-712 typed data. Costs no gas; the bid is used up by the cards it takes.
 *
 * @param signer - account or wallet client of the bid's renter
 * @param domain - from {@link orderDomain}
 * @param bid - the bid
 * @returns the signature
 * @throws InvalidInputError if a value does not fit its field; RequestError if the wallet refuses
 *
 * @example
 * const signature = await signBid(renter, domain, bid);
 */
export const signBid = async (signer: Signer, domain: OrderDomain, bid: Bid): Promise<Hex> => {
  hashBid(domain, bid);
  return sign(signer, bidTypedData(domain, bid));
};

const sign = async (signer: Signer, typedData: TypedDataDefinition): Promise<Hex> => {
  try {
    return await ("request" in signer
      ? signTyped(signer, signer.account, typedData)
      : signTypedAlone(signer, typedData));
  } catch (cause) {
    throw errorFrom(cause, signingReverts);
  }
};
