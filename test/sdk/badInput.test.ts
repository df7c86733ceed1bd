import { expect } from "chai";
import { Wallet } from "ethers";
import { maxUint256 } from "viem";
import { decodeRevert } from "../../sdk/src/errors/index.ts";
import { send as sendByEthers, toEthersCall } from "../../sdk/src/ethers/index.ts";
import {
  approveTokenCall,
  cancelOrders,
  cardStatus,
  claimRevenueMany,
  collectCards,
  confirm,
  deposit,
  dollarsPerHourFromRate,
  extendLease,
  formatDollars,
  getDeployment,
  InvalidInputError,
  orderDomain,
  permitFunding,
  registerCard,
  retireCardCall,
  takeAsk,
  takeOf,
  UnknownRevertError,
  verifyAsk,
} from "../../sdk/src/index.ts";
import { parseMarketEvents, parseSignedAsk, parseSignedBid } from "../../sdk/src/orders/index.ts";
import { watchState } from "../../sdk/src/state/index.ts";
import { decodePayment } from "../../sdk/src/wallets/index.ts";
import { account, scriptedClient } from "./support/chain.ts";
import { deployment } from "./support/deployment.ts";
import { ask } from "./support/orders.ts";

const { client, asked } = scriptedClient();
const wrongCase = "0x70997970c51812dc3a010c7d01b50e0d17dc79C8";
const take = takeOf(ask, { duration: 3_600 });
const milliseconds = 1_763_800_000_000;
const { address } = account;

/** A call as a program without types makes it. */
const call =
  (run: (...args: never) => unknown, ...args: readonly unknown[]) =>
  (): unknown =>
    Reflect.apply(run, undefined, args);

const faults: readonly (readonly [what: string, path: string, call: () => unknown])[] = [
  ["no client to send by", "client", call(takeAsk, undefined, { deployment, ask, signature: "0x", take })],
  ["no client to read by", "client", call(cardStatus, undefined, { deployment, cardId: 7n })],
  ["no client to wait by", "client", call(confirm, undefined, `0x${"ee".repeat(32)}`)],
  ["no client to watch by", "client", call(watchState, undefined, { deployment })],
  [
    "an ethers signer as client",
    "client",
    call(cardStatus, new Wallet(`0x${"11".repeat(32)}`), { deployment, cardId: 7n }),
  ],
  ["a wrong checksum", "account", call(deposit, client, { deployment, account: wrongCase, amount: 5n })],
  ["no account", "account", call(deposit, client, { deployment, amount: 5n })],
  ["dollars as a number", "amount", call(deposit, client, { deployment, account: address, amount: 5 })],
  ["dollars as text", "amount", call(deposit, client, { deployment, account: address, amount: "5" })],
  ["one more than 256 bits", "amount", call(deposit, client, { deployment, account: address, amount: 2n ** 256n })],
  ["a debt", "amount", call(deposit, client, { deployment, account: address, amount: -5n })],
  ["an id as a number", "leaseId", call(extendLease, client, { deployment, leaseId: 5, added: 3_600 })],
  ["a day", "added", call(extendLease, client, { deployment, leaseId: 5n, added: "2026-12-05" })],
  ["no number", "added", call(extendLease, client, { deployment, leaseId: 5n, added: Number.NaN })],
  [
    "a rate as a number",
    "take.maxRatePerSecond",
    call(takeAsk, client, { deployment, ask, signature: "0x", take: { ...take, maxRatePerSecond: 5 } }),
  ],
  [
    "a hash that is none",
    "take.accessKeyHash",
    call(takeAsk, client, { deployment, ask, signature: "0x", take: { ...take, accessKeyHash: "0x12" } }),
  ],
  ["a signature that is none", "signature", call(takeAsk, client, { deployment, ask, signature: "hello", take })],
  ["a card without a model", "registration.model", call(registerCard, client, { deployment, registration: {} })],
  ["no cards", "cardIds", call(collectCards, client, { deployment, cardIds: [] })],
  ["no shares", "shares", call(claimRevenueMany, client, { deployment, shares: [] })],
  ["no salts", "salts", call(cancelOrders, client, { deployment, salts: [] })],
  ["a wrong one of many", "cardIds[1]", call(collectCards, client, { deployment, cardIds: [7n, 8] })],
  ["a day to take an ask for", "duration", call(takeOf, ask, { duration: "2026-12-05" })],
  [
    "a deadline in milliseconds",
    "deadline",
    call(permitFunding, client, { deployment, pay: "cfUSD", value: 5n, deadline: milliseconds }),
  ],
  [
    "another money",
    "pay",
    call(permitFunding, client, { deployment, pay: "USDC", value: 5n, deadline: 1_763_900_000 }),
  ],
  [
    "a permit of a number",
    "value",
    call(permitFunding, client, { deployment, pay: "cfUSD", value: 5, deadline: 1_763_900_000 }),
  ],
  ["a transaction that is none", "hash", call(confirm, client, undefined)],
  ["nothing to show", "amount", call(formatDollars, undefined)],
  ["a number to show", "amount", call(formatDollars, 5)],
  ["a rate of a number", "rate", call(dollarsPerHourFromRate, 5)],
  ["a chain's id as text", "chainId", call(getDeployment, "31337")],
  ["a market with a wrong checksum", "market", call(orderDomain, { chainId: 1, market: wrongCase })],
  ["no text of an ask", "order", call(parseSignedAsk, undefined)],
  ["a bid that is read already", "order", call(parseSignedBid, {})],
  ["no text of events", "events", call(parseMarketEvents, undefined)],
  ["no payment header", "payment", call(decodePayment, undefined)],
  [
    "a signer without a provider",
    "signer",
    call(sendByEthers, new Wallet(`0x${"11".repeat(32)}`), retireCardCall({ deployment, cardId: 7n })),
  ],
  ["a negative id for ethers", "cardId", call(toEthersCall, retireCardCall({ deployment, cardId: -1n }))],
];

describe("input that does not fit", function () {
  this.timeout(10_000);

  for (const [what, path, run] of faults) {
    it(`is refused by its path: ${what}`, async () => {
      const error = await (async () => run())().then(
        () => expect.fail("nothing was thrown"),
        (cause: unknown) => cause,
      );
      expect(error).to.be.instanceOf(InvalidInputError).with.property("path", path);
      expect(asked).not.to.include("eth_sendRawTransaction");
    });
  }

  it("of a signature is no signature", async () => {
    const { client: other, asked: questions } = scriptedClient();
    const domain = orderDomain({ chainId: 31337, market: deployment.addresses.rentalMarket });
    for (const signature of [undefined, "hello", "0x1"])
      expect(await call(verifyAsk, domain, ask, signature, { client: other })()).to.equal(false);
    expect(questions).to.deep.equal([]);
  });

  it("is not the largest amount there is, nor nothing", () => {
    for (const amount of [0n, maxUint256]) {
      const { data } = toEthersCall(approveTokenCall({ token: address, spender: address, amount }));
      expect(BigInt(`0x${data.slice(-64)}`)).to.equal(amount);
    }
    expect(call(toEthersCall, approveTokenCall({ token: address, spender: address, amount: 2n ** 300n }))).to.throw(
      InvalidInputError,
      "value",
    );
  });

  it("of revert data that a node did not give is an unknown revert", () => {
    expect(decodeRevert(undefined)).to.be.instanceOf(UnknownRevertError);
  });
});
