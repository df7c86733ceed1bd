// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {TickMath} from "@uniswap/v4-core/src/libraries/TickMath.sol";
import {IAggregatorV3} from "../../interfaces/IAggregatorV3.sol";

/// @title What the adapter reads of a Uniswap v3 pool
interface IUniswapV3PoolReader {
    /// @notice The pool's token of the lower address.
    function token0() external view returns (address);
    /// @notice The pool's token of the higher address.
    function token1() external view returns (address);
    /// @notice Cumulative ticks and seconds per liquidity (2^128 fixed point) as of each number of seconds ago; reverts if the pool
    /// does not remember that far back.
    function observe(
        uint32[] calldata secondsAgos
    ) external view returns (int56[] memory tickCumulatives, uint160[] memory secondsPerLiquidityCumulatives);
}

/// @title The time-weighted price of CARD in a Uniswap v3 pool, in the shape of a Chainlink feed
/// @notice Geometric mean of the last 30 minutes, in dollars per CARD with 18 decimals, taking the pool's other token for a dollar.
/// Reverts, which makes the oracle Blind, where the pool does not remember 30 minutes or where the harmonic mean of its
/// liquidity in them is below the floor.
/// @dev Trusts that the pool is a Uniswap v3 pool. Moving the mean by a factor needs the pool to be held away from the market for
/// a good part of the window, in every block of it, against everybody's arbitrage; the floor keeps that expensive. The harmonic
/// mean is dominated by the thinnest moments, so liquidity that comes for one block does not lift it.
contract UniswapV3TwapAdapter is IAggregatorV3 {
    /// @notice The pool does not hold CARD.
    error TwapPoolWithoutCard(address pool, address card);
    /// @notice The other token has more than 18 decimals.
    error TwapQuoteDecimalsTooMany(address quote, uint256 decimals, uint256 limit);
    /// @notice Without a floor an empty pool would set the price.
    error TwapFloorZero(address pool);
    /// @notice The pool does not remember `window` seconds.
    error TwapObservationsMissing(address pool, uint256 window);
    /// @notice The harmonic mean of the liquidity is below the floor.
    error TwapLiquidityTooLow(address pool, uint256 liquidity, uint256 floor);

    /// @notice Length of the mean, in seconds.
    uint32 public constant WINDOW = 30 minutes;

    uint8 private constant DECIMALS = 18;

    /// @notice The pool.
    address public immutable POOL;
    /// @notice Least harmonic mean liquidity that is believed, in the pool's unit.
    uint128 public immutable LIQUIDITY_FLOOR;
    /// @notice Whether CARD is the pool's token0.
    bool public immutable CARD_IS_TOKEN0;

    /// @dev Turns quote wei per CARD wei into dollars per CARD with 18 decimals.
    uint256 private immutable SCALE;

    /// @param pool a Uniswap v3 pool of CARD and a dollar token; its observation cardinality must cover 30 minutes
    /// @param card CARD
    /// @param liquidityFloor least harmonic mean liquidity, in the pool's unit; not 0
    constructor(IUniswapV3PoolReader pool, address card, uint128 liquidityFloor) {
        (address token0, address token1) = (pool.token0(), pool.token1());
        require(card == token0 || card == token1, TwapPoolWithoutCard(address(pool), card));
        require(liquidityFloor != 0, TwapFloorZero(address(pool)));
        address quote = card == token0 ? token1 : token0;
        uint8 quoteDecimals = IERC20Metadata(quote).decimals();
        require(quoteDecimals <= DECIMALS, TwapQuoteDecimalsTooMany(quote, quoteDecimals, DECIMALS));

        POOL = address(pool);
        LIQUIDITY_FLOOR = liquidityFloor;
        CARD_IS_TOKEN0 = card == token0;
        SCALE = 10 ** (2 * DECIMALS - quoteDecimals);
    }

    /* VIEWS */

    /// @inheritdoc IAggregatorV3
    function decimals() external pure returns (uint8) {
        return DECIMALS;
    }

    /// @inheritdoc IAggregatorV3
    /// @dev The mean always reaches to now, so it is as fresh as the block.
    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        (int24 tick, uint256 liquidity) = _means();
        require(liquidity >= LIQUIDITY_FLOOR, TwapLiquidityTooLow(POOL, liquidity, LIQUIDITY_FLOOR));
        uint80 round = uint80(block.timestamp);
        return (round, int256(_priceAt(tick)), block.timestamp - WINDOW, block.timestamp, round);
    }

    /* INTERNAL */

    /// @return tick arithmetic mean of the tick, which is the geometric mean of the price, rounded down
    /// @return liquidity harmonic mean of the liquidity in range, rounded down
    function _means() private view returns (int24 tick, uint256 liquidity) {
        uint32[] memory secondsAgos = new uint32[](2);
        secondsAgos[0] = WINDOW;
        try IUniswapV3PoolReader(POOL).observe(secondsAgos) returns (
            int56[] memory ticks,
            uint160[] memory secondsPerLiquidity
        ) {
            // The pool's counters wrap around by design, and only their differences mean anything.
            unchecked {
                int56 ticksPassed = ticks[1] - ticks[0];
                tick = int24(ticksPassed / int56(uint56(WINDOW)));
                if (ticksPassed < 0 && ticksPassed % int56(uint56(WINDOW)) != 0) --tick;
                uint256 perLiquidity = secondsPerLiquidity[1] - secondsPerLiquidity[0];
                liquidity = perLiquidity == 0 ? type(uint128).max : (uint256(WINDOW) << 128) / perLiquidity;
            }
        } catch {
            revert TwapObservationsMissing(POOL, WINDOW);
        }
    }

    /// @dev The square of the root price is kept with 128 binary places. Root prices are between 2^32 and 2^160 and the scale is at
    /// most 1e36, so the square is never 0 and no result passes 2^248.
    function _priceAt(int24 tick) private view returns (uint256) {
        uint256 root = TickMath.getSqrtPriceAtTick(tick);
        uint256 square = Math.mulDiv(root, root, 1 << 64);
        return CARD_IS_TOKEN0 ? Math.mulDiv(square, SCALE, 1 << 128) : Math.mulDiv(SCALE, 1 << 128, square);
    }
}
