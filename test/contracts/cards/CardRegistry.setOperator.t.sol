// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICardRegistry} from "../../../contracts/interfaces/ICardRegistry.sol";
import {CardFixture} from "../support/CardFixture.sol";
import {vm} from "../support/Vm.sol";

contract CardRegistrySetOperatorTest is CardFixture {
    address private constant OTHER_NODE = address(0x0DE2);

    function test_NamesTheNodeAndItsLimits() public {
        uint256 cardId = _verified();
        vm.expectEmit(address(registry));
        emit ICardRegistry.CardOperatorChanged(cardId, OTHER_NODE, 12, 77, 24, 1);
        vm.prank(OWNER);
        registry.setOperator(cardId, OTHER_NODE, 12, 77, 24);

        ICardRegistry.Card memory card = registry.card(cardId);
        vm.assertEq(card.operator, OTHER_NODE);
        vm.assertEq(card.hostId, 12);
        vm.assertEq(card.epoch, 1);
        vm.assertTrue(card.limited);
        vm.assertTrue(card.state == ICardRegistry.CardState.Verified);
        vm.assertEq(card.model, MODEL);
        vm.assertEq(card.region, REGION);
        vm.assertEq(registry.limits(cardId).ownerFloorRate, 77);
        vm.assertEq(registry.limits(cardId).longestHours, 24);
        vm.assertEq(ledger.checkpoints(), 0);
    }

    function test_GivenNoLimits_TheFlagFalls() public {
        uint256 cardId = _verified();
        vm.startPrank(OWNER);
        registry.setOperator(cardId, NODE, 11, 1, 0);
        vm.assertTrue(registry.card(cardId).limited);
        registry.setOperator(cardId, NODE, 11, 0, 0);
        vm.stopPrank();

        vm.assertFalse(registry.card(cardId).limited);
        vm.assertEq(registry.limits(cardId).ownerFloorRate, 0);
        vm.assertEq(registry.card(cardId).epoch, 2);
    }

    function test_GivenEncumbrance_ItsTermsStay() public {
        uint256 cardId = _activated();
        ICardRegistry.Limits memory before = registry.limits(cardId);
        vm.startPrank(OWNER);
        registry.setOperator(cardId, OTHER_NODE, 12, 5, 6);
        registry.setOperator(cardId, OTHER_NODE, 12, 0, 0);
        vm.stopPrank();

        vm.assertTrue(registry.card(cardId).limited);
        vm.assertEq(keccak256(abi.encode(registry.limits(cardId))), keccak256(abi.encode(before)));
        vm.assertEq(registry.leasingTerms(cardId).floorRate, 1000);
    }

    function test_GivenZero_NobodyRunsTheCard() public {
        uint256 cardId = _verified();
        vm.prank(OWNER);
        registry.setOperator(cardId, address(0), 0, 0, 0);
        vm.assertEq(registry.card(cardId).operator, address(0));
        vm.assertEq(registry.card(cardId).epoch, 1);
    }

    function test_B28_OwnerLimitsBindTheNode() public {
        uint256 cardId = _verified();
        vm.prank(OWNER);
        registry.setOperator(cardId, NODE, 11, 250, 720);

        ICardRegistry.LeaseTerms memory terms = registry.leasingTerms(cardId);
        vm.assertEq(terms.floorRate, 250);
        vm.assertEq(terms.longestLease, 30 days);

        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardNotOwnedByCaller.selector, cardId, OWNER, NODE));
        vm.prank(NODE);
        registry.setOperator(cardId, NODE, 11, 0, 0);
    }

    function test_B29_AHostIsNamedByTheOwnerOnlyWithItsOperator() public {
        (uint256 honest, uint256 squatter) = (_verified(), _verified());
        vm.prank(OWNER);
        registry.transferFrom(OWNER, STRANGER, squatter);
        vm.prank(STRANGER);
        registry.setOperator(squatter, STRANGER, 11, 0, 0);

        ICardRegistry.Card memory a = registry.card(honest);
        ICardRegistry.Card memory b = registry.card(squatter);
        vm.assertEq(a.hostId, b.hostId);
        vm.assertTrue(a.operator != b.operator);
    }

    function testFuzz_EveryChangeRaisesTheEpoch(uint8 changes, uint64 floorRate, uint16 longestHours) public {
        uint256 cardId = _verified();
        vm.startPrank(OWNER);
        for (uint256 i = 0; i < changes; ++i) registry.setOperator(cardId, NODE, 11, floorRate, longestHours);
        vm.stopPrank();
        vm.assertEq(registry.card(cardId).epoch, changes);
    }

    function test_RevertWhen_CardUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardUnknown.selector, 1));
        registry.setOperator(1, NODE, 0, 0, 0);
    }

    function test_RevertWhen_CallerIsOnlyApproved() public {
        uint256 cardId = _verified();
        vm.prank(OWNER);
        registry.approve(STRANGER, cardId);
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardNotOwnedByCaller.selector, cardId, OWNER, STRANGER));
        vm.prank(STRANGER);
        registry.setOperator(cardId, STRANGER, 0, 0, 0);
    }

    function test_RevertWhen_Retired() public {
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
        registry.setOperator(cardId, NODE, 0, 0, 0);
        vm.stopPrank();
    }
}
