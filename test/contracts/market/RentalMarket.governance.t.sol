// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {TimedPause} from "../../../contracts/governance/TimedPause.sol";
import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {IRentalMarket} from "../../../contracts/interfaces/IRentalMarket.sol";
import {IRevenueShare} from "../../../contracts/interfaces/IRevenueShare.sol";
import {MockAggregator} from "../../../contracts/mocks/MockAggregator.sol";
import {CardflowFixture} from "../support/CardflowFixture.sol";
import {vm} from "../support/Vm.sol";

contract RentalMarketGovernanceTest is CardflowFixture {
    /* PARAMETERS */

    function test_ParametersAreSet() public {
        IRentalMarket.MarketParameters memory p = IRentalMarket.MarketParameters(1000, 1000, 24 hours);
        vm.expectEmit(address(market));
        emit IRentalMarket.MarketParametersSet(p);
        market.setParameters(p);
        vm.assertEq(abi.encode(market.parameters()), abi.encode(p));
        p = IRentalMarket.MarketParameters(0, 0, 10 minutes);
        market.setParameters(p);
        vm.assertEq(abi.encode(market.parameters()), abi.encode(p));
    }

    function test_ParametersLeaveThePauseAlone() public {
        market.pauseMatches(START + 1 days);
        market.setParameters(IRentalMarket.MarketParameters(1, 1, 1 hours));
        vm.assertEq(market.pausedUntil(), START + 1 days);
    }

    function test_RunningLeasesKeepTheirFee() public {
        uint256 leaseId = _rent(_newCard(), 1000, 1 days);
        market.setParameters(IRentalMarket.MarketParameters(1000, 0, 1 hours));
        vm.assertEq(ledger.lease(leaseId).feeBps, FEE_BPS);
    }

    function test_RevertWhen_FeeIsOutOfRange() public {
        _expectFeeRefused(1001, 0);
        market.setParameters(IRentalMarket.MarketParameters(1001, 0, 1 hours));
        _expectFeeRefused(500, 501);
        market.setParameters(IRentalMarket.MarketParameters(500, 501, 1 hours));
    }

    function test_RevertWhen_LongestMinimumIsOutOfRange() public {
        _expectMinimumRefused(10 minutes - 1);
        market.setParameters(IRentalMarket.MarketParameters(500, 200, 10 minutes - 1));
        _expectMinimumRefused(24 hours + 1);
        market.setParameters(IRentalMarket.MarketParameters(500, 200, 24 hours + 1));
    }

    function test_RevertWhen_CallerMayNot() public {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        vm.prank(stranger);
        market.setParameters(IRentalMarket.MarketParameters(500, 200, 1 hours));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        vm.prank(stranger);
        market.pauseMatches(START + 1);
    }

    /* PAUSE */

    function test_B25_PauseEndsByItselfAndIsNotRenewed() public {
        vm.expectEmit(address(market));
        emit TimedPause.EntryPausedUntil("matches", START + 7 days, address(this));
        market.pauseMatches(START + 7 days);
        vm.assertEq(market.pausedUntil(), START + 7 days);
        _pass(7 days);
        _rent(_newCard(), 1000, 1 days);
        vm.expectRevert(abi.encodeWithSelector(TimedPause.PauseTooSoon.selector, bytes32("matches"), START + 30 days));
        market.pauseMatches(START + 8 days);
        _pass(23 days - 1);
        vm.expectRevert(abi.encodeWithSelector(TimedPause.PauseTooSoon.selector, bytes32("matches"), START + 30 days));
        market.pauseMatches(START + 31 days);
        _pass(1);
        market.pauseMatches(START + 31 days);
    }

    function test_B25_RevertWhen_PauseIsLongerThanAWeek() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                TimedPause.PauseEndOutOfRange.selector,
                bytes32("matches"),
                START + 7 days + 1,
                START + 7 days
            )
        );
        market.pauseMatches(START + 7 days + 1);
        vm.expectRevert(
            abi.encodeWithSelector(TimedPause.PauseEndOutOfRange.selector, bytes32("matches"), START, START + 7 days)
        );
        market.pauseMatches(START);
    }

    function _expectFeeRefused(uint16 feeBps, uint16 tokenFeeBps) private {
        vm.expectRevert(
            abi.encodeWithSelector(IRentalMarket.MarketFeeOutOfRange.selector, feeBps, tokenFeeBps, uint16(1000))
        );
    }

    function _expectMinimumRefused(uint32 seconds_) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                IRentalMarket.MarketMinDurationOutOfRange.selector,
                seconds_,
                uint32(10 minutes),
                uint32(24 hours)
            )
        );
    }
}

