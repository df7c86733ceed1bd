import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { encryptKeystoreJsonSync } from "ethers";
import { type Address, decodeFunctionData, getAddress, type Hash, isHex, keccak256, toBytes } from "viem";
import { getTransaction, getTransactionCount, readContract } from "viem/actions";
import { z } from "zod";
import { giveTokens } from "../../scripts/demo/dollars.ts";
import type { Person } from "../../scripts/demo/people.ts";
import { cardRegistryAbi, rentalMarketAbi } from "../../sdk/src/abis/index.ts";
import {
  accountStatus,
  cardStatus,
  decodeLeaseId,
  leaseStatus,
  parseDollars,
  parseShares,
  parseTokens,
  ratePerSecondFromDollarsPerHour,
  shareStatus,
} from "../../sdk/src/index.ts";
import { formatSignedOrder } from "../../sdk/src/orders/index.ts";
import { type CommandLine, openCommandLine, recordOf } from "./support/commandLine.ts";
import { openLossyNode } from "./support/lossyNode.ts";
import { openStage, type Stage } from "./support/stage.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;
const wei = z.string().regex(/^\d+$/).transform(BigInt);

/** What every answer looks like. */
const answerOf = <Data extends z.ZodType>(data: Data) =>
  z.strictObject({ schema: z.literal(1), command: z.string(), ok: z.literal(true), data });
const errorSchema = z.strictObject({
  schema: z.literal(1),
  command: z.string(),
  ok: z.literal(false),
  error: z.strictObject({
    exitCode: z.int(),
    kind: z.string(),
    name: z.string(),
    message: z.string().min(5),
    remedy: z.string().min(5),
    reasons: z.array(z.string()),
  }),
});
/** What a command that sends answers. */
const sentOf = <Plan extends z.ZodType, Result extends z.ZodType>(plan: Plan, result: Result) =>
  answerOf(
    z.strictObject({
      dryRun: z.literal(false),
      plan,
      transactions: z.array(z.strictObject({ what: z.string(), hash: z.string(), block: wei, gasUsed: wei })).min(1),
      result,
    }),
  );

