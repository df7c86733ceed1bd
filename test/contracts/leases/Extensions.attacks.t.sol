// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {IRentalMarket} from "../../../contracts/interfaces/IRentalMarket.sol";
import {ExtensionFixture} from "../support/ExtensionFixture.sol";
import {RentModel} from "../support/RentModel.sol";
import {vm} from "../support/Vm.sol";

/// @notice An extension against everything else that can happen to its lease and its card.
contract ExtensionsAttacksTest is ExtensionFixture {
    /* WHEN */

    function test_B10_InTheLastSecond() public {
        vm.warp(START + 1 days - 1);
        vm.assertEq(_extend(60), START + 1 days + 60);
        vm.warp(START + 1 days + 59);
        vm.assertEq(_extend(60), START + 1 days + 120);
        vm.warp(START + 1 days + 120);
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LeaseNotRunning.selector, leaseId));
        _extend(60);
    }

    function test_B10_TwiceInOneSecondByTwo() public {
        _deposit(stranger, HOUR_OF_RENT);
        vm.assertEq(_extend(1 hours), START + 25 hours);
        vm.prank(stranger);
        vm.assertEq(ledger.extendBy(leaseId, 1 hours, 0, ""), START + 26 hours);
        vm.assertEq(_balance(stranger), 0);
        vm.assertEq(_balance(renter), PURSE - HOUR_OF_RENT);
    }

    /// @dev What the minimum billing still runs for may be made longer; another stop gives the added rent back, to the renter.
    function test_A75_B01_AfterTheRentersStop() public {
        vm.prank(renter);
        ledger.stop(leaseId);
        vm.assertEq(ledger.lease(leaseId).end, START + 10 minutes);
        _deposit(stranger, HOUR_OF_RENT);
        vm.prank(stranger);
        vm.assertEq(ledger.extendBy(leaseId, 1 hours, 0, ""), START + 70 minutes);
        uint256 before = _balance(renter);
        _pass(20 minutes);
        vm.prank(renter);
        (uint40 end, uint256 refund) = ledger.stop(leaseId);
        vm.assertEq(end, START + 20 minutes);
        vm.assertEq(refund, uint256(RATE) * 50 minutes);
        vm.assertEq(_balance(renter), before + refund);
        vm.assertEq(_balance(stranger), 0);
        _assertEarned(20 minutes);
    }

    /// @dev A lease stopped by its operator in its first second runs to the next one; what is added to it then is given back in
    /// full, and the second penalty is that of the added rent alone.
    function test_B10_B11_AfterTheOperatorsStopInTheFirstSecond() public {
        uint256 bond = staking.bondOf(cardId, operator).active;
        vm.prank(operator);
        ledger.stop(leaseId);
        uint256 first = _penalty(uint256(RATE) * (1 days - 1));
        vm.assertEq(staking.bondOf(cardId, operator).active, bond - first);
        uint256 before = _balance(renter);
        vm.assertEq(_extend(60), START + 61);
        vm.prank(operator);
        (uint40 end, uint256 refund) = ledger.stop(leaseId);
        vm.assertEq(end, START + 1);
        vm.assertEq(refund, uint256(RATE) * 60);
        vm.assertEq(_balance(renter), before);
        vm.assertEq(staking.bondOf(cardId, operator).active, bond - first - _penalty(refund));
        vm.warp(START + 1);
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LeaseNotRunning.selector, leaseId));
        _extend(60);
        _assertEarned(1);
    }

    /* WHAT CHANGED SINCE */

    /// @dev Neither the market's fee nor the renter's tier, the ask, its signer's counter or the card's epoch matters any more.
    function test_A52_PriceAndSplitAreThoseOfTheStart() public {
        market.setParameters(IRentalMarket.MarketParameters(1000, 0, 1 hours));
        _reachTier();
        vm.prank(operator);
        market.bump();
        vm.prank(owner);
        registry.setOperator(cardId, otherOperator, HOST + 1, 0, 0);
        uint256 before = _balance(renter);
        _extend(1 hours);
        vm.assertEq(_balance(renter), before - HOUR_OF_RENT);
        vm.assertEq(ledger.lease(leaseId).feeBps, FEE_BPS);
        _pass(3 days);
        _assertEarned(25 hours + 2 days);
    }

    /// @dev The lease and its extension outlast the sale of the card; from then on its rent is the buyer's.
    function test_B21_ExtendedAfterTheSaleOfTheCard() public {
        _pass(1 hours);
        vm.prank(owner);
        registry.transferFrom(owner, stranger, cardId);
        _extend(1 hours);
        _pass(2 days);
        ledger.collect(cardId);
        uint256 holders = RentModel.rates(RATE, 1000, FEE_BPS).holders;
        vm.assertEq(_balance(owner), holders * 1 hours);
        vm.assertEq(_balance(stranger), holders * 24 hours);
        vm.assertEq(_balance(operator), RentModel.rates(RATE, 1000, FEE_BPS).node * 25 hours);
    }

    /// @dev Between the sale of a hosted card and the buyer's first word the host cannot keep it for longer than the seller allowed.
    function test_B28_TheOwnersLongestLeaseOutlastsTheSale() public {
        _sellLimited(0, 25);
        _assertRefused(1 hours + 1, ILeaseLedger.LegRefusal.DurationAboveOwnerLimit);
        _extend(1 hours);
        vm.prank(stranger);
        registry.setOperator(cardId, operator, HOST, 0, 0);
        _extend(1 days);
    }

    function test_B28_TheOwnersFloorOutlastsTheSale() public {
        _sellLimited(RATE + 1, 0);
        _assertRefused(60, ILeaseLedger.LegRefusal.RateBelowFloor);
        vm.prank(stranger);
        registry.setOperator(cardId, operator, HOST, RATE, 0);
        _extend(60);
    }

    /// @dev A slash counts at once, first for the minimum and then for the day of rent.
    function test_A79_B22_AfterASlash() public {
        uint256 minimum = 625e18; // 500 dollars
        uint256 cover = (uint256(RATE) * 1 days * 5 + 3) / 4;
        uint256 bond = staking.bondOf(cardId, operator).active;
        _slash(bond - minimum - cover);
        _extend(60);
        _slash(1);
        _assertRefused(60, ILeaseLedger.LegRefusal.BondTooSmall);
        _slash(cover);
        _assertRefused(60, ILeaseLedger.LegRefusal.BondBelowMinimum);
        _bond(cardId, operator, cover + 1);
        _extend(60);
    }

    /// @dev A dearer model binds the cards and leases that are there.
    function test_RevertWhen_TheModelNeedsMoreNow() public {
        registry.setModel(MODEL, "H100 80GB", 81_920, REFERENCE_VALUE, 1_600e18 - uint96(uint256(RATE) * 1 days) + 1);
        _assertRefused(60, ILeaseLedger.LegRefusal.BondTooSmall);
        registry.setModel(MODEL, "H100 80GB", 81_920, REFERENCE_VALUE, 1_600e18 + 1);
        _assertRefused(60, ILeaseLedger.LegRefusal.BondBelowMinimum);
        registry.setModel(MODEL, "H100 80GB", 81_920, REFERENCE_VALUE, 1_600e18 - uint96(uint256(RATE) * 1 days));
        _extend(60);
    }

    /// @dev A floor named with a term binds at once, falls with it, and goes with a sale that failed.
    function test_B12_TheTermsFloorAsOfTheExtension() public {
        uint256 other = _newCard();
        leaseId = _rentLong(other, RATE, 40 days);
        uint64 floor = RATE + RATE / 10;
        registry.encumber(other, address(this), floor, 1000, START + 1 days, START + 200 days);
        _assertRefused(60, ILeaseLedger.LegRefusal.RateBelowFloor);
        registry.release(other);
        _extend(60);
        registry.encumber(other, address(this), floor, 1000, START + 1 days, START + 200 days);
        _pass(31 days - 1);
        _assertRefused(60, ILeaseLedger.LegRefusal.RateBelowFloor);
        _pass(1);
        _extend(60);
    }

    /// @dev To the very end of the term and not a second more; after it the owner's limits count again.
    function test_B07_B17_ToTheEndOfTheTermAndAfterIt() public {
        registry.encumber(cardId, address(this), 0, 0, START + 1 hours, START + 2 days);
        registry.activate(cardId);
        _assertRefused(1 days + 1, ILeaseLedger.LegRefusal.TermEndPassed);
        vm.assertEq(_extend(1 days), START + 2 days);
        _pass(2 days);
        uint256 revenue = ledger.accruedRevenueOf(cardId, 1);
        vm.assertEq(revenue, RentModel.rates(RATE, 1000, FEE_BPS).holders * 2 days);

        leaseId = _rent(cardId, 1000, 1 days);
        vm.assertEq(_extend(10 days), START + 13 days);
        _pass(11 days);
        vm.assertEq(ledger.accruedRevenueOf(cardId, 1), revenue);
    }

    /* BOUNDS */

    /// @dev The highest rate for the longest time, paid and split to the wei.
    function test_A40_TheHighestRateForTheLongestTime() public {
        uint64 rate = type(uint64).max;
        uint256 other = _newCard();
        _bond(other, operator, 2_100_000e18);
        _print(renter, uint256(rate) * 366 days);
        vm.startPrank(renter);
        dollar.approve(address(ledger), MOST);
        ledger.deposit(renter, uint256(rate) * 366 days, "");
        vm.stopPrank();
        leaseId = _rentLong(other, rate, 1 hours);
        vm.assertEq(_extend(366 days - 1 hours), START + 366 days);
        _assertRefused(60, ILeaseLedger.LegRefusal.DurationAboveAsk);
        vm.warp(START + 366 days);
        ledger.collect(other);
        RentModel.Rates memory rates = RentModel.rates(rate, 1000, FEE_BPS);
        vm.assertEq(_balance(owner), rates.holders * 366 days);
        vm.assertEq(_balance(operator), rates.node * 366 days);
        vm.assertEq(ledger.gatheredFees(), rates.fee * 366 days);
    }

    /* INTERNAL */

    /// @dev On an ask that allows 366 days.
    function _rentLong(uint256 card, uint64 rate, uint32 duration) private returns (uint256) {
        IRentalMarket.Ask memory ask = _ask(card);
        (ask.ratePerSecond, ask.maxDuration) = (rate, 366 days);
        return _takeAsk(renter, ask, _take(1000, duration));
    }

    function _sellLimited(uint64 floorRate, uint16 longestHours) private {
        vm.startPrank(owner);
        registry.setOperator(cardId, operator, HOST, floorRate, longestHours);
        registry.transferFrom(owner, stranger, cardId);
        vm.stopPrank();
    }

    function _slash(uint256 amount) private {
        staking.slash(cardId, operator, amount, address(0), 0, address(0));
    }

    function _reachTier() private {
        vm.startPrank(renter);
        token.approve(address(renters), PURSE);
        renters.stake(PURSE);
        vm.stopPrank();
        _extend(2 days);
        _pass(24 hours);
        vm.prank(renter);
        vm.assertEq(renters.refresh(renter), 1);
    }

    /// @dev A tenth of the rent, at 0.8 dollars per CARD.
    function _penalty(uint256 remaining) private pure returns (uint256) {
        return ((remaining / 10) * 5) / 4;
    }

    /// @dev The lease that this test began with earned for so long, and the ledger holds nothing but that and balances.
    function _assertEarned(uint256 time) private {
        ledger.collect(cardId);
        RentModel.Rates memory rates = RentModel.rates(RATE, 1000, FEE_BPS);
        vm.assertEq(_balance(owner), rates.holders * time);
        vm.assertEq(_balance(operator), rates.node * time);
        vm.assertEq(ledger.gatheredFees(), rates.fee * time);
        vm.assertEq(dollar.balanceOf(address(ledger)), _balance(renter) + _balance(stranger) + uint256(RATE) * time);
    }
}
