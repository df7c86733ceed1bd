// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ICardRegistry} from "../../../contracts/interfaces/ICardRegistry.sol";
import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {IRevenueShare} from "../../../contracts/interfaces/IRevenueShare.sol";
import {vm} from "../support/Vm.sol";
import {RevenueFixture} from "./RevenueFixture.sol";

contract RevenueShareFinaliseTest is RevenueFixture {
    IRevenueShare private share;
    uint40 private saleEnd;

    function setUp() public override {
        super.setUp();
        share = _tokenize();
        saleEnd = share.terms().saleEnd;
    }

    function test_SucceedsAtTheEndOfTheSale() public {
        _buy(share, investor, 500e18);
        _buy(share, SECOND, 100e18);
        vm.warp(saleEnd);
        vm.expectEmit(address(share));
        emit IERC20.Transfer(address(0), OWNER, 400e18);
        vm.expectEmit(address(share));
        emit IRevenueShare.ShareFinalised(true, 600e18, 1_200e18, OWNER, 240e18);
        vm.expectEmit(address(registry));
        emit ICardRegistry.CardEncumbranceActivated(cardId, address(share), 1);
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.RevenueNumberChanged(cardId, 1, address(share), 0);
        vm.expectEmit(address(token));
        emit IERC20.Transfer(address(share), OWNER, 240e18);
        vm.prank(STRANGER);
        share.finalise();

        _true(share.phase() == IRevenueShare.Phase.Running, "phase");
        _equal(token.balanceOf(OWNER), 240e18, "upfront");
        _equal(token.balanceOf(address(share)), 960e18, "the rest waits");
        _equal(share.totalSupply(), 1_000e18, "all of the supply is held");
        _equal(share.balanceOf(OWNER), 400e18, "unsold are the owner's");
        (address unsoldOwner, uint256 unsold) = share.unsold();
        _equal(unsoldOwner, OWNER, "unsold owner");
        _equal(unsold, 400e18, "unsold");
        _true(registry.encumbrance(cardId).active, "active");
        (address holder, ) = ledger.holderOf(cardId, 1);
        _equal(holder, address(share), "payee");
    }

    function test_SucceedsBeforeTheEndOnceSoldOut() public {
        _buy(share, investor, 1_000e18);
        share.finalise();
        _true(share.phase() == IRevenueShare.Phase.Running, "phase");
        (address unsoldOwner, uint256 unsold) = share.unsold();
        _equal(unsoldOwner, address(0), "nobody");
        _equal(unsold, 0, "nothing unsold");
        _equal(share.balanceOf(OWNER), 0, "owner");
        _equal(share.totalSupply(), 1_000e18, "supply");
    }

    function test_SucceedsWithExactlyTheMinimum() public {
        _buy(share, investor, 500e18);
        vm.warp(saleEnd);
        share.finalise();
        _true(share.phase() == IRevenueShare.Phase.Running, "phase");
    }

    function test_SucceedsInTheLastSecondOfTheTerm() public {
        _buy(share, investor, 500e18);
        vm.warp(share.termEnd() - 1);
        share.finalise();
        _true(share.phase() == IRevenueShare.Phase.Running, "phase");
    }

    function test_GivenNothingUpfront() public {
        IRevenueShare.Terms memory terms = _terms();
        terms.upfrontBps = 0;
        share = _tokenize(_newCard(OWNER, true), terms);
        _buy(share, investor, 1_000e18);
        vm.expectEmit(address(share));
        emit IRevenueShare.ShareFinalised(true, 1_000e18, 2_000e18, OWNER, 0);
        share.finalise();
        _equal(token.balanceOf(address(share)), 2_000e18, "all of it vests");
    }

    function test_UpfrontAndUnsoldAreOfTheOwnerThen() public {
        _buy(share, investor, 700e18);
        vm.prank(OWNER);
        registry.transferFrom(OWNER, THIRD, cardId);
        uint256 before = token.balanceOf(THIRD);
        vm.warp(saleEnd);
        share.finalise();
        _equal(token.balanceOf(THIRD) - before, 280e18, "upfront");
        _equal(share.balanceOf(THIRD), 300e18, "unsold");
        _equal(share.balanceOf(OWNER), 0, "nothing for the old owner");
    }

    function test_I9_RentBeforeIsTheOwners() public {
        _rent(cardId, RATE, 1000, 30 days);
        _buy(share, investor, 1_000e18);
        vm.warp(START + 2 days);
        share.finalise();
        _equal(share.revenue(), 0, "starts at zero");
        uint256 perSecond = _holdersRate(RATE, 1000);
        _equal(ledger.accountOf(OWNER).balance, perSecond * 2 days, "owner");
        vm.warp(START + 2 days + 1);
        _equal(share.revenue(), perSecond, "from this second on the shares'");
        _equal(share.claimable(investor), perSecond, "all of them");
    }

    function test_RevertWhen_SaleRuns() public {
        _buy(share, investor, 999e18);
        vm.warp(saleEnd - 1);
        vm.expectRevert(abi.encodeWithSelector(IRevenueShare.ShareSaleRunning.selector, saleEnd, 1e18));
        share.finalise();
    }

    function test_RevertWhen_FinalisedAgain() public {
        _buy(share, investor, 1_000e18);
        share.finalise();
        _refuses(IRevenueShare.Phase.Running);
        vm.warp(share.termEnd());
        _refuses(IRevenueShare.Phase.Over);
    }

    function test_RevertWhen_FailedBefore() public {
        vm.warp(saleEnd);
        share.finalise();
        _refuses(IRevenueShare.Phase.Failed);
    }

    function test_FailsBelowTheMinimum() public {
        _buy(share, investor, 500e18 - 1);
        _equal(share.proceeds(), 1_000e18 - 2, "two wei short");
        vm.warp(saleEnd);
        vm.expectEmit(address(share));
        emit IRevenueShare.ShareFinalised(false, 500e18 - 1, 1_000e18 - 2, address(0), 0);
        vm.expectEmit(address(registry));
        emit ICardRegistry.CardEncumbranceEnded(cardId, address(share), 2);
        share.finalise();
        _true(share.phase() == IRevenueShare.Phase.Failed, "phase");
        _equal(registry.encumbrance(cardId).holder, address(0), "free");
        _equal(token.balanceOf(address(share)), 1_000e18 - 2, "waits for refunds");
        _equal(token.balanceOf(OWNER), 0, "nothing to the owner");
        _equal(_tokenize().number(), 3, "can be offered again");
    }

    function test_FailsWithoutAnyBuyer() public {
        vm.warp(saleEnd);
        share.finalise();
        _true(share.phase() == IRevenueShare.Phase.Failed, "phase");
        _equal(share.totalSupply(), 0, "supply");
    }

    /// @dev Today's registry keeps an encumbered card verified; a later verdict might not.
    function test_B27_FailsWhenTheCardIsNoLongerVerified() public {
        _buy(share, investor, 1_000e18);
        ICardRegistry.Card memory card = registry.card(cardId);
        card.state = ICardRegistry.CardState.Retired;
        vm.mockCall(address(registry), abi.encodeCall(ICardRegistry.card, (cardId)), abi.encode(card));
        share.finalise();
        vm.clearMockedCalls();
        _true(share.phase() == IRevenueShare.Phase.Failed, "phase");
        _equal(share.refund(investor), 2_000e18, "refund");
        _equal(registry.encumbrance(cardId).holder, address(0), "free");
    }

    function test_B27_AnEncumberedCardCannotBeRetired() public {
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardEncumbered.selector, cardId, address(share)));
        vm.prank(OWNER);
        registry.retire(cardId);
    }

    function test_FailsOnceTheTermIsOver() public {
        _buy(share, investor, 1_000e18);
        vm.warp(share.termEnd());
        _true(share.phase() == IRevenueShare.Phase.Ended, "waits");
        share.finalise();
        _true(share.phase() == IRevenueShare.Phase.Failed, "phase");
        _equal(registry.encumbrance(cardId).holder, address(0), "free");
        _equal(share.refund(investor), 2_000e18, "refund");
    }

    function test_FailsAfterTheCardWasFreedByTime() public {
        _buy(share, investor, 1_000e18);
        vm.warp(share.termEnd());
        registry.expire(cardId);
        share.finalise();
        _equal(share.refund(investor), 2_000e18, "refund");
    }

    /// @dev Nobody finalised in time. The first lease after the term clears it on its way, and its rent is the owner's.
    function test_B17_FailsAfterAMatchFreedTheCard() public {
        _buy(share, investor, 1_000e18);
        vm.warp(share.termEnd());
        vm.expectEmit(address(registry));
        emit ICardRegistry.CardEncumbranceEnded(cardId, address(share), 2);
        _rent(cardId, RATE / 4, 1000, 1 days);
        _equal(registry.encumbrance(cardId).holder, address(0), "free");
        vm.warp(block.timestamp + 1 hours);
        share.finalise();
        _true(share.phase() == IRevenueShare.Phase.Failed, "phase");
        _equal(share.refund(investor), 2_000e18, "refund");
        _equal(share.revenue(), 0, "nothing was the shares'");
        ledger.collect(cardId);
        _equal(ledger.accountOf(OWNER).balance, _holdersRate(RATE / 4, 1000) * 1 hours, "owner");
    }

    function test_FailsWithoutHarmToTheNextShare() public {
        _buy(share, investor, 1_000e18);
        vm.warp(share.termEnd());
        IRevenueShare next = _tokenize();
        _buy(next, SECOND, 1_000e18);
        share.finalise();
        _equal(registry.encumbrance(cardId).holder, address(next), "the next keeps the card");
        next.finalise();
        _true(next.phase() == IRevenueShare.Phase.Running, "and runs");
        _true(share.phase() == IRevenueShare.Phase.Failed, "phase");
        _equal(share.refund(investor), 2_000e18, "refund");
    }

    /// @dev Nobody but time and the minimum decides: neither the owner nor a pause can hold the sale open.
    function test_A109_NobodyBlocksTheEnd() public {
        _buy(share, investor, 600e18);
        vm.prank(OWNER);
        registry.setOperator(cardId, address(0), 0, 0, 0);
        vm.prank(OWNER);
        registry.transferFrom(OWNER, address(share), cardId);
        vm.warp(saleEnd);
        factory.pauseSales(saleEnd + 7 days);
        registry.setEncumbrancer(address(factory), false);
        vm.prank(STRANGER);
        share.finalise();
        _true(share.phase() == IRevenueShare.Phase.Running, "phase");
    }

    function _refuses(IRevenueShare.Phase phase) private {
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueShare.SharePhaseWrong.selector, phase, IRevenueShare.Phase.Ended)
        );
        share.finalise();
    }
}
