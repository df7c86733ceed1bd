import { expect } from "chai";
import fc from "fast-check";
import secp256k1 from "secp256k1";
import { recoverAddress } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import {
  fastKeccak,
  hashBid,
  orderDomain,
  recoverBy,
  signAsk,
  signBid,
  verifyAsk,
  verifyBid,
} from "../../sdk/src/orders/index.ts";
import { account } from "./support/chain.ts";
import { deployment } from "./support/deployment.ts";
import { anyBid, ask, bid } from "./support/orders.ts";

const domain = orderDomain({ chainId: 31337, market: deployment.addresses.rentalMarket, keccak: fastKeccak });
const recover = recoverBy(secp256k1.ecdsaRecover, fastKeccak);

describe("recoverBy, with the native secp256k1", () => {
  it("recovers whom viem recovers, from any order and key", async () => {
    for (const order of fc.sample(anyBid, 30)) {
      const signer = privateKeyToAccount(generatePrivateKey());
      const signature = await signBid(signer, domain, order);
      const hash = hashBid(domain, order);
      expect(recover(hash, signature)).to.equal(signer.address.toLowerCase());
      expect(recover(hash, signature)).to.equal((await recoverAddress({ hash, signature })).toLowerCase());
    }
  });

  it("verifies and refuses what plain JavaScript verifies and refuses", async () => {
    const own = { ...ask, operator: account.address };
    const signature = await signAsk(account, domain, own);
    const others = ["0x", "0x00", `0x${"00".repeat(65)}`, `0x${"ff".repeat(64)}1c`, `0x${"11".repeat(64)}1b`] as const;
    for (const bytes of [signature, ...others])
      for (const changed of [own, { ...own, salt: own.salt + 1n }])
        expect(await verifyAsk(domain, changed, bytes, { recover }), bytes).to.equal(
          await verifyAsk(domain, changed, bytes),
        );
    expect(await verifyAsk(domain, own, signature, { recover })).to.equal(true);
    expect(await verifyBid(domain, bid, signature, { recover })).to.equal(false);
  });
});
