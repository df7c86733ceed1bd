// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @notice Sablier's comptroller as its streams ask it, with no fee: what is measured is the stream alone.
contract FreeComptroller {
    function supportsInterface(bytes4) external pure returns (bool) {
        return true;
    }

    function calculateMinFeeWeiFor(uint8, address) external pure returns (uint256) {
        return 0;
    }
}
