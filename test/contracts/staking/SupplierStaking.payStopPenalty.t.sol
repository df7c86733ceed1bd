// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISupplierStaking} from "../../../contracts/interfaces/ISupplierStaking.sol";
import {StakingFixture} from "../support/StakingFixture.sol";
import {vm} from "../support/Vm.sol";

contract SupplierStakingPayStopPenaltyTest is StakingFixture {
    uint256 private cardId;

    function setUp() public {
        cardId = _verified();
    }

    function test_PaysFromActiveFirst() public {
        _bond(cardId, 1500e18, 500e18);
        vm.expectEmit(address(staking));
        emit ISupplierStaking.StopPenaltyPaid(cardId, NODE, RENTER, 80e18, 0);
        vm.assertEq(_stop(40e18, 0), 80e18);
        _assertBond(cardId, 1420e18, 500e18, START + THAW);
        vm.assertEq(token.balanceOf(RENTER), WEALTH + 80e18);
    }

    function test_ThenFromThawing() public {
        _bond(cardId, 30e18, 1970e18);
        vm.expectEmit(address(staking));
        emit ISupplierStaking.StopPenaltyPaid(cardId, NODE, RENTER, 30e18, 50e18);
        vm.assertEq(_stop(40e18, 0), 80e18);
        _assertBond(cardId, 0, 1920e18, START + THAW);
    }

    function test_B11_OnlyWhatLiesAboveTheMinimumIsADoorOut() public {
        _bond(cardId, 1010e18, 0);
        vm.assertEq(_stop(1_000_000e18, 0), 10e18);
        vm.assertEq(_stop(1_000_000e18, 0), 0);
        _assertBond(cardId, 1000e18, 0, 0);

        _bond(cardId, 0, 7e18);
        vm.assertEq(_stop(1_000_000e18, 0), 7e18);
        vm.assertEq(_stop(type(uint256).max, 0), 0);
    }

    function test_B31_WhatTheOtherLeasesRequireStays() public {
        _bond(cardId, 3000e18, 0);
        uint256 required = 2 * (500e18 + 86_400 * 0.01e18);
        vm.assertEq(_stop(1_000_000e18, 0.01e18), 3000e18 - required);
        _assertBond(cardId, required, 0, 0);
    }

    function test_GivenBondBelowTheMinimum_PaysNothing() public {
        vm.assertEq(_stop(1e18, 0), 0);
        _bond(cardId, 999e18, 0);
        vm.assertEq(_stop(1e18, 0), 0);
        vm.assertEq(_stop(1e18, type(uint256).max), 0);
        _assertBond(cardId, 999e18, 0, 0);
    }

    function test_GivenNothingOwed_PaysNothing() public {
        _bond(cardId, 3000e18, 0);
        vm.recordLogs();
        vm.assertEq(_stop(0, 0), 0);
        vm.assertEq(_stop(1, 0), 2);
        vm.assertEq(vm.getRecordedLogs().length, 2);
    }

    function test_RoundsDown() public {
        _reprice(3e18);
        _bond(cardId, 3000e18, 0);
        vm.assertEq(_stop(10, 0), 3);
        vm.assertEq(_stop(2, 0), 0);
    }

    function test_GivenEverythingClosedAndBlind_Pays() public {
        _bond(cardId, 1500e18, 0);
        manager.setTargetClosed(address(staking), true);
        manager.setTargetClosed(address(token), true);
        manager.setTargetClosed(address(registry), true);
        primary.setAnswer(0);
        vm.assertEq(_stop(40e18, 0), 80e18);
    }

    function test_RevertWhen_CallerIsNotTheLedger() public {
        _bond(cardId, 3000e18, 0);
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.StakingCallerNotLedger.selector, NODE));
        vm.prank(NODE);
        staking.payStopPenalty(cardId, NODE, 1000e18, 0, NODE);
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.StakingCallerNotLedger.selector, address(this)));
        staking.payStopPenalty(cardId, NODE, 1000e18, 0, RENTER);
    }

    /// @dev Whatever the ledger says and whatever the bond, the call returns; what it pays is what is owed, or all that
    /// lies above what must stay.
    function testFuzz_B11_NeverRevertsAndNeverPaysBelowWhatMustStay(
        uint256 card,
        uint96 active,
        uint96 thawing,
        uint256 dollars,
        uint256 otherRate,
        uint96 slow
    ) public {
        _reprice(uint96(1e12 + (slow % 1e24)));
        card = card % 2 == 0 ? cardId : card;
        (uint256 a, uint256 t) = (active % (WEALTH / 2), thawing % (WEALTH / 2));
        _bond(card, a, t);
        uint256 paid = ledger.stop(staking, card, NODE, RENTER, dollars, otherRate);

        ISupplierStaking.Bond memory bond = staking.bondOf(card, NODE);
        uint256 left = uint256(bond.active) + bond.thawing;
        vm.assertEq(left + paid, a + t);
        vm.assertEq(token.balanceOf(RENTER), WEALTH + paid);
        if (paid != 0) vm.assertTrue(bond.active == 0 || bond.thawing == t);
        uint256 minimum = card == cardId ? 500e18 : registry.minimumBondOf(card);
        if (otherRate < 2 ** 64) {
            uint256 mustStay = (minimum + 86_400 * otherRate) * 1e18;
            if (paid != 0) vm.assertGe(left * staking.price(), mustStay);
            bool all = left == 0 || (left - 1) * staking.price() < mustStay;
            bool owed = dollars < 2 ** 128 && (paid + 1) * staking.price() > dollars * 1e18;
            vm.assertTrue(all || owed);
        } else if (otherRate > 2 ** 128) {
            vm.assertEq(paid, 0);
        }
        if (dollars < 2 ** 128) vm.assertLe(paid * staking.price(), dollars * 1e18);
    }

    function _stop(uint256 dollars, uint256 otherRate) private returns (uint256) {
        return ledger.stop(staking, cardId, NODE, RENTER, dollars, otherRate);
    }
}
