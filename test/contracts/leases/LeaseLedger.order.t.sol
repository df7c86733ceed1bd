// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {IRentalMarket} from "../../../contracts/interfaces/IRentalMarket.sol";
import {CardflowFixture} from "../support/CardflowFixture.sol";
import {RentModel} from "../support/RentModel.sol";
import {vm} from "../support/Vm.sol";

/// @notice Everything in one second, in every order.
contract LeaseLedgerOrderTest is CardflowFixture {
    uint256 private constant STEPS = 5;
    uint256 private constant ORDERS = 120;
    uint256 private constant PURSE = 10_000e18;

    uint256 private cardId;
    uint256 private lease; // the one whose end, stop and extension meet
    uint256[] private leases;
    uint256 private paidToHolder;

    constructor() {
        registry.setEncumbrancer(address(this), true);
        dollar.transfer(renter, PURSE);
        vm.prank(renter);
        dollar.approve(address(ledger), MOST);
        _nextCard();
    }

    function _nextCard() private {
        cardId = _newCard();
        uint40 saleEnd = uint40(block.timestamp) + 1 days;
        registry.encumber(cardId, address(this), 0, 0, saleEnd, saleEnd + 2 days);
    }

    /* EVERY ORDER OF MATCH, STOP, COLLECT, EXTEND AND A NEW HOLDER OF THE CASH FLOW */

    function test_B10_InTheSecondOfTheStart_RenterStops() public {
        _everyOrder(0, renter);
    }

    function test_B10_InTheSecondOfTheStart_OperatorStops() public {
        _everyOrder(0, operator);
    }

    function test_B10_InTheMiddle_RenterStops() public {
        _everyOrder(45 minutes, renter);
    }

    function test_B10_InTheMiddle_OperatorStops() public {
        _everyOrder(45 minutes, operator);
    }

    function test_B10_InTheLastSecond_RenterStops() public {
        _everyOrder(1 hours - 1, renter);
    }

    function test_B10_InTheLastSecond_OperatorStops() public {
        _everyOrder(1 hours - 1, operator);
    }

    function test_B10_InTheSecondOfTheExpiry() public {
        _everyOrder(1 hours, renter);
    }

    function _everyOrder(uint256 wait, address stopper) private {
        for (uint256 order; order < ORDERS; ++order) {
            _run(order, wait, stopper);
            _nextCard();
        }
    }

    function _run(uint256 order, uint256 wait, address stopper) private {
        delete leases;
        lease = _open(500, 1 hours);
        _open(125, 30 minutes);
        vm.warp(block.timestamp + wait);
        uint256[] memory left = new uint256[](STEPS);
        for (uint256 i; i < STEPS; ++i) left[i] = i;
        for (uint256 count = STEPS; count > 0; --count) {
            uint256 pick = order % count;
            order /= count;
            _step(left[pick], stopper);
            left[pick] = left[count - 1];
            _assertConserved();
        }
        vm.warp(block.timestamp + 2 hours);
        ledger.collect(cardId);
        _payHolder();
        _assertPaidOut();
    }

    function _step(uint256 step, address stopper) private {
        bool running = ledger.isRunning(lease);
        if (step == 0) {
            _open(125, 20 minutes);
        } else if (step == 1) {
            if (!running) _expectNotRunning();
            vm.prank(stopper);
            ledger.stop(lease);
        } else if (step == 2) {
            ledger.collect(cardId);
        } else if (step == 3) {
            if (!running) _expectNotRunning();
            vm.prank(renter);
            ledger.extendBy(lease, 60, 0, "");
        } else {
            registry.activate(cardId);
        }
    }

    function _expectNotRunning() private {
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LeaseNotRunning.selector, lease));
    }

    function _payHolder() private {
        uint256 held = ledger.accruedRevenueOf(cardId, 1);
        ledger.payRevenue(cardId, 1, false, held, address(this));
        paidToHolder += held;
    }

    function _open(uint16 thousandths, uint32 duration) private returns (uint256 leaseId) {
        IRentalMarket.Ask memory ask = _ask(cardId);
        leaseId = _takeAsk(renter, ask, _take(thousandths, duration));
        for (uint256 i; i < leases.length; ++i) vm.assertTrue(leases[i] != leaseId, "an id came twice");
        leases.push(leaseId);
    }

    /// @dev I7, to the wei: what is held is balances, unspent escrow, what accrued and is not paid, and fees.
    function _assertConserved() private view {
        uint256 owed = _balance(renter) + _balance(operator) + _balance(owner) + ledger.gatheredFees() + paidToHolder;
        for (uint256 place; place < 8; ++place) owed += _escrow(place);
        (uint256 fee, uint256 node, uint256 owned) = ledger.collectable(cardId);
        uint256 held = ledger.accruedRevenueOf(cardId, 1);
        vm.assertEq(dollar.balanceOf(address(ledger)), owed + fee + node + owned + held);
    }

    function _escrow(uint256 place) private view returns (uint256) {
        uint256[] memory running = ledger.runningLeases(cardId);
        if (place >= running.length) return 0;
        ILeaseLedger.Lease memory one = ledger.lease(running[place]);
        return uint256(one.rate) * (one.end - block.timestamp);
    }

    /// @dev I8, summed over all leases: all that was charged is with somebody.
    function _assertPaidOut() private view {
        uint256 all = _balance(renter) + _balance(operator) + _balance(owner) + ledger.gatheredFees() + paidToHolder;
        vm.assertEq(dollar.balanceOf(address(ledger)), all);
        vm.assertEq(dollar.balanceOf(address(ledger)) + dollar.balanceOf(renter), PURSE);
    }

    /* TWO IN ONE SECOND */

    function test_A62_OneCardIsNotSoldTwiceInOneSecond() public {
        _open(1000, 1 days);
        IRentalMarket.Ask memory ask = _ask(cardId);
        bytes memory signature = _signed(ask);
        vm.expectRevert(
            abi.encodeWithSelector(IRentalMarket.AskRefused.selector, ILeaseLedger.LegRefusal.ThousandthsNotFree)
        );
        vm.prank(renter);
        market.takeAsk(ask, signature, _take(1, 1 days), "");
    }

    /// @dev Leases that end in one second, some stopped to it and some lasting to it.
    function testFuzz_B10_EndsInOneSecond(uint256 seed) public {
        uint256 due;
        for (uint256 i; i < 8; ++i) {
            uint256 leaseId = _open(125, uint32(20 minutes + ((seed >> (8 * i)) % 3) * 10 minutes));
            ILeaseLedger.Lease memory one = ledger.lease(leaseId);
            uint256 seconds_ = one.end - START < 30 minutes ? one.end - START : 30 minutes;
            due += uint256(one.holdersRate) * seconds_;
        }
        vm.warp(START + 30 minutes);
        for (uint256 i; i < 8; ++i) {
            if (!ledger.isRunning(leases[i])) continue;
            vm.prank((seed >> (64 + i)) & 1 == 0 ? renter : operator);
            ledger.stop(leases[i]);
            if ((seed >> (72 + i)) & 1 == 0) ledger.collect(cardId);
        }
        _assertConserved();
        uint256 revenue = ledger.accruedRevenueOf(cardId, 0);
        vm.assertEq(revenue, due);
        vm.warp(START + 10 days);
        revenue = ledger.accruedRevenueOf(cardId, 0);
        vm.assertEq(revenue, due);
        _assertConserved();
        _open(1000, 1 days);
        _assertConserved();
    }

    function test_RatesOfTheModel() public pure {
        RentModel.Rates memory rates = RentModel.rates(RATE, 1000, FEE_BPS);
        vm.assertEq(rates.gross, RATE);
        vm.assertEq(rates.fee, 27_777_777_777_777);
        vm.assertEq(rates.node, 52_777_777_777_778);
        vm.assertEq(rates.holders, 475_000_000_000_002);
    }
}
