// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {CardRegistry} from "../../../contracts/cards/CardRegistry.sol";
import {ICardRegistry} from "../../../contracts/interfaces/ICardRegistry.sol";
import {RecordingLedger} from "./RecordingLedger.sol";
import {vm} from "./Vm.sol";

/// @notice A registry with two models, two regions, a ledger that records and this contract as manager and
/// encumbrancer.
abstract contract CardFixture {
    address internal constant OWNER = address(0x0A11CE);
    address internal constant BUYER = address(0x0B0B);
    address internal constant NODE = address(0x0DE);
    address internal constant STRANGER = address(0x5786A);
    address internal constant HOLDER = address(0x401DE5);
    uint8 internal constant MODEL = 7;
    uint8 internal constant REGION = 3;
    uint96 internal constant MINIMUM_BOND = 500e18;
    uint96 internal constant REFERENCE_VALUE = 30_000e18;
    uint40 internal constant START = 1_900_000_000;

    AccessManager internal manager;
    CardRegistry internal registry;
    RecordingLedger internal ledger;

    constructor() {
        vm.warp(START);
        manager = new AccessManager(address(this));
        registry = new CardRegistry(address(manager));
        ledger = new RecordingLedger();
        registry.setModel(MODEL, "H100 80GB", 81_920, REFERENCE_VALUE, MINIMUM_BOND);
        registry.setModel(0, "RTX 4090", 24_576, 1_600e18, 40e18);
        registry.setRegion(REGION, "eu-north");
        registry.setRegion(0, "us-east");
        registry.setLedger(address(ledger));
        registry.setEncumbrancer(address(this), true);
    }

    function _plain() internal pure returns (ICardRegistry.Registration memory registration) {
        registration.model = MODEL;
        registration.region = REGION;
        registration.hostId = 11;
        registration.operator = NODE;
    }

    function _limitedTo(
        uint64 floorRate,
        uint16 longestHours
    ) internal pure returns (ICardRegistry.Registration memory registration) {
        registration = _plain();
        registration.floorRate = floorRate;
        registration.longestHours = longestHours;
    }

    function _register() internal returns (uint256 cardId) {
        vm.prank(OWNER);
        return registry.register(_plain());
    }

    function _verified() internal returns (uint256 cardId) {
        cardId = _register();
        registry.verify(cardId, keccak256(abi.encode("device", cardId)));
    }

    /// @dev Sale of 10 days, term of 100 days after it, floor 1000 falling 10 % a period.
    function _encumbered() internal returns (uint256 cardId) {
        cardId = _verified();
        _encumber(cardId);
    }

    function _encumber(uint256 cardId) internal returns (uint16 number) {
        uint40 saleEnd = uint40(block.timestamp) + 10 days;
        return registry.encumber(cardId, HOLDER, 1000, 1000, saleEnd, saleEnd + 100 days);
    }

    function _activated() internal returns (uint256 cardId) {
        cardId = _encumbered();
        vm.prank(HOLDER);
        registry.activate(cardId);
    }

    function _assertLast(uint256 cardId, address owner, uint16 number, address holder) internal view {
        RecordingLedger.Checkpoint memory last = ledger.last();
        vm.assertEq(last.cardId, cardId);
        vm.assertEq(last.owner, owner);
        vm.assertEq(last.ownerThen, owner);
        vm.assertEq(last.number, number);
        vm.assertEq(last.holder, holder);
    }
}
