// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {IRentalMarket} from "../../../contracts/interfaces/IRentalMarket.sol";
import {CardflowFixture} from "../support/CardflowFixture.sol";
import {RentModel} from "../support/RentModel.sol";
import {vm} from "../support/Vm.sol";

contract LeaseLedgerCollectTest is CardflowFixture {
    uint256 private cardId;

    constructor() {
        cardId = _newCard();
    }

    function test_PaysNodeOwnerAndFeeUpToNow() public {
        _rent(cardId, 1000, 1 days);
        _pass(1 hours);
        RentModel.Rates memory rates = RentModel.rates(RATE, 1000, FEE_BPS);
        (uint256 fee, uint256 node, uint256 owned) = ledger.collectable(cardId);
        vm.assertEq(fee, rates.fee * 1 hours);
        vm.assertEq(node, rates.node * 1 hours);
        vm.assertEq(owned, rates.holders * 1 hours);

        vm.expectEmit(address(ledger));
        emit ILeaseLedger.AccountCredited(operator, cardId, ILeaseLedger.Credit.Node, node);
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.AccountCredited(owner, cardId, ILeaseLedger.Credit.Owner, owned);
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.CardCollected(cardId, START + 1 hours, fee);
        vm.prank(stranger);
        ledger.collect(cardId);

        vm.assertEq(_balance(operator), node);
        vm.assertEq(_earned(operator), node);
        vm.assertEq(_balance(owner), owned);
        vm.assertEq(_earned(owner), owned);
        vm.assertEq(ledger.earnedOf(owner), owned);
        vm.assertEq(ledger.gatheredFees(), fee);
        (fee, node, owned) = ledger.collectable(cardId);
        vm.assertEq(fee + node + owned, 0);
    }

    function test_TwiceInOneSecondIsOnce() public {
        _rent(cardId, 1000, 1 days);
        _pass(1 hours);
        ledger.collect(cardId);
        uint256 node = _balance(operator);
        ledger.collect(cardId);
        uint256[] memory cards = new uint256[](3);
        (cards[0], cards[1], cards[2]) = (cardId, cardId, cardId);
        ledger.collectMany(cards);
        vm.assertEq(_balance(operator), node);
    }

    function test_NothingToCollect() public {
        ledger.collect(cardId);
        ledger.collect(0);
        ledger.collect(MOST);
        ledger.collectMany(new uint256[](0));
        (uint256 fee, uint256 node, uint256 owned) = ledger.collectable(MOST);
        vm.assertEq(fee + node + owned + ledger.gatheredFees(), 0);
    }

    function test_ManyCardsAtOnce() public {
        uint256 second = _newCard();
        _rent(cardId, 1000, 1 days);
        _rent(second, 500, 1 days);
        _pass(2 days);
        uint256[] memory cards = new uint256[](2);
        (cards[0], cards[1]) = (cardId, second);
        ledger.collectMany(cards);
        RentModel.Rates memory whole = RentModel.rates(RATE, 1000, FEE_BPS);
        RentModel.Rates memory half = RentModel.rates(RATE, 500, FEE_BPS);
        vm.assertEq(_balance(operator), (whole.node + half.node) * 1 days);
        vm.assertEq(_balance(owner), (whole.holders + half.holders) * 1 days);
        vm.assertEq(ledger.gatheredFees(), (whole.fee + half.fee) * 1 days);
    }

    function test_OldOperatorIsPaidForItsLeases() public {
        _rent(cardId, 500, 1 days);
        _pass(1 hours);
        vm.prank(owner);
        registry.setOperator(cardId, otherOperator, HOST, 0, 0);
        _bond(cardId, otherOperator, 2_000e18);
        _rent(cardId, 500, 1 days);
        _pass(3 days);
        ledger.collect(cardId);
        RentModel.Rates memory half = RentModel.rates(RATE, 500, FEE_BPS);
        vm.assertEq(_balance(operator), half.node * 1 days);
        vm.assertEq(_balance(otherOperator), half.node * 1 days);
        vm.assertEq(_balance(owner), half.holders * 2 days);
    }

    function test_LeaseOverIsOverWhoeverCalled() public {
        // F1: nobody pokes for a year, and nothing runs for free.
        _rent(cardId, 1000, 1 days);
        _pass(365 days);
        uint256 revenue = ledger.accruedRevenueOf(cardId, 0);
        vm.assertEq(revenue, RentModel.rates(RATE, 1000, FEE_BPS).holders * 1 days);
        ledger.collect(cardId);
        vm.assertEq(_balance(owner), revenue);
        _pass(365 days);
        ledger.collect(cardId);
        vm.assertEq(_balance(owner), revenue);
    }

    /// @dev n collections at any moments equal one, for eight leases of any lengths and rates.
    function testFuzz_I9_CollectionsAtAnyMomentEqualOne(uint256 seed, uint8 collections) public {
        _bond(cardId, operator, 5_000e18);
        RentModel.Rates memory due;
        for (uint256 i; i < 8; ++i) {
            uint32 duration = uint32(10 minutes + (_random(seed, i) % 3 days));
            uint64 rate = uint64(1 + (_random(seed, 100 + i) % (10 * uint256(RATE))));
            uint16 asked = uint16(1 + (_random(seed, 200 + i) % 125));
            _rentAt(cardId, rate, asked, duration);
            RentModel.Rates memory rates = RentModel.rates(rate, 125, FEE_BPS);
            due.fee += rates.fee * duration;
            due.node += rates.node * duration;
            due.holders += rates.holders * duration;
        }
        uint256 seen;
        for (uint256 i; i < collections % 12; ++i) {
            _pass(_random(seed, 300 + i) % 12 hours);
            uint256 revenue = ledger.accruedRevenueOf(cardId, 0);
            vm.assertGe(revenue, seen);
            seen = revenue;
            ledger.collect(cardId);
        }
        _pass(4 days);
        ledger.collect(cardId);
        vm.assertEq(ledger.gatheredFees(), due.fee);
        vm.assertEq(_balance(operator), due.node);
        vm.assertEq(_balance(owner), due.holders);
        vm.assertEq(
            dollar.balanceOf(address(ledger)),
            _balance(operator) + _balance(owner) + _balance(renter) + ledger.gatheredFees()
        );
    }

    function _random(uint256 seed, uint256 salt) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, salt)));
    }
}

