// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ICardRegistry} from "../../../contracts/interfaces/ICardRegistry.sol";
import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {IRentalMarket} from "../../../contracts/interfaces/IRentalMarket.sol";
import {CardflowFixture} from "../support/CardflowFixture.sol";
import {RentModel} from "../support/RentModel.sol";
import {vm} from "../support/Vm.sol";

contract RentalMarketMatchOrdersTest is CardflowFixture {
    uint256 private first;
    uint256 private second;

    constructor() {
        first = _newCard();
        second = _newCard();
        _deposit(renter, 10_000e18);
    }

    /* HAPPY */

    function test_OpensALease() public {
        IRentalMarket.Bid memory bid = _bid();
        bid.matcherFee = 3e18;
        bid.maxRatePerSecond = RATE + 5;
        IRentalMarket.Ask[] memory asks = _list(_ask(first));
        uint256 leaseId = (first << 48) | START;
        uint256 escrow = uint256(RATE) * 1 days;
        bytes memory bidSignature = _signed(bid);
        bytes[] memory askSignatures = _signed(asks);

        _expectStarted(first, 1000, START + 1 days, false);
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.AccountCharged(renter, escrow + 3e18, 0, 0);
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.AccountCredited(matcher, 0, ILeaseLedger.Credit.MatcherFee, 3e18);
        vm.expectEmit(address(market));
        emit IRentalMarket.BidMatched(renter, bid.salt, matcher, 1, escrow, 3e18, 0);
        vm.prank(matcher);
        uint256[] memory leaseIds = market.matchOrders(bid, bidSignature, asks, askSignatures, "");

        vm.assertEq(leaseIds.length, 1);
        vm.assertEq(leaseIds[0], leaseId);
        vm.assertEq(_balance(renter), 10_000e18 - escrow - 3e18);
        vm.assertEq(_balance(matcher), 3e18);
        vm.assertEq(_earned(matcher), 0);
        vm.assertEq(market.orderState(renter, bid.salt), 1);
        vm.assertEq(market.orderState(operator, asks[0].salt), 0);
        // I15: at the ask's rate, below the bid's.
        vm.assertEq(ledger.lease(leaseId).rate, RATE);
    }

    function test_ClusterOnOneHost() public {
        IRentalMarket.Bid memory bid = _bid();
        (bid.quantity, bid.minQuantity, bid.sameHost, bid.matcherFee) = (2, 2, true, 1e18);
        uint256[] memory leaseIds = _match(bid, _list(_ask(first), _ask(second)));
        vm.assertEq(leaseIds.length, 2);
        vm.assertEq(ledger.lease(leaseIds[0]).cardId, first);
        vm.assertEq(ledger.lease(leaseIds[1]).cardId, second);
        vm.assertEq(_balance(matcher), 2e18);
        vm.assertEq(market.orderState(renter, bid.salt), 2);
    }

    function test_BadLegsAreSkippedWithTheirReasons() public {
        // F8: one bad leg reverts nothing.
        IRentalMarket.Bid memory bid = _bid();
        (bid.quantity, bid.minQuantity) = (2, 1);
        IRentalMarket.Ask[] memory asks = _list(_ask(first), _ask(second));
        asks[0].validUntil = START - 1;
        bytes memory bidSignature = _signed(bid);
        bytes[] memory askSignatures = _signed(asks);
        vm.expectEmit(address(market));
        emit IRentalMarket.LegRefused(renter, first, ILeaseLedger.LegRefusal.AskExpired);
        vm.prank(matcher);
        uint256[] memory leaseIds = market.matchOrders(bid, bidSignature, asks, askSignatures, "");
        vm.assertEq(leaseIds.length, 1);
        vm.assertEq(ledger.lease(leaseIds[0]).cardId, second);
    }

    function test_RefusedCardMayBeTriedAgainByAnotherAsk() public {
        IRentalMarket.Ask[] memory asks = _list(_ask(first), _ask(first));
        asks[0].ratePerSecond = RATE + 1;
        vm.assertEq(_match(_bid(), asks).length, 1);
    }

    function test_StandingAskFillsAgain() public {
        IRentalMarket.Ask memory ask = _ask(first);
        for (uint256 i; i < 3; ++i) {
            IRentalMarket.Bid memory bid = _bid();
            bid.thousandths = 300;
            vm.assertEq(_match(bid, _list(ask)).length, 1);
        }
        vm.assertEq(ledger.runningLeases(first).length, 3);
    }

    function test_BidFillsInSeveralMatches() public {
        IRentalMarket.Bid memory bid = _bid();
        (bid.quantity, bid.minQuantity) = (3, 2);
        uint256 third = _newCard();
        _match(bid, _list(_ask(first), _ask(second)));
        vm.assertEq(market.orderState(renter, bid.salt), 2);
        // One is left, so one is enough, and a second is not taken.
        _pass(1 minutes);
        uint256[] memory leaseIds = _match(bid, _list(_ask(third), _ask(_newCard())));
        vm.assertEq(leaseIds.length, 1);
        vm.assertEq(market.orderState(renter, bid.salt), 3);
        _assertRefused(bid, _list(_ask(second)), IRentalMarket.MatchRefusal.BidFilled, _noLegs());
    }

    function test_EscrowComesFromTheWalletForWhatIsMissing() public {
        dollar.transfer(otherRenter, 100e18);
        _deposit(otherRenter, 10e18);
        vm.prank(otherRenter);
        dollar.approve(address(ledger), 90e18);
        IRentalMarket.Bid memory bid = _bid();
        bid.renter = otherRenter;
        bid.counter = 0;
        uint256 escrow = uint256(RATE) * 1 days;
        bytes memory bidSignature = _signed(bid);
        IRentalMarket.Ask[] memory asks = _list(_ask(first));
        bytes[] memory askSignatures = _signed(asks);
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.AccountCharged(otherRenter, escrow, escrow - 10e18, 0);
        vm.prank(matcher);
        market.matchOrders(bid, bidSignature, asks, askSignatures, "");
        vm.assertEq(_balance(otherRenter), 0);
        vm.assertEq(dollar.balanceOf(otherRenter), 110e18 - escrow);
    }

    function test_FundingRidesAlong() public {
        dollar.transfer(otherRenter, 200e18);
        IRentalMarket.Bid memory bid = _bid();
        bid.renter = otherRenter;
        uint256 escrow = uint256(RATE) * 1 days;
        _matchWith(bid, _list(_ask(first)), _permit(dollar, otherRenter, address(ledger), escrow));
        vm.assertEq(dollar.balanceOf(otherRenter), 200e18 - escrow);

        bid = _bid();
        bid.renter = otherRenter;
        _matchWith(bid, _list(_ask(second)), _authorization(otherRenter, escrow + 5, "one"));
        vm.assertEq(dollar.balanceOf(otherRenter), 200e18 - 2 * escrow - 5);
        vm.assertEq(_balance(otherRenter), 5);
    }

    function test_A54_FundingThatFailsIsIgnoredIfTheMoneyIsThere() public {
        _matchWith(_bid(), _list(_ask(first)), _permit(dollar, stranger, address(ledger), 1));
        _matchWith(_bid(), _list(_ask(second)), _authorization(stranger, 1, "one"));
        vm.assertEq(ledger.runningLeases(second).length, 1);
    }

    function test_B21_TierLowersTheFeeAndOpensEarlier() public {
        token.transfer(renter, 12_500e18);
        vm.startPrank(renter);
        token.approve(address(renters), 12_500e18);
        renters.stake(12_500e18);
        vm.stopPrank();
        _pass(24 hours);
        vm.prank(renter);
        vm.assertEq(renters.refresh(renter), 2);

        IRentalMarket.Ask memory ask = _ask(first);
        (ask.openFrom, ask.priorityTier) = (uint40(block.timestamp) + 1, 2);
        uint256[] memory leaseIds = _match(_bid(), _list(ask));
        // 10 % off 500 bps.
        vm.assertEq(ledger.lease(leaseIds[0]).feeBps, 450);
        vm.assertEq(ledger.lease(leaseIds[0]).feeRate, RentModel.rates(RATE, 1000, 450).fee);
    }

    /* WHO SUBMITS */

    function test_A68_AnyoneWhoCopiesAMatchMaySubmitIt() public {
        IRentalMarket.Bid memory bid = _bid();
        bid.matcherFee = 1e18;
        IRentalMarket.Ask[] memory asks = _list(_ask(first));
        bytes memory bidSignature = _signed(bid);
        bytes[] memory askSignatures = _signed(asks);
        vm.prank(stranger);
        market.matchOrders(bid, bidSignature, asks, askSignatures, "");
        vm.assertEq(_balance(stranger), 1e18);
    }

    function test_A68_RevertWhen_BidIsExclusiveToItsMatcher() public {
        IRentalMarket.Bid memory bid = _bid();
        (bid.matcher, bid.exclusiveUntil) = (matcher, START + 120);
        IRentalMarket.Ask[] memory asks = _list(_ask(first));
        bytes memory bidSignature = _signed(bid);
        bytes[] memory askSignatures = _signed(asks);
        _expectMatchRefused(IRentalMarket.MatchRefusal.BidExclusiveToMatcher, _noLegs());
        vm.prank(stranger);
        market.matchOrders(bid, bidSignature, asks, askSignatures, "");
        vm.prank(matcher);
        market.matchOrders(bid, bidSignature, asks, askSignatures, "");
    }

    function test_A68_ExclusivityEnds() public {
        IRentalMarket.Bid memory bid = _bid();
        (bid.matcher, bid.exclusiveUntil) = (stranger, START + 120);
        _pass(120);
        vm.assertEq(_match(bid, _list(_ask(first))).length, 1);
    }

    function test_A56_RevertWhen_ExclusivityIsTooLong() public {
        IRentalMarket.Bid memory bid = _bid();
        (bid.matcher, bid.exclusiveUntil) = (matcher, START + 121);
        _assertRefused(bid, _list(_ask(first)), IRentalMarket.MatchRefusal.BidExclusivityTooLong, _noLegs());
        (bid.matcher, bid.exclusiveUntil) = (matcher, type(uint40).max);
        _assertRefused(bid, _list(_ask(first)), IRentalMarket.MatchRefusal.BidExclusivityTooLong, _noLegs());
        // Without a matcher there is nobody to be exclusive to.
        bid.matcher = address(0);
        _match(bid, _list(_ask(first)));
    }

    /* THE BID */

    function test_RevertWhen_MatchesArePaused() public {
        market.pauseMatches(START + 1 hours);
        _assertRefused(_bid(), _list(_ask(first)), IRentalMarket.MatchRefusal.MatchesPaused, _noLegs());
        _pass(1 hours);
        _match(_bid(), _list(_ask(first)));
    }

    function test_RevertWhen_BidIsExpired() public {
        IRentalMarket.Bid memory bid = _bid();
        bid.validUntil = START - 1;
        _assertRefused(bid, _list(_ask(first)), IRentalMarket.MatchRefusal.BidExpired, _noLegs());
        bid.validUntil = START;
        _match(bid, _list(_ask(first)));
    }

    function test_A47_RevertWhen_BidIsFilled() public {
        IRentalMarket.Bid memory bid = _bid();
        _match(bid, _list(_ask(first)));
        _assertRefused(bid, _list(_ask(second)), IRentalMarket.MatchRefusal.BidFilled, _noLegs());
    }

    /// @dev I14: two orders of one maker and salt are alternatives; together they take no more than the larger.
    function test_I14_OrdersOfOneSaltAreAlternatives() public {
        IRentalMarket.Bid memory bid = _bid();
        (bid.quantity, bid.minQuantity) = (2, 2);
        _match(bid, _list(_ask(first), _ask(second)));
        IRentalMarket.Bid memory other = _bid();
        (other.salt, other.quantity) = (bid.salt, 2);
        _assertRefused(other, _list(_ask(_newCard())), IRentalMarket.MatchRefusal.BidFilled, _noLegs());
    }

    function test_I14_RevertWhen_BidIsCancelled() public {
        IRentalMarket.Bid memory bid = _bid();
        _cancel(renter, bid.salt);
        _assertRefused(bid, _list(_ask(first)), IRentalMarket.MatchRefusal.BidCancelled, _noLegs());
    }

    function test_I14_RevertWhen_BidCounterIsOld() public {
        IRentalMarket.Bid memory bid = _bid();
        vm.prank(renter);
        market.bump();
        _assertRefused(bid, _list(_ask(first)), IRentalMarket.MatchRefusal.BidCounterOld, _noLegs());
    }

    function test_RevertWhen_BidIsMalformed() public {
        for (uint256 i; i < 9; ++i) {
            IRentalMarket.Bid memory bid = _bid();
            bytes memory signature = _signed(bid);
            if (i == 0) bid.renter = address(0);
            if (i == 1) bid.quantity = 0;
            if (i == 2) bid.quantity = 255;
            if (i == 3) bid.minQuantity = 0;
            if (i == 4) bid.minQuantity = 2;
            if (i == 5) (bid.quantity, bid.sameHost) = (2, true);
            if (i == 6) bid.thousandths = 0;
            if (i == 7) bid.thousandths = 1001;
            if (i == 8) (bid.quantity, bid.minQuantity) = (254, 255);
            _assertRefused(bid, signature, _list(_ask(first)), IRentalMarket.MatchRefusal.BidInvalid, _noLegs());
        }
    }

    function test_RevertWhen_BidIsSignedByAnother() public {
        IRentalMarket.Bid memory bid = _bid();
        bytes memory signature = _sign(stranger, market.hashBid(bid));
        _assertRefused(bid, signature, _list(_ask(first)), IRentalMarket.MatchRefusal.BidSignatureInvalid, _noLegs());
    }

    function test_RevertWhen_ArraysDiffer() public {
        IRentalMarket.Bid memory bid = _bid();
        bytes memory signature = _signed(bid);
        IRentalMarket.Ask[] memory asks = _list(_ask(first));
        bytes memory refused = abi.encodeWithSelector(IRentalMarket.MatchArraysDiffer.selector, uint256(1), uint256(2));
        vm.expectRevert(refused);
        market.matchOrders(bid, signature, asks, new bytes[](2), "");
        vm.expectRevert(refused);
        market.previewMatch(bid, signature, asks, new bytes[](2), matcher);
    }

    function test_RevertWhen_ThereIsNoAsk() public {
        IRentalMarket.Bid memory bid = _bid();
        _assertRefused(bid, new IRentalMarket.Ask[](0), IRentalMarket.MatchRefusal.CardsTooFew, _noLegs());
    }

    function test_B14_RevertWhen_ClusterIsSliced() public {
        IRentalMarket.Bid memory bid = _bid();
        (bid.quantity, bid.minQuantity, bid.matcherFee) = (2, 2, 1e18);
        _assertRefused(
            bid,
            _list(_ask(first)),
            IRentalMarket.MatchRefusal.CardsTooFew,
            _legs(ILeaseLedger.LegRefusal.None)
        );
        vm.assertEq(_balance(matcher), 0);
        vm.assertEq(ledger.runningLeases(first).length, 0);
    }

    function test_RevertWhen_NobodyPays() public {
        IRentalMarket.Bid memory bid = _bid();
        bid.renter = otherRenter;
        bytes memory signature = _signed(bid);
        IRentalMarket.Ask[] memory asks = _list(_ask(first));
        bytes[] memory signatures = _signed(asks);
        IRentalMarket.MatchPreview memory preview = market.previewMatch(bid, signature, asks, signatures, matcher);
        vm.assertTrue(preview.refusal == IRentalMarket.MatchRefusal.FundsTooLow);
        vm.assertTrue(preview.legs[0] == ILeaseLedger.LegRefusal.None);
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector,
                address(ledger),
                uint256(0),
                uint256(RATE) * 1 days
            )
        );
        vm.prank(matcher);
        market.matchOrders(bid, signature, asks, signatures, "");
        vm.assertEq(ledger.runningLeases(first).length, 0);
        vm.assertEq(market.orderState(otherRenter, bid.salt), 0);
    }

    /// @dev Fault 6 of an early trial: a bid with one card twice.
    function test_Trial6_RevertWhen_OneCardIsNamedTwice() public {
        IRentalMarket.Bid memory bid = _bid();
        (bid.quantity, bid.minQuantity, bid.thousandths) = (2, 2, 300);
        ILeaseLedger.LegRefusal[] memory legs = new ILeaseLedger.LegRefusal[](2);
        legs[1] = ILeaseLedger.LegRefusal.CardOutOfOrder;
        IRentalMarket.Ask[] memory asks = _list(_ask(second), _ask(second));
        IRentalMarket.MatchPreview memory preview = market.previewMatch(
            bid,
            _signed(bid),
            asks,
            _signed(asks),
            matcher
        );
        vm.assertTrue(preview.refusal == IRentalMarket.MatchRefusal.CardsTooFew);
        vm.assertTrue(preview.legs[1] == ILeaseLedger.LegRefusal.CardOutOfOrder);
        _assertRefused(bid, asks, IRentalMarket.MatchRefusal.CardsTooFew, legs);
        asks = _list(_ask(second), _ask(first));
        _assertRefused(bid, asks, IRentalMarket.MatchRefusal.CardsTooFew, legs);
    }

    function test_MaximaOfABid() public {
        IRentalMarket.Bid memory bid = _bid();
        (bid.quantity, bid.validUntil, bid.maxRatePerSecond) = (254, type(uint40).max, type(uint64).max);
        bid.salt = MOST;
        vm.assertEq(_match(bid, _list(_ask(first))).length, 1);
        vm.assertEq(market.orderState(renter, MOST), 1);
        vm.assertEq(market.orderState(renter, MOST - 1), 0);
    }

    /// @dev In the match and in its preview.
    function _assertRefused(
        IRentalMarket.Bid memory bid,
        IRentalMarket.Ask[] memory asks,
        IRentalMarket.MatchRefusal refusal,
        ILeaseLedger.LegRefusal[] memory legs
    ) private {
        _assertRefused(bid, _signed(bid), asks, refusal, legs);
    }

    function _assertRefused(
        IRentalMarket.Bid memory bid,
        bytes memory bidSignature,
        IRentalMarket.Ask[] memory asks,
        IRentalMarket.MatchRefusal refusal,
        ILeaseLedger.LegRefusal[] memory legs
    ) private {
        bytes[] memory signatures = _signed(asks);
        IRentalMarket.MatchPreview memory preview = market.previewMatch(bid, bidSignature, asks, signatures, matcher);
        vm.assertEq(uint256(preview.refusal), uint256(refusal));
        vm.assertEq(abi.encode(preview.legs), abi.encode(legs));
        _expectMatchRefused(refusal, legs);
        vm.prank(matcher);
        market.matchOrders(bid, bidSignature, asks, signatures, "");
    }

    function _matchWith(IRentalMarket.Bid memory bid, IRentalMarket.Ask[] memory asks, bytes memory funding) private {
        bytes memory bidSignature = _signed(bid);
        bytes[] memory askSignatures = _signed(asks);
        vm.prank(matcher);
        market.matchOrders(bid, bidSignature, asks, askSignatures, funding);
    }

    function _cancel(address maker, uint256 salt) private {
        vm.prank(maker);
        market.cancel(salt);
    }
}