/// @notice Everything paused, every function that the manager guards closed, both feeds dead.
contract RentalMarketExitsTest is CardflowFixture {
    uint256 private cardId;
    uint256 private shared; // a card whose rent is a share's
    uint256 private failed; // a card whose sale failed
    uint256 private lease;
    uint256 private tokenLease;
    IRevenueShare private share;
    IRevenueShare private failedShare;

    constructor() {
        cardId = _newCard();
        shared = _newCard();
        failed = _newCard();
        share = _sell(shared, 1e18);
        failedShare = _sell(failed, 1e18);
        _buy(share, 60e18);
        _buy(failedShare, 5e17);
        token.transfer(renter, 2_000e18);
        vm.startPrank(renter);
        token.approve(address(minter), MOST);
        token.approve(address(renters), MOST);
        renters.stake(1_000e18);
        vm.stopPrank();
        _pass(2 days);
        share.finalise();
        failedShare.finalise();
        lease = _rent(cardId, 500, 10 days);
        IRentalMarket.Take memory take = _take(500, 10 days);
        (take.payInToken, take.maxTokenIn) = (true, type(uint128).max);
        tokenLease = _takeAsk(renter, _ask(cardId), take);
        _rent(shared, 1000, 10 days);
        _deposit(renter, 1_000e18);
        _pass(1 days);
        _closeEverything();
    }

    function test_A98_I21_Stop() public {
        vm.prank(renter);
        ledger.stop(lease);
        vm.prank(operator);
        ledger.stop(tokenLease);
        vm.assertFalse(ledger.isRunning(lease));
        vm.assertFalse(ledger.isRunning(tokenLease));
    }

    function test_A98_I21_Extend() public {
        uint40 end = ledger.lease(lease).end;
        vm.startPrank(renter);
        vm.assertEq(ledger.extendBy(lease, 1 hours, 0, ""), end + 1 hours);
        uint256 before = token.balanceOf(renter);
        vm.assertEq(ledger.extendBy(tokenLease, 1 hours, 0, ""), end + 1 hours);
        vm.stopPrank();
        vm.assertEq(token.balanceOf(renter), before);
    }

    function test_A98_I21_CollectAndClaim() public {
        uint256[] memory cards = new uint256[](3);
        (cards[0], cards[1], cards[2]) = (cardId, shared, failed);
        ledger.collectMany(cards);
        vm.assertGt(_balance(operator), 0);
        vm.assertGt(_balance(owner), 0);
        uint256 owed = share.claimable(stranger);
        vm.assertGt(owed, 0);
        vm.prank(stranger);
        vm.assertEq(share.claim(), owed);
        vm.assertEq(dollar.balanceOf(stranger), owed);
        share.claimFor(owner);
    }

    function test_A98_I21_Withdraw() public {
        vm.prank(renter);
        ledger.withdraw(1_000e18, renter);
        vm.assertEq(dollar.balanceOf(renter), 1_000e18);
    }

    function test_A98_I21_WithdrawBySignature() public {
        (bool success, ) = address(ledger).call(_signedWithdrawal(renter, 1_000e18, stranger));
        vm.assertTrue(success);
        vm.assertEq(dollar.balanceOf(stranger), 1_000e18);
    }

    function test_A98_I21_ClaimFromManyReleaseAndHandIn() public {
        address[] memory shares = new address[](1);
        shares[0] = address(share);
        uint256 owed = share.claimable(stranger);
        vm.prank(stranger);
        vm.assertEq(factory.claimMany(shares), owed);
        vm.prank(stranger);
        share.transfer(otherRenter, 10e18);

        vm.warp(block.timestamp + 5 days);
        vm.assertGt(share.release(), 0);
        vm.warp(share.termEnd());
        uint256 worth = share.previewHandIn(10e18);
        vm.assertGt(worth, 0);
        vm.prank(otherRenter);
        vm.assertEq(share.handIn(10e18), worth);
        registry.expire(shared);
    }

    /// @dev What nobody may stop though it is no exit: voiding orders, mending the credit, burning the fees.
    function test_A98_CancelBumpRecapitaliseAndBurnFees() public {
        uint256[] memory salts = new uint256[](1);
        vm.startPrank(renter);
        market.cancelMany(salts);
        market.cancel(1);
        market.bump();
        minter.recapitalise(1e18);
        vm.stopPrank();
        ledger.collect(cardId);
        (uint256 burned, uint256 paid) = minter.burnFees();
        vm.assertGt(burned, 0);
        vm.assertEq(paid, 0);
    }

    function test_A98_I21_UnstakeAfterStoppingTheLeases() public {
        vm.startPrank(operator);
        staking.requestUnstake(cardId, 2_000e18);
        ledger.stop(tokenLease);
        ledger.stop(lease);
        vm.warp(block.timestamp + 14 days);
        uint256 held = staking.bondOf(cardId, operator).thawing;
        vm.assertEq(staking.withdraw(cardId, operator), held);
        vm.stopPrank();
    }

    function test_A98_I21_Unstake() public {
        vm.prank(renter);
        renters.requestUnstake(1_000e18);
        vm.prank(operator);
        staking.requestUnstake(failed, 2_000e18);
        vm.warp(block.timestamp + 14 days);
        vm.prank(renter);
        vm.assertEq(renters.withdraw(renter), 1_000e18);
        vm.prank(operator);
        vm.assertEq(staking.withdraw(failed, operator), 2_000e18);
    }

    function test_A98_I21_Refund() public {
        uint256 paid = failedShare.paidBy(stranger);
        vm.assertEq(failedShare.refund(stranger), paid);
        vm.assertEq(token.balanceOf(stranger), paid);
    }

    function test_A98_I21_CardsChangeHands() public {
        vm.prank(owner);
        registry.transferFrom(owner, stranger, cardId);
        vm.assertEq(registry.ownerOf(cardId), stranger);
    }

    function test_A98_EntriesAreClosed() public {
        IRentalMarket.Ask memory ask = _ask(failed);
        bytes memory signature = _signed(ask);
        vm.expectRevert(
            abi.encodeWithSelector(TimedPause.EntryPaused.selector, bytes32("matches"), market.pausedUntil())
        );
        vm.prank(renter);
        market.takeAsk(ask, signature, _take(500, 1 days), "");
    }

    function _closeEverything() private {
        uint40 now_ = uint40(block.timestamp);
        market.pauseMatches(now_ + 7 days);
        minter.pauseMint(now_ + 7 days);
        minter.pauseRedeem(now_ + 72 hours);
        registry.pauseRegistration(now_ + 7 days);
        factory.pauseSales(now_ + 7 days);
        primaryFeed.setFault(MockAggregator.Fault.Reverts);
        secondFeed.setFault(MockAggregator.Fault.BurnsAllGas);
        address[9] memory targets = [
            address(market),
            address(ledger),
            address(minter),
            address(registry),
            address(factory),
            address(staking),
            address(oracle),
            address(token),
            address(dollar)
        ];
        for (uint256 i; i < targets.length; ++i) manager.setTargetClosed(targets[i], true);
    }

    function _sell(uint256 card, uint128 price) private returns (IRevenueShare) {
        IRevenueShare.Terms memory terms;
        terms.supply = 100e18;
        terms.price = price;
        terms.minimumRaise = 50e18;
        terms.promisedRevenue = 1_000e18;
        terms.upfrontBps = 2_000;
        terms.saleEnd = uint40(block.timestamp) + 1 days;
        terms.term = 100 days;
        vm.prank(owner);
        return IRevenueShare(factory.tokenize(card, terms));
    }

    function _buy(IRevenueShare of_, uint256 shares) private {
        uint256 cost = of_.costOf(shares);
        token.transfer(stranger, cost);
        vm.startPrank(stranger);
        token.approve(address(of_), cost);
        of_.buy(shares, cost, MOST);
        vm.stopPrank();
    }
}

