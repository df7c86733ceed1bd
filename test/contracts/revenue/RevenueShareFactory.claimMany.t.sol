// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {ILeaseLedger} from "../../../contracts/interfaces/ILeaseLedger.sol";
import {IRevenueShare, IRevenueShareFactory} from "../../../contracts/interfaces/IRevenueShare.sol";
import {vm} from "../support/Vm.sol";
import {RevenueFixture} from "./RevenueFixture.sol";

/// @title Looks like a share, and says that it paid
contract FalseShare {
    function claimToWallet(address) external pure returns (uint256) {
        return type(uint256).max;
    }
}

contract RevenueShareFactoryClaimManyTest is RevenueFixture {
    function test_ClaimsFromManyToTheWallet() public {
        address[] memory shares = new address[](3);
        uint256 expected;
        for (uint256 i = 0; i < 3; ++i) {
            uint256 id = i == 0 ? cardId : _newCard(OWNER, true);
            IRevenueShare share = _tokenize(id, _terms());
            shares[i] = address(share);
            _buy(share, investor, 1_000e18);
            share.finalise();
            _rent(id, uint64(RATE * (i + 1)), 1000, 10 days);
            expected += _holdersRate(RATE * (i + 1), 1000) * 5 days;
        }
        vm.warp(START + 5 days);
        uint256 last = _holdersRate(RATE * 3, 1000) * 5 days;
        vm.expectEmit(address(ledger));
        emit ILeaseLedger.RevenueClaimed(3, 1, investor, last, true);
        vm.prank(investor);
        _equal(factory.claimMany(shares), expected, "claimed");
        _equal(dollar.balanceOf(investor), expected, "received");
        vm.prank(investor);
        _equal(factory.claimMany(shares), 0, "nothing left");
    }

    function test_GivenNothingOrTheSameTwice() public {
        IRevenueShare share = _running();
        _rent(cardId, RATE, 1000, 10 days);
        vm.warp(block.timestamp + 10 days);
        vm.prank(investor);
        _equal(factory.claimMany(new address[](0)), 0, "none");
        address[] memory twice = new address[](2);
        (twice[0], twice[1]) = (address(share), address(share));
        vm.prank(investor);
        _equal(factory.claimMany(twice), (_holdersRate(RATE, 1000) * 10 days) / 2, "once");
    }

    function test_GivenSharesInTheirSaleOrFailed() public {
        address[] memory shares = new address[](2);
        shares[0] = address(_failed());
        shares[1] = address(_tokenize());
        vm.prank(investor);
        _equal(factory.claimMany(shares), 0, "nothing");
    }

    function test_RevertWhen_NotAShare() public {
        IRevenueShare share = _running();
        address[] memory list = new address[](2);
        list[0] = address(share);
        address[6] memory strangers = [
            address(0),
            STRANGER,
            address(registry),
            factory.implementation(),
            address(new FalseShare()),
            Clones.cloneWithImmutableArgs(factory.implementation(), Clones.fetchCloneArgs(address(share)))
        ];
        for (uint256 i = 0; i < strangers.length; ++i) {
            _true(!factory.isShare(strangers[i]), "unknown");
            list[1] = strangers[i];
            vm.expectRevert(abi.encodeWithSelector(IRevenueShareFactory.ShareUnknown.selector, strangers[i]));
            vm.prank(investor);
            factory.claimMany(list);
        }
        _true(factory.isShare(address(share)), "known");
    }

    /// @dev A copy of a share's code elsewhere has the share's card and number, but not its place in the ledger.
    function test_A46_ACopyOfAShareGetsNothing() public {
        IRevenueShare share = _running();
        IRevenueShare copy = IRevenueShare(
            Clones.cloneWithImmutableArgs(factory.implementation(), Clones.fetchCloneArgs(address(share)))
        );
        vm.expectRevert(
            abi.encodeWithSelector(
                IRevenueShare.SharePhaseWrong.selector,
                IRevenueShare.Phase.Ended,
                IRevenueShare.Phase.Running
            )
        );
        copy.release();
        copy.finalise();
        _true(copy.phase() == IRevenueShare.Phase.Failed, "fails");
        _true(share.phase() == IRevenueShare.Phase.Running, "the share does not");
        _equal(registry.encumbrance(cardId).holder, address(share), "nor does the card leave it");
    }
}
