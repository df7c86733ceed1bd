// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {IRentalMarket} from "../../../contracts/interfaces/IRentalMarket.sol";
import {ExtensionFixture} from "../support/ExtensionFixture.sol";
import {RentModel} from "../support/RentModel.sol";
import {vm} from "../support/Vm.sol";

contract LeaseLedgerExtendByTest is ExtensionFixture {
    function test_LastsLonger() public {
        uint256 paid = uint256(RATE) * 1 hours;
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.LeaseExtended(leaseId, START + 25 hours, renter, paid, 0, 0);
        vm.prank(renter);
        vm.assertEq(ledger.extendBy(leaseId, 1 hours, 0, ""), START + 25 hours);
        vm.assertEq(_balance(renter), PURSE - paid);
        vm.assertEq(ledger.lease(leaseId).end, START + 25 hours);
    }

    function test_A75_StrangersExtensionIsAGiftToTheRenter() public {
        _deposit(stranger, 100e18);
        vm.prank(stranger);
        ledger.extendBy(leaseId, 1 days, 0, "");
        vm.assertEq(_balance(stranger), 100e18 - uint256(RATE) * 1 days);
        _pass(12 hours);
        vm.prank(renter);
        (, uint256 refund) = ledger.stop(leaseId);
        vm.assertEq(refund, uint256(RATE) * 36 hours);
        vm.assertEq(_balance(stranger), 100e18 - uint256(RATE) * 1 days);
    }

    function testFuzz_A75_A73_RevertWhen_AddedIsTooShort(uint32 added) public {
        added = uint32(uint256(added) % 60);
        bytes memory refused = abi.encodeWithSelector(ILeaseLedger.ExtensionTooShort.selector, added, uint32(60));
        vm.expectRevert(refused);
        vm.prank(renter);
        ledger.extendBy(leaseId, added, 0, "");
        vm.expectRevert(refused);
        ledger.previewExtend(leaseId, added, renter);
    }

    function test_A75_RevertWhen_AboveTheAsksLongest() public {
        _assertRefused(30 days - 1 days + 1, ILeaseLedger.LegRefusal.DurationAboveAsk);
        _assertRefused(type(uint32).max, ILeaseLedger.LegRefusal.DurationAboveAsk);
        vm.prank(renter);
        ledger.extendBy(leaseId, 30 days - 1 days, 0, "");
        _assertRefused(60, ILeaseLedger.LegRefusal.DurationAboveAsk);
    }

    function test_B28_RevertWhen_OwnerAllowsLessNow() public {
        vm.prank(owner);
        registry.setOperator(cardId, operator, HOST, 0, 25);
        _assertRefused(1 hours + 1, ILeaseLedger.LegRefusal.DurationAboveOwnerLimit);
        vm.prank(renter);
        ledger.extendBy(leaseId, 1 hours, 0, "");
    }

    function test_B28_RevertWhen_OwnersFloorIsHigherNow() public {
        vm.prank(owner);
        registry.setOperator(cardId, operator, HOST, RATE + 1, 0);
        _assertRefused(1 hours, ILeaseLedger.LegRefusal.RateBelowFloor);
    }

    function test_FloorOfASliceIsRoundedDown() public {
        uint256 other = _newCard();
        uint256 slice = _rentAt(other, 1_001, 333, 1 hours); // 333 wei a second
        vm.prank(owner);
        registry.setOperator(other, operator, HOST, 1_002, 0); // floor(333.666) = 333
        vm.prank(renter);
        ledger.extendBy(slice, 60, 0, "");
        vm.prank(owner);
        registry.setOperator(other, operator, HOST, 1_003, 0); // floor(333.999) = 333
        vm.prank(renter);
        ledger.extendBy(slice, 60, 0, "");
        vm.prank(owner);
        registry.setOperator(other, operator, HOST, 1_004, 0); // floor(334.3) = 334
        leaseId = slice;
        _assertRefused(60, ILeaseLedger.LegRefusal.RateBelowFloor);
    }

    function test_B07_RevertWhen_PastTheTerm() public {
        registry.encumber(cardId, address(this), 0, 0, START + 1 hours, START + 26 hours);
        _assertRefused(2 hours + 1, ILeaseLedger.LegRefusal.TermEndPassed);
        vm.prank(renter);
        ledger.extendBy(leaseId, 2 hours, 0, "");
    }

    function test_RevertWhen_BondIsBelowTheMinimum() public {
        vm.prank(operator);
        staking.requestUnstake(cardId, 2_000e18 - 624e18);
        _assertRefused(1 hours, ILeaseLedger.LegRefusal.BondBelowMinimum);
    }

    function test_B22_RevertWhen_BondDoesNotCoverADayOfRent() public {
        uint256 needed = (uint256(RATE) * 1 days * 1e18) / 0.8e18 + 1;
        vm.prank(operator);
        staking.requestUnstake(cardId, 2_000e18 - 625e18 - needed + 2);
        _assertRefused(1 hours, ILeaseLedger.LegRefusal.BondTooSmall);
        _bond(cardId, operator, 2);
        vm.prank(renter);
        ledger.extendBy(leaseId, 1 hours, 0, "");
    }

    /// @dev Of parts of a card the rates of all of the operator's leases that run on it are counted, and of no other's.
    function test_B22_CoverIsAskedForAllLeasesOfTheOperator() public {
        uint256 other = _newCard();
        uint256 brief = _rent(other, 300, 1 hours);
        leaseId = _rent(other, 500, 1 days);
        uint256 rates = uint256(ledger.lease(brief).rate) + ledger.lease(leaseId).rate;
        uint256 least = (625e18 * 0.8 + rates * 1 days) * 5; // of quarters of a CARD-wei, at 0.8 dollars
        vm.prank(operator);
        staking.requestUnstake(other, 2_000e18 - (least + 3) / 4 + 1);
        _assertRefused(60, ILeaseLedger.LegRefusal.BondTooSmall);
        _bond(other, operator, 1);
        vm.prank(renter);
        ledger.extendBy(leaseId, 60, 0, "");

        vm.prank(operator);
        staking.requestUnstake(other, 1);
        _assertRefused(60, ILeaseLedger.LegRefusal.BondTooSmall);
        _pass(1 hours); // the brief one is over, and another operator's runs
        vm.prank(owner);
        registry.setOperator(other, otherOperator, HOST, 0, 0);
        _bond(other, otherOperator, 2_000e18);
        IRentalMarket.Ask memory ask = _ask(other);
        ask.operator = otherOperator;
        _takeAsk(renter, ask, _take(300, 1 days));
        vm.prank(renter);
        ledger.extendBy(leaseId, 60, 0, "");
    }

    /// @dev The price falls: no lease ends, none is extended until the bond is topped up.
    function test_RevertWhen_ThePriceOfTheBondFell() public {
        vm.prank(operator);
        staking.requestUnstake(cardId, 1_300e18);
        _setPrice(0.5e8);
        for (uint256 i; i < 12; ++i) {
            _pass(1 hours);
            oracle.poke();
        }
        staking.refreshPrice();
        vm.assertTrue(ledger.isRunning(leaseId));
        _assertRefused(1 hours, ILeaseLedger.LegRefusal.BondBelowMinimum);
        _bond(cardId, operator, 2_000e18);
        vm.prank(renter);
        ledger.extendBy(leaseId, 1 hours, 0, "");
    }

    /// @dev The lease's operator must cover it, not the card's.
    function test_B31_CoverIsAskedOfTheLeasesOperator() public {
        vm.prank(owner);
        registry.setOperator(cardId, otherOperator, HOST, 0, 0);
        vm.prank(renter);
        ledger.extendBy(leaseId, 1 hours, 0, "");
        vm.prank(operator);
        staking.requestUnstake(cardId, 2_000e18);
        _bond(cardId, otherOperator, 5_000e18);
        _assertRefused(1 hours, ILeaseLedger.LegRefusal.BondBelowMinimum);
    }

    function test_RevertWhen_LeaseIsOver() public {
        _pass(1 days);
        bytes memory refused = abi.encodeWithSelector(ILeaseLedger.LeaseNotRunning.selector, leaseId);
        vm.expectRevert(refused);
        vm.prank(renter);
        ledger.extendBy(leaseId, 1 hours, 0, "");
        vm.expectRevert(refused);
        ledger.previewExtend(leaseId, 1 hours, renter);
    }

    function testFuzz_RevertWhen_LeaseWasNeverOpened(uint256 unknown) public {
        vm.assume(unknown != leaseId);
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LeaseNotRunning.selector, unknown));
        vm.prank(renter);
        ledger.extendBy(unknown, 1 hours, 0, "");
    }

    function test_RevertWhen_NobodyPays() public {
        (ILeaseLedger.LegRefusal refusal, ILeaseLedger.PaymentRefusal payment, uint256 paid, ) = ledger.previewExtend(
            leaseId,
            1 hours,
            stranger
        );
        vm.assertTrue(refusal == ILeaseLedger.LegRefusal.None);
        vm.assertTrue(payment == ILeaseLedger.PaymentRefusal.FundsTooLow);
        vm.assertEq(paid, uint256(RATE) * 1 hours);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(ledger), uint256(0), paid)
        );
        vm.prank(stranger);
        ledger.extendBy(leaseId, 1 hours, 0, "");
        vm.assertEq(ledger.lease(leaseId).end, START + 1 days);
    }

    function test_FundingOfTheCaller() public {
        dollar.transfer(stranger, 100e18);
        _deposit(stranger, 1);
        bytes memory funding = _permit(dollar, stranger, address(ledger), 100e18);
        uint256 paid = uint256(RATE) * 1 hours;
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.LeaseExtended(leaseId, START + 25 hours, stranger, paid, paid - 1, 0);
        vm.prank(stranger);
        ledger.extendBy(leaseId, 1 hours, 0, funding);
        vm.assertEq(dollar.balanceOf(stranger), 100e18 - paid + 1);
        vm.assertEq(_balance(stranger), 0);
    }

    function test_AuthorizationOfTheCaller() public {
        dollar.transfer(stranger, 100e18);
        bytes memory funding = _authorization(stranger, 100e18, "one");
        uint256 paid = uint256(RATE) * 1 hours;
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.AccountCredited(stranger, 0, ILeaseLedger.Credit.Deposit, 100e18);
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.LeaseExtended(leaseId, START + 25 hours, stranger, paid, 0, 0);
        vm.prank(stranger);
        ledger.extendBy(leaseId, 1 hours, 0, funding);
        vm.assertEq(_balance(stranger), 100e18 - paid);
    }

    /// @dev What runs goes on where no market is named.
    function test_I21_NeedsNoMarket() public {
        ledger.setMarket(address(0));
        vm.prank(renter);
        vm.assertEq(ledger.extendBy(leaseId, 1 hours, 0, ""), START + 25 hours);
    }

    /// @dev Stops lower and extensions raise the end; the card's revenue is exact in between.
    function testFuzz_I9_StopsAndExtensionsOfTwoLeases(uint256 seed) public {
        uint256 other = _newCard();
        uint256[2] memory ids = [_rent(other, 400, 2 hours), _rent(other, 300, 3 hours)];
        uint256[2] memory ends = [uint256(START + 2 hours), START + 3 hours];
        uint256[2] memory rates = [uint256(ledger.lease(ids[0]).holdersRate), ledger.lease(ids[1]).holdersRate];
        for (uint256 i; i < 12; ++i) {
            uint256 word = uint256(keccak256(abi.encode(seed, i)));
            _pass(word % 40 minutes);
            uint256 k = (word >> 32) & 1;
            if (ends[k] > block.timestamp && (word >> 40) % 4 == 0) {
                vm.prank(renter);
                (ends[k], ) = ledger.stop(ids[k]);
            } else if (ends[k] > block.timestamp) {
                uint32 added = uint32(60 + ((word >> 48) % 30 minutes));
                vm.prank(renter);
                ends[k] = ledger.extendBy(ids[k], added, 0, "");
            }
            if ((word >> 80) % 3 == 0) ledger.collect(other);
            uint256 revenue = ledger.accruedRevenueOf(other, 0);
            vm.assertEq(
                revenue,
                rates[0] * RentModel.overlap(START, ends[0], 0, block.timestamp) +
                    rates[1] * RentModel.overlap(START, ends[1], 0, block.timestamp)
            );
        }
    }
}