contract LeaseLedgerSplitTest is CardflowFixture {
    uint256 private cardId;

    constructor() {
        cardId = _newCard();
        _bond(cardId, operator, 100_000_000e18);
        _print(address(this), 1e28);
    }

    /// @dev Every rate of 64 bits, every share, every fee, every duration.
    function testFuzz_I8_SplitIsExact(uint64 rate, uint16 share, uint16 feeBps, uint32 duration) public {
        uint256 m = 1 + (uint256(share) % 1000);
        feeBps = uint16(uint256(feeBps) % 1001);
        duration = uint32(10 minutes + (uint256(duration) % (366 days - 10 minutes + 1)));
        RentModel.Rates memory rates = RentModel.rates(rate, RentModel.held(m, 1000), feeBps);
        vm.assume(rates.gross != 0 && rates.gross < 900e18);
        _setFee(feeBps);

        ILeaseLedger.Lease memory lease = ledger.lease(_open(rate, uint16(m), duration));
        vm.assertEq(lease.rate, rates.gross);
        vm.assertEq(lease.feeRate, rates.fee);
        vm.assertEq(lease.nodeRate, rates.node);
        vm.assertEq(lease.holdersRate, rates.holders);
        vm.assertEq(lease.feeBps, feeBps);
        vm.assertEq(lease.thousandths, RentModel.held(m, 1000));
        vm.assertEq(_balance(renter), uint256(rate) * duration - rates.gross * duration);

        _pass(duration);
        ledger.collect(cardId);
        vm.assertEq(ledger.gatheredFees(), rates.fee * duration);
        vm.assertEq(_balance(operator), rates.node * duration);
        vm.assertEq(_balance(owner), rates.holders * duration);
    }

    /// @dev The loss of a fraction is less than one wei a second and stays with the renter.
    function testFuzz_B09_RoundingStaysWithTheRenter(uint64 rate, uint16 share) public {
        uint256 m = 125 + (uint256(share) % 876);
        vm.assume((uint256(rate) * m) / 1000 != 0);
        ILeaseLedger.Lease memory lease = ledger.lease(_open(rate, uint16(m), 1 hours));
        vm.assertLe(uint256(lease.rate) * 1000, uint256(rate) * m);
        vm.assertLt(uint256(rate) * m, (uint256(lease.rate) + 1) * 1000);
        vm.assertEq(uint256(lease.feeRate) + lease.nodeRate + lease.holdersRate, lease.rate);
    }

    function _open(uint64 rate, uint16 m, uint32 duration) private returns (uint256) {
        _deposit(renter, uint256(rate) * duration);
        return _takeAsk(renter, _wideAsk(rate), _take(m, duration));
    }

    function _wideAsk(uint64 rate) private returns (IRentalMarket.Ask memory ask) {
        ask = _ask(cardId);
        ask.ratePerSecond = rate;
        ask.maxDuration = 366 days;
    }

    function _setFee(uint16 feeBps) private {
        market.setParameters(
            IRentalMarket.MarketParameters({feeBps: feeBps, tokenFeeBps: 0, longestMinDuration: 1 hours})
        );
    }
}
