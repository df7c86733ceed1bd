// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IRenterStaking} from "../../../contracts/interfaces/IRenterStaking.sol";
import {ISupplierStaking} from "../../../contracts/interfaces/ISupplierStaking.sol";
import {MockAggregator} from "../../../contracts/mocks/MockAggregator.sol";
import {StakingFixture} from "../support/StakingFixture.sol";
import {vm} from "../support/Vm.sol";

abstract contract RenterFixture is StakingFixture {
    uint40 internal constant WAIT = 24 hours;

    function _stake(uint256 amount) internal {
        vm.prank(RENTER);
        renters.stake(amount);
    }

    function _unstake(uint256 amount) internal {
        vm.prank(RENTER);
        renters.requestUnstake(amount);
    }

    /// @dev Stakes, waits until it counts and takes the tier; the slow price stays where it is.
    function _tiered(uint256 amount) internal returns (uint8) {
        _stake(amount);
        _hold(WAIT);
        vm.prank(RENTER);
        return renters.refresh(RENTER);
    }

    function _hold(uint40 time) internal {
        vm.warp(block.timestamp + time);
        primary.setAnswer(0.5e8);
        second.setAnswer(0.5e8);
    }

    function _assertStake(
        uint256 active,
        uint256 pending,
        uint40 countsAt,
        uint256 thawing,
        uint40 thawedAt
    ) internal view {
        IRenterStaking.RenterStake memory stake = renters.stakeOf(RENTER);
        vm.assertEq(stake.active, active);
        vm.assertEq(stake.pending, pending);
        vm.assertEq(stake.countsAt, countsAt);
        vm.assertEq(stake.thawing, thawing);
        vm.assertEq(stake.thawedAt, thawedAt);
    }
}

contract RenterStakingStakeTest is RenterFixture {
    function test_CountsAfterADay() public {
        vm.expectEmit(address(renters));
        emit IRenterStaking.RenterStaked(RENTER, 100e18, START + WAIT);
        _stake(100e18);
        _assertStake(0, 100e18, START + WAIT, 0, 0);
        vm.warp(START + WAIT - 1);
        _assertStake(0, 100e18, START + WAIT, 0, 0);
        vm.warp(START + WAIT);
        _assertStake(100e18, 0, 0, 0, 0);
        vm.assertEq(token.balanceOf(address(renters)), 100e18);
    }

    function test_AFurtherStakeRestartsOnlyWhatDoesNotCountYet() public {
        _stake(100e18);
        vm.warp(START + 1 hours);
        _stake(10e18);
        _assertStake(0, 110e18, START + 1 hours + WAIT, 0, 0);
        vm.warp(START + 1 hours + WAIT);
        _stake(1e18);
        _assertStake(110e18, 1e18, START + 1 hours + 2 * WAIT, 0, 0);
    }

    function test_A54_GivenPermitSentByAnother_StakesAllTheSame() public {
        uint256 key = 0xBEEF5;
        address renter = vm.addr(key);
        token.transfer(renter, 50e18);
        (uint8 v, bytes32 r, bytes32 s) = _permit(key, address(renters), 50e18, START);
        vm.prank(STRANGER);
        token.permit(renter, address(renters), 50e18, START, v, r, s);
        vm.prank(renter);
        renters.stakeWithPermit(50e18, START, v, r, s);
        vm.assertEq(renters.stakeOf(renter).pending, 50e18);

        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(renters), 0, 1)
        );
        vm.prank(renter);
        renters.stakeWithPermit(1, START, v, r, s);
    }

    function test_GivenPermit_NeedsNoAllowance() public {
        uint256 key = 0xBEEF5;
        address renter = vm.addr(key);
        token.transfer(renter, 50e18);
        (uint8 v, bytes32 r, bytes32 s) = _permit(key, address(renters), 50e18, START);
        vm.prank(renter);
        renters.stakeWithPermit(50e18, START, v, r, s);
        vm.assertEq(renters.stakeOf(renter).pending, 50e18);
    }

    function test_A18_DonationsCountForNothing() public {
        token.transfer(address(renters), 1_000_000e18);
        vm.prank(RENTER);
        vm.assertEq(renters.refresh(RENTER), 0);
        _assertStake(0, 0, 0, 0, 0);
    }

    function test_RevertWhen_ZeroOrTooMuch() public {
        vm.startPrank(RENTER);
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.StakeZero.selector));
        renters.stake(0);
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.StakeZero.selector));
        renters.stakeWithPermit(0, 0, 0, 0, 0);
        vm.expectRevert(
            abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 96, type(uint256).max)
        );
        renters.stake(type(uint256).max);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, RENTER, WEALTH, WEALTH + 1)
        );
        renters.stake(WEALTH + 1);
        vm.stopPrank();
    }
}

