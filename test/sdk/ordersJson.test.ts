import { expect } from "chai";
import fc from "fast-check";
import { InvalidInputError } from "../../sdk/src/index.ts";
import {
  formatSignedOrder,
  longestOrderText,
  longestSignature,
  parseSignedAsk,
  parseSignedBid,
} from "../../sdk/src/orders/index.ts";
import { anyAsk, anyBid, ask, bid } from "./support/orders.ts";

const signature = `0x${"7a".repeat(65)}` as const;
const askText = formatSignedOrder({ ask, signature });
const bidText = formatSignedOrder({ bid, signature });

/** The text of the ask with one field written differently; the value is JSON. */
const askWith = (field: string, json: string): string =>
  askText.replace(new RegExp(`"${field}":("[^"]*"|true|false)`), `"${field}":${json}`);
const bidWith = (field: string, json: string): string =>
  bidText.replace(new RegExp(`"${field}":("[^"]*"|true|false)`), `"${field}":${json}`);

const failureOf = (parse: () => unknown): InvalidInputError => {
  try {
    parse();
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    throw error;
  }
  throw new Error("the text was taken");
};

describe("parseSignedAsk, parseSignedBid", function () {
  this.timeout(60_000);

  it("read back what was written, for any order", () => {
    fc.assert(
      fc.property(anyAsk, anyBid, (anAsk, aBid) => {
        expect(parseSignedAsk(formatSignedOrder({ ask: anAsk, signature }))).to.deep.equal({ ask: anAsk, signature });
        expect(parseSignedBid(formatSignedOrder({ bid: aBid, signature }))).to.deep.equal({ bid: aBid, signature });
      }),
      { numRuns: 100 },
    );
  });

  it("write every integer as a decimal string", () => {
    expect(askText)
      .to.include('"cardId":"7"')
      .and.to.include('"epoch":"3"')
      .and.to.include('"validUntil":"1763900000"');
    expect(bidText).to.include('"sameHost":true').and.to.include('"maxTokenIn":"0"');
  });

  it("normalise addresses to their checksum", () => {
    const lower = askWith("operator", `"${ask.operator.toLowerCase()}"`);
    expect(parseSignedAsk(lower).ask.operator).to.equal(ask.operator);
  });

  const badIntegers = [
    "7",
    "7.0",
    "1e400",
    "-1",
    "NaN",
    "null",
    "true",
    "[]",
    "{}",
    '""',
    '"-1"',
    '"+1"',
    '"01"',
    '"1.0"',
    '"1e3"',
    '"0x7"',
    '" 7"',
    '"7 "',
    '"7\\n"',
    '"７"',
    '"٧"',
    '"Infinity"',
    '"NaN"',
    `"${2n ** 256n}"`,
    `"${"9".repeat(79)}"`,
    `"${"9".repeat(5_000)}"`,
  ];
  for (const json of badIntegers) {
    it(`A117 refuse ${json.slice(0, 40)} as an integer`, () => {
      const { path } = failureOf(() => parseSignedAsk(askWith("cardId", json)));
      expect(path).to.equal(json === "NaN" ? "order" : "order.ask.cardId");
    });
  }

  const widths: readonly (readonly [string, number])[] = [
    ["epoch", 32],
    ["ratePerSecond", 64],
    ["minThousandths", 16],
    ["minDuration", 32],
    ["priorityTier", 8],
    ["openFrom", 40],
    ["salt", 256],
  ];
  for (const [field, bits] of widths) {
    it(`A117 take ${field} up to 2^${bits} - 1 and no more`, () => {
      const most = 2n ** BigInt(bits) - 1n;
      expect(parseSignedAsk(askWith(field, `"${most}"`)).ask).to.have.property(field);
      const { path, expected } = failureOf(() => parseSignedAsk(askWith(field, `"${most + 1n}"`)));
      expect([path, expected]).to.deep.equal([`order.ask.${field}`, `a decimal string from 0 to 2^${bits} - 1`]);
    });
  }

  for (const json of [
    '"0x12"',
    '"vitalik.eth"',
    "7",
    "null",
    `"0x${"zz".repeat(20)}"`,
    `"${ask.operator}00"`,
    `"0X${ask.operator.slice(2)}"`,
  ]) {
    it(`A117 refuse ${json} as an address`, () => {
      expect(failureOf(() => parseSignedAsk(askWith("operator", json))).path).to.equal("order.ask.operator");
    });
  }

  it("A117 refuse an address with a wrong checksum", () => {
    const wrong = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD".replace("aA", "Aa");
    expect(failureOf(() => parseSignedAsk(askWith("operator", `"${wrong}"`))).path).to.equal("order.ask.operator");
  });

  for (const json of ['"true"', "1", "null", '"false"']) {
    it(`A117 refuse ${json} as a flag`, () => {
      expect(failureOf(() => parseSignedBid(bidWith("sameHost", json))).path).to.equal("order.bid.sameHost");
    });
  }

  for (const json of ['"0x"', `"0x${"ab".repeat(31)}"`, `"0x${"ab".repeat(33)}"`, `"0x${"zz".repeat(32)}"`, "7"]) {
    it(`A117 refuse ${json.slice(0, 20)} as a hash`, () => {
      expect(failureOf(() => parseSignedBid(bidWith("accessKeyHash", json))).path).to.equal("order.bid.accessKeyHash");
    });
  }

  for (const [title, json] of [
    ["an empty one", '"0x"'],
    ["half a byte", '"0x123"'],
    ["text", '"signature"'],
    ["one that is too long", `"0x${"ab".repeat(longestSignature + 1)}"`],
  ] as const) {
    it(`A117 refuse ${title} as a signature`, () => {
      expect(failureOf(() => parseSignedAsk(askWith("signature", json))).path).to.equal("order.signature");
    });
  }

  it("take the signature of a smart account, which can be long", () => {
    const long = `0x${"ab".repeat(longestSignature)}` as const;
    expect(parseSignedAsk(formatSignedOrder({ ask, signature: long })).signature).to.equal(long);
  });

  it("A117 refuse text that is too long before reading it", () => {
    const { path, expected } = failureOf(() => parseSignedAsk(`${askText}${" ".repeat(longestOrderText)}`));
    expect([path, expected]).to.deep.equal(["order", `at most ${longestOrderText} characters`]);
  });

  for (const text of ["", "{", "null", "7", '"ask"', "[]", "{}", `[${askText}]`, "[".repeat(16_000)]) {
    it(`A117 refuse ${text.slice(0, 20) || "nothing"} as an order`, () => {
      failureOf(() => parseSignedAsk(text));
      failureOf(() => parseSignedBid(text));
    });
  }

  it("say what an order is where there is none", () => {
    const messages = ["null", "[]", "{}", '{"ask":7}'].map((text) => failureOf(() => parseSignedAsk(text)).message);
    expect(messages).to.deep.equal([
      "order: expected { ask, signature }",
      "order: expected { ask, signature }",
      "order.ask: expected a JSON object",
      "order.ask: expected a JSON object",
    ]);
  });

  it("A117 refuse keys that do not belong, and say which", () => {
    const extra = askText.replace('"ask":{', '"ask":{"sku":"Н100",');
    expect(failureOf(() => parseSignedAsk(extra)).path).to.equal("order.ask.sku");
    const outside = askText.replace("{", '{"__proto__":{"ask":1},');
    expect(failureOf(() => parseSignedAsk(outside)).path).to.equal("order.__proto__");
    const long = askText.replace("{", `{"${"k".repeat(500)}":1,`);
    expect(failureOf(() => parseSignedAsk(long)).path).to.have.length.below(80);
  });

  it("A117 refuse a missing key, and say which", () => {
    const missing = askText.replace(/"salt":"\d+"/, '"counter":"5"');
    expect(failureOf(() => parseSignedAsk(missing)).path).to.equal("order.ask.salt");
  });

  it("refuse a bid for an ask", () => {
    failureOf(() => parseSignedAsk(bidText));
    failureOf(() => parseSignedBid(askText));
  });

  it("A117 refuse or read, and never anything else, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => JSON.stringify({ ask: value, signature })),
        ),
        (text) => {
          expect(() => parseSignedAsk(text)).to.throw(InvalidInputError);
        },
      ),
    );
  });
});
