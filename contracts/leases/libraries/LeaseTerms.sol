// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What a lease keeps of its terms, in 32 bits
/// @notice From the lowest bit: thousandths (10 bits, 1–1000), protocol fee in bps (10 bits, 0–1000), minimum billing in minutes
/// (11 bits, 10–1440), paid in CARD (1 bit).
library LeaseTerms {
    function pack(
        uint256 thousandths_,
        uint256 feeBps_,
        uint256 minMinutes_,
        bool paidInToken_
    ) internal pure returns (uint32) {
        return uint32(thousandths_ | (feeBps_ << 10) | (minMinutes_ << 20) | (paidInToken_ ? 1 << 31 : 0));
    }

    function thousandths(uint32 terms) internal pure returns (uint256) {
        return terms & 0x3ff;
    }

    function feeBps(uint32 terms) internal pure returns (uint256) {
        return (terms >> 10) & 0x3ff;
    }

    function minMinutes(uint32 terms) internal pure returns (uint256) {
        return (terms >> 20) & 0x7ff;
    }

    function paidInToken(uint32 terms) internal pure returns (bool) {
        return terms >> 31 == 1;
    }
}
