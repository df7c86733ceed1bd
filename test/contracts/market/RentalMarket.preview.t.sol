// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ICardRegistry} from "../../../contracts/interfaces/ICardRegistry.sol";
import {IDollarMinter} from "../../../contracts/interfaces/IDollarMinter.sol";
import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {IRentalMarket} from "../../../contracts/interfaces/IRentalMarket.sol";
import {CardflowFixture} from "../support/CardflowFixture.sol";
import {RentModel} from "../support/RentModel.sol";
import {vm} from "../support/Vm.sol";

/// @notice Books at random, with faults put in: what a preview says is what happens.
contract RentalMarketPreviewTest is CardflowFixture {
    uint256 private constant CARDS = 6;

    struct World {
        uint256 seed;
        IRentalMarket.Bid bid;
        bytes bidSignature;
        IRentalMarket.Ask[] asks;
        bytes[] signatures;
        ILeaseLedger.LegRefusal[] faults; // what was put in, None where nothing was
        IRentalMarket.MatchPreview preview;
    }

    uint256[] private cards;
    uint256 private entropy;

    constructor() {
        for (uint256 i; i < CARDS; ++i) {
            // Three on one host, two on another host of the same node, one of another node.
            ICardRegistry.Registration memory registration = _registration(i == 5 ? otherOperator : operator);
            if (i == 3 || i == 4) registration.hostId = HOST + 1;
            if (i == 4) (registration.model, registration.region) = (MODEL + 1, REGION + 1);
            cards.push(_newCard(registration));
        }
        registry.setEncumbrancer(address(this), true);
        vm.startPrank(renter);
        dollar.approve(address(ledger), MOST);
        token.approve(address(minter), MOST);
        vm.stopPrank();
        _deposit(otherRenter, 100_000e18);
    }

    /* MATCHES */

    function testFuzz_PreviewIsTheMatch(uint256 seed) public {
        World memory w;
        (w.seed, entropy) = (seed, seed);
        _makeBid(w);
        _makeAsks(w);
        _breakBid(w);
        w.preview = market.previewMatch(w.bid, w.bidSignature, w.asks, w.signatures, matcher);
        _assertFaultsSeen(w);

        uint256 dollars = _balance(renter) + dollar.balanceOf(renter);
        uint256 held = token.balanceOf(renter);
        uint8 filled = market.orderState(renter, w.bid.salt);
        vm.prank(matcher);
        (bool success, bytes memory answer) = address(market).call(
            abi.encodeCall(market.matchOrders, (w.bid, w.bidSignature, w.asks, w.signatures, ""))
        );
        if (!success) return _assertSameRefusal(w.preview, answer, w.bid.payInToken);
        vm.assertTrue(w.preview.refusal == IRentalMarket.MatchRefusal.None);
        _assertSameLeases(w, abi.decode(answer, (uint256[])));
        vm.assertEq(market.orderState(renter, w.bid.salt), filled + w.preview.taken);
        vm.assertEq(_balance(matcher), w.preview.matcherFees);
        _assertPaid(w, dollars, held);
    }

    function _makeBid(World memory w) private {
        IRentalMarket.Bid memory bid = _bid();
        bid.quantity = uint8(1 + _next(4));
        bid.minQuantity = uint8(1 + _next(bid.quantity));
        bid.sameHost = bid.minQuantity == bid.quantity && _next(3) == 0;
        bid.thousandths = uint16(1 + _next(1000));
        bid.duration = uint32(30 minutes + _next(3 days));
        bid.matcherFee = uint96(_next(2e18));
        bid.payInToken = _next(3) == 0;
        bid.maxTokenIn = _next(5) == 0 ? uint128(_next(20e18)) : type(uint128).max;
        if (_next(4) == 0) bid.models = uint256(1) << MODEL;
        if (_next(4) == 0) bid.regions = uint256(1) << REGION;
        w.bid = bid;
        uint256 purse = _next(6) == 0 ? _next(100e18) : 2_000e18;
        dollar.transfer(renter, purse / 2);
        _deposit(renter, purse - purse / 2 + 1);
        token.transfer(renter, _next(6) == 0 ? _next(100e18) : 5_000e18);
    }

    function _makeAsks(World memory w) private {
        uint256 count = 1 + _next(CARDS);
        w.asks = new IRentalMarket.Ask[](count);
        w.signatures = new bytes[](count);
        w.faults = new ILeaseLedger.LegRefusal[](count);
        uint256 card = _next(2);
        for (uint256 i; i < count; ++i) {
            w.asks[i] = _ask(cards[card % CARDS]);
            w.faults[i] = _breakAsk(w.asks[i], w.bid);
            w.signatures[i] = w.asks[i].operator == address(0) ? new bytes(65) : _signed(w.asks[i]);
            if (w.faults[i] == ILeaseLedger.LegRefusal.AskSignatureInvalid) {
                w.signatures[i] = _sign(stranger, market.hashAsk(w.asks[i]));
            }
            card += _next(8) == 0 ? 0 : 1; // now and then one card twice
        }
    }

    /// @return fault the one put in, or None
    function _breakAsk(
        IRentalMarket.Ask memory ask,
        IRentalMarket.Bid memory bid
    ) private returns (ILeaseLedger.LegRefusal fault) {
        uint256 kind = _next(30);
        if (kind == 0) {
            ask.validUntil = START - 1;
            return ILeaseLedger.LegRefusal.AskExpired;
        } else if (kind == 1) {
            (ask.openFrom, ask.priorityTier) = (START + 1, 1);
            return ILeaseLedger.LegRefusal.AskNotOpenYet;
        } else if (kind == 2) {
            ask.minDuration += 1;
            return ILeaseLedger.LegRefusal.AskDurationsInvalid;
        } else if (kind == 3) {
            ask.minDuration = 1 hours;
            if (bid.duration < 1 hours) return ILeaseLedger.LegRefusal.DurationBelowAsk;
        } else if (kind == 4) {
            ask.maxDuration = 5 hours;
            if (bid.duration > 5 hours) return ILeaseLedger.LegRefusal.DurationAboveAsk;
        } else if (kind == 5) {
            ask.minThousandths = 500;
            if (bid.thousandths < 500) return ILeaseLedger.LegRefusal.ThousandthsBelowAsk;
        } else if (kind == 6) {
            ask.ratePerSecond = RATE + 1;
            return ILeaseLedger.LegRefusal.RateAboveBid;
        } else if (kind == 7) {
            ask.counter += 1;
            return ILeaseLedger.LegRefusal.AskCounterOld;
        } else if (kind == 8) {
            _cancel(ask.operator, ask.salt);
            return ILeaseLedger.LegRefusal.AskCancelled;
        } else if (kind == 9) {
            ask.epoch += 1;
            return ILeaseLedger.LegRefusal.CardEpochOld;
        } else if (kind == 10) {
            ask.operator = ask.operator == operator ? otherOperator : operator;
            return ILeaseLedger.LegRefusal.OperatorNotOfCard;
        } else if (kind == 11) {
            return ILeaseLedger.LegRefusal.AskSignatureInvalid;
        } else if (kind == 12) {
            ask.ratePerSecond = 0;
            return ILeaseLedger.LegRefusal.RateZero;
        } else if (kind < 18) {
            _breakCard(ask, kind);
        }
    }

    /// @dev Faults of a card's own, whose effect depends on what comes before.
    function _breakCard(IRentalMarket.Ask memory ask, uint256 kind) private {
        if (kind == 13) {
            uint256 active = staking.bondOf(ask.cardId, ask.operator).active;
            if (active == 0) return;
            vm.prank(ask.operator);
            staking.requestUnstake(ask.cardId, 1 + _next(active));
        } else if (kind == 14) {
            _fill(ask, 125);
        } else if (kind == 15) {
            _fill(ask, uint16(1 + _next(1000)));
        } else if (kind == 16 && registry.encumbrance(ask.cardId).holder == address(0)) {
            uint40 saleEnd = START + uint40(_next(1 days));
            registry.encumber(ask.cardId, address(this), uint64(_next(2 * RATE)), 0, saleEnd, saleEnd + 1 hours);
        } else if (kind == 17) {
            vm.prank(owner);
            registry.setOperator(ask.cardId, ask.operator, HOST, uint64(_next(2 * RATE)), uint16(_next(48)));
            ask.epoch = registry.card(ask.cardId).epoch;
        }
    }

    function _fill(IRentalMarket.Ask memory like, uint16 thousandths) private {
        IRentalMarket.Ask memory ask = _ask(like.cardId);
        uint256 count = thousandths == 125 ? 8 : 1;
        for (uint256 i; i < count; ++i) {
            bytes memory signature = _signed(ask);
            vm.prank(otherRenter);
            (bool success, ) = address(market).call(
                abi.encodeCall(market.takeAsk, (ask, signature, _take(thousandths, 1 days), ""))
            );
            if (!success) return;
        }
    }

    function _breakBid(World memory w) private {
        uint256 kind = _next(40);
        w.bidSignature = _signed(w.bid);
        if (kind == 0) w.bid.validUntil = START - 1;
        if (kind == 1) w.bid.counter = 1;
        if (kind == 2) _cancel(renter, w.bid.salt);
        if (kind == 3) w.bid.thousandths = 1001;
        if (kind == 4) w.bidSignature = _sign(stranger, market.hashBid(w.bid));
        if (kind == 5) (w.bid.matcher, w.bid.exclusiveUntil) = (stranger, START + 120);
        if (kind == 6) (w.bid.matcher, w.bid.exclusiveUntil) = (matcher, START + 121);
        if (kind == 7) market.pauseMatches(START + 1);
        if (kind == 8) minter.pauseMint(START + 1);
        if (kind == 9) secondFeed.setAnswer(0.9e18);
        if (kind == 10) {
            IDollarMinter.Parameters memory p = minter.parameters();
            p.hardCeiling = 1_000_001;
            minter.setParameters(p);
        }
    }

    /// @dev A fault is what its leg is refused for, unless something that is looked at before it already was.
    function _assertFaultsSeen(World memory w) private pure {
        for (uint256 i; i < w.preview.legs.length; ++i) {
            ILeaseLedger.LegRefusal seen = w.preview.legs[i];
            ILeaseLedger.LegRefusal fault = w.faults[i];
            if (fault == ILeaseLedger.LegRefusal.None || seen == fault) continue;
            if (seen == ILeaseLedger.LegRefusal.QuantityReached) continue;
            if (seen == ILeaseLedger.LegRefusal.CardOutOfOrder) continue;
            bool late =
                fault == ILeaseLedger.LegRefusal.AskSignatureInvalid || fault == ILeaseLedger.LegRefusal.RateZero;
            bool ofCard = seen >= ILeaseLedger.LegRefusal.CardNotVerified;
            vm.assertTrue(late && ofCard && seen != ILeaseLedger.LegRefusal.None, "a fault was not seen");
        }
    }

    function _assertSameRefusal(
        IRentalMarket.MatchPreview memory preview,
        bytes memory reason,
        bool payInToken
    ) private pure {
        IRentalMarket.MatchRefusal refusal = preview.refusal;
        if (refusal == IRentalMarket.MatchRefusal.FundsTooLow) {
            bytes4 error_ = bytes4(reason);
            vm.assertTrue(error_ == IERC20Errors.ERC20InsufficientBalance.selector, "funds");
        } else if (refusal == IRentalMarket.MatchRefusal.TokenCostTooHigh) {
            vm.assertTrue(bytes4(reason) == IDollarMinter.InputTooLarge.selector, "cost");
        } else if (refusal == IRentalMarket.MatchRefusal.TokenMintRefused) {
            vm.assertTrue(payInToken && bytes4(reason) != IRentalMarket.MatchRefused.selector, "mint");
        } else {
            vm.assertTrue(refusal != IRentalMarket.MatchRefusal.None, "refused against the preview");
            vm.assertEq(reason, abi.encodeWithSelector(IRentalMarket.MatchRefused.selector, refusal, preview.legs));
        }
    }

    function _assertSameLeases(World memory w, uint256[] memory leaseIds) private view {
        vm.assertEq(leaseIds.length, w.preview.taken);
        uint256 k;
        uint256 escrow;
        for (uint256 i; i < w.asks.length; ++i) {
            ILeaseLedger.Opened memory opened = w.preview.opened[i];
            if (w.preview.legs[i] != ILeaseLedger.LegRefusal.None) {
                vm.assertEq(opened.leaseId, 0);
                continue;
            }
            vm.assertEq(leaseIds[k], opened.leaseId);
            ILeaseLedger.Lease memory lease = ledger.lease(leaseIds[k++]);
            vm.assertEq(lease.cardId, w.asks[i].cardId);
            vm.assertEq(lease.renter, renter);
            vm.assertEq(lease.rate, opened.rate);
            vm.assertEq(lease.thousandths, opened.thousandths);
            vm.assertEq(lease.feeBps, w.preview.feeBps);
            vm.assertEq(lease.end, START + w.bid.duration);
            vm.assertEq(opened.escrow, uint256(lease.rate) * w.bid.duration);
            // I15, by the protocol's words.
            vm.assertEq(lease.rate, RentModel.rates(w.asks[i].ratePerSecond, lease.thousandths, lease.feeBps).gross);
            vm.assertLe(w.asks[i].ratePerSecond, w.bid.maxRatePerSecond);
            vm.assertGe(w.asks[i].ratePerSecond, registry.leasingTerms(lease.cardId).floorRate);
            escrow += opened.escrow;
        }
        vm.assertEq(k, leaseIds.length);
        vm.assertEq(escrow, w.preview.escrow);
        vm.assertEq(w.preview.matcherFees, uint256(w.bid.matcherFee) * k);
        vm.assertGe(k, w.bid.minQuantity);
        vm.assertLe(k, w.bid.quantity);
    }

    function _assertPaid(World memory w, uint256 dollars, uint256 held) private view {
        uint256 due = w.preview.escrow + w.preview.matcherFees;
        uint256 left = _balance(renter) + dollar.balanceOf(renter);
        if (!w.bid.payInToken) {
            vm.assertEq(left, dollars - due);
            vm.assertEq(token.balanceOf(renter), held);
        } else {
            vm.assertEq(left, due < 1e18 ? dollars + 1e18 - due : dollars);
            vm.assertEq(token.balanceOf(renter), held - w.preview.tokenIn);
        }
    }

    /* TAKES */

    function testFuzz_PreviewIsTheTake(uint256 seed) public {
        World memory w;
        (w.seed, entropy) = (seed, seed);
        _makeBid(w);
        _makeAsks(w);
        IRentalMarket.Ask memory ask = w.asks[0];
        IRentalMarket.Take memory take = _take(w.bid.thousandths, w.bid.duration);
        (take.payInToken, take.maxTokenIn) = (w.bid.payInToken, w.bid.maxTokenIn);
        take.maxRatePerSecond = RATE;
        w.preview = market.previewTake(ask, w.signatures[0], take, renter);
        uint256 dollars = _balance(renter) + dollar.balanceOf(renter);
        uint256 held = token.balanceOf(renter);
        vm.prank(renter);
        (bool success, bytes memory answer) = address(market).call(
            abi.encodeCall(market.takeAsk, (ask, w.signatures[0], take, ""))
        );
        if (success) {
            vm.assertTrue(w.preview.refusal == IRentalMarket.MatchRefusal.None);
            vm.assertEq(abi.decode(answer, (uint256)), w.preview.opened[0].leaseId);
            _assertPaid(w, dollars, held);
        } else if (w.preview.legs[0] != ILeaseLedger.LegRefusal.None) {
            vm.assertEq(answer, abi.encodeWithSelector(IRentalMarket.AskRefused.selector, w.preview.legs[0]));
        } else {
            _assertSameRefusal(w.preview, answer, take.payInToken);
        }
    }

    /* HELPERS */

    function _next(uint256 below) private returns (uint256) {
        entropy = uint256(keccak256(abi.encode(entropy)));
        return entropy % below;
    }

    function _cancel(address maker, uint256 salt) private {
        vm.prank(maker);
        market.cancel(salt);
    }
}
