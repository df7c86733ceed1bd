import {
  type Address,
  type Chain,
  type Client,
  encodeFunctionData,
  type Hex,
  recoverAddress,
  type Transport,
} from "viem";
import { call } from "viem/actions";
import { isValidSignatureAbi } from "../abis/erc1271.ts";
import type { Ask, Bid } from "../abis/structs.ts";
import { RequestError } from "../errors/requestError.ts";
import { signingReverts } from "../errors/signingReverts.ts";
import { errorFrom } from "../errors/toCardflowError.ts";
import { isCanonical, recovering } from "./canonicalSignature.ts";
import type { OrderDomain } from "./domain.ts";
import { hashAsk, hashBid } from "./hashOrder.ts";

/** How a signature is checked. */
export type VerifyOptions = {
  /** Ask accounts with code by ERC-1271, as the market does; without it only a key's signature is good. */
  readonly client?: Client<Transport, Chain | undefined> | undefined;
  /** Recovers the signer; by default viem's. A native implementation is many times faster. */
  readonly recover?: ((hash: Hex, signature: Hex) => Address | Promise<Address>) | undefined;
};

/**
 * Whether an ask is signed by its operator, by the rules of the market: a key's 65 bytes with low `s`, else ERC-1271. A key's signature in
 * another form is refused as the market refuses it; {@link canonicalSignature} writes it anew.
 *
 * @param domain - from {@link orderDomain}
 * @param ask - the ask
 * @param signature - the signature
 * @param options - client for accounts with code
 * @throws InvalidInputError if a value does not fit its field; RequestError if the client's node does not answer
 *
 * @example
 * const good = await verifyAsk(domain, ask, signature);
 */
export const verifyAsk = (domain: OrderDomain, ask: Ask, signature: Hex, options?: VerifyOptions): Promise<boolean> =>
  verifyHash(ask.operator, hashAsk(domain, ask), signature, options);

/**
 * Whether a bid is signed by its renter, by the rules of the market: a key's 65 bytes with low `s`, else ERC-1271. A key's signature in
 * another form is refused as the market refuses it; {@link canonicalSignature} writes it anew.
 *
 * @param domain - from {@link orderDomain}
 * @param bid - the bid
 * @param signature - the signature
 * @param options - client for accounts with code
 * @throws InvalidInputError if a value does not fit its field; RequestError if the client's node does not answer
 *
 * @example
 * const good = await verifyBid(domain, bid, signature, { client });
 */
export const verifyBid = (domain: OrderDomain, bid: Bid, signature: Hex, options?: VerifyOptions): Promise<boolean> =>
  verifyHash(bid.renter, hashBid(domain, bid), signature, options);

const verifyHash = async (
  signer: Address,
  hash: Hex,
  signature: Hex,
  options: VerifyOptions = {},
): Promise<boolean> => {
  const { client, recover = (digest, bytes) => recoverAddress({ hash: digest, signature: bytes }) } = options;
  if (isCanonical(signature)) {
    const recovered = await recovering(() => recover(hash, signature));
    if (recovered?.toLowerCase() === signer.toLowerCase()) return true;
  }
  return client === undefined ? false : acceptedByContract(client, signer, hash, signature);
};

/** Gas of the check on chain, and what a call costs before its first instruction. */
const checkGas = 150_000n;
const baseGas = 21_000n;
const byteGas = 16n;

/**
 * Whether an account's contract takes a signature of a digest, under the gas that the market gives it.
 *
 * @throws RequestError if the node does not answer
 */
export const acceptedByContract = async (
  client: Client<Transport, Chain | undefined>,
  to: Address,
  hash: Hex,
  signature: Hex,
): Promise<boolean> => {
  const data = encodeFunctionData({
    abi: isValidSignatureAbi,
    functionName: "isValidSignature",
    args: [hash, signature],
  });
  const gas = checkGas + baseGas + (BigInt(data.length) * byteGas) / 2n;
  try {
    const { data: answer = "0x" } = await call(client, { to, data, gas });
    return answer.length >= 66 && answer.slice(0, 66) === `0x1626ba7e${"0".repeat(56)}`;
  } catch (cause) {
    const error = errorFrom(cause, signingReverts);
    if (error instanceof RequestError && error.failure === "Network") throw error;
    return false;
  }
};
