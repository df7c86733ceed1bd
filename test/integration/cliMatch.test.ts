import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { getTransactionCount } from "viem/actions";
import { z } from "zod";
import { provideDollars } from "../../scripts/demo/dollars.ts";
import type { Person } from "../../scripts/demo/people.ts";
import { leaseStatus, parseDollars } from "../../sdk/src/index.ts";
import { formatSignedOrder, parseSignedAsk, parseSignedBid } from "../../sdk/src/orders/index.ts";
import { otherForms } from "../sdk/support/signatures.ts";
import { type CommandLine, openCommandLine } from "./support/commandLine.ts";
import { openStage, type Stage } from "./support/stage.ts";

const wei = z.string().regex(/^\d+$/).transform(BigInt);
const planSchema = z.strictObject({
  submitter: z.string(),
  matches: z.array(
    z.strictObject({
      ...{ renter: z.string(), salt: wei, duration: z.int(), total: wei, matcherFees: wei },
      cards: z.array(z.looseObject({ cardId: wei, rate: wei, thousandths: z.int() })),
    }),
  ),
  unfilled: z.array(
    z.strictObject({
      ...{ renter: z.string(), salt: wei, left: z.int(), refusal: z.string() },
      asks: z.record(z.string(), z.int()),
      nearest: z.nullable(z.looseObject({ cardId: wei, refusal: z.string() })),
    }),
  ),
  rejected: z.array(z.strictObject({ kind: z.string(), maker: z.string(), salt: wei, reason: z.string() })),
});
const answerSchema = z.looseObject({
  data: z.looseObject({
    plan: planSchema,
    transactions: z.array(z.unknown()),
    result: z.nullable(z.strictObject({ leases: z.array(z.looseObject({ leaseId: wei, renter: z.string() })) })),
  }),
});