contract RenterStakingRefreshTest is RenterFixture {
    function test_ThresholdsAreOneTenAndAHundredThousand() public view {
        vm.assertEq(renters.tierThreshold(0), 0);
        vm.assertEq(renters.tierThreshold(1), 1_000e18);
        vm.assertEq(renters.tierThreshold(2), 10_000e18);
        vm.assertEq(renters.tierThreshold(3), 100_000e18);
        vm.assertEq(renters.tierThreshold(4), type(uint256).max);
        vm.assertEq(renters.tierThreshold(255), type(uint256).max);
    }

    function test_TheRenterRaisesItsTier() public {
        _stake(2_000e18);
        _hold(WAIT - 1);
        vm.prank(RENTER);
        vm.assertEq(renters.refresh(RENTER), 0);
        _hold(1);
        vm.expectEmit(address(renters));
        emit IRenterStaking.RenterTierChanged(RENTER, 1);
        vm.prank(RENTER);
        vm.assertEq(renters.refresh(RENTER), 1);
        vm.assertEq(renters.tierOf(RENTER), 1);
        vm.assertEq(_tiered(18_000e18 - 1), 1);
        vm.assertEq(_tiered(1), 2);
        vm.assertEq(_tiered(180_000e18), 3);
    }

    function test_GivenAnother_TheTierDoesNotRise() public {
        _stake(2_000e18);
        _hold(WAIT);
        vm.prank(STRANGER);
        vm.assertEq(renters.refresh(RENTER), 0);
        vm.assertEq(renters.tierOf(RENTER), 0);
        _assertStake(2_000e18, 0, 0, 0, 0);
    }

    function test_GivenFallToEightyPercent_TheTierStays() public {
        vm.assertEq(_tiered(20_000e18), 2);
        _slowTo(0.4e8, 0.4e18);
        vm.prank(STRANGER);
        vm.assertEq(renters.refresh(RENTER), 2);
        vm.prank(RENTER);
        vm.assertEq(renters.refresh(RENTER), 2);
    }

    function test_GivenFallBelowEightyPercent_AnyoneLowersIt() public {
        vm.assertEq(_tiered(20_000e18), 2);
        _slowTo(0.399e8, 0.399e18);
        vm.expectEmit(address(renters));
        emit IRenterStaking.RenterTierChanged(RENTER, 1);
        vm.prank(STRANGER);
        vm.assertEq(renters.refresh(RENTER), 1);
        vm.assertEq(renters.tierOf(RENTER), 1);
    }

    function test_GivenDeepFall_SeveralTiersGoAtOnce() public {
        vm.assertEq(_tiered(200_000e18), 3);
        _slowTo(0.004e8, 0.004e18);
        vm.prank(STRANGER);
        vm.assertEq(renters.refresh(RENTER), 0);
    }

    function test_GivenUnknownRenter_NothingHappens() public {
        vm.recordLogs();
        vm.assertEq(renters.refresh(address(0)), 0);
        vm.assertEq(renters.tierOf(address(0)), 0);
    }

    /// @dev The tier that a refresh by the renter gives is the highest whose threshold the value reaches.
    function testFuzz_TheHighestReachedTier(uint96 amount) public {
        uint256 staked = 1 + (amount % 1_000_000e18);
        uint8 tier = _tiered(staked);
        vm.assertEq(tier >= 1, staked / 2 >= 1_000e18);
        vm.assertEq(tier >= 2, staked / 2 >= 10_000e18);
        vm.assertEq(tier >= 3, staked / 2 >= 100_000e18);
    }

    /// @dev Falls hour by hour until the slow price has reached the feeds.
    function _slowTo(int256 answer, uint256 slow) private {
        for (uint256 i = 0; i < 80 && oracle.slowPrice() != slow; ++i) _drift(answer, 1);
        vm.assertEq(oracle.slowPrice(), slow);
    }
}

