// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ISupplierStaking} from "../../../contracts/interfaces/ISupplierStaking.sol";
import {StakingFixture} from "../support/StakingFixture.sol";
import {vm} from "../support/Vm.sol";

contract SupplierStakingStakeTest is StakingFixture {
    function test_AddsToTheCallersBond() public {
        vm.expectEmit(address(staking));
        emit ISupplierStaking.BondStaked(1, NODE, 100e18, NODE);
        vm.prank(NODE);
        staking.stake(1, 100e18);
        _bond(1, 50e18, 0);

        _assertBond(1, 150e18, 0, 0);
        vm.assertEq(token.balanceOf(address(staking)), 150e18);
        vm.assertEq(token.balanceOf(NODE), WEALTH - 150e18);
        vm.assertEq(staking.bondOf(1, RENTER).active, 0);
        vm.assertEq(staking.bondOf(2, NODE).active, 0);
    }

    function test_GivenMany_PaysOnce() public {
        (uint256[] memory cards, uint256[] memory amounts) = (new uint256[](3), new uint256[](3));
        (cards[0], cards[1], cards[2]) = (1, 2, 1);
        (amounts[0], amounts[1], amounts[2]) = (10e18, 20e18, 5e18);
        vm.expectEmit(address(staking));
        emit ISupplierStaking.BondStaked(1, NODE, 10e18, NODE);
        vm.expectEmit(address(staking));
        emit ISupplierStaking.BondStaked(2, NODE, 20e18, NODE);
        vm.prank(NODE);
        staking.stakeMany(cards, amounts);

        _assertBond(1, 15e18, 0, 0);
        _assertBond(2, 20e18, 0, 0);
        vm.assertEq(token.balanceOf(address(staking)), 35e18);
    }

    function test_GivenThaw_StakingDoesNotTouchIt() public {
        _bond(1, 10e18, 90e18);
        vm.warp(START + 5 days);
        _bond(1, 7e18, 0);
        _assertBond(1, 17e18, 90e18, START + THAW);
    }

    function test_A18_DonationsCountForNothing() public {
        _bond(1, 100e18, 0);
        token.transfer(address(staking), 1_000_000e18);
        _assertBond(1, 100e18, 0, 0);
        (, uint256 grossRate) = staking.bondCoverage(1, NODE, 0);
        vm.assertEq(grossRate, 50e18 / uint256(86_400));

        vm.startPrank(NODE);
        staking.requestUnstake(1, 100e18);
        vm.warp(START + THAW);
        vm.assertEq(staking.withdraw(1, NODE), 100e18);
        vm.stopPrank();
        vm.assertEq(token.balanceOf(address(staking)), 1_000_000e18);
    }

    function test_RevertWhen_Zero() public {
        vm.startPrank(NODE);
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.StakeZero.selector));
        staking.stake(1, 0);
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.StakeZero.selector));
        staking.stakeWithPermit(1, 0, 0, 0, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.StakeZero.selector));
        staking.stakeMany(new uint256[](0), new uint256[](0));
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.StakeZero.selector));
        staking.stakeMany(new uint256[](1), new uint256[](1));
        vm.stopPrank();
    }

    function test_RevertWhen_ArraysDiffer() public {
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.BondArraysDiffer.selector, 1, 2));
        staking.stakeMany(new uint256[](1), new uint256[](2));
    }

    function test_RevertWhen_AmountIsMaximum() public {
        vm.expectRevert(
            abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 96, type(uint256).max)
        );
        vm.prank(NODE);
        staking.stake(1, type(uint256).max);
    }

    function test_RevertWhen_BalanceIsShort() public {
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, NODE, WEALTH, WEALTH + 1)
        );
        vm.prank(NODE);
        staking.stake(1, WEALTH + 1);
        _assertBond(1, 0, 0, 0);
    }

    function test_I22_RevertWhen_EtherIsSent() public {
        vm.deal(address(this), 1 ether);
        (bool sent, ) = address(staking).call{value: 1}("");
        vm.assertFalse(sent);
        (sent, ) = address(staking).call{value: 1}(abi.encodeCall(staking.refreshPrice, ()));
        vm.assertFalse(sent);
        (sent, ) = address(renters).call{value: 1}("");
        vm.assertFalse(sent);
    }
}

contract SupplierStakingStakeWithPermitTest is StakingFixture {
    uint256 private constant KEY = 0xA11CE5;

    function test_NeedsNoAllowanceBefore() public {
        address node = _unapproved();
        (uint8 v, bytes32 r, bytes32 s) = _permit(KEY, address(staking), 40e18, START);
        vm.prank(node);
        staking.stakeWithPermit(1, 40e18, START, v, r, s);

        vm.assertEq(staking.bondOf(1, node).active, 40e18);
        vm.assertEq(token.allowance(node, address(staking)), 0);
    }

    function test_A54_GivenPermitSentByAnother_StakesAllTheSame() public {
        address node = _unapproved();
        (uint8 v, bytes32 r, bytes32 s) = _permit(KEY, address(staking), 40e18, START);
        vm.prank(STRANGER);
        token.permit(node, address(staking), 40e18, START, v, r, s);
        vm.prank(node);
        staking.stakeWithPermit(1, 40e18, START, v, r, s);
        vm.assertEq(staking.bondOf(1, node).active, 40e18);
    }

    function test_A54_GivenExpiredPermitAndAllowance_Stakes() public {
        vm.prank(NODE);
        staking.stakeWithPermit(1, 40e18, START - 1, 27, bytes32(uint256(1)), bytes32(uint256(1)));
        _assertBond(1, 40e18, 0, 0);
    }

    function test_A54_RevertWhen_PermitFailsAndAllowanceIsShort() public {
        address node = _unapproved();
        (uint8 v, bytes32 r, bytes32 s) = _permit(KEY, address(staking), 39e18, START);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(staking), 0, 40e18)
        );
        vm.prank(node);
        staking.stakeWithPermit(1, 40e18, START, v, r, s);
    }

    function _unapproved() private returns (address node) {
        node = vm.addr(KEY);
        token.transfer(node, 100e18);
    }
}
