// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {IRevenueShare} from "../../../contracts/interfaces/IRevenueShare.sol";
import {vm} from "../support/Vm.sol";
import {RevenueFixture} from "./RevenueFixture.sol";

contract RevenueShareClaimTest is RevenueFixture {
    function test_ClaimsToTheWallet() public {
        IRevenueShare share = _running();
        _rent(cardId, RATE, 1000, 20 days);
        vm.warp(block.timestamp + 10 days);
        uint256 owed = (_holdersRate(RATE, 1000) * 10 days) / 2;
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.RevenueClaimed(cardId, 1, investor, owed, true);
        vm.expectEmit(address(dollar));
        emit IERC20.Transfer(address(ledger), investor, owed);
        vm.prank(investor);
        _equal(share.claim(), owed, "claimed");

        _equal(dollar.balanceOf(investor), owed, "received");
        _equal(ledger.accountOf(investor).earned, owed, "earned");
        _equal(ledger.accountOf(investor).balance, 0, "not in the ledger");
        _equal(share.claimable(investor), 0, "nothing left");
        (, uint256 paid) = ledger.holderOf(cardId, 1);
        _equal(paid, owed, "paid of the number");
        _equal(dollar.balanceOf(address(share)), 0, "the share holds none");
    }

    function test_ClaimsForAnotherIntoItsLedgerBalance() public {
        IRevenueShare share = _running();
        _rent(cardId, RATE, 1000, 20 days);
        vm.warp(block.timestamp + 10 days);
        uint256 owed = (_holdersRate(RATE, 1000) * 10 days) / 2;
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.RevenueClaimed(cardId, 1, investor, owed, false);
        vm.prank(STRANGER);
        _equal(share.claimFor(investor), owed, "claimed");

        _equal(dollar.balanceOf(investor), 0, "not in the wallet");
        _equal(ledger.accountOf(investor).balance, owed, "balance");
        _equal(ledger.accountOf(investor).earned, owed, "earned");
        _equal(ledger.accountOf(STRANGER).balance, 0, "nothing for the caller");
        vm.prank(investor);
        ledger.withdraw(owed, investor);
        _equal(dollar.balanceOf(investor), owed, "withdrawn");
    }

    function test_NothingOwedIsNoError() public {
        IRevenueShare share = _tokenize();
        _buy(share, investor, 1_000e18);
        vm.recordLogs();
        vm.prank(investor);
        _equal(share.claim(), 0, "in the sale");
        share.finalise();
        _rent(cardId, RATE, 1000, 1 days);
        vm.warp(block.timestamp + 1 days);
        vm.getRecordedLogs();
        vm.prank(STRANGER);
        _equal(share.claim(), 0, "a stranger");
        _equal(share.claimFor(address(0)), 0, "nobody");
        _equal(share.claimFor(address(share)), 0, "the share itself");
        _equal(vm.getRecordedLogs().length, 0, "no event");
    }

    function test_RevertWhen_NotTheFactory() public {
        IRevenueShare share = _running();
        vm.expectRevert(abi.encodeWithSelector(IRevenueShare.ShareCallerNotFactory.selector, investor));
        vm.prank(investor);
        share.claimToWallet(investor);
    }

    function test_B26_UnsoldSharesEarnForTheOwnerOfTheSale() public {
        IRevenueShare share = _tokenize();
        _buy(share, investor, 500e18);
        token.transfer(OWNER, 20e18);
        _buy(share, OWNER, 10e18);
        vm.warp(share.terms().saleEnd);
        share.finalise();
        _rent(cardId, RATE, 1000, 20 days);
        vm.prank(OWNER);
        registry.transferFrom(OWNER, THIRD, cardId);
        vm.warp(block.timestamp + 20 days);

        uint256 revenue = _holdersRate(RATE, 1000) * 20 days;
        _equal(share.claimable(OWNER), revenue / 2, "490 unsold and 10 bought");
        _equal(share.claimable(THIRD), 0, "nothing goes with the card");
        _equal(share.claimable(investor), revenue / 2, "investor");
        vm.prank(OWNER);
        _equal(share.claim(), revenue / 2, "in one claim");
        _equal(share.claimFor(OWNER), 0, "once");
    }

    function test_B17_LaterRentIsTheOwnersAgain() public {
        IRevenueShare share = _running();
        _rent(cardId, RATE, 1000, 30 days);
        vm.warp(share.termEnd());
        uint256 revenue = share.revenue();
        _equal(revenue, _holdersRate(RATE, 1000) * 30 days, "of the term");
        // The first lease after the term clears it on its way.
        _rent(cardId, RATE, 1000, 10 days);
        _equal(registry.encumbrance(cardId).holder, address(0), "free");
        vm.warp(block.timestamp + 10 days);
        ledger.collect(cardId);
        _equal(share.revenue(), revenue, "frozen");
        _equal(ledger.accountOf(OWNER).balance, _holdersRate(RATE, 1000) * 10 days, "the owner's");
        vm.prank(investor);
        _equal(share.claim(), revenue / 2, "still claimable");
    }

    /// @dev Two shares of one card, one after the other, each with its own revenue.
    function test_B17_TheNextShareStartsAtZero() public {
        IRevenueShare share = _over(30 days);
        uint256 revenue = share.revenue();
        IRevenueShare next = _tokenize();
        _buy(next, THIRD, 1_000e18);
        next.finalise();
        _rent(cardId, RATE, 1000, 7 days);
        vm.warp(block.timestamp + 7 days);
        _equal(share.revenue(), revenue, "first");
        _equal(next.revenue(), _holdersRate(RATE, 1000) * 7 days, "second");
        vm.prank(THIRD);
        _equal(next.claim(), _holdersRate(RATE, 1000) * 7 days, "second");
        vm.prank(investor);
        _equal(share.claim(), revenue / 2, "first");
    }

    /// @dev The pool cannot claim; what it is owed waits and nobody else gets it.
    function test_A33_APoolsRevenueWaits() public {
        IRevenueShare share = _running();
        address pool = address(registry);
        vm.prank(investor);
        share.transfer(pool, 250e18);
        _rent(cardId, RATE, 1000, 20 days);
        vm.warp(share.termEnd() + 3650 days);
        uint256 owed = (_holdersRate(RATE, 1000) * 20 days) / 4;
        _equal(share.claimable(pool), owed, "owed");
        vm.prank(investor);
        share.claim();
        vm.prank(SECOND);
        share.claim();
        vm.prank(OWNER);
        share.claim();
        _equal(share.claimable(pool), owed, "still owed");
        _equal(share.claimFor(pool), owed, "and only to it");
        _equal(ledger.accountOf(pool).balance, owed, "credited");
    }

    /// @dev 1e18 share-wei and a rent of one wei a second: each holder is short by less than a wei.
    function test_A37_SmallestSupplyAndRent() public {
        IRevenueShare.Terms memory terms = _terms();
        (terms.supply, terms.price, terms.minimumRaise, terms.floorRate) = (1e18, 1, 1, 0);
        IRevenueShare share = _tokenize(cardId, terms);
        uint256 third = 333_333_333_333_333_333;
        _buy(share, investor, third);
        _buy(share, SECOND, 1e18 - third);
        share.finalise();
        _rent(cardId, 1, 1000, 1 days);
        for (uint256 i = 1; i <= 10; ++i) {
            vm.warp(block.timestamp + 1);
            _equal(share.revenue(), i, "a wei a second");
            _true(share.claimable(investor) + share.claimable(SECOND) >= i - 1, "short by less than two");
            _true(share.claimable(investor) + share.claimable(SECOND) <= i, "never more");
        }
        vm.prank(SECOND);
        _equal(share.claim(), 6, "two thirds of ten");
        vm.prank(investor);
        _equal(share.claim(), 3, "a third of ten");
    }

    /// @dev Nothing can accrue while nobody holds: the number starts with all of the supply held.
    function test_A38_NothingAccruesBeforeTheSupplyIsHeld() public {
        IRevenueShare share = _tokenize();
        _rent(cardId, RATE, 1000, 20 days);
        vm.warp(START + 5 days);
        _buy(share, investor, 1_000e18);
        _equal(share.revenue(), 0, "in the sale");
        _equal(share.totalSupply(), 1_000e18, "held");
        share.finalise();
        vm.warp(block.timestamp + 1 days);
        _equal(share.claimable(investor), _holdersRate(RATE, 1000) * 1 days, "all of it has a holder");
    }

    /// @dev One claims at every step, the other once: equal shares, equal sums.
    function testFuzz_A39_ManyClaimsEqualOne(uint32[10] memory steps, uint64 rate) public {
        IRevenueShare.Terms memory terms = _terms();
        terms.floorRate = 0;
        IRevenueShare share = _tokenize(cardId, terms);
        _buy(share, investor, 333e18 + 1);
        _buy(share, SECOND, 333e18 + 1);
        vm.warp(terms.saleEnd);
        share.finalise();
        _rent(cardId, 2 + (rate % 1e16), 1000, 364 days);
        uint256 sum;
        for (uint256 i = 0; i < steps.length; ++i) {
            vm.warp(block.timestamp + (steps[i] % 30 days));
            if (i % 2 == 0) vm.prank(investor);
            sum += i % 2 == 0 ? share.claim() : share.claimFor(investor);
        }
        sum += share.claimFor(investor);
        vm.prank(SECOND);
        _equal(share.claim(), sum, "n claims are one");
    }

    /// @dev Thousands of touches do not drift, and taking nothing a thousand times takes nothing.
    function test_A35_AThousandTouchesLoseNothing() public {
        IRevenueShare share = _running();
        _rent(cardId, RATE + 13, 1000, 20 days);
        uint256 perSecond = _holdersRate(RATE + 13, 1000);
        uint256 start = block.timestamp;
        for (uint256 i = 1; i <= 1_000; ++i) {
            vm.warp(start + i);
            vm.prank(investor);
            share.transfer(SECOND, 1);
            vm.prank(SECOND);
            share.transfer(investor, 1);
            share.claimFor(investor);
            share.claimFor(investor);
        }
        _equal(ledger.accountOf(investor).balance, (perSecond * 1_000) / 2, "half of it, to the wei");
        _equal(share.claimFor(SECOND), (perSecond * 1_000 * 3) / 10, "as if nothing had happened");
    }
}