contract RenterStakingUnstakeTest is RenterFixture {
    function test_TakesWhatDoesNotCountYetFirst() public {
        vm.assertEq(_tiered(2_000e18), 1);
        _stake(300e18);
        uint40 now_ = uint40(block.timestamp);
        vm.expectEmit(address(renters));
        emit IRenterStaking.RenterThawRequested(RENTER, 200e18, now_ + THAW);
        _unstake(200e18);
        _assertStake(2_000e18, 100e18, now_ + WAIT, 200e18, now_ + THAW);
        vm.assertEq(renters.tierOf(RENTER), 1);

        _unstake(100e18);
        _assertStake(2_000e18, 0, 0, 300e18, now_ + THAW);
        vm.assertEq(renters.tierOf(RENTER), 1);
    }

    function test_EndsTheTierForWhatItTakes() public {
        vm.assertEq(_tiered(20_000e18), 2);
        vm.expectEmit(address(renters));
        emit IRenterStaking.RenterTierChanged(RENTER, 1);
        _unstake(1);
        vm.assertEq(renters.tierOf(RENTER), 1);
        _unstake(18_000e18 - 1);
        vm.assertEq(renters.tierOf(RENTER), 1);
        vm.expectEmit(address(renters));
        emit IRenterStaking.RenterTierChanged(RENTER, 0);
        _unstake(1);
        vm.assertEq(renters.tierOf(RENTER), 0);
    }

    function test_GivenRisenPrice_ARequestDoesNotRaiseTheTier() public {
        vm.assertEq(_tiered(2_000e18), 1);
        _stake(198_000e18);
        _hold(WAIT);
        _unstake(1);
        vm.assertEq(renters.tierOf(RENTER), 1);
    }

    function test_A80_AFurtherRequestRestartsTheClock() public {
        _stake(100e18);
        _unstake(60e18);
        vm.warp(START + 10 days);
        _unstake(1e18);
        _assertStake(39e18, 0, 0, 61e18, START + 10 days + THAW);
    }

    function test_I17_NothingLeavesBeforeFourteenDays() public {
        _stake(100e18);
        _unstake(60e18);
        vm.warp(START + THAW - 1);
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.StakeStillThawing.selector, RENTER, START + THAW));
        vm.prank(RENTER);
        renters.withdraw(RENTER);

        vm.warp(START + THAW);
        vm.expectEmit(address(renters));
        emit IRenterStaking.RenterStakeWithdrawn(RENTER, BUYER, 60e18);
        vm.prank(RENTER);
        vm.assertEq(renters.withdraw(BUYER), 60e18);
        _assertStake(40e18, 0, 0, 0, 0);
        vm.assertEq(token.balanceOf(BUYER), 60e18);
    }

    function test_I21_GivenDeadOracle_TheStakeLeaves() public {
        vm.assertEq(_tiered(20_000e18), 2);
        primary.setFault(MockAggregator.Fault.BurnsAllGas);
        second.setFault(MockAggregator.Fault.Reverts);
        _unstake(20_000e18);
        vm.warp(block.timestamp + THAW);
        vm.prank(RENTER);
        vm.assertEq(renters.withdraw(RENTER), 20_000e18);
        vm.assertEq(renters.tierOf(RENTER), 0);
    }

    function test_RevertWhen_ZeroOrTooMuch() public {
        _stake(100e18);
        vm.startPrank(RENTER);
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.StakeZero.selector));
        renters.requestUnstake(0);
        vm.expectRevert(
            abi.encodeWithSelector(ISupplierStaking.StakeBelowRequest.selector, RENTER, 100e18, 100e18 + 1)
        );
        renters.requestUnstake(100e18 + 1);
        vm.expectRevert(
            abi.encodeWithSelector(ISupplierStaking.StakeBelowRequest.selector, RENTER, 100e18, type(uint256).max)
        );
        renters.requestUnstake(type(uint256).max);
        vm.stopPrank();
    }

    function test_RevertWhen_NothingToWithdraw() public {
        vm.startPrank(RENTER);
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.StakeNothingThawing.selector, RENTER));
        renters.withdraw(RENTER);
        vm.expectRevert(abi.encodeWithSelector(ISupplierStaking.StakeReceiverZero.selector));
        renters.withdraw(address(0));
        vm.stopPrank();
    }
}
