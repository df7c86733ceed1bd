// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICardRegistry} from "../../../contracts/interfaces/ICardRegistry.sol";
import {CardFixture} from "../support/CardFixture.sol";
import {vm} from "../support/Vm.sol";

contract CardRegistryRetireTest is CardFixture {
    function test_TakesTheCardOutForEver() public {
        uint256 cardId = _verified();
        vm.expectEmit(address(registry));
        emit ICardRegistry.CardRetired(cardId, 1);
        vm.prank(OWNER);
        registry.retire(cardId);

        vm.assertTrue(registry.card(cardId).state == ICardRegistry.CardState.Retired);
        vm.assertEq(registry.card(cardId).epoch, 1);
        vm.assertEq(ledger.checkpoints(), 1);
        _assertLast(cardId, OWNER, 0, address(0));
    }

    function test_GivenNeverVerified_NeedsNoLedger() public {
        uint256 cardId = _register();
        vm.prank(OWNER);
        registry.retire(cardId);
        vm.assertEq(ledger.checkpoints(), 0);
        vm.assertTrue(registry.card(cardId).state == ICardRegistry.CardState.Retired);
    }

    function test_GivenTermOver_ItIsClearedOnTheWay() public {
        uint256 cardId = _activated();
        vm.warp(START + 110 days);
        vm.prank(OWNER);
        registry.retire(cardId);

        vm.assertEq(registry.encumbrance(cardId).holder, address(0));
        vm.assertEq(registry.revenueNumber(cardId), 2);
        _assertLast(cardId, OWNER, 2, address(0));
    }

    function test_RevertWhen_LeasesRun() public {
        uint256 cardId = _verified();
        ledger.setRunning(cardId, 3);
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardHasRunningLeases.selector, cardId, 3));
        vm.prank(OWNER);
        registry.retire(cardId);
        vm.assertEq(ledger.checkpoints(), 0);
    }

    function test_RevertWhen_Encumbered() public {
        uint256 named = _encumbered();
        uint256 active = _activated();
        vm.startPrank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardEncumbered.selector, named, HOLDER));
        registry.retire(named);
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardEncumbered.selector, active, HOLDER));
        registry.retire(active);
        vm.stopPrank();
    }

    function test_RevertWhen_CallerIsNotTheOwner() public {
        uint256 cardId = _verified();
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardNotOwnedByCaller.selector, cardId, OWNER, NODE));
        vm.prank(NODE);
        registry.retire(cardId);
    }

    function test_RevertWhen_CardUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardUnknown.selector, 0));
        registry.retire(0);
    }

    function test_RevertWhen_RetiredTwice() public {
        uint256 cardId = _verified();
        vm.startPrank(OWNER);
        registry.retire(cardId);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICardRegistry.CardStateUnsuitable.selector,
                cardId,
                ICardRegistry.CardState.Retired,
                ICardRegistry.CardState.Verified
            )
        );
        registry.retire(cardId);
        vm.stopPrank();
    }
}
