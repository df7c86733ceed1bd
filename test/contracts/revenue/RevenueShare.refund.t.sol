// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IRevenueShare} from "../../../contracts/interfaces/IRevenueShare.sol";
import {vm} from "../support/Vm.sol";
import {RevenueFixture} from "./RevenueFixture.sol";

contract RevenueShareRefundTest is RevenueFixture {
    function test_PaysBackExactlyWhatWasPaid() public {
        IRevenueShare share = _failed();
        uint256 before = token.balanceOf(investor);
        vm.expectEmit(address(share));
        emit IERC20.Transfer(investor, address(0), 10e18);
        vm.expectEmit(address(share));
        emit IRevenueShare.PurchaseRefunded(investor, 20e18);
        vm.expectEmit(address(token));
        emit IERC20.Transfer(address(share), investor, 20e18);
        vm.prank(STRANGER);
        _equal(share.refund(investor), 20e18, "paid");

        _equal(token.balanceOf(investor) - before, 20e18, "received");
        _equal(token.balanceOf(STRANGER), 0, "nothing for the caller");
        _equal(share.paidBy(investor), 0, "settled");
        _equal(share.balanceOf(investor), 0, "shares are gone");
        _equal(share.totalSupply(), 20e18, "the other's remain");
        _equal(share.refund(SECOND), 40e18, "paid");
        _equal(share.totalSupply(), 0, "none left");
        _equal(token.balanceOf(address(share)), 0, "all is paid back");
        _equal(share.sold(), 30e18, "what was sold stays on record");
    }

    function test_A109_RevertWhen_RefundedTwice() public {
        IRevenueShare share = _failed();
        share.refund(investor);
        vm.expectRevert(abi.encodeWithSelector(IRevenueShare.ShareNothingToRefund.selector, investor));
        share.refund(investor);
    }

    function test_RevertWhen_NothingWasPaid() public {
        IRevenueShare share = _failed();
        vm.expectRevert(abi.encodeWithSelector(IRevenueShare.ShareNothingToRefund.selector, STRANGER));
        share.refund(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IRevenueShare.ShareNothingToRefund.selector, address(0)));
        share.refund(address(0));
    }

    function test_RevertWhen_TheSaleHasNotFailed() public {
        IRevenueShare share = _tokenize();
        _buy(share, investor, 500e18);
        _refuses(share, IRevenueShare.Phase.Sale);
        vm.warp(share.terms().saleEnd);
        _refuses(share, IRevenueShare.Phase.Ended);
        share.finalise();
        _refuses(share, IRevenueShare.Phase.Running);
        vm.warp(share.termEnd());
        _refuses(share, IRevenueShare.Phase.Over);
    }

    /// @dev Sums of roundings up come back to the wei, in any order and whatever else was sent to the share.
    function testFuzz_A109_EveryoneGetsBackToTheWei(uint128[6] memory parts, uint128 price, uint128 gift) public {
        IRevenueShare.Terms memory terms = _terms();
        terms.price = uint128(1 + (price % 100e18));
        terms.minimumRaise = uint128((uint256(terms.price) * terms.supply) / 1e18);
        IRevenueShare share = _tokenize(_newCard(OWNER, true), terms);
        address[3] memory buyers = [investor, SECOND, THIRD];
        uint256[3] memory paid;
        for (uint256 i = 0; i < parts.length; ++i) {
            paid[i % 3] += _buy(share, buyers[i % 3], 1 + (parts[i] % 160e18));
        }
        uint256 donation = gift % 1e18;
        token.transfer(address(share), donation);
        vm.warp(terms.saleEnd);
        share.finalise();
        for (uint256 i = 3; i > 0; --i) _equal(share.refund(buyers[i - 1]), paid[i - 1], "refund");
        _equal(token.balanceOf(address(share)), donation, "nothing but the gift is left");
    }

    function _refuses(IRevenueShare share, IRevenueShare.Phase phase) private {
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueShare.SharePhaseWrong.selector, phase, IRevenueShare.Phase.Failed)
        );
        share.refund(investor);
    }
}
