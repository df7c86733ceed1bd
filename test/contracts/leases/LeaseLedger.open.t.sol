// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {IRentalMarket} from "../../../contracts/interfaces/IRentalMarket.sol";
import {CardflowFixture} from "../support/CardflowFixture.sol";
import {RentModel} from "../support/RentModel.sol";
import {vm} from "../support/Vm.sol";

/// @notice Fault 9 of an early trial (locals too deep for the plain code generator) has no test of its own: the profile
/// that compiles these tests uses that generator.
contract LeaseLedgerOpenTest is CardflowFixture {
    uint256 private cardId;

    constructor() {
        cardId = _newCard();
        _bond(cardId, operator, 20_000e18);
    }

    function test_LeaseSaysWhatItWasOpenedAs() public {
        uint256 leaseId = _rent(cardId, 200, 90 minutes);
        RentModel.Rates memory rates = RentModel.rates(RATE, 200, FEE_BPS);
        ILeaseLedger.Lease memory lease = ledger.lease(leaseId);
        vm.assertEq(lease.cardId, cardId);
        vm.assertEq(lease.renter, renter);
        vm.assertEq(lease.operator, operator);
        vm.assertEq(lease.rate, rates.gross);
        vm.assertEq(lease.feeRate, rates.fee);
        vm.assertEq(lease.nodeRate, rates.node);
        vm.assertEq(lease.holdersRate, rates.holders);
        vm.assertEq(lease.thousandths, 200);
        vm.assertEq(lease.feeBps, FEE_BPS);
        vm.assertFalse(lease.paidInToken);
        vm.assertEq(lease.start, START);
        vm.assertEq(lease.end, START + 90 minutes);
        vm.assertEq(lease.minDuration, 10 minutes);
        vm.assertEq(lease.maxDuration, 30 days);
        vm.assertEq(leaseId, (cardId << 48) | START);
        vm.assertEq(ledger.runningLeases(cardId).length, 1);
        vm.assertEq(ledger.runningLeases(cardId)[0], leaseId);
        vm.assertEq(ledger.operatorRateOf(cardId, operator), rates.gross);
        vm.assertEq(ledger.operatorRateOf(cardId, otherOperator), 0);
    }

    function test_UserOfIsTheRenterOfTheWholeCard() public {
        _rent(cardId, 999, 1 hours);
        vm.assertEq(registry.userOf(cardId), address(0));
        vm.assertEq(registry.userExpires(cardId), 0);
        _pass(1 hours);
        _rent(cardId, 1000, 2 hours);
        vm.assertEq(registry.userOf(cardId), renter);
        vm.assertEq(registry.userExpires(cardId), START + 3 hours);
        _pass(2 hours);
        vm.assertEq(registry.userOf(cardId), address(0));
    }

    /* PLACES */

    function test_B08_RevertWhen_NinthLease() public {
        for (uint256 i; i < 8; ++i) _rent(cardId, 1, 1 days);
        vm.assertEq(ledger.runningLeases(cardId).length, 8);
        _expectRefused(ILeaseLedger.LegRefusal.CardFull);
        this.rent(1);
        _pass(1 days);
        this.rent(1);
    }

    function test_B08_RevertWhen_MoreThanIsFree() public {
        _rent(cardId, 600, 1 days);
        _expectRefused(ILeaseLedger.LegRefusal.ThousandthsNotFree);
        this.rent(401);
        this.rent(400);
        _expectRefused(ILeaseLedger.LegRefusal.ThousandthsNotFree);
        this.rent(1);
    }

    function test_B19_CrumbsHoldAnEighth() public {
        vm.assertEq(ledger.lease(this.rent(1)).thousandths, 125);
        vm.assertEq(ledger.lease(this.rent(126)).thousandths, 126);
        vm.assertEq(ledger.lease(this.rent(700)).thousandths, 700);
        // 49 are left, and are taken together.
        uint256 before = _balance(renter);
        ILeaseLedger.Lease memory last = ledger.lease(this.rent(7));
        vm.assertEq(last.thousandths, 49);
        vm.assertEq(_balance(renter) - before, uint256(RATE) * 1 days - uint256(last.rate) * 1 days);
        _expectRefused(ILeaseLedger.LegRefusal.ThousandthsNotFree);
        this.rent(1);
    }

    /// @dev Leases that end in any order, also in the same second, never let a card hold too much (I13).
    function testFuzz_B08_I13_PlacesAndThousandths(uint256 seed) public {
        uint256[2][] memory model = new uint256[2][](24); // thousandths, end
        for (uint256 i; i < 24; ++i) {
            uint256 word = uint256(keccak256(abi.encode(seed, i)));
            uint16 asked = uint16(1 + (word % 400));
            uint32 duration = uint32(10 minutes + ((word >> 16) % 4) * 10 minutes);
            _pass(((word >> 32) % 3) * 5 minutes);
            (uint256 running, uint256 taken) = (0, 0);
            for (uint256 j; j < i; ++j) {
                if (model[j][1] <= block.timestamp) continue;
                running += 1;
                taken += model[j][0];
            }
            uint256 m = RentModel.held(asked, 1000 - taken);
            _deposit(renter, uint256(RATE) * duration);
            IRentalMarket.Ask memory ask = _ask(cardId);
            bytes memory signature = _signed(ask);
            if (running == 8) _expectRefused(ILeaseLedger.LegRefusal.CardFull);
            else if (m > 1000 - taken) _expectRefused(ILeaseLedger.LegRefusal.ThousandthsNotFree);
            else model[i] = [m, block.timestamp + duration];
            vm.prank(renter);
            uint256 leaseId = market.takeAsk(ask, signature, _take(asked, duration), "");
            if (model[i][0] == 0) continue;
            vm.assertEq(ledger.lease(leaseId).thousandths, m);
            vm.assertEq(ledger.runningLeases(cardId).length, running + 1);
        }
    }

    /// @dev Fault 2 of an early trial: a refilled place would lose the old lease's node and fee money.
    function test_Trial2_RefilledPlaceIsSettledFirst() public {
        RentModel.Rates memory whole = RentModel.rates(RATE, 1000, FEE_BPS);
        uint256 first = _rent(cardId, 1000, 1 hours);
        _pass(2 hours);
        _deposit(renter, uint256(RATE) * 1 hours);
        IRentalMarket.Ask memory ask = _ask(cardId);
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.AccountCredited(operator, cardId, ILeaseLedger.Credit.Node, whole.node * 1 hours);
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.FeesGathered(cardId, whole.fee * 1 hours);
        uint256 second = _takeAsk(renter, ask, _take(1000, 1 hours));
        vm.assertEq((first >> 40) & 0xff, (second >> 40) & 0xff);
        vm.assertEq(ledger.gatheredFees(), whole.fee * 1 hours);
        _pass(1 hours);
        ledger.collect(cardId);
        vm.assertEq(ledger.gatheredFees(), whole.fee * 2 hours);
        vm.assertEq(_balance(operator), whole.node * 2 hours);
        vm.assertEq(_balance(owner), whole.holders * 2 hours);
    }

    /// @dev Fault 3 of an early trial: rates of 64 bits cannot overflow the header's sum, since a card's places are
    /// thousandths of rates of 64 bits.
    function test_Trial3_SumOfTheHighestRatesFits() public {
        _bond(cardId, operator, 100_000_000e18);
        _print(address(this), 1e28);
        market.setParameters(IRentalMarket.MarketParameters({feeBps: 0, tokenFeeBps: 0, longestMinDuration: 1 hours}));
        uint256 gross;
        uint256 holders;
        for (uint256 i; i < 8; ++i) {
            ILeaseLedger.Lease memory lease = ledger.lease(_rentAt(cardId, type(uint64).max, 125, 1 days));
            gross += lease.rate;
            holders += lease.holdersRate;
        }
        vm.assertLe(gross, type(uint64).max);
        _pass(1 days);
        ledger.collect(cardId);
        vm.assertEq(_balance(owner), holders * 1 days);
        vm.assertEq(_balance(operator), (gross - holders) * 1 days);
    }

    /// @dev The revenue of one number stays below 2^95; the next number begins at zero.
    function test_RevertWhen_RevenueCouldPassItsBound() public {
        _bond(cardId, operator, 100_000_000e18);
        _print(address(this), 1e29);
        uint256 holders = RentModel.rates(type(uint64).max, 1000, FEE_BPS).holders;
        uint256 year = 366 days;
        uint256 leases;
        while ((leases + 1) * holders * year < 2 ** 95) {
            this.rentMost();
            _pass(year);
            ++leases;
        }
        _expectRefused(ILeaseLedger.LegRefusal.RevenueTooHigh);
        this.rentMost();

        registry.setEncumbrancer(address(this), true);
        uint40 now_ = uint40(block.timestamp);
        registry.encumber(cardId, address(this), 0, 0, now_, now_ + 1 days);
        // Named and never paid: the owner's number goes on, also once the term is over.
        _pass(1 days);
        _expectRefused(ILeaseLedger.LegRefusal.RevenueTooHigh);
        this.rentMost();

        registry.expire(cardId);
        registry.encumber(cardId, address(this), 0, 0, uint40(block.timestamp), uint40(block.timestamp) + 1 days);
        registry.activate(cardId);
        _pass(1 days);
        this.rentMost();
        uint256 revenue = ledger.accruedRevenueOf(cardId, 0);
        vm.assertEq(revenue, leases * holders * year);
        vm.assertEq(ledger.revenueNumber(cardId), 4);
    }

    function rentMost() external {
        IRentalMarket.Ask memory ask = _ask(cardId);
        ask.ratePerSecond = type(uint64).max;
        ask.maxDuration = 366 days;
        _deposit(renter, uint256(type(uint64).max) * 366 days);
        _takeAsk(renter, ask, _take(1000, 366 days));
    }

    /* CALLERS */

    function test_A62_RevertWhen_OpenIsNotTheMarkets() public {
        ILeaseLedger.Opening memory opening;
        _expectNotMarket();
        ledger.open(opening);
    }

    function test_RevertWhen_ChargeIsNotTheMarkets() public {
        _expectNotMarket();
        ledger.charge(renter, 1, 0, 0, stranger, "");
    }

    function test_PreviewOpenDecidesLikeOpen() public view {
        ILeaseLedger.Opening memory opening;
        opening.cardId = cardId;
        opening.renter = renter;
        opening.operator = operator;
        opening.ratePerSecond = RATE;
        opening.thousandths = 300;
        opening.duration = 1 days;
        opening.feeBps = FEE_BPS;
        opening.coveredRate = RATE;
        (ILeaseLedger.LegRefusal refusal, ILeaseLedger.Opened memory opened) = ledger.previewOpen(opening);
        vm.assertTrue(refusal == ILeaseLedger.LegRefusal.None);
        vm.assertEq(opened.thousandths, 300);
        vm.assertEq(opened.rate, (uint256(RATE) * 300) / 1000);
        vm.assertEq(opened.escrow, uint256(opened.rate) * 1 days);
        vm.assertEq(opened.leaseId, (cardId << 48) | START);
        opening.coveredRate = opened.rate - 1;
        (refusal, ) = ledger.previewOpen(opening);
        vm.assertTrue(refusal == ILeaseLedger.LegRefusal.BondTooSmall);
        opening.ratePerSecond = 3;
        (refusal, ) = ledger.previewOpen(opening);
        vm.assertTrue(refusal == ILeaseLedger.LegRefusal.RateZero);
    }

    function rent(uint16 thousandths) external returns (uint256) {
        return _rent(cardId, thousandths, 1 days);
    }

    function _expectRefused(ILeaseLedger.LegRefusal refusal) private {
        vm.expectRevert(abi.encodeWithSelector(IRentalMarket.AskRefused.selector, refusal));
    }

    function _expectNotMarket() private {
        vm.expectRevert(abi.encodeWithSelector(ILeaseLedger.LedgerCallerNotMarket.selector, address(this)));
    }
}