/// @notice No contract takes ETH, and ETH that is forced on one changes nothing.
contract RentalMarketEtherTest is CardflowFixture {
    function test_I22_NoContractTakesEther() public {
        vm.deal(address(this), 10 ether);
        address[11] memory targets = _targets();
        for (uint256 i; i < targets.length; ++i) {
            (bool success, ) = targets[i].call{value: 1}("");
            vm.assertFalse(success);
        }
        bytes[3] memory calls = [
            abi.encodeCall(ledger.collect, (1)),
            abi.encodeCall(ledger.withdraw, (1, address(this))),
            abi.encodeCall(market.bump, ())
        ];
        for (uint256 i; i < calls.length; ++i) {
            (bool success, ) = (i < 2 ? address(ledger) : address(market)).call{value: 1}(calls[i]);
            vm.assertFalse(success);
        }
    }

    /// @dev `execute` of the library's manager may carry ETH to what it calls, and none of that takes any.
    function test_I22_TheManagerPassesNoEtherOn() public {
        vm.deal(address(this), 1 ether);
        (bool success, ) = address(manager).call{value: 1}(
            abi.encodeCall(manager.execute, (address(ledger), abi.encodeCall(ledger.setMarket, (address(market)))))
        );
        vm.assertFalse(success);
        (success, ) = address(manager).call{value: 1}("");
        vm.assertFalse(success);
        vm.assertEq(address(manager).balance, 0);
    }

    function test_I22_ForcedEtherChangesNothing() public {
        address[11] memory targets = _targets();
        for (uint256 i; i < targets.length; ++i) vm.deal(targets[i], 1 ether);
        uint256 cardId = _newCard();
        uint256 leaseId = _rent(cardId, 1000, 1 days);
        _pass(1 hours);
        ledger.collect(cardId);
        vm.prank(renter);
        (, uint256 refund) = ledger.stop(leaseId);
        vm.assertEq(refund, uint256(RATE) * 23 hours);
        vm.prank(renter);
        ledger.withdraw(refund, renter);
        vm.assertEq(dollar.balanceOf(address(ledger)), _balance(operator) + _balance(owner) + ledger.gatheredFees());
    }

    function _targets() private view returns (address[11] memory) {
        return
            [
                address(market),
                address(ledger),
                address(minter),
                address(registry),
                address(factory),
                address(staking),
                address(renters),
                address(token),
                address(dollar),
                address(oracle),
                factory.implementation()
            ];
    }
}
