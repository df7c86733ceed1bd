// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The split of a lease's rent, in cfUSD-wei per second
/// @notice Fixed when the lease starts; from then on everything is rate × seconds, exactly. `gross = fee + node + holders`.
library RentSplit {
    function split(uint256 gross, uint256 feeBps) internal pure returns (uint256 fee, uint256 node, uint256 holders) {
        fee = (gross * feeBps) / 10_000;
        node = (gross - fee) / 10;
        holders = gross - fee - node;
    }

    /// @notice The protocol fee of a renter: each tier takes 5 % of it off, rounded down in bps.
    function discounted(uint256 feeBps, uint256 tier) internal pure returns (uint256) {
        return (feeBps * (100 - 5 * tier)) / 100;
    }
}
