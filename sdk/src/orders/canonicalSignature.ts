import { type Address, type Hex, recoverAddress } from "viem";

const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const halfOrder = order / 2n;

/** 65 bytes, low s, v of 27 or 28: what the contracts take from a key. */
export const isCanonical = (signature: Hex): boolean =>
  /^0x[0-9a-f]{128}(1b|1c)$/i.test(signature) && BigInt(`0x${signature.slice(66, 130)}`) <= halfOrder;

/** r, s and v; without v, the first bit of s stands for it (ERC-2098). */
const forms = /^0x([0-9a-f]{64})([0-9a-f]{64})(|00|01|1b|1c)$/i;

/**
 * A key's signature in the one form that the contracts take: 65 bytes, `v` of 27 or 28, low `s`. Some wallets, hardware ones among them,
 * give a `v` of 0 or 1, 64 bytes (ERC-2098) or a high `s`. All functions of this package that sign do this already; use it on what another
 * library signed, or on orders of others.
 *
 * What is not the key's own signature of the hash comes back as it is, since a smart account may take any bytes.
 *
 * @param signer - who should have signed
 * @param hash - what was signed: {@link hashAsk}, {@link hashBid}, or viem's `hashTypedData`; as a function it is asked for if it is needed
 * @param signature - as it was given
 *
 * @example
 * const signature = await canonicalSignature(ask.operator, hashAsk(domain, ask), askSignature);
 */
export const canonicalSignature = async (signer: Address, hash: Hex | (() => Hex), signature: Hex): Promise<Hex> => {
  const canonical = isCanonical(signature) ? undefined : rewritten(signature);
  if (canonical === undefined) return signature;
  const digest = typeof hash === "string" ? hash : hash();
  const recovered = await recovering(() => recoverAddress({ hash: digest, signature: canonical }));
  return recovered?.toLowerCase() === signer.toLowerCase() ? canonical : signature;
};

/** The same point of the curve, written canonically; undefined if the bytes are in none of the forms. */
const rewritten = (signature: Hex): Hex | undefined => {
  const [, r = "", rest = "", v = ""] = forms.exec(signature) ?? [];
  if (rest === "") return undefined;
  const word = BigInt(`0x${rest}`);
  const s = v === "" ? BigInt.asUintN(255, word) : word;
  const isOdd = v === "" ? s !== word : Number(`0x${v}`) % 27 === 1;
  if (s >= order) return undefined;
  // The mirrored s goes with the other v.
  const [low, odd] = s > halfOrder ? [order - s, !isOdd] : [s, isOdd];
  return `0x${r}${low.toString(16).padStart(64, "0")}${odd ? "1c" : "1b"}`;
};

/** Who signed; undefined if nobody did. */
export const recovering = async (recover: () => Address | Promise<Address>): Promise<Address | undefined> => {
  try {
    return await recover();
  } catch {
    return undefined;
  }
};
