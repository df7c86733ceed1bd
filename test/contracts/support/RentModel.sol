// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What the protocol page says of rent, restated without the code under test.
library RentModel {
    struct Rates {
        uint256 gross;
        uint256 fee;
        uint256 node;
        uint256 holders;
    }

    /// @dev gross = floor(ask · m / 1000), fee = floor(gross · feeBps / 10 000), node = floor((gross − fee) / 10), by
    /// remainders.
    function rates(uint256 ask, uint256 m, uint256 feeBps) internal pure returns (Rates memory r) {
        r.gross = (ask * m - mulmod(ask, m, 1000)) / 1000;
        r.fee = (r.gross * feeBps - mulmod(r.gross, feeBps, 10_000)) / 10_000;
        uint256 rest = r.gross - r.fee;
        r.node = (rest - (rest % 10)) / 10;
        r.holders = rest - r.node;
    }

    /// @dev m = max(asked, min(125, free))
    function held(uint256 asked, uint256 free) internal pure returns (uint256) {
        uint256 crumb = free < 125 ? free : 125;
        return asked > crumb ? asked : crumb;
    }

    /// @dev Seconds of [start, end) that lie in [from, to).
    function overlap(uint256 start, uint256 end, uint256 from, uint256 to) internal pure returns (uint256) {
        uint256 first = start > from ? start : from;
        uint256 last = end < to ? end : to;
        return last > first ? last - first : 0;
    }
}
