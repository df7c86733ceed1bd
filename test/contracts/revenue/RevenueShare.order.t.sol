// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICardRegistry} from "../../../contracts/interfaces/ICardRegistry.sol";
import {IRevenueShare} from "../../../contracts/interfaces/IRevenueShare.sol";
import {vm} from "../support/Vm.sol";
import {RevenueFixture} from "./RevenueFixture.sol";

/// @title Everything in the second in which a term ends, in every order
/// @dev One card is sold again and again, so the numbers go up too.
contract RevenueShareOrderTest is RevenueFixture {
    struct Purse {
        uint256 owner;
        uint256 node;
        uint256 fees;
        uint256 investor;
        uint256 second;
        uint256 ownerToken;
        uint256 secondToken;
    }

    uint256 private constant STEPS = 6;
    uint256 private constant ORDERS = 720;
    uint32 private constant SPAN = 2 days;
    uint32 private constant AFTER = 1 hours;

    IRevenueShare private share;

    function test_B10_B17_EveryOrderInTheLastSecondGivesEveryoneTheSame() public {
        for (uint256 order = 0; order < ORDERS; ++order) {
            Purse memory before = _purse();
            _begin();
            _everyStep(order);
            vm.warp(block.timestamp + AFTER);
            ledger.collect(cardId);
            _check(before);
        }
    }

    /// @dev Sold out and finalised at once; one lease from there to the last second of the term.
    function _begin() private {
        IRevenueShare.Terms memory terms = _terms();
        (terms.saleEnd, terms.term) = (uint40(block.timestamp) + SPAN / 2, SPAN / 2);
        terms.promisedRevenue = uint128(2 * _holdersRate(RATE, 1000) * SPAN);
        (terms.price, terms.minimumRaise) = (1e16, 1e16);
        share = _tokenize(cardId, terms);
        _buy(share, investor, 600e18);
        _buy(share, SECOND, 400e18);
        share.finalise();
        _rent(cardId, RATE, 1000, SPAN);
        vm.warp(share.termEnd());
    }

    function _everyStep(uint256 order) private {
        uint256[] memory left = new uint256[](STEPS);
        for (uint256 i = 0; i < STEPS; ++i) left[i] = i;
        for (uint256 count = STEPS; count > 0; --count) {
            uint256 pick = order % count;
            order /= count;
            _step(left[pick]);
            left[pick] = left[count - 1];
        }
    }

    function _step(uint256 step) private {
        if (step == 0) {
            _rent(cardId, RATE, 1000, AFTER);
        } else if (step == 1) {
            _expire();
        } else if (step == 2) {
            ledger.collect(cardId);
        } else if (step == 3) {
            share.claimFor(investor);
        } else if (step == 4) {
            share.release();
        } else {
            vm.startPrank(SECOND);
            share.handIn(400e18);
            share.claimFor(SECOND);
            vm.stopPrank();
        }
    }

    /// @dev A match has freed the card on its way, or nobody has.
    function _expire() private {
        if (registry.encumbrance(cardId).holder == address(0)) {
            vm.expectRevert(
                abi.encodeWithSelector(ICardRegistry.CardNotEncumberedBy.selector, cardId, address(0), address(this))
            );
        }
        registry.expire(cardId);
    }

    function _purse() private view returns (Purse memory purse) {
        purse.owner = ledger.accountOf(OWNER).balance;
        purse.node = ledger.accountOf(operator).balance;
        purse.fees = ledger.gatheredFees();
        purse.investor = ledger.accountOf(investor).balance;
        purse.second = ledger.accountOf(SECOND).balance;
        purse.ownerToken = token.balanceOf(OWNER);
        purse.secondToken = token.balanceOf(SECOND);
    }

    /// @dev The term's rent is the holders', the hour after it the owner's; of the 8 CARD that vest half did.
    function _check(Purse memory before) private view {
        Purse memory now_ = _purse();
        uint256 holders = _holdersRate(RATE, 1000);
        uint256 fee = RATE / 20;
        _equal(share.revenue(), holders * SPAN, "revenue");
        _equal(now_.investor - before.investor, (holders * SPAN * 6) / 10, "investor");
        _equal(now_.second - before.second, (holders * SPAN * 4) / 10, "second");
        _equal(now_.owner - before.owner, holders * AFTER, "owner");
        _equal(now_.fees - before.fees, fee * (SPAN + AFTER), "fees");
        _equal(now_.node - before.node, (RATE - fee - holders) * (SPAN + AFTER), "node");
        _equal(now_.ownerToken - before.ownerToken, 2e18 + 4e18, "at once and vested");
        _equal(before.secondToken - now_.secondToken, 4e18 - 1.6e18, "paid and handed in");
        _equal(token.balanceOf(address(share)), 2.4e18, "the investor's part waits");
        (address holder, uint256 paid) = ledger.holderOf(cardId, share.number());
        _equal(holder, address(share), "payee");
        _equal(paid, holders * SPAN, "paid");
    }
}
