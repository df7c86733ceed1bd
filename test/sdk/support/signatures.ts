import {
  type Hex,
  type LocalAccount,
  numberToHex,
  parseSignature,
  serializeCompactSignature,
  signatureToCompactSignature,
} from "viem";
import { toAccount } from "viem/accounts";

const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** A key's canonical signature in the other forms that wallets give. */
export const otherForms = (signature: Hex): Readonly<Record<"v of 0 or 1" | "64 bytes" | "high s", Hex>> => {
  const { r, s, yParity } = parseSignature(signature);
  const mirrored = numberToHex(order - BigInt(s), { size: 32 }).slice(2);
  return {
    "v of 0 or 1": `0x${signature.slice(2, 130)}0${yParity}`,
    "64 bytes": serializeCompactSignature(signatureToCompactSignature({ r, s, yParity })),
    "high s": `0x${r.slice(2)}${mirrored}${yParity === 0 ? "1c" : "1b"}`,
  };
};

/** The same account in a wallet that gives its signatures in another form, and those that it gave before they were changed. */
export const walletOf = (account: LocalAccount, change: (signature: Hex) => Hex) => {
  const given: Hex[] = [];
  const wallet = toAccount({
    ...account,
    signTypedData: async (typedData) => {
      const signature = await account.signTypedData(typedData);
      given.push(signature);
      return change(signature);
    },
  });
  return { wallet, given };
};
