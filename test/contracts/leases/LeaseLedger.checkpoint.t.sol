// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {IRentalMarket} from "../../../contracts/interfaces/IRentalMarket.sol";
import {CardflowFixture} from "../support/CardflowFixture.sol";
import {RentModel} from "../support/RentModel.sol";
import {Listener} from "../support/Wallets.sol";
import {Vm, vm} from "../support/Vm.sol";

/// @notice Changes of owner and of the holder of the cash flow. The test is an encumbrancer and the holder.
contract LeaseLedgerCheckpointTest is CardflowFixture {
    uint256 private cardId;
    uint256 private holders; // rate of a whole-card lease
    address private holder = address(this);

    constructor() {
        cardId = _newCard();
        registry.setEncumbrancer(address(this), true);
        holders = RentModel.rates(RATE, 1000, FEE_BPS).holders;
    }

    /* OWNERS */

    function test_OldOwnerIsPaidToTheSecondOfTheTransfer() public {
        _rent(cardId, 1000, 1 days);
        _pass(5 hours);
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.AccountCredited(owner, cardId, ILeaseLedger.Credit.Owner, holders * 5 hours);
        vm.prank(owner);
        registry.transferFrom(owner, stranger, cardId);
        vm.assertEq(_balance(owner), holders * 5 hours);
        _pass(30 days);
        ledger.collect(cardId);
        vm.assertEq(_balance(owner), holders * 5 hours);
        vm.assertEq(_balance(stranger), holders * 19 hours);
        vm.assertEq(_earned(stranger), holders * 19 hours);
    }

    function test_TransferGathersTheFeesOfLeasesThatAreOver() public {
        _rent(cardId, 500, 1 days);
        _rent(cardId, 500, 2 days);
        _pass(1 days);
        RentModel.Rates memory half = RentModel.rates(RATE, 500, FEE_BPS);
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.AccountCredited(operator, cardId, ILeaseLedger.Credit.Node, half.node * 1 days);
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.FeesGathered(cardId, half.fee * 1 days);
        vm.prank(owner);
        registry.transferFrom(owner, stranger, cardId);
        vm.assertEq(ledger.gatheredFees(), half.fee * 1 days);
        _pass(1 days);
        ledger.collect(cardId);
        vm.assertEq(ledger.gatheredFees(), half.fee * 3 days);
        vm.assertEq(_balance(operator), half.node * 3 days);
    }

    function test_TransferOfACardThatEarnedNothingCreditsNobody() public {
        vm.recordLogs();
        vm.prank(owner);
        registry.transferFrom(owner, stranger, cardId);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) vm.assertTrue(logs[i].emitter != address(ledger));
        vm.assertEq(_earned(owner), 0);
    }

    /// @dev Fault 5 of an early trial: an owner change collects first and never reverts; an encumbered card pays no
    /// owner.
    function test_Trial5_CardAlwaysChangesHands() public {
        _bond(cardId, operator, 5_000e18);
        for (uint256 i; i < 8; ++i) _rent(cardId, 125, uint32(1 hours + i * 1 hours));
        address[4] memory hands = [owner, stranger, renter, matcher];
        for (uint256 i; i < 3; ++i) {
            _pass(2 hours);
            vm.prank(hands[i]);
            registry.transferFrom(hands[i], hands[i + 1], cardId);
        }
        vm.prank(matcher);
        registry.transferFrom(matcher, matcher, cardId);
        RentModel.Rates memory eighth = RentModel.rates(RATE, 125, FEE_BPS);
        vm.assertEq(_balance(owner), eighth.holders * (8 * 2 - 1) * 1 hours);
        _pass(30 days);
        ledger.collect(cardId);
        vm.assertEq(ledger.gatheredFees(), eighth.fee * 36 hours);
        vm.assertEq(_balance(operator), eighth.node * 36 hours);

        _encumber();
        registry.activate(cardId);
        _giveOperator(matcher);
        _rent(cardId, 1000, 1 days);
        _pass(1 hours);
        uint256 before = _balance(matcher);
        vm.prank(matcher);
        registry.transferFrom(matcher, owner, cardId);
        ledger.collect(cardId);
        vm.assertEq(_balance(matcher), before);
    }

    function _giveOperator(address cardOwner) private {
        vm.prank(cardOwner);
        registry.setOperator(cardId, operator, HOST, 0, 0);
    }

    /* HOLDERS OF THE CASH FLOW */

    function test_ActivationSplitsALeaseAtItsSecond() public {
        _rent(cardId, 1000, 1 days);
        _encumber();
        _pass(3 hours);
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.AccountCredited(owner, cardId, ILeaseLedger.Credit.Owner, holders * 3 hours);
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.RevenueNumberChanged(cardId, 1, holder, holders * 3 hours);
        registry.activate(cardId);
        vm.assertEq(ledger.revenueNumber(cardId), 1);
        _pass(3 days);
        uint256 revenue = ledger.accruedRevenueOf(cardId, 0);
        vm.assertEq(revenue, holders * 3 hours);
        revenue = ledger.accruedRevenueOf(cardId, 1);
        vm.assertEq(revenue, holders * 21 hours);
        revenue = ledger.accruedRevenueOf(cardId, 2);
        vm.assertEq(revenue, 0);
        (address payee, uint256 paid) = ledger.holderOf(cardId, 1);
        vm.assertEq(payee, holder);
        vm.assertEq(paid, 0);

        ledger.collect(cardId);
        vm.assertEq(_balance(owner), holders * 3 hours);
        (, , uint256 owned) = ledger.collectable(cardId);
        vm.assertEq(owned, 0);
    }

    /// @dev Fault 4 of an early trial, too: the figure is final before the first lease after the term.
    function test_Trial4_B17_I9_NumberIsFrozenBeforeTheFirstLeaseAfterItsEnd() public {
        (, uint40 termEnd) = _encumber();
        registry.activate(cardId);
        vm.warp(termEnd - 1 days);
        _setPrice(0.8e8);
        _rent(cardId, 1000, 1 days);
        vm.warp(termEnd + 5 days);
        _setPrice(0.8e8);
        uint256 revenue = ledger.accruedRevenueOf(cardId, 1);
        vm.assertEq(revenue, holders * 1 days);

        // Nobody called `expire`: the match does, before the lease begins.
        _deposit(renter, uint256(RATE) * 1 days);
        IRentalMarket.Ask memory ask = _ask(cardId);
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.RevenueNumberChanged(cardId, 2, address(0), holders * 1 days);
        _takeAsk(renter, ask, _take(1000, 1 days));
        _pass(2 days);
        revenue = ledger.accruedRevenueOf(cardId, 1);
        vm.assertEq(revenue, holders * 1 days);
        revenue = ledger.accruedRevenueOf(cardId, 2);
        vm.assertEq(revenue, holders * 1 days);
        ledger.collect(cardId);
        vm.assertEq(_balance(owner), holders * 1 days);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILeaseLedger.RevenueOverdrawn.selector,
                cardId,
                uint16(1),
                holders * 1 days,
                holders * 1 days + 1
            )
        );
        ledger.payRevenue(cardId, 1, true, holders * 1 days + 1, holder);
        ledger.payRevenue(cardId, 1, true, holders * 1 days, holder);
    }

    /// @dev Fault 4 of an early trial: a card without a term pays nothing for the check of its end.
    function test_Trial4_CardWithoutATermIsReadInOneSlot() public {
        uint256 free = _readsOfLeasingTerms();
        _encumber();
        vm.assertEq(_readsOfLeasingTerms(), free + 1);
    }

    /// @dev Of the registry: the card, its model, and the limits where there are any.
    function _readsOfLeasingTerms() private returns (uint256) {
        vm.record();
        registry.leasingTerms(cardId);
        (bytes32[] memory reads, ) = vm.accesses(address(registry));
        return reads.length;
    }

    function test_NumberOfAFailedSaleNeverStarts() public {
        _rent(cardId, 1000, 1 days);
        _encumber();
        registry.release(cardId);
        uint256 revenue = ledger.accruedRevenueOf(cardId, 1);
        vm.assertEq(revenue, 0);
        _encumber();
        _pass(1 hours);
        registry.activate(cardId);
        vm.assertEq(ledger.revenueNumber(cardId), 3);
        revenue = ledger.accruedRevenueOf(cardId, 1);
        vm.assertEq(revenue, 0);
        revenue = ledger.accruedRevenueOf(cardId, 0);
        vm.assertEq(revenue, holders * 1 hours);
        revenue = ledger.accruedRevenueOf(cardId, 2);
        vm.assertEq(revenue, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILeaseLedger.LedgerCallerNotHolder.selector,
                cardId,
                uint16(1),
                address(0),
                address(this)
            )
        );
        ledger.payRevenue(cardId, 1, true, 0, holder);
    }

    function test_HolderPaysFromItsNumber() public {
        _earnAsHolder();
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.RevenueClaimed(cardId, 1, stranger, 100, true);
        ledger.payRevenue(cardId, 1, true, 100, stranger);
        vm.assertEq(dollar.balanceOf(stranger), 100);
        vm.assertEq(_balance(stranger), 0);
        vm.assertEq(_earned(stranger), 100);

        vm.expectEmit(address(ledger));
        emit ILeaseLedger.RevenueClaimed(cardId, 1, stranger, 50, false);
        ledger.payRevenue(cardId, 1, false, 50, stranger);
        vm.assertEq(dollar.balanceOf(stranger), 100);
        vm.assertEq(_balance(stranger), 50);
        vm.assertEq(_earned(stranger), 150);
        (, uint256 paid) = ledger.holderOf(cardId, 1);
        vm.assertEq(paid, 150);
    }

    function test_A25_HolderPaysAContractWithoutCallingIt() public {
        _earnAsHolder();
        Listener receiver = new Listener();
        ledger.payRevenue(cardId, 1, true, 100, address(receiver));
        vm.assertEq(receiver.calls(), 0);
    }

    function test_RevertWhen_StrangerPaysRevenue() public {
        _earnAsHolder();
        vm.expectRevert(
            abi.encodeWithSelector(ILeaseLedger.LedgerCallerNotHolder.selector, cardId, uint16(1), holder, stranger)
        );
        vm.prank(stranger);
        ledger.payRevenue(cardId, 1, true, 1, stranger);
    }

    function testFuzz_RevertWhen_RevenueIsOverdrawn(uint256 amount) public {
        _earnAsHolder();
        ledger.payRevenue(cardId, 1, true, 10, holder);
        uint256 available = holders * 1 hours - 10;
        vm.assume(amount > available);
        vm.expectRevert(
            abi.encodeWithSelector(ILeaseLedger.RevenueOverdrawn.selector, cardId, uint16(1), available, amount)
        );
        ledger.payRevenue(cardId, 1, true, amount, holder);
    }

    function test_RevertWhen_NumberIsTheOwners() public {
        _rent(cardId, 1000, 1 days);
        _pass(1 hours);
        vm.expectRevert(
            abi.encodeWithSelector(ILeaseLedger.LedgerCallerNotHolder.selector, cardId, uint16(0), address(0), owner)
        );
        vm.prank(owner);
        ledger.payRevenue(cardId, 0, true, 1, owner);
    }

    function test_RevertWhen_CheckpointIsNotTheRegistrys() public {
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LedgerCallerNotRegistry.selector, address(this)));
        ledger.checkpoint(cardId, address(this), 1, address(this));
    }

    function test_RetiredCardIsSettledAndHasNoRunningLease() public {
        _rent(cardId, 1000, 1 days);
        _pass(1 days);
        vm.prank(owner);
        registry.retire(cardId);
        vm.assertEq(_balance(owner), holders * 1 days);
        vm.expectRevert(
            abi.encodeWithSelector(IRentalMarket.AskRefused.selector, ILeaseLedger.LegRefusal.CardNotVerified)
        );
        this.rentAgain();
    }

    function rentAgain() external {
        _rent(cardId, 1000, 1 days);
    }

    /// @dev The owner's revenue, the holder's and the next owner's add up to all of it, whenever things change.
    function testFuzz_I9_EverySecondHasOnePayee(uint32 sold, uint32 begun, uint32 length) public {
        uint32 duration = 10 days;
        _rent(cardId, 1000, duration);
        sold = uint32(uint256(sold) % duration);
        begun = uint32(uint256(begun) % duration);
        _encumberFor(uint40(duration) + 1, uint40(1 + (uint256(length) % 30 days)));
        (uint256 first, uint256 second) = sold < begun ? (sold, begun) : (begun, sold);
        vm.warp(START + first);
        _change(first == sold);
        vm.warp(START + second);
        _change(first != sold);
        _pass(90 days);
        if (registry.encumbrance(cardId).holder != address(0)) registry.expire(cardId);
        ledger.collect(cardId);
        vm.assertEq(_balance(owner), holders * first);
        vm.assertEq(_balance(stranger), first == begun ? 0 : holders * (second - first));
        uint256 revenue = ledger.accruedRevenueOf(cardId, 1);
        vm.assertEq(revenue, holders * (duration - begun));
        revenue = ledger.accruedRevenueOf(cardId, 0);
        vm.assertEq(revenue, holders * begun);
    }

    function _change(bool sale) private {
        if (!sale) return registry.activate(cardId);
        vm.prank(owner);
        registry.transferFrom(owner, stranger, cardId);
    }

    function _earnAsHolder() private {
        _encumber();
        registry.activate(cardId);
        _rent(cardId, 1000, 1 days);
        _pass(1 hours);
    }

    function _encumber() private returns (uint40 saleEnd, uint40 termEnd) {
        return _encumberFor(2 days, 60 days);
    }

    function _encumberFor(uint40 sale, uint40 term) private returns (uint40 saleEnd, uint40 termEnd) {
        saleEnd = uint40(block.timestamp) + sale;
        termEnd = saleEnd + term;
        registry.encumber(cardId, holder, 0, 0, saleEnd, termEnd);
    }
}
