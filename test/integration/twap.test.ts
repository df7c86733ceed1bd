import { readFileSync } from "node:fs";
import { expect } from "chai";
import { ZeroAddress } from "ethers";
import hre from "hardhat";

// The real Uniswap v3 pool from its published bytecode; a small driver adds liquidity and swaps in it.
const ONE = 10n ** 18n;
const WINDOW = 1800;
const FEE = 3000;
const BPS = 10_000n;

function published(name: string): { abi: []; bytecode: string } {
  const url = import.meta.resolve(`@uniswap/v3-core/artifacts/contracts/${name}.sol/${name}.json`);
  return JSON.parse(readFileSync(new URL(url), "utf8"));
}

function squareRoot(value: bigint): bigint {
  let [low, high] = [0n, 1n << 160n];
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (middle * middle <= value) low = middle;
    else high = middle - 1n;
  }
  return low;
}

/** Expects `actual` within `tolerance` bps of `expected`; a tick is 1 bps. */
function expectNear(actual: bigint, expected: bigint, tolerance = 2n): void {
  const off = actual > expected ? actual - expected : expected - actual;
  expect(off * BPS <= expected * tolerance, `${actual} is not within ${tolerance} bps of ${expected}`).to.equal(true);
}

/** A pool of the real CARD and a quote token, at `price` (18 decimals), with liquidity worth about 100 000 dollars a side. */
async function pool(quoteDecimals: number, cardIsToken0: boolean, price: bigint) {
  const { ethers, networkHelpers } = await hre.network.create();
  const [admin] = await ethers.getSigners();
  if (admin === undefined) throw new TypeError("the node has no accounts");

  const manager = await ethers.deployContract("DollarPoolManager", [admin.address]);
  const card = await ethers.deployContract("ComputeToken", [manager, admin, 30_000_000n * ONE]);
  const cardAddress = await card.getAddress();
  let quote = await ethers.deployContract("PoolToken", [quoteDecimals]);
  while (BigInt(cardAddress) < BigInt(await quote.getAddress()) !== cardIsToken0) {
    quote = await ethers.deployContract("PoolToken", [quoteDecimals]);
  }
  const quoteAddress = await quote.getAddress();

  const [token0, token1] = cardIsToken0 ? [cardAddress, quoteAddress] : [quoteAddress, cardAddress];
  const factoryCode = published("UniswapV3Factory");
  const factory = await new ethers.ContractFactory(factoryCode.abi, factoryCode.bytecode, admin).deploy();
  const factoryAt = new ethers.Contract(await factory.getAddress(), factoryCode.abi, admin);
  await factoryAt.getFunction("createPool")(token0, token1, FEE);
  const address: string = await factoryAt.getFunction("getPool")(token0, token1, FEE);
  const uniswap = new ethers.Contract(address, published("UniswapV3Pool").abi, admin);

  const rootOf = (dollars: bigint): bigint => {
    const [quoteWei, cardWei] = [dollars * 10n ** BigInt(quoteDecimals), ONE * ONE];
    const [above, below] = cardIsToken0 ? [quoteWei, cardWei] : [cardWei, quoteWei];
    return squareRoot((above << 192n) / below);
  };
  await uniswap.getFunction("initialize")(rootOf(price));
  await uniswap.getFunction("increaseObservationCardinalityNext")(64);

  const driver = await ethers.deployContract("PoolDriver", [token0, token1]);
  await card.getFunction("transfer")(driver, 500_000_000n * ONE);
  await quote.getFunction("transfer")(driver, 1n << 127n);
  const liquidity = 10n ** BigInt(14 + quoteDecimals / 2);
  await driver.getFunction("add")(address, liquidity);

  let at = price;
  const moveTo = async (dollars: bigint): Promise<void> => {
    await driver.getFunction("swapTo")(address, dollars < at === cardIsToken0, rootOf(dollars));
    at = dollars;
  };
  const adapter = await ethers.deployContract("UniswapV3TwapAdapter", [address, card, liquidity / 2n]);
  const answer = async (): Promise<bigint> => (await adapter.latestRoundData())[1];
  return { ethers, networkHelpers, admin, manager, card, quote, address, driver, liquidity, moveTo, adapter, answer };
}

