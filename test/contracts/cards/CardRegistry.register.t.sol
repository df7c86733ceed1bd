// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {TimedPause} from "../../../contracts/governance/TimedPause.sol";
import {ICardRegistry} from "../../../contracts/interfaces/ICardRegistry.sol";
import {CardFixture} from "../support/CardFixture.sol";
import {vm} from "../support/Vm.sol";

contract CardRegistryRegisterTest is CardFixture {
    function test_GivenPlainCard_IsRegisteredUnverified() public {
        vm.expectEmit(address(registry));
        emit IERC721.Transfer(address(0), OWNER, 1);
        vm.expectEmit(address(registry));
        emit ICardRegistry.CardRegistered(1, OWNER, MODEL, REGION);
        vm.expectEmit(address(registry));
        emit ICardRegistry.CardOperatorChanged(1, NODE, 11, 0, 0, 0);
        vm.prank(OWNER);
        uint256 cardId = registry.register(_plain());

        vm.assertEq(cardId, 1);
        vm.assertEq(registry.cardCount(), 1);
        vm.assertEq(registry.ownerOf(1), OWNER);
        ICardRegistry.Card memory card = registry.card(1);
        vm.assertEq(card.operator, NODE);
        vm.assertEq(card.hostId, 11);
        vm.assertEq(card.epoch, 0);
        vm.assertEq(card.model, MODEL);
        vm.assertEq(card.region, REGION);
        vm.assertTrue(card.state == ICardRegistry.CardState.Registered);
        vm.assertFalse(card.limited);
        vm.assertEq(registry.revenueNumber(1), 0);
        vm.assertEq(ledger.checkpoints(), 0);
    }

    function test_GivenLimits_AreKept() public {
        vm.expectEmit(address(registry));
        emit ICardRegistry.CardOperatorChanged(1, NODE, 11, 5, 48, 0);
        vm.prank(OWNER);
        registry.register(_limitedTo(5, 48));

        vm.assertTrue(registry.card(1).limited);
        vm.assertEq(registry.limits(1).ownerFloorRate, 5);
        vm.assertEq(registry.limits(1).longestHours, 48);
    }

    function test_GivenNoOperator_TellsNoOperator() public {
        ICardRegistry.Registration memory bare;
        vm.recordLogs();
        vm.prank(OWNER);
        registry.register(bare);

        vm.assertEq(vm.getRecordedLogs().length, 2);
        vm.assertEq(registry.card(1).operator, address(0));
    }

    function test_GivenMany_IdsAreConsecutive() public {
        _register();
        ICardRegistry.Registration[] memory cards = new ICardRegistry.Registration[](3);
        (cards[0], cards[1], cards[2]) = (_plain(), _limitedTo(9, 0), _plain());
        cards[2].model = 0;
        cards[2].hostId = 12;

        vm.prank(BUYER);
        uint256 first = registry.registerMany(cards);

        vm.assertEq(first, 2);
        vm.assertEq(registry.cardCount(), 4);
        vm.assertEq(registry.balanceOf(BUYER), 3);
        vm.assertEq(registry.ownerOf(4), BUYER);
        vm.assertEq(registry.limits(3).ownerFloorRate, 9);
        vm.assertEq(registry.card(4).hostId, 12);
        vm.assertEq(registry.card(4).model, 0);
        vm.assertEq(registry.register(_plain()), 5);
    }

    function testFuzz_KeepsEveryField(ICardRegistry.Registration memory registration) public {
        registration.model = registration.model % 2 == 0 ? 0 : MODEL;
        registration.region = registration.region % 2 == 0 ? 0 : REGION;
        vm.prank(OWNER);
        uint256 cardId = registry.register(registration);

        ICardRegistry.Card memory card = registry.card(cardId);
        vm.assertEq(card.operator, registration.operator);
        vm.assertEq(card.hostId, registration.hostId);
        vm.assertEq(card.model, registration.model);
        vm.assertEq(card.region, registration.region);
        vm.assertEq(registry.limits(cardId).ownerFloorRate, registration.floorRate);
        vm.assertEq(registry.limits(cardId).longestHours, registration.longestHours);
        vm.assertEq(card.limited, registration.floorRate > 0 || registration.longestHours > 0);
    }

    function test_RevertWhen_ModelUnknown() public {
        ICardRegistry.Registration memory registration = _plain();
        registration.model = 8;
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.ModelUnknown.selector, uint8(8)));
        registry.register(registration);
    }

    function test_RevertWhen_RegionUnknown() public {
        ICardRegistry.Registration memory registration = _plain();
        registration.region = 255;
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.RegionUnknown.selector, uint8(255)));
        registry.register(registration);
    }

    function test_RevertWhen_OneOfManyIsBad() public {
        ICardRegistry.Registration[] memory cards = new ICardRegistry.Registration[](2);
        (cards[0], cards[1]) = (_plain(), _plain());
        cards[1].model = 9;
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.ModelUnknown.selector, uint8(9)));
        registry.registerMany(cards);
        vm.assertEq(registry.cardCount(), 0);
    }

    function test_RevertWhen_NoneRegistered() public {
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.RegistrationEmpty.selector));
        registry.registerMany(new ICardRegistry.Registration[](0));
    }

    function test_RevertWhen_RegisteredByZero() public {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidReceiver.selector, address(0)));
        vm.prank(address(0));
        registry.register(_plain());
    }

    function test_I22_RevertWhen_EtherIsSent() public {
        vm.deal(address(this), 1 ether);
        (bool sent, ) = address(registry).call{value: 1}("");
        vm.assertFalse(sent);
        (sent, ) = address(registry).call{value: 1}(abi.encodeCall(registry.register, (_plain())));
        vm.assertFalse(sent);
    }
}

