import {
  type Address,
  type Chain,
  type Client,
  concatHex,
  encodeFunctionData,
  type Hex,
  isHex,
  recoverAddress,
  type Transport,
} from "viem";
import { call } from "viem/actions";
import { isValidSignatureAbi } from "../abis/erc1271.ts";
import type { Ask, Bid } from "../abis/structs.ts";
import { UnexpectedAnswerError } from "../errors/inputErrors.ts";
import { toRequestError } from "../errors/toCardflowError.ts";
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
 * @throws InvalidInputError if a value does not fit its field; RequestError if the client's node does not answer or has enough of requests
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
 * @throws InvalidInputError if a value does not fit its field; RequestError if the client's node does not answer or has enough of requests
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
  if (!isHex(signature) || signature.length % 2 === 1) return false;
  if (isCanonical(signature)) {
    const recovered = await recovering(() => recover(hash, signature));
    if (recovered?.toLowerCase() === signer.toLowerCase()) return true;
  }
  return client === undefined ? false : acceptedByContract(client, signer, hash, signature);
};

/**
 * A program that asks an account as the market does: 150 000 gas, and an answer of 32 bytes at least that begins with the word of ERC-1271.
 * It stands for a contract's creation, and what it returns is 1 or 0: whatever the account does, the node's own answer is no error. What is
 * asked follows behind it.
 */
const asking = (account: Address): Hex =>
  concatHex([
    "0x603f80380380915f395f602091", // the question into memory
    "0x5f73",
    account,
    "0x620249f0fa", // staticcall
    "0x601f3d1116", // no revert, and more than 31 bytes
    "0x631626ba7e60e01b5f511416", // the word
    "0x5f5260205ff3",
  ]);

const yes: Hex = `0x${"1".padStart(64, "0")}`;
const no: Hex = `0x${"0".repeat(64)}`;

/**
 * Whether an account's contract takes a signature of a digest, under the gas that the market gives it.
 *
 * @throws RequestError if the node does not answer; UnexpectedAnswerError if it does not run the question
 */
export const acceptedByContract = async (
  client: Client<Transport, Chain | undefined>,
  to: Address,
  hash: Hex,
  signature: Hex,
): Promise<boolean> => {
  const question = encodeFunctionData({
    abi: isValidSignatureAbi,
    functionName: "isValidSignature",
    args: [hash, signature],
  });
  const { data: answer = "0x" } = await call(client, { data: concatHex([asking(to), question]) }).catch((cause) => {
    throw toRequestError(cause);
  });
  if (answer !== yes && answer !== no) throw new UnexpectedAnswerError("isValidSignature", answer);
  return answer === yes;
};