describe("cardflow match", () => {
  let stage: Stage;
  let cli: CommandLine;
  let renter: Person;
  let low: Person;
  let poor: Person;
  const file = (name: string): string => join(cli.folder, name);

  const sign = async (who: Person, name: string, ...words: readonly string[]): Promise<string> => {
    const line = ["bid", "sign", "--model", "4090", "--hours", "2", "--out", file(name), ...words, "--yes"];
    const { code, err } = await cli.run(line, { as: who });
    expect(code, err).to.equal(0);
    return readFile(file(name), "utf8");
  };
  const match = async (
    orders: string,
    around: { readonly input?: string; readonly words?: readonly string[] } = {},
  ) => {
    const line = ["match", "--orders", orders, ...(around.words ?? ["--yes"])];
    const ran = await cli.json(line, { as: stage.matcher, input: around.input ?? "" });
    expect(ran.code, ran.err).to.equal(0);
    return answerSchema.parse(ran.body).data;
  };
  const sentBy = ({ address }: Person): Promise<number> => getTransactionCount(stage.system.chain.reader, { address });

  before(async () => {
    stage = await openStage(4);
    cli = await openCommandLine(stage.system);
    [renter, low, poor] = [
      await stage.newcomer("match renter"),
      await stage.newcomer("match low"),
      await stage.newcomer("match poor"),
    ];
    await provideDollars(stage.system, renter, parseDollars("20"), "permit");
    await provideDollars(stage.system, low, parseDollars("20"), "permit");
    const cards = [stage.freshCard(), stage.freshCard(), stage.freshCard()];
    await writeFile(
      file("asks.jsonl"),
      cards.map(({ ask, signature }) => `${formatSignedOrder({ ask, signature })}\n`).join(""),
    );
  });
  after(async () => {
    await cli.close();
    await stage.close();
  });

  it("shows who gets what and why not, and sends nothing in a dry run", async () => {
    await sign(renter, "two.json", "--max-rate", "0.50", "--gpus", "2", "--matcher-fee", "0.01");
    await sign(low, "low.json", "--max-rate", "0.30");
    await sign(poor, "poor.json", "--max-rate", "0.50");
    const before = await sentBy(stage.matcher);
    const orders = [file("asks.jsonl"), file("two.json"), file("low.json"), file("poor.json")].join();
    const { plan, result, transactions } = await match(orders, { words: ["--dry-run"] });
    expect([result, transactions]).to.deep.equal([null, []]);
    expect(plan.matches.map(({ renter: who, cards }) => [who, cards.length])).to.deep.equal([[renter.address, 2]]);
    expect(plan.matches[0]?.matcherFees).to.equal(parseDollars("0.02"));
    expect(plan.unfilled.map(({ renter: who, refusal }) => [who, refusal])).to.deep.equal([
      [low.address, "CardsTooFew"],
      [poor.address, "FundsTooLow"],
    ]);
    expect(plan.unfilled[0]).to.deep.include({ left: 1, asks: { RateAboveBid: 3 } });
    const { out } = await cli.run(["match", "--orders", orders, "--dry-run"], { as: stage.matcher });
    expect(out)
      .to.match(/gets 2 of 2 cards for 2 h, \$1\.77, \$0\.02 of it to you/)
      .and.to.match(/nearest: card \d, at a highest rent of \$0\.440\/h/)
      .and.to.include("you earn")
      .and.to.include("FundsTooLow");
    expect(await sentBy(stage.matcher)).to.equal(before);
  });

  it("knows what CARD is worth, and what who pays in it can pay", async () => {
    await sign(low, "dear.json", "--max-rate", "0.50", "--max-card", "0.5");
    await sign(poor, "broke.json", "--max-rate", "0.50", "--max-card", "100");
    const orders = [file("asks.jsonl"), file("dear.json"), file("broke.json")].join();
    const { plan } = await match(orders, { words: ["--dry-run"] });
    expect(plan.matches).to.deep.equal([]);
    expect(plan.unfilled.map(({ renter: who, refusal }) => [who, refusal])).to.deep.equal([
      [low.address, "TokenCostTooHigh"],
      [poor.address, "FundsTooLow"],
    ]);
  });

  it("sends the matches; what is filled is not filled again", async () => {
    const orders = [file("asks.jsonl"), file("two.json"), file("low.json")].join();
    const { plan, result, transactions } = await match(orders);
    expect(transactions).to.have.length(1);
    expect(result?.leases.map(({ renter: who }) => who)).to.deep.equal([renter.address, renter.address]);
    for (const { leaseId } of result?.leases ?? []) {
      const { deployment, chain } = stage.system;
      const lease = await leaseStatus(chain.reader, { deployment, leaseId });
      expect(lease).to.include({ running: true, renter: renter.address });
      expect(plan.matches[0]?.cards.map(({ cardId }) => cardId)).to.include(lease?.cardId);
    }
    const again = await match(orders);
    expect(again.plan.matches).to.deep.equal([]);
    expect(again.plan.rejected).to.deep.include({
      ...{ kind: "bid", maker: renter.address, salt: plan.matches[0]?.salt, reason: "BidFilled" },
    });
    expect(again.result).to.deep.equal({ leases: [] });
  });

  it("takes orders whose signatures a wallet wrote in another form", async () => {
    const [first = "", ...others] = (await readFile(file("asks.jsonl"), "utf8")).trim().split("\n");
    const ask = parseSignedAsk(first);
    const bid = parseSignedBid(await sign(renter, "forms.json", "--max-rate", "0.50", "--gpus", "1"));
    for (const form of ["v of 0 or 1", "64 bytes"] as const) {
      const signatures = [otherForms(ask.signature)[form], otherForms(bid.signature)[form]] as const;
      const asks = [formatSignedOrder({ ...ask, signature: signatures[0] }), ...others].join("\n");
      const input = `${asks}\n${formatSignedOrder({ ...bid, signature: signatures[1] })}`;
      const { plan } = await match("-", { input, words: ["--dry-run"] });
      expect(plan.rejected, form).to.deep.equal([]);
      expect(plan.matches.map(({ cards }) => cards.length)).to.deep.equal([1]);
    }
  });

  it("drops what its maker did not sign, and takes orders from standard input", async () => {
    const bid = await sign(renter, "one.json", "--max-rate", "0.50");
    const asks = await readFile(file("asks.jsonl"), "utf8");
    const forged = bid.replace(/"maxRatePerSecond":"\d/, '"maxRatePerSecond":"9');
    const stolen = asks.replace(/("ratePerSecond":")\d/, "$19");
    const { plan } = await match("-", { input: `${stolen}${forged}` });
    expect(plan.matches).to.deep.equal([]);
    expect(plan.rejected.map(({ reason }) => reason)).to.have.members(["AskSignatureInvalid", "BidSignatureInvalid"]);
    const { result } = await match("-", { input: `${asks}${bid}` });
    expect(result?.leases).to.have.length(1);
  });

  it("says what is wrong with what it is given", async () => {
    const lines: readonly (readonly [line: readonly string[], code: number, says: RegExp])[] = [
      [["match"], 2, /--orders/],
      [["match", "--orders", "-,-"], 2, /standard input twice/],
      [["match", "--orders", file("none.json")], 1, /cannot be read/],
    ];
    for (const [line, code, says] of lines) {
      const ran = await cli.run([...line, "--yes"], { as: stage.matcher });
      expect(ran.code, ran.err).to.equal(code);
      expect(ran.err).to.match(says);
    }
    const bad = await cli.run(["match", "--orders", "-", "--yes"], {
      as: stage.matcher,
      input: '{"bid":{"renter":"0x1"}}',
    });
    expect(bad.code).to.equal(1);
    expect(bad.err).to.match(/order 1 of 1: bid\.renter: expected an address/);
    const empty = await cli.run(["match", "--orders", "-", "--yes"], { as: stage.matcher, input: "[]" });
    expect(empty.out).to.equal("No match: 0 matches of 0 bids and 0 asks");
  });
});
