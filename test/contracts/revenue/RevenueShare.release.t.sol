// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IRevenueShare} from "../../../contracts/interfaces/IRevenueShare.sol";
import {vm} from "../support/Vm.sol";
import {RevenueFixture} from "./RevenueFixture.sol";

contract RevenueShareReleaseTest is RevenueFixture {
    /// @dev What `_running` raises: 800 shares at 2 CARD, less a fifth.
    uint256 private constant REST = 1_280e18;

    function test_ReleasesByTimeWhereRentIsAhead() public {
        IRevenueShare share = _promising(1e18);
        _rent(cardId, RATE, 1000, 10 days);
        vm.warp(block.timestamp + 73 days);
        vm.expectEmit(address(share));
        emit IRevenueShare.ProceedsReleased(OWNER, REST / 5, REST / 5);
        vm.expectEmit(address(token));
        emit IERC20.Transfer(address(share), OWNER, REST / 5);
        vm.prank(STRANGER);
        _equal(share.release(), REST / 5, "a fifth of the year");
        (uint256 vested, uint256 released) = share.vested();
        _equal(vested, REST / 5, "vested");
        _equal(released, REST / 5, "released");
    }

    function test_ReleasesByRentWhereTimeIsAhead() public {
        uint256 perSecond = _holdersRate(RATE, 1000);
        IRevenueShare share = _promising(uint128(perSecond * 40 days));
        _rent(cardId, RATE, 1000, 10 days);
        vm.warp(block.timestamp + 300 days);
        _equal(share.release(), REST / 4, "a quarter of the promise");
    }

    function test_B30_NeverMoreThanAll() public {
        IRevenueShare share = _promising(1);
        _rent(cardId, RATE, 1000, 10 days);
        vm.warp(share.termEnd());
        _equal(share.release(), REST, "all");
        vm.warp(share.termEnd() + 1_000 days);
        _equal(share.release(), 0, "no more");
        _equal(token.balanceOf(address(share)), 0, "empty");
        (uint256 vested, ) = share.vested();
        _equal(vested, REST, "vested");
    }

    /// @dev Sold out on the first day of a long sale, the promise reached before its end.
    function test_B30_NothingVestsBeforeTheEndOfTheSale() public {
        IRevenueShare.Terms memory terms = _terms();
        (terms.promisedRevenue, terms.term) = (1, 1 days);
        terms.saleEnd = START + 30 days;
        IRevenueShare share = _tokenize(cardId, terms);
        _buy(share, investor, 1_000e18);
        share.finalise();
        _rent(cardId, RATE, 1000, 29 days);
        vm.warp(terms.saleEnd);
        _true(share.revenue() > terms.promisedRevenue, "promise reached");
        _equal(share.release(), 0, "nothing at the end of the sale");
        vm.warp(terms.saleEnd + 6 hours);
        _equal(share.release(), 400e18, "a quarter of 1600");
        vm.warp(terms.saleEnd + 1 days);
        _equal(share.release(), 1_200e18, "the rest");
    }

    /// @dev The upfront part taken, no ask ever signed.
    function test_B13_NothingVestsWithoutRent() public {
        IRevenueShare share = _running();
        vm.warp(share.termEnd() - 1);
        _equal(share.release(), 0, "nothing vested");
        vm.warp(share.termEnd());
        _equal(share.release(), 0, "nothing vested");
        vm.prank(investor);
        _equal(share.handIn(500e18), (REST * 5) / 8, "it is the holders'");
        vm.prank(SECOND);
        _equal(share.handIn(300e18), (REST * 3) / 8, "it is the holders'");
        _equal(token.balanceOf(address(share)), 0, "all of it");
    }

    function test_PaysWhoeverOwnsTheCardThen() public {
        IRevenueShare share = _promising(1);
        _rent(cardId, RATE, 1000, 10 days);
        vm.warp(block.timestamp + 36.5 days);
        _equal(share.release(), REST / 10, "first tenth");
        vm.prank(OWNER);
        registry.transferFrom(OWNER, THIRD, cardId);
        uint256 before = token.balanceOf(THIRD);
        uint256 beforeOwner = token.balanceOf(OWNER);
        vm.warp(block.timestamp + 36.5 days);
        _equal(share.release(), REST / 10, "second tenth");
        _equal(token.balanceOf(THIRD) - before, REST / 10, "to the new owner");
        _equal(token.balanceOf(OWNER), beforeOwner, "not to the old one");
    }

    function test_NothingNewIsNoError() public {
        IRevenueShare share = _running();
        _equal(share.release(), 0, "nothing");
        vm.recordLogs();
        _equal(share.release(), 0, "nothing");
        _equal(vm.getRecordedLogs().length, 0, "and no event");
    }

    function test_ReleasesWhatVestedAfterTheTermAndAfterHandIns() public {
        uint256 perSecond = _holdersRate(RATE, 1000);
        IRevenueShare share = _promising(uint128(perSecond * 40 days));
        _rent(cardId, RATE, 1000, 10 days);
        vm.warp(share.termEnd() + 100 days);
        vm.prank(investor);
        _equal(share.handIn(500e18), (((REST * 3) / 4) * 5) / 8, "of what did not vest");
        _equal(share.release(), REST / 4, "what vested stays the owner's");
        vm.prank(SECOND);
        _equal(share.handIn(300e18), (((REST * 3) / 4) * 3) / 8, "of what did not vest");
        _equal(token.balanceOf(address(share)), 0, "all is paid");
    }

    function test_RevertWhen_NotFinalisedOrFailed() public {
        IRevenueShare share = _tokenize();
        _refuses(share, IRevenueShare.Phase.Sale);
        vm.warp(share.terms().saleEnd);
        _refuses(share, IRevenueShare.Phase.Ended);
        share.finalise();
        _refuses(share, IRevenueShare.Phase.Failed);
    }

    /// @dev The formula of the protocol page with fractions compared by cross-multiplication.
    function testFuzz_VestsByTheSmallerFraction(
        uint256 promised,
        uint256 elapsed,
        uint32 rented,
        uint16 upfrontBps
    ) public {
        IRevenueShare.Terms memory terms = _terms();
        promised = 1 + (promised % 40_000e18);
        (terms.promisedRevenue, terms.upfrontBps) = (uint128(promised), upfrontBps % 5_001);
        IRevenueShare share = _tokenize(cardId, terms);
        uint256 paid = _buy(share, investor, 777e18 + 7);
        vm.warp(terms.saleEnd);
        share.finalise();
        uint256 time = 10 minutes + (rented % 364 days);
        _rent(cardId, RATE + 1, 1000, uint32(time));
        elapsed = elapsed % 500 days;
        vm.warp(terms.saleEnd + elapsed);

        uint256 rest = paid - (paid * terms.upfrontBps) / 10_000;
        uint256 revenue = _holdersRate(RATE + 1, 1000) * (elapsed < time ? elapsed : time);
        uint256 e = elapsed < terms.term ? elapsed : terms.term;
        bool byTime = e * promised <= revenue * terms.term;
        (uint256 part, uint256 whole) = byTime ? (e, terms.term) : (revenue, promised);
        uint256 expected = part >= whole ? rest : (rest * part) / whole;
        (uint256 vested, uint256 released) = share.vested();
        _equal(vested, expected, "vested");
        _equal(released, 0, "released");
        uint256 before = token.balanceOf(OWNER);
        _equal(share.release(), expected, "release");
        _equal(token.balanceOf(OWNER) - before, expected, "received");
    }

    function _promising(uint128 promisedRevenue) private returns (IRevenueShare share) {
        IRevenueShare.Terms memory terms = _terms();
        terms.promisedRevenue = promisedRevenue;
        share = _tokenize(cardId, terms);
        _buy(share, investor, 500e18);
        _buy(share, SECOND, 300e18);
        vm.warp(terms.saleEnd);
        share.finalise();
    }

    function _refuses(IRevenueShare share, IRevenueShare.Phase phase) private {
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueShare.SharePhaseWrong.selector, phase, IRevenueShare.Phase.Running)
        );
        share.release();
    }
}
