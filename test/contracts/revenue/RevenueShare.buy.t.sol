// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IRevenueShare} from "../../../contracts/interfaces/IRevenueShare.sol";
import {vm} from "../support/Vm.sol";
import {RevenueFixture} from "./RevenueFixture.sol";

contract RevenueShareBuyTest is RevenueFixture {
    bytes32 private constant PERMIT_TYPEHASH = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );

    IRevenueShare private share;

    function setUp() public override {
        super.setUp();
        share = _tokenize();
        vm.prank(investor);
        token.approve(address(share), type(uint256).max);
    }

    function test_BuysSharesForCard() public {
        vm.expectEmit(address(share));
        emit IERC20.Transfer(address(0), investor, 100e18);
        vm.expectEmit(address(share));
        emit IRevenueShare.SharesBought(investor, 100e18, 200e18);
        vm.expectEmit(address(token));
        emit IERC20.Transfer(investor, address(share), 200e18);
        vm.prank(investor);
        uint256 cost = share.buy(100e18, 200e18, block.timestamp);

        _equal(cost, 200e18, "cost");
        _equal(share.balanceOf(investor), 100e18, "balance");
        _equal(share.totalSupply(), 100e18, "supply");
        _equal(share.sold(), 100e18, "sold");
        _equal(share.proceeds(), 200e18, "proceeds");
        _equal(share.paidBy(investor), 200e18, "paid");
        _equal(token.balanceOf(address(share)), 200e18, "held");
    }

    function test_AddsUpWhatOneBuyerPaid() public {
        _buy(share, investor, 1e18);
        _buy(share, SECOND, 5e18);
        _buy(share, investor, 2e18);
        _equal(share.paidBy(investor), 6e18, "paid");
        _equal(share.balanceOf(investor), 3e18, "balance");
        _equal(share.proceeds(), 16e18, "proceeds");
    }

    function test_A35_CostIsRoundedUpPerPurchase() public {
        _equal(_buy(share, investor, 1), 2, "two wei of CARD for one wei of share");
        IRevenueShare.Terms memory terms = _terms();
        (terms.price, terms.minimumRaise) = (1, 1);
        IRevenueShare cheap = _tokenize(_newCard(OWNER, true), terms);
        _equal(_buy(cheap, investor, 1), 1, "never free");
        _equal(_buy(cheap, investor, 1e18 + 1), 2, "rounded up");
        _equal(cheap.proceeds(), 3, "proceeds");
    }

    function testFuzz_CostIsTheLeastThatCovers(uint256 shares, uint128 price) public {
        IRevenueShare.Terms memory terms = _terms();
        price = uint128(1 + (price % 1e27));
        shares = 1 + (shares % terms.supply);
        (terms.price, terms.minimumRaise) = (price, price);
        uint256 cost = _tokenize(_newCard(OWNER, true), terms).costOf(shares);
        // shares < 2^80 and price < 2^90, so the products fit.
        _true(cost * 1e18 >= shares * price, "covers");
        _true((cost - 1) * 1e18 < shares * price, "and no more");
    }

    function test_A109_ExactlyTheRestCanBeBought() public {
        _buy(share, SECOND, 999e18 + 1);
        _buy(share, investor, 1e18 - 1);
        _equal(share.sold(), 1_000e18, "sold out");
        _true(share.phase() == IRevenueShare.Phase.Ended, "ended");
    }

    function test_A109_RevertWhen_MoreThanTheRest() public {
        _buy(share, SECOND, 999e18);
        _refuses(abi.encodeWithSelector(IRevenueShare.ShareSoldOut.selector, 1e18, 1e18 + 1));
        share.buy(1e18 + 1, type(uint256).max, block.timestamp);
        _refuses(abi.encodeWithSelector(IRevenueShare.ShareSoldOut.selector, 1e18, type(uint256).max));
        share.buy(type(uint256).max, type(uint256).max, block.timestamp);
    }

    function test_A109_RevertWhen_SoldOut() public {
        _buy(share, SECOND, 1_000e18);
        _refuses(_wrong(IRevenueShare.Phase.Ended));
        share.buy(1, type(uint256).max, block.timestamp);
    }

    function test_RevertWhen_SaleOver() public {
        uint40 saleEnd = share.terms().saleEnd;
        vm.warp(saleEnd - 1);
        _buy(share, investor, 1e18);
        vm.warp(saleEnd);
        _refuses(_wrong(IRevenueShare.Phase.Ended));
        share.buy(1e18, type(uint256).max, block.timestamp);
        share.finalise();
        _refuses(_wrong(IRevenueShare.Phase.Failed));
        share.buy(1e18, type(uint256).max, block.timestamp);
    }

    function test_RevertWhen_Finalised() public {
        _buy(share, SECOND, 1_000e18);
        share.finalise();
        _refuses(_wrong(IRevenueShare.Phase.Running));
        share.buy(1, type(uint256).max, block.timestamp);
        vm.warp(share.termEnd());
        _refuses(_wrong(IRevenueShare.Phase.Over));
        share.buy(1, type(uint256).max, block.timestamp);
    }

    function test_RevertWhen_AmountZero() public {
        _refuses(abi.encodeWithSelector(IRevenueShare.ShareAmountZero.selector));
        share.buy(0, type(uint256).max, block.timestamp);
    }

    function test_RevertWhen_CostAboveLimit() public {
        _refuses(abi.encodeWithSelector(IRevenueShare.ShareCostAboveLimit.selector, 2e18, 2e18 - 1));
        share.buy(1e18, 2e18 - 1, block.timestamp);
    }

    function test_RevertWhen_DeadlinePassed() public {
        vm.prank(investor);
        share.buy(1e18, 2e18, START);
        vm.warp(START + 1);
        _refuses(abi.encodeWithSelector(IRevenueShare.ShareDeadlinePassed.selector, uint256(START)));
        share.buy(1e18, 2e18, START);
    }

    function test_RevertWhen_SalesPaused() public {
        factory.pauseSales(START + 7 days);
        vm.warp(START + 7 days - 1);
        _refuses(abi.encodeWithSelector(IRevenueShare.ShareSalesPaused.selector, START + 7 days));
        share.buy(1e18, 2e18, block.timestamp);
        vm.warp(START + 7 days);
        _buy(share, investor, 1e18);
    }

    function test_RevertWhen_AllowanceMissing() public {
        vm.prank(SECOND);
        token.approve(address(share), 1);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(share), 1, 2e18)
        );
        vm.prank(SECOND);
        share.buy(1e18, 2e18, block.timestamp);
        _equal(share.sold(), 0, "nothing sold");
    }

    function test_RevertWhen_MoneyMissing() public {
        vm.startPrank(STRANGER);
        token.approve(address(share), type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, STRANGER, 0, 2e18));
        share.buy(1e18, 2e18, block.timestamp);
        vm.stopPrank();
    }

    function test_RevertWhen_NotAClone() public {
        IRevenueShare origin = IRevenueShare(factory.implementation());
        _refuses(abi.encodeWithSelector(IRevenueShare.ShareNotAClone.selector));
        origin.buy(1e18, type(uint256).max, block.timestamp);
    }

    function test_BuysWithPermit() public {
        vm.prank(investor);
        token.approve(address(share), 0);
        (uint8 v, bytes32 r, bytes32 s) = _permit(6e18, START);
        vm.prank(investor);
        _equal(share.buyWithPermit(3e18, 6e18, START, v, r, s), 6e18, "cost");
        _equal(share.balanceOf(investor), 3e18, "balance");
        _equal(token.allowance(investor, address(share)), 0, "used up");
    }

    function test_A54_BuysWhenThePermitWasSubmittedBefore() public {
        vm.prank(investor);
        token.approve(address(share), 0);
        (uint8 v, bytes32 r, bytes32 s) = _permit(6e18, START);
        vm.prank(STRANGER);
        token.permit(investor, address(share), 6e18, START, v, r, s);
        vm.prank(investor);
        _equal(share.buyWithPermit(3e18, 6e18, START, v, r, s), 6e18, "cost");
    }

    function test_RevertWhen_PermitIsOfAnother() public {
        (uint8 v, bytes32 r, bytes32 s) = _permit(6e18, START);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(share), 0, 6e18)
        );
        vm.prank(SECOND);
        share.buyWithPermit(3e18, 6e18, START, v, r, s);
    }

    function test_RevertWhen_PermittedPurchaseIsLate() public {
        (uint8 v, bytes32 r, bytes32 s) = _permit(6e18, START);
        vm.warp(START + 1);
        _refuses(abi.encodeWithSelector(IRevenueShare.ShareDeadlinePassed.selector, uint256(START)));
        share.buyWithPermit(3e18, 6e18, START, v, r, s);
    }

    /// @dev Many small purchases never pay less than one large one.
    function testFuzz_A35_SplitPurchasesNeverPayLess(uint256[8] memory parts, uint128 price) public {
        IRevenueShare.Terms memory terms = _terms();
        price = uint128(1 + (price % 100e18));
        (terms.price, terms.minimumRaise) = (price, price);
        IRevenueShare priced = _tokenize(_newCard(OWNER, true), terms);
        uint256 sum;
        for (uint256 i = 0; i < parts.length; ++i) {
            uint256 part = 1 + (parts[i] % 100e18);
            _buy(priced, investor, part);
            sum += part;
        }
        _true(priced.proceeds() >= Math.ceilDiv(sum * price, 1e18), "at least the price of all");
        _equal(priced.paidBy(investor), priced.proceeds(), "all of it is the buyer's");
        _equal(token.balanceOf(address(priced)), priced.proceeds(), "held");
    }

    function _permit(uint256 value, uint256 deadline) private view returns (uint8 v, bytes32 r, bytes32 s) {
        bytes32 structHash = keccak256(
            abi.encode(PERMIT_TYPEHASH, investor, address(share), value, token.nonces(investor), deadline)
        );
        return vm.sign(INVESTOR_KEY, keccak256(abi.encodePacked("\x19\x01", token.DOMAIN_SEPARATOR(), structHash)));
    }

    function _wrong(IRevenueShare.Phase phase) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRevenueShare.SharePhaseWrong.selector, phase, IRevenueShare.Phase.Sale);
    }

    /// @dev The investor's next call reverts like this.
    function _refuses(bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(investor);
    }
}
