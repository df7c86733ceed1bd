// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Powers of a factor per minute, in fixed point
/// @notice Rates that move by the hour are kept as factors per minute (1e27 = 1), so that whole minutes can be credited and the
/// odd seconds kept for the next time.
library MinutePow {
    /// @notice One in this fixed point.
    uint256 internal constant ONE = 1e27;

    /// @notice floor of factor ** count in fixed point, by squaring; every product is rounded down, so the result is never
    /// above the exact power.
    /// @param factor at most 1.02 (1e27 = 1); above 1 only for `count` <= 60
    /// @param count whole minutes
    function pow(uint256 factor, uint256 count) internal pure returns (uint256 result) {
        result = ONE;
        // Factors <= 1 stay below 2^90; above 1 the largest square is that of the factor to the 64th, below 2^91 for the rates
        // used here (2 % an hour). So no product passes 2^182.
        unchecked {
            while (count != 0) {
                if (count & 1 != 0) result = (result * factor) / ONE;
                factor = (factor * factor) / ONE;
                count >>= 1;
            }
        }
    }
}
