// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IPriceOracle} from "../interfaces/IPriceOracle.sol";
import {ISupplierStaking} from "../interfaces/ISupplierStaking.sol";

/// @title What both stakes share: CARD comes in, thaws for 14 days, goes out
/// @dev Counts what it was given and never reads its own balance, so a donation changes nothing. Assumes that CARD has
/// no hooks and takes no fee on a transfer.
abstract contract ThawingStake {
    using SafeERC20 for IERC20;

    uint40 internal constant THAW = 14 days;

    IERC20 internal immutable TOKEN;
    IPriceOracle internal immutable ORACLE;

    constructor(IERC20 token, IPriceOracle oracle) {
        TOKEN = token;
        ORACLE = oracle;
    }

    /* INTERNAL */

    /// @dev A permit that somebody sent first has done its work: what counts is the allowance, which the transfer
    /// checks.
    function _permit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) internal {
        // solhint-disable-next-line no-empty-blocks
        try IERC20Permit(address(TOKEN)).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
    }

    function _pull(uint256 amount) internal {
        TOKEN.safeTransferFrom(msg.sender, address(this), amount);
    }

    function _pay(address to, uint256 amount) internal {
        if (amount != 0) TOKEN.safeTransfer(to, amount);
    }

    function _added(uint256 amount) internal pure returns (uint96) {
        require(amount != 0, ISupplierStaking.StakeZero());
        return SafeCast.toUint96(amount);
    }

    /// @dev Checks a request to thaw `amount` out of `staked`.
    function _requested(uint256 staked, uint256 amount) internal view returns (uint96) {
        require(amount != 0, ISupplierStaking.StakeZero());
        require(amount <= staked, ISupplierStaking.StakeBelowRequest(msg.sender, staked, amount));
        return SafeCast.toUint96(amount);
    }

    function _requireThawed(address to, uint96 thawing, uint40 thawedAt) internal view {
        require(to != address(0), ISupplierStaking.StakeReceiverZero());
        require(thawing != 0, ISupplierStaking.StakeNothingThawing(msg.sender));
        require(block.timestamp >= thawedAt, ISupplierStaking.StakeStillThawing(msg.sender, thawedAt));
    }

    function _thawEnd() internal view returns (uint40) {
        return uint40(block.timestamp) + THAW;
    }
}
