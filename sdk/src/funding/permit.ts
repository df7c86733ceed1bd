import { type Account, type Address, type Hex, parseSignature } from "viem";
import { readContract } from "viem/actions";
import { noncesAbi } from "../abis/erc20.ts";
import { accountOf, addressOf } from "../client/account.ts";
import { toSeconds } from "../client/seconds.ts";
import { signTyped } from "../client/signTyped.ts";
import type { CardflowClient } from "../client/types.ts";
import { requireWei } from "../client/wei.ts";
import { UnexpectedAnswerError } from "../errors/inputErrors.ts";
import { signingReverts } from "../errors/signingReverts.ts";
import { errorFrom } from "../errors/toCardflowError.ts";
import { isCanonical } from "../orders/canonicalSignature.ts";
import { readTokenDomain } from "./tokenDomain.ts";
import { permitTypedData } from "./typedData.ts";

/** A signed ERC-2612 permit, as contracts take it. */
export type PermitSignature = {
  /** Last second (Unix time) at which it is valid. */
  readonly deadline: bigint;
  readonly v: number;
  readonly r: Hex;
  readonly s: Hex;
};

/** Arguments of {@link signPermit}. */
export type SignPermitArgs = {
  /** CARD, cfUSD or a share. */
  readonly token: Address;
  /** Who may spend. */
  readonly spender: Address;
  /** Amount in wei; name what is needed, no more. */
  readonly value: bigint;
  /** Last second (Unix time) at which it is valid. */
  readonly deadline: number;
  /** Who signs; by default the client's account. It must be a key: smart accounts have no permit. */
  readonly account?: Account | Address | undefined;
};

/**
 * Signs an ERC-2612 permit, so that approving is never a transaction of its own. Reads the token's EIP-712 domain and the
 * account's next nonce.
 *
 * @param client - viem client with the account that signs
 * @param args - see {@link SignPermitArgs}
 * @returns the signed permit, for the `…WithPermit` actions
 * @throws AccountMissingError; InvalidInputError if the deadline is not whole seconds; RequestError if the node does not answer or the wallet refuses
 *
 * @example
 * const permit = await signPermit(client, { token: deployment.addresses.computeToken, spender: deployment.addresses.supplierStaking, value: amount, deadline });
 */
export const signPermit = async (client: CardflowClient, args: SignPermitArgs): Promise<PermitSignature> => {
  const { r, s, v, yParity } = parseSignature(await signPermitBytes(client, args));
  return { deadline: BigInt(args.deadline), v: Number(v ?? yParity + 27), r, s };
};

/**
 * The same as 65 bytes.
 *
 * @param client - viem client with the account that signs
 * @param args - see {@link SignPermitArgs}
 * @throws AccountMissingError; InvalidInputError if the deadline is not whole seconds; UnexpectedAnswerError if the wallet returns no key's signature; RequestError
 *
 * @example
 * const signature = await signPermitBytes(client, { token, spender, value, deadline });
 */
export const signPermitBytes = async (
  client: CardflowClient,
  { token, spender, value, deadline, account }: SignPermitArgs,
): Promise<Hex> => {
  requireWei("value", value);
  const signer = accountOf(client, account);
  const owner = addressOf(signer);
  const until = toSeconds("deadline", deadline);
  try {
    const [domain, nonce] = await Promise.all([
      readTokenDomain(client, { token }),
      readContract(client, { address: token, abi: noncesAbi, functionName: "nonces", args: [owner] }),
    ]);
    const message = { owner, spender, value, nonce, deadline: until };
    const signature = await signTyped(client, signer, permitTypedData(domain, message));
    if (!isCanonical(signature)) throw new UnexpectedAnswerError("a permit's signature of 65 bytes", signature);
    return signature;
  } catch (cause) {
    throw errorFrom(cause, signingReverts);
  }
};
