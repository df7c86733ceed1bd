// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {IRentalMarket} from "../../../contracts/interfaces/IRentalMarket.sol";
import {CardflowFixture} from "../support/CardflowFixture.sol";
import {
    BurningWallet,
    CallingWallet,
    KeyWallet,
    LongAnswerWallet,
    MoodyWallet,
    ReadingWallet,
    Wallet,
    YesWallet
} from "../support/Wallets.sol";
import {vm} from "../support/Vm.sol";

contract RentalMarketSignaturesTest is CardflowFixture {
    uint256 private constant N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    uint256 private cardId;

    constructor() {
        cardId = _newCard();
        _deposit(renter, 10_000e18);
    }

    /* ENCODINGS */

    function test_A43_RevertWhen_SIsHigh() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_key(renter), market.hashBid(_same()));
        _assertBidRefused(abi.encodePacked(r, N - uint256(s), v == 27 ? uint8(28) : uint8(27)));
        _assertBidRefused(abi.encodePacked(r, s, v - 27));
        _assertBidRefused(abi.encodePacked(r, s, v == 27 ? uint8(28) : uint8(27)));
        _assertBidRefused(abi.encodePacked(r, s, v, uint8(0)));
    }

    function test_A44_RevertWhen_SignatureHas64Bytes() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_key(renter), market.hashBid(_same()));
        _assertBidRefused(abi.encodePacked(r, v == 28 ? bytes32(uint256(s) | (1 << 255)) : s));
        _assertBidRefused("");
    }

    function testFuzz_A49_RevertWhen_SignatureIsNoise(bytes memory noise) public {
        _assertBidRefused(noise);
        IRentalMarket.Ask memory ask = _ask(cardId);
        _assertAskRefused(ask, noise);
    }

    function test_A45_RevertWhen_SignedForAnotherChain() public {
        bytes memory signature = _signed(_same());
        vm.chainId(10);
        _assertBidRefused(signature);
        vm.assertEq(_match(_same(), _list(_ask(cardId))).length, 1);
    }

    function test_A46_RevertWhen_SignedForAnotherMarket() public {
        address other = address(_newMarket());
        IRentalMarket.Bid memory bid = _same();
        _assertBidRefused(_sign(renter, IRentalMarket(other).hashBid(bid)));
        IRentalMarket.Ask memory ask = _ask(cardId);
        _assertAskRefused(ask, _sign(operator, IRentalMarket(other).hashAsk(ask)));
    }

    /// @dev Every member of both orders is signed.
    function testFuzz_A57_RevertWhen_AnyBitDiffers(uint8 word, uint8 bit) public {
        IRentalMarket.Bid memory bid = _same();
        bytes memory signature = _signed(bid);
        bytes memory encoded = abi.encode(bid);
        uint256 at_ = (uint256(word) % 18) * 32;
        uint256 width = [160, 256, 256, 16, 8, 8, 1, 64, 32, 1, 128, 160, 40, 96, 256, 40, 256, 256][at_ / 32];
        _flip(encoded, at_, uint256(bit) % width);
        bid = abi.decode(encoded, (IRentalMarket.Bid));
        vm.assertTrue(market.hashBid(bid) != market.hashBid(_same()));
        IRentalMarket.MatchPreview memory preview = market.previewMatch(
            bid,
            signature,
            new IRentalMarket.Ask[](0),
            new bytes[](0),
            matcher
        );
        vm.assertTrue(preview.refusal != IRentalMarket.MatchRefusal.None);
        vm.assertTrue(preview.refusal != IRentalMarket.MatchRefusal.CardsTooFew);

        IRentalMarket.Ask memory ask = _ask(cardId);
        ask.salt = 77;
        bytes32 before = market.hashAsk(ask);
        encoded = abi.encode(ask);
        at_ = (uint256(word) % 12) * 32;
        width = [160, 256, 32, 64, 16, 32, 32, 8, 40, 40, 256, 256][at_ / 32];
        _flip(encoded, at_, uint256(bit) % width);
        vm.assertTrue(market.hashAsk(abi.decode(encoded, (IRentalMarket.Ask))) != before);
    }

    /// @dev Bits above a member's width make another hash, so no two encodings are one order, and matching refuses to read them.
    function test_A57_RevertWhen_MembersAreTooWide() public {
        IRentalMarket.Bid memory bid = _same();
        uint256 thousandthsBit16 = 4 + 3 * 32 + 29;
        bytes memory call = abi.encodeCall(market.hashBid, (bid));
        call[thousandthsBit16] = 0x01;
        (bool success, bytes memory hash) = address(market).call(call);
        vm.assertTrue(success && abi.decode(hash, (bytes32)) != market.hashBid(bid));

        bytes memory signature = _signed(bid);
        call = abi.encodeCall(
            market.previewMatch,
            (bid, signature, new IRentalMarket.Ask[](0), new bytes[](0), matcher)
        );
        (success, ) = address(market).call(call);
        vm.assertTrue(success);
        call[thousandthsBit16] = 0x01;
        (success, ) = address(market).call(call);
        vm.assertFalse(success);
    }

    /* SMART ACCOUNTS */

    function test_SmartAccountsRentAndLet() public {
        KeyWallet rents = new KeyWallet(renter);
        KeyWallet lets = new KeyWallet(operator);
        uint256 card = _cardOf(lets);
        _deposit(address(rents), 100e18);
        IRentalMarket.Bid memory bid = _bidOf(address(rents));
        IRentalMarket.Ask memory ask = _ask(card);
        bytes memory bidSignature = _sign(renter, market.hashBid(bid));
        bytes memory askSignature = _sign(operator, market.hashAsk(ask));
        uint256[] memory leaseIds = market.matchOrders(bid, bidSignature, _list(ask), _one(askSignature), "");
        vm.assertEq(ledger.lease(leaseIds[0]).renter, address(rents));
        vm.assertEq(ledger.lease(leaseIds[0]).operator, address(lets));
        // It stops and withdraws like anyone.
        _pass(1 hours);
        rents.perform(address(ledger), abi.encodeCall(ledger.stop, (leaseIds[0])));
        rents.perform(address(ledger), abi.encodeCall(ledger.withdraw, (1e18, stranger)));
        vm.assertEq(dollar.balanceOf(stranger), 1e18);
    }

    function test_A52_RevertWhen_SmartAccountRotatedItsKey() public {
        KeyWallet lets = new KeyWallet(operator);
        uint256 card = _cardOf(lets);
        IRentalMarket.Ask memory ask = _ask(card);
        bytes memory signature = _sign(operator, market.hashAsk(ask));
        vm.prank(renter);
        uint256 leaseId = market.takeAsk(ask, signature, _take(300, 1 days), "");
        lets.rotate(stranger);
        vm.expectRevert(
            abi.encodeWithSelector(IRentalMarket.AskRefused.selector, ILeaseLedger.LegRefusal.AskSignatureInvalid)
        );
        vm.prank(renter);
        market.takeAsk(ask, signature, _take(300, 1 days), "");
        vm.assertTrue(ledger.isRunning(leaseId));
    }

    /// @dev A bid that was filled in part is asked for again.
    function test_A52_RevertWhen_TheBiddingAccountRotatedItsKey() public {
        KeyWallet rents = new KeyWallet(renter);
        _deposit(address(rents), 200e18);
        IRentalMarket.Bid memory bid = _bidOf(address(rents));
        bid.quantity = 2;
        bytes memory signature = _sign(renter, market.hashBid(bid));
        IRentalMarket.Ask memory ask = _ask(cardId);
        market.matchOrders(bid, signature, _list(ask), _one(_signed(ask)), "");
        rents.rotate(stranger);
        ask = _ask(_newCard());
        bytes memory askSignature = _signed(ask);
        _expectMatchRefused(IRentalMarket.MatchRefusal.BidSignatureInvalid, _noLegs());
        market.matchOrders(bid, signature, _list(ask), _one(askSignature), "");
        vm.assertEq(market.orderState(address(rents), bid.salt), 1);
    }

    /// @dev A wallet that sells while the first card is free sells in a preview, which books nothing, and not in the match. Then the
    /// bid's least number decides, and nothing is paid for the card that was not taken.
    function test_A50_WalletThatChangesItsMindInTheMatch() public {
        ReadingWallet wallet = new ReadingWallet();
        IRentalMarket.Bid memory bid = _same();
        (bid.quantity, bid.minQuantity) = (2, 2);
        IRentalMarket.Ask[] memory asks = _list(_ask(cardId), _ask(_cardOf(wallet)));
        bytes[] memory signatures = new bytes[](2);
        signatures[0] = _signed(asks[0]);
        wallet.prepare(address(ledger), abi.encodeCall(ledger.isRunning, ((cardId << 48) | START)), abi.encode(false));
        bytes memory bidSignature = _signed(bid);
        vm.assertEq(market.previewMatch(bid, bidSignature, asks, signatures, matcher).taken, 2);
        ILeaseLedger.LegRefusal[] memory legs = new ILeaseLedger.LegRefusal[](2);
        legs[1] = ILeaseLedger.LegRefusal.AskSignatureInvalid;
        _expectMatchRefused(IRentalMarket.MatchRefusal.CardsTooFew, legs);
        market.matchOrders(bid, bidSignature, asks, signatures, "");

        bid.minQuantity = 1;
        bidSignature = _signed(bid);
        uint256 before = _balance(renter);
        vm.assertEq(market.matchOrders(bid, bidSignature, asks, signatures, "").length, 1);
        vm.assertEq(before - _balance(renter), uint256(RATE) * 1 days);
        vm.assertEq(market.orderState(renter, bid.salt), 1);
    }

    function test_A50_AlwaysTrueWalletHarmsOnlyItself() public {
        YesWallet wallet = new YesWallet();
        _deposit(address(wallet), 100e18);
        IRentalMarket.Ask memory ask = _ask(cardId);
        bytes memory askSignature = _signed(ask);
        // Anyone may spend its money on leases of its own, and on nobody else's.
        market.matchOrders(_bidOf(address(wallet)), "", _list(ask), _one(askSignature), "");
        vm.assertEq(ledger.lease((cardId << 48) | START).renter, address(wallet));
        vm.assertEq(_balance(renter), 10_000e18);
        // It cannot let a card that it does not run.
        ask = _ask(_newCard());
        ask.operator = address(wallet);
        _assertAskRefused(ask, "", ILeaseLedger.LegRefusal.OperatorNotOfCard);
    }

    function test_WalletThatBurnsItsGasIsSkipped() public {
        uint256 card = _cardOf(new BurningWallet());
        IRentalMarket.Bid memory bid = _same();
        IRentalMarket.Ask[] memory asks = _list(_ask(cardId), _ask(card));
        bid.quantity = 2;
        bytes[] memory signatures = new bytes[](2);
        signatures[0] = _signed(asks[0]);
        bytes memory bidSignature = _signed(bid);
        uint256 before = gasleft();
        uint256[] memory leaseIds = market.matchOrders(bid, bidSignature, asks, signatures, "");
        vm.assertLt(before - gasleft(), 700_000);
        vm.assertEq(leaseIds.length, 1);
    }

    function test_LongAnswersAreNotCopied() public {
        uint256 card = _cardOf(new LongAnswerWallet(32_768));
        IRentalMarket.Ask memory ask = _ask(card);
        vm.prank(renter);
        market.takeAsk(ask, "", _take(1000, 1 days), "");
        ask = _ask(_cardOf(new LongAnswerWallet(3_000_000)));
        _assertAskRefused(ask, "");
        ask = _ask(_cardOf(new LongAnswerWallet(31)));
        _assertAskRefused(ask, "");
    }

    /// @dev What is no answer of 32 bytes, in time, that is the magic value alone is a no, and nothing worse.
    function test_OnlyACleanAnswerInTimeCounts() public {
        MoodyWallet wallet = new MoodyWallet(operator);
        uint256 card = _cardOf(wallet);
        for (uint256 mood = 0; mood <= uint256(type(MoodyWallet.Mood).max); ++mood) {
            wallet.behave(MoodyWallet.Mood(mood), false);
            IRentalMarket.Ask memory ask = _ask(card);
            bytes memory signature = _sign(operator, market.hashAsk(ask));
            if (mood > uint256(MoodyWallet.Mood.LongWinded)) {
                _assertAskRefused(ask, signature);
            } else {
                vm.prank(renter);
                market.takeAsk(ask, signature, _take(200, 1 days), "");
            }
        }
        vm.assertEq(ledger.runningLeases(card).length, 3);
    }

    /// @dev A26: no call of an asked wallet can write anything, whatever it tries.
    function test_A26_RevertWhen_WalletReenters() public {
        CallingWallet wallet = new CallingWallet();
        uint256 card = _cardOf(wallet);
        _deposit(address(wallet), 100e18);
        IRentalMarket.Ask memory ask = _ask(card);
        uint256 running = _rent(cardId, 1000, 1 days);
        bytes[7] memory calls = [
            abi.encodeCall(market.takeAsk, (ask, "", _take(125, 1 days), "")),
            abi.encodeCall(market.bump, ()),
            abi.encodeCall(ledger.extendBy, (running, 60, 0, "")),
            abi.encodeCall(ledger.withdraw, (1, address(wallet))),
            abi.encodeCall(ledger.collect, (cardId)),
            abi.encodeCall(ledger.stop, (running)),
            abi.encodeCall(staking.requestUnstake, (card, 1))
        ];
        for (uint256 i; i < calls.length; ++i) {
            address target =
                i < 2
                    ? address(market)
                    : i < 6
                        ? address(ledger)
                        : address(staking);
            wallet.prepare(target, calls[i]);
            _assertAskRefused(ask, "");
        }
    }

    /// @dev Fault 7 of an early trial: how many cards a match takes is known only at its end. A card's operator that
    /// has the same bid matched again while it is asked gets nothing, and the bid takes what it wanted.
    function test_Trial7_BidIsNotMatchedFromWithinItsMatch() public {
        CallingWallet wallet = new CallingWallet();
        IRentalMarket.Bid memory bid = _same();
        (bid.quantity, bid.minQuantity) = (2, 1);
        IRentalMarket.Ask[] memory asks = _list(_ask(cardId), _ask(_cardOf(wallet)));
        IRentalMarket.Ask[] memory others = _list(_ask(_newCard()));
        bytes memory bidSignature = _signed(bid);
        wallet.prepare(
            address(market),
            abi.encodeCall(market.matchOrders, (bid, bidSignature, others, _signed(others), ""))
        );
        bytes[] memory signatures = new bytes[](2);
        signatures[0] = _signed(asks[0]);
        vm.assertEq(market.matchOrders(bid, bidSignature, asks, signatures, "").length, 1);
        vm.assertEq(market.orderState(renter, bid.salt), 1);
        vm.assertEq(ledger.runningLeases(others[0].cardId).length, 0);
    }

    /// @dev A27: while the second card of a match is being asked for, the first is booked; nothing seen then is wrong
    /// for a reader that owes nobody: the lease runs, and its charge comes in the same call.
    function test_A27_WhatAWalletReadsInTheMiddle() public {
        ReadingWallet wallet = new ReadingWallet();
        uint256 card = _cardOf(wallet);
        IRentalMarket.Bid memory bid = _same();
        (bid.quantity, bid.minQuantity) = (2, 2);
        IRentalMarket.Ask[] memory asks = _list(_ask(cardId), _ask(card));
        bytes[] memory signatures = new bytes[](2);
        signatures[0] = _signed(asks[0]);
        bytes memory bidSignature = _signed(bid);
        wallet.prepare(address(ledger), abi.encodeCall(ledger.isRunning, ((cardId << 48) | START)), abi.encode(true));
        market.matchOrders(bid, bidSignature, asks, signatures, "");

        // Revenue of a card does not depend on where a match is: none has accrued in the second of its start.
        card = _cardOf(wallet);
        asks = _list(_ask(_newCard()), _ask(card));
        (asks[0], asks[1]) = asks[0].cardId < asks[1].cardId ? (asks[0], asks[1]) : (asks[1], asks[0]);
        signatures[0] = asks[0].operator == operator ? _signed(asks[0]) : bytes("");
        signatures[1] = asks[1].operator == operator ? _signed(asks[1]) : bytes("");
        wallet.prepare(
            address(ledger),
            abi.encodeCall(ledger.accruedRevenueOf, (asks[0].cardId, 0)),
            abi.encode(uint256(0))
        );
        bid = _bid();
        (bid.quantity, bid.minQuantity) = (2, 2);
        bidSignature = _signed(bid);
        market.matchOrders(bid, bidSignature, asks, signatures, "");
    }

    function test_DelegatedAccountSignsByItsKeyOrItsCode() public {
        vm.etch(operator, address(new KeyWallet(address(0))).code);
        _takeAsk(renter, _ask(cardId), _take(300, 1 days));
        KeyWallet(operator).rotate(stranger);
        IRentalMarket.Ask memory ask = _ask(cardId);
        bytes memory signature = _sign(stranger, market.hashAsk(ask));
        vm.prank(renter);
        market.takeAsk(ask, signature, _take(300, 1 days), "");
        _assertAskRefused(ask, _sign(otherRenter, market.hashAsk(ask)));
    }

    /// @dev Fault 8 of an early trial: a plain key is not probed for code.
    function test_Trial8_KeysAreNotAskedForTheirCode() public {
        // A wallet with code whose key signs is accepted by the key alone, even if its code says no or burns all gas.
        vm.etch(operator, address(new BurningWallet()).code);
        vm.assertTrue(_takeAsk(renter, _ask(cardId), _take(300, 1 days)) != 0);
    }

    /* HELPERS */

    /// @dev The same bid whenever it is asked for.
    function _same() private returns (IRentalMarket.Bid memory bid) {
        bid = _bid();
        bid.salt = 4711;
    }

    function _bidOf(address account) private returns (IRentalMarket.Bid memory bid) {
        bid = _bid();
        bid.renter = account;
        bid.counter = 0;
    }

    function _cardOf(Wallet wallet) private returns (uint256 card) {
        card = _newCard(_registration(address(0)));
        vm.prank(owner);
        registry.setOperator(card, address(wallet), HOST, 0, 0);
        token.transfer(address(wallet), 2_000e18);
        wallet.perform(address(token), abi.encodeCall(token.approve, (address(staking), 2_000e18)));
        wallet.perform(address(staking), abi.encodeCall(staking.stake, (card, 2_000e18)));
    }

    function _one(bytes memory signature) private pure returns (bytes[] memory signatures) {
        signatures = new bytes[](1);
        signatures[0] = signature;
    }

    function _assertBidRefused(bytes memory signature) private {
        IRentalMarket.Bid memory bid = _same();
        IRentalMarket.Ask memory ask = _ask(cardId);
        bytes memory askSignature = _signed(ask);
        _expectMatchRefused(IRentalMarket.MatchRefusal.BidSignatureInvalid, _noLegs());
        market.matchOrders(bid, signature, _list(ask), _one(askSignature), "");
    }

    function _assertAskRefused(IRentalMarket.Ask memory ask, bytes memory signature) private {
        _assertAskRefused(ask, signature, ILeaseLedger.LegRefusal.AskSignatureInvalid);
    }

    function _assertAskRefused(
        IRentalMarket.Ask memory ask,
        bytes memory signature,
        ILeaseLedger.LegRefusal refusal
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IRentalMarket.AskRefused.selector, refusal));
        vm.prank(renter);
        market.takeAsk(ask, signature, _take(125, 1 days), "");
    }

    function _flip(bytes memory encoded, uint256 word, uint256 bit) private pure {
        uint256 index = word + 31 - bit / 8;
        encoded[index] = bytes1(uint8(encoded[index]) ^ uint8(1 << (bit % 8)));
    }
}