contract CardRegistryPauseRegistrationTest is CardFixture {
    function test_GivenPause_OpensByItself() public {
        vm.expectEmit(address(registry));
        emit TimedPause.EntryPausedUntil("registration", START + 7 days, address(this));
        registry.pauseRegistration(START + 7 days);
        vm.assertEq(registry.registrationPausedUntil(), START + 7 days);

        vm.warp(START + 7 days - 1);
        bytes memory closed = abi.encodeWithSelector(
            TimedPause.EntryPaused.selector,
            bytes32("registration"),
            START + 7 days
        );
        vm.expectRevert(closed);
        registry.register(_plain());
        vm.expectRevert(closed);
        registry.registerMany(new ICardRegistry.Registration[](1));

        vm.warp(START + 7 days);
        vm.assertEq(registry.register(_plain()), 1);
    }

    function test_GivenPause_NothingElseCloses() public {
        uint256 cardId = _activated();
        uint256 other = _register();
        registry.pauseRegistration(START + 1 days);

        registry.verify(other, "other");
        vm.startPrank(OWNER);
        registry.setOperator(cardId, BUYER, 1, 2, 3);
        registry.transferFrom(OWNER, BUYER, cardId);
        registry.retire(other);
        vm.stopPrank();
        vm.assertEq(registry.ownerOf(cardId), BUYER);
    }

    function test_B25_RevertWhen_PausedBackToBack() public {
        registry.pauseRegistration(START + 7 days);
        vm.warp(START + 30 days - 1);
        vm.expectRevert(
            abi.encodeWithSelector(TimedPause.PauseTooSoon.selector, bytes32("registration"), START + 30 days)
        );
        registry.pauseRegistration(START + 31 days);

        vm.warp(START + 30 days);
        registry.pauseRegistration(START + 31 days);
        vm.assertEq(registry.registrationPausedUntil(), START + 31 days);
    }

    function test_RevertWhen_PauseTooLong() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                TimedPause.PauseEndOutOfRange.selector,
                bytes32("registration"),
                START + 7 days + 1,
                START + 7 days
            )
        );
        registry.pauseRegistration(START + 7 days + 1);
    }

    function test_RevertWhen_PausedByStranger() public {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER));
        vm.prank(STRANGER);
        registry.pauseRegistration(START + 1 days);
    }
}
