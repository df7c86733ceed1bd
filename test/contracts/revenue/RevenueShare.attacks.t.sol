// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ICardRegistry} from "../../../contracts/interfaces/ICardRegistry.sol";
import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {IRentalMarket} from "../../../contracts/interfaces/IRentalMarket.sol";
import {IRevenueShare} from "../../../contracts/interfaces/IRevenueShare.sol";
import {vm} from "../support/Vm.sol";
import {HookedDollar, Reentrant} from "./HookedDollar.sol";
import {RevenueFixture} from "./RevenueFixture.sol";

/// @title Attacks that concern more than one function of a share
/// @dev Rows that cannot be tested here:
/// A27 belongs to the wrapped share, A34 to vaults: a share's supply and a holder's part of it are no quotient of balances.
/// A28, A29, A30: the tokens are CARD and cfUSD, immutable in the implementation; no other is ever touched.
/// A42 belongs to waterfalls. A101 and B06 (rent off the protocol) are verdicts of checkers.
/// B05 (an owner rents from itself before the sale to inflate history) cannot be told from honest rent on chain: the SDK's
/// history marks rent by parties related to the owner, and here the proceeds vest with the rent that comes, not with the past.
contract RevenueShareAttacksTest is RevenueFixture {
    function test_A18_GiftsChangeNothing() public {
        IRevenueShare share = _running();
        _rent(cardId, RATE, 1000, 20 days);
        vm.warp(block.timestamp + 20 days);
        uint256 owed = share.claimable(investor);
        (uint256 vested, ) = share.vested();
        token.transfer(address(share), 1_000e18);
        vm.prank(RENTER);
        dollar.transfer(address(share), 1_000e18);
        _equal(share.claimable(investor), owed, "owed");
        (uint256 vestedAfter, ) = share.vested();
        _equal(vestedAfter, vested, "vested");
        _equal(share.proceeds(), 1_600e18, "proceeds");
        vm.warp(share.termEnd());
        (vested, ) = share.vested();
        _equal(share.previewHandIn(800e18), 1_280e18 - vested, "the gift is nobody's");
    }

    /// @dev Shares in places that can neither claim nor hand in, and a card that lies in its own share, take nothing from anybody
    /// else: what they are due waits, and what vests goes to the card's owner, so it stays in the share beside what the others get.
    function test_A33_SharesAndCardSentWhereNobodyCanUseThem() public {
        IRevenueShare share = _running();
        address[4] memory places = [address(share), address(factory), address(ledger), address(token)];
        for (uint256 i = 0; i < places.length; ++i) {
            vm.prank(investor);
            share.transfer(places[i], 100e18);
        }
        vm.prank(OWNER);
        registry.transferFrom(OWNER, address(share), cardId);
        vm.prank(address(share));
        registry.setOperator(cardId, operator, 1, 0, 0);
        _rent(cardId, RATE, 1000, 20 days);
        vm.warp(block.timestamp + 20 days);

        uint256 revenue = _holdersRate(RATE, 1000) * 20 days;
        for (uint256 i = 0; i < places.length; ++i) {
            _equal(share.claimFor(places[i]), revenue / 10, "due");
            _equal(ledger.accountOf(places[i]).balance, revenue / 10, "waits");
        }
        _equal(dollar.balanceOf(address(share)), 0, "shares hold no cfUSD");
        _equal(share.claimFor(investor), revenue / 10, "investor");
        _equal(share.claimFor(SECOND), (revenue * 3) / 10, "second");
        _equal(share.claimFor(OWNER), revenue / 5, "owner");
        uint256 vested = share.release();
        _true(vested > 0, "vested");
        _equal(share.release(), 0, "once");
        _equal(token.balanceOf(address(share)), 1_280e18, "to the share itself");

        vm.warp(share.termEnd());
        vested += share.release();
        vm.prank(SECOND);
        _equal(share.handIn(300e18), ((1_280e18 - vested) * 3) / 8, "as if it had left");
    }

    /// @dev cfUSD has no hooks. If it had, a holder could not come back in: not through the claim nor through any other door.
    function test_A25_RevertWhen_AHolderComesBackInDuringItsClaim() public {
        IRevenueShare share = _running();
        Reentrant holder = new Reentrant(share);
        vm.prank(investor);
        share.transfer(address(holder), 500e18);
        _rent(cardId, RATE, 1000, 20 days);
        vm.warp(block.timestamp + 10 days);
        vm.etch(address(dollar), address(new HookedDollar()).code);
        bytes[6] memory doors = [
            abi.encodeCall(IRevenueShare.claim, ()),
            abi.encodeCall(IRevenueShare.claimFor, (address(holder))),
            abi.encodeCall(IRevenueShare.release, ()),
            abi.encodeCall(IRevenueShare.handIn, (1)),
            abi.encodeCall(IRevenueShare.refund, (address(holder))),
            abi.encodeCall(IRevenueShare.finalise, ())
        ];
        uint256 perSecond = _holdersRate(RATE, 1000);
        for (uint256 i = 0; i < doors.length; ++i) {
            uint256 dt = i == 0 ? 10 days : 100;
            if (i > 0) vm.warp(block.timestamp + dt);
            _equal(holder.attack(doors[i]), (perSecond * dt) / 2, "paid once");
            _true(!holder.entered(), "kept out");
            _true(
                bytes4(holder.answer()) == ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector,
                "by the guard"
            );
        }
    }

    /// @dev A transfer is not guarded: everything is written before the money moves, so it finds the settled state.
    function test_A26_AHolderPassesItsSharesOnDuringItsClaim() public {
        IRevenueShare share = _running();
        Reentrant holder = new Reentrant(share);
        vm.prank(investor);
        share.transfer(address(holder), 500e18);
        _rent(cardId, RATE, 1000, 20 days);
        vm.warp(block.timestamp + 10 days);
        vm.etch(address(dollar), address(new HookedDollar()).code);
        uint256 owed = (_holdersRate(RATE, 1000) * 10 days) / 2;
        _equal(holder.attack(abi.encodeCall(share.transfer, (THIRD, 500e18))), owed, "paid");
        _true(holder.entered(), "moved");
        _equal(share.balanceOf(THIRD), 500e18, "shares");
        _equal(share.claimable(THIRD), 0, "nothing was owed any more");
        _equal(share.claimable(address(holder)), 0, "nor to the giver");
        _equal(dollar.balanceOf(address(holder)), owed, "once");
    }

    /// @dev Everything that can be paused is, and the manager refuses every function that it guards.
    function test_I21_NothingClosesTheExits() public {
        IRevenueShare failing = _tokenize(_newCard(OWNER, true), _terms());
        _buy(failing, investor, 1e18);
        IRevenueShare share = _running();
        _rent(cardId, RATE, 1000, 20 days);
        vm.warp(block.timestamp + 20 days);
        _closeEverything();

        failing.finalise();
        _equal(failing.refund(investor), 2e18, "refund");
        uint256 revenue = _holdersRate(RATE, 1000) * 20 days;
        vm.prank(investor);
        _equal(share.claim(), revenue / 2, "claim");
        _equal(share.claimFor(SECOND), (revenue * 3) / 10, "claimFor");
        vm.prank(OWNER);
        _equal(factory.claimMany(_asList(share)), revenue / 5, "claimMany");
        _true(share.release() > 0, "release");
        vm.warp(share.termEnd());
        vm.prank(investor);
        _true(share.handIn(500e18) > 0, "handIn");
        registry.expire(cardId);
    }

    function test_A98_AFinaliseCannotBeClosed() public {
        IRevenueShare share = _tokenize();
        _buy(share, investor, 1_000e18);
        _closeEverything();
        share.finalise();
        _true(share.phase() == IRevenueShare.Phase.Running, "runs");
    }

    function test_I22_NoEther() public {
        IRevenueShare share = _running();
        (bool accepted, ) = address(share).call{value: 1}("");
        _true(!accepted, "empty call");
        (accepted, ) = address(share).call{value: 1}(abi.encodeCall(IRevenueShare.claim, ()));
        _true(!accepted, "claim");
        (accepted, ) = address(factory).call{value: 1}("");
        _true(!accepted, "factory");
        uint256 owed = share.claimable(investor);
        vm.deal(address(share), 1 ether);
        _equal(share.claimable(investor), owed, "forced ether changes nothing");
    }

    /// @dev The largest supply, and the most that the ledger's rates allow in the longest sale and term, given and taken to the
    /// last wei. No rent that anyone could pay gets there, so the ledger's figure is set.
    function test_A40_NothingOverflowsAtTheBounds() public {
        IRevenueShare.Terms memory terms = _terms();
        (terms.supply, terms.price, terms.minimumRaise) = (type(uint80).max, 1, 1);
        IRevenueShare share = _tokenize(cardId, terms);
        _buy(share, investor, terms.supply);
        share.finalise();
        uint256 cum = uint256(type(uint64).max) * 1_125 days;
        vm.mockCall(address(ledger), abi.encodeCall(ILeaseLedger.accruedRevenueOf, (cardId, 1)), abi.encode(cum));
        _equal(share.claimable(investor), cum, "all of it");
        vm.startPrank(investor);
        share.transfer(SECOND, terms.supply);
        vm.stopPrank();
        _equal(share.claimable(investor), cum, "keeps it with the most negative correction");
        _equal(share.claimable(SECOND), 0, "the most positive correction");
        vm.mockCall(address(ledger), abi.encodeWithSelector(ILeaseLedger.payRevenue.selector), "");
        vm.prank(investor);
        _equal(share.claim(), cum, "claimed");
        _equal(share.claimable(investor), 0, "nothing left");
        vm.prank(SECOND);
        share.transfer(investor, terms.supply);
        _equal(share.claimable(investor), 0, "nor by getting the shares back");
        vm.warp(share.termEnd());
        (uint256 vested, ) = share.vested();
        _equal(vested, share.proceeds() - share.proceeds() / 5, "vested");
    }

    function test_B12_NoPrivateAskBelowTheFloorFromTheSaleOn() public {
        _tokenize();
        _refusesAsk(RATE / 2 - 1, 10 minutes, ILeaseLedger.LegRefusal.RateBelowFloor);
        _rent(cardId, RATE / 2, 1000, 10 minutes);
    }

    function test_B07_NoLeasePassesTheTerm() public {
        IRevenueShare share = _running();
        vm.warp(share.termEnd() - 1 days);
        _refusesAsk(RATE, 1 days + 1, ILeaseLedger.LegRefusal.TermEndPassed);
        uint256 leaseId = _rent(cardId, RATE, 1000, 1 days - 60);
        vm.prank(RENTER);
        ledger.extendBy(leaseId, 60, 0, "");
        vm.expectRevert(
            abi.encodeWithSelector(
                ILeaseLedger.ExtensionRefused.selector,
                leaseId,
                ILeaseLedger.LegRefusal.TermEndPassed
            )
        );
        vm.prank(RENTER);
        ledger.extendBy(leaseId, 60, 0, "");
    }

    function test_A62_OneEncumbranceAtATime() public {
        IRevenueShare share = _tokenize();
        IRevenueShare.Terms memory terms = _terms();
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardEncumbered.selector, cardId, address(share)));
        vm.prank(OWNER);
        factory.tokenize(cardId, terms);
    }

    function _refusesAsk(uint64 rate, uint32 duration, ILeaseLedger.LegRefusal refusal) private {
        (IRentalMarket.Ask memory ask, bytes memory signature) = _ask(cardId, rate);
        vm.expectRevert(abi.encodeWithSelector(IRentalMarket.AskRefused.selector, refusal));
        vm.prank(RENTER);
        market.takeAsk(ask, signature, _take(1000, duration), "");
    }

    function _closeEverything() private {
        uint40 nowSeconds = uint40(block.timestamp);
        factory.pauseSales(nowSeconds + 7 days);
        market.pauseMatches(nowSeconds + 7 days);
        minter.pauseMint(nowSeconds + 7 days);
        minter.pauseRedeem(nowSeconds + 72 hours);
        registry.pauseRegistration(nowSeconds + 7 days);
        registry.setEncumbrancer(address(factory), false);
        ledger.setMarket(address(0));
        ledger.setMinter(address(0));
        address[8] memory targets = [
            address(token),
            address(dollar),
            address(minter),
            address(oracle),
            address(registry),
            address(staking),
            address(ledger),
            address(factory)
        ];
        for (uint256 i = 0; i < targets.length; ++i) manager.setTargetClosed(targets[i], true);
    }
}
