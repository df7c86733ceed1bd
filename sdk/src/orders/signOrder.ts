import type { Account, Chain, Client, Hex, LocalAccount, Transport } from "viem";
import { signTypedData } from "viem/actions";
import type { Ask, Bid } from "../abis/structs.ts";
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
  const typedData = askTypedData(domain, ask);
  try {
    return "request" in signer
      ? await signTypedData(signer, { account: signer.account, ...typedData })
      : await signer.signTypedData(typedData);
  } catch (cause) {
    throw errorFrom(cause, signingReverts);
  }
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
  const typedData = bidTypedData(domain, bid);
  try {
    return "request" in signer
      ? await signTypedData(signer, { account: signer.account, ...typedData })
      : await signer.signTypedData(typedData);
  } catch (cause) {
    throw errorFrom(cause, signingReverts);
  }
};
