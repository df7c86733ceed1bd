// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {IRentalMarket} from "../../../contracts/interfaces/IRentalMarket.sol";
import {ISupplierStaking} from "../../../contracts/interfaces/ISupplierStaking.sol";
import {CardflowFixture} from "../support/CardflowFixture.sol";
import {RentModel} from "../support/RentModel.sol";
import {vm} from "../support/Vm.sol";

contract LeaseLedgerStopTest is CardflowFixture {
    uint256 private cardId;

    constructor() {
        cardId = _newCard();
    }

    /* RENTER */

    function test_RenterStopsNow() public {
        uint256 leaseId = _rent(cardId, 1000, 1 days);
        _pass(1 hours + 7);
        uint256 refund = uint256(RATE) * (1 days - 1 hours - 7);
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.LeaseStopped(leaseId, renter, START + 1 hours + 7, refund, 0);
        vm.prank(renter);
        (uint40 end, uint256 refunded) = ledger.stop(leaseId);

        vm.assertEq(end, START + 1 hours + 7);
        vm.assertEq(refunded, refund);
        vm.assertEq(_balance(renter), refund);
        vm.assertFalse(ledger.isRunning(leaseId));
        vm.assertEq(ledger.lease(leaseId).end, START + 1 hours + 7);
        vm.assertEq(ledger.runningLeases(cardId).length, 0);
    }

    function test_B01_RenterPaysTheMinimum() public {
        uint256 leaseId = _rent(cardId, 1000, 1 days);
        vm.prank(renter);
        (uint40 end, uint256 refund) = ledger.stop(leaseId);
        vm.assertEq(end, START + 10 minutes);
        vm.assertEq(refund, uint256(RATE) * (1 days - 10 minutes));
        vm.assertTrue(ledger.isRunning(leaseId));

        // A second stop gives nothing more, and a restart takes another place and pays its own minimum.
        vm.prank(renter);
        (end, refund) = ledger.stop(leaseId);
        vm.assertEq(end, START + 10 minutes);
        vm.assertEq(refund, 0);
        vm.expectRevert(
            abi.encodeWithSelector(IRentalMarket.AskRefused.selector, ILeaseLedger.LegRefusal.ThousandthsNotFree)
        );
        this.rentWhole();
        _pass(10 minutes);
        vm.assertFalse(ledger.isRunning(leaseId));
        vm.assertEq(ledger.revenueNumber(cardId), 0);
        vm.assertTrue(this.rentWhole() != leaseId);
    }

    function rentWhole() external returns (uint256) {
        return _rent(cardId, 1000, 1 days);
    }

    function test_B02_RenterNeedsNobodyToLeave() public {
        uint256 leaseId = _rent(cardId, 1000, 1 days);
        _pass(3 hours);
        // The node is dark, its bond is leaving, the feeds are dead: the renter still gets the unused part.
        vm.prank(operator);
        staking.requestUnstake(cardId, 2_000e18);
        vm.warp(block.timestamp + 12 hours);
        vm.prank(renter);
        ledger.stop(leaseId);
        vm.assertEq(_balance(renter), uint256(RATE) * 9 hours);
        vm.prank(renter);
        ledger.withdraw(uint256(RATE) * 9 hours, renter);
        vm.assertEq(dollar.balanceOf(renter), uint256(RATE) * 9 hours);
    }

    function test_RenterWhoIsTheOperatorStopsAsRenter() public {
        IRentalMarket.Ask memory ask = _ask(cardId);
        _deposit(operator, uint256(RATE) * 1 days);
        uint256 leaseId = _takeAsk(operator, ask, _take(1000, 1 days));
        vm.prank(operator);
        (uint40 end, ) = ledger.stop(leaseId);
        vm.assertEq(end, START + 10 minutes);
        vm.assertEq(token.balanceOf(operator), 0);
    }

    /* OPERATOR */

    function test_OperatorPaysATenthOfWhatRemains() public {
        uint256 leaseId = _rent(cardId, 1000, 1 days);
        _pass(2 hours);
        uint256 refund = uint256(RATE) * 22 hours;
        uint256 penalty = ((refund / 10) * 1e18) / 0.8e18;
        vm.expectEmit(address(staking));
        emit ISupplierStaking.StopPenaltyPaid(cardId, operator, renter, penalty, 0);
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.LeaseStopped(leaseId, operator, START + 2 hours, refund, penalty);
        vm.prank(operator);
        ledger.stop(leaseId);
        vm.assertEq(_balance(renter), refund);
        vm.assertEq(token.balanceOf(renter), penalty);
        vm.assertEq(staking.bondOf(cardId, operator).active, 2_000e18 - penalty);
    }

    function test_OperatorPaysAtMostADayOfRent() public {
        uint256 leaseId = _rent(cardId, 1000, 30 days);
        _pass(1 days);
        vm.prank(operator);
        ledger.stop(leaseId);
        vm.assertEq(token.balanceOf(renter), (uint256(RATE) * 1 days * 1e18) / 0.8e18);
    }

    function test_OperatorPaysFromActiveThenThawing() public {
        uint256 leaseId = _rent(cardId, 1000, 30 days);
        // Above the minimum of 625 CARD are 1375, of which all but 20 thaw.
        vm.prank(operator);
        staking.requestUnstake(cardId, 1_980e18);
        _pass(1 days);
        uint256 penalty = (uint256(RATE) * 1 days * 1e18) / 0.8e18;
        vm.assertGt(penalty, 20e18);
        vm.expectEmit(address(staking));
        emit ISupplierStaking.StopPenaltyPaid(cardId, operator, renter, 20e18, penalty - 20e18);
        vm.prank(operator);
        ledger.stop(leaseId);
        vm.assertEq(token.balanceOf(renter), penalty);
    }

    function test_B11_PenaltyLeavesTheMinimumAndTheCoverOfOtherLeases() public {
        // The operator rents from itself through another account and stops at once.
        uint256 mine = _rent(cardId, 500, 30 days);
        uint256 other = _rent(cardId, 500, 30 days);
        uint256 otherRate = ledger.lease(other).rate;
        uint256 kept = ((500e18 + otherRate * 1 days) * 1e18 + 0.8e18 - 1) / 0.8e18;
        _leaveBond(kept + 3);
        _pass(10 days);
        vm.prank(operator);
        ledger.stop(mine);
        vm.assertEq(token.balanceOf(renter), 3);
        vm.assertEq(_held(), kept);
        // Nothing is left above: the last lease costs only what its own cover was.
        vm.prank(operator);
        ledger.stop(other);
        vm.assertEq(token.balanceOf(renter), 3 + (otherRate * 1 days * 1e18) / 0.8e18);
        vm.assertGe(_held(), 625e18);
    }

    /// @dev Its last second still runs, and needs no cover of the bond that pays for its end.
    function test_B11_ALeaseStoppedInItsFirstSecondNeedsNoCover() public {
        uint256 leaseId = _rent(cardId, 1000, 30 days);
        _leaveBond(626e18);
        vm.prank(operator);
        ledger.stop(leaseId);
        vm.assertEq(token.balanceOf(renter), 1e18);
    }

    function test_B31_OtherOperatorsLeasesNeedNoCoverOfThisOne() public {
        uint256 mine = _rent(cardId, 500, 30 days);
        vm.prank(owner);
        registry.setOperator(cardId, otherOperator, HOST, 0, 0);
        _bond(cardId, otherOperator, 2_000e18);
        _rent(cardId, 500, 30 days);
        _leaveBond(626e18);
        _pass(1 days);
        vm.prank(operator);
        ledger.stop(mine);
        vm.assertEq(token.balanceOf(renter), 1e18);
    }

    function test_OperatorOfTheLeaseStopsIt_NotTheNewOne() public {
        uint256 leaseId = _rent(cardId, 1000, 1 days);
        vm.prank(owner);
        registry.setOperator(cardId, otherOperator, HOST, 0, 0);
        _pass(1 hours);
        _expectNotParty(leaseId, otherOperator);
        vm.prank(otherOperator);
        ledger.stop(leaseId);
        vm.prank(operator);
        ledger.stop(leaseId);
        vm.assertFalse(ledger.isRunning(leaseId));
    }

    function test_OperatorWithoutABondStops() public {
        uint256 leaseId = _rent(cardId, 1000, 1 days);
        _leaveBond(625e18);
        vm.prank(operator);
        (, uint256 refund) = ledger.stop(leaseId);
        vm.assertEq(refund, uint256(RATE) * (1 days - 1));
        vm.assertEq(token.balanceOf(renter), 0);
    }

    /// @dev Fault 1 of an early trial: a lease without length, whose id would come again.
    function test_Trial1_StopInTheFirstSecondPaysOneAndKeepsThePlace() public {
        uint256 first = _rent(cardId, 500, 1 days);
        vm.prank(operator);
        (uint40 end, uint256 refund) = ledger.stop(first);
        vm.assertEq(end, START + 1);
        vm.assertEq(refund, uint256(ledger.lease(first).rate) * (1 days - 1));
        vm.assertTrue(ledger.isRunning(first));

        uint256 second = _rent(cardId, 500, 1 days);
        vm.assertTrue(first != second);
        vm.expectRevert(
            abi.encodeWithSelector(IRentalMarket.AskRefused.selector, ILeaseLedger.LegRefusal.ThousandthsNotFree)
        );
        this.rentWhole();
        // The penalty of a stop in the first second does not count the lease that is ending.
        vm.assertEq(token.balanceOf(renter), ((refund / 10) * 1e18) / 0.8e18);

        _pass(1);
        vm.assertFalse(ledger.isRunning(first));
        uint256 third = _rent(cardId, 500, 1 days);
        vm.assertTrue(third != first && third != second);
        vm.assertEq(third >> 40, first >> 40);
    }

    /* REFUSALS */

    function test_RevertWhen_CallerIsNeitherRenterNorOperator() public {
        uint256 leaseId = _rent(cardId, 1000, 1 days);
        _expectNotParty(leaseId, stranger);
        vm.prank(stranger);
        ledger.stop(leaseId);
        _expectNotParty(leaseId, owner);
        vm.prank(owner);
        ledger.stop(leaseId);
    }

    function test_RevertWhen_LeaseIsOver() public {
        uint256 leaseId = _rent(cardId, 1000, 1 days);
        _pass(1 days);
        _expectNotRunning(leaseId);
        vm.prank(renter);
        ledger.stop(leaseId);
        _expectNotRunning(leaseId);
        vm.prank(operator);
        ledger.stop(leaseId);
    }

    function test_RevertWhen_StoppedTwice() public {
        uint256 leaseId = _rent(cardId, 1000, 1 days);
        _pass(1 hours);
        vm.prank(renter);
        ledger.stop(leaseId);
        _expectNotRunning(leaseId);
        vm.prank(operator);
        ledger.stop(leaseId);
    }

    function test_RevertWhen_PlaceBelongsToALaterLease() public {
        uint256 first = _rent(cardId, 1000, 1 days);
        _pass(1 days);
        uint256 second = _rent(cardId, 1000, 1 days);
        _expectNotRunning(first);
        vm.prank(renter);
        ledger.stop(first);
        vm.assertTrue(ledger.isRunning(second));
        vm.assertEq(ledger.lease(first).renter, address(0));
    }

    function testFuzz_RevertWhen_LeaseWasNeverOpened(uint256 leaseId) public {
        uint256 known = _rent(cardId, 1000, 1 days);
        vm.assume(leaseId != known);
        _expectNotRunning(leaseId);
        vm.prank(renter);
        ledger.stop(leaseId);
        vm.assertFalse(ledger.isRunning(leaseId));
        vm.assertEq(ledger.lease(leaseId).rate, 0);
    }

    /* FUZZ */

    function testFuzz_I8_StopAtAnySecondIsExact(uint32 duration, uint32 moment, bool byRenter, uint16 share) public {
        duration = uint32(10 minutes + (uint256(duration) % (30 days - 10 minutes + 1)));
        moment = uint32(uint256(moment) % duration);
        uint256 m = 1 + (uint256(share) % 1000);
        uint256 leaseId = _rent(cardId, uint16(m), duration);
        uint256 paid = uint256(RATE) * duration - _balance(renter);
        RentModel.Rates memory rates = RentModel.rates(RATE, RentModel.held(m, 1000), FEE_BPS);
        vm.assertEq(paid, rates.gross * duration);

        uint256 left = _balance(renter);
        _pass(moment);
        vm.prank(byRenter ? renter : operator);
        (uint40 end, uint256 refund) = ledger.stop(leaseId);

        uint256 served = byRenter ? (moment < 10 minutes ? 10 minutes : moment) : (moment == 0 ? 1 : moment);
        vm.assertEq(end, START + served);
        vm.assertEq(refund, rates.gross * (duration - served));
        vm.assertEq(_balance(renter), left + refund);

        _pass(duration);
        ledger.collect(cardId);
        vm.assertEq(_balance(operator), rates.node * served);
        vm.assertEq(_balance(owner), rates.holders * served);
        vm.assertEq(ledger.gatheredFees(), rates.fee * served);
        vm.assertEq(_balance(operator) + _balance(owner) + ledger.gatheredFees() + refund, paid);
        vm.assertEq(
            dollar.balanceOf(address(ledger)),
            _balance(operator) + _balance(owner) + _balance(renter) + ledger.gatheredFees()
        );
    }

    /* HELPERS */

    function _expectNotRunning(uint256 leaseId) private {
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LeaseNotRunning.selector, leaseId));
    }

    function _expectNotParty(uint256 leaseId, address caller) private {
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LeaseCallerNotParty.selector, leaseId, caller));
    }

    /// @dev Cuts the bond to `amount` by a slash, as nothing else may under running leases.
    function _leaveBond(uint256 amount) private {
        staking.setSlasher(address(this));
        staking.slash(cardId, operator, _held() - amount, address(0), 0, address(0));
    }

    function _held() private view returns (uint256) {
        ISupplierStaking.Bond memory bond = staking.bondOf(cardId, operator);
        return uint256(bond.active) + bond.thawing;
    }
}
