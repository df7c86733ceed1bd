// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SupplierStaking} from "../../../contracts/staking/SupplierStaking.sol";
import {ISupplierStaking} from "../../../contracts/interfaces/ISupplierStaking.sol";
import {StakingFixture} from "../support/StakingFixture.sol";
import {vm} from "../support/Vm.sol";

contract SupplierStakingRequestUnstakeTest is StakingFixture {
    function test_ThawsForFourteenDays() public {
        _bond(1, 100e18, 0);
        vm.expectEmit(address(staking));
        emit ISupplierStaking.BondThawRequested(1, NODE, 30e18, START + THAW);
        vm.prank(NODE);
        staking.requestUnstake(1, 30e18);
        _assertBond(1, 70e18, 30e18, START + THAW);
    }

    function test_A80_AFurtherRequestAddsAndRestartsTheClock() public {
        _bond(1, 70e18, 30e18);
        vm.warp(START + THAW - 1);
        vm.prank(NODE);
        staking.requestUnstake(1, 1);
        _assertBond(1, 70e18 - 1, 30e18 + 1, START + THAW - 1 + THAW);

        vm.warp(START + THAW);
        vm.expectRevert(
            abi.encodeWithSelector(ISupplierStaking.StakeStillThawing.selector, NODE, START + THAW - 1 + THAW)
        );
        vm.prank(NODE);
        staking.withdraw(1, NODE);
    }

    function test_WhatThawsCoversNothing() public {
        _bond(1, 1000e18, 1000e18);
        (bool meetsMinimum, uint256 grossRate) = staking.bondCoverage(1, NODE, 500e18);
        vm.assertTrue(meetsMinimum);
        vm.assertEq(grossRate, 0);
        (meetsMinimum, ) = staking.bondCoverage(1, NODE, 500e18 + 1);
        vm.assertFalse(meetsMinimum);
    }

    function test_RevertWhen_ZeroOrAboveActive() public {
        _bond(1, 100e18, 50e18);
        vm.startPrank(NODE);
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.StakeZero.selector));
        staking.requestUnstake(1, 0);
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.StakeBelowRequest.selector, NODE, 100e18, 100e18 + 1));
        staking.requestUnstake(1, 100e18 + 1);
        vm.expectRevert(
            abi.encodeWithSelector(ISupplierStaking.StakeBelowRequest.selector, NODE, 100e18, type(uint256).max)
        );
        staking.requestUnstake(1, type(uint256).max);
        vm.stopPrank();
    }

    function test_RevertWhen_TheBondIsAnothers() public {
        _bond(1, 100e18, 0);
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.StakeBelowRequest.selector, STRANGER, 0, 1));
        vm.prank(STRANGER);
        staking.requestUnstake(1, 1);
    }
}