describe("the command line", () => {
  let stage: Stage;
  let cli: CommandLine;
  let owner: Person;
  let operator: Person;
  let renter: Person;
  let cardIds: readonly string[] = [];
  let asks = "";

  before(async () => {
    stage = await openStage(4);
    cli = await openCommandLine(stage.system);
    [owner, operator, renter] = [
      await stage.newcomer("cli owner"),
      await stage.newcomer("cli operator"),
      await stage.newcomer("cli renter"),
    ];
    asks = join(cli.folder, "asks.json");
  });
  after(async () => {
    await cli.close();
    await stage.close();
  });

  /* HELPERS */

  const yes = async <Schema extends z.ZodType>(
    line: readonly string[],
    as: Person,
    schema: Schema,
  ): Promise<z.output<Schema>> => {
    const { code, body, err } = await cli.json([...line, "--yes"], { as });
    expect(code, err).to.equal(0);
    return schema.parse(body);
  };

  const refused = async (
    line: readonly string[],
    as: Person | undefined,
    code: number,
    around: Readonly<Record<string, string>> = {},
  ) => {
    const ran = await cli.json(line, { as, env: around });
    expect(ran.code, ran.err).to.equal(code);
    const { error } = errorSchema.parse(ran.body);
    expect(error.exitCode).to.equal(code);
    expect(ran.err).to.include(error.message).and.to.include(error.remedy);
    expect(ran.err).not.to.match(/\n\s+at /);
    return error;
  };

  const sentBy = ({ address }: Person): Promise<number> => getTransactionCount(stage.system.chain.reader, { address });
  const money = ({ address: account }: Person) =>
    accountStatus(stage.system.chain.reader, { deployment: stage.system.deployment, account });

  /* THE STORY */

  it("an owner registers cards and sees what is missing", async () => {
    const line = ["card", "register", "--model", "h100", "--region", "europe north", "--floor", "1.20", "--count", "3"];
    const { data } = await yes(
      [...line, "--operator", operator.address, "--longest", "30d"],
      owner,
      sentOf(
        z.looseObject({ model: z.literal(12), region: z.literal(2), longestHours: z.literal(720) }),
        z.strictObject({ cardIds: z.array(z.string()).length(3) }),
      ),
    );
    cardIds = data.result.cardIds;
    const shown = await cli.run(["card", "show", cardIds[0] ?? ""]);
    expect(shown.code).to.equal(0);
    expect(shown.out).to.include("NVIDIA H100 80GB").and.to.include("not verified").and.to.include("$1.200/h");
    await yes(
      ["card", "operator", cardIds[0] ?? "", "--longest", "20d"],
      owner,
      sentOf(z.looseObject({ longestHours: z.literal(480) }), z.looseObject({ operator: z.literal(operator.address) })),
    );
    const card = await cardStatus(stage.system.chain.reader, {
      deployment: stage.system.deployment,
      cardId: BigInt(cardIds[0] ?? "0"),
    });
    expect(card).to.include({ owner: owner.address, operator: operator.address, longestLease: 20 * DAY });
    expect(card.floorRate).to.equal(ratePerSecondFromDollarsPerHour("1.20", "up"));
  });

  it("a verifier says that they exist, each with a device of its own", async () => {
    const { verifier, chain, deployment } = stage.system;
    const line = ["card", "verify", cardIds.join(",")];
    const devices = cardIds.map((id) => `GPU-${id}:serial-${id}`);
    await refused([...line, "--device", devices[0] ?? ""], verifier, 2);
    await refused([...line, "--device", devices.map(() => "GPU-1").join(",")], verifier, 2);
    const foreign = await refused([...line, "--device", devices.join(","), "--yes"], owner, 3);
    expect(foreign.reasons).to.deep.equal(["AccessManagedUnauthorized"]);
    await yes(
      [...line, "--device", devices.join(",")],
      verifier,
      sentOf(z.looseObject({}), z.looseObject({ cardIds: z.array(z.string()).length(3) })),
    );
    const taken = await readContract(chain.reader, {
      address: deployment.addresses.cardRegistry,
      abi: cardRegistryAbi,
      functionName: "cardOfDevice",
      args: [keccak256(toBytes(devices[1] ?? ""))],
    });
    expect(String(taken)).to.equal(cardIds[1]);
  });

  it("an operator bonds what is missing, and more", async () => {
    await giveTokens(stage.system, operator, parseTokens("60000"));
    for (const id of cardIds) {
      await yes(
        ["stake", "bond", "--card", id],
        operator,
        sentOf(z.looseObject({ amount: wei }), z.looseObject({ active: wei })),
      );
      await yes(
        ["stake", "bond", "--card", id, "--amount", "9000"],
        operator,
        sentOf(z.looseObject({}), z.looseObject({})),
      );
    }
    const listed = await cli.json(["card", "list", "--mine", "--rentable"], { as: operator });
    const { data } = answerOf(
      z.strictObject({
        cards: z.array(z.looseObject({ cardId: z.string(), rentable: z.literal(true) })),
        fitting: z.literal(3),
        total: z.int(),
      }),
    ).parse(listed.body);
    expect(data.cards.map(({ cardId }) => cardId)).to.have.members([...cardIds]);
    const bonds = await cli.run(["stake", "show"], { as: operator });
    expect(
      bonds.out.split("\n").filter((line) => / 14 400\.00 CARD +0\.00 CARD +\$37\.500\/h/.test(line)),
    ).to.have.length(3);
    const more = await refused(["stake", "bond", "--card", cardIds[0] ?? "", "--amount", "999999"], operator, 3);
    expect(more.reasons).to.deep.equal(["ERC20InsufficientBalance"]);
  });

  it("an operator signs asks, which only it can", async () => {
    const line = ["ask", "sign", "--card", cardIds.join(","), "--rate", "2.10", "--max", "10d"];
    const printed = await cli.run([...line, "--yes"], { as: operator });
    expect(printed.code).to.equal(0);
    await writeFile(asks, printed.out);
    expect(JSON.parse(await readFile(asks, "utf8"))).to.have.length(3);
    expect((await refused([...line, "--yes"], owner, 3)).reasons).to.deep.equal(["OperatorNotOfCard"]);
    const dear = [
      "ask",
      "sign",
      "--card",
      cardIds[0] ?? "",
      "--rate",
      "40",
      "--out",
      join(cli.folder, "dear.json"),
      "--yes",
    ];
    expect((await cli.run(dear, { as: operator })).out).to.match(
      /bond too small .* on 1 card: \d+; add \$60\.00 of CARD/,
    );
    const low = ["ask", "sign", "--card", cardIds[0] ?? "", "--rate", "1.00", "--yes"];
    expect((await refused(low, operator, 3)).reasons).to.deep.equal(["RateBelowFloor"]);
    const never: readonly (readonly [terms: readonly string[], says: RegExp])[] = [
      [["--max", "30m"], /--max: "30m" is less than 1 h/],
      [["--min", "1m"], /--min: "1m" is not from 10 min to 1 h/],
      [["--min", "2h"], /--min: "2h" is not from 10 min to 1 h/],
      [["--open-in", "1d"], /--open-in go together/],
      [["--priority-tier", "2"], /--open-in go together/],
    ];
    for (const [terms, says] of never)
      expect((await refused([...line, ...terms, "--yes"], operator, 2)).message).to.match(says);
    const dry = await cli.json([...line, "--dry-run"], { as: operator });
    expect(dry.body).to.have.nested.property("data.dryRun", true);
    expect(dry.out).not.to.include("signature");
  });

  it("an operator cancels one order by itself, and several at once", async () => {
    const { chain } = stage.system;
    const sent = sentOf(z.looseObject({ salts: z.array(wei) }), z.looseObject({ salts: z.array(wei) }));
    const called = async (salts: string) => {
      const [transaction] = (await yes(["ask", "cancel", salts], operator, sent)).data.transactions;
      const { input } = await getTransaction(chain.reader, { hash: z.custom<Hash>(isHex).parse(transaction?.hash) });
      return decodeFunctionData({ abi: rentalMarketAbi, data: input });
    };
    expect(await called("901")).to.deep.equal({ functionName: "cancel", args: [901n] });
    expect(await called("902,903")).to.deep.equal({ functionName: "cancelMany", args: [[902n, 903n]] });
    const again = ["ask", "cancel", "904,901", "--yes"];
    expect((await refused(again, operator, 3)).reasons).to.deep.equal(["OrderAlreadyCancelled"]);
  });

  it("a bid says what it may cost, of the part of the card that is wanted", async () => {
    const line = ["bid", "sign", "--model", "h100", "--max-rate", "2", "--hours", "10", "--dry-run"];
    expect((await cli.run(line, { as: renter })).out).to.match(/at most +\$19\.99,/);
    expect((await cli.run([...line, "--thousandths", "250"], { as: renter })).out).to.match(/at most +\$4\.99,/);
  });

  it("a renter makes dollars, deposits some, and sees the money", async () => {
    await giveTokens(stage.system, renter, parseTokens("20000"));
    const { data } = await yes(
      ["dollar", "mint", "--dollars", "400"],
      renter,
      sentOf(z.looseObject({ tokenIn: wei, out: wei }), z.looseObject({ minted: wei, burned: wei })),
    );
    expect(data.result.minted).to.equal(parseDollars("400"));
    expect(data.transactions.map(({ what }) => what)).to.deep.equal(["make $400.00"]);
    await yes(["deposit", "--amount", "100"], renter, sentOf(z.looseObject({}), z.looseObject({})));
    expect(await money(renter)).to.include({ available: parseDollars("100"), walletDollars: parseDollars("300") });
    const status = await cli.json(["dollar", "status"]);
    answerOf(z.looseObject({ state: z.literal("Green"), supply: wei, backing: wei })).parse(status.body);
    const account = await cli.run(["account"], { as: renter });
    expect(account.out)
      .to.match(/available +\$100\.00/)
      .and.to.match(/in the wallet +\$300\.00/);
  });

  it("a renter rents one card and then a pair, partly from the balance and partly by permit", async () => {
    const line = ["rent", "--model", "h100", "--hours", "24", "--asks", asks];
    const rate = ratePerSecondFromDollarsPerHour("2.10");
    const rentSchema = sentOf(
      z.looseObject({ escrow: wei, fee: wei, fromBalance: wei, fromWallet: wei, refundableAtStart: wei }),
      z.strictObject({
        leases: z.array(z.strictObject({ leaseId: wei, cardId: z.string(), rate: wei, end: z.int() })),
      }),
    );
    const before = await sentBy(renter);
    const dry = await cli.json([...line, "--dry-run"], { as: renter });
    expect(dry.code, dry.err).to.equal(0);
    expect(dry.body).to.have.nested.property("data.simulated", true);
    expect(await sentBy(renter)).to.equal(before);
    const one = await yes(line, renter, rentSchema);
    const { plan, result } = one.data;
    expect(plan.escrow).to.equal(rate * BigInt(DAY));
    expect(plan.fee).to.equal((plan.escrow * 500n) / 10_000n);
    expect(plan.refundableAtStart).to.equal(rate * BigInt(DAY - 600));
    expect(result.leases).to.have.length(1);
    const pair = await yes([...line, "--gpus", "2", "--same-host"], renter, rentSchema);
    expect(pair.data.result.leases).to.have.length(2);
    expect(pair.data.plan.fromBalance).to.equal(parseDollars("100") - rate * BigInt(DAY));
    expect(pair.data.plan.fromBalance + pair.data.plan.fromWallet).to.equal(rate * BigInt(2 * DAY));
    const none = await refused([...line, "--yes"], renter, 3);
    expect(none.reasons).to.deep.equal(["ThousandthsNotFree"]);
  });

  it("the cheapest asks win, wherever they come from, and limits are kept", async () => {
    const { host, ask, signature } = stage.freshCard();
    expect(host.dollarsPerHour).to.equal("0.44");
    const input = formatSignedOrder({ ask, signature });
    const line = ["rent", "--model", "4090", "--for", "90m", "--thousandths", "200", "--asks", "-"];
    const dear = await cli.json([...line, "--max-rate", "0.43", "--yes"], { as: renter, input });
    expect(errorSchema.parse(dear.body).error).to.deep.include({ exitCode: 3, reasons: ["RateAboveBid"] });
    const rented = await cli.json([...line, "--max-rate", "0.44", "--yes"], { as: renter, input });
    expect(rented.code, rented.err).to.equal(0);
    const broken = await cli.json([...line, "--yes"], { as: renter, input: input.replace(ask.operator, "0x12") });
    expect(errorSchema.parse(broken.body).error.message).to.match(/ask 1 of 1: ask\.operator: expected an address/);
    const forged = await cli.json([...line, "--yes"], {
      as: renter,
      input: input.replace(/"ratePerSecond":"\d/, '"ratePerSecond":"9'),
    });
    expect(errorSchema.parse(forged.body).error).to.deep.include({ exitCode: 3, reasons: ["AskSignatureInvalid"] });
  });

  it("a renter pays in CARD: it is burned, no dollar is touched, and the fee is lower", async () => {
    const input = [stage.freshCard(), stage.freshCard()]
      .map(({ ask, signature }) => formatSignedOrder({ ask, signature }))
      .join("\n");
    const before = await money(renter);
    const line = ["rent", "--model", "4090", "--hours", "10", "--gpus", "2", "--pay-in-card", "--asks", "-", "--yes"];
    const { code, body, err } = await cli.json(line, { as: renter, input });
    expect(code, err).to.equal(0);
    const { data } = sentOf(
      z.looseObject({ tokenIn: wei, feeBps: z.literal(200), escrow: wei }),
      z.looseObject({}),
    ).parse(body);
    const after = await money(renter);
    expect(after).to.include({ available: before.available, walletDollars: before.walletDollars });
    // The feeds stand still, so what was quoted is what was burned.
    expect(before.walletTokens - after.walletTokens).to.equal(data.plan.tokenIn);
    expect(data.plan.escrow).to.equal(ratePerSecondFromDollarsPerHour("0.44") * BigInt(20 * HOUR));
  });

  it("leases are listed, shown, extended and stopped", async () => {
    const { chain, deployment } = stage.system;
    const listed = await cli.json(["lease", "list"], { as: renter });
    const { data } = answerOf(
      z.strictObject({
        leases: z.array(z.looseObject({ leaseId: wei, running: z.literal(true) })),
        reserved: wei,
        refundable: wei,
        fitting: z.literal(6),
      }),
    ).parse(listed.body);
    expect(data.leases).to.have.length(6);
    const oldest = data.leases.at(-1)?.leaseId ?? 0n;
    const read = () => leaseStatus(chain.reader, { deployment, leaseId: oldest });
    const before = await read();
    await yes(
      ["lease", "extend", String(oldest), "--hours", "2"],
      renter,
      sentOf(z.looseObject({ paid: wei }), z.looseObject({})),
    );
    expect((await read())?.end).to.equal((before?.end ?? 0) + 2 * HOUR);
    await stage.pass(6 * HOUR);
    const shown = await cli.run(["lease", "show", String(oldest)]);
    expect(shown.out)
      .to.match(/spent +\$12\.6\d/)
      .and.to.match(/time +█+░+ 6 h/);
    const { available } = await money(renter);
    const stopped = await yes(
      ["lease", "stop", String(oldest)],
      renter,
      sentOf(z.looseObject({ by: z.literal("renter") }), z.looseObject({ refund: wei, end: z.int() })),
    );
    expect((await money(renter)).available - available).to.equal(stopped.data.result.refund);
    const end = await cli.json(["lease", "show", String(oldest)]);
    expect(end.body).to.have.nested.property("data.reason", "StoppedByRenter");
    expect((await refused(["lease", "stop", String(oldest), "--yes"], renter, 3)).reasons).to.deep.equal([
      "LeaseNotRunning",
    ]);
    expect(decodeLeaseId(oldest).cardId).to.equal(before?.cardId);
  });

  it("a lease that was stopped within its minimum billing is not stopped again", async () => {
    const { ask, signature } = stage.freshCard();
    const input = formatSignedOrder({ ask, signature });
    const line = ["rent", "--model", "4090", "--hours", "1", "--asks", "-", "--yes"];
    const rented = await cli.json(line, { as: renter, input });
    const { data } = answerOf(
      z.looseObject({ result: z.looseObject({ leases: z.array(z.looseObject({ leaseId: z.string() })) }) }),
    ).parse(rented.body);
    const [{ leaseId } = { leaseId: "" }] = data.result.leases;
    await yes(["lease", "stop", leaseId], renter, sentOf(z.looseObject({}), z.looseObject({ refund: wei })));
    const listed = await cli.run(["lease", "list"], { as: renter });
    expect(listed.out).to.match(new RegExp(`${leaseId} .*stopped, minimum billing`));
    const again = await refused(["lease", "stop", leaseId, "--yes"], renter, 3);
    expect(again.reasons).to.deep.equal(["NothingToRefund"]);
    await stage.pass(600);
  });

  it("rent is collected and withdrawn, and what was earned is redeemed", async () => {
    await yes(
      ["collect", "--mine"],
      operator,
      sentOf(z.looseObject({ operators: wei, owners: wei }), z.looseObject({})),
    );
    expect((await refused(["collect", "--card", "99999", "--yes"], operator, 3)).reasons).to.deep.equal([
      "CardUnknown",
    ]);
    const { available } = await money(owner);
    expect(available > parseDollars("10")).to.equal(true);
    await yes(["withdraw", "--all"], owner, sentOf(z.looseObject({}), z.looseObject({ walletDollars: wei })));
    expect(await money(owner)).to.include({ available: 0n, walletDollars: available });
    const tokensBefore = (await money(owner)).walletTokens;
    const { data } = await yes(
      ["dollar", "redeem", "--dollars", "5", "--earned"],
      owner,
      sentOf(z.looseObject({ lane: z.literal("Earned") }), z.looseObject({ got: wei })),
    );
    expect((await money(owner)).walletTokens - tokensBefore).to.equal(data.result.got);
    expect((await refused(["withdraw", "--amount", "1", "--yes"], owner, 3)).reasons).to.deep.equal(["BalanceTooLow"]);
    const more = await refused(["dollar", "redeem", "--dollars", "350", "--earned", "--yes"], owner, 3);
    expect(more.reasons).to.deep.equal(["EarnedTooLow"]);
  });

  it("a card is appraised, tokenized, sold, and its revenue claimed", async () => {
    const { chain } = stage.system;
    await stage.pass(2 * DAY);
    const id = cardIds[0] ?? "";
    const line = ["tokenize", "--card", id, "--term", "365d", "--supply", "1000"];
    const appraised = await cli.run(line, { as: owner });
    expect(appraised.code, appraised.err).to.equal(0);
    expect(appraised.out)
      .to.include("the rent of its last lease")
      .and.to.include("fair price of a share")
      .and.to.include("┤");
    const offer = [...line, "--price", "2", "--minimum-raise", "500", "--upfront", "10%", "--sale", "1d"];
    const made = await yes(
      offer,
      owner,
      sentOf(
        z.looseObject({
          terms: z.looseObject({ upfrontBps: z.literal(1000), promisedRevenue: wei }),
          appraisal: z.looseObject({}),
        }),
        z.looseObject({ share: z.string().transform((text): Address => getAddress(text)) }),
      ),
    );
    const { share } = made.data.result;
    expect((await shareStatus(chain.reader, { share })).terms.promisedRevenue).to.equal(
      made.data.plan.terms.promisedRevenue,
    );
    await giveTokens(stage.system, renter, parseTokens("2000"));
    await yes(
      ["share", "buy", share, "--shares", "1000"],
      renter,
      sentOf(z.looseObject({ cost: wei }), z.looseObject({ balance: wei })),
    );
    expect((await shareStatus(chain.reader, { share, account: renter.address })).holding?.balance).to.equal(
      parseShares("1000"),
    );
    const early = ["share", "buy", share, "--shares", "1", "--dry-run"];
    expect((await refused(early, renter, 3)).reasons).to.deep.equal(["SharePhaseWrong"]);
    await yes(
      ["share", "finalise", share],
      renter,
      sentOf(z.looseObject({}), z.looseObject({ phase: z.literal("Running") })),
    );
    expect((await cli.run(["share", "show", share], { as: renter })).out).to.include("sold out before its end, ");
    // The sale was over at once, but the term begins at its published end: rent that comes in before is the holders' already.
    const ask = await cli.run(["ask", "sign", "--card", id, "--rate", "2.40", "--yes"], { as: operator });
    const rented = await cli.json(["rent", "--model", "h100", "--hours", "5", "--asks", "-", "--yes"], {
      as: renter,
      input: ask.out,
    });
    expect(rented.code, rented.err).to.equal(0);
    await stage.pass(2 * HOUR);
    const wallet = (await money(renter)).walletDollars;
    const twice = await cli.json(["claim", "--share", `${share},${share}`, "--dry-run"], { as: renter });
    expect(twice.body).to.have.nested.property("data.plan.shares").with.length(1);
    const claimed = await yes(
      ["claim", "--all"],
      renter,
      sentOf(
        z.looseObject({ claimable: wei }),
        z.strictObject({
          claimed: wei,
          claims: z.array(z.strictObject({ share: z.literal(share), claimable: wei })).length(1),
        }),
      ),
    );
    expect(claimed.data.result.claimed >= claimed.data.plan.claimable).to.equal(true);
    expect((await money(renter)).walletDollars - wallet).to.equal(claimed.data.result.claimed);
    // Nothing owed is no failure: a script that claims every hour goes on.
    const nobody = await stage.newcomer("cli nobody");
    const before = await sentBy(nobody);
    for (const line of [
      ["claim", "--all"],
      ["claim", "--share", share],
    ]) {
      const none = await cli.json([...line, "--yes"], { as: nobody });
      expect(none.code, none.err).to.equal(0);
      expect(none.body).to.have.deep.nested.property("data.result", { claimed: "0", claims: [] });
      expect(none.body).to.have.deep.nested.property("data.transactions", []);
    }
    expect((await cli.run(["claim", "--all"], { as: nobody })).out).to.match(/^Nothing to claim: none of 1 share owes/);
    const collected = await cli.json(["collect", "--mine", "--yes"], { as: nobody });
    expect(collected.code).to.equal(0);
    expect(collected.body).to.have.deep.nested.property("data.plan.cards", []);
    expect((await refused(["claim", "--share", owner.address, "--yes"], nobody, 3)).reasons).to.deep.equal([
      "NotAShare",
    ]);
    expect(await sentBy(nobody)).to.equal(before);
    await stage.pass(2 * DAY);
    await yes(["share", "release", share], renter, sentOf(z.looseObject({ releasable: wei }), z.looseObject({})));
    const listed = await cli.run(["share", "list", "--mine"], { as: renter });
    expect(listed.out).to.include(share).and.to.include("Running");
    expect((await cli.run(["share", "show", share], { as: renter })).out).to.include("Yours");
    expect((await refused(["share", "hand-in", share, "--yes"], renter, 3)).reasons).to.deep.equal(["SharePhaseWrong"]);
    expect((await refused(["share", "show", owner.address], renter, 3)).reasons).to.deep.equal(["NotAShare"]);
    expect((await refused([...offer, "--yes"], renter, 3)).reasons).to.deep.equal(["TokenizeCallerNotOwner"]);
  });

  it("stakes come back after two weeks", async () => {
    const id = cardIds[1] ?? "";
    await yes(
      ["stake", "renter", "--amount", "100"],
      renter,
      sentOf(z.looseObject({}), z.looseObject({ pending: wei })),
    );
    await yes(
      ["stake", "request", "--card", id, "--amount", "50"],
      operator,
      sentOf(z.looseObject({}), z.looseObject({ thawing: wei })),
    );
    expect((await refused(["stake", "withdraw", "--card", id, "--yes"], operator, 3)).reasons).to.deep.equal([
      "StakeStillThawing",
    ]);
    expect((await refused(["stake", "show", "--card", "99999"], operator, 3)).reasons).to.deep.equal(["CardUnknown"]);
    const back = await cli.run(["stake", "request", "--renter", "--amount", "1", "--dry-run"], { as: renter });
    expect(back.out).to.include("counts for no tier").and.not.to.include("slashed");
    await stage.pass(15 * DAY);
    const { data } = await yes(
      ["stake", "withdraw", "--card", id],
      operator,
      sentOf(z.looseObject({}), z.looseObject({ amount: wei })),
    );
    expect(data.result.amount).to.equal(parseTokens("50"));
  });

  /* WHAT MUST NOT HAPPEN */

  it("nothing is sent without a yes", async () => {
    const line = ["stake", "renter", "--amount", "10"];
    const before = await sentBy(renter);
    expect((await refused(line, renter, 5)).message).to.include("no terminal");
    const no = await cli.run(line, { as: renter, answer: false });
    expect(no.code).to.equal(5);
    expect(no.err).to.include("Stake 10.00 CARD as a renter").and.to.include("Send 1 transaction?");
    const rehearsed = await cli.json([...line, "--dry-run", "--account", renter.address]);
    expect(rehearsed.body).to.have.nested.property("data.simulated", false);
    expect(await sentBy(renter)).to.equal(before);
    expect((await cli.run(line, { as: renter, answer: true })).code).to.equal(0);
    expect(await sentBy(renter)).to.equal(before + 1);
  });

  it("a wrong chain, an unknown one and code that differs are refused before anything is signed", async () => {
    const line = ["stake", "renter", "--amount", "10", "--yes"];
    const { chainId } = stage.system.deployment;
    const before = await sentBy(renter);
    const other = join(cli.folder, "other.json");
    await writeFile(other, (await recordOf(stage.system)).replace(`"${chainId}"`, '"1"'));
    expect((await refused(line, renter, 4, { CARDFLOW_DEPLOYMENT: other })).name).to.equal("DeploymentUnknownError");
    const changed = join(cli.folder, "changed.json");
    await writeFile(
      changed,
      await recordOf(stage.system, (name, hash) => (name === "leaseLedger" ? keccak256(hash) : hash)),
    );
    const wrong = await refused(line, renter, 4, { CARDFLOW_DEPLOYMENT: changed });
    expect(wrong.message).to.include("the code of leaseLedger");
    await refused(["ask", "sign", "--card", "1", "--rate", "1", "--yes"], operator, 4, {
      CARDFLOW_DEPLOYMENT: changed,
    });
    const health = await cli.json(["health"], { env: { CARDFLOW_DEPLOYMENT: changed } });
    expect(health.code).to.equal(1);
    expect(health.body).to.have.nested.property("data.healthy", false);
    expect((await cli.run(["health"])).code).to.equal(0);
    expect(await sentBy(renter)).to.equal(before);
  });

  it("bad command lines end with 2, say what is wrong, and send nothing", async () => {
    const lines: readonly (readonly [line: readonly string[], says: RegExp])[] = [
      [["crad", "list"], /no command "crad"/],
      [["card", "lst"], /no verb "lst"/],
      [["card", "list", "--modle", "h100"], /--modle is no option/],
      [["card", "show"], /CARD/],
      [["card", "show", "seven"], /"seven" is no id/],
      [["card", "show", "1", "2"], /2 words are given/],
      [["card", "list", "--limit"], /--limit needs a value/],
      [["card", "list", "--mine=no"], /--mine takes no value/],
      [["card", "register", "--region", "0"], /--model/],
      [["card", "register", "--model", "rtx", "--region", "0"], /fits \d of them/],
      [["rent", "--model", "h100", "--asks", asks], /no time is given/],
      [["rent", "--model", "h100", "--asks", asks, "--hours", "24", "--gpus", "0"], /not a number from 1/],
      [["tokenize", "--card", "1", "--term", "forever", "--supply", "10"], /"forever" is no duration/],
      [["withdraw"], /amount is not clear/],
      [[], /no command is given/],
      [["dollar", "mint", "--dollars", "1e9"], /--dollars: "1e9" is no amount/],
      [["tokenize", "--card", "1", "--term", "30d", "--supply", `1${"0".repeat(21)}`], /--supply: .* is too much/],
      [
        ["card", "register", "--model", "h100", "--region", "0", "--floor", `1${"0".repeat(14)}`],
        /--floor: .* too much/,
      ],
      [["card", "register", "--model", "h100", "--region", "0", "--longest", "30m"], /--longest: "30m" is not from 1h/],
      [["deposit", "--amount", "0"], /--amount: "0" is too little/],
      [["bid", "sign", "--model", "h100", "--hours", "1", "--max-rate", "0"], /--max-rate: "0" is too little/],
      [
        [
          "bid",
          "sign",
          "--model",
          "h100",
          "--hours",
          "1",
          "--max-rate",
          "2",
          "--gpus",
          "4",
          "--min-gpus",
          "2",
          "--same-host",
        ],
        /--same-host takes all cards or none/,
      ],
      [["completion", "powershell"], /"powershell"/],
      [["account", "--account", "0x1234"], /"0x1234" is no address/],
      [["health", "--rpc", "ftp://x"], /is no http address/],
    ];
    const before = await sentBy(renter);
    for (const [line, says] of lines) expect((await refused([...line, "--yes"], renter, 2)).message).to.match(says);
    const foreign = await refused(["withdraw", "--all", "--account", owner.address, "--yes"], renter, 2);
    expect(foreign.message).to.include(`not of --account ${owner.address}`);
    const key = await refused(["withdraw", "--all", "--yes"], undefined, 2, { CARDFLOW_PRIVATE_KEY: "0xsecret" });
    expect(key.message).not.to.include("secret");
    const beyond = { CARDFLOW_PRIVATE_KEY: `0x${"f".repeat(64)}` };
    expect((await refused(["withdraw", "--all", "--yes"], undefined, 2, beyond)).message).to.equal(
      "CARDFLOW_PRIVATE_KEY holds a number that is no private key",
    );
    expect(await sentBy(renter)).to.equal(before);
  });

  it("a node that does not answer and files that are not there are failures, with what to do", async () => {
    const silent = await refused(["health", "--rpc", "http://127.0.0.1:9"], undefined, 1);
    expect(silent.message).to.equal("no node answers at http://127.0.0.1:9");
    expect(silent.remedy).to.include("--rpc");
    const line = ["rent", "--model", "h100", "--hours", "1", "--asks", join(cli.folder, "none.json")];
    expect((await refused(line, renter, 1)).message).to.include("cannot be read");
    expect((await refused(["dollar", "status"], undefined, 1, { CARDFLOW_DEPLOYMENT: asks })).message).to.include(
      "no record of deployments",
    );
  });

  it("what was sent is named, whatever becomes of the node's answers", async () => {
    const node = await openLossyNode(stage.system.chain.url);
    try {
      const env = { CARDFLOW_RPC_URL: node.url };
      const line = ["dollar", "mint", "--dollars", "2", "--yes"];
      const before = await sentBy(renter);
      node.loses("eth_sendRawTransaction");
      const told = await cli.json(line, { as: renter, env });
      expect(told.code, told.err).to.equal(0);
      expect(await sentBy(renter)).to.equal(before + 1);

      node.loses("eth_sendRawTransaction", "eth_getTransactionByHash");
      const open = await cli.json(line, { as: renter, env });
      expect(await sentBy(renter)).to.equal(before + 2);
      expect(open.code, open.err).to.equal(1);
      const schema = z.object({
        error: z.object({
          name: z.literal("UnfinishedError"),
          message: z.string(),
          remedy: z.string().includes("before you run the command again"),
          transactions: z.tuple([z.strictObject({ what: z.literal("make $2.00"), hash: z.custom<Hash>(isHex) })]),
        }),
      });
      const { message, transactions } = schema.parse(open.body).error;
      const [{ hash }] = transactions;
      expect(message).to.include(hash);
      expect((await getTransaction(stage.system.chain.reader, { hash })).from).to.equal(renter.address.toLowerCase());
    } finally {
      await node.close();
    }
  });

  /* THE PROGRAM */

  it("runs as a program: keystore, JSON alone on standard output, exit codes, completions", async () => {
    const { chain } = stage.system;
    await mkdir(join(cli.folder, "keys"));
    const file = join(cli.folder, "keys", "renter.json");
    const { address, key: privateKey } = renter;
    const fewRounds = { scrypt: { N: 1_024, r: 8, p: 1 } };
    await writeFile(file, encryptKeystoreJsonSync({ address, privateKey }, "open sesame", fewRounds));
    const root = join(import.meta.dirname, "../..");
    const spawn = async (line: readonly string[], env: Readonly<Record<string, string>>) => {
      const program = ["--import", "./cli/source.ts", "cli/src/cardflow.ts", ...line];
      const all = { PATH: process.env.PATH ?? "", ...cli.env(), ...env };
      try {
        return { code: 0, ...(await promisify(execFile)(process.execPath, program, { cwd: root, env: all })) };
      } catch (error) {
        return z.object({ code: z.int(), stdout: z.string(), stderr: z.string() }).parse(error);
      }
    };
    const before = await sentBy(renter);
    const sent = await spawn(["deposit", "--amount", "1", "--yes", "--json"], {
      CARDFLOW_KEYSTORE: file,
      CARDFLOW_PASSWORD: "open sesame",
    });
    expect(sent.code, sent.stderr).to.equal(0);
    sentOf(z.looseObject({ account: z.literal(renter.address) }), z.looseObject({})).parse(JSON.parse(sent.stdout));
    expect(sent.stdout.trim().split("\n")).to.have.length(1);
    expect(await sentBy(renter)).to.equal(before + 1);
    const [locked, wrong, plain, script] = await Promise.all([
      spawn(["deposit", "--amount", "1", "--yes"], { CARDFLOW_KEYSTORE: file, CARDFLOW_PASSWORD: "open barley" }),
      spawn(["card", "lst"], {}),
      spawn(["doctor"], { CARDFLOW_ACCOUNT: renter.address }),
      spawn(["completion", "bash"], {}),
    ]);
    expect(locked.code).to.equal(1);
    expect(locked.stderr).to.include("Check its password");
    expect(wrong).to.include({ code: 2, stdout: "" });
    expect(wrong.stderr)
      .to.include("Did you mean list?")
      .and.not.to.match(/\n\s+at /);
    expect(plain.code, plain.stdout).to.equal(0);
    expect(plain.stdout).to.include(`${chain.url} answers, chain ${chain.id}`).and.not.to.include("\u001b");
    expect(script.stdout).to.include('"card") found="register operator verify list show"');
    // A reader that has enough ends the program quietly.
    const pipe = `"${process.execPath}" --import ./cli/source.ts cli/src/cardflow.ts completion fish | head -1`;
    const piped = await promisify(execFile)("bash", ["-c", pipe], { cwd: root });
    expect([piped.stdout.split("\n").length, piped.stderr]).to.deep.equal([2, ""]);
    // Nor does it matter that nobody reads the plan: it is carried out, and its result told.
    const unread = `"${process.execPath}" --import ./cli/source.ts cli/src/cardflow.ts deposit --amount 1 --yes --json 2> >(true)`;
    const all = { PATH: process.env.PATH ?? "", ...cli.env(renter) };
    const { stdout } = await promisify(execFile)("bash", ["-c", unread], { cwd: root, env: all });
    expect(JSON.parse(stdout)).to.have.property("ok", true);
  });

  it("says of a blind dollar what keeps redemption closed, and not how much room it would have", async () => {
    const { chain } = stage.system;
    await chain.moveTo((await chain.now()) + 3 * DAY);
    try {
      const { out } = await cli.run(["dollar", "status"]);
      expect(out)
        .to.match(/Blind/)
        .and.match(/redeem +A price source fails and nobody has recorded it/);
      expect(out)
        .to.match(/5 % to redeem$/m)
        .and.not.include("base rate");
    } finally {
      await stage.pass(1);
    }
  });
});
