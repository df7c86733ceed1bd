// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IRevenueShare} from "../../../contracts/interfaces/IRevenueShare.sol";
import {vm} from "../support/Vm.sol";
import {RevenueFixture} from "./RevenueFixture.sol";

contract RevenueShareHandInTest is RevenueFixture {
    uint256 private constant REST = 1_280e18;

    function test_PaysThePartOfWhatDidNotVest() public {
        IRevenueShare share = _over(0);
        _equal(share.previewHandIn(80e18), REST / 10, "value");
        uint256 before = token.balanceOf(investor);
        vm.expectEmit(address(share));
        emit IERC20.Transfer(investor, address(0), 80e18);
        vm.expectEmit(address(share));
        emit IRevenueShare.SharesHandedIn(investor, 80e18, REST / 10);
        vm.expectEmit(address(token));
        emit IERC20.Transfer(address(share), investor, REST / 10);
        vm.prank(investor);
        _equal(share.handIn(80e18), REST / 10, "a tenth of the sold ones");

        _equal(token.balanceOf(investor) - before, REST / 10, "received");
        _equal(share.balanceOf(investor), 420e18, "balance");
        _equal(share.totalSupply(), 920e18, "supply");
        _equal(share.sold(), 800e18, "sold stays");
        _equal(share.terms().supply, 1_000e18, "so does the supply of the sale");
    }

    function test_WhatWasEarnedStaysClaimable() public {
        IRevenueShare share = _over(100 days);
        uint256 owed = (_holdersRate(RATE, 1000) * 100 days) / 2;
        _equal(share.claimable(investor), owed, "before");
        vm.prank(investor);
        share.handIn(500e18);
        _equal(share.claimable(investor), owed, "after");
        vm.warp(block.timestamp + 1_000 days);
        _equal(share.claimable(investor), owed, "for ever");
        vm.prank(investor);
        _equal(share.claim(), owed, "claimed");
        _equal(dollar.balanceOf(investor), owed, "received");
    }

    function test_B26_UnsoldSharesHaveNoPart() public {
        IRevenueShare.Terms memory terms = _terms();
        terms.minimumRaise = 200e18;
        IRevenueShare share = _tokenize(cardId, terms);
        _buy(share, investor, 100e18);
        vm.warp(terms.saleEnd);
        share.finalise();
        vm.warp(share.termEnd());
        _equal(share.balanceOf(OWNER), 900e18, "unsold");
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, OWNER, 0, 1));
        vm.prank(OWNER);
        share.handIn(1);
        vm.prank(investor);
        _equal(share.handIn(100e18), 160e18, "the tenth that was sold takes all that did not vest");
        _equal(token.balanceOf(address(share)), 0, "nothing left");
    }

    function test_RevertWhen_TheTermRuns() public {
        IRevenueShare share = _tokenize();
        _refuses(share, IRevenueShare.Phase.Sale);
        _buy(share, investor, 1_000e18);
        _refuses(share, IRevenueShare.Phase.Ended);
        share.finalise();
        vm.warp(share.termEnd() - 1);
        _refuses(share, IRevenueShare.Phase.Running);
    }

    function test_RevertWhen_TheSaleFailed() public {
        _refuses(_failed(), IRevenueShare.Phase.Failed);
    }

    function test_RevertWhen_AmountZero() public {
        IRevenueShare share = _over(0);
        vm.expectRevert(abi.encodeWithSelector(IRevenueShare.ShareAmountZero.selector));
        vm.prank(investor);
        share.handIn(0);
    }

    function test_RevertWhen_MoreThanHeld() public {
        IRevenueShare share = _over(0);
        uint256[3] memory amounts = [uint256(500e18 + 1), 2 ** 80 + 1, type(uint256).max];
        for (uint256 i = 0; i < amounts.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, investor, 500e18, amounts[i])
            );
            vm.prank(investor);
            share.handIn(amounts[i]);
        }
    }

    function test_RevertWhen_HandedInTwice() public {
        IRevenueShare share = _over(0);
        vm.prank(investor);
        share.handIn(500e18);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, investor, 0, 500e18));
        vm.prank(investor);
        share.handIn(500e18);
    }

    function test_RevertWhen_ItWouldPayNothing() public {
        IRevenueShare.Terms memory terms = _terms();
        terms.promisedRevenue = 1;
        IRevenueShare share = _tokenize(cardId, terms);
        _buy(share, investor, 1_000e18);
        share.finalise();
        _rent(cardId, RATE, 1000, 1 days);
        vm.warp(share.termEnd());
        _equal(share.previewHandIn(1_000e18), 0, "all has vested");
        vm.expectRevert(abi.encodeWithSelector(IRevenueShare.ShareHandInWorthless.selector, investor, 1_000e18));
        vm.prank(investor);
        share.handIn(1_000e18);
        _equal(share.balanceOf(investor), 1_000e18, "kept");
    }

    function test_TheCardIsFreeAfterTheTerm() public {
        IRevenueShare share = _over(10 days);
        vm.prank(investor);
        share.handIn(1e18);
        vm.prank(STRANGER);
        registry.expire(cardId);
        _equal(registry.encumbrance(cardId).holder, address(0), "free");
        uint256 value = share.previewHandIn(499e18);
        vm.prank(investor);
        _equal(share.handIn(499e18), value, "handing in goes on");
    }

    /// @dev However it is split, never more than what did not vest, and short of it by less than one wei a call.
    function testFuzz_A35_SplitHandInsNeverGain(uint256[10] memory seeds, uint32 rented) public {
        IRevenueShare share = _over(uint32(10 minutes + (rented % 364 days)));
        (uint256 vested, ) = share.vested();
        uint256 unvested = REST - vested;
        address[2] memory holders = [investor, SECOND];
        uint256 calls;
        uint256 sum;
        for (uint256 i = 0; i < seeds.length; ++i) {
            address holder = holders[i % 2];
            uint256 balance = share.balanceOf(holder);
            if (balance == 0) continue;
            uint256 part = i < 8 ? 1 + (seeds[i] % balance) : balance;
            if (part * unvested < 800e18) {
                ++calls; // worth less than a wei: refused, and lost like a rounding
                continue;
            }
            vm.prank(holder);
            uint256 amount = share.handIn(part);
            _equal(amount, (unvested * part) / 800e18, "part");
            sum += amount;
            ++calls;
        }
        _true(sum <= unvested && sum + calls > unvested, "all but dust");
        _equal(share.release(), vested, "what vested was not touched");
    }

    function _refuses(IRevenueShare share, IRevenueShare.Phase phase) private {
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueShare.SharePhaseWrong.selector, phase, IRevenueShare.Phase.Over)
        );
        vm.prank(investor);
        share.handIn(1e18);
    }
}
