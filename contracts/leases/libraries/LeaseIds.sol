// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Lease ids: card, place and first second
/// @notice `cardId << 48 | place << 40 | start`. At least one second of a lease is paid before its place is free, so no id comes twice.
library LeaseIds {
    function encode(uint256 cardId, uint256 place, uint256 start) internal pure returns (uint256) {
        return (cardId << 48) | (place << 40) | start;
    }

    function decode(uint256 leaseId) internal pure returns (uint256 cardId, uint256 place, uint40 start) {
        return (leaseId >> 48, (leaseId >> 40) & 0xff, uint40(leaseId));
    }

    function cardOf(uint256 leaseId) internal pure returns (uint256 cardId) {
        return leaseId >> 48;
    }
}
