import { decodePaymentSignatureHeader, encodePaymentSignatureHeader } from "@x402/core/http";
import { toClientEvmSigner, toFacilitatorEvmSigner } from "@x402/evm";
import { ExactEvmScheme as PayingScheme } from "@x402/evm/exact/client";
import { ExactEvmScheme as SettlingScheme } from "@x402/evm/exact/facilitator";
import { expect } from "chai";
import { type Address, createClient, erc20Abi, type Log, parseEventLogs, verifyTypedData, zeroHash } from "viem";
import { entryPoint08Abi } from "viem/account-abstraction";
import {
  getCode,
  getLogs,
  readContract,
  sendTransaction,
  waitForTransactionReceipt,
  writeContract,
} from "viem/actions";
import { giveTokens, provideDollars } from "../../scripts/demo/dollars.ts";
import { need } from "../../scripts/demo/failure.ts";
import type { FleetCard } from "../../scripts/demo/fleet.ts";
import type { Person } from "../../scripts/demo/people.ts";
import { leaseLedgerAbi } from "../../sdk/src/abis/index.ts";
import { readRentBook, rentHistory } from "../../sdk/src/finance/index.ts";
import {
  decodeNothing,
  InvalidInputError,
  parseDollars,
  parseTokens,
  RequestError,
  send,
  startedLeases,
  transferToken,
  withdraw,
} from "../../sdk/src/index.ts";
import {
  decodePayment,
  encodePayment,
  executePlan,
  type PaymentRefusal,
  PlanRefusedError,
  planRent,
  probeAccount,
  readPaymentRequirements,
  settlePaymentCall,
  signPayment,
  verifyPayment,
} from "../../sdk/src/wallets/index.ts";
import {
  batchingTransport,
  delegate,
  openWalletStage,
  operate,
  payGasOf,
  simpleAccountOf,
  type WalletStage,
} from "./wallets.support.ts";

const HOUR = 3_600;

const caught = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.fail("nothing was thrown"),
    (error: unknown) => error,
  );

