import { expect } from "chai";
import { type Address, concatHex, createTestClient, custom, type Hex, type TestClient } from "viem";
import { openHardhat } from "../../scripts/demo/system.ts";
import { orderDomain, verifyAsk } from "../../sdk/src/index.ts";
import { ask } from "../sdk/support/orders.ts";

const account: Address = "0x5A5A5A5a5a5a5A5A5a5A5a5a5A5A5A5A5A5a5A5a";
const domain = orderDomain({ chainId: 31337, market: "0x9772E524e4bFD90f074492A3609cB5E2FEC38b96" });
const yes: Hex = `0x1626ba7e${"0".repeat(56)}`;

/** Code that answers with, or reverts with, so many bytes: a word and more zeros. */
const answering = (word: Hex, bytes = 32, end: "return" | "revert" = "return"): Hex =>
  concatHex([
    "0x7f",
    word,
    "0x5f52",
    "0x60",
    `0x${bytes.toString(16).padStart(2, "0")}`,
    "0x5f",
    end === "return" ? "0xf3" : "0xfd",
  ]);

/** Code that counts down from a number, about 22 gas each, and then answers yes. */
const working = (rounds: number): Hex =>
  concatHex(["0x62", `0x${rounds.toString(16).padStart(6, "0")}`, "0x5b6001900380600457", answering(yes)]);

describe("the signature of a smart account", () => {
  let dispose = async (): Promise<void> => {};
  let client: TestClient<"hardhat">;

  before(async () => {
    const hardhat = await openHardhat();
    const { provider, close } = await hardhat.hre.network.create();
    client = createTestClient({ mode: "hardhat", transport: custom(provider) });
    dispose = async () => {
      await close();
      await hardhat.dispose();
    };
  });
  after(() => dispose());

  for (const [title, code, good] of [
    ["answers yes", answering(yes), true],
    ["answers yes and more", answering(yes, 96), true],
    ["answers another word", answering(`0x${"ff".repeat(32)}`), false],
    ["answers a word that no contract may begin with", answering(`0xef${"00".repeat(31)}`), false],
    ["answers a dirty word", answering(`0x1626ba7e${"0".repeat(55)}1`), false],
    ["answers four bytes only", answering(yes, 4), false],
    ["answers nothing, since it has no code", "0x", false],
    ["stops, with what was asked in memory", "0x00", false],
    ["reverts", "0x5f5ffd", false],
    ["reverts with a yes", answering(yes, 32, "revert"), false],
    ["runs out of gas", "0x5b5f56", false],
    ["runs into an invalid instruction", "0xfe", false],
    ["answers yes just in time", working(5_500), true],
    ["answers yes too late", working(8_000), false],
  ] as const) {
    it(`that ${title} is ${good ? "good" : "none"}`, async () => {
      await client.setCode({ address: account, bytecode: code });
      for (const bytes of [0, 65, 20_000]) {
        const signature: Hex = `0x${"cd".repeat(bytes)}`;
        expect(
          await verifyAsk(domain, { ...ask, operator: account }, signature, { client }),
          `${bytes} bytes`,
        ).to.equal(good);
      }
    });
  }
});
