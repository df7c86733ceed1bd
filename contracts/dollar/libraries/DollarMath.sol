// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IDollarMinter} from "../../interfaces/IDollarMinter.sol";
import {IPriceOracle} from "../../interfaces/IPriceOracle.sol";
import {MinutePow} from "./MinutePow.sol";

/// @title The dollar's formulas
/// @notice Pure arithmetic without state; fractions are 1e18 = 100 %, prices dollars per CARD with 18 decimals. Each formula is
/// rounded once: down where something leaves, up where something comes in.
/// @dev Prices are below 2^73 (the oracle's bounds), credit and token supply below 2^90 (the cap), the supply of cfUSD below 2^92
/// (the hard ceiling), amounts of callers below 2^128.
library DollarMath {
    /// @notice One, as a fraction.
    uint256 internal constant ONE = 1e18;
    /// @notice One, in basis points.
    uint256 internal constant BPS = 10_000;
    /// @notice Least cfUSD of a mint or a redemption.
    uint256 internal constant MINIMUM = 1e18;
    /// @notice The most a redemption is charged, and the charge in Blind.
    uint256 internal constant LARGEST_CHARGE = 0.05e18;
    /// @notice Seconds of Blind after which redemption opens.
    uint40 internal constant BLIND_EXIT = 24 hours;

    uint256 private constant YELLOW_WIDTH = 0.3e18;
    uint256 private constant YELLOW_FEE = 0.03e18;
    /// @dev floor(0.5^(1/720) * 1e27): halves in 12 hours.
    uint256 private constant HALF_LIFE_PER_MINUTE = 999_037_758_833_783_388_471_717_720;

    /// @notice What is true before a call.
    struct Books {
        IPriceOracle.Reading price;
        uint256 credit; // R
        uint256 supply; // C
        uint256 tokenSupply;
        uint256 fee; // the standing fee
    }

    /// @notice What follows from the books for mints and fees.
    struct Judgement {
        IDollarMinter.State state;
        IDollarMinter.State byBacking; // what the backing alone says
        uint256 backPrice; // min(low, slow)
        uint256 backing;
        uint256 gate;
        uint256 ceiling;
        uint256 yellow; // how far below gate + 0.30 in Yellow, else 0; at most 0.30
    }

    /// @notice The standing fee: the dollar fee or the larger deviation threshold of the sources.
    function standingFee(uint256 feeBps, uint256 thresholdBps) internal pure returns (uint256) {
        return (Math.max(feeBps, thresholdBps) * ONE) / BPS;
    }

    /// @notice State, backing and ceiling.
    function judge(
        Books memory books,
        uint256 gateBps,
        uint256 ceilingBps,
        uint256 hardCeiling
    ) internal pure returns (Judgement memory judged) {
        uint256 backPrice = Math.min(books.price.low, books.price.slow);
        judged.backPrice = backPrice;
        judged.gate = (gateBps * ONE) / BPS;
        judged.ceiling = Math.min(hardCeiling, (books.tokenSupply * backPrice * ceilingBps) / (ONE * BPS));
        judged.backing = books.supply == 0 ? type(uint256).max : (books.credit * backPrice) / books.supply;

        uint256 greenFrom = judged.gate + YELLOW_WIDTH;
        if (judged.backing < ONE) judged.byBacking = IDollarMinter.State.Red;
        else if (judged.backing < judged.gate) judged.byBacking = IDollarMinter.State.Orange;
        else if (judged.backing < greenFrom) judged.byBacking = IDollarMinter.State.Yellow;

        judged.state = judged.byBacking;
        if (books.price.health == IPriceOracle.Health.Skew) judged.state = IDollarMinter.State.Skew;
        if (books.price.health == IPriceOracle.Health.Blind) judged.state = IDollarMinter.State.Blind;
        if (judged.byBacking == IDollarMinter.State.Yellow) judged.yellow = greenFrom - judged.backing;
    }

    /// @notice Why the state halts the mint; `None` if it does not.
    function haltOf(IDollarMinter.State state) internal pure returns (IDollarMinter.MintRefusal) {
        if (state == IDollarMinter.State.Blind) return IDollarMinter.MintRefusal.Blind;
        if (state == IDollarMinter.State.Skew) return IDollarMinter.MintRefusal.Skew;
        if (state == IDollarMinter.State.Red) return IDollarMinter.MintRefusal.Red;
        if (state == IDollarMinter.State.Orange) return IDollarMinter.MintRefusal.Orange;
        return IDollarMinter.MintRefusal.None;
    }

    /// @notice Fee of a mint: the standing one, in Yellow rising to 3 %, rounded up.
    function mintFee(uint256 fee, uint256 yellow) internal pure returns (uint256) {
        if (yellow == 0) return fee;
        return fee + Math.ceilDiv(yellow * (YELLOW_FEE - fee), YELLOW_WIDTH);
    }

    /// @notice Capacity of a mint bucket: a part of the ceiling, in Yellow falling to a quarter of it, rounded down.
    function mintCapacity(uint256 ceiling, uint256 bps, uint256 yellow) internal pure returns (uint256) {
        if (yellow == 0) return (ceiling * bps) / BPS;
        return (ceiling * bps * (4 * YELLOW_WIDTH - 3 * yellow)) / (BPS * 4 * YELLOW_WIDTH);
    }

    /// @notice Capacity of a redemption lane in CARD: a part of the supply, a quarter of that in Blind, rounded down.
    function laneCapacity(Books memory books, uint256 bps) internal pure returns (uint256) {
        bool blind = books.price.health == IPriceOracle.Health.Blind;
        return (books.tokenSupply * bps) / (blind ? 4 * BPS : BPS);
    }

    /// @notice Dollars for a CARD at `fee`, with 36 decimals: min(low, 1.25 * slow) * (1 - fee).
    function mintRate(Books memory books, uint256 fee) internal pure returns (uint256) {
        return Math.min(books.price.low, (uint256(books.price.slow) * 5) / 4) * (ONE - fee);
    }

    /// @notice floor(tokenIn * rate).
    function mintOutput(uint256 tokenIn, uint256 rate) internal pure returns (uint256) {
        return Math.mulDiv(tokenIn, rate, ONE * ONE);
    }

    /// @notice The least CARD that gives `out`: ceil(out / rate), exact because `out` is whole.
    function mintInput(uint256 out, uint256 rate) internal pure returns (uint256) {
        return Math.mulDiv(out, ONE * ONE, rate, Math.Rounding.Ceil);
    }

    /// @notice Backing after a mint.
    function backingAfter(
        Books memory books,
        uint256 backPrice,
        uint256 tokenIn,
        uint256 out
    ) internal pure returns (uint256) {
        return ((books.credit + tokenIn) * backPrice) / (books.supply + out);
    }

    /// @notice min(par, pro) for `dollarIn` <= supply.
    function redeemOutput(Books memory books, uint256 dollarIn, uint256 charge) internal pure returns (uint256) {
        uint256 par = (dollarIn * (ONE - charge)) / books.price.high;
        uint256 pro = (dollarIn * books.credit) / books.supply;
        return Math.min(par, pro);
    }

    /// @notice The base rate after `count` whole minutes, rounded down.
    function decayed(uint256 rate, uint256 count) internal pure returns (uint256) {
        if (rate == 0) return 0;
        return (rate * MinutePow.pow(HALF_LIFE_PER_MINUTE, count)) / MinutePow.ONE;
    }

    /// @notice The base rate that redeeming `dollarIn` raises it to: min(decayed + dollarIn / 2C, 5 % - fee), for `dollarIn` <= C.
    function raised(Books memory books, uint256 decayedRate, uint256 dollarIn) internal pure returns (uint256) {
        return Math.min(decayedRate + (dollarIn * ONE) / (2 * books.supply), LARGEST_CHARGE - books.fee);
    }

    /// @notice The part of gathered fees that is burned, rounded up.
    function burnPart(
        IDollarMinter.State state,
        IDollarMinter.State byBacking,
        uint256 amount
    ) internal pure returns (uint256) {
        if (state == IDollarMinter.State.Blind) return amount;
        if (byBacking == IDollarMinter.State.Green) return amount - (amount * 80) / 100;
        if (byBacking == IDollarMinter.State.Yellow) return amount - amount / 2;
        return amount;
    }
}
