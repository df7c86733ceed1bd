// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Receiver} from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";
import {CardRegistry} from "../../../contracts/cards/CardRegistry.sol";
import {ICardRegistry} from "../../../contracts/interfaces/ICardRegistry.sol";
import {CardFixture} from "../support/CardFixture.sol";
import {vm} from "../support/Vm.sol";

/// @notice Passes a card on from within its receipt.
contract PassingReceiver is IERC721Receiver {
    function onERC721Received(address, address from, uint256 cardId, bytes calldata) external returns (bytes4) {
        IERC721(msg.sender).transferFrom(address(this), from, cardId);
        return IERC721Receiver.onERC721Received.selector;
    }
}

contract CardRegistryTransferFromTest is CardFixture {
    function test_GivenVerifiedCard_SettlesForTheOldOwnerFirst() public {
        uint256 cardId = _verified();
        vm.expectEmit(address(registry));
        emit ICardRegistry.CardOperatorChanged(cardId, address(0), 0, 0, 0, 1);
        vm.expectEmit(address(registry));
        emit IERC721.Transfer(OWNER, BUYER, cardId);
        vm.prank(OWNER);
        registry.transferFrom(OWNER, BUYER, cardId);

        vm.assertEq(registry.ownerOf(cardId), BUYER);
        vm.assertEq(ledger.checkpoints(), 1);
        _assertLast(cardId, OWNER, 0, address(0));
    }

    function test_B21_VoidsTheOldOperatorAndItsAsks() public {
        uint256 cardId = _verified();
        vm.startPrank(OWNER);
        registry.setOperator(cardId, NODE, 11, 9, 9);
        registry.transferFrom(OWNER, BUYER, cardId);
        vm.stopPrank();

        ICardRegistry.Card memory card = registry.card(cardId);
        vm.assertEq(card.operator, address(0));
        vm.assertEq(card.hostId, 0);
        vm.assertEq(card.epoch, 2);
        vm.assertTrue(card.state == ICardRegistry.CardState.Verified);
    }

    /// @dev Running leases go on, so what limits them stays until the new owner says otherwise.
    function test_B28_TheLimitsStayUntilTheNewOwnerNamesOthers() public {
        uint256 cardId = _verified();
        vm.prank(OWNER);
        registry.setOperator(cardId, NODE, 11, 9, 8);
        vm.expectEmit(address(registry));
        emit ICardRegistry.CardOperatorChanged(cardId, address(0), 0, 9, 8, 2);
        vm.prank(OWNER);
        registry.transferFrom(OWNER, BUYER, cardId);
        vm.assertTrue(registry.card(cardId).limited);
        vm.assertEq(registry.limits(cardId).ownerFloorRate, 9);
        vm.assertEq(registry.limits(cardId).longestHours, 8);

        vm.prank(BUYER);
        registry.setOperator(cardId, NODE, 11, 0, 0);
        vm.assertFalse(registry.card(cardId).limited);
        vm.assertEq(registry.limits(cardId).ownerFloorRate, 0);
        vm.assertEq(registry.limits(cardId).longestHours, 0);
    }

    function test_GivenNamedEncumbrance_TheOwnersNumberIsSettled() public {
        uint256 cardId = _encumbered();
        vm.prank(OWNER);
        registry.transferFrom(OWNER, BUYER, cardId);
        _assertLast(cardId, OWNER, 0, address(0));
    }

    function test_B12_GivenActiveEncumbrance_HolderAndFloorStay() public {
        uint256 cardId = _activated();
        vm.prank(OWNER);
        registry.setOperator(cardId, NODE, 11, 1, 2);
        vm.prank(OWNER);
        registry.transferFrom(OWNER, BUYER, cardId);

        _assertLast(cardId, OWNER, 1, HOLDER);
        vm.assertEq(registry.encumbrance(cardId).holder, HOLDER);
        vm.assertTrue(registry.encumbrance(cardId).active);
        ICardRegistry.Limits memory limits = registry.limits(cardId);
        vm.assertEq(limits.ownerFloorRate, 1);
        vm.assertEq(limits.longestHours, 2);
        vm.assertEq(limits.termFloorRate, 1000);
        vm.assertEq(limits.decayBps, 1000);
        vm.assertEq(limits.saleEnd, START + 10 days);
        vm.assertEq(limits.termEnd, START + 110 days);
        vm.assertTrue(registry.card(cardId).limited);
    }

    function test_GivenApproved_TheyMayMoveIt() public {
        uint256 cardId = _verified();
        vm.prank(OWNER);
        registry.approve(STRANGER, cardId);
        vm.prank(STRANGER);
        registry.transferFrom(OWNER, BUYER, cardId);
        vm.assertEq(registry.ownerOf(cardId), BUYER);
        vm.assertEq(registry.getApproved(cardId), address(0));
    }

    function test_GivenItself_CountsAsAChange() public {
        uint256 cardId = _verified();
        vm.prank(OWNER);
        registry.transferFrom(OWNER, OWNER, cardId);
        vm.assertEq(registry.card(cardId).epoch, 1);
        vm.assertEq(registry.balanceOf(OWNER), 1);
    }

    function test_GivenUnverifiedCard_NothingIsSettled() public {
        uint256 cardId = _register();
        vm.prank(OWNER);
        registry.transferFrom(OWNER, BUYER, cardId);
        vm.assertEq(ledger.checkpoints(), 0);
        vm.assertEq(registry.card(cardId).epoch, 1);
    }

    function test_GivenRetiredCard_MovesUnsettled() public {
        uint256 cardId = _verified();
        vm.startPrank(OWNER);
        registry.retire(cardId);
        uint256 settled = ledger.checkpoints();
        registry.transferFrom(OWNER, BUYER, cardId);
        vm.stopPrank();
        vm.assertEq(registry.ownerOf(cardId), BUYER);
        vm.assertEq(ledger.checkpoints(), settled);
    }

    function test_GivenNoLedger_Moves() public {
        CardRegistry young = new CardRegistry(address(manager));
        young.setModel(MODEL, "H100", 1, 1, 1);
        young.setRegion(REGION, "eu");
        vm.prank(OWNER);
        uint256 cardId = young.register(_plain());
        young.verify(cardId, "device");
        vm.prank(OWNER);
        young.transferFrom(OWNER, BUYER, cardId);
        vm.assertEq(young.ownerOf(cardId), BUYER);
        vm.assertEq(young.userOf(cardId), address(0));
        vm.assertEq(young.userExpires(cardId), 0);
    }

    function test_GivenRunningLeases_Moves() public {
        uint256 cardId = _verified();
        ledger.setRunning(cardId, 8);
        vm.prank(OWNER);
        registry.transferFrom(OWNER, BUYER, cardId);
        vm.assertEq(registry.ownerOf(cardId), BUYER);
    }

    function test_A26_GivenReceiverThatPassesOn_EachChangeIsSettled() public {
        uint256 cardId = _activated();
        address passing = address(new PassingReceiver());
        vm.prank(OWNER);
        registry.safeTransferFrom(OWNER, passing, cardId);

        vm.assertEq(registry.ownerOf(cardId), OWNER);
        vm.assertEq(registry.card(cardId).epoch, 2);
        _assertLast(cardId, passing, 1, HOLDER);
    }

    function test_I21_GivenClosedRegistry_TransferAndExpiryWork() public {
        uint256 cardId = _activated();
        manager.setTargetClosed(address(registry), true);
        vm.startPrank(OWNER);
        registry.setOperator(cardId, NODE, 1, 0, 0);
        registry.transferFrom(OWNER, BUYER, cardId);
        vm.stopPrank();
        vm.warp(START + 110 days);
        registry.expire(cardId);
        vm.prank(BUYER);
        registry.retire(cardId);
        vm.assertEq(registry.ownerOf(cardId), BUYER);
    }

    function test_RevertWhen_CallerIsNotApproved() public {
        uint256 cardId = _verified();
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InsufficientApproval.selector, STRANGER, cardId));
        vm.prank(STRANGER);
        registry.transferFrom(OWNER, STRANGER, cardId);
        vm.assertEq(ledger.checkpoints(), 0);
    }

    function test_RevertWhen_FromIsNotTheOwner() public {
        uint256 cardId = _verified();
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721IncorrectOwner.selector, BUYER, cardId, OWNER));
        vm.prank(OWNER);
        registry.transferFrom(BUYER, STRANGER, cardId);
        vm.assertEq(registry.card(cardId).epoch, 0);
        vm.assertEq(ledger.checkpoints(), 0);
    }

    function test_RevertWhen_ToIsZero() public {
        uint256 cardId = _verified();
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidReceiver.selector, address(0)));
        vm.prank(OWNER);
        registry.transferFrom(OWNER, address(0), cardId);
    }

    function test_RevertWhen_CardUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 5));
        registry.transferFrom(OWNER, BUYER, 5);
    }
}
