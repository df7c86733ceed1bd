import type { Address } from "viem";
import { getEip712Domain } from "viem/actions";
import type { CardflowClient } from "../client/types.ts";
import { signingReverts } from "../errors/signingReverts.ts";
import { errorFrom } from "../errors/toCardflowError.ts";
import type { TokenDomain } from "./typedData.ts";

/**
 * Reads the EIP-712 domain of a token from its `eip712Domain()` (ERC-5267).
 *
 * @param client - viem client
 * @param args - `token`: CARD, cfUSD or a share
 * @throws RequestError if the token does not answer
 *
 * @example
 * const domain = await readTokenDomain(client, { token: deployment.addresses.computeDollar });
 */
export const readTokenDomain = async (
  client: CardflowClient,
  { token }: { readonly token: Address },
): Promise<TokenDomain> => {
  try {
    const { domain } = await getEip712Domain(client, { address: token });
    const { name, version, chainId, verifyingContract } = domain;
    return { name, version, chainId: Number(chainId), verifyingContract };
  } catch (cause) {
    throw errorFrom(cause, signingReverts);
  }
};
