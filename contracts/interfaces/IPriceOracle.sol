// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAggregatorV3} from "./IAggregatorV3.sol";

/// @title The price of CARD in dollars, from two sources
/// @notice Gives the lower and the higher price of the two sources, a slow price that follows the lower one, and says
/// whether the sources can be believed. A source that fails in any way makes the oracle Blind and never makes it revert.
/// @dev Prices are dollars per CARD with 18 decimals. A source is good if its answer is positive and strictly between its
/// bounds (so a feed pinned at a clamp fails), its decimals <= 18, its time not in the future and not older than heartbeat + 15
/// minutes; with a sequencer feed set, the sequencer must have been up for 3600 s.
interface IPriceOracle {
    /* TYPES */

    /// @notice Good: both sources are good and agree. Skew: both are good, and the higher is more than 5 % above the lower.
    /// Blind: a source, or the sequencer, fails a check.
    enum Health {
        Good,
        Skew,
        Blind
    }

    /// @notice The two places for sources.
    enum Slot {
        Primary,
        Second
    }

    /// @notice A price source and how far it is believed.
    struct Source {
        // slot 0 (32 bytes)
        IAggregatorV3 feed;
        uint24 heartbeat; // seconds between the feed's updates, at most 25 h
        uint8 thresholdBps; // deviation that makes the feed update, at most 200 bps
        uint32 minPrice; // millionths of a dollar, not 0; prices at or below are not believed
        uint32 maxPrice; // millionths of a dollar; prices at or above are not believed
    }

    /// @notice What the oracle is deployed with.
    struct Config {
        address authority; // the AccessManager
        Source primary;
        Source second;
        uint96 initialSlow; // first slow price, and first recorded high; dollars per CARD, 18 decimals
        IAggregatorV3 sequencer; // uptime feed of an L2's sequencer; zero for none
    }

    /// @notice One look at the price.
    struct Reading {
        uint128 low; // lower price of the two sources; 0 in Blind
        uint128 high; // higher price; in Blind max(high of the last good poke, any source still good)
        uint128 slow; // slow price, this look's move included
        Health health;
        uint8 thresholdBps; // larger deviation threshold of the two sources
        uint40 blindSince; // in Blind: when a poke recorded it, before this one; 0 if none had, and 0 outside Blind
        uint40 blindSeconds; // in Blind: recorded seconds of Blind that count, the running ones included; 0 outside Blind
    }

    /* ERRORS */

    /// @notice The heartbeat is zero or above `limit` (seconds).
    error SourceHeartbeatOutOfRange(Slot slot, uint256 heartbeat, uint256 limit);
    /// @notice The deviation threshold is above `limit` (bps).
    error SourceThresholdTooLarge(Slot slot, uint256 thresholdBps, uint256 limit);
    /// @notice The lower bound is zero, or the bounds (millionths of a dollar) leave no price between them.
    error SourceBoundsCrossed(Slot slot, uint256 minPrice, uint256 maxPrice);
    /// @notice There is no contract at the feed's address.
    error SourceNotAContract(Slot slot, address feed);
    /// @notice Both places would hold the same feed.
    error SourceDuplicated(Slot slot, address feed);
    /// @notice The new source does not pass the checks now.
    error SourceNotLive(Slot slot, address feed);
    /// @notice The new source is more than 5 % off the other live one.
    error SourceOffTheOther(Slot slot, uint256 price, uint256 otherPrice);
    /// @notice There is no live source to compare with as the rule asks: `blindSince` is the recorded beginning of the running
    /// Blind (0 if none), and it must have lasted `needed` seconds with no source live.
    error SourceUncheckable(Slot slot, uint40 blindSince, uint40 needed);
    /// @notice The first slow price is below a millionth of a dollar, from where it could not rise.
    error InitialSlowPriceTooSmall(uint256 slow, uint256 least);
    /// @notice The new sequencer feed does not say that the sequencer is up.
    error SequencerFeedNotUp(address feed);
    /// @notice A source failed while too little gas was left to tell a failing source from a starved one.
    error OracleGasTooLow(uint256 gasLeft, uint256 needed);

    /* EVENTS */

    /// @notice A poke found both sources good: the prices, and the slow price after it.
    event PricePoked(uint128 low, uint128 high, uint128 slow, Health health);
    /// @notice A poke found Blind where none was running; `carriedSeconds` of earlier Blind count towards the exit.
    event BlindStarted(uint40 since, uint40 carriedSeconds);
    /// @notice A poke found Blind that was running already.
    event BlindPoked(uint40 since);
    /// @notice A good poke ended Blind; `totalSeconds` count if the next one begins within 24 h.
    event BlindEnded(uint40 since, uint40 totalSeconds);
    /// @notice A source was set.
    event SourceChanged(Slot indexed slot, Source source);
    /// @notice The sequencer's uptime feed was changed; zero for none.
    event SequencerFeedChanged(address indexed previous, address indexed current);

    /* VIEWS */

    /// @notice Exactly what `poke` would return now, without recording anything. Reverts with `OracleGasTooLow` only.
    function peek() external view returns (Reading memory reading);
    /// @notice The stored slow price: dollars per CARD, 18 decimals. Never reverts.
    function slowPrice() external view returns (uint128);
    /// @notice Beginning of the whole minutes that the next good poke credits to the slow price (seconds).
    function slowPriceClock() external view returns (uint40);
    /// @notice The higher price that the last good poke recorded.
    function lastGoodHigh() external view returns (uint128);
    /// @notice The stored record of Blind: beginning of the running one (0 if none runs), seconds of the ended ones, and when the
    /// last one ended (0 if none has). The seconds count for a Blind that begins less than 24 h after that end.
    function blindRecord() external view returns (uint40 since, uint40 endedSeconds, uint40 lastEnd);
    /// @notice The source in `slot`.
    function source(Slot slot) external view returns (Source memory);
    /// @notice The sequencer's uptime feed; zero for none.
    function sequencer() external view returns (IAggregatorV3);

    /* ANYONE */

    /// @notice Looks at the sources, moves the slow price and records Blind. A poke that finds no source failing ends Blind
    /// and records the higher price. A poke in Skew or Blind moves the slow price's clock and not its value. Per poke the slow
    /// price rises by at most 2 % per hour for at most one hour, and falls by at most 10 % per hour for at most 24 hours, in
    /// whole minutes, rounded down. Reverts with `OracleGasTooLow` only.
    function poke() external returns (Reading memory reading);

    /* GOVERNANCE */

    /// @notice Sets the source in `slot`. It must be live and within 5 % of the other live one. If no source is live and one
    /// unbroken recorded Blind has lasted 7 days, there is nothing to compare with and none is asked. Restricted. Reverts with the
    /// `Source…` error of what speaks against it.
    function setSource(Slot slot, Source calldata newSource) external;
    /// @notice Sets the sequencer's uptime feed, which must say "up"; zero for none. Restricted. Reverts with `SequencerFeedNotUp`.
    function setSequencer(IAggregatorV3 newSequencer) external;
}
