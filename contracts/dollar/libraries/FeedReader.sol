// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAggregatorV3} from "../../interfaces/IAggregatorV3.sol";
import {IPriceOracle} from "../../interfaces/IPriceOracle.sol";

/// @title Reads price sources that may be broken
/// @notice Whatever a feed does (revert, return too little or too much, burn its gas, not exist), reading it gives "not good"
/// and never reverts, but for one reason: too little gas to tell.
library FeedReader {
    /// @notice How late an update may come after the heartbeat, in seconds.
    uint256 internal constant GRACE = 15 minutes;
    /// @notice How long the sequencer must have been up, in seconds.
    uint256 internal constant SEQUENCER_GRACE = 3600;
    /// @notice Gas a call to a source may use, so that a source that burns all it gets cannot close the exits.
    uint256 internal constant SOURCE_GAS = 1_000_000;
    /// @notice Gas that must be left after a source failed.
    /// @dev A call gets at most 63/64 of the caller's gas. If it failed for want of gas while G is left here, it had SOURCE_GAS or
    /// about 63 G: with 40 000 left that is more than 2.5 million (and half of it for its own callee), far above what any source
    /// needs. So nobody can make a good source look bad by sending little gas.
    uint256 internal constant LEAST_GAS_AFTER_FAILURE = 40_000;

    uint256 private constant MOST_DECIMALS = 18;
    /// @dev Bounds are millionths of a dollar, prices have 18 decimals.
    uint256 private constant BOUND_UNIT = 1e12;

    /// @notice The price that `source` gives now (dollars per CARD, 18 decimals), or 0 if it fails any check.
    function priceOf(IPriceOracle.Source memory source) internal view returns (uint256 price) {
        address feed = address(source.feed);
        (bool answered, int256 answer, , uint256 updatedAt) = _latestRound(feed);
        if (!answered || answer <= 0 || answer > type(int128).max) return 0;
        if (updatedAt > block.timestamp) return 0;
        // The answer is below 2^127 and the scale at most 1e18; the time is not in the future.
        unchecked {
            if (block.timestamp - updatedAt > source.heartbeat + GRACE) return 0;
            uint256 feedDecimals = _decimals(feed);
            if (feedDecimals > MOST_DECIMALS) return 0;
            price = uint256(answer) * 10 ** (MOST_DECIMALS - feedDecimals);
            if (price <= source.minPrice * BOUND_UNIT || price >= source.maxPrice * BOUND_UNIT) return 0;
        }
    }

    /// @notice Whether the uptime feed says that the sequencer has been up for long enough.
    function isUp(IAggregatorV3 sequencer) internal view returns (bool) {
        (bool answered, int256 answer, uint256 startedAt, ) = _latestRound(address(sequencer));
        if (!answered || answer != 0 || startedAt == 0 || startedAt > block.timestamp) return false;
        return block.timestamp - startedAt >= SEQUENCER_GRACE;
    }

    function _latestRound(
        address feed
    ) private view returns (bool answered, int256 answer, uint256 startedAt, uint256 updatedAt) {
        bytes4 selector = IAggregatorV3.latestRoundData.selector;
        bool success;
        // Reads 160 bytes into free memory however many are returned.
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            mstore(0x00, selector)
            success := staticcall(SOURCE_GAS, feed, 0x00, 0x04, pointer, 0xa0)
            answered := and(success, gt(returndatasize(), 0x9f))
            if answered {
                answer := mload(add(pointer, 0x20))
                startedAt := mload(add(pointer, 0x40))
                updatedAt := mload(add(pointer, 0x60))
            }
        }
        if (!success) _requireGasLeft();
    }

    /// @return result the feed's decimals, or the maximum if it does not say
    function _decimals(address feed) private view returns (uint256 result) {
        bytes4 selector = IAggregatorV3.decimals.selector;
        bool success;
        result = type(uint256).max;
        // Reads 32 bytes however many are returned.
        assembly ("memory-safe") {
            mstore(0x00, selector)
            success := staticcall(SOURCE_GAS, feed, 0x00, 0x04, 0x00, 0x20)
            if and(success, gt(returndatasize(), 0x1f)) {
                result := mload(0x00)
            }
        }
        if (!success) _requireGasLeft();
    }

    function _requireGasLeft() private view {
        uint256 left = gasleft();
        require(left >= LEAST_GAS_AFTER_FAILURE, IPriceOracle.OracleGasTooLow(left, LEAST_GAS_AFTER_FAILURE));
    }
}
