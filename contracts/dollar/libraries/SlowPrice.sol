// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MinutePow} from "./MinutePow.sol";

/// @title How the slow price follows the lower price
/// @notice Up by at most 2 % per hour, credited for at most one hour; down by at most 10 % per hour, credited for at most 24.
library SlowPrice {
    /// @dev floor(1.02^(1/60) * 1e27) and floor(0.90^(1/60) * 1e27)
    uint256 private constant UP_PER_MINUTE = 1_000_330_098_258_713_128_594_847_253;
    uint256 private constant DOWN_PER_MINUTE = 998_245_532_286_729_107_900_818_640;
    uint256 private constant MOST_MINUTES_UP = 60;
    uint256 private constant MOST_MINUTES_DOWN = 24 * 60;

    /// @notice The slow price after `count` whole minutes towards `low`; never past it. Rounded down.
    /// @param slow the slow price before; below 2^128
    function next(uint256 slow, uint256 low, uint256 count) internal pure returns (uint256) {
        if (low > slow) {
            uint256 up = MinutePow.pow(UP_PER_MINUTE, count < MOST_MINUTES_UP ? count : MOST_MINUTES_UP);
            uint256 risen = (slow * up) / MinutePow.ONE;
            return risen < low ? risen : low;
        }
        if (low < slow) {
            uint256 down = MinutePow.pow(DOWN_PER_MINUTE, count < MOST_MINUTES_DOWN ? count : MOST_MINUTES_DOWN);
            uint256 fallen = (slow * down) / MinutePow.ONE;
            return fallen > low ? fallen : low;
        }
        return slow;
    }
}