contract SupplierStakingWithdrawTest is StakingFixture {
    uint256 private cardId;

    function setUp() public {
        cardId = _verified();
    }

    function test_I17_NothingLeavesBeforeFourteenDays() public {
        _bond(cardId, 40e18, 60e18);
        vm.warp(START + THAW - 1);
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.StakeStillThawing.selector, NODE, START + THAW));
        vm.prank(NODE);
        staking.withdraw(cardId, NODE);

        vm.warp(START + THAW);
        vm.expectEmit(address(staking));
        emit ISupplierStaking.BondWithdrawn(cardId, NODE, BUYER, 60e18);
        vm.prank(NODE);
        vm.assertEq(staking.withdraw(cardId, BUYER), 60e18);
        _assertBond(cardId, 40e18, 0, 0);
        vm.assertEq(token.balanceOf(BUYER), 60e18);
    }

    function test_B22_WhatRunningLeasesRequireStays() public {
        _bond(cardId, 0, 5000e18);
        ledger.setGrossRate(cardId, NODE, 0.01e18);
        uint256 required = 2 * (500e18 + 86_400 * 0.01e18);
        vm.assertEq(staking.requiredBond(cardId, NODE), required);

        vm.warp(START + 15 days);
        vm.prank(NODE);
        vm.assertEq(staking.withdraw(cardId, NODE), 5000e18 - required);
        _assertBond(cardId, 0, required, START + THAW);

        vm.expectRevert(
            abi.encodeWithSelector(ISupplierStaking.BondStillRequired.selector, cardId, NODE, required, required)
        );
        vm.prank(NODE);
        staking.withdraw(cardId, NODE);

        ledger.setGrossRate(cardId, NODE, 0);
        vm.prank(NODE);
        vm.assertEq(staking.withdraw(cardId, NODE), required);
        _assertBond(cardId, 0, 0, 0);
    }

    function test_B22_ActiveBondCountsTowardsWhatStays() public {
        _bond(cardId, 5000e18, 300e18);
        ledger.setGrossRate(cardId, NODE, 0.01e18);
        vm.warp(START + THAW);
        vm.prank(NODE);
        vm.assertEq(staking.withdraw(cardId, NODE), 300e18);
    }

    function test_B31_OtherOperatorsRentRequiresNothing() public {
        _bond(cardId, 0, 100e18);
        ledger.setGrossRate(cardId, BUYER, 1e18);
        vm.assertEq(staking.requiredBond(cardId, NODE), 0);
        vm.assertGt(staking.requiredBond(cardId, BUYER), 0);
        vm.warp(START + THAW);
        vm.prank(NODE);
        vm.assertEq(staking.withdraw(cardId, NODE), 100e18);
    }

    function test_GivenUnderwaterBond_NothingLeaves() public {
        _bond(cardId, 0, 100e18);
        ledger.setGrossRate(cardId, NODE, 1);
        vm.warp(START + THAW);
        uint256 required = 1000e18 + 172_800;
        vm.expectRevert(
            abi.encodeWithSelector(ISupplierStaking.BondStillRequired.selector, cardId, NODE, required, 100e18)
        );
        vm.prank(NODE);
        staking.withdraw(cardId, NODE);
    }

    function test_GivenNoLedger_NothingIsRequired() public {
        staking = new SupplierStaking(address(manager), token, oracle, registry, minter);
        _fund(NODE);
        _bond(cardId, 0, 100e18);
        vm.assertEq(staking.requiredBond(cardId, NODE), 0);
        vm.warp(START + THAW);
        vm.prank(NODE);
        vm.assertEq(staking.withdraw(cardId, NODE), 100e18);
    }

    function test_I21_GivenEverythingClosed_BondsLeave() public {
        _bond(cardId, 0, 100e18);
        manager.setTargetClosed(address(staking), true);
        manager.setTargetClosed(address(token), true);
        manager.setTargetClosed(address(registry), true);
        manager.setTargetClosed(address(oracle), true);
        manager.setTargetClosed(address(minter), true);
        primary.setAnswer(-1);
        vm.warp(START + THAW);
        vm.startPrank(NODE);
        staking.withdraw(cardId, NODE);
        staking.stake(cardId, 2);
        staking.requestUnstake(cardId, 2);
        vm.stopPrank();
        vm.assertEq(token.balanceOf(NODE), WEALTH - 2);
    }

    function test_RevertWhen_NothingThaws() public {
        _bond(cardId, 100e18, 0);
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.StakeNothingThawing.selector, NODE));
        vm.prank(NODE);
        staking.withdraw(cardId, NODE);
    }

    function test_RevertWhen_ReceiverIsZero() public {
        _bond(cardId, 0, 100e18);
        vm.warp(START + THAW);
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.StakeReceiverZero.selector));
        vm.prank(NODE);
        staking.withdraw(cardId, address(0));
    }

    function test_RevertWhen_WithdrawnTwice() public {
        _bond(cardId, 1, 100e18);
        vm.warp(START + THAW);
        vm.startPrank(NODE);
        staking.withdraw(cardId, NODE);
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.StakeNothingThawing.selector, NODE));
        staking.withdraw(cardId, NODE);
        vm.stopPrank();
    }

    /// @dev What stays is the least bond r with r · price ≥ (minimum + 86 400 · rate) · 1e18.
    function testFuzz_B22_WhatStaysIsTheLeastThatCovers(uint96 slow, uint64 rate, uint96 thawing) public {
        _reprice(uint96(1e12 + (slow % 1e24)));
        uint256 bond = 1 + (thawing % WEALTH);
        _bond(cardId, 0, bond);
        ledger.setGrossRate(cardId, NODE, rate);
        uint256 required = staking.requiredBond(cardId, NODE);
        if (rate == 0) {
            vm.assertEq(required, 0);
        } else {
            uint256 dollars = (500e18 + 86_400 * uint256(rate)) * 1e18;
            vm.assertGe(required * staking.price(), dollars);
            vm.assertLt((required - 1) * staking.price(), dollars);
        }
        if (required >= bond) return;

        vm.warp(START + THAW);
        vm.prank(NODE);
        vm.assertEq(staking.withdraw(cardId, NODE), bond - required);
        vm.assertEq(staking.bondOf(cardId, NODE).thawing, required);
    }
}
