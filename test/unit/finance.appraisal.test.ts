import { expect } from "chai";
import { InvalidInputError } from "../../sdk/src/errors/index.ts";
import {
  appraiseCard,
  defaultScenarios,
  fairSharePrice,
  type ScenarioName,
  yieldToTerm,
} from "../../sdk/src/finance/index.ts";

const DAY = 86_400;
const WAD = 10n ** 18n;
const names: readonly ScenarioName[] = ["low", "base", "high"];

const card = {
  ratePerSecond: 583_333_333_333_333n,
  term: 365 * DAY,
  supply: 1_000n * WAD,
  cardPrice: WAD / 10n,
  minimumBond: 540n * WAD,
} as const;

describe("appraisal of a card", () => {
  it("shows what it assumed, and scenarios from the cautious to the hopeful one", () => {
    const { assumptions, scenarios } = appraiseCard(card);
    expect(assumptions).to.deep.include({ ...card, feeBps: 500, costOfCapital: 0.2, price: undefined });
    for (const name of names) expect(scenarios[name]).to.include(defaultScenarios[name]);
    expect(scenarios.low.value < scenarios.base.value && scenarios.base.value < scenarios.high.value).to.equal(true);
    for (const { firstMonth } of Object.values(scenarios)) {
      expect(firstMonth.gross).to.equal(firstMonth.fee + firstMonth.node + firstMonth.holders);
    }
  });

  it("counts the first month by hand", () => {
    // $2.10 an hour, let 55 % of 720 hours: $831.60 gross; 5 % fee; a tenth of the rest to the node.
    const { firstMonth } = appraiseCard(card).scenarios.base;
    expect(Number(firstMonth.gross) / 1e18).to.be.closeTo(831.6, 1e-9);
    expect(Number(firstMonth.fee) / 1e18).to.be.closeTo(41.58, 1e-9);
    expect(Number(firstMonth.node) / 1e18).to.be.closeTo(79.002, 1e-9);
    expect(Number(firstMonth.holders) / 1e18).to.be.closeTo(711.018, 1e-9);
  });

  it("says what must be staked: the minimum and a day of rent, in CARD rounded up", () => {
    const { stake } = appraiseCard(card);
    expect(stake.dayOfRent).to.equal(card.ratePerSecond * BigInt(DAY));
    expect(stake.dollars).to.equal(540n * WAD + stake.dayOfRent);
    expect(stake.tokens).to.equal(stake.dollars * 10n);
    const third = appraiseCard({ ...card, cardPrice: 3n * WAD }).stake;
    expect(third.tokens).to.equal(third.dollars / 3n + (third.dollars % 3n === 0n ? 0n : 1n));
    expect(appraiseCard({ ...card, cardPrice: undefined }).stake.tokens).to.equal(undefined);
  });

  it("promises what the cautious scenario brings, and prices a share by the base one", () => {
    const appraisal = appraiseCard(card);
    expect(appraisal.promisedRevenue).to.equal(appraisal.scenarios.low.holders);
    const fair = fairSharePrice({ ...card, ...defaultScenarios.base, costOfCapital: 0.2 });
    expect(appraisal.fairPrice).to.equal(fair.perShare);
    expect(appraisal.fairPriceInTokens).to.equal(fair.perShareInTokens);
  });

  it("says what a buyer would earn at the price asked, and where it breaks even", () => {
    const price = 60n * WAD;
    const { scenarios, breakEvenUtilisation } = appraiseCard({ ...card, price });
    for (const name of names) {
      const asked = { ...card, ...defaultScenarios[name], price: 6_000n * WAD };
      expect(scenarios[name].yieldToTerm).to.equal(yieldToTerm(asked));
    }
    expect(Number(scenarios.base.value) / 6e21).to.be.closeTo(
      defaultScenarios.base.utilisation / breakEvenUtilisation,
      1e-6,
    );
    expect(appraiseCard(card).scenarios.base.yieldToTerm).to.equal(undefined);
  });

  it("an idle card promises the least a share may promise, and has no yield", () => {
    const idle = { utilisation: 0, decay: 0 };
    const { promisedRevenue, scenarios } = appraiseCard({
      ...card,
      price: WAD,
      scenarios: { low: idle, base: idle, high: idle },
    });
    expect(promisedRevenue).to.equal(1n);
    expect(scenarios.high).to.include({ holders: 0n, value: 0n, fairPrice: 0n, yieldToTerm: undefined });
  });

  it("refuses numbers out of range, by their names", () => {
    expect(() => appraiseCard({ ...card, ratePerSecond: 0n })).to.throw(InvalidInputError, "ratePerSecond");
    expect(() => appraiseCard({ ...card, cardPrice: 0n })).to.throw(InvalidInputError, "cardPrice");
    expect(() => appraiseCard({ ...card, price: -1n })).to.throw(InvalidInputError, "price");
    expect(() => appraiseCard({ ...card, price: WAD, cardPrice: undefined })).to.throw(InvalidInputError, "cardPrice");
    expect(() => appraiseCard({ ...card, term: 0 })).to.throw(InvalidInputError, "term");
    expect(() => appraiseCard({ ...card, costOfCapital: -1 })).to.throw(InvalidInputError, "costOfCapital");
  });
});
