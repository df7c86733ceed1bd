// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {ICardRegistry} from "../../../contracts/interfaces/ICardRegistry.sol";
import {CardFixture} from "../support/CardFixture.sol";
import {vm} from "../support/Vm.sol";

contract CardRegistryVerifyTest is CardFixture {
    bytes32 private constant DEVICE = keccak256("GPU-5a1c / 1324519");

    function test_MarksTheCardAndTakesTheDevice() public {
        uint256 cardId = _register();
        vm.expectEmit(address(registry));
        emit ICardRegistry.CardVerified(cardId, DEVICE);
        registry.verify(cardId, DEVICE);

        vm.assertTrue(registry.card(cardId).state == ICardRegistry.CardState.Verified);
        vm.assertEq(registry.deviceOf(cardId), DEVICE);
        vm.assertEq(registry.cardOfDevice(DEVICE), cardId);
        vm.assertEq(registry.card(cardId).epoch, 0);
        vm.assertEq(registry.card(cardId).operator, NODE);
    }

    function test_GivenMany_VerifiesEach() public {
        (uint256[] memory cards, bytes32[] memory devices) = _two();
        registry.verifyMany(cards, devices);

        vm.assertEq(registry.cardOfDevice("a"), 1);
        vm.assertEq(registry.cardOfDevice("b"), 2);
        vm.assertTrue(registry.card(2).state == ICardRegistry.CardState.Verified);
    }

    function test_A85_RevertWhen_DeviceIsTaken() public {
        (uint256 first, uint256 second) = (_register(), _register());
        registry.verify(first, DEVICE);
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.DeviceTaken.selector, DEVICE, first));
        registry.verify(second, DEVICE);

        (uint256[] memory cards, bytes32[] memory devices) = (new uint256[](1), new bytes32[](1));
        (cards[0], devices[0]) = (second, DEVICE);
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.DeviceTaken.selector, DEVICE, first));
        registry.verifyMany(cards, devices);
    }

    function test_A85_GivenRetiredCard_ItsDeviceStaysTaken() public {
        (uint256 first, uint256 second) = (_register(), _register());
        registry.verify(first, DEVICE);
        vm.prank(OWNER);
        registry.retire(first);

        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.DeviceTaken.selector, DEVICE, first));
        registry.verify(second, DEVICE);
    }

    function test_B20_RegisteringReservesNoDevice() public {
        for (uint256 i = 0; i < 5; ++i) registry.register(_plain());
        uint256 honest = _register();
        registry.verify(honest, DEVICE);
        vm.assertEq(registry.cardOfDevice(DEVICE), honest);
    }

    function test_A84_RevertWhen_VerifiedByItsOwner() public {
        uint256 cardId = _register();
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, OWNER));
        vm.prank(OWNER);
        registry.verify(cardId, DEVICE);

        (uint256[] memory cards, bytes32[] memory devices) = _two();
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, OWNER));
        vm.prank(OWNER);
        registry.verifyMany(cards, devices);
    }

    function test_RevertWhen_CardUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardUnknown.selector, 0));
        registry.verify(0, DEVICE);
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.CardUnknown.selector, type(uint256).max));
        registry.verify(type(uint256).max, DEVICE);
    }

    function test_RevertWhen_VerifiedTwice() public {
        uint256 cardId = _verified();
        vm.expectRevert(_unsuitable(cardId, ICardRegistry.CardState.Verified));
        registry.verify(cardId, DEVICE);
    }

    function test_RevertWhen_Retired() public {
        uint256 cardId = _register();
        vm.prank(OWNER);
        registry.retire(cardId);
        vm.expectRevert(_unsuitable(cardId, ICardRegistry.CardState.Retired));
        registry.verify(cardId, DEVICE);
    }

    function test_RevertWhen_DeviceZero() public {
        uint256 cardId = _register();
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.DeviceZero.selector, cardId));
        registry.verify(cardId, 0);
    }

    function test_RevertWhen_ArraysDiffer() public {
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.DeviceArraysDiffer.selector, 2, 1));
        registry.verifyMany(new uint256[](2), new bytes32[](1));
    }

    function test_RevertWhen_OneDeviceTwiceInACall() public {
        (uint256[] memory cards, bytes32[] memory devices) = _two();
        devices[1] = devices[0];
        vm.expectRevert(abi.encodeWithSelector(ICardRegistry.DeviceTaken.selector, devices[0], 1));
        registry.verifyMany(cards, devices);
        vm.assertEq(registry.cardOfDevice(devices[0]), 0);
    }

    function _two() private returns (uint256[] memory cards, bytes32[] memory devices) {
        (cards, devices) = (new uint256[](2), new bytes32[](2));
        (cards[0], cards[1]) = (_register(), _register());
        (devices[0], devices[1]) = ("a", "b");
    }

    function _unsuitable(uint256 cardId, ICardRegistry.CardState state) private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                ICardRegistry.CardStateUnsuitable.selector,
                cardId,
                state,
                ICardRegistry.CardState.Registered
            );
    }
}