describe("wallets", () => {
  let stage: WalletStage;
  let used = 0;

  before(async () => {
    stage = await openWalletStage(9);
  });
  after(() => stage.close());

  /* HELPERS */

  const freshCard = (): FleetCard => need(stage.cards[used++], "a card");

  const walletOf = (account: Address): Promise<bigint> =>
    readContract(stage.system.chain.reader, {
      address: stage.system.deployment.addresses.computeDollar,
      abi: erc20Abi,
      functionName: "balanceOf",
      args: [account],
    });

  /** Somebody with dollars in the wallet of an account of theirs. */
  const payer = async (
    dollars: string,
    accountOf: (key: Person) => Promise<Address> = async ({ address }) => address,
  ) => {
    const { deployment } = stage.system;
    const key = await stage.newcomer("renter");
    const address = await accountOf(key);
    await provideDollars(stage.system, key, parseDollars(dollars), "permit");
    await withdraw(key.client, { deployment, amount: parseDollars(dollars), to: address }, { wait: true });
    return { key, address };
  };

  const rentOf = (card: FleetCard, thousandths = 1000) => ({
    deployment: stage.system.deployment,
    ask: card.ask,
    signature: card.signature,
    take: {
      thousandths,
      duration: HOUR,
      maxRatePerSecond: card.ask.ratePerSecond,
      payInToken: false,
      maxTokenIn: 0n,
      accessKeyHash: zeroHash,
    },
  });

  const costOf = (card: FleetCard): bigint => card.ask.ratePerSecond * BigInt(HOUR);

  const renterOf = async (logs: readonly Log[]): Promise<Address | undefined> =>
    startedLeases({ deployment: stage.system.deployment, receipt: { logs } })[0]?.renter;

  const succeeded = (logs: readonly Log[]): boolean | undefined =>
    parseEventLogs({ abi: entryPoint08Abi, eventName: "UserOperationEvent", logs: [...logs] })[0]?.args.success;

  /* PLANS */

  it("a key rents in one step, by a permit that was signed while planning", async () => {
    const { key, address } = await payer("5");
    const card = freshCard();
    const plan = await planRent(key.client, rentOf(card));
    expect(plan).to.deep.include({ ok: true, funding: "permit" });
    expect(plan.costs).to.deep.include({ total: costOf(card), fromBalance: 0n, fromWallet: costOf(card), minted: 0n });
    const steps: string[] = [];
    const { mode, hashes } = await executePlan(key.client, plan, {
      onStep: ({ name }, hash) => steps.push(hash ? `${name} done` : name),
    });
    expect(mode).to.equal("single");
    expect(steps).to.deep.equal(["Rent", "Rent done"]);
    expect(hashes).to.have.lengthOf(1);
    expect(await walletOf(address)).to.equal(parseDollars("5") - costOf(card));
  });

  it("dollars that are missing are minted from CARD first, and an ERC-3009 authorization pays", async () => {
    const key = await stage.newcomer("renter");
    await giveTokens(stage.system, key, parseTokens("100"));
    const card = freshCard();
    const plan = await planRent(key.client, { ...rentOf(card), funding: "authorization" });
    expect(plan.steps.map(({ name }) => name)).to.deep.equal(["MintDollars", "Rent"]);
    expect(plan.costs).to.deep.include({ fromWallet: costOf(card), minted: parseDollars("1") });
    await executePlan(key.client, plan);
    expect(await walletOf(key.address)).to.equal(parseDollars("1") - costOf(card));
  });

  it("a plan is run by the account that it is for, whatever the client's own", async () => {
    const [{ key: other }, { key, address }] = [await payer("5"), await payer("5")];
    const card = freshCard();
    const plan = await planRent(other.client, { ...rentOf(card), account: key.account });
    expect(plan).to.include({ ok: true, account: address });
    expect(await caught(executePlan(other.client, plan, { account: other.account })))
      .to.be.instanceOf(InvalidInputError)
      .with.property("path", "account");
    expect(await caught(executePlan(other.client, plan))).to.be.instanceOf(RequestError);
    expect(await walletOf(other.address)).to.equal(parseDollars("5"));
    await executePlan(other.client, plan, { account: key.account });
    expect(await walletOf(address)).to.equal(parseDollars("5") - costOf(card));
  });

  it("a plan that would be refused has no steps but a reason and a remedy", async () => {
    const poor = await stage.newcomer("poor");
    const card = freshCard();
    const plan = await planRent(poor.client, rentOf(card));
    expect(plan).to.deep.include({ ok: false, refusal: "FundsTooLow", steps: [] });
    expect(plan.ok ? "" : plan.remedy)
      .to.be.a("string")
      .with.length.greaterThan(10);
    expect(plan.costs.total).to.equal(costOf(card));
    const refusal = await caught(executePlan(poor.client, plan));
    expect(refusal).to.be.instanceOf(PlanRefusedError).that.includes({ refusal: "FundsTooLow" });
    used--;
  });

  it("a wallet that batches (EIP-5792) approves and rents at once; one that does not, one by one", async () => {
    const { chain } = stage.system;
    const { key } = await payer("5");
    const card = freshCard();
    const plan = await planRent(key.client, { ...rentOf(card), funding: "approve" });
    expect(plan.steps.map(({ name }) => name)).to.deep.equal(["ApproveDollars", "Rent"]);
    await delegate(stage, key, stage.simple7702);
    const wallet = createClient({
      account: key.account,
      chain: key.client.chain,
      transport: batchingTransport(chain, key),
      pollingInterval: 20,
    });
    const { mode, hashes } = await executePlan(wallet, plan);
    expect(mode).to.equal("atomic");
    expect(hashes).to.have.lengthOf(1);
    const { key: other } = await payer("5");
    const second = freshCard();
    const onItsOwn = await planRent(other.client, { ...rentOf(second), funding: "approve" });
    expect(await executePlan(other.client, onItsOwn)).to.have.property("mode", "single");
    const leases = await Promise.all([card, second].map(({ id }) => runningOn(id)));
    expect(leases).to.deep.equal([1, 1]);
  });

  const runningOn = async (cardId: bigint): Promise<number> => {
    const { chain, deployment } = stage.system;
    const address = deployment.addresses.leaseLedger;
    return (
      await readContract(chain.reader, { address, abi: leaseLedgerAbi, functionName: "runningLeases", args: [cardId] })
    ).length;
  };

  /* SMART ACCOUNTS */

  it("an ERC-4337 account approves and rents in one user operation, and its contract signs nothing", async () => {
    const { key, address } = await payer("5", (owner) => simpleAccountOf(stage, owner));
    const { deployment, chain } = stage.system;
    const card = freshCard();
    const plan = await planRent(chain.reader, { ...rentOf(card), account: address, funding: "approve" });
    const { logs } = await operate(
      stage,
      address,
      key.account,
      plan.steps.map(({ call }) => call),
    );
    expect(succeeded(logs)).to.equal(true);
    expect(await renterOf(logs)).to.equal(address);
    expect(await walletOf(address)).to.equal(parseDollars("5") - costOf(card));
    const probe = await probeAccount(key.client, { deployment, chainId: chain.id, account: address });
    expect(probe).to.include({ kind: "contract", orders: "unknown", permits: false });
    // Now that it has code, approving is what a plan does by itself.
    const next = await planRent(chain.reader, { ...rentOf(freshCard()), account: address });
    expect(next).to.deep.include({ ok: true, funding: "approve" });
    used--;
  });

  it("a key that is delegated by EIP-7702 does the same, and still signs permits, authorizations and orders", async () => {
    const { key, address } = await payer("5");
    const { deployment, chain } = stage.system;
    const ask = { deployment, chainId: chain.id, sign: true };
    expect(await probeAccount(key.client, ask)).to.include({
      kind: "key",
      orders: "yes",
      permits: true,
      authorizations: "yes",
    });
    await delegate(stage, key, stage.simple7702);
    expect(await probeAccount(key.client, ask)).to.include({
      kind: "delegated",
      delegate: stage.simple7702,
      orders: "yes",
      permits: true,
    });
    await payGasOf(stage.bundler, address);
    const card = freshCard();
    const signed = await planRent(key.client, { ...rentOf(card), funding: "permit" });
    expect(signed.steps).to.have.lengthOf(1);
    const { logs } = await operate(
      stage,
      address,
      key.account,
      signed.steps.map(({ call }) => call),
    );
    expect(succeeded(logs)).to.equal(true);
    expect(await renterOf(logs)).to.equal(address);
  });

  it("a delegate that does not take the key's signature is found out before an order is signed", async () => {
    const key = await stage.newcomer("delegated");
    const { deployment, chain } = stage.system;
    await delegate(stage, key, stage.factory);
    const probe = await probeAccount(key.client, { deployment, chainId: chain.id, sign: true });
    expect(probe).to.include({ kind: "delegated", orders: "no", permits: true, authorizations: "yes" });
    expect(await probeAccount(key.client, { deployment, chainId: chain.id })).to.include({ orders: "unknown" });
  });

  /* X402 */

  const requirementsFor = (payTo: Address, amount = parseDollars("0.05")) =>
    readPaymentRequirements(stage.system.chain.reader, {
      deployment: stage.system.deployment,
      amount,
      payTo,
      maxTimeoutSeconds: HOUR,
    });

  it("cfUSD pays by x402: what this package signs, another one's facilitator verifies and settles", async () => {
    const { chain, deployment } = stage.system;
    const { key, address } = await payer("1");
    const seller = await stage.newcomer("seller");
    const requirements = await requirementsFor(seller.address);
    const payment = await signPayment(key.client, {
      deployment,
      requirements,
      now: await chain.now(),
      most: parseDollars("0.05"),
    });
    const header = encodePayment(payment);
    expect(decodePaymentSignatureHeader(header)).to.deep.equal(payment);
    const { client: payee, account } = stage.bundler;
    const facilitator = new SettlingScheme(
      toFacilitatorEvmSigner({
        address: account.address,
        readContract: (args) => readContract(payee, args),
        verifyTypedData: (args) => verifyTypedData(args),
        writeContract: (args) => writeContract(payee, { ...args, account, chain: null }),
        sendTransaction: (args) => sendTransaction(payee, { ...args, account, chain: null }),
        waitForTransactionReceipt: ({ hash }) => waitForTransactionReceipt(payee, { hash }),
        getCode: (args) => getCode(payee, args),
      }),
    );
    const theirs = decodePaymentSignatureHeader(header);
    expect(await facilitator.verify(theirs, theirs.accepted)).to.deep.include({ isValid: true, payer: address });
    expect(await facilitator.settle(theirs, theirs.accepted)).to.deep.include({ success: true, payer: address });
    expect(await walletOf(seller.address)).to.equal(parseDollars("0.05"));
    expect(await walletOf(address)).to.equal(parseDollars("0.95"));
    expect(await verifyPayment(chain.reader, { requirements, payment })).to.include({
      ok: false,
      refusal: "NonceUsed",
    });
  });

  it("cfUSD pays by x402: what another package's client signs, this one verifies and settles", async () => {
    const { chain } = stage.system;
    const { key, address } = await payer("1");
    const seller = await stage.newcomer("seller");
    const requirements = await requirementsFor(seller.address);
    const client = new PayingScheme(toClientEvmSigner(key.account));
    const { payload } = await client.createPaymentPayload(2, { ...requirements, extra: { ...requirements.extra } });
    const payment = decodePayment(
      encodePaymentSignatureHeader({
        x402Version: 2,
        accepted: { ...requirements, extra: { ...requirements.extra } },
        payload,
      }),
    );
    expect(await verifyPayment(chain.reader, { requirements, payment })).to.deep.equal({ ok: true, payer: address });
    await send(seller.client, settlePaymentCall(payment), decodeNothing, { wait: true });
    expect(await walletOf(seller.address)).to.equal(parseDollars("0.05"));
  });

  it("a payment that is not what was asked, or would not settle, is refused by name", async () => {
    const { chain, deployment } = stage.system;
    const { key } = await payer("1");
    const requirements = await requirementsFor(stage.bundler.address);
    const now = await chain.now();
    const payment = await signPayment(key.client, {
      deployment,
      requirements,
      now,
      most: parseDollars("1"),
    });
    const poor = await stage.newcomer("poor");
    const { authorization } = payment.payload;
    const changed = (more: Partial<typeof authorization>) => ({
      ...payment,
      payload: { ...payment.payload, authorization: { ...authorization, ...more } },
    });
    const cases: readonly (readonly [PaymentRefusal, typeof payment])[] = [
      ["RequirementsDiffer", { ...payment, accepted: { ...requirements, network: "eip155:1" } }],
      ["AmountDiffers", changed({ value: "1" })],
      ["PayeeDiffers", changed({ to: poor.address })],
      ["NotYetValid", changed({ validAfter: String(now + 1_000) })],
      ["Expired", changed({ validBefore: String(now) })],
      ["FundsTooLow", await signPayment(poor.client, { deployment, requirements, now, most: parseDollars("1") })],
      ["SignatureInvalid", changed({ nonce: zeroHash })],
    ];
    for (const [refusal, bad] of cases) {
      const check = await verifyPayment(chain.reader, { requirements, payment: bad });
      expect(check, refusal).to.include({ ok: false, refusal });
    }
    expect(await verifyPayment(chain.reader, { requirements, payment })).to.have.property("ok", true);
  });

  /* HISTORY */

  it("B05 the history of rent from a chain's logs is what the ledger counts, with rent by those the owner paid marked", async () => {
    const { chain, deployment } = stage.system;
    const card = freshCard();
    const { owner } = card.host;
    const [{ key: friend }, { key: stranger }] = [await payer("5"), await payer("5")];
    await giveTokens(stage.system, owner, parseTokens("1"));
    const token = deployment.addresses.computeToken;
    await transferToken(owner.client, { token, to: friend.address, amount: 1n }, { wait: true });
    for (const { client } of [friend, stranger]) {
      await executePlan(client, await planRent(client, rentOf(card, 500)));
    }
    await chain.moveTo((await chain.now()) + 2 * HOUR);
    const address = [...Object.values(deployment.addresses)];
    const logs = await getLogs(chain.reader, { address, fromBlock: deployment.startBlock });
    const { total, related, entries } = rentHistory(readRentBook({ deployment, logs }), {
      cardId: card.id,
      now: await chain.now(),
    });
    expect(entries.map(({ lease, relation }) => [lease.renter, relation?.as, relation?.ties[0]?.by])).to.deep.equal([
      [friend.address, "owner", "transfer"],
      [stranger.address, undefined, undefined],
    ]);
    expect(related.gross).to.equal(costOf(card) / 2n);
    const counted = await readContract(chain.reader, {
      address: deployment.addresses.leaseLedger,
      abi: leaseLedgerAbi,
      functionName: "accruedRevenueOf",
      args: [card.id, 0],
    });
    expect(total.holders).to.equal(counted);
  });
});