/// @notice Every reason for which a leg is refused, in the match and in its preview alike.
contract RentalMarketLegRefusalTest is CardflowFixture {
    uint256 private cardId;
    IRentalMarket.Ask private ask;
    IRentalMarket.Bid private bid;

    constructor() {
        cardId = _newCard();
        _deposit(renter, 10_000e18);
        registry.setEncumbrancer(address(this), true);
        ask = _ask(cardId);
        bid = _bid();
    }

    function test_RevertWhen_CardOutOfOrder() public {
        ask.cardId = 0;
        _assertRefused(ILeaseLedger.LegRefusal.CardOutOfOrder);
    }

    function test_RevertWhen_AskSignatureInvalid() public {
        bytes[] memory signatures = new bytes[](1);
        signatures[0] = _sign(stranger, market.hashAsk(ask));
        _assertRefused(ILeaseLedger.LegRefusal.AskSignatureInvalid, signatures);
    }

    function test_I14_RevertWhen_AskCounterOld() public {
        vm.prank(operator);
        market.bump();
        _assertRefused(ILeaseLedger.LegRefusal.AskCounterOld);
    }

    function test_RevertWhen_AskCounterIsAhead() public {
        ask.counter = 1;
        _assertRefused(ILeaseLedger.LegRefusal.AskCounterOld);
    }

    function test_I14_RevertWhen_AskCancelled() public {
        vm.prank(operator);
        market.cancel(ask.salt);
        _assertRefused(ILeaseLedger.LegRefusal.AskCancelled);
    }

    function test_RevertWhen_AskExpired() public {
        ask.validUntil = START - 1;
        _assertRefused(ILeaseLedger.LegRefusal.AskExpired);
        ask.validUntil = START;
        _assertTaken();
    }

    function test_RevertWhen_AskNotOpenYet() public {
        (ask.openFrom, ask.priorityTier) = (START + 1, 1);
        _assertRefused(ILeaseLedger.LegRefusal.AskNotOpenYet);
        ask.openFrom = START;
        _assertTaken();
    }

    function test_RevertWhen_AskDurationsInvalid() public {
        uint32[2][7] memory durations = [
            [uint32(10 minutes + 1), 1 days],
            [uint32(9 minutes), 1 days],
            [uint32(0), 1 days],
            [uint32(61 minutes), 1 days],
            [uint32(10 minutes), 1 days + 1],
            [uint32(10 minutes), 366 days + 1 hours],
            [type(uint32).max, type(uint32).max]
        ];
        for (uint256 i; i < durations.length; ++i) {
            (ask.minDuration, ask.maxDuration) = (durations[i][0], durations[i][1]);
            _assertRefused(ILeaseLedger.LegRefusal.AskDurationsInvalid);
        }
        (ask.minDuration, ask.maxDuration) = (1 hours, 366 days);
        _assertTaken();
    }

    function test_A61_RevertWhen_CardNotVerified() public {
        vm.prank(owner);
        uint256 unverified = registry.register(_registration(operator));
        ask.cardId = unverified;
        _assertRefused(ILeaseLedger.LegRefusal.CardNotVerified);
        ask.cardId = 999;
        _assertRefused(ILeaseLedger.LegRefusal.CardNotVerified);
    }

    function test_B21_RevertWhen_CardEpochOld() public {
        // A cheap ask, signed before the card was sold, means nothing to the new owner.
        ask.ratePerSecond = 1;
        vm.prank(owner);
        registry.transferFrom(owner, stranger, cardId);
        _assertRefused(ILeaseLedger.LegRefusal.CardEpochOld);
        vm.prank(stranger);
        registry.setOperator(cardId, operator, HOST, 0, 0);
        _assertRefused(ILeaseLedger.LegRefusal.CardEpochOld);
    }

    function test_A50_RevertWhen_OperatorNotOfCard() public {
        ask.operator = otherOperator;
        _assertRefused(ILeaseLedger.LegRefusal.OperatorNotOfCard);
    }

    function test_A49_RevertWhen_CardHasNoOperator() public {
        vm.prank(owner);
        registry.transferFrom(owner, stranger, cardId);
        ask = _ask(cardId);
        vm.assertEq(ask.operator, address(0));
        _assertRefused(ILeaseLedger.LegRefusal.AskSignatureInvalid, new bytes[](1));
        bytes[] memory noise = new bytes[](1);
        noise[0] = new bytes(65);
        _assertRefused(ILeaseLedger.LegRefusal.AskSignatureInvalid, noise);
    }

    function test_RevertWhen_ModelNotAccepted() public {
        bid.models = ~(uint256(1) << MODEL);
        _assertRefused(ILeaseLedger.LegRefusal.ModelNotAccepted);
        bid.models = uint256(1) << MODEL;
        _assertTaken();
    }

    function test_RevertWhen_RegionNotAccepted() public {
        bid.regions = ~(uint256(1) << REGION);
        _assertRefused(ILeaseLedger.LegRefusal.RegionNotAccepted);
        bid.regions = uint256(1) << REGION;
        _assertTaken();
    }

    function test_I15_RevertWhen_RateAboveBid() public {
        bid.maxRatePerSecond = RATE - 1;
        _assertRefused(ILeaseLedger.LegRefusal.RateAboveBid);
        bid.maxRatePerSecond = RATE;
        _assertTaken();
    }

    function test_B28_RevertWhen_RateBelowFloor() public {
        vm.prank(owner);
        registry.setOperator(cardId, operator, HOST, RATE + 1, 24);
        ask.epoch = registry.card(cardId).epoch;
        _assertRefused(ILeaseLedger.LegRefusal.RateBelowFloor);
        vm.prank(owner);
        registry.setOperator(cardId, operator, HOST, RATE, 24);
        ask.epoch = registry.card(cardId).epoch;
        _assertTaken();
    }

    function test_B28_RevertWhen_DurationAboveOwnerLimit() public {
        vm.prank(owner);
        registry.setOperator(cardId, operator, HOST, 0, 24);
        ask.epoch = registry.card(cardId).epoch;
        bid.duration = 24 hours + 1;
        _assertRefused(ILeaseLedger.LegRefusal.DurationAboveOwnerLimit);
        bid.duration = 24 hours;
        _assertTaken();
    }

    function test_RevertWhen_ThousandthsBelowAsk() public {
        (bid.thousandths, ask.minThousandths) = (499, 500);
        _assertRefused(ILeaseLedger.LegRefusal.ThousandthsBelowAsk);
        bid.thousandths = 500;
        _assertTaken();
    }

    function test_RevertWhen_DurationBelowAsk() public {
        bid.duration = 10 minutes - 1;
        _assertRefused(ILeaseLedger.LegRefusal.DurationBelowAsk);
        bid.duration = 0;
        _assertRefused(ILeaseLedger.LegRefusal.DurationBelowAsk);
        bid.duration = 10 minutes;
        _assertTaken();
    }

    function test_RevertWhen_DurationAboveAsk() public {
        bid.duration = 30 days + 1;
        _assertRefused(ILeaseLedger.LegRefusal.DurationAboveAsk);
        bid.duration = type(uint32).max;
        _assertRefused(ILeaseLedger.LegRefusal.DurationAboveAsk);
        ask.maxDuration = 0;
        _assertRefused(ILeaseLedger.LegRefusal.DurationAboveAsk);
    }

    function test_B07_RevertWhen_TermEndPassed() public {
        registry.encumber(cardId, address(this), 0, 0, START + 1 hours, START + 25 hours);
        bid.duration = 25 hours + 1;
        _assertRefused(ILeaseLedger.LegRefusal.TermEndPassed);
        bid.duration = 25 hours;
        _assertTaken();
    }

    function test_B12_RevertWhen_RateBelowTheTermsFloor() public {
        registry.encumber(cardId, address(this), RATE + 1, 0, START + 1 hours, START + 25 hours);
        _assertRefused(ILeaseLedger.LegRefusal.RateBelowFloor);
    }

    function test_B29_RevertWhen_HostDiffers() public {
        // A stranger's card under the same host number is another host, and so is another number of the same node.
        ICardRegistry.Registration memory registration = _registration(otherOperator);
        uint256 false_ = _newCard(registration);
        registration = _registration(operator);
        registration.hostId = HOST + 1;
        uint256 elsewhere = _newCard(registration);
        (bid.quantity, bid.minQuantity, bid.sameHost) = (2, 2, true);
        _assertSecondRefused(false_, ILeaseLedger.LegRefusal.HostDiffers);
        _assertSecondRefused(elsewhere, ILeaseLedger.LegRefusal.HostDiffers);
        _assertSecondRefused(_newCard(), ILeaseLedger.LegRefusal.None);
    }

    function test_A61_RevertWhen_BondBelowMinimum() public {
        vm.prank(operator);
        staking.requestUnstake(cardId, 2_000e18 - 625e18 + 1);
        _assertRefused(ILeaseLedger.LegRefusal.BondBelowMinimum);
    }

    function test_A61_RevertWhen_BondTooSmall() public {
        // 24 h at the rate cost a little above 48 dollars, or 60 CARD.
        uint256 needed = (uint256(RATE) * 1 days * 1e18) / 0.8e18 + 1;
        vm.prank(operator);
        staking.requestUnstake(cardId, 2_000e18 - 625e18 - needed + 2);
        _assertRefused(ILeaseLedger.LegRefusal.BondTooSmall);
        _bond(cardId, operator, 2);
        _assertTaken();
    }

    function test_B31_LeasesOfAnOldOperatorNeedNothingOfTheNewOne() public {
        for (uint256 i; i < 5; ++i) _rent(cardId, 100, 1 days);
        vm.prank(owner);
        registry.setOperator(cardId, otherOperator, HOST, 0, 0);
        uint256 half = (uint256(RATE) / 2) * 1 days;
        _bond(cardId, otherOperator, 625e18 + (half * 1e18) / 0.8e18 + 1);
        ask = _ask(cardId);
        bid.thousandths = 375;
        _assertTaken();
    }

    function test_B08_RevertWhen_CardFull() public {
        for (uint256 i; i < 8; ++i) _rent(cardId, 1, 1 days);
        bid.thousandths = 1;
        _assertRefused(ILeaseLedger.LegRefusal.CardFull);
    }

    function test_B08_RevertWhen_ThousandthsNotFree() public {
        _rent(cardId, 500, 1 days);
        bid.thousandths = 501;
        _assertRefused(ILeaseLedger.LegRefusal.ThousandthsNotFree);
    }

    function test_B09_RevertWhen_RateZero() public {
        ask.ratePerSecond = 0;
        _assertRefused(ILeaseLedger.LegRefusal.RateZero);
        (ask.ratePerSecond, bid.thousandths) = (7, 125);
        _assertRefused(ILeaseLedger.LegRefusal.RateZero);
        ask.ratePerSecond = 8;
        _assertTaken();
    }

    function test_RevertWhen_QuantityReached() public {
        uint256 other = _newCard();
        IRentalMarket.Ask[] memory asks = _list(ask, _ask(other));
        bytes[] memory signatures = _signed(asks);
        IRentalMarket.MatchPreview memory preview = market.previewMatch(bid, _signed(bid), asks, signatures, matcher);
        vm.assertTrue(preview.legs[1] == ILeaseLedger.LegRefusal.QuantityReached);
        vm.assertTrue(preview.refusal == IRentalMarket.MatchRefusal.None);
        bytes memory bidSignature = _signed(bid);
        vm.expectEmit(address(market));
        emit IRentalMarket.LegRefused(renter, other, ILeaseLedger.LegRefusal.QuantityReached);
        market.matchOrders(bid, bidSignature, asks, signatures, "");
        vm.assertEq(ledger.runningLeases(other).length, 0);
    }

    function _assertRefused(ILeaseLedger.LegRefusal refusal) private {
        bytes[] memory signatures = new bytes[](1);
        if (ask.operator != address(0)) signatures[0] = _signed(ask);
        _assertRefused(refusal, signatures);
    }

    /// @dev In a match, its preview, a take and its preview.
    function _assertRefused(ILeaseLedger.LegRefusal refusal, bytes[] memory signatures) private {
        bytes memory bidSignature = _signed(bid);
        IRentalMarket.MatchPreview memory preview = market.previewMatch(
            bid,
            bidSignature,
            _list(ask),
            signatures,
            matcher
        );
        vm.assertEq(uint256(preview.legs[0]), uint256(refusal));
        vm.assertTrue(preview.refusal == IRentalMarket.MatchRefusal.CardsTooFew);
        vm.assertEq(preview.opened[0].leaseId, 0);
        _expectMatchRefused(IRentalMarket.MatchRefusal.CardsTooFew, _legs(refusal));
        vm.prank(matcher);
        market.matchOrders(bid, bidSignature, _list(ask), signatures, "");

        // A take names no kinds and no hosts.
        if (refusal == ILeaseLedger.LegRefusal.ModelNotAccepted) return;
        if (refusal == ILeaseLedger.LegRefusal.RegionNotAccepted) return;
        IRentalMarket.Take memory take = _take(bid.thousandths, bid.duration);
        take.maxRatePerSecond = bid.maxRatePerSecond;
        preview = market.previewTake(ask, signatures[0], take, renter);
        vm.assertEq(uint256(preview.legs[0]), uint256(refusal));
        vm.expectRevert(abi.encodeWithSelector(IRentalMarket.AskRefused.selector, refusal));
        vm.prank(renter);
        market.takeAsk(ask, signatures[0], take, "");
    }

    function _assertTaken() private {
        vm.assertEq(_match(bid, _list(ask)).length, 1);
    }

    function _assertSecondRefused(uint256 other, ILeaseLedger.LegRefusal refusal) private {
        IRentalMarket.Ask[] memory asks = _list(ask, _ask(other));
        bytes memory bidSignature = _signed(bid);
        bytes[] memory signatures = _signed(asks);
        ILeaseLedger.LegRefusal[] memory legs = new ILeaseLedger.LegRefusal[](2);
        legs[1] = refusal;
        if (refusal != ILeaseLedger.LegRefusal.None) {
            _expectMatchRefused(IRentalMarket.MatchRefusal.CardsTooFew, legs);
        }
        vm.prank(matcher);
        market.matchOrders(bid, bidSignature, asks, signatures, "");
    }
}
