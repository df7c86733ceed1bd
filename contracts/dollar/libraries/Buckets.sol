// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Buckets that refill with time
/// @notice used' = used - min(used, floor(capacity * dt / 86 400)) with this call's capacity, and taking x needs used' + x <=
/// capacity. So at most two capacities leave in any 24 hours (I5).
library Buckets {
    /// @notice Seconds in which a whole capacity refills.
    uint256 internal constant PERIOD = 86_400;

    /// @notice What is still used now.
    /// @param used what was used at `last` (wei)
    /// @param last when it was written (seconds), not in the future
    /// @param capacity per period (wei), below 2^128
    function usedNow(uint256 used, uint256 last, uint256 capacity) internal view returns (uint256) {
        uint256 refilled = (capacity * (block.timestamp - last)) / PERIOD;
        return used > refilled ? used - refilled : 0;
    }

    /// @notice What may be taken when `used` is used.
    function room(uint256 used, uint256 capacity) internal pure returns (uint256) {
        return capacity > used ? capacity - used : 0;
    }
}