describe("UniswapV3TwapAdapter over the real pool", () => {
  for (const quoteDecimals of [6, 18]) {
    for (const cardIsToken0 of [true, false]) {
      it(`gives dollars per CARD: quote of ${quoteDecimals} decimals, CARD is token${cardIsToken0 ? 0 : 1}`, async () => {
        const price = (ONE * 73n) / 100n;
        const { networkHelpers, adapter, answer } = await pool(quoteDecimals, cardIsToken0, price);
        await networkHelpers.time.increase(WINDOW);
        expectNear(await answer(), price);
        const [, , startedAt, updatedAt] = await adapter.latestRoundData();
        expect(updatedAt - startedAt).to.equal(BigInt(WINDOW));
        expect(updatedAt).to.equal(BigInt(await networkHelpers.time.latest()));
        expect(await adapter.decimals()).to.equal(18n);
      });

      it(`is the geometric mean: quote of ${quoteDecimals} decimals, CARD is token${cardIsToken0 ? 0 : 1}`, async () => {
        const { networkHelpers, moveTo, answer } = await pool(quoteDecimals, cardIsToken0, ONE);
        await networkHelpers.time.increase(WINDOW);
        await moveTo(4n * ONE);
        await networkHelpers.time.increase(WINDOW / 2);
        // Half of the window at one dollar, half at four: two, not two and a half.
        expectNear(await answer(), 2n * ONE, 20n);
        await networkHelpers.time.increase(WINDOW / 2);
        expectNear(await answer(), 4n * ONE);
      });
    }
  }

  it("A07: a tenfold price held for 12 seconds moves the mean by 1.6 %", async () => {
    const { networkHelpers, moveTo, answer } = await pool(6, true, ONE);
    await networkHelpers.time.increase(WINDOW);
    await moveTo(10n * ONE);
    await networkHelpers.time.increase(11);
    await moveTo(ONE);
    const moved = await answer();
    expect(moved > ONE).to.equal(true);
    expectNear(moved, (ONE * 10_155n) / BPS, 20n); // 10 ^ (12 / 1800) = 1.0155
  });

  it("reverts by name where the pool does not remember 30 minutes", async () => {
    const { networkHelpers, adapter, address, answer } = await pool(6, true, ONE);
    await expect(adapter.latestRoundData())
      .to.be.revertedWithCustomError(adapter, "TwapObservationsMissing")
      .withArgs(address, WINDOW);
    await networkHelpers.time.increase(WINDOW);
    expectNear(await answer(), ONE);
  });

  it("A24: reverts by name once the pool is drained, and the oracle is Blind", async () => {
    const { ethers, networkHelpers, manager, adapter, address, driver, liquidity } = await pool(6, true, ONE);
    const feed = await ethers.deployContract("MockAggregator", [8, 10n ** 8n]);
    const source = { heartbeat: 86_400, thresholdBps: 50, minPrice: 1000, maxPrice: 1_000_000_000 };
    const oracle = await ethers.deployContract("PriceOracle", [
      {
        authority: manager,
        primary: { feed, ...source },
        second: { feed: adapter, ...source },
        initialSlow: ONE,
        sequencer: ZeroAddress,
      },
    ]);
    await networkHelpers.time.increase(WINDOW);
    expect((await oracle.peek()).health).to.equal(0n); // Good
    expectNear((await oracle.peek()).low, ONE);

    await driver.getFunction("remove")(address, liquidity);
    await networkHelpers.time.increase(60);
    await expect(adapter.latestRoundData()).to.be.revertedWithCustomError(adapter, "TwapLiquidityTooLow");
    const reading = await oracle.peek();
    expect(reading.health).to.equal(2n); // Blind
    expect(reading.high >= ONE).to.equal(true); // the feed that is still good

    // Liquidity that comes back counts once the thin minute has left the window.
    await driver.getFunction("add")(address, liquidity);
    await networkHelpers.time.increase(WINDOW - 60);
    await expect(adapter.latestRoundData()).to.be.revertedWithCustomError(adapter, "TwapLiquidityTooLow");
    await networkHelpers.time.increase(120);
    expect((await oracle.peek()).health).to.equal(0n);
  });

  it("takes the harmonic mean: liquidity that left for half of the window counts as gone", async () => {
    const { networkHelpers, adapter, address, driver, liquidity } = await pool(18, false, ONE);
    await networkHelpers.time.increase(WINDOW);
    // A quarter of the liquidity for half of the window: harmonic mean 2 / (1 + 4) = 0.4 of it, below the half that is asked.
    await driver.getFunction("remove")(address, (liquidity * 3n) / 4n);
    await networkHelpers.time.increase(WINDOW / 2);
    await expect(adapter.latestRoundData()).to.be.revertedWithCustomError(adapter, "TwapLiquidityTooLow");
  });

  it("refuses a pool without CARD, a zero floor and too many decimals", async () => {
    const { ethers, card, address, adapter } = await pool(18, true, ONE);
    const factory = await ethers.getContractFactory("UniswapV3TwapAdapter");
    await expect(factory.deploy(address, address, 1n))
      .to.be.revertedWithCustomError(adapter, "TwapPoolWithoutCard")
      .withArgs(address, address);
    await expect(factory.deploy(address, card, 0n))
      .to.be.revertedWithCustomError(adapter, "TwapFloorZero")
      .withArgs(address);
    const wide = await pool(24, true, ONE).catch((error: unknown) => error);
    expect(String(wide)).to.contain("TwapQuoteDecimalsTooMany");
  });
});
