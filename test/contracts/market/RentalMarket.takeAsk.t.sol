// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TimedPause} from "../../../contracts/governance/TimedPause.sol";
import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {IRentalMarket} from "../../../contracts/interfaces/IRentalMarket.sol";
import {CardflowFixture} from "../support/CardflowFixture.sol";
import {vm} from "../support/Vm.sol";

contract RentalMarketTakeAskTest is CardflowFixture {
    uint256 private cardId;

    constructor() {
        cardId = _newCard();
        _deposit(renter, 1_000e18);
    }

    function test_OpensALeaseOfTheCaller() public {
        IRentalMarket.Ask memory ask = _ask(cardId);
        bytes memory signature = _signed(ask);
        uint256 leaseId = (cardId << 48) | START;
        uint256 escrow = ((uint256(RATE) * 250) / 1000) * 3 hours;
        _expectStarted(cardId, 250, START + 3 hours, false);
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.AccountCharged(renter, escrow, 0, 0);
        vm.expectEmit(address(market));
        emit IRentalMarket.AskTaken(renter, leaseId, escrow, 0);
        vm.prank(renter);
        vm.assertEq(market.takeAsk(ask, signature, _take(250, 3 hours), ""), leaseId);
        vm.assertEq(_balance(renter), 1_000e18 - escrow);
        vm.assertEq(ledger.lease(leaseId).renter, renter);
    }

    function test_FundingOfTheCaller() public {
        dollar.transfer(otherRenter, 100e18);
        IRentalMarket.Ask memory ask = _ask(cardId);
        bytes memory signature = _signed(ask);
        bytes memory funding = _authorization(otherRenter, 100e18, "one");
        vm.prank(otherRenter);
        market.takeAsk(ask, signature, _take(1000, 1 days), funding);
        vm.assertEq(_balance(otherRenter), 100e18 - uint256(RATE) * 1 days);
    }

    function test_RevertWhen_RateIsAboveTheLimit() public {
        IRentalMarket.Ask memory ask = _ask(cardId);
        bytes memory signature = _signed(ask);
        IRentalMarket.Take memory take = _take(1000, 1 days);
        take.maxRatePerSecond = RATE - 1;
        vm.expectRevert(
            abi.encodeWithSelector(IRentalMarket.AskRefused.selector, ILeaseLedger.LegRefusal.RateAboveBid)
        );
        vm.prank(renter);
        market.takeAsk(ask, signature, take, "");
    }

    function testFuzz_RevertWhen_ThousandthsAreNoShare(uint16 thousandths) public {
        vm.assume(thousandths == 0 || thousandths > 1000);
        IRentalMarket.Ask memory ask = _ask(cardId);
        bytes memory signature = _signed(ask);
        IRentalMarket.MatchPreview memory preview = market.previewTake(
            ask,
            signature,
            _take(thousandths, 1 days),
            renter
        );
        vm.assertTrue(preview.refusal == IRentalMarket.MatchRefusal.BidInvalid);
        vm.expectRevert(abi.encodeWithSelector(IRentalMarket.TakeInvalid.selector, thousandths));
        vm.prank(renter);
        market.takeAsk(ask, signature, _take(thousandths, 1 days), "");
    }

    function test_RevertWhen_MatchesArePaused() public {
        market.pauseMatches(START + 7 days);
        IRentalMarket.Ask memory ask = _ask(cardId);
        bytes memory signature = _signed(ask);
        vm.expectRevert(abi.encodeWithSelector(TimedPause.EntryPaused.selector, bytes32("matches"), START + 7 days));
        vm.prank(renter);
        market.takeAsk(ask, signature, _take(1000, 1 days), "");
        // The pause comes first, whatever else is wrong.
        vm.expectRevert(abi.encodeWithSelector(TimedPause.EntryPaused.selector, bytes32("matches"), START + 7 days));
        vm.prank(renter);
        market.takeAsk(ask, signature, _take(0, 1 days), "");
        IRentalMarket.MatchPreview memory preview = market.previewTake(ask, signature, _take(0, 1 days), renter);
        vm.assertTrue(preview.refusal == IRentalMarket.MatchRefusal.MatchesPaused);
    }

    function test_A47_AskIsReusedOnlyWhileThereIsRoom() public {
        IRentalMarket.Ask memory ask = _ask(cardId);
        _takeAsk(renter, ask, _take(600, 1 days));
        bytes memory signature = _signed(ask);
        vm.expectRevert(
            abi.encodeWithSelector(IRentalMarket.AskRefused.selector, ILeaseLedger.LegRefusal.ThousandthsNotFree)
        );
        vm.prank(renter);
        market.takeAsk(ask, signature, _take(600, 1 days), "");
        _takeAsk(renter, ask, _take(400, 1 days));
    }

    /// @dev A65: what a card has seen costs nothing; only what runs on it does, and that is at most eight.
    function test_A65_CostDoesNotGrowWithHistory() public {
        _bond(cardId, operator, 20_000e18);
        uint256[2] memory early = _costs();
        for (uint256 i; i < 60; ++i) {
            _takeAsk(renter, _ask(cardId), _take(125, 10 minutes));
            _pass(2 minutes);
        }
        _pass(1 days);
        ledger.collect(cardId);
        uint256[2] memory late = _costs();
        vm.assertLe(late[0], early[0]);
        vm.assertLe(late[1], early[1]);
    }

    function _costs() private returns (uint256[2] memory costs) {
        IRentalMarket.Ask memory ask = _ask(cardId);
        bytes memory signature = _signed(ask);
        vm.prank(renter);
        costs[0] = gasleft();
        market.takeAsk(ask, signature, _take(125, 10 minutes), "");
        costs[0] -= gasleft();
        _pass(10 minutes);
        costs[1] = gasleft();
        ledger.collect(cardId);
        costs[1] -= gasleft();
    }
}
